//! All decorators together, in their order.

use super::*;

struct Everything {
    model: Arc<dyn LanguageModel>,
    inner: Arc<Scripted>,
    budget: Budget,
    meter: Meter,
    log: Arc<CallLog>,
}

fn everything(inner: Scripted, limits: BudgetLimits) -> Everything {
    let inner = Arc::new(inner);
    let budget = Budget::new(limits);
    let meter = Meter::new();
    let log = Arc::new(CallLog::default());
    // Named in the wrong order on purpose.
    let model = Stack::new(Arc::clone(&inner) as Arc<dyn LanguageModel>)
        .with_trace(Arc::clone(&log) as Arc<_>)
        .with_budget(budget.clone(), Price::new(1.0, 1.0))
        .with_cache(many(100))
        .with_limit(LimitOptions::default().with_concurrent(many(2)))
        .with_meter(meter.clone())
        .with_retry(steady())
        .build();
    Everything { model, inner, budget, meter, log }
}

#[tokio::test(start_paused = true)]
async fn every_attempt_is_charged_and_a_hit_costs_nothing() {
    let unavailable = || Answer::error(ErrorKind::Unavailable);
    let reply = Reply::new("好").with_usage(usage(5, 1));
    let inner = Scripted::new().on("ask", [unavailable(), unavailable(), reply.into()]);
    let all = everything(inner, BudgetLimits::default());
    let first = all.model.complete(&request("?")).await.unwrap();
    let second = all.model.complete(&request("?")).await.unwrap();
    let (text, end) = gather(&all.model, &request("?")).await;
    assert_eq!((first.text.as_str(), second.text.as_str(), text.as_str()), ("好", "好", "好"));
    assert_eq!((second.usage, end.unwrap().1), (Usage::default(), Usage::default()));
    assert_eq!((all.budget.spent().calls, all.budget.spent().usage), (3, usage(5, 1)));
    let total = all.meter.report().total();
    assert_eq!((total.calls, total.failures, total.usage), (3, 2, usage(5, 1)));
    let traced: Vec<_> = all.log.calls().iter().map(|call| (call.usage, call.outcome)).collect();
    let answered = CallOutcome::Answered(Finish::Stop);
    let free = (Usage::default(), answered);
    assert_eq!(traced, [(usage(5, 1), answered), free, free]);
    assert_eq!(all.inner.calls("ask"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_spent_budget_is_never_retried() {
    let inner = Scripted::new().on("ask", [Answer::error(ErrorKind::Unavailable)]);
    let all = everything(inner, BudgetLimits::default().with_calls(2));
    let error = all.model.complete(&request("?")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BudgetSpent);
    assert_eq!(all.inner.calls("ask"), 2, "four attempts were allowed, the budget held two");
    let start = Instant::now();
    let error = all.model.complete(&request("?")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BudgetSpent);
    assert_eq!(start.elapsed(), Duration::ZERO);
    let outcomes: Vec<_> = all.log.calls().iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, [CallOutcome::Failed(ErrorKind::BudgetSpent); 2]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_counted_like_a_call_all_the_way_down() {
    let reply = Reply::new("知识增强生成，十个字以上").with_usage(usage(7, 12));
    let all = everything(Scripted::new().on("ask", [reply]), BudgetLimits::default());
    let mut dropped = all.model.stream(&request("a")).await.unwrap();
    dropped.next().await.unwrap().unwrap();
    drop(dropped);
    gather(&all.model, &request("b")).await.1.unwrap();
    let partly = usage(request("a").estimated_tokens(), 8);
    let both = usage(partly.input_tokens + 7, partly.output_tokens + 12);
    assert_eq!(all.budget.spent().usage, both);
    assert_eq!(all.meter.report().total().usage, both);
    let traced: Vec<_> = all.log.calls().iter().map(|call| (call.usage, call.outcome)).collect();
    let answered = CallOutcome::Answered(Finish::Stop);
    assert_eq!(traced, [(partly, CallOutcome::Dropped), (usage(7, 12), answered)]);
}
