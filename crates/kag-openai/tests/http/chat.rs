//! Replies in one piece.

use kag_llm::{ErrorKind, Finish, LanguageModel, Reply, Request, Usage};
use serde_json::{Value, json};

use crate::{
    KEY, check, model, question, refusal,
    server::{Server, answer, ok, says},
};

async fn reply(body: Value) -> Reply {
    let server = Server::start([ok(body)]);
    model(&server).complete(&question("?")).await.unwrap()
}

fn choice(message: Value, finish: Value) -> Value {
    json!({ "choices": [{ "message": message, "finish_reason": finish }] })
}

#[tokio::test]
async fn a_question_is_answered_with_text_end_and_usage() {
    for (asked, answered) in [("法国的首都是哪里?", "巴黎。"), ("What is the capital of France?", "Paris.")]
    {
        let server = Server::start([says(answered)]);
        let request = question(asked).with_max_tokens(64).with_temperature(0.7);
        let reply = model(&server).complete(&request).await.unwrap();
        assert_eq!(
            reply,
            Reply {
                text: answered.to_owned(),
                finish: Finish::Stop,
                usage: Usage { input_tokens: 11, output_tokens: 7 },
            }
        );
        assert_eq!(
            server.bodies(),
            [json!({
                "model": "qwen-测试",
                "messages": [
                    { "role": "system", "content": "Answer briefly. 请简短回答。" },
                    { "role": "user", "content": asked },
                ],
                "temperature": 0.7,
                "max_tokens": 64,
                "stream": false,
            })]
        );
    }
}

#[tokio::test]
async fn the_request_carries_path_key_and_headers() {
    let server = Server::start([says("ok")]);
    let model =
        model(&server).with_header("x-team", "风控").and_then(|model| model.with_organisation("org-7")).unwrap();
    model.complete(&question("?")).await.unwrap();
    let seen = &server.seen()[0];
    assert_eq!(seen.line, "POST /v1/chat/completions HTTP/1.1");
    let bearer = format!("Bearer {KEY}");
    for (name, value) in [
        ("authorization", bearer.as_str()),
        ("x-team", "风控"),
        ("openai-organization", "org-7"),
        ("content-type", "application/json"),
        ("accept", "application/json"),
    ] {
        assert_eq!(seen.header(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn without_a_key_none_is_sent_and_a_header_of_ones_own_takes_its_place() {
    let server = Server::start([says("ok")]);
    let keyless = kag_openai::OpenAi::new(&server.base, "m").unwrap();
    keyless.complete(&question("?")).await.unwrap();
    let own = model(&server).with_header("Authorization", "Basic eHg=").unwrap();
    own.complete(&question("?")).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(seen[1].header("authorization"), Some("Basic eHg="));
}

#[tokio::test]
async fn one_model_serves_many_questions_at_once() {
    let server = Server::start([says("知识")]);
    let model = model(&server);
    let request = question("?");
    let asked = (0..8).map(|_| model.complete(&request));
    let replies = futures::future::join_all(asked).await;
    assert!(replies.into_iter().all(|reply| reply.unwrap().text == "知识"));
    assert_eq!(server.seen().len(), 8);
}

#[tokio::test]
async fn finish_reasons_are_told_apart() {
    for (reason, finish) in [
        (json!("stop"), Finish::Stop),
        (json!("length"), Finish::Length),
        (json!("content_filter"), Finish::Filtered),
        (json!("eos"), Finish::Stop),
        (Value::Null, Finish::Stop),
    ] {
        let reply = reply(choice(json!({ "content": "半" }), reason.clone())).await;
        assert_eq!((reply.finish, reply.text.as_str()), (finish, "半"), "{reason}");
    }
}

#[tokio::test]
async fn what_the_server_does_not_count_is_estimated() {
    let long = reply(choice(json!({ "content": "知识图谱".repeat(100) }), json!("stop"))).await;
    assert!(long.usage.input_tokens > 0);
    assert!((200..=800).contains(&long.usage.output_tokens), "{:?}", long.usage);

    let mut partly = choice(json!({ "content": "x" }), json!("stop"));
    partly["usage"] = json!({ "prompt_tokens": 5, "completion_tokens": null });
    let partly = reply(partly).await;
    assert_eq!(partly.usage.input_tokens, 5);
    assert!(partly.usage.output_tokens > 0);
}

#[tokio::test]
async fn content_in_parts_is_joined() {
    let parts = json!([{ "type": "text", "text": "知" }, { "type": "text", "text": "识" }]);
    let reply = reply(choice(json!({ "content": parts }), json!("stop"))).await;
    assert_eq!(reply.text, "知识");
}

#[tokio::test]
async fn a_model_that_says_no_is_filtered_with_its_reason() {
    let said = json!({ "content": null, "refusal": "我不能回答。" });
    let reply = reply(choice(said, json!("stop"))).await;
    assert_eq!((reply.finish, reply.text.as_str()), (Finish::Filtered, "我不能回答。"));
}

#[tokio::test]
async fn null_content_is_malformed_unless_the_reply_was_cut_off_before_its_first_word() {
    let server = Server::start([ok(choice(json!({ "content": null }), json!("tool_calls")))]);
    check(&refusal(&server).await, ErrorKind::Malformed, &["content is null", "tool_calls", "qwen-测试"]);
    let cut = reply(choice(json!({ "content": null }), json!("length"))).await;
    assert_eq!((cut.finish, cut.text.as_str()), (Finish::Length, ""));
}

#[tokio::test]
async fn an_answer_without_choices_is_malformed() {
    for body in [json!({ "choices": [] }), json!({ "id": 1 })] {
        let server = Server::start([ok(body)]);
        check(&refusal(&server).await, ErrorKind::Malformed, &["no choices"]);
    }
}

#[tokio::test]
async fn a_failure_inside_an_answer_of_success_is_a_failure() {
    for (error, kind, named) in [
        (json!({ "message": "满载", "code": 429 }), ErrorKind::RateLimited, "满载"),
        (json!({ "message": "oops", "code": "503" }), ErrorKind::Unavailable, "oops"),
        (json!("上游断开"), ErrorKind::Unavailable, "上游断开"),
    ] {
        let server = Server::start([ok(json!({ "error": error }))]);
        check(&refusal(&server).await, kind, &[named]);
    }
}

#[tokio::test]
async fn a_temperature_that_is_no_number_is_refused_before_anything_is_sent() {
    let server = Server::start([says("ok")]);
    let request: Request = question("?").with_temperature(f32::NAN);
    let error = model(&server).complete(&request).await.unwrap_err();
    check(&error, ErrorKind::InvalidInput, &["temperature"]);
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn any_status_of_success_will_do() {
    let body = choice(json!({ "content": "好" }), json!("stop")).to_string();
    let server = Server::start([answer(201, "", body)]);
    let reply = model(&server).complete(&question("?")).await.unwrap();
    assert_eq!(reply.text, "好");
}
