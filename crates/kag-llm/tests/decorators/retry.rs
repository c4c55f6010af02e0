//! What is tried again, when, and how often.

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
