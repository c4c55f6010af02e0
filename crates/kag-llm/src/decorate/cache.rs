//! The same question is asked once.

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;

use super::watch::{End, Watch, watch_stream};
use crate::{DeltaStream, LanguageModel, Reply, Request, RequestHash, Result, Usage, whole_reply_stream};

/// A model that keeps its replies in memory.
///
/// The key is the [`RequestHash`]: model id, prompt version and rendered request. At most
/// about so many replies are kept, those asked for again longest. Of equal requests at the
/// same time one is asked and the others wait for its reply; if it fails or is dropped the
/// next one is asked. Errors are not kept. A reply from the cache costs nothing and says so:
/// its usage is zero.
///
/// A stream that runs to its end is kept too, and a kept reply is streamed as one piece; but
/// streams do not wait for each other, since their pieces are wanted as they come.
pub struct Cache<M> {
    inner: M,
    shared: Arc<Shared>,
}

struct Shared {
    replies: quick_cache::sync::Cache<RequestHash, Arc<Reply>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// How often a [`Cache`] answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStats {
    /// Requests answered from memory, or by waiting for an equal one.
    pub hits: u64,
    /// Requests the model was asked.
    pub misses: u64,
    /// Replies in memory.
    pub replies: usize,
}

impl<M> Cache<M> {
    /// `inner` with at most about `replies` replies kept.
    #[must_use]
    pub fn new(inner: M, replies: NonZeroUsize) -> Self {
        let shared = Arc::new(Shared {
            replies: quick_cache::sync::Cache::new(replies.get()),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        });
        Self { inner, shared }
    }

    /// How often it answered so far.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        CacheStats {
            hits: self.shared.hits.load(Ordering::Relaxed),
            misses: self.shared.misses.load(Ordering::Relaxed),
            replies: self.shared.replies.len(),
        }
    }
}

impl<M: fmt::Debug> fmt::Debug for Cache<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("inner", &self.inner)
            .field("replies", &self.shared.replies.len())
            .finish_non_exhaustive()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<M: LanguageModel> LanguageModel for Cache<M> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    async fn complete(&self, request: &Request) -> Result<Reply> {
        let key = RequestHash::of(self.inner.id(), request);
        let mut paid = None;
        let ask = async {
            self.shared.misses.fetch_add(1, Ordering::Relaxed);
            let reply = self.inner.complete(request).await?;
            paid = Some(reply.usage);
            Ok(Arc::new(reply))
        };
        let reply = self.shared.replies.get_or_insert_async(&key, ask).await?;
        let usage = paid.unwrap_or_else(|| self.shared.hit());
        Ok(Reply::clone(&reply).with_usage(usage))
    }

    async fn stream(&self, request: &Request) -> Result<DeltaStream> {
        let key = RequestHash::of(self.inner.id(), request);
        if let Some(reply) = self.shared.replies.get(&key) {
            let usage = self.shared.hit();
            return Ok(whole_reply_stream(Reply::clone(&reply).with_usage(usage)));
        }
        self.shared.misses.fetch_add(1, Ordering::Relaxed);
        let shared = Arc::clone(&self.shared);
        watch_stream(Filling { shared, key }, self.inner.stream(request)).await
    }
}

impl Shared {
    /// Counts a hit, and what it costs.
    fn hit(&self) -> Usage {
        self.hits.fetch_add(1, Ordering::Relaxed);
        Usage::default()
    }
}

struct Filling {
    shared: Arc<Shared>,
    key: RequestHash,
}

impl Watch for Filling {
    fn end(self, end: End<'_>) -> Result<()> {
        if let End::Reply(reply) = end {
            self.shared.replies.insert(self.key, Arc::new(reply.clone()));
        }
        Ok(())
    }
}
