//! Answers that come late, in part, or not as the protocol has them.

use std::time::{Duration, Instant};

use kag_llm::{ErrorKind, LanguageModel};

use crate::{
    check, error_of, model, question, refusal,
    server::{Script, Server, answer, events, head, ok, says},
    short_between, short_first,
};

#[tokio::test]
async fn late_headers_are_a_time_out_of_the_first_byte() {
    let server = Server::start([Script::default().wait(2000)]);
    let begun = Instant::now();
    let error = error_of(&model(&server).with_timeouts(short_first())).await;
    check(&error, ErrorKind::Timeout, &["first_byte", "250ms", "qwen-测试", "/v1/chat/completions"]);
    assert!(error.is_retryable());
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn headers_without_a_body_are_a_time_out_of_the_first_byte() {
    let server = Server::start([head("application/json").wait(2000)]);
    check(&error_of(&model(&server).with_timeouts(short_first())).await, ErrorKind::Timeout, &["first_byte"]);
}

#[tokio::test]
async fn a_body_that_stalls_is_a_time_out_between_bytes() {
    let script = head("application/json").send("{\"choices\":").wait(2000);
    let server = Server::start([script]);
    check(
        &error_of(&model(&server).with_timeouts(short_between())).await,
        ErrorKind::Timeout,
        &["stalled", "between_bytes 150ms"],
    );
}

#[tokio::test]
async fn a_body_that_drips_for_ever_is_a_time_out_in_all() {
    let drip = (0..40).fold(head("application/json"), |script, _| script.send(" ").wait(50));
    let server = Server::start([drip]);
    let model = model(&server).with_timeouts(crate::long().with_total(Some(Duration::from_millis(400))));
    check(&error_of(&model).await, ErrorKind::Timeout, &["total 400ms"]);
}

#[tokio::test]
async fn a_slow_body_within_the_limits_is_read() {
    // Longer in all than the limit between bytes.
    let body = r#"{"choices":[{"message":{"content":"慢"}}]}"#.as_bytes();
    let slow = body.chunks(10).fold(head("application/json"), |script, part| script.send(part).wait(150));
    let server = Server::start([slow]);
    let limits = crate::long().with_between_bytes(Duration::from_millis(600));
    let model = model(&server).with_timeouts(limits);
    let reply = model.complete(&question("?")).await.unwrap();
    assert_eq!(reply.text, "慢");
}

#[tokio::test]
async fn a_body_shorter_than_announced_is_cut_off() {
    let cut = Script::default()
        .send("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"choices\":");
    let server = Server::start([cut]);
    let error = refusal(&server).await;
    check(&error, ErrorKind::Malformed, &["cut off after 11 bytes"]);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_body_that_breaks_off_in_its_json_says_so() {
    let server = Server::start([head("application/json").send("{\"choices\":[{\"mess")]);
    check(&refusal(&server).await, ErrorKind::Malformed, &["breaks off", "{\"choices\":[{\"mess"]);
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_is_unavailable() {
    let server = Server::start([Script::default()]);
    check(
        &refusal(&server).await,
        ErrorKind::Unavailable,
        &["closed the connection without an answer", &server.address],
    );
}

#[tokio::test]
async fn what_is_not_http_is_unavailable() {
    let server = Server::start([Script::default().send("SSH-2.0-OpenSSH_9.9\r\n")]);
    check(&refusal(&server).await, ErrorKind::Unavailable, &[&server.address]);
}

#[tokio::test]
async fn a_web_page_points_at_the_base_url() {
    let page = answer(200, "content-type: text/html\r\n", "<!doctype html>\n<title>登录</title>");
    let server = Server::start([page]);
    check(&refusal(&server).await, ErrorKind::Malformed, &["web page", "base URL", "/v1", "登录"]);
}

#[tokio::test]
async fn bytes_that_are_not_text_are_malformed() {
    let server = Server::start([answer(200, "", b"{\"choices\": \xff\xfe}")]);
    check(&refusal(&server).await, ErrorKind::Malformed, &["not UTF-8 from byte 12"]);
}

#[tokio::test]
async fn an_empty_answer_prose_and_other_json_are_told_apart() {
    for (body, named) in [
        ("", "the answer is empty"),
        ("你好 hello", "not JSON"),
        ("{\"choices\": 7}", "another shape"),
        ("[1, 2]", "another shape"),
    ] {
        let server = Server::start([ok(body)]);
        check(&refusal(&server).await, ErrorKind::Malformed, &[named]);
    }
}

#[tokio::test]
async fn json_nested_too_deep_is_malformed() {
    let server = Server::start([ok("[".repeat(100_000))]);
    check(&refusal(&server).await, ErrorKind::Malformed, &["answer = [[["]);
}

#[tokio::test]
async fn an_answer_longer_than_allowed_is_refused_whether_announced_or_not() {
    let long = " ".repeat(5000);
    for script in [ok(&long), head("application/json").send(&long), events().send(&long)] {
        let server = Server::start([script]);
        let model = model(&server).with_max_body(4096);
        let error = model.complete(&question("?")).await.unwrap_err();
        check(&error, ErrorKind::Malformed, &["longer than the 4096 bytes allowed"]);
    }
    let server = Server::start([says("够短")]);
    let model = model(&server).with_max_body(4096);
    assert!(model.complete(&question("?")).await.is_ok());
}

#[tokio::test]
async fn json_that_echoes_the_key_where_an_object_belongs_does_not_show_it() {
    for body in [
        format!("{:?}", crate::KEY),
        format!("{{\"choices\": [{:?}]}}", crate::KEY),
        format!("{{\"choices\": [{{\"finish_reason\": [{:?}]}}]}}", crate::KEY),
    ] {
        let server = Server::start([ok(body)]);
        check(&refusal(&server).await, ErrorKind::Malformed, &["another shape", "fault = ", "***"]);
    }
}

#[tokio::test]
async fn a_long_answer_is_shown_in_part_and_without_the_key() {
    let body = format!("{} {}", crate::KEY, "很长 long ".repeat(500));
    let server = Server::start([ok(body)]);
    check(&refusal(&server).await, ErrorKind::Malformed, &["answer = *** 很长", "…"]);
}
