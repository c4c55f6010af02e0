//! A model that cannot write without end.

use kag::{
    LanguageModel, Reply, Request, async_trait,
    llm::{DeltaStream, Result},
};

/// Most tokens of a reply whose prompt sets no bound.
pub(super) const MOST: u32 = 768;

/// A model whose every reply is bounded: one that repeats itself is cut off, which its reader
/// is told, instead of going on until its context is full.
#[derive(Debug)]
pub(super) struct Bounded<M>(M);

impl<M> Bounded<M> {
    pub(super) fn new(inner: M) -> Self {
        Self(inner)
    }
}

fn bounded(request: &Request) -> Request {
    let tokens = request.max_tokens.unwrap_or(MOST);
    request.clone().with_max_tokens(tokens)
}

#[async_trait]
impl<M: LanguageModel> LanguageModel for Bounded<M> {
    fn id(&self) -> &str {
        self.0.id()
    }

    async fn complete(&self, request: &Request) -> Result<Reply> {
        self.0.complete(&bounded(request)).await
    }

    async fn stream(&self, request: &Request) -> Result<DeltaStream> {
        self.0.stream(&bounded(request)).await
    }
}
