//! The adapter inside kag-llm's decorators.

use std::{
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, Instant},
};

use kag_llm::{ErrorKind, LanguageModel, RetryOptions, Stack};

use crate::{
    check, model, question,
    server::{Server, answer, says},
};

#[tokio::test]
async fn a_retry_waits_as_the_server_asks_and_a_cache_asks_once() {
    let busy = answer(429, "retry-after-ms: 300\r\n", "请稍候");
    let server = Server::start([busy, says("巴黎")]);
    let model =
        Stack::new(Arc::new(model(&server))).with_retry(RetryOptions::default()).with_cache(NonZeroUsize::MIN).build();
    let begun = Instant::now();
    for _ in 0..2 {
        let reply = model.complete(&question("法国的首都?")).await.unwrap();
        assert_eq!(reply.text, "巴黎");
    }
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_refused_key_is_not_tried_again() {
    let server = Server::start([answer(401, "", "密钥无效")]);
    let model = Stack::new(Arc::new(model(&server))).with_retry(RetryOptions::default()).build();
    let error = model.complete(&question("?")).await.unwrap_err();
    check(&error, ErrorKind::Unauthorised, &["密钥无效"]);
    assert_eq!(server.seen().len(), 1);
}
