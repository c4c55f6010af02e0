//! The facts of one predicate, by subject and by object.

use std::sync::Arc;

use kag_core::FactColumns;

use super::{
    FastMap, NONE,
    adjacency::Adjacency,
    facts::{Loaded, RowNumbers},
};

/// The facts of one predicate.
#[derive(Default)]
pub(in crate::rule) struct Relation {
    /// The stored ones by row, once all have been read.
    pub(super) stored: Option<RowNumbers>,
    /// What the graph has of it: once somebody has asked where it is at hand, else once all has been read.
    pub(super) columns: Option<Arc<FactColumns>>,
    /// How many nodes were asked for its facts by themselves, and how many facts they had.
    pub(super) read_by_nodes: usize,
    by_subject: Option<Adjacency>,
    by_object: Option<Adjacency>,
    /// Those derived, in the order in which they were.
    pub(in crate::rule) derived: Vec<u32>,
    derived_by_subject: FastMap<u32, AtNode>,
    derived_by_object: FastMap<u32, AtNode>,
}

/// The facts at a node, of which there is mostly one.
enum AtNode {
    One(u32),
    Several(Vec<u32>),
}

/// Which end of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rule) enum End {
    Subject,
    Object,
}

impl End {
    pub(in crate::rule) fn other(self) -> Self {
        match self {
            Self::Subject => Self::Object,
            Self::Object => Self::Subject,
        }
    }
}

impl Relation {
    /// The relation of a predicate; with `empty`, one of which the graph has no fact.
    pub(super) fn new(empty: bool) -> Self {
        Self { stored: empty.then_some(RowNumbers::Run(0..0)), ..Self::default() }
    }

    pub(in crate::rule) fn is_loaded(&self) -> bool {
        self.stored.is_some()
    }

    /// How many facts are known of it.
    pub(in crate::rule) fn len(&self) -> usize {
        self.stored.as_ref().map_or(0, RowNumbers::len) + self.derived.len()
    }

    /// Every fact known of it.
    pub(in crate::rule) fn all(&self) -> impl Iterator<Item = u32> + '_ {
        self.since(0)
    }

    /// The facts known of it but for the first `known`. All stored ones must have been read.
    pub(in crate::rule) fn since(&self, known: usize) -> impl Iterator<Item = u32> + '_ {
        let derived = known.saturating_sub(self.stored.as_ref().map_or(0, RowNumbers::len));
        let stored = self.stored.iter().flat_map(move |stored| stored.since(known));
        stored.chain(self.derived.get(derived..).into_iter().flatten().copied())
    }

    /// Builds what is needed to look facts up by their `end`; `loaded` are its stored facts.
    pub(super) fn index(&mut self, loaded: Option<&Arc<Loaded>>, end: End) {
        let Some(stored) = &self.stored else { return };
        let place = match end {
            End::Subject => &mut self.by_subject,
            End::Object => &mut self.by_object,
        };
        place.get_or_insert_with(|| Adjacency::new(loaded, stored, end));
    }

    pub(super) fn is_indexed(&self, end: End) -> bool {
        self.adjacency(end).is_some()
    }

    /// The stored facts by their `end`, where they were made ready to be looked up by it.
    pub(in crate::rule) fn adjacency(&self, end: End) -> Option<&Adjacency> {
        match end {
            End::Subject => self.by_subject.as_ref(),
            End::Object => self.by_object.as_ref(),
        }
    }

    /// The derived facts with `node` at `end`.
    pub(in crate::rule) fn derived_at(&self, end: End, node: u32) -> &[u32] {
        let facts = match end {
            End::Subject => self.derived_by_subject.get(&node),
            End::Object => self.derived_by_object.get(&node),
        };
        facts.map_or(&[], AtNode::as_slice)
    }

    pub(super) fn add_derived(&mut self, fact: u32, (subject, object): (u32, u32)) {
        self.derived.push(fact);
        let at_ends = [(&mut self.derived_by_subject, subject), (&mut self.derived_by_object, object)];
        for (facts, node) in at_ends.into_iter().filter(|(_, node)| *node != NONE) {
            facts.entry(node).and_modify(|facts| facts.push(fact)).or_insert(AtNode::One(fact));
        }
    }

    /// How many facts a node at `end` has on average; a guess where nobody has counted.
    pub(in crate::rule) fn fan_out(&self, end: End) -> f64 {
        match self.adjacency(end) {
            Some(adjacency) if !adjacency.is_empty() => adjacency.fan_out(),
            Some(_) if self.derived.is_empty() => 0.0,
            _ => 4.0,
        }
    }
}

impl AtNode {
    fn as_slice(&self) -> &[u32] {
        match self {
            Self::One(fact) => std::slice::from_ref(fact),
            Self::Several(facts) => facts,
        }
    }

    fn push(&mut self, fact: u32) {
        match self {
            Self::One(first) => *self = Self::Several(vec![*first, fact]),
            Self::Several(facts) => facts.push(fact),
        }
    }
}
