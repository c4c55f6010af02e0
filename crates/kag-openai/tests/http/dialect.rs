//! Servers that do not take every form of a request.

use kag_llm::{ErrorKind, Format, LanguageModel, Request};
use kag_openai::{Dialect, JsonForm, TokenLimitField};
use serde_json::{Value, json};

use crate::{
    check, model, question,
    server::{Script, Server, answer, says},
};

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": { "首都": { "type": "string" } },
        "required": ["首都"],
        "additionalProperties": false,
    })
}

fn json_question() -> Request {
    let name = "capital of 国".into();
    question("法国的首都?").with_format(Format::Json { name, schema: schema() })
}

fn no(message: &str) -> Script {
    answer(400, "", json!({ "error": { "message": message } }).to_string())
}

#[tokio::test]
async fn json_is_asked_for_by_schema() {
    let server = Server::start([says("{\"首都\":\"巴黎\"}")]);
    let model = model(&server);
    model.complete(&json_question()).await.unwrap();
    assert_eq!(
        server.bodies()[0]["response_format"],
        json!({
            "type": "json_schema",
            "json_schema": { "name": "capital_of__", "schema": schema(), "strict": true },
        })
    );
    assert_eq!(model.dialect(), Dialect::default());
}

#[tokio::test]
async fn a_server_that_refuses_schemas_is_asked_for_an_object_from_then_on() {
    let server = Server::start([no("This response_format type is unavailable now"), says("{\"首都\":\"巴黎\"}")]);
    let model = model(&server);
    let reply = model.complete(&json_question()).await.unwrap();
    assert_eq!(reply.text, "{\"首都\":\"巴黎\"}");
    assert_eq!(model.dialect().json, JsonForm::Object);

    let clone = model.clone();
    clone.complete(&json_question()).await.unwrap();
    let bodies = server.bodies();
    assert_eq!(bodies.len(), 3, "the clone begins where the first call arrived");
    for body in &bodies[1..] {
        assert_eq!(body["response_format"], json!({ "type": "json_object" }));
        let told = body["messages"][0]["content"].as_str().unwrap();
        assert!(told.starts_with("Answer briefly. 请简短回答。"), "{told}");
        assert!(told.contains("JSON") && told.contains(&schema().to_string()), "{told}");
        assert_eq!(body["messages"][1]["content"], "法国的首都?");
    }
}

#[tokio::test]
async fn a_server_that_knows_no_formats_is_told_in_words() {
    let server = Server::start([no("unknown field json_schema"), no("Unsupported response_format"), says("{}")]);
    let model = model(&server);
    model.complete(&json_question()).await.unwrap();
    assert_eq!(model.dialect().json, JsonForm::Words);
    let last = &server.bodies()[2];
    assert_eq!(last.get("response_format"), None);
    assert!(last["messages"][0]["content"].as_str().unwrap().contains("JSON Schema"));
}

#[tokio::test]
async fn without_a_system_message_the_question_says_the_form() {
    let server = Server::start([no("response_format?"), says("{}")]);
    let mut request = json_question();
    request.messages.remove(0);
    model(&server).complete(&request).await.unwrap();
    let told = &server.bodies()[1]["messages"][0];
    assert_eq!(told["role"], "user");
    assert!(told["content"].as_str().unwrap().starts_with("法国的首都?"));
}

#[tokio::test]
async fn a_schema_the_server_cannot_take_weakens_that_request_alone() {
    let server = Server::start([no("Invalid schema for response_format 'capital': unknown keyword"), says("{}")]);
    let model = model(&server);
    model.complete(&json_question()).await.unwrap();
    assert_eq!(model.dialect(), Dialect::default());
}

#[tokio::test]
async fn a_server_that_has_taken_a_schema_is_not_thought_unable_to() {
    let refused = no("JSON Schema with pattern is not supported 不支持");
    let server = Server::start([says("{}"), refused, says("{}"), says("{}")]);
    let model = model(&server);
    for _ in 0..3 {
        model.complete(&json_question()).await.unwrap();
    }
    let forms: Vec<Value> = server.bodies().iter().map(|body| body["response_format"]["type"].clone()).collect();
    assert_eq!(forms, ["json_schema", "json_schema", "json_object", "json_schema"]);
}

#[tokio::test]
async fn a_refusal_about_something_else_is_the_callers() {
    let server = Server::start([no("上下文过长: this model's maximum context length is 4096")]);
    let model = model(&server);
    let error = model.complete(&json_question()).await.unwrap_err();
    check(&error, ErrorKind::InvalidInput, &["maximum context length", "prompt = ask"]);
    assert_eq!(server.seen().len(), 1);
    assert_eq!(model.dialect(), Dialect::default());
}

#[tokio::test]
async fn a_server_that_always_refuses_is_asked_a_bounded_number_of_times() {
    let everything = "unsupported: response_format, temperature, max_completion_tokens, stream_options";
    let server = Server::start([no(everything)]);
    let model = model(&server);
    let request = json_question().with_max_tokens(9);
    let error = model.complete(&request).await.unwrap_err();
    check(&error, ErrorKind::InvalidInput, &["unsupported: response_format"]);
    assert_eq!(server.seen().len(), 5);
    assert!(model.stream(&request).await.is_err());
    assert_eq!(server.seen().len(), 11);
    assert_eq!(model.dialect(), Dialect::default(), "what was never taken is not learnt");
}

#[tokio::test]
async fn plain_text_is_never_weakened_by_words_about_formats() {
    let server = Server::start([no("response_format json_schema")]);
    assert!(model(&server).complete(&question("?")).await.is_err());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn models_with_their_own_names_and_fixed_temperature_are_understood() {
    let server = Server::start([
        no("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        no("Unsupported value: 'temperature' does not support 0 with this model."),
        says("巴黎"),
    ]);
    let model = model(&server);
    let request = question("?").with_max_tokens(9);
    model.complete(&request).await.unwrap();
    assert_eq!(model.dialect().token_limit, TokenLimitField::MaxCompletionTokens);
    assert!(!model.dialect().temperature);
    let last = &server.bodies()[2];
    assert_eq!(last["max_completion_tokens"], 9);
    assert_eq!(last.get("max_tokens"), None);
    assert_eq!(last.get("temperature"), None);
}
