//! Statuses that say no.

use std::time::Duration;

use kag_llm::{Error, ErrorKind};
use serde_json::json;

use crate::{
    KEY, check, error_of, model, refusal,
    server::{Server, answer},
    short_between,
};

async fn refused(status: u16, headers: &str, body: impl ToString) -> Error {
    let server = Server::start([answer(status, headers, body.to_string())]);
    let error = refusal(&server).await;
    assert_eq!(server.seen().len(), 1, "nothing is tried twice");
    error
}

#[tokio::test]
async fn a_refused_key_is_unauthorised_and_stays_secret_even_if_echoed() {
    let body = json!({ "error": {
        "message": format!("Incorrect API key provided: {KEY}. 密钥 {KEY} 无效"),
        "code": "invalid_api_key",
    }});
    for status in [401, 403] {
        let error = refused(status, "", &body).await;
        check(&error, ErrorKind::Unauthorised, &["key", "*** 无效", &status.to_string()]);
        assert!(!error.is_retryable());
    }
    let error = refused(401, "", format!("no: {KEY}")).await;
    check(&error, ErrorKind::Unauthorised, &["server = no: ***"]);
}

#[tokio::test]
async fn an_unknown_path_or_model_names_both() {
    let body = json!({ "error": { "message": "model 'qwen-测试' not found, try pulling it" } });
    let error = refused(404, "", body).await;
    check(
        &error,
        ErrorKind::InvalidInput,
        &["base URL", "/v1/chat/completions", "model = qwen-测试", "try pulling it"],
    );
    let error = refused(404, "content-type: text/html\r\n", "<html>nginx</html>").await;
    check(&error, ErrorKind::InvalidInput, &["/v1/chat/completions", "(a web page)"]);
}

#[tokio::test]
async fn a_request_the_server_cannot_take_says_why_in_bounded_length() {
    let long = format!("上下文过长 too long {}", "x ".repeat(50_000));
    for body in [
        json!({ "error": { "message": long } }),
        json!({ "error": long }),
        json!({ "message": long }),
        json!({ "detail": long }),
        json!({ "detail": [{ "loc": ["body"], "msg": long }] }),
    ] {
        for status in [400, 413, 422] {
            let error = refused(status, "", &body).await;
            check(&error, ErrorKind::InvalidInput, &["上下文过长 too long", "…"]);
            assert!(!error.is_retryable());
        }
    }
}

#[tokio::test]
async fn too_many_requests_say_how_long_to_wait_in_either_form() {
    let body = json!({ "error": { "message": "请稍后再试" } });
    let date = "Sun, 06 Nov 1994 08:49:";
    let as_date = format!("date: {date}00 GMT\r\nretry-after: {date}37 GMT\r\n");
    for (headers, wait) in [
        ("retry-after: 7\r\n", Some(Duration::from_secs(7))),
        (as_date.as_str(), Some(Duration::from_secs(37))),
        ("retry-after-ms: 250\r\n", Some(Duration::from_millis(250))),
        ("retry-after: whenever\r\n", None),
        ("", None),
    ] {
        let error = refused(429, headers, &body).await;
        check(&error, ErrorKind::RateLimited, &["请稍后再试", "429"]);
        assert_eq!(error.wait(), wait, "{headers}");
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn an_account_without_credit_is_not_asked_again() {
    let body = json!({ "error": { "message": "余额不足", "code": "insufficient_quota" } });
    for status in [429, 402] {
        let error = refused(status, "retry-after: 1\r\n", &body).await;
        check(&error, ErrorKind::BudgetSpent, &["no credit", "余额不足"]);
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn a_server_that_fails_is_unavailable() {
    for status in [500, 502, 503, 504, 529] {
        let error = refused(status, "retry-after: 3\r\n", "内部错误 internal").await;
        check(&error, ErrorKind::Unavailable, &["the server failed", "内部错误 internal", &status.to_string()]);
        assert_eq!(error.wait(), Some(Duration::from_secs(3)));
        assert!(error.is_retryable());
    }
    check(&refused(408, "", "").await, ErrorKind::Timeout, &["408"]);
    check(&refused(501, "", "").await, ErrorKind::Unsupported, &["501"]);
}

#[tokio::test]
async fn redirects_are_reported_and_never_followed() {
    let around = answer(307, "location: /v1/chat/completions?token=abc\r\n", "");
    let server = Server::start([around]);
    let error = refusal(&server).await;
    check(&error, ErrorKind::InvalidInput, &["redirects (307)", "base URL", "location = /v1/chat/completions)"]);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_refusal_whose_body_stalls_is_still_that_refusal() {
    let head = "HTTP/1.1 503 Busy\r\ncontent-length: 100\r\nretry-after: 2\r\n\r\nbusy 忙";
    let stalled = crate::server::Script::default().send(head).wait(1000);
    let server = Server::start([stalled]);
    let error = error_of(&model(&server).with_timeouts(short_between())).await;
    check(&error, ErrorKind::Unavailable, &["busy 忙", "503"]);
    assert_eq!(error.wait(), Some(Duration::from_secs(2)));
}

#[tokio::test]
async fn control_characters_of_a_message_do_not_reach_the_terminal() {
    let error = refused(500, "", "a\u{1b}[31mb\r\nc\u{7}").await;
    check(&error, ErrorKind::Unavailable, &["server = a [31mb c)"]);
}
