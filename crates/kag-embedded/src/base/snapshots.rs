//! What a state shows, to whom.

use std::sync::{Arc, PoisonError};

use kag_core::{Result, Scope, Snapshot, memory::snapshot_of};

use super::{Inner, State};
use crate::{
    index::{MutualKeeper, Source, StoredText, StoredVectors},
    snapshot::{Derivations, StoredChunks, StoredGraph, derive},
    truth::Tables,
};

impl Inner {
    pub(super) fn snapshot(&self, state: &State, scope: &Scope) -> Result<Snapshot> {
        let snapshot = match scope {
            Scope::All => self.snapshot_of_all(&state.tables)?,
            Scope::Labels(_) => self.scoped_snapshot(&state.tables, scope)?,
        };
        Ok(snapshot.with_settings(Arc::new(state.tables.settings()?)))
    }

    /// Everything, read from the truth and from what is kept up with it.
    fn snapshot_of_all(&self, tables: &Arc<Tables>) -> Result<Snapshot> {
        let graph = self.graph(tables)?.kept_by(self.keeper());
        let chunks = StoredChunks::of(Arc::clone(tables));
        let source = self.source(tables, &graph);
        let text = StoredText::new(source.clone(), Arc::clone(&self.text), self.cpu.clone());
        let vectors = self.space.clone();
        let vectors =
            vectors.map(|space| StoredVectors::new(source, Arc::clone(&self.vectors), space, self.cpu.clone()));
        let snapshot = Snapshot::new(tables.commit(), Scope::All, Arc::new(graph), Arc::new(chunks), Arc::new(text));
        Ok(match vectors {
            Some(vectors) => snapshot.with_vectors(Arc::new(vectors)),
            None => snapshot,
        })
    }

    /// The graph with what derives from it: what the last one derived, or the files, where
    /// that is of this state.
    fn graph(&self, tables: &Arc<Tables>) -> Result<StoredGraph> {
        if self.derivers.is_empty() {
            return Ok(StoredGraph::of(Arc::clone(tables), Derivations::default()));
        }
        let point = tables.point();
        let known = self.derived.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, derivations)) = known.filter(|(of, _)| *of == point) {
            return Ok(StoredGraph::of(Arc::clone(tables), Derivations::clone(&derivations)));
        }
        let stored = self.files.read_derived(point).map(|derived| {
            let mut derivations = Derivations::default();
            derivations.add(derived);
            StoredGraph::of(Arc::clone(tables), derivations)
        });
        let graph = stored.map_or_else(|| derive(tables, &self.derivers), Ok)?;
        let derivations = Arc::new(graph.derived().clone());
        *self.derived.lock().unwrap_or_else(PoisonError::into_inner) = Some((point, derivations));
        Ok(graph)
    }

    pub(super) fn keeper(&self) -> MutualKeeper {
        MutualKeeper { slot: Arc::clone(&self.mutual), files: Arc::clone(&self.files), may_write: self.is_writer() }
    }

    pub(super) fn source(&self, tables: &Arc<Tables>, graph: &StoredGraph) -> Source {
        Source {
            tables: Arc::clone(tables),
            graph: graph.clone(),
            files: Some(Arc::clone(&self.files)),
            may_write: self.is_writer(),
        }
    }

    /// What a reader with labels sees, computed from that alone: nothing that was computed
    /// from more is looked at.
    fn scoped_snapshot(&self, tables: &Tables, scope: &Scope) -> Result<Snapshot> {
        let mut visible = Vec::new();
        for stored in tables.documents()? {
            let stored = stored?;
            if scope.sees(&stored.document) {
                visible.push(tables.contribution(&stored)?.contribution);
            }
        }
        snapshot_of(tables.commit(), scope, visible, &self.derivers, self.space.as_ref())
    }
}
