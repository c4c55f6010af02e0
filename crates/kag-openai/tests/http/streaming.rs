//! Replies in pieces.

use futures::StreamExt;
use kag_llm::{Delta, Error, ErrorKind, Finish, LanguageModel, Usage};
use kag_openai::Timeouts;
use serde_json::{Value, json};

use crate::{
    KEY, check, long, model, question,
    server::{Script, Server, answer, events, head, says},
    short_between,
};

fn piece(text: &str) -> Value {
    json!({ "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }] })
}

fn finished(reason: &str) -> Value {
    json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] })
}

fn counted() -> Value {
    json!({ "choices": [], "usage": { "prompt_tokens": 11, "completion_tokens": 7 } })
}

/// The text that came, and the end or the error.
async fn streamed(script: Script) -> (String, Result<(Finish, Usage), Error>) {
    streamed_within(long(), script).await
}

async fn streamed_within(limits: Timeouts, script: Script) -> (String, Result<(Finish, Usage), Error>) {
    let server = Server::start([script]);
    let model = model(&server).with_timeouts(limits);
    let mut stream = match model.stream(&question("?")).await {
        Ok(stream) => stream,
        Err(error) => return (String::new(), Err(error)),
    };
    let mut text = String::new();
    let mut end = None;
    while let Some(delta) = stream.next().await {
        assert!(end.is_none(), "nothing comes after the end or an error");
        match delta {
            Ok(Delta::Text(more)) => {
                assert!(!more.is_empty());
                text.push_str(&more);
            }
            Ok(Delta::End { finish, usage }) => end = Some(Ok((finish, usage))),
            Ok(other) => panic!("{other:?}"),
            Err(error) => end = Some(Err(error)),
        }
    }
    (text, end.expect("a stream has an end"))
}

const COUNTED: Usage = Usage { input_tokens: 11, output_tokens: 7 };

#[tokio::test]
async fn pieces_come_in_order_and_the_end_tells_why_and_what_it_cost() {
    let script = events()
        .event(json!({ "choices": [{ "delta": { "role": "assistant", "content": "" } }] }))
        .event(piece("巴黎"))
        .event(piece(", Paris"))
        .event(finished("length"))
        .event(counted())
        .event("[DONE]");
    let (text, end) = streamed(script).await;
    assert_eq!(text, "巴黎, Paris");
    assert_eq!(end.unwrap(), (Finish::Length, COUNTED));
}

#[tokio::test]
async fn a_stream_is_asked_for_with_its_usage() {
    let server = Server::start([events().event(piece("x")).event("[DONE]")]);
    let stream = model(&server).stream(&question("?")).await.unwrap();
    drop(stream);
    let seen = &server.seen()[0];
    assert_eq!(seen.json()["stream"], true);
    assert_eq!(seen.json()["stream_options"], json!({ "include_usage": true }));
    assert!(seen.header("accept").unwrap().contains("text/event-stream"));
}

#[tokio::test]
async fn a_server_that_refuses_to_count_is_not_asked_to() {
    let no = answer(400, "", r#"{"error":{"message":"stream_options: unknown field 未知"}}"#);
    let server = Server::start([no, events().event(piece("x")).event("[DONE]")]);
    let model = model(&server);
    let deltas: Vec<_> = model.stream(&question("?")).await.unwrap().collect().await;
    assert_eq!(deltas.len(), 2);
    assert!(!model.dialect().stream_usage);
    assert_eq!(server.bodies()[1].get("stream_options"), None);
    let Ok(Delta::End { usage, .. }) = deltas[1].as_ref() else {
        panic!("{deltas:?}");
    };
    assert!(usage.input_tokens > 0 && usage.output_tokens > 0, "{usage:?}");
}

#[tokio::test]
async fn pieces_may_be_split_anywhere_and_lines_end_in_any_way() {
    let whole = format!(
        ": 保持连接\r\n\r\ndata: {}\r\n\r\nevent: message\ndata: {{\"choices\": [\ndata: {{\"delta\":{{\"content\":\"图谱\"}}}}]}}\n\n: ping\n\ndata: {}\r\rdata: [DONE]\n\n",
        piece("知识"),
        finished("stop"),
    );
    for size in [1, 2, 7, 64] {
        let script = whole.as_bytes().chunks(size).fold(events(), |script, part| script.send(part));
        let (text, end) = streamed(script).await;
        assert_eq!(text, "知识图谱", "{size}");
        assert_eq!(end.unwrap().0, Finish::Stop);
    }
}

#[tokio::test]
async fn pieces_arrive_while_the_rest_is_still_being_written() {
    let script = events().event(piece("早")).wait(700).event(piece("晚")).event("[DONE]");
    let server = Server::start([script]);
    let begun = std::time::Instant::now();
    let mut stream = model(&server).stream(&question("?")).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap(), Delta::Text("早".to_owned()));
    assert!(begun.elapsed().as_millis() < 600);
    assert_eq!(stream.next().await.unwrap().unwrap(), Delta::Text("晚".to_owned()));
}

#[tokio::test]
async fn a_stream_that_stalls_is_a_time_out_after_what_came() {
    let (text, end) = streamed_within(short_between(), events().event(piece("半")).wait(1500)).await;
    assert_eq!(text, "半");
    check(&end.unwrap_err(), ErrorKind::Timeout, &["between_bytes 150ms", "openai.stream"]);
}

#[tokio::test]
async fn a_stream_that_is_cut_off_is_malformed_after_what_came() {
    let (text, end) = streamed(events().event(piece("半句"))).await;
    assert_eq!(text, "半句");
    check(&end.unwrap_err(), ErrorKind::Malformed, &["cut off after 6 bytes of text", "[DONE]"]);
    let (text, end) = streamed(events().event(piece("半")).send("data: {\"choi")).await;
    assert_eq!(text, "半");
    check(&end.unwrap_err(), ErrorKind::Malformed, &["breaks off"]);
    let broken = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n5\r\n: hi\n\r\n9\r\nda";
    let (_, end) = streamed(Script::default().send(broken)).await;
    check(&end.unwrap_err(), ErrorKind::Malformed, &["cut off after"]);
}

#[tokio::test]
async fn a_stream_without_done_is_whole_if_it_said_why_it_ended() {
    let (text, end) = streamed(events().event(piece("完")).event(finished("stop"))).await;
    assert_eq!((text.as_str(), end.unwrap().0), ("完", Finish::Stop));
    let (_, end) = streamed(events().event("[DONE]")).await;
    check(&end.unwrap_err(), ErrorKind::Malformed, &["without a reply"]);
}

#[tokio::test]
async fn nothing_is_read_after_done() {
    let script = events().event(piece("a")).event("[DONE]").event(piece("b"));
    assert_eq!(streamed(script).await.0, "a");
}

#[tokio::test]
async fn an_error_inside_the_stream_ends_it_with_its_kind_and_no_secret() {
    let overloaded = json!({ "error": { "message": format!("过载 {KEY}"), "code": 503 } });
    let (text, end) = streamed(events().event(piece("a")).event(&overloaded).event("[DONE]")).await;
    assert_eq!(text, "a");
    check(&end.unwrap_err(), ErrorKind::Unavailable, &["过载 ***", "503"]);

    let named = events().send("event: error\ndata: {\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}\n\n");
    check(&streamed(named).await.1.unwrap_err(), ErrorKind::RateLimited, &["slow down"]);

    let plain = events().send("event: error\ndata: 内存不足\n\n");
    check(&streamed(plain).await.1.unwrap_err(), ErrorKind::Unavailable, &["内存不足"]);
}

#[tokio::test]
async fn what_is_no_stream_of_json_is_malformed() {
    for (script, named) in [
        (events().event("你好"), "not JSON"),
        (events().send("data: \u{fffd}".as_bytes()).send(b"\xff\n\n"), "not UTF-8"),
        (answer(200, "content-type: text/html\r\n", "<p>登录</p>"), "web page"),
        (head("text/plain").send("hello"), "cut off"),
    ] {
        check(&streamed(script).await.1.unwrap_err(), ErrorKind::Malformed, &[named]);
    }
}

#[tokio::test]
async fn one_event_may_not_be_longer_than_an_answer() {
    let server = Server::start([events().send(vec![b'x'; 5000])]);
    let model = model(&server).with_max_body(4096);
    let mut stream = model.stream(&question("?")).await.unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    check(&error, ErrorKind::Malformed, &["4096"]);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let (text, end) = streamed(says("整句")).await;
    assert_eq!(text, "整句");
    assert_eq!(end.unwrap(), (Finish::Stop, COUNTED));
}

#[tokio::test]
async fn a_refusal_comes_before_the_stream() {
    let (_, end) = streamed(answer(429, "retry-after: 4\r\n", "慢")).await;
    let error = end.unwrap_err();
    check(&error, ErrorKind::RateLimited, &["openai.stream", "慢"]);
    assert_eq!(error.wait().unwrap().as_secs(), 4);
}

#[tokio::test]
async fn a_model_that_says_no_is_filtered() {
    let says_no = json!({ "choices": [{ "delta": { "refusal": "不行" } }] });
    let script = events().event(says_no).event(finished("stop")).event("[DONE]");
    let (text, end) = streamed(script).await;
    assert_eq!((text.as_str(), end.unwrap().0), ("不行", Finish::Filtered));
}
