//! The adapter against a server on the loopback interface that misbehaves on purpose.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod broken;
mod chat;
mod decorated;
mod dialect;
mod embeddings;
mod refusals;
mod route;
mod server;
mod streaming;

use std::time::Duration;

use kag_llm::{Error, ErrorKind, LanguageModel, Message, PromptId, Request, Role};
use kag_openai::{OpenAi, Timeouts};
use server::Server;

const KEY: &str = "sk-geheim-秘密-0123456789";

/// A model at `server`, with a key and limits that no busy machine reaches.
fn model(server: &Server) -> OpenAi {
    OpenAi::new(&server.base, "qwen-测试").unwrap().with_api_key(KEY).with_timeouts(long())
}

fn long() -> Timeouts {
    Timeouts::default().with_total(Some(Duration::from_secs(30)))
}

/// Limits for a server that does not begin.
fn short_first() -> Timeouts {
    long().with_first_byte(Duration::from_millis(250))
}

/// Limits for a server that does not go on.
fn short_between() -> Timeouts {
    long().with_between_bytes(Duration::from_millis(150))
}

fn question(text: &str) -> Request {
    let prompt = PromptId { name: "ask".into(), version: "1".into() };
    let message = |role, text: &str| Message { role, text: text.into() };
    let messages = vec![message(Role::System, "Answer briefly. 请简短回答。"), message(Role::User, text)];
    Request::new(prompt, messages)
}

/// The error of asking `server`.
async fn refusal(server: &Server) -> Error {
    error_of(&model(server)).await
}

async fn error_of(model: &OpenAi) -> Error {
    model.complete(&question("法国的首都是哪里?")).await.expect_err("the server answers nothing usable")
}

/// Checks the kind, what the message must name, and that no secret is shown anywhere.
#[track_caller]
fn check(error: &Error, kind: ErrorKind, names: &[&str]) {
    let whole = whole(error);
    assert_eq!(error.kind(), kind, "{whole}");
    let shown = error.to_string();
    for name in names {
        assert!(shown.contains(name), "{name:?} in {shown}");
    }
    assert!(shown.lines().count() == 1, "{shown}");
    assert!(shown.len() < 1500, "{shown}");
    assert!(!whole.contains(KEY), "{whole}");
}

/// Everything an error shows, causes included.
fn whole(error: &Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    text
}
