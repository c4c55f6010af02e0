//! What waits its turn.

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
