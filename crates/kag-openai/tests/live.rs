//! The adapter against a real server, only where `KAG_OPENAI_BASE_URL` and
//! `KAG_OPENAI_MODEL` (and `KAG_OPENAI_API_KEY`, if needed) name one; embeddings where
//! `KAG_OPENAI_EMBEDDING_MODEL` does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::env;

use futures::StreamExt;
use kag_llm::{Delta, Embedder, Finish, Format, LanguageModel, Message, PromptId, Purpose, Request, Role};
use kag_openai::{Endpoint, OpenAi, OpenAiEmbedder};
use serde_json::{Value, json};

/// The server the environment names; otherwise says that `test` is skipped.
fn live(test: &str) -> Option<OpenAi> {
    if env::var_os("KAG_OPENAI_BASE_URL").is_none() {
        println!("skipped: {test} needs KAG_OPENAI_BASE_URL");
        return None;
    }
    Some(OpenAi::from_env().unwrap())
}

fn question(text: &str) -> Request {
    let prompt = PromptId { name: "live".into(), version: "1".into() };
    let message = |role, text: &str| Message { role, text: text.into() };
    let system = message(Role::System, "Answer in one short sentence. 请用一句话回答。");
    Request::new(prompt, vec![system, message(Role::User, text)]).with_max_tokens(64)
}

#[tokio::test]
async fn questions_in_both_languages_are_answered() {
    let Some(model) = live("completion") else {
        return;
    };
    for (text, accepted) in [("What is the capital of France?", "Paris"), ("法国的首都是哪座城市?", "巴黎")]
    {
        let reply = model.complete(&question(text)).await.unwrap();
        println!("{text} {reply:?}");
        assert!(reply.text.contains(accepted), "{reply:?}");
        assert!(reply.usage.input_tokens > 5 && reply.usage.output_tokens > 0);
    }
}

#[tokio::test]
async fn a_limit_of_tokens_cuts_the_reply_off() {
    let Some(model) = live("limit") else {
        return;
    };
    let request = question("Count from one to fifty in words.").with_max_tokens(8);
    let reply = model.complete(&request).await.unwrap();
    println!("{reply:?}");
    assert_eq!(reply.finish, Finish::Length, "{reply:?}");
}

#[tokio::test]
async fn a_streamed_reply_is_the_whole_one_in_pieces() {
    let Some(model) = live("stream") else {
        return;
    };
    let request = question("法国的首都是哪座城市?");
    let mut stream = model.stream(&request).await.unwrap();
    let (mut text, mut pieces, mut end) = (String::new(), 0, None);
    while let Some(delta) = stream.next().await {
        match delta.unwrap() {
            Delta::Text(more) => {
                text.push_str(&more);
                pieces += 1;
            }
            Delta::End { finish, usage } => end = Some((finish, usage)),
            other => panic!("{other:?}"),
        }
    }
    let (finish, usage) = end.expect("a stream has an end");
    println!("{pieces} pieces: {text} {finish:?} {usage:?}; {:?}", model.dialect());
    assert!(pieces > 1 && text.contains("巴黎"), "{text}");
    assert!(usage.input_tokens > 5 && usage.output_tokens > 0);
}

#[tokio::test]
async fn json_by_schema_has_the_schemas_shape() {
    let Some(model) = live("json") else {
        return;
    };
    let schema = json!({
        "type": "object",
        "properties": {
            "country": { "type": "string" },
            "capital": { "type": "string" },
            "population_millions": { "type": "integer" },
        },
        "required": ["country", "capital", "population_millions"],
        "additionalProperties": false,
    });
    let name = "capital".into();
    let request = question("Tell me about 日本.").with_format(Format::Json { name, schema }).with_max_tokens(200);
    let reply = model.complete(&request).await.unwrap();
    println!("{reply:?}; {:?}", model.dialect());
    let value: Value = serde_json::from_str(&reply.text).unwrap();
    assert!(value["country"].is_string() && value["capital"].is_string());
    assert!(value["population_millions"].is_i64());
}

#[tokio::test]
async fn embeddings_of_like_texts_are_near() {
    let (Some(_), Ok(name)) = (live("embedding"), env::var("KAG_OPENAI_EMBEDDING_MODEL")) else {
        println!("skipped: embedding needs KAG_OPENAI_EMBEDDING_MODEL");
        return;
    };
    let endpoint = Endpoint::new(&env::var("KAG_OPENAI_BASE_URL").unwrap()).unwrap();
    let endpoint = match env::var("KAG_OPENAI_API_KEY") {
        Ok(key) => endpoint.with_api_key(key),
        Err(_) => endpoint,
    };
    let embedder = OpenAiEmbedder::connect(endpoint, name.as_str()).await.unwrap();
    let texts = ["a cat sleeps", "a kitten naps", "rates of interest rose"];
    let vectors = embedder.embed(&texts, Purpose::Document).await.unwrap();
    let cosine = |a: usize, b: usize| -> f32 {
        let pairs = vectors[a].as_slice().iter().zip(vectors[b].as_slice());
        pairs.map(|(x, y)| x * y).sum()
    };
    println!("{} near {} far {}", embedder.id(), cosine(0, 1), cosine(0, 2));
    assert!(cosine(0, 1) > cosine(0, 2));
}
