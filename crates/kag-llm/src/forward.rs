//! A model behind an `Arc` or a `Box` is a model.

use std::sync::Arc;

use async_trait::async_trait;
use kag_core::{Embedding, Score};

use crate::{DeltaStream, Embedder, LanguageModel, Purpose, Reply, Request, Reranker, Result};

macro_rules! forward {
    ($pointer:ident) => {
        #[deny(clippy::missing_trait_methods)]
        #[async_trait]
        impl<M: LanguageModel + ?Sized> LanguageModel for $pointer<M> {
            fn id(&self) -> &str {
                (**self).id()
            }
            async fn complete(&self, request: &Request) -> Result<Reply> {
                (**self).complete(request).await
            }
            async fn stream(&self, request: &Request) -> Result<DeltaStream> {
                (**self).stream(request).await
            }
        }

        #[deny(clippy::missing_trait_methods)]
        #[async_trait]
        impl<E: Embedder + ?Sized> Embedder for $pointer<E> {
            fn id(&self) -> &str {
                (**self).id()
            }
            fn dim(&self) -> usize {
                (**self).dim()
            }
            async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
                (**self).embed(texts, purpose).await
            }
        }

        #[deny(clippy::missing_trait_methods)]
        #[async_trait]
        impl<R: Reranker + ?Sized> Reranker for $pointer<R> {
            fn id(&self) -> &str {
                (**self).id()
            }
            async fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<Score>> {
                (**self).score(query, passages).await
            }
        }
    };
}

forward!(Arc);
forward!(Box);
