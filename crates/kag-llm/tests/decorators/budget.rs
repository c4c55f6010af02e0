//! What is charged, and where it stops.

use super::*;

fn budget(limits: BudgetLimits) -> Budget {
    Budget::new(limits)
}

fn replying(tokens: Usage) -> Scripted {
    Scripted::new().on("ask", [Reply::new("好").with_usage(tokens)])
}

#[tokio::test]
async fn each_limit_stops_and_says_what_was_spent() {
    let limits = BudgetLimits::default();
    for (limits, named) in [
        (limits.with_calls(2), "limit = 2 calls"),
        (limits.with_input_tokens(25), "limit = 25 input tokens"),
        (limits.with_output_tokens(29), "limit = 29 output tokens"),
        (limits.with_money(0.000_08), "limit = 0.00008 money"),
    ] {
        let budget = budget(limits);
        let model = Budgeted::new(replying(usage(10, 10)), budget.clone(), Price::new(1.0, 2.0));
        let ask = request("a question of some words?").with_max_tokens(10);
        model.complete(&ask).await.unwrap();
        model.complete(&ask).await.unwrap();
        let error = model.complete(&ask).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BudgetSpent);
        let message = error.to_string();
        assert!(message.contains(named), "{message}");
        assert!(message.contains("2 calls, 20 + 20 tokens"), "{message}");
        assert!(message.contains("prompt = ask"), "{message}");
        assert_eq!(budget.spent().usage, usage(20, 20));
        assert_eq!(budget.spent().money, 0.000_06);
    }
}

#[tokio::test(start_paused = true)]
async fn calls_at_the_same_time_do_not_overshoot() {
    let answer = Answer::reply(Reply::new("x").with_usage(usage(8, 50)));
    let inner = Scripted::new().on("ask", [answer.after(Duration::from_millis(5))]);
    let inner = Arc::new(inner);
    let budget = budget(BudgetLimits::default().with_output_tokens(400));
    let model = Budgeted::new(Arc::clone(&inner), budget.clone(), Price::FREE);
    let ask = request("?").with_max_tokens(100);
    let replies = join_all((0..50).map(|_| model.complete(&ask))).await;
    assert_eq!(replies.iter().filter(|reply| reply.is_ok()).count(), 4);
    assert_eq!(budget.spent().usage.output_tokens, 200);
    assert_eq!(budget.left().output_tokens, Some(200), "what was set aside is free again");
    let replies = join_all((0..50).map(|_| model.complete(&ask))).await;
    assert_eq!(replies.iter().filter(|reply| reply.is_ok()).count(), 2);
    assert!(budget.spent().usage.output_tokens <= 400);
    assert_eq!(inner.calls("ask"), 6, "a refused call is not made");
}

#[tokio::test]
async fn failed_calls_are_charged_for_what_the_provider_did() {
    let kinds = [ErrorKind::RateLimited, ErrorKind::Timeout];
    let inner = Scripted::new().on("ask", kinds.map(Answer::error));
    let budget = budget(BudgetLimits::default());
    let model = Budgeted::new(inner, budget.clone(), Price::FREE);
    let ask = request("知识图谱");
    let _ = model.complete(&ask).await;
    assert_eq!((budget.spent().calls, budget.spent().usage), (1, usage(0, 0)));
    let _ = model.complete(&ask).await;
    let input = ask.estimated_tokens();
    assert_eq!((budget.spent().calls, budget.spent().usage), (2, usage(input, 0)));
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_is_charged_for_what_came() {
    let slow = Answer::text("never").after(Duration::from_secs(9));
    let text = "一二三四五六七八九十百千";
    let inner = Scripted::new().on("ask", [text.into(), slow, "短".into()]);
    let budget = budget(BudgetLimits::default());
    let model = Budgeted::new(inner, budget.clone(), Price::FREE);
    let ask = request("?");
    let input = ask.estimated_tokens();

    let mut stream = model.stream(&ask).await.unwrap();
    stream.next().await.unwrap().unwrap();
    assert_eq!(budget.spent().calls, 0, "nothing is charged before the end");
    drop(stream);
    assert_eq!(budget.spent().usage, usage(input, 8), "one piece of eight characters");

    let dropped = tokio::time::timeout(Duration::from_secs(1), model.complete(&ask)).await;
    assert!(dropped.is_err());
    assert_eq!((budget.spent().calls, budget.spent().usage), (2, usage(2 * input, 8)));

    let (text, end) = gather(&model, &ask).await;
    assert_eq!((text.as_str(), end.unwrap().1), ("短", usage(input, 1)));
    assert_eq!(budget.spent().usage, usage(3 * input, 9));
    assert_eq!(budget.left(), BudgetLimits::default());
}
