//! How a store is opened.

use std::{path::Path, sync::Arc};

use kag_core::{CpuPool, Deriver, EmbeddingSpace, Result};

use crate::{EmbeddedKnowledgeBase, open};

/// Whether a store is opened to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Access {
    /// To be read and written; a directory without a store gets an empty one. One process at
    /// a time.
    #[default]
    Write,
    /// To be read, beside other readers and beside the one that writes. Each snapshot shows
    /// the last commit at its time.
    Read,
}

/// How a store is opened: in which embedding space, with which derivers, with how much memory.
///
/// ```
/// use kag_core::{EmbeddingSpace, KnowledgeBase};
/// use kag_embedded::StoreOptions;
///
/// # let dir = tempfile::tempdir()?;
/// let space = EmbeddingSpace::new("all-MiniLM-L6-v2", 384);
/// let base = StoreOptions::default().with_space(space.clone()).open(dir.path())?;
/// assert_eq!(base.embedding_space(), Some(&space));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct StoreOptions {
    pub(crate) space: Option<EmbeddingSpace>,
    pub(crate) derivers: Vec<Arc<dyn Deriver>>,
    pub(crate) cache: usize,
    pub(crate) access: Access,
    pub(crate) cpu: CpuPool,
}

impl Default for StoreOptions {
    /// For writing, in the space that the store has, without derivers, with 64 MiB of cache.
    fn default() -> Self {
        Self { space: None, derivers: Vec::new(), cache: 64 << 20, access: Access::Write, cpu: CpuPool::default() }
    }
}

impl StoreOptions {
    /// Takes vectors of `space`. A store that has none yet takes it for good; one that has
    /// another is not opened.
    #[must_use]
    pub fn with_space(mut self, space: EmbeddingSpace) -> Self {
        self.space = Some(space);
        self
    }

    /// Runs `deriver` behind those there are.
    #[must_use]
    pub fn with_deriver(mut self, deriver: impl Deriver) -> Self {
        self.derivers.push(Arc::new(deriver));
        self
    }

    /// Keeps up to so many bytes of the file in memory.
    #[must_use]
    pub fn with_cache(mut self, bytes: usize) -> Self {
        self.cache = bytes;
        self
    }

    /// Opens for reading or for writing.
    #[must_use]
    pub fn with_access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Computes snapshots on `cpu`.
    #[must_use]
    pub fn with_cpu(mut self, cpu: CpuPool) -> Self {
        self.cpu = cpu;
        self
    }

    /// Opens the store in `dir`.
    ///
    /// # Errors
    /// - [`Conflict`](kag_core::ErrorKind::Conflict), naming the process, where another has it open for writing;
    /// - [`InvalidInput`](kag_core::ErrorKind::InvalidInput) where the store's space is another, or where there is
    ///   nothing to read;
    /// - [`Unsupported`](kag_core::ErrorKind::Unsupported), naming both versions, where a later version wrote it;
    /// - [`Corrupt`](kag_core::ErrorKind::Corrupt) where it is damaged;
    /// - [`Unavailable`](kag_core::ErrorKind::Unavailable) where the file system refuses, and for reading where the
    ///   last writer did not close it: opening it for writing once repairs that.
    pub fn open(self, dir: impl AsRef<Path>) -> Result<EmbeddedKnowledgeBase> {
        open::in_directory(self, dir.as_ref())
    }

    /// Opens the store whose truth lies in `storage` and everything else in `dir`: for tests,
    /// and for media that are not files.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    #[cfg(feature = "storage")]
    pub fn open_on(self, dir: impl AsRef<Path>, storage: impl redb::StorageBackend) -> Result<EmbeddedKnowledgeBase> {
        open::on_storage(self, dir.as_ref(), storage)
    }
}
