//! Facts as dense numbers.

use std::sync::Arc;

use kag_core::{Fact, FactId, FactRecord, Predicate};

use super::{FastMap, NONE, Nodes};

/// A fact that has been met.
pub(in crate::rule) struct FactEntry {
    pub(in crate::rule) subject: u32,
    pub(in crate::rule) predicate: u32,
    /// The object where it is a node, else [`NONE`].
    pub(in crate::rule) object: u32,
    pub(in crate::rule) source: FactSource,
}

/// Where a fact is from.
pub(in crate::rule) enum FactSource {
    Stored(Arc<FactRecord>),
    Derived(Box<DerivedEntry>),
}

/// A fact that a rule gave first.
pub(in crate::rule) struct DerivedEntry {
    pub(in crate::rule) id: FactId,
    pub(in crate::rule) fact: Fact,
    pub(in crate::rule) origin: Origin,
}

/// The row of matches that something was derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::rule) struct Origin {
    pub(in crate::rule) evaluation: u32,
    pub(in crate::rule) row: u32,
}

/// The facts that have been met, numbered in that order.
#[derive(Default)]
pub(in crate::rule) struct Facts {
    list: Vec<FactEntry>,
    /// Those not read with a whole relation.
    at: FastMap<FactId, u32>,
    pub(super) predicates: Vec<Predicate>,
}

impl FactEntry {
    pub(in crate::rule) fn fact(&self) -> &Fact {
        self.source.fact()
    }

    pub(in crate::rule) fn id(&self) -> FactId {
        match &self.source {
            FactSource::Stored(record) => record.id,
            FactSource::Derived(derived) => derived.id,
        }
    }

    pub(in crate::rule) fn origin(&self) -> Option<Origin> {
        match &self.source {
            FactSource::Stored(_) => None,
            FactSource::Derived(derived) => Some(derived.origin),
        }
    }
}

impl FactSource {
    fn fact(&self) -> &Fact {
        match self {
            Self::Stored(record) => &record.fact,
            Self::Derived(derived) => &derived.fact,
        }
    }
}

impl Facts {
    pub(in crate::rule) fn get(&self, fact: u32) -> Option<&FactEntry> {
        self.list.get(fact as usize)
    }

    pub(in crate::rule) fn find(&self, id: FactId) -> Option<u32> {
        self.at.get(&id).copied()
    }

    /// Adds a fact that has not been met, read with its whole relation: it is found through
    /// the relation alone.
    pub(super) fn push(&mut self, (subject, object): (u32, u32), predicate: u32, source: FactSource) -> u32 {
        let at = u32::try_from(self.list.len()).unwrap_or(NONE);
        self.list.push(FactEntry { subject, predicate, object, source });
        at
    }

    /// Adds a fact that has not been met and may be looked for by its id.
    pub(super) fn add(&mut self, nodes: &mut Nodes, predicate: u32, source: FactSource) -> u32 {
        let fact = source.fact();
        let ends = nodes.ends(fact.subject, fact.object_node());
        let at = self.push(ends, predicate, source);
        if let Some(entry) = self.get(at) {
            let id = entry.id();
            self.at.insert(id, at);
        }
        at
    }

    /// Whether facts have been met that were not read with a whole relation.
    pub(super) fn is_noted(&self) -> bool {
        !self.at.is_empty()
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, more: usize) {
        self.list.reserve(more);
    }
}
