//! The facts of one predicate by the node at one end, in compressed rows.

use std::sync::Arc;

use super::{
    super::table::row_numbers,
    End, FastMap, NONE, Span,
    facts::{Loaded, RowNumbers},
};

/// So many times more nodes than facts are too many to tell of each where its facts lie.
const SPARSE: usize = 4;

/// Facts by the node at one end.
pub(in crate::rule) struct Adjacency {
    rows: Rows,
    facts: Facts,
    /// How many nodes have any.
    nodes: usize,
    /// Whether the other end of one is a literal.
    literals: bool,
}

/// Where each node's facts lie.
enum Rows {
    /// Each of the nodes has one.
    One(Span),
    /// Where they begin, node by node, and where the last ones end.
    Dense(Span, Vec<u32>),
    /// Where they begin and end, of the few nodes that have any.
    Sparse(FastMap<u32, (u32, u32)>),
}

/// Facts, those of a node one after the other, each with the node at its other end, [`NONE`] for a
/// literal.
enum Facts {
    /// The rows of a relation, with numbers one after the other from this one on.
    Run(u32, Arc<Loaded>),
    Each(Vec<(u32, u32)>),
}

/// The facts of some nodes, node by node.
#[derive(Default)]
pub(in crate::rule) struct Spread {
    /// By fact, the place of its node among the nodes.
    pub(in crate::rule) nodes: Vec<u32>,
    /// By fact, where it lies.
    places: Vec<u32>,
    /// By node, where its facts begin and end.
    begins: Vec<u32>,
    ends: Vec<u32>,
    /// By node, how much further its facts lie than where they come here.
    shifts: Vec<u32>,
}

impl Adjacency {
    /// The facts of a relation, those of a node in the order of the relation's rows.
    pub(super) fn new(loaded: Option<&Arc<Loaded>>, stored: &RowNumbers, end: End) -> Self {
        let Some(loaded) = loaded else { return Self::sorted(&[], &[], stored) };
        match (end, stored) {
            (End::Subject, RowNumbers::Run(run)) if loaded.subjects().is_sorted() => Self::by_row(loaded, run.start),
            (End::Subject, _) => Self::sorted(loaded.subjects(), loaded.objects(), stored),
            (End::Object, _) => Self::sorted(loaded.objects(), loaded.subjects(), stored),
        }
    }

    /// Facts that lie as they should, by their subjects, and are numbered so from `first` on.
    fn by_row(loaded: &Arc<Loaded>, first: u32) -> Self {
        let (rows, nodes) = Rows::new(loaded.subjects());
        let literals = loaded.objects().contains(&NONE);
        Self { rows, facts: Facts::Run(first, Arc::clone(loaded)), nodes, literals }
    }

    /// Facts in any order, sorted: by counting, unless most numbers have none.
    fn sorted(ends: &[u32], others: &[u32], stored: &RowNumbers) -> Self {
        let span = Span::whole(ends);
        let all = ends.iter().zip(stored.since(0).zip(others.iter().copied()));
        let (rows, nodes, facts) = if is_sparse(ends, span) {
            let mut all: Vec<_> = all.filter(|(node, _)| **node != NONE).collect();
            all.sort_by_key(|(node, _)| **node);
            let (ends, facts): (Vec<u32>, Vec<_>) = all.into_iter().unzip();
            let (rows, nodes) = Rows::sparse(&ends);
            (rows, nodes, facts)
        } else {
            let begins = begins(ends, span);
            let mut next = begins.clone();
            let mut facts = vec![(NONE, NONE); begins.last().copied().unwrap_or_default() as usize];
            for (node, fact) in all {
                let Some(next) = span.place(*node).and_then(|place| next.get_mut(place)) else { continue };
                facts.iter_mut().skip(*next as usize).take(1).for_each(|place| *place = fact);
                *next += 1;
            }
            let (rows, nodes) = Rows::dense(begins, span);
            (rows, nodes, facts)
        };
        let literals = facts.iter().any(|(_, other)| *other == NONE);
        Self { rows, facts: Facts::Each(facts), nodes, literals }
    }

    /// The facts of `node`, each with the node at its other end.
    pub(in crate::rule) fn facts_at(&self, node: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let (begin, end) = self.rows.range(node);
        let range = begin as usize..end as usize;
        let (first, others, facts) = match &self.facts {
            Facts::Run(first, loaded) => (*first, loaded.objects().get(range).unwrap_or_default(), &[][..]),
            Facts::Each(facts) => (0, &[][..], facts.get(range).unwrap_or_default()),
        };
        (first.saturating_add(begin)..).zip(others.iter().copied()).chain(facts.iter().copied())
    }

    /// Looks up the facts of `nodes`; not where there are more than `most`, or than numbers.
    ///
    /// Nothing waits for what was found before, nor hangs on how many facts a node has, so that the
    /// waits for memory overlap.
    pub(in crate::rule) fn spread(&self, nodes: &[u32], most: usize, spread: &mut Spread) -> bool {
        let Spread { nodes: node_of, places, begins, ends, shifts } = spread;
        [&mut *node_of, places, begins, ends, shifts].into_iter().for_each(Vec::clear);
        if let Rows::One(span) = &self.rows
            && nodes.len() <= most
            && nodes.iter().all(|node| span.place(*node).is_some())
        {
            node_of.extend(row_numbers(nodes.len()));
            places.extend(nodes.iter().map(|node| node - span.least));
            return true;
        }
        self.rows.ranges(nodes, begins, ends);
        let all: usize = begins.iter().zip(&*ends).map(|(begin, end)| (end - begin) as usize).sum();
        if all > most.min(NONE as usize) {
            return false;
        }
        node_of.resize(all + 1, 0);
        let mut first = 0_u32;
        shifts.extend(begins.iter().zip(&*ends).zip(0..).map(|((begin, end), at)| {
            // Of the nodes whose facts would begin at a place the last one has one.
            node_of.get_mut(first as usize).into_iter().for_each(|node| *node = at);
            let shift = begin.wrapping_sub(first);
            first += end - begin;
            shift
        }));
        node_of.truncate(all);
        let mut last = 0;
        places.extend(node_of.iter_mut().zip(0_u32..).map(|(node, at)| {
            last = last.max(*node);
            *node = last;
            shifts.get(last as usize).map_or(0, |shift| shift.wrapping_add(at))
        }));
        true
    }

    /// Adds to `facts` and `others` what was looked up: facts, and the nodes at their other ends.
    pub(in crate::rule) fn read(&self, spread: &Spread, facts: &mut Vec<u32>, others: &mut Vec<u32>) {
        let places = || spread.places.iter().map(|place| *place as usize);
        match &self.facts {
            Facts::Run(first, loaded) => {
                let objects = loaded.objects();
                facts.extend(spread.places.iter().map(|place| first + place));
                others.extend(places().map(|place| objects.get(place).copied().unwrap_or(NONE)));
            }
            Facts::Each(each) => {
                let at = |place: usize| each.get(place).copied().unwrap_or((NONE, NONE));
                facts.extend(places().map(|place| at(place).0));
                others.extend(places().map(|place| at(place).1));
            }
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes == 0
    }

    /// Whether the other end of a fact is a literal.
    pub(in crate::rule) fn leads_to_literals(&self) -> bool {
        self.literals
    }

    /// How many facts a node that has any has on average; 0 where none has.
    pub(in crate::rule) fn fan_out(&self) -> f64 {
        let facts = match &self.facts {
            Facts::Run(_, loaded) => loaded.objects().len(),
            Facts::Each(facts) => facts.len(),
        };
        facts as f64 / self.nodes.max(1) as f64
    }
}

impl Rows {
    /// Where the facts of each node lie that have `ends`, which are sorted; and how many nodes that is.
    fn new(ends: &[u32]) -> (Self, usize) {
        let span = Span::whole(ends);
        let each = span.len == ends.len() && ends.is_sorted_by(|left, right| left < right);
        if each {
            (Self::One(span), span.len)
        } else if is_sparse(ends, span) {
            Self::sparse(ends)
        } else {
            Self::dense(begins(ends, span), span)
        }
    }

    fn dense(begins: Vec<u32>, span: Span) -> (Self, usize) {
        let having = begins.iter().zip(begins.iter().skip(1)).filter(|(begin, end)| begin != end).count();
        (Self::Dense(span, begins), having)
    }

    fn sparse(ends: &[u32]) -> (Self, usize) {
        let mut ranges = FastMap::default();
        let mut begin = 0;
        for together in ends.chunk_by(|left, right| left == right) {
            let end = begin + u32::try_from(together.len()).unwrap_or(NONE);
            ranges.extend(together.first().map(|node| (*node, (begin, end))));
            begin = end;
        }
        let nodes = ranges.len();
        (Self::Sparse(ranges), nodes)
    }

    /// Where the facts of each of `nodes` begin and end, as [`range`](Self::range) tells of one.
    fn ranges(&self, nodes: &[u32], begins: &mut Vec<u32>, ends: &mut Vec<u32>) {
        let Self::Dense(span, bounds) = self else {
            for (begin, end) in nodes.iter().map(|node| self.range(*node)) {
                begins.push(begin);
                ends.push(end);
            }
            return;
        };
        let bound = |node: &u32, after: usize| {
            let bound = span.place(*node).and_then(|place| bounds.get(place + after));
            bound.copied().unwrap_or_default()
        };
        begins.extend(nodes.iter().map(|node| bound(node, 0)));
        ends.extend(nodes.iter().map(|node| bound(node, 1)));
    }

    fn range(&self, node: u32) -> (u32, u32) {
        let range = match self {
            Self::One(span) => span.place(node).map(|place| (place as u32, place as u32 + 1)),
            Self::Dense(span, begins) => span.place(node).and_then(|place| {
                let [begin, end] = begins.get(place..)?.first_chunk()?;
                Some((*begin, *end))
            }),
            Self::Sparse(ranges) => ranges.get(&node).copied(),
        };
        range.unwrap_or_default()
    }
}

/// Whether an array over `span` would mostly tell of nodes that have no facts.
fn is_sparse(ends: &[u32], span: Span) -> bool {
    ends.len().saturating_mul(SPARSE) < span.len
}

/// By node of `span`, where its facts begin when those that have `ends` are sorted; and at last
/// where they end.
fn begins(ends: &[u32], span: Span) -> Vec<u32> {
    let mut begins = vec![0_u32; span.len + 1];
    for node in ends {
        span.place(*node).and_then(|place| begins.get_mut(place)).into_iter().for_each(|count| *count += 1);
    }
    let mut sum = 0;
    for begin in &mut begins {
        let count = std::mem::replace(begin, sum);
        sum += count;
    }
    begins
}

#[cfg(test)]
mod tests {
    use kag_core::FactColumns;
    use proptest::prelude::*;

    use super::*;
    use crate::rule::world::nodes::Ends;

    /// What `adjacency` says of the nodes, one by one and at once.
    fn both_ways(adjacency: &Adjacency, nodes: &[u32]) -> [Vec<(u32, u32, u32)>; 2] {
        let one_by_one: Vec<_> = nodes
            .iter()
            .zip(0..)
            .flat_map(|(node, at)| adjacency.facts_at(*node).map(move |(fact, other)| (at, fact, other)))
            .collect();
        let (mut spread, mut facts, mut others) = (Spread::default(), Vec::new(), Vec::new());
        if let Some(fewer) = one_by_one.len().checked_sub(1) {
            assert!(!adjacency.spread(nodes, fewer, &mut spread), "there are more");
        }
        assert!(adjacency.spread(nodes, one_by_one.len(), &mut spread));
        adjacency.read(&spread, &mut facts, &mut others);
        let at_once = spread.nodes.iter().zip(facts.iter().zip(&others));
        [one_by_one, at_once.map(|(at, (fact, other))| (*at, *fact, *other)).collect()]
    }

    proptest! {
        #[test]
        fn facts_are_found_alike_however_they_lie(
            ends in prop::collection::vec((0..6_u32, prop::option::of(0..6_u32)), 0..12),
            apart in prop::sample::select(vec![1, 1_000]),
            nodes in prop::collection::vec(prop::option::of(0..8_u32), 0..8),
        ) {
            let mut ends: Vec<(u32, u32)> =
                ends.into_iter().map(|(end, other)| (7 + end * apart, other.unwrap_or(NONE))).collect();
            ends.sort_unstable();
            let nodes: Vec<u32> = nodes.into_iter().map(|node| node.map_or(NONE, |node| 6 + node * apart)).collect();
            let (own, others): (Vec<u32>, Vec<u32>) = ends.iter().copied().unzip();
            let run = 100..100 + u32::try_from(own.len()).expect("few");
            let (columns, numbers) = (Arc::new(FactColumns::of(Vec::new())), Ends::Own(own.clone(), others.clone()));
            let sorted = Adjacency::by_row(&Arc::new(Loaded { predicate: 0, columns, ends: numbers }), run.start);
            // Facts with no node at this end are nobody's, and numbers may be any.
            let with_literal: Vec<u32> = own.iter().copied().chain([NONE]).collect();
            let also: Vec<u32> = others.iter().copied().chain([3]).collect();
            let numbers = RowNumbers::Each(run.clone().chain([7]).collect());
            let counted = Adjacency::sorted(&with_literal, &also, &numbers);
            let expected: Vec<(u32, u32, u32)> = nodes
                .iter()
                .zip(0..)
                .flat_map(|(node, at)| {
                    let facts = ends.iter().zip(100..).filter(move |((end, _), _)| end == node);
                    facts.map(move |((_, other), fact)| (at, fact, *other))
                })
                .collect();
            for adjacency in [&sorted, &counted] {
                for found in both_ways(adjacency, &nodes) {
                    prop_assert_eq!(&found, &expected);
                }
                prop_assert_eq!(adjacency.leads_to_literals(), others.contains(&NONE));
            }
            let mut distinct = own.clone();
            distinct.dedup();
            prop_assert_eq!(sorted.nodes, distinct.len());
            prop_assert_eq!(counted.nodes, distinct.len());
        }
    }
}
