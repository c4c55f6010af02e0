//! Vectors.

use std::num::NonZeroUsize;

use kag_llm::{Embedder, Error, ErrorKind, Purpose};
use kag_openai::{EmbeddingBatch, Endpoint, OpenAiEmbedder};
use serde_json::{Value, json};

use crate::{
    KEY, check, long,
    server::{Server, answer, ok},
};

fn endpoint(server: &Server) -> Endpoint {
    let endpoint = Endpoint::new(&server.base).unwrap();
    endpoint.with_api_key(KEY).with_timeouts(long())
}

fn embedder(server: &Server, dim: usize) -> OpenAiEmbedder {
    OpenAiEmbedder::new(endpoint(server), "bge-测试", NonZeroUsize::new(dim).unwrap())
}

fn vectors(rows: &[(usize, &[f64])]) -> Value {
    let row = |(index, vector): &(usize, &[f64])| json!({ "index": index, "embedding": vector });
    json!({ "object": "list", "data": rows.iter().map(row).collect::<Vec<_>>() })
}

async fn embed(body: Value, texts: &[&str]) -> Result<Vec<Vec<f32>>, Error> {
    let server = Server::start([ok(body)]);
    let vectors = embedder(&server, 2).embed(texts, Purpose::Document).await?;
    Ok(vectors.iter().map(|v| v.as_slice().to_vec()).collect())
}

/// A server whose vector for a text is its number of bytes and 1.
fn counting() -> Server {
    Server::handling(|_, seen, stream| {
        let input = seen.json()["input"].clone();
        let row =
            |(index, text): (usize, &Value)| json!({ "index": index, "embedding": [text.as_str().unwrap().len(), 1] });
        let rows: Vec<Value> = input.as_array().unwrap().iter().enumerate().map(row).collect();
        ok(json!({ "data": rows })).play(stream);
    })
}

#[tokio::test]
async fn vectors_come_in_the_order_of_the_texts_and_are_of_length_one() {
    let found = embed(vectors(&[(1, &[0.0, 2.0]), (0, &[3.0, 4.0])]), &["知识", "graph"]);
    assert_eq!(found.await.unwrap(), [[0.6, 0.8], [0.0, 1.0]]);
}

#[tokio::test]
async fn the_request_carries_model_texts_and_form() {
    let server = counting();
    embedder(&server, 2).embed(&["知识", "graph"], Purpose::Query).await.unwrap();
    let seen = &server.seen()[0];
    assert_eq!(seen.line, "POST /v1/embeddings HTTP/1.1");
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(seen.json(), json!({ "model": "bge-测试", "input": ["知识", "graph"], "encoding_format": "float" }));
}

#[tokio::test]
async fn no_texts_ask_nothing_and_blank_ones_are_zero() {
    let server = counting();
    let embedder = embedder(&server, 2);
    assert!(embedder.embed(&[], Purpose::Document).await.unwrap().is_empty());
    let blank = embedder.embed(&["", " \n\u{3000}"], Purpose::Document).await.unwrap();
    assert!(blank.iter().all(|vector| vector.as_slice() == [0.0, 0.0]));
    assert!(server.seen().is_empty());

    let mixed = embedder.embed(&["", "a", " ", "知"], Purpose::Document).await.unwrap();
    let zero: Vec<bool> = mixed.iter().map(|v| v.as_slice() == [0.0, 0.0]).collect();
    assert_eq!(zero, [true, false, true, false]);
    assert_eq!(server.bodies()[0]["input"], json!(["a", "知"]));
}

#[tokio::test]
async fn batches_are_bounded_by_count_and_bytes_and_keep_the_order() {
    let server = counting();
    let batch = EmbeddingBatch::default().with_texts(NonZeroUsize::new(3).unwrap()).with_bytes(8);
    let texts = ["a", "bb", "ccc", "dddd", "很长的一段文字", "e", "f"];
    let embedder = embedder(&server, 2).with_batch(batch);
    let vectors = embedder.embed(&texts, Purpose::Document).await.unwrap();
    for (text, vector) in texts.iter().zip(&vectors) {
        let slope = vector.as_slice()[0] / vector.as_slice()[1];
        assert!((slope - text.len() as f32).abs() < 1e-4, "{text}");
    }
    let sent: Vec<Value> = server.bodies().iter().map(|b| b["input"].clone()).collect();
    assert_eq!(sent, [json!(["a", "bb", "ccc"]), json!(["dddd"]), json!(["很长的一段文字"]), json!(["e", "f"])]);
}

#[tokio::test]
async fn answers_that_do_not_fit_the_texts_are_malformed() {
    let two: &[&str] = &["知识", "graph"];
    let row: &[f64] = &[1.0, 0.0];
    for (body, named) in [
        (vectors(&[(0, row)]), "1 vectors came for 2 texts"),
        (vectors(&[(0, row), (1, row), (2, row)]), "3 vectors came for 2 texts"),
        (vectors(&[(0, row), (0, row)]), "two vectors came for one text"),
        (vectors(&[(0, row), (2, row)]), "a text that was not sent"),
        (vectors(&[(0, row), (1, &[1.0, 2.0, 3.0])]), "3 components came where 2 were expected"),
        (vectors(&[(0, row), (1, &[])]), "0 components"),
        (json!({ "data": [{ "embedding": row }, { "index": 1, "embedding": row }] }), "without its index"),
        (json!({ "data": [{ "index": 0, "embedding": "AACAPw==" }, {}] }), "another shape"),
        (json!({ "data": null }), "no data"),
        (json!({ "object": "list" }), "no data"),
        (vectors(&[(0, &[1e300, 0.0]), (1, row)]), "not finite"),
    ] {
        let error = embed(body, two).await.unwrap_err();
        check(&error, ErrorKind::Malformed, &[named, "bge-测试", "/v1/embeddings", "openai.embed"]);
    }
}

#[tokio::test]
async fn one_batch_that_fails_fails_all() {
    let first = ok(vectors(&[(0, &[1.0, 0.0])]));
    let server = Server::start([first, answer(429, "retry-after: 2\r\n", "慢")]);
    let batch = EmbeddingBatch::default().with_texts(NonZeroUsize::MIN);
    let embedder = embedder(&server, 2).with_batch(batch);
    let error = embedder.embed(&["a", "b", "c"], Purpose::Document).await.unwrap_err();
    check(&error, ErrorKind::RateLimited, &["慢"]);
    assert_eq!(error.wait().unwrap().as_secs(), 2);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_server_without_embeddings_says_so() {
    let server = Server::start([answer(501, "", r#"{"error":{"message":"start with --embeddings 启动"}}"#)]);
    let error = OpenAiEmbedder::connect(endpoint(&server), "m").await.unwrap_err();
    check(&error, ErrorKind::Unsupported, &["--embeddings 启动", "openai.connect"]);
    let error = embed(json!({ "error": { "message": "坏", "code": 500 } }), &["a"]).await;
    check(&error.unwrap_err(), ErrorKind::Unavailable, &["坏"]);
}

#[tokio::test]
async fn the_dimension_can_be_learnt() {
    let server = Server::start([ok(vectors(&[(0, &[1.0, 2.0, 2.0])]))]);
    let embedder = OpenAiEmbedder::connect(endpoint(&server), "bge").await.unwrap();
    assert_eq!((embedder.dim(), embedder.id()), (3, "bge/3"));
    let server = Server::start([ok(vectors(&[(0, &[])]))]);
    let error = OpenAiEmbedder::connect(endpoint(&server), "bge").await.unwrap_err();
    check(&error, ErrorKind::Malformed, &["vectors are empty"]);
}

#[tokio::test]
async fn prefixes_and_shortening_are_sent_and_prefixes_change_the_id() {
    let server = counting();
    let plain = embedder(&server, 2);
    let embedder = embedder(&server, 2).with_prefixes("段落: ", "query: ").with_shortening();
    assert_ne!(embedder.id(), plain.id());
    embedder.embed(&["a"], Purpose::Document).await.unwrap();
    embedder.embed(&["a"], Purpose::Query).await.unwrap();
    let bodies = server.bodies();
    assert_eq!(bodies[0]["input"], json!(["段落: a"]));
    assert_eq!(bodies[1]["input"], json!(["query: a"]));
    assert_eq!(bodies[0]["dimensions"], 2);
}
