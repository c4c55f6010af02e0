//! Vector searches of many questions in one scan.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use async_trait::async_trait;
use futures::channel::oneshot;
use kag_core::{Embedding, EmbeddingSpace, RecordId, RecordKind, Result, Scored, Snapshot, VectorIndex};

/// The vector index of a snapshot, which answers searches that come at the same time in one
/// scan. Each gets what it would have got alone.
pub(super) struct SharedScans {
    inner: Snapshot,
    space: EmbeddingSpace,
    waiting: Mutex<Vec<Waiting>>,
}

type Hits = Vec<Scored<RecordId>>;

/// A query that waits for the next scan.
struct Waiting {
    kind: RecordKind,
    query: Embedding,
    k: usize,
    found: oneshot::Sender<Hits>,
}

impl SharedScans {
    /// `snapshot`, whose searches by vector share scans.
    pub(super) fn of(snapshot: &Snapshot) -> Snapshot {
        let Some(vectors) = snapshot.vectors() else { return snapshot.clone() };
        let (inner, space) = (snapshot.clone(), vectors.space().clone());
        snapshot.clone().with_vectors(Arc::new(Self { inner, space, waiting: Mutex::default() }))
    }

    fn index(&self) -> Result<&dyn VectorIndex> {
        let none = || kag_core::Error::new(kag_core::ErrorKind::Unsupported, "vectors.search");
        self.inner.vectors().ok_or_else(none)
    }

    fn wait(&self, kind: RecordKind, query: &Embedding, k: usize) -> oneshot::Receiver<Hits> {
        let (found, receiver) = oneshot::channel();
        let waiting = Waiting { kind, query: query.clone(), k, found };
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(waiting);
        receiver
    }

    /// Scans for all that wait. Whoever is not answered, for the scan failed or was given up,
    /// searches alone.
    async fn scan(&self) -> Result<()> {
        let mut waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        for kind in [RecordKind::Chunk, RecordKind::Node, RecordKind::Fact] {
            let (of_kind, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|one| one.kind == kind);
            waiting = others;
            let deepest = of_kind.iter().map(|one| one.k).max().unwrap_or_default();
            if of_kind.is_empty() {
                continue;
            }
            let queries: Vec<Embedding> = of_kind.iter().map(|one| one.query.clone()).collect();
            let found = self.index()?.search(kind, &queries, deepest).await?;
            for (one, mut hits) in of_kind.into_iter().zip(found) {
                hits.truncate(one.k);
                // Who waits no longer needs no answer.
                drop(one.found.send(hits));
            }
        }
        Ok(())
    }
}

impl fmt::Debug for SharedScans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedScans").finish_non_exhaustive()
    }
}

#[async_trait]
impl VectorIndex for SharedScans {
    fn space(&self) -> &EmbeddingSpace {
        &self.space
    }

    async fn search(&self, kind: RecordKind, queries: &[Embedding], k: usize) -> Result<Vec<Hits>> {
        let found: Vec<_> = queries.iter().map(|query| self.wait(kind, query, k)).collect();
        others_first().await;
        let failed = self.scan().await.is_err();
        let mut all = Vec::with_capacity(found.len());
        for (found, query) in found.into_iter().zip(queries) {
            match found.await {
                Ok(hits) if !failed => all.push(hits),
                _ => all.extend(self.index()?.search(kind, std::slice::from_ref(query), k).await?),
            }
        }
        Ok(all)
    }

    async fn vectors(&self, ids: &[RecordId]) -> Result<Vec<Option<Embedding>>> {
        self.index()?.vectors(ids).await
    }
}

/// Lets whatever else is ready go on first.
async fn others_first() {
    let mut waited = false;
    let turn = |context: &mut Context<'_>| match std::mem::replace(&mut waited, true) {
        true => Poll::Ready(()),
        false => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    };
    std::future::poll_fn(turn).await;
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::{executor::block_on, future::join_all};
    use kag_core::{ChunkId, DocumentId, Error, ErrorKind, KnowledgeBase, Scope, memory::MemoryKnowledgeBase};

    use super::*;

    /// Finds as many chunks as are wanted, scored by the query; refuses queries of a wrong length.
    #[derive(Debug)]
    struct Counted {
        space: EmbeddingSpace,
        scans: Arc<AtomicUsize>,
    }

    #[async_trait]
    impl VectorIndex for Counted {
        fn space(&self) -> &EmbeddingSpace {
            &self.space
        }

        async fn search(&self, _: RecordKind, queries: &[Embedding], k: usize) -> Result<Vec<Hits>> {
            self.scans.fetch_add(1, Ordering::Relaxed);
            if queries.iter().any(|query| query.as_slice().len() != 1) {
                return Err(Error::new(ErrorKind::InvalidInput, "vectors.search"));
            }
            let hit = |query: &Embedding, n: usize| {
                let id = ChunkId::new(DocumentId::from_u128(0), u32::try_from(n).unwrap());
                Scored::new(RecordId::Chunk(id), query.as_slice()[0] - n as f32)
            };
            Ok(queries.iter().map(|query| (0..k).map(|n| hit(query, n)).collect()).collect())
        }

        async fn vectors(&self, ids: &[RecordId]) -> Result<Vec<Option<Embedding>>> {
            Ok(vec![None; ids.len()])
        }
    }

    fn counted() -> (Snapshot, Arc<AtomicUsize>) {
        let scans = Arc::new(AtomicUsize::new(0));
        let snapshot = block_on(MemoryKnowledgeBase::new().snapshot(&Scope::All)).unwrap();
        let index = Counted { space: EmbeddingSpace::new("counted", 1), scans: Arc::clone(&scans) };
        (snapshot.with_vectors(Arc::new(index)), scans)
    }

    #[test]
    fn searches_at_the_same_time_are_one_scan_and_find_what_each_finds_alone() {
        let (snapshot, scans) = counted();
        let shared = SharedScans::of(&snapshot);
        let queries: Vec<(Embedding, usize)> = (1..8).map(|n| (Embedding::new(vec![n as f32]), n)).collect();
        let find = |index: &Snapshot, (query, k): &(Embedding, usize)| {
            block_on(index.vectors().unwrap().search(RecordKind::Chunk, std::slice::from_ref(query), *k)).unwrap()
        };
        let alone: Vec<_> = queries.iter().map(|one| find(&snapshot, one)).collect();
        scans.store(0, Ordering::Relaxed);
        let index = shared.vectors().unwrap();
        let searches =
            queries.iter().map(|(query, k)| index.search(RecordKind::Chunk, std::slice::from_ref(query), *k));
        let together: Vec<_> = block_on(join_all(searches)).into_iter().map(Result::unwrap).collect();
        assert_eq!(together, alone);
        assert_eq!(scans.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_search_that_fails_fails_alone() {
        let (snapshot, _) = counted();
        let shared = SharedScans::of(&snapshot);
        let queries = [vec![1.0], vec![1.0, 2.0], vec![3.0]].map(|query| [Embedding::new(query)]);
        let index = shared.vectors().unwrap();
        let searches = queries.iter().map(|query| index.search(RecordKind::Chunk, query, 2));
        let found: Vec<bool> = block_on(join_all(searches)).iter().map(Result::is_ok).collect();
        assert_eq!(found, [true, false, true]);
    }
}
