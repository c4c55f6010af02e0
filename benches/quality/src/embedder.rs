//! The embedder that the command line names.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use kag::{CachedEmbedder, CandleEmbedder, Embedder, Embedding, Purpose, StaticEmbedder, async_trait};

use crate::{Result, arguments::EmbedderChoice};

/// An embedder that counts the time spent in it.
#[derive(Debug)]
pub(crate) struct TimedEmbedder {
    inner: Arc<dyn Embedder>,
    micros: AtomicU64,
}

impl TimedEmbedder {
    /// The embedder that `choice` names; a sentence model's vectors are kept in `cache`.
    pub(crate) fn open(choice: &EmbedderChoice, cache: Option<&Path>) -> Result<Option<Arc<Self>>> {
        let inner: Arc<dyn Embedder> = match choice {
            EmbedderChoice::None => return Ok(None),
            EmbedderChoice::Static => Arc::new(StaticEmbedder::new()),
            EmbedderChoice::Directory(directory) => {
                let model = CandleEmbedder::from_dir(directory)?;
                match cache {
                    Some(cache) => Arc::new(CachedEmbedder::open(model, cache)?),
                    None => Arc::new(model),
                }
            }
        };
        Ok(Some(Arc::new(Self { inner, micros: AtomicU64::new(0) })))
    }

    /// The time spent embedding so far.
    pub(crate) fn spent(&self) -> Duration {
        Duration::from_micros(self.micros.load(Ordering::Relaxed))
    }
}

#[async_trait]
impl Embedder for TimedEmbedder {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn dim(&self) -> usize {
        self.inner.dim()
    }

    async fn embed(&self, texts: &[&str], purpose: Purpose) -> kag::llm::Result<Vec<Embedding>> {
        let start = Instant::now();
        let vectors = self.inner.embed(texts, purpose).await;
        self.micros.fetch_add(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        vectors
    }
}
