//! The facts of one predicate, by subject and by object.

use super::{FastMap, NONE, facts::Loaded};

/// The facts of one predicate.
#[derive(Default)]
pub(in crate::rule) struct Relation {
    /// The stored ones by id, once all have been read.
    pub(super) stored: Option<Vec<u32>>,
    by_subject: Option<Adjacency>,
    by_object: Option<Adjacency>,
    /// Those derived, in the order in which they were.
    pub(in crate::rule) derived: Vec<u32>,
    derived_by_subject: FastMap<u32, Vec<u32>>,
    derived_by_object: FastMap<u32, Vec<u32>>,
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

/// Facts by the node at one end, in compressed rows.
pub(in crate::rule) struct Adjacency {
    rows: Rows,
    /// Each fact with the node at its other end, [`NONE`] for a literal.
    facts: Vec<(u32, u32)>,
    /// How many nodes have any.
    nodes: usize,
}

enum Rows {
    /// Where each node's facts begin; node by node.
    Dense(Vec<u32>),
    /// The same for the few nodes that have any.
    Sparse(FastMap<u32, (u32, u32)>),
}

impl Adjacency {
    /// Sorted by counting; the facts of a node keep their order.
    #[expect(clippy::indexing_slicing, reason = "nodes are below the count, places below the number of facts")]
    fn new(loaded: Option<&Loaded>, stored: &[u32], end: End, nodes: usize) -> Self {
        let (subjects, objects) = loaded.map_or((&[][..], &[][..]), |loaded| (&loaded.subjects, &loaded.objects));
        let (ends, other_ends) = if end == End::Subject { (subjects, objects) } else { (objects, subjects) };
        // Two places further than where a node's facts will begin, so that adding them moves each
        // beginning to where it belongs.
        let mut begins = vec![0_u32; nodes + 2];
        for node in ends.iter().filter(|node| **node != NONE) {
            begins[*node as usize + 2] += 1;
        }
        for node in 0..nodes {
            begins[node + 2] += begins[node + 1];
        }
        let mut sorted = vec![(0, NONE); begins[nodes + 1] as usize];
        for (fact, (node, other)) in stored.iter().zip(ends.iter().zip(other_ends)) {
            if *node == NONE {
                continue;
            }
            let place = &mut begins[*node as usize + 1];
            sorted[*place as usize] = (*fact, *other);
            *place += 1;
        }
        begins.truncate(nodes + 1);
        let having = begins.windows(2).filter(|pair| pair.first() != pair.last()).count();
        let rows = if stored.len() * 4 < nodes {
            let few = ends.iter().copied().filter(|node| *node != NONE);
            Rows::Sparse(few.map(|n| (n, (begins[n as usize], begins[n as usize + 1]))).collect())
        } else {
            Rows::Dense(begins)
        };
        Self { rows, facts: sorted, nodes: having }
    }

    /// Where the facts of a node lie.
    pub(in crate::rule) fn range(&self, node: u32) -> (u32, u32) {
        let range = match &self.rows {
            Rows::Dense(begins) => {
                let at = node as usize;
                begins.get(at).copied().zip(begins.get(at + 1).copied())
            }
            Rows::Sparse(rows) => rows.get(&node).copied(),
        };
        range.unwrap_or_default()
    }

    /// The facts that lie there, each with the node at its other end.
    pub(in crate::rule) fn facts_in(&self, (begin, end): (u32, u32)) -> &[(u32, u32)] {
        self.facts.get(begin as usize..end as usize).unwrap_or_default()
    }

    /// How many facts a node that has any has on average; 0 where none has.
    pub(in crate::rule) fn fan_out(&self) -> f64 {
        self.facts.len() as f64 / self.nodes.max(1) as f64
    }
}

impl Relation {
    /// The relation of a predicate; with `empty`, one of which the graph has no fact.
    pub(super) fn new(empty: bool) -> Self {
        Self { stored: empty.then(Vec::new), ..Self::default() }
    }

    pub(in crate::rule) fn is_loaded(&self) -> bool {
        self.stored.is_some()
    }

    /// How many facts are known of it.
    pub(in crate::rule) fn len(&self) -> usize {
        self.stored.as_ref().map_or(0, Vec::len) + self.derived.len()
    }

    /// Every fact known of it.
    pub(in crate::rule) fn all(&self) -> impl Iterator<Item = u32> + '_ {
        self.stored.iter().flatten().chain(&self.derived).copied()
    }

    /// The facts known of it but for the first `known`. All stored ones must have been read.
    pub(in crate::rule) fn since(&self, known: usize) -> impl Iterator<Item = u32> + '_ {
        let stored = self.stored.as_deref().unwrap_or_default();
        let (left, derived) = (stored.get(known..), known.saturating_sub(stored.len()));
        left.into_iter().flatten().chain(self.derived.get(derived..).into_iter().flatten()).copied()
    }

    /// Builds what is needed to look facts up by their `end`; `loaded` are its stored facts.
    pub(super) fn index(&mut self, loaded: Option<&Loaded>, end: End, nodes: usize) {
        let Some(stored) = &self.stored else { return };
        let place = match end {
            End::Subject => &mut self.by_subject,
            End::Object => &mut self.by_object,
        };
        place.get_or_insert_with(|| Adjacency::new(loaded, stored, end, nodes));
    }

    pub(super) fn is_indexed(&self, end: End) -> bool {
        self.adjacency(end).is_some()
    }

    /// The stored facts with `node` at `end`, each with the node at its other end ([`NONE`] for a
    /// literal); it must have been indexed for it.
    pub(super) fn stored_at(&self, end: End, node: u32) -> &[(u32, u32)] {
        self.adjacency(end).map_or(&[], |adjacency| adjacency.facts_in(adjacency.range(node)))
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
        facts.map_or(&[], Vec::as_slice)
    }

    pub(super) fn add_derived(&mut self, fact: u32, subject: u32, object: u32) {
        self.derived.push(fact);
        self.derived_by_subject.entry(subject).or_default().push(fact);
        if object != NONE {
            self.derived_by_object.entry(object).or_default().push(fact);
        }
    }

    /// How many facts a node at `end` has on average; a guess where nobody has counted.
    pub(in crate::rule) fn fan_out(&self, end: End) -> f64 {
        match self.adjacency(end) {
            Some(adjacency) if !adjacency.facts.is_empty() => adjacency.fan_out(),
            Some(_) if self.derived.is_empty() => 0.0,
            _ => 4.0,
        }
    }
}
