//! The latest version of one structure.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use kag_core::RecordKind;

use super::version::Version;

/// The latest version of one structure, from which the next is made.
pub(crate) struct Slot<I>(Mutex<Latest<I>>);

struct Latest<I> {
    version: Option<Arc<Version<I>>>,
    /// Whether the files were looked at.
    was_opened: bool,
    /// The number of the commit whose version is in the files.
    written: Option<u64>,
}

impl<I> Slot<I> {
    /// The latest version; where there is none yet, what `open` finds.
    pub(crate) fn latest(&self, open: impl FnOnce() -> Option<Version<I>>) -> Option<Arc<Version<I>>> {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::replace(&mut latest.was_opened, true) && latest.version.is_none() {
            latest.version = open().map(Arc::new);
            latest.written = latest.version.as_ref().map(|version| version.commit.0);
        }
        latest.version.clone()
    }

    /// Keeps `version` where it is later than what is kept, or equal and more at home.
    pub(crate) fn offer(&self, version: &Arc<Version<I>>) {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.version.as_ref().is_none_or(|kept| kept.commit <= version.commit) {
            latest.version = Some(Arc::clone(version));
        }
    }

    /// Begins again with `version`, which is not in the files.
    pub(crate) fn restart(&self, version: &Arc<Version<I>>) {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = Latest { version: Some(Arc::clone(version)), was_opened: true, written: None };
    }

    /// The latest version and how many commits it is ahead of the files; `None` where the
    /// files have it, or there is none.
    pub(crate) fn unwritten(&self) -> Option<(Arc<Version<I>>, u64)> {
        let latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let version = latest.version.clone()?;
        let ahead = match latest.written {
            Some(written) => version.commit.0.checked_sub(written).filter(|ahead| *ahead > 0)?,
            None => u64::MAX,
        };
        Some((version, ahead))
    }

    /// Notes that the version of the commit `written` is in the files.
    pub(crate) fn note_written(&self, written: u64) {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        latest.written = latest.written.max(Some(written));
    }
}

impl<I> Default for Slot<I> {
    fn default() -> Self {
        Self(Mutex::new(Latest { version: None, was_opened: false, written: None }))
    }
}

impl<I> fmt::Debug for Slot<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

/// One of something for each kind of record.
#[derive(Debug, Default)]
pub(crate) struct PerKind<T> {
    pub(super) chunks: T,
    pub(super) nodes: T,
    pub(super) facts: T,
}

impl<T> PerKind<T> {
    pub(crate) fn of(&self, kind: RecordKind) -> &T {
        match kind {
            RecordKind::Chunk => &self.chunks,
            RecordKind::Node => &self.nodes,
            RecordKind::Fact => &self.facts,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (RecordKind, &T)> {
        [RecordKind::Chunk, RecordKind::Node, RecordKind::Fact].into_iter().map(|kind| (kind, self.of(kind)))
    }
}
