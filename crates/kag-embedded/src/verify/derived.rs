//! Whether what is derived is what follows.

use std::sync::Arc;

use kag_core::{CommitId, Deriver, RecordId, RecordKind, Result, text::SegmentedBm25, vector::SegmentedVectors};

use super::Report;
use crate::{
    index::{DERIVED, Files, MUTUAL, MutualKeeper, Source, Standing, name_of},
    snapshot::derive,
    truth::Tables,
};

type Text = SegmentedBm25<RecordId>;
type Vectors = SegmentedVectors<RecordId>;

/// A file of what is derived, and how it stands to the truth.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DerivedFile {
    /// Its name in the directory `derived`, without its ending.
    pub name: String,
    /// How it stands.
    pub state: DerivedState,
}

/// How a file of what is derived stands to the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DerivedState {
    /// Caught up from this commit, it holds what the truth gives.
    Sound(CommitId),
    /// It does not count: it is of a state that does not lead to the last commit, or was made by
    /// other derivers than the store was opened with. It is made anew when it is needed.
    Stale,
    /// It cannot be read, or holds something else. A problem of the report says which.
    Damaged,
}

/// Compares every file with what the truth of `tables` gives.
pub(super) fn check(
    tables: &Arc<Tables>,
    derivers: &[Arc<dyn Deriver>],
    files: &Arc<Files>,
    report: &mut Report,
) -> Result<()> {
    let graph = derive(tables, derivers)?;
    let source = Source { tables: Arc::clone(tables), graph, files: Some(Arc::clone(files)), may_write: false };
    let mut add = |name: &str, standing| report.add_derived(name, standing);
    add(DERIVED, files.check_derived(tables.point(), source.graph.derived()));
    for kind in [RecordKind::Chunk, RecordKind::Node, RecordKind::Fact] {
        add(&name_of::<Text>(kind), source.check::<Text>(files, kind, 0)?);
        if let Some(space) = &tables.meta().space {
            add(&name_of::<Vectors>(kind), source.check::<Vectors>(files, kind, space.dim)?);
        }
    }
    add(MUTUAL, MutualKeeper::check(files, tables, &source.graph)?);
    Ok(())
}

impl Report {
    fn add_derived(&mut self, name: &str, standing: Standing) {
        let state = match standing {
            Standing::Missing => return,
            Standing::Stale => DerivedState::Stale,
            Standing::Sound(commit) => DerivedState::Sound(commit),
            Standing::Damaged(what) => {
                self.add(&format!("derived/{name}"), what);
                DerivedState::Damaged
            }
        };
        self.derived.push(DerivedFile { name: name.to_owned(), state });
    }
}
