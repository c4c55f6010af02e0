//! Saying which names are of one thing.
//!
//! Identity itself is the first alignment: the same type and the same normalised name are
//! the same node, in whatever document. Beyond that there are [`OfficialNames`], a table
//! that the host brings and that is applied to what one document says, and two that are
//! derived from all documents together: [`SynonymEdges`] between names that are probably of one
//! thing, for retrieval, and [`InstanceFusion`], which decides that nodes are one thing. What both can
//! go by are [`NameStage`]s. What stays in doubt a [`FusionJudge`] can ask a model about. Concepts come from a
//! [`Taxonomy`], or from a model that a [`KindFinder`] asks; what belongs to them is derived by [`ConceptMembership`],
//! and what is a kind of what by [`ConceptCompletion`].

mod concept;
mod fuse;
mod judge;
mod kinds;
mod name;
mod official;
mod record;
mod remember;
mod synonym;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{Layer, Node, NodeEntry, NodeId};

pub use concept::{CompletionReport, ConceptCompletion, ConceptMembership, Taxonomy, TaxonomyProblem, TaxonomyReport};
pub use fuse::{Decision, Decisions, Doubtful, FusionWork, InstanceFusion, Profile, Profiles, Resemblance};
pub use judge::{FusionJudge, Judged, SameThing, SameThingVerdict};
pub use kinds::{FindKinds, FoundKinds, KindFinder, KindsOf};
pub use name::{
    Acronyms, Agreement, AliasProblem, AliasTable, Misspellings, NameStage, SharedNames, Spellings, Witness, WordOrder,
};
pub use official::{AmbiguousName, OfficialNames};
pub use synonym::{AlignmentWork, SynonymEdges};

/// The node as a document brings it that only speaks of it: that there is such a thing is not curated by that.
fn named_only(node: &Node) -> NodeEntry {
    let names = BTreeMap::from([(Arc::clone(&node.name), 1)]);
    let (type_name, aliases) = (node.type_name.clone(), BTreeSet::new());
    NodeEntry { id: node.id, type_name, names, aliases, layer: Layer::Information }
}

/// A pair of nodes, the smaller id first.
fn pair(one: NodeId, other: NodeId) -> (NodeId, NodeId) {
    (one.min(other), one.max(other))
}
