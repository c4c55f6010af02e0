//! The knowledge base.

mod snapshots;
mod upkeep;

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use kag_core::{
    ChangeSet, Commit, ContentHash, CpuPool, Deriver, EmbeddingSpace, Error, ErrorKind, KnowledgeBase, Result, Scope,
    Snapshot,
};
use redb::{Database, ReadOnlyDatabase, ReadTransaction, ReadableDatabase};

use crate::{
    StoreOptions,
    error::of_redb,
    index::{Files, Mutual, Slot, TextSlots, VectorSlots},
    open::derived,
    snapshot::Derivations,
    storage::WriterLock,
    truth::{Point, Step, Tables, apply, steps_of},
};

/// A knowledge base in a directory, which survives whatever ends the process.
///
/// A commit is one transaction, on the disk when it is told. One process writes at a time;
/// in it, and in others that open the store for [reading](crate::Access::Read), any number of
/// readers go on meanwhile. Cloning is cheap and shares the store, which is closed with the
/// last clone.
///
/// ```
/// use kag_core::{ChangeSet, Chunk, ContentHash, ContributionDraft, Document, KnowledgeBase, Scope};
/// use kag_embedded::EmbeddedKnowledgeBase;
///
/// # let dir = tempfile::tempdir()?;
/// # futures::executor::block_on(async {
/// let mut draft = ContributionDraft::new(Document::new("note:1", ContentHash::of("你好。")));
/// let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, "你好。"));
/// let base = EmbeddedKnowledgeBase::open(dir.path())?;
/// base.commit(ChangeSet::new().put(draft.seal()?)).await?;
/// drop(base);
///
/// let again = EmbeddedKnowledgeBase::open(dir.path())?;
/// let snapshot = again.snapshot(&Scope::All).await?;
/// assert!(snapshot.chunks().chunks(&[chunk]).await?[0].is_some());
/// # Ok::<(), kag_core::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct EmbeddedKnowledgeBase(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) dir: PathBuf,
    space: Option<EmbeddingSpace>,
    derivers: Arc<[Arc<dyn Deriver>]>,
    cpu: CpuPool,
    /// The thread that writes. Writers wait for each other there, and not where readers compute.
    writer: CpuPool,
    writing: Mutex<()>,
    /// What the last snapshot was taken of; `None` before the first, and while the file is compacted.
    state: RwLock<Option<Arc<State>>>,
    text: Arc<TextSlots>,
    vectors: Arc<VectorSlots>,
    mutual: Arc<Slot<Mutual>>,
    files: Arc<Files>,
    /// What was derived last, and from which state.
    derived: Mutex<Option<(Point, Arc<Derivations>)>>,
    /// Bytes of the journal, about.
    journal: AtomicU64,
    /// The commit up to which no file needs the journal.
    kept: AtomicU64,
    /// Shared with every snapshot, which reads from it.
    handle: RwLock<Arc<Handle>>,
}

/// The open file. It is closed, and the lock let go, when nobody reads from it any more.
pub(crate) enum Handle {
    Write(Database, #[expect(dead_code, reason = "held until the file is closed")] Option<WriterLock>),
    Read(ReadOnlyDatabase),
}

impl Handle {
    pub(crate) fn begin_read(&self) -> Result<ReadTransaction> {
        let begun = match self {
            Self::Write(database, _) => database.begin_read(),
            Self::Read(database) => database.begin_read(),
        };
        begun.map_err(|error| of_redb("store.read", error))
    }
}

/// One commit, and the snapshots taken of it.
struct State {
    tables: Arc<Tables>,
    snapshots: Mutex<HashMap<Scope, SharedSnapshot>>,
}

/// A snapshot, once somebody has built it. Several who ask at once may all build it; the first
/// to be done wins, and nothing is locked meanwhile.
type SharedSnapshot = Arc<OnceLock<Snapshot>>;

impl EmbeddedKnowledgeBase {
    /// Opens the store in `dir` for writing, or makes one, as [`StoreOptions::default`] says.
    ///
    /// # Errors
    /// Those of [`StoreOptions::open`].
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        StoreOptions::default().open(dir)
    }

    pub(crate) fn of(options: StoreOptions, dir: &Path, handle: Handle) -> Result<Self> {
        let StoreOptions { space: _, derivers, cache: _, access: _, cpu } = options;
        let ids: Vec<&[u8]> = derivers.iter().map(|deriver| deriver.id().as_bytes()).collect();
        let files = Arc::new(Files::new(derived(dir), ContentHash::of_parts(&ids)));
        let mut inner = Inner {
            dir: dir.to_owned(),
            space: None,
            derivers: derivers.into(),
            cpu,
            writer: CpuPool::new(std::num::NonZeroUsize::MIN),
            writing: Mutex::default(),
            state: RwLock::default(),
            text: Arc::default(),
            vectors: Arc::default(),
            mutual: Arc::default(),
            files,
            derived: Mutex::default(),
            journal: AtomicU64::new(0),
            kept: AtomicU64::new(0),
            handle: RwLock::new(Arc::new(handle)),
        };
        let tables = Arc::clone(&inner.state()?.tables);
        inner.journal.store(tables.journal()?.1, Ordering::Relaxed);
        inner.space.clone_from(&tables.meta().space);
        Ok(Self(Arc::new(inner)))
    }

    /// The directory of the store.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// Runs `work` over the last commit, off the executor.
    pub(crate) async fn over_tables<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Arc<Tables>, &Inner) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = Arc::clone(&self.0);
        self.0.cpu.run(operation, move || work(&inner.state()?.tables, &inner)).await?
    }

    /// Writes what is derived and newer than the files, so that whoever opens the store next
    /// finds it. That also happens when the store is closed, and now and then by itself.
    ///
    /// # Errors
    /// Those of the file system. The truth is not concerned.
    pub async fn checkpoint(&self) -> Result<()> {
        let inner = Arc::clone(&self.0);
        self.0.cpu.run("store.checkpoint", move || inner.checkpoint()).await?
    }

    /// Gives back what the file holds and does not need: what was removed, and what was left
    /// free by commits. Nobody reads or writes meanwhile.
    ///
    /// # Errors
    /// [`Conflict`](ErrorKind::Conflict) where a snapshot is held; [`Unsupported`](ErrorKind::Unsupported) where the
    /// store is open for reading; and those of the file system.
    pub async fn compact(&self) -> Result<()> {
        let inner = Arc::clone(&self.0);
        self.0.writer.run("store.compact", move || inner.compact()).await?
    }
}

impl Inner {
    pub(crate) fn handle(&self) -> Arc<Handle> {
        Arc::clone(&self.handle.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn derivers(&self) -> &[Arc<dyn Deriver>] {
        &self.derivers
    }

    pub(crate) fn files(&self) -> &Arc<Files> {
        &self.files
    }

    fn is_writer(&self) -> bool {
        matches!(*self.handle(), Handle::Write(..))
    }

    /// The last commit. Where another process writes, that means looking.
    fn state(&self) -> Result<Arc<State>> {
        let known = self.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(known) if self.is_writer() => Ok(known),
            known => {
                let tables = Tables::of(self.handle())?;
                match known {
                    Some(known) if known.tables.commit() == tables.commit() => Ok(known),
                    _ => Ok(self.show(tables)),
                }
            }
        }
    }

    /// Makes `tables` what snapshots are taken of.
    fn show(&self, tables: Tables) -> Arc<State> {
        let state = Arc::new(State { tables: Arc::new(tables), snapshots: Mutex::default() });
        let mut shown = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match &*shown {
            // Somebody was faster.
            Some(shown) if shown.tables.commit() >= state.tables.commit() => Arc::clone(shown),
            _ => Arc::clone(shown.insert(state)),
        }
    }

    fn commit(&self, change: &ChangeSet, steps: Vec<Step>) -> Result<Commit> {
        let _writer = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.state()?;
        let handle = self.handle();
        let Handle::Write(database, _) = &*handle else { return Err(read_only("commit")) };
        let mut transaction = database.begin_write().map_err(|error| of_redb("commit", error))?;
        transaction.set_quick_repair(true);
        let (done, noted) = apply(&transaction, &before.tables, change, steps, self.prune_to(before.tables.commit()))?;
        if done.id == before.tables.commit() {
            transaction.abort().map_err(|error| of_redb("commit", error))?;
            return Ok(done);
        }
        transaction.commit().map_err(|error| of_redb("commit", error))?;
        self.journal.fetch_add(noted, Ordering::Relaxed);
        self.show(Tables::of(handle)?);
        Ok(done)
    }

    fn compact(&self) -> Result<()> {
        let _writer = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut handle = self.handle.write().unwrap_or_else(PoisonError::into_inner);
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = None;
        let held = || Error::new(ErrorKind::Conflict, "store.compact").reason("snapshots are held");
        let database = match Arc::get_mut(&mut handle).ok_or_else(held)? {
            Handle::Write(database, _) => database,
            Handle::Read(_) => return Err(read_only("store.compact")),
        };
        while database.compact().map_err(|error| of_redb("store.compact", error))? {}
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // What is not written is made again.
        drop(self.checkpoint());
    }
}

pub(crate) fn read_only(operation: &'static str) -> Error {
    Error::new(ErrorKind::Unsupported, operation).reason("the store is open for reading")
}

impl fmt::Debug for EmbeddedKnowledgeBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedKnowledgeBase").field("dir", &self.0.dir).finish_non_exhaustive()
    }
}

#[async_trait]
impl KnowledgeBase for EmbeddedKnowledgeBase {
    fn embedding_space(&self) -> Option<&EmbeddingSpace> {
        self.0.space.as_ref()
    }

    async fn commit(&self, change: ChangeSet) -> Result<Commit> {
        change.check_space(self.0.space.as_ref())?;
        let inner = Arc::clone(&self.0);
        self.0.writer.run("commit", move || inner.commit(&change, steps_of(&change)?)).await?
    }

    async fn snapshot(&self, scope: &Scope) -> Result<Snapshot> {
        let inner = Arc::clone(&self.0);
        let scope = scope.clone();
        let build = move || {
            let state = inner.state()?;
            let shared = {
                let mut snapshots = state.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(snapshots.entry(scope.clone()).or_default())
            };
            if let Some(snapshot) = shared.get() {
                return Ok(snapshot.clone());
            }
            let snapshot = inner.snapshot(&state, &scope)?;
            Ok(shared.get_or_init(|| snapshot).clone())
        };
        self.0.cpu.run("snapshot", build).await?
    }
}
