//! The knowledge base in memory.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};

use async_trait::async_trait;

use super::snapshot_of;
use crate::{
    Change, ChangeSet, Commit, CommitId, Contribution, CpuPool, Deriver, DocumentId, EmbeddingSpace, KnowledgeBase,
    Result, Scope, Settings, Snapshot,
};

/// A knowledge base that lives and dies with the process.
///
/// Commits cost a copy of the list of documents; the first snapshot after a commit costs
/// time in proportion to all that its scope sees, later ones of the same scope nothing.
pub struct MemoryKnowledgeBase {
    state: RwLock<Arc<State>>,
    writing: Mutex<()>,
    derivers: Arc<[Arc<dyn Deriver>]>,
    space: Option<EmbeddingSpace>,
    cpu: CpuPool,
}

#[derive(Default)]
struct State {
    commit: CommitId,
    contributions: BTreeMap<DocumentId, Arc<Contribution>>,
    settings: Arc<Settings>,
    snapshots: Mutex<HashMap<Scope, SharedSnapshot>>,
}

/// A snapshot, once somebody has built it. Several who ask at once may all build it; the
/// first to be done wins. Nothing is locked meanwhile: building forks into the pool, and a
/// thread that waits for its fork may take up another building of the same snapshot.
type SharedSnapshot = Arc<OnceLock<Snapshot>>;

impl MemoryKnowledgeBase {
    /// An empty knowledge base without vectors and derivers.
    #[must_use]
    pub fn new() -> Self {
        Self {
            state: RwLock::default(),
            writing: Mutex::default(),
            derivers: Arc::new([]),
            space: None,
            cpu: CpuPool::default(),
        }
    }

    /// The same knowledge base, taking vectors of `space`.
    #[must_use]
    pub fn with_space(mut self, space: EmbeddingSpace) -> Self {
        self.space = Some(space);
        self
    }

    /// The same knowledge base with `deriver` run behind those it has.
    #[must_use]
    pub fn with_deriver(mut self, deriver: impl Deriver) -> Self {
        let added: Arc<dyn Deriver> = Arc::new(deriver);
        self.derivers = self.derivers.iter().cloned().chain([added]).collect();
        self
    }

    /// The same knowledge base, computing snapshots on `cpu`.
    #[must_use]
    pub fn with_cpu(mut self, cpu: CpuPool) -> Self {
        self.cpu = cpu;
        self
    }

    fn state(&self) -> Arc<State> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for MemoryKnowledgeBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let documents = state.contributions.len();
        f.debug_struct("MemoryKnowledgeBase")
            .field("commit", &state.commit)
            .field("documents", &documents)
            .finish_non_exhaustive()
    }
}

impl Default for MemoryKnowledgeBase {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl KnowledgeBase for MemoryKnowledgeBase {
    fn embedding_space(&self) -> Option<&EmbeddingSpace> {
        self.space.as_ref()
    }

    async fn commit(&self, change: ChangeSet) -> Result<Commit> {
        change.check_space(self.space.as_ref())?;
        let _writer = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.state();
        let mut contributions = before.contributions.clone();
        let mut done = Commit { id: before.commit, ..Commit::default() };
        for (document, change) in change.iter() {
            match change {
                Change::Put(new) => match contributions.get(&document) {
                    Some(old) if old == new => done.unchanged += 1,
                    Some(_) => done.replaced += 1,
                    None => done.added += 1,
                },
                Change::Remove if contributions.contains_key(&document) => done.removed += 1,
                Change::Remove => done.unchanged += 1,
            }
            match change {
                Change::Put(new) => drop(contributions.insert(document, Arc::clone(new))),
                Change::Remove => drop(contributions.remove(&document)),
            }
        }
        let mut settings = Arc::clone(&before.settings);
        done.settings = Arc::make_mut(&mut settings).apply(&change);
        if done.added + done.replaced + done.removed + done.settings > 0 {
            done.id = before.commit.next();
            let after = State { commit: done.id, contributions, settings, snapshots: Mutex::default() };
            *self.state.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(after);
        }
        Ok(done)
    }

    async fn snapshot(&self, scope: &Scope) -> Result<Snapshot> {
        let state = self.state();
        let shared = {
            let mut snapshots = state.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(snapshots.entry(scope.clone()).or_default())
        };
        let (scope, derivers, space) = (scope.clone(), Arc::clone(&self.derivers), self.space.clone());
        if let Some(snapshot) = shared.get() {
            return Ok(snapshot.clone());
        }
        let build = move || {
            let contributions = state.contributions.values().cloned();
            let snapshot = snapshot_of(state.commit, &scope, contributions, &derivers, space.as_ref())?;
            Ok(shared.get_or_init(|| snapshot.with_settings(Arc::clone(&state.settings))).clone())
        };
        self.cpu.run("snapshot", build).await?
    }
}
