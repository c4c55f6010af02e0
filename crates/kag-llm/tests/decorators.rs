//! What the decorators promise, alone and in their order.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{
    num::{NonZeroU64, NonZeroUsize},
    sync::Arc,
    time::Duration,
};

use futures::{StreamExt as _, future::join_all};
use kag_llm::{
    Answer, Budget, BudgetLimits, Budgeted, Cache, CallLog, CallOutcome, Delta, Error, ErrorKind, Finish, Jitter,
    LanguageModel, Limit, LimitOptions, Message, Meter, Metered, Price, PromptId, Reply, Request, Result, Retry,
    RetryOptions, Scripted, Stack, Trace, TraceText, Usage,
};
use tokio::time::Instant;

fn request(text: &str) -> Request {
    Request::new(PromptId::new("ask", "1"), vec![Message::user(text)])
}

fn many(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn rate(count: u64) -> Option<NonZeroU64> {
    NonZeroU64::new(count)
}

fn usage(input_tokens: u64, output_tokens: u64) -> Usage {
    Usage { input_tokens, output_tokens }
}

fn steady() -> RetryOptions {
    RetryOptions::default().with_jitter(Jitter::None)
}

/// The text of a stream, and its end.
async fn gather(model: &impl LanguageModel, request: &Request) -> (String, Result<(Finish, Usage)>) {
    let mut text = String::new();
    let mut stream = match model.stream(request).await {
        Ok(stream) => stream,
        Err(error) => return (text, Err(error)),
    };
    while let Some(piece) = stream.next().await {
        match piece {
            Ok(Delta::Text(piece)) => text.push_str(&piece),
            Ok(Delta::End { finish, usage }) => {
                assert!(stream.next().await.is_none(), "nothing comes after the end");
                return (text, Ok((finish, usage)));
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => return (text, Err(error)),
        }
    }
    panic!("the stream ended without its end: {text}")
}

mod retry {
    use super::*;

    fn failing(kind: ErrorKind) -> Answer {
        Answer::error(kind)
    }

    #[tokio::test(start_paused = true)]
    async fn waits_grow_and_the_reply_comes_through() {
        let answers = [failing(ErrorKind::Unavailable), failing(ErrorKind::Timeout), "好".into()];
        let model = Retry::new(Scripted::new().on("ask", answers), steady());
        let start = Instant::now();
        assert_eq!(model.complete(&request("?")).await.unwrap().text, "好");
        assert_eq!(start.elapsed(), Duration::from_millis(500 + 1000));
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_pass_is_not_tried_again() {
        for kind in [
            ErrorKind::InvalidInput,
            ErrorKind::Unauthorised,
            ErrorKind::BudgetSpent,
            ErrorKind::Unusable,
            ErrorKind::NotRecorded,
        ] {
            let inner = Arc::new(Scripted::new().on("ask", [failing(kind)]));
            let model = Retry::new(Arc::clone(&inner), steady());
            assert_eq!(model.complete(&request("?")).await.unwrap_err().kind(), kind);
            assert_eq!(inner.calls("ask"), 1, "{kind}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_error_says_how_many_attempts_were_made() {
        let inner = Arc::new(Scripted::new().on("ask", [failing(ErrorKind::Unavailable)]));
        let model = Retry::new(Arc::clone(&inner), steady().with_attempts(many(3)));
        let error = model.complete(&request("?")).await.unwrap_err();
        assert!(error.to_string().contains("attempts = 3"), "{error}");
        assert_eq!(inner.calls("ask"), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_provider_says_how_long_to_wait() {
        let limited = |seconds| {
            Answer::with(move |_| {
                let wait = Duration::from_secs(seconds);
                Err(Error::new(ErrorKind::RateLimited, "test").retry_after(wait))
            })
        };
        let model = Retry::new(Scripted::new().on("ask", [limited(7), "ok".into()]), steady());
        let start = Instant::now();
        model.complete(&request("?")).await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(7));

        let model = Retry::new(Scripted::new().on("ask", [limited(3600), "ok".into()]), steady());
        let error = model.complete(&request("?")).await.unwrap_err();
        assert_eq!(error.wait(), Some(Duration::from_secs(3600)), "too long to wait here");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_is_tried_again_until_its_first_piece_only() {
        let answers = [
            failing(ErrorKind::Unavailable),
            Answer::broken("", ErrorKind::Unavailable),
            Answer::broken("北京是中国的", ErrorKind::Malformed),
        ];
        let inner = Arc::new(Scripted::new().on("ask", answers));
        let model = Retry::new(Arc::clone(&inner), steady());
        let (text, end) = gather(&model, &request("?")).await;
        assert_eq!(text, "北京是中国的");
        assert_eq!(end.unwrap_err().kind(), ErrorKind::Malformed);
        assert_eq!(inner.calls("ask"), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn jitter_adds_at_most_as_long_again() {
        let answers = [failing(ErrorKind::Unavailable), "ok".into()];
        let model = Retry::new(Scripted::new().on("ask", answers), RetryOptions::default());
        let start = Instant::now();
        model.complete(&request("?")).await.unwrap();
        let waited = start.elapsed();
        assert!(waited >= Duration::from_millis(500) && waited <= Duration::from_millis(1001));
    }
}

mod cache {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn equal_requests_at_the_same_time_pay_once() {
        let answer = Answer::text("一次").after(Duration::from_millis(50));
        let inner = Arc::new(Scripted::new().on("ask", [answer]));
        let cache = Cache::new(Arc::clone(&inner), many(100));
        let same = request("同一个问题");
        let replies = join_all((0..20).map(|_| cache.complete(&same))).await;
        let paid: Vec<_> = replies.iter().filter(|r| r.as_ref().unwrap().usage.total() > 0).collect();
        assert!(replies.iter().all(|reply| reply.as_ref().unwrap().text == "一次"));
        assert_eq!((paid.len(), inner.calls("ask")), (1, 1));
        let stats = cache.stats();
        assert_eq!((stats.hits, stats.misses, stats.replies), (19, 1, 1));
    }

    #[tokio::test]
    async fn different_requests_are_different() {
        let inner = Arc::new(Scripted::new().on("ask", ["a", "b", "c", "d", "e"]));
        let cache = Cache::new(Arc::clone(&inner), many(100));
        let mut other_version = request("x");
        other_version.prompt.version = "2".into();
        for request in [
            request("x"),
            request("y"),
            request("x").with_max_tokens(5),
            request("x").with_temperature(0.5),
            other_version,
        ] {
            cache.complete(&request).await.unwrap();
        }
        assert_eq!(inner.calls("ask"), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn errors_are_not_kept_and_a_dropped_call_makes_way() {
        let slow = Answer::text("slow").after(Duration::from_secs(10));
        let answers = [Answer::error(ErrorKind::Unavailable), slow, "ok".into()];
        let cache = Cache::new(Scripted::new().on("ask", answers), many(100));
        assert!(cache.complete(&request("x")).await.is_err());
        let same = request("x");
        let dropped = tokio::time::timeout(Duration::from_secs(1), cache.complete(&same));
        let waiting = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            cache.complete(&same).await
        };
        let (dropped, waiting) = futures::join!(dropped, waiting);
        assert!(dropped.is_err());
        assert_eq!(waiting.unwrap().text, "ok");
    }

    #[tokio::test]
    async fn a_stream_is_kept_when_it_ends_and_streamed_again() {
        let inner = Arc::new(Scripted::new().on("ask", ["知识增强生成 is long enough for pieces"]));
        let cache = Cache::new(Arc::clone(&inner), many(100));
        let mut dropped = cache.stream(&request("x")).await.unwrap();
        dropped.next().await.unwrap().unwrap();
        drop(dropped);
        let (first, paid) = gather(&cache, &request("x")).await;
        let (second, free) = gather(&cache, &request("x")).await;
        assert_eq!(first, second);
        assert!(paid.unwrap().1.total() > 0);
        assert_eq!(free.unwrap(), (Finish::Stop, Usage::default()));
        assert_eq!(cache.complete(&request("x")).await.unwrap().text, first);
        assert_eq!(inner.calls("ask"), 2, "the dropped stream was not kept");
    }
}

mod budget {
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
}

mod limit {
    use super::*;

    fn slow() -> Scripted {
        Scripted::new().on("ask", [Answer::text("好").after(Duration::from_secs(1))])
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_calls_run_at_once() {
        let model = Limit::new(slow(), LimitOptions::default().with_concurrent(many(3)));
        let start = Instant::now();
        let ask = request("?");
        join_all((0..7).map(|_| model.complete(&ask))).await;
        assert_eq!(start.elapsed(), Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_holds_its_place_until_it_ends_or_is_dropped() {
        let model = Limit::new(slow(), LimitOptions::default().with_concurrent(many(1)));
        let ask = request("?");
        let stream = model.stream(&ask).await.unwrap();
        let wait = Duration::from_secs(5);
        assert!(tokio::time::timeout(wait, model.complete(&ask)).await.is_err());
        drop(stream);
        assert!(tokio::time::timeout(wait, model.complete(&ask)).await.is_ok());
        gather(&model, &ask).await.1.unwrap();
        assert!(tokio::time::timeout(wait, model.complete(&ask)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn calls_keep_to_the_rate_in_order() {
        let options = LimitOptions::default().with_requests_per_minute(rate(60).unwrap());
        let model = Limit::new(Scripted::new().on("ask", ["x"]), options);
        let start = Instant::now();
        let ask = request("?");
        let ends = join_all((0..10).map(|_| async {
            model.complete(&ask).await.unwrap();
            start.elapsed().as_secs()
        }));
        assert_eq!(ends.await, [0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_are_corrected_by_what_was_used() {
        let options = LimitOptions::default().with_tokens_per_minute(rate(6000).unwrap());
        let reply = Reply::new("x").with_usage(usage(100, 200));
        let model = Limit::new(Scripted::new().on("ask", [reply]), options);
        let ask = request("?").with_max_tokens(590);
        let start = Instant::now();
        model.complete(&ask).await.unwrap();
        assert_eq!(start.elapsed(), Duration::ZERO);
        model.complete(&ask).await.unwrap();
        // 300 of the first 600 came back; about 295 more were needed, at 100 a second.
        let waited = start.elapsed();
        assert!(waited > Duration::from_secs(2) && waited < Duration::from_secs(4), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_stops_waiting_gives_the_turn_back() {
        let options = LimitOptions::default().with_requests_per_minute(rate(10).unwrap());
        let model = Limit::new(Scripted::new().on("ask", ["x"]), options);
        let ask = request("?");
        model.complete(&ask).await.unwrap();
        for _ in 0..5 {
            let wait = Duration::from_millis(100);
            assert!(tokio::time::timeout(wait, model.complete(&ask)).await.is_err());
        }
        let start = Instant::now();
        model.complete(&ask).await.unwrap();
        assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
    }
}

mod order {
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
}

mod trace_and_meter {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_trace_has_times_and_text_only_when_asked() {
        let answer = || Answer::text("机密").after(Duration::from_millis(250));
        let log = Arc::new(CallLog::default());
        let sink = || Arc::clone(&log) as Arc<_>;
        let quiet = Trace::new(Scripted::new().on("ask", [answer()]), sink());
        let open = Trace::new(Scripted::new().on("ask", [answer()]), sink()).with_text(TraceText::Keep);
        quiet.complete(&request("秘密?")).await.unwrap();
        gather(&open, &request("秘密?")).await.1.unwrap();
        let calls = log.calls();
        assert_eq!(calls[0].time, Duration::from_millis(250));
        assert_eq!(calls[0].request, calls[1].request);
        assert_eq!(calls[0].text, None);
        assert!(!serde_json::to_string(&calls[0]).unwrap().contains('密'));
        assert_eq!(calls[1].text.as_ref().unwrap().reply, "机密");
    }

    #[tokio::test(start_paused = true)]
    async fn a_meter_counts_by_prompt_and_prints_a_table() {
        let reply = Reply::new("x").with_usage(usage(10, 2));
        let inner = Scripted::new()
            .on("ask", [Answer::reply(reply.clone()).after(Duration::from_millis(1500))])
            .on("抽取", [Answer::error(ErrorKind::Unavailable), reply.into()]);
        let meter = Meter::new();
        let model = Metered::new(inner, meter.clone());
        model.complete(&request("a")).await.unwrap();
        model.complete(&request("b")).await.unwrap();
        let other = Request::new(PromptId::new("抽取", "1"), vec![Message::user("x")]);
        model.complete(&other).await.unwrap_err();
        gather(&model, &other).await.1.unwrap();
        expect_test::expect![[r#"
            prompt     calls    failed     input    output   seconds
            ask            2         0        20         4      3.00
            抽取             2         1        10         2      0.00
            total          4         1        30         6      3.00"#]]
        .assert_eq(&meter.report().to_string());
    }
}
