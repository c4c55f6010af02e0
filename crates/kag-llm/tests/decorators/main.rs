//! What the decorators promise, alone and in their order.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod budget;
mod cache;
mod limit;
mod order;
mod retry;
mod trace_and_meter;

use std::{
    num::{NonZeroU64, NonZeroUsize},
    sync::Arc,
    time::Duration,
};

use futures::{StreamExt as _, future::join_all};
use kag_llm::{
    Answer, Budget, BudgetLimits, Budgeted, Cache, CallLog, CallOutcome, Delta, Error, ErrorKind, Finish, Jitter,
    LanguageModel, Limit, LimitOptions, Message, Meter, Metered, Price, PromptId, Reply, Request, Result, Retry,
    RetryOptions, Scripted, Stack, Trace, TraceText, Usage,
};
use tokio::time::Instant;

fn request(text: &str) -> Request {
    Request::new(PromptId::new("ask", "1"), vec![Message::user(text)])
}

fn many(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn rate(count: u64) -> Option<NonZeroU64> {
    NonZeroU64::new(count)
}

fn usage(input_tokens: u64, output_tokens: u64) -> Usage {
    Usage { input_tokens, output_tokens }
}

fn steady() -> RetryOptions {
    RetryOptions::default().with_jitter(Jitter::None)
}

/// The text of a stream, and its end.
async fn gather(model: &impl LanguageModel, request: &Request) -> (String, Result<(Finish, Usage)>) {
    let mut text = String::new();
    let mut stream = match model.stream(request).await {
        Ok(stream) => stream,
        Err(error) => return (text, Err(error)),
    };
    while let Some(piece) = stream.next().await {
        match piece {
            Ok(Delta::Text(piece)) => text.push_str(&piece),
            Ok(Delta::End { finish, usage }) => {
                assert!(stream.next().await.is_none(), "nothing comes after the end");
                return (text, Ok((finish, usage)));
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => return (text, Err(error)),
        }
    }
    panic!("the stream ended without its end: {text}")
}
