//! The latest version of one structure.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use kag_core::CommitId;

/// The latest version of one structure, from which the next is made.
pub(crate) struct Slot<T>(Mutex<Option<Arc<T>>>);

/// A structure as of one commit.
pub(crate) trait Version {
    /// The commit it reflects.
    fn commit(&self) -> CommitId;
}

impl<T: Version> Slot<T> {
    /// The latest version.
    pub(crate) fn latest(&self) -> Option<Arc<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps `version` where it is later than what is kept.
    pub(crate) fn offer(&self, version: &Arc<T>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|kept| kept.commit() < version.commit()) {
            *kept = Some(Arc::clone(version));
        }
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}
