//! Keeping every call on file.

use async_trait::async_trait;

use super::{
    recording::{RECORDING_VERSION, RecordedCall, RecordedEmbeddings, RecordedOutcome, Recording},
    watch::{End, Watch, watch, watch_stream},
};
use kag_core::Embedding;

use crate::{DeltaStream, Embedder, LanguageModel, Purpose, Reply, Request, Result};

/// A model, or embedder, whose calls are written to a [`Recording`]: replies and errors of a
/// model, texts and vectors of an embedder.
///
/// A stream is written as a whole reply when it ends; one that is dropped is not written. A
/// call whose line cannot be written fails, rather than leaving a hole in the recording.
#[derive(Debug)]
pub struct Record<M> {
    inner: M,
    recording: Recording,
}

impl<M> Record<M> {
    /// `inner`, written to `recording`.
    #[must_use]
    pub fn new(inner: M, recording: Recording) -> Self {
        Self { inner, recording }
    }

    fn watch(&self, request: &Request) -> Writing
    where
        M: LanguageModel,
    {
        Writing { recording: self.recording.clone(), model: self.inner.id().to_owned(), request: request.clone() }
    }
}

struct Writing {
    recording: Recording,
    model: String,
    request: Request,
}

impl Watch for Writing {
    fn end(self, end: End<'_>) -> Result<()> {
        let outcome = match end {
            End::Reply(reply) => RecordedOutcome::Reply(reply.clone()),
            End::Failed { error, .. } => RecordedOutcome::Error(error.into()),
            End::Dropped { .. } => return Ok(()),
        };
        let call = RecordedCall::new(&self.model, &self.request, outcome);
        self.recording.write(&call)
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<M: LanguageModel> LanguageModel for Record<M> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    async fn complete(&self, request: &Request) -> Result<Reply> {
        watch(self.watch(request), self.inner.complete(request)).await
    }

    async fn stream(&self, request: &Request) -> Result<DeltaStream> {
        watch_stream(self.watch(request), self.inner.stream(request)).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<E: Embedder> Embedder for Record<E> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn dim(&self) -> usize {
        self.inner.dim()
    }

    async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
        let vectors = self.inner.embed(texts, purpose).await?;
        self.recording.write_embeddings(&RecordedEmbeddings {
            version: RECORDING_VERSION,
            embedder: self.inner.id().to_owned(),
            dim: self.inner.dim(),
            purpose,
            texts: texts.iter().map(|text| (*text).to_owned()).collect(),
            vectors: vectors.clone(),
        })?;
        Ok(vectors)
    }
}
