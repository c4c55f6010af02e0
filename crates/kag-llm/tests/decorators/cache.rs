//! What is asked once.

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
    for request in
        [request("x"), request("y"), request("x").with_max_tokens(5), request("x").with_temperature(0.5), other_version]
    {
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
