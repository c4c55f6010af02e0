//! Calls on file, and answered from it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use futures::TryStreamExt as _;
use kag_core::Embedding;
use kag_llm::{
    Answer, Delta, Embedder, Error, ErrorKind, Finish, Format, LanguageModel, Message, PromptId, Purpose, Record,
    Recording, Replay, ReplayEmbedder, Reply, Request, Result, Scripted, Usage,
};

/// A file that is gone when the test is.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("kag-llm-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn request(text: &str) -> Request {
    Request::new(PromptId::new("ask", "1"), vec![Message::system("简短"), Message::user(text)])
}

#[tokio::test]
async fn a_replay_answers_as_the_model_did() {
    let file = Scratch::new();
    let reply = Reply::new("答\n案").with_usage(Usage { input_tokens: 3, output_tokens: 2 });
    let reply = reply.with_finish(Finish::Length);
    let limited = Answer::with(|_| {
        let wait = Duration::from_millis(1500);
        Err(Error::new(ErrorKind::RateLimited, "m.complete").retry_after(wait))
    });
    let model = Scripted::new().with_id("m-1").on("ask", [limited, reply.clone().into(), "second".into()]);
    let model = Record::new(model, Recording::append(&file.0).unwrap());
    let json = request("甲").with_format(Format::json("ask", serde_json::json!({"type": "object"})));
    model.complete(&json).await.unwrap_err();
    assert_eq!(model.complete(&json).await.unwrap(), reply);
    let streamed: Vec<Delta> = model.stream(&json).await.unwrap().try_collect().await.unwrap();
    assert_eq!(streamed.len(), 2);

    let replay = Replay::open(&file.0).unwrap();
    assert_eq!(replay.id(), "m-1");
    let error = replay.complete(&json).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.wait(), Some(Duration::from_millis(1500)));
    assert_eq!(replay.complete(&json).await.unwrap(), reply);
    for _ in 0..2 {
        let again: Vec<Delta> = replay.stream(&json).await.unwrap().try_collect().await.unwrap();
        assert_eq!(again[0], Delta::Text("second".to_owned()), "the last is given again");
    }
    let error = replay.complete(&request("甲")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotRecorded);
    assert!(error.to_string().contains("prompt = ask, request = "), "{error}");
}

#[tokio::test]
async fn the_format_is_one_json_object_a_line() {
    let file = Scratch::new();
    let model = Scripted::new().on("ask", [Answer::from("是"), Answer::error(ErrorKind::Timeout)]);
    let model = Record::new(model, Recording::append(&file.0).unwrap());
    let _ = model.complete(&request("?")).await;
    let _ = model.complete(&request("?")).await;
    expect_test::expect![[r#"
        {"version":1,"model":"scripted","prompt":{"name":"ask","version":"1"},"hash":"b0bcc44173192eab6e1a04c99e280a5c","request":{"prompt":{"name":"ask","version":"1"},"messages":[{"role":"system","text":"简短"},{"role":"user","text":"?"}],"format":"text","max_tokens":null,"temperature":0.0},"reply":{"text":"是","finish":"stop","usage":{"input_tokens":11,"output_tokens":1}}}
        {"version":1,"model":"scripted","prompt":{"name":"ask","version":"1"},"hash":"b0bcc44173192eab6e1a04c99e280a5c","request":{"prompt":{"name":"ask","version":"1"},"messages":[{"role":"system","text":"简短"},{"role":"user","text":"?"}],"format":"text","max_tokens":null,"temperature":0.0},"error":{"kind":"timeout","message":"scripted.complete: timed out"}}
    "#]].assert_eq(&fs::read_to_string(&file.0).unwrap());
}

#[tokio::test]
async fn a_recording_goes_on_behind_a_line_that_was_cut_off() {
    let file = Scratch::new();
    for text in ["first", "second"] {
        let model = Scripted::new().on("ask", [text]);
        let model = Record::new(model, Recording::append(&file.0).unwrap());
        model.complete(&request(text)).await.unwrap();
        let mut bytes = fs::read(&file.0).unwrap();
        bytes.extend_from_slice(br#"{"version":1,"model":"#);
        bytes.extend(std::iter::repeat_n(b'x', 10_000));
        fs::write(&file.0, bytes).unwrap();
    }
    let replay = Replay::open(&file.0).unwrap();
    assert_eq!(replay.complete(&request("first")).await.unwrap().text, "first");
    assert_eq!(replay.complete(&request("second")).await.unwrap().text, "second");
}

#[tokio::test]
async fn two_models_share_a_recording_and_are_told_apart() {
    let file = Scratch::new();
    let recording = Recording::append(&file.0).unwrap();
    for id in ["m-1", "m-2"] {
        let model = Scripted::new().with_id(id).on("ask", [format!("来自 {id}")]);
        let model = Record::new(model, recording.clone());
        model.complete(&request("?")).await.unwrap();
    }
    let error = Replay::open(&file.0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains(r#"{"m-1", "m-2"}"#), "{error}");
    let replay = Replay::open_model(&file.0, "m-2").unwrap();
    assert_eq!(replay.complete(&request("?")).await.unwrap().text, "来自 m-2");
}

#[test]
fn what_is_not_a_recording_is_refused_with_its_line() {
    let file = Scratch::new();
    assert_eq!(Replay::open(&file.0).unwrap_err().kind(), ErrorKind::Storage, "no file");
    fs::write(&file.0, "").unwrap();
    assert_eq!(Replay::open(&file.0).unwrap_err().kind(), ErrorKind::InvalidInput, "no call");
    fs::write(&file.0, "{}\n").unwrap();
    let error = Replay::open(&file.0).unwrap_err();
    assert!(error.to_string().contains("line = 1"), "{error}");
    assert!(Recording::append(std::env::temp_dir()).is_err(), "a directory");
}

#[tokio::test]
async fn an_unknown_version_is_refused() {
    let file = Scratch::new();
    let model = Record::new(Scripted::new().on("ask", ["x"]), Recording::append(&file.0).unwrap());
    model.complete(&request("?")).await.unwrap();
    let text = fs::read_to_string(&file.0).unwrap();
    fs::write(&file.0, format!("{text}{}", text.replace("\"version\":1,\"model", "\"version\":2,\"model"))).unwrap();
    let error = Replay::open(&file.0).unwrap_err();
    assert!(error.to_string().contains("line = 2, version = 2"), "{error}");
}

#[tokio::test]
async fn a_dropped_stream_is_not_recorded() {
    let file = Scratch::new();
    let model = Scripted::new().on("ask", ["long enough for pieces"]);
    let model = Record::new(model, Recording::append(&file.0).unwrap());
    drop(model.stream(&request("?")).await.unwrap());
    assert_eq!(fs::read_to_string(&file.0).unwrap(), "");
}

/// Vectors with awkward numbers in them.
#[derive(Debug)]
struct Awkward;

#[async_trait]
impl Embedder for Awkward {
    fn id(&self) -> &str {
        "awkward-1"
    }
    fn dim(&self) -> usize {
        3
    }
    async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
        let sign = if purpose == Purpose::Query { -1.0 } else { 1.0 };
        let vector = |text: &&str| {
            let size = text.len() as f32;
            Embedding::normalised(vec![sign / (1.0 + size), size.sqrt(), 1e-30 * size])
        };
        Ok(texts.iter().map(vector).collect())
    }
}

#[tokio::test]
async fn embeddings_are_replayed_bit_for_bit_in_any_batches() {
    let file = Scratch::new();
    let recording = Recording::append(&file.0).unwrap();
    let embedder = Record::new(Awkward, recording.clone());
    let texts: Vec<String> = (0..200).map(|n| "知识".repeat(n)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let documents = embedder.embed(&texts, Purpose::Document).await.unwrap();
    let queries = embedder.embed(&texts, Purpose::Query).await.unwrap();
    let model = Record::new(Scripted::new().on("ask", ["x"]), recording);
    model.complete(&request("?")).await.unwrap();

    let replay = ReplayEmbedder::open(&file.0).unwrap();
    assert_eq!((replay.id(), replay.dim()), ("awkward-1", 3));
    assert_eq!(replay.embed(&texts, Purpose::Query).await.unwrap(), queries);
    for (text, vector) in texts.iter().zip(documents).rev() {
        let again = replay.embed(&[text], Purpose::Document).await.unwrap();
        let bits = |v: &Embedding| v.as_slice().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&again[0]), bits(&vector));
    }
    let error = replay.embed(&["知识", "unseen"], Purpose::Query).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotRecorded);
    assert!(error.to_string().contains("text = 1"), "{error}");
    assert_eq!(Replay::open(&file.0).unwrap().id(), "scripted", "one file holds both");
}
