//! The embedder that the command line names.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kag::{Embedder, Embedding, Purpose, StaticEmbedder, async_trait};

use crate::{Result, arguments::EmbedderChoice};

/// An embedder that counts the time in which at least one call is under way.
#[derive(Debug)]
pub(crate) struct TimedEmbedder {
    inner: Arc<dyn Embedder>,
    busy: Mutex<Busy>,
}

#[derive(Debug, Default)]
struct Busy {
    calls: usize,
    since: Option<Instant>,
    spent: Duration,
}

#[cfg(feature = "candle")]
fn sentence_model(directory: &Path, cache: Option<&Path>) -> Result<Arc<dyn Embedder>> {
    let model = kag::CandleEmbedder::from_dir(directory)?;
    Ok(match cache {
        Some(cache) => Arc::new(kag::CachedEmbedder::open(model, cache)?),
        None => Arc::new(model),
    })
}

#[cfg(not(feature = "candle"))]
fn sentence_model(directory: &Path, _: Option<&Path>) -> Result<Arc<dyn Embedder>> {
    Err(format!("{}: this program was built without the feature `candle`", directory.display()).into())
}

impl TimedEmbedder {
    /// The embedder that `choice` names; a sentence model's vectors are kept in `cache`.
    pub(crate) fn open(choice: &EmbedderChoice, cache: Option<&Path>) -> Result<Option<Arc<Self>>> {
        let inner: Arc<dyn Embedder> = match choice {
            EmbedderChoice::None => return Ok(None),
            EmbedderChoice::Static => Arc::new(StaticEmbedder::new()),
            EmbedderChoice::Directory(directory) => sentence_model(directory, cache)?,
        };
        Ok(Some(Arc::new(Self { inner, busy: Mutex::default() })))
    }

    /// The time spent embedding so far.
    pub(crate) fn spent(&self) -> Duration {
        self.count(|busy| busy.spent)
    }

    fn count<T>(&self, change: impl FnOnce(&mut Busy) -> T) -> T {
        change(&mut self.busy.lock().unwrap_or_else(PoisonError::into_inner))
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
        self.count(|busy| {
            busy.calls += 1;
            busy.since.get_or_insert_with(Instant::now);
        });
        let vectors = self.inner.embed(texts, purpose).await;
        self.count(|busy| {
            busy.calls -= 1;
            if busy.calls == 0 {
                busy.spent += busy.since.take().map_or(Duration::ZERO, |since| since.elapsed());
            }
        });
        vectors
    }
}
