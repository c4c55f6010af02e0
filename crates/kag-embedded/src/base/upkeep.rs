//! Files and journal: what is written beside the truth, and what may go.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use kag_core::{CommitId, Result};

use super::Inner;
use crate::snapshot::{Derivations, StoredGraph};

/// More bytes of journal than this are let go: what is further behind is made anew.
const MOST_JOURNAL: u64 = 64 << 20;
/// Every so many commits it is looked up how far the files are.
const LOOK: u64 = 64;

impl Inner {
    /// Writes what is derived and newer than the files.
    pub(super) fn checkpoint(&self) -> Result<()> {
        if !self.is_writer() {
            return Ok(());
        }
        let state = self.state()?;
        let source = self.source(&state.tables, &StoredGraph::of(Arc::clone(&state.tables), Derivations::default()));
        let derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((point, derivations)) = derived {
            self.files.write_derived(point, &derivations.all())?;
        }
        for (kind, slot) in self.text.iter() {
            source.write(kind, slot)?;
        }
        for (kind, slot) in self.vectors.iter() {
            source.write(kind, slot)?;
        }
        self.keeper().write()?;
        self.files.sweep();
        self.look_at_files();
        Ok(())
    }

    /// Up to which commit the journal is of no more use.
    pub(super) fn prune_to(&self, last: CommitId) -> u64 {
        if self.journal.load(Ordering::Relaxed) > MOST_JOURNAL {
            self.journal.store(0, Ordering::Relaxed);
            return last.0;
        }
        if last.0.is_multiple_of(LOOK) {
            self.look_at_files();
        }
        self.kept.load(Ordering::Relaxed)
    }

    /// Notes up to which commit no file needs the journal.
    fn look_at_files(&self) {
        let kept = self.files.commits().into_iter().min().map_or(0, |commit| commit.0);
        if self.kept.fetch_max(kept, Ordering::Relaxed) < kept {
            // What is left of the journal is little, and counted from here.
            self.journal.store(0, Ordering::Relaxed);
        }
    }
}
