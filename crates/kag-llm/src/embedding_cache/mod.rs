//! Vectors kept on disk, so that a text is embedded once.

mod file;

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use kag_core::{ContentHash, Embedding};

use self::file::VectorFile;
use crate::{Embedder, Error, ErrorKind, Purpose, Result};

pub use self::file::EMBEDDING_CACHE_VERSION;

/// An embedder that asks another one only for texts that it has not seen.
///
/// Vectors lie in a directory, one append-only file an embedder id, purpose and dimension, so
/// several models can share the directory. A vector from the cache is the bits that the embedder
/// gave first. The texts themselves are not stored, only their hashes.
///
/// What a crash leaves half written is cut off at the next use, and a record that was changed on
/// disk counts as not there: both cost a call to the embedder, never a wrong vector. Several
/// caches, in one process or in many, can use a directory at the same time; each sees what
/// the others added when it next writes. A text that two calls ask for at the same time may be
/// embedded twice; the vector stored first is then given to both.
///
/// Reading and writing are plain file calls on the calling thread, a few microseconds a text.
///
/// ```
/// use kag_core::Embedding;
/// use kag_llm::{CachedEmbedder, Embedder, Purpose, Result};
///
/// #[derive(Debug)]
/// struct Length;
///
/// #[async_trait::async_trait]
/// impl Embedder for Length {
///     fn id(&self) -> &str {
///         "length/1"
///     }
///     fn dim(&self) -> usize {
///         1
///     }
///     async fn embed(&self, texts: &[&str], _: Purpose) -> Result<Vec<Embedding>> {
///         Ok(texts.iter().map(|t| Embedding::new([t.len().min(1) as f32])).collect())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// # let directory = std::env::temp_dir().join(format!("kag-doc-{}", std::process::id()));
/// let embedder = CachedEmbedder::open(Length, &directory)?;
/// embedder.embed(&["基金", "a fund"], Purpose::Document).await?;
/// embedder.embed(&["a fund", "a rate"], Purpose::Document).await?;
/// let stats = embedder.stats();
/// assert_eq!((stats.hits, stats.misses), (1, 3));
/// # std::fs::remove_dir_all(directory).unwrap();
/// # Ok(())
/// # }
/// ```
pub struct CachedEmbedder<E> {
    inner: E,
    documents: Mutex<VectorFile>,
    queries: Mutex<VectorFile>,
    counts: Mutex<EmbeddingCacheStats>,
}

/// What a [`CachedEmbedder`] has done since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmbeddingCacheStats {
    /// Texts answered without the embedder, counting each repetition within a batch.
    pub hits: u64,
    /// Texts given to the embedder.
    pub misses: u64,
    /// Records that were found changed on disk, and are as if they were not there.
    pub damaged: u64,
    /// Vectors that could not be written (the disk is full); they were given back all the same.
    pub unwritten: u64,
}

impl<E: Embedder> CachedEmbedder<E> {
    /// A cache of `inner` in `directory`, which is made if it is not there.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) for a file of another version of the format, and
    /// [`Storage`](ErrorKind::Storage) for a file that is something else or cannot be used.
    pub fn open(inner: E, directory: impl AsRef<Path>) -> Result<Self> {
        let directory = directory.as_ref();
        let open = |purpose| VectorFile::open(directory, inner.id(), purpose, inner.dim());
        let (documents, queries) = (open(Purpose::Document)?, open(Purpose::Query)?);
        let damaged = documents.damaged() + queries.damaged();
        let counts = EmbeddingCacheStats { damaged, ..EmbeddingCacheStats::default() };
        Ok(Self { inner, documents: Mutex::new(documents), queries: Mutex::new(queries), counts: Mutex::new(counts) })
    }

    /// What the cache has done since it was opened.
    #[must_use]
    pub fn stats(&self) -> EmbeddingCacheStats {
        *locked(&self.counts)
    }

    /// Number of vectors stored for documents and queries, as of the last write.
    #[must_use]
    pub fn stored(&self) -> usize {
        locked(&self.documents).len() + locked(&self.queries).len()
    }

    /// The embedder behind the cache.
    #[must_use]
    pub fn inner(&self) -> &E {
        &self.inner
    }

    fn file(&self, purpose: Purpose) -> MutexGuard<'_, VectorFile> {
        locked(match purpose {
            Purpose::Document => &self.documents,
            Purpose::Query => &self.queries,
        })
    }

    /// The vectors of `missing` by the embedder, checked for number and dimension.
    async fn compute(&self, missing: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
        let vectors = self.inner.embed(missing, purpose).await?;
        let wrong = |reason| {
            let error = Error::new(ErrorKind::Malformed, "embedding_cache.embed");
            Err(error.reason(reason).with("model", self.inner.id()))
        };
        if vectors.len() != missing.len() {
            return wrong("the embedder gave another number of vectors than texts");
        }
        if vectors.iter().any(|vector| vector.dim() != self.inner.dim()) {
            return wrong("the embedder gave a vector of another dimension");
        }
        Ok(vectors)
    }
}

#[async_trait]
impl<E: Embedder> Embedder for CachedEmbedder<E> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn dim(&self) -> usize {
        self.inner.dim()
    }

    async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
        let keys: Vec<ContentHash> = texts.iter().map(ContentHash::of).collect();
        let mut known: HashMap<ContentHash, Option<Embedding>> = HashMap::new();
        let (mut missing, mut missing_keys) = (Vec::new(), Vec::new());
        let mut damaged = 0;
        {
            let mut file = self.file(purpose);
            let before = file.damaged();
            for (text, key) in texts.iter().zip(&keys) {
                known.entry(*key).or_insert_with(|| {
                    let found = file.get(*key);
                    if found.is_none() {
                        missing.push(*text);
                        missing_keys.push(*key);
                    }
                    found
                });
            }
            damaged += file.damaged() - before;
        }
        let mut unwritten = 0;
        if !missing.is_empty() {
            let vectors = self.compute(&missing, purpose).await?;
            let mut file = self.file(purpose);
            let before = file.damaged();
            let new: Vec<_> = missing_keys.into_iter().zip(vectors).collect();
            if file.add(&new).is_err() {
                unwritten = new.len() as u64;
            }
            damaged += file.damaged() - before;
            for (key, vector) in new {
                // Another call may have stored this text first.
                let first = file.get(key).unwrap_or(vector);
                known.insert(key, Some(first));
            }
        }
        let mut counts = locked(&self.counts);
        counts.misses += missing.len() as u64;
        counts.hits += (texts.len() - missing.len()) as u64;
        counts.damaged += damaged;
        counts.unwritten += unwritten;
        drop(counts);
        Ok(keys.iter().filter_map(|key| known.get(key).cloned().flatten()).collect())
    }
}

impl<E: fmt::Debug> fmt::Debug for CachedEmbedder<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedEmbedder").field("inner", &self.inner).finish_non_exhaustive()
    }
}

/// What the mutex guards is whole after every call, so a panic elsewhere does not spoil it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
