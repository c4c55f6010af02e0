//! Vectors for everything that a batch of documents says.

use std::{collections::BTreeMap, sync::Arc};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use kag_core::{ContentHash, Contribution, Embedding, EmbeddingSpace};
use kag_llm::{Embedder, Purpose};

use super::{Run, clock::Stage, flow::Batch, with_causes};
use crate::{BuildReport, Error, Outcome};

/// Texts that could not be embedded.
pub(super) struct EmbedFailure {
    documents: usize,
    first: Arc<str>,
    error: kag_llm::Error,
}

impl EmbedFailure {
    pub(super) fn into_error(self, report: BuildReport) -> Error {
        let Self { documents, first, error } = self;
        Error::Embed { documents, first, report: Box::new(report), source: error }
    }
}

impl Run<'_> {
    /// The same batch with vectors; texts that had a vector before keep it.
    pub(super) async fn embed(&self, mut batch: Batch) -> Result<Batch, EmbedFailure> {
        let (Some(embedder), Some(space)) = (&self.pipeline.embedder, &self.space) else { return Ok(batch) };
        let mut vectors: BTreeMap<Arc<str>, Option<Embedding>> = BTreeMap::new();
        for ready in &batch.ready {
            let existing = ready.existing.as_deref().filter(|existing| existing.space() == Some(space));
            for text in ready.contribution.iter().flat_map(Contribution::texts) {
                let known = existing.and_then(|existing| existing.vector_of(ContentHash::of(&*text)));
                let entry = vectors.entry(text).or_default();
                if entry.is_none() {
                    *entry = known.cloned();
                }
            }
        }
        let missing: Vec<Arc<str>> =
            vectors.iter().filter(|(_, vector)| vector.is_none()).map(|(text, _)| Arc::clone(text)).collect();
        let made = self.clock.time(Stage::Embed, self.embed_all(&**embedder, space, &missing)).await;
        let made = made.map_err(|error| {
            let waiting = || batch.ready.iter().filter(|ready| ready.contribution.is_some());
            let first = waiting().next().map(|ready| Arc::clone(&ready.report.uri)).unwrap_or_default();
            EmbedFailure { documents: waiting().count(), first, error }
        })?;
        batch.embedded_texts = missing.len();
        batch.embed_calls = missing.len().div_ceil(self.pipeline.embed_batch);
        vectors.extend(missing.into_iter().zip(made.into_iter().map(Some)));
        for ready in &mut batch.ready {
            let Some(contribution) = ready.contribution.take() else { continue };
            let own = contribution.texts().into_iter().filter_map(|text| {
                let vector = vectors.get(&text)?.clone()?;
                Some((text, vector))
            });
            let own: Vec<_> = own.collect();
            match contribution.with_vectors(space.clone(), own) {
                Ok(contribution) => ready.contribution = Some(contribution),
                Err(error) => {
                    ready.report.outcome = Outcome::Failed { stage: "embed".into(), reason: with_causes(&error) };
                }
            }
        }
        Ok(batch)
    }

    async fn embed_all(
        &self,
        embedder: &dyn Embedder,
        space: &EmbeddingSpace,
        texts: &[Arc<str>],
    ) -> kag_llm::Result<Vec<Embedding>> {
        // Owned batches: a closure over borrowed ones would keep the whole run from being `Send`.
        let batches: Vec<Vec<Arc<str>>> = texts.chunks(self.pipeline.embed_batch).map(<[_]>::to_vec).collect();
        let calls = stream::iter(batches).map(|batch| async move {
            let batch: Vec<&str> = batch.iter().map(|text| &**text).collect();
            let vectors = embedder.embed(&batch, Purpose::Document).await?;
            if vectors.len() == batch.len() && vectors.iter().all(|vector| vector.dim() == space.dim) {
                return Ok(vectors);
            }
            let error = kag_llm::Error::new(kag_llm::ErrorKind::Malformed, "build.embed");
            Err(error.reason("not one vector a text, each of the promised length").with("model", embedder.id()))
        });
        let vectors: Vec<Vec<Embedding>> = calls.buffered(2).try_collect().await?;
        Ok(vectors.into_iter().flatten().collect())
    }
}
