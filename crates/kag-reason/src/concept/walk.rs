//! Walking the graph breadth first.
//!
//! A walk is in one of two phases: it takes one first step, and then others, which may be
//! of another kind (from an instance to its concept, and then from concept to concept). No
//! place is entered twice in one phase, so circles end.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use kag_core::{Confidence, FactId, FactRecord, NodeId, Result};

use super::{ConceptGraph, ConceptPath, ConceptStep, meaning::Steps};

/// What facts a step may pass.
#[derive(Clone, Copy)]
pub(super) enum Along<'s> {
    /// These.
    Steps(&'s Steps),
    /// Those that order the concepts of the type of the node that is left.
    Hypernyms,
}

/// What a walk passes, and how far it goes.
#[derive(Clone, Copy)]
pub(super) struct Walk<'s> {
    /// The first step, counted from the subject's end.
    pub(super) first: Along<'s>,
    /// Every other.
    pub(super) then: Along<'s>,
    /// The most steps.
    pub(super) depth: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Phase {
    First,
    Then,
}

/// A node in a phase of the walk: the first step is, or is not, to be taken yet.
type Place = (NodeId, Phase);

/// Which end of its paths a [`Reach`] was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Start,
    End,
}

/// How a place hangs together with the next one towards the known end.
#[derive(Clone, Copy, Debug)]
struct Link {
    fact: FactId,
    confidence: Confidence,
    /// The next place; `None` where it is the known end.
    next: Option<Place>,
    distance: usize,
}

/// The nodes that are related to one node, each with the shortest path that shows it.
///
/// Of several shortest paths the one with the smallest fact ids counts, the first fact first.
#[derive(Clone, Debug)]
pub struct Reach {
    origin: NodeId,
    known: Known,
    /// By distance, then id.
    nodes: Vec<NodeId>,
    links: HashMap<Place, Link>,
}

impl Reach {
    /// The nodes that were found, the nearest first, ties by id.
    #[must_use]
    pub fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    /// Whether `node` was found.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        self.links.contains_key(&self.place(node))
    }

    /// The path between `node` and the node that was asked about, in the direction of the
    /// relation; `None` where `node` was not found.
    #[must_use]
    pub fn path(&self, node: NodeId) -> Option<ConceptPath> {
        let mut at = Some(self.place(node));
        let mut steps = Vec::new();
        let mut confidence = Confidence::CERTAIN;
        while let Some(place) = at {
            let link = self.links.get(&place)?;
            confidence = confidence.min(link.confidence);
            let to = match self.known {
                Known::Start => place.0,
                Known::End => link.next.map_or(self.origin, |next| next.0),
            };
            steps.push(ConceptStep { fact: link.fact, to });
            at = link.next;
        }
        let start = match self.known {
            Known::Start => self.origin,
            Known::End => node,
        };
        if self.known == Known::Start {
            steps.reverse();
        }
        Some(ConceptPath { start, steps, confidence })
    }

    /// The same without the node that was asked about; shortest paths to others do not pass it.
    pub(super) fn without_origin(mut self) -> Self {
        self.links.remove(&self.place(self.origin));
        self.nodes.retain(|node| *node != self.origin);
        self
    }

    fn place(&self, node: NodeId) -> Place {
        match self.known {
            Known::Start => (node, Phase::Then),
            Known::End => (node, Phase::First),
        }
    }

    fn of(origin: NodeId, known: Known, links: HashMap<Place, Link>) -> Self {
        let mut reach = Self { origin, known, nodes: Vec::new(), links };
        let wanted = reach.place(origin).1;
        let mut found: Vec<(usize, NodeId)> = reach
            .links
            .iter()
            .filter(|((_, phase), _)| *phase == wanted)
            .map(|(at, link)| (link.distance, at.0))
            .collect();
        found.sort_unstable();
        reach.nodes = found.into_iter().map(|(_, node)| node).collect();
        reach
    }
}

/// A fact that can be passed, and the node at its other end.
struct Passage {
    record: Arc<FactRecord>,
    other: NodeId,
}

impl ConceptGraph<'_> {
    /// Everything to which `walk` leads from `start`; where `target` is found, nothing
    /// farther than it.
    ///
    /// Places are entered in the order of their paths' fact ids, so the first path to enter
    /// a place is the smallest of the shortest.
    pub(super) fn walk_from(&self, start: NodeId, walk: Walk<'_>, target: Option<NodeId>) -> Result<Reach> {
        let mut links: HashMap<Place, Link> = HashMap::new();
        let mut level = vec![(start, Phase::First)];
        let mut distance = 0;
        while !level.is_empty() && distance < walk.depth {
            distance += 1;
            let mut next_level = Vec::new();
            for place in level {
                let along = if place.1 == Phase::First { walk.first } else { walk.then };
                for Passage { record, other } in self.leaving(place.0, along)? {
                    let entered = (other, Phase::Then);
                    if links.contains_key(&entered) {
                        continue;
                    }
                    let next = Some(place).filter(|place| place.1 == Phase::Then);
                    links.insert(entered, Link { fact: record.id, confidence: record.confidence(), next, distance });
                    if Some(other) == target {
                        return Ok(Reach::of(start, Known::Start, links));
                    }
                    next_level.push(entered);
                }
            }
            level = next_level;
        }
        Ok(Reach::of(start, Known::Start, links))
    }

    /// Everything from which `walk` leads to `end`.
    pub(super) fn walk_to(&self, end: NodeId, walk: Walk<'_>) -> Result<Reach> {
        let mut links: HashMap<Place, Link> = HashMap::new();
        let mut level = vec![end];
        let mut distance = 0;
        while !level.is_empty() && distance < walk.depth {
            distance += 1;
            // Of all links of this length from a place the one with the smallest fact is kept.
            let mut found: BTreeMap<Place, Link> = BTreeMap::new();
            for node in level {
                let next = Some((node, Phase::Then)).filter(|_| distance > 1);
                for (phase, along) in [(Phase::First, walk.first), (Phase::Then, walk.then)] {
                    for Passage { record, other } in self.entering(node, along)? {
                        let place = (other, phase);
                        let is_end = place == (end, Phase::Then);
                        let link = Link { fact: record.id, confidence: record.confidence(), next, distance };
                        if is_end || links.contains_key(&place) {
                            continue;
                        }
                        let kept = found.entry(place).or_insert(link);
                        if link.fact < kept.fact {
                            *kept = link;
                        }
                    }
                }
            }
            level = found.keys().filter(|place| place.1 == Phase::Then).map(|place| place.0).collect();
            links.extend(found);
        }
        Ok(Reach::of(end, Known::End, links))
    }

    /// The facts by which `along` leaves `node`, by id.
    fn leaving(&self, node: NodeId, along: Along<'_>) -> Result<Vec<Passage>> {
        let steps = self.steps(node, along)?;
        let mut passages = Vec::new();
        for record in self.view.outgoing(node)? {
            if let Some(other) = record.fact.object_node().filter(|_| steps.forward.contains(&record.fact.predicate)) {
                passages.push(Passage { record, other });
            }
        }
        if !steps.backward.is_empty() {
            for record in self.view.incoming(node)? {
                if steps.backward.contains(&record.fact.predicate) {
                    let other = record.fact.subject;
                    passages.push(Passage { record, other });
                }
            }
        }
        passages.sort_by_key(|passage| (passage.record.id, passage.other));
        Ok(passages)
    }

    /// The facts by which `along` enters `node` from elsewhere, in any order.
    fn entering(&self, node: NodeId, along: Along<'_>) -> Result<Vec<Passage>> {
        let mut passages = Vec::new();
        for record in self.view.incoming(node)? {
            let other = record.fact.subject;
            if self.steps(other, along)?.forward.contains(&record.fact.predicate) {
                passages.push(Passage { record, other });
            }
        }
        // What orders concepts has no inverse.
        if let Along::Steps(steps) = along
            && !steps.backward.is_empty()
        {
            for record in self.view.outgoing(node)? {
                if let Some(other) =
                    record.fact.object_node().filter(|_| steps.backward.contains(&record.fact.predicate))
                {
                    passages.push(Passage { record, other });
                }
            }
        }
        Ok(passages)
    }

    fn steps<'s>(&'s self, node: NodeId, along: Along<'s>) -> Result<&'s Steps> {
        Ok(match along {
            Along::Steps(steps) => steps,
            Along::Hypernyms => match self.view.node(node)? {
                Some(node) => self.relations.hypernyms(&node.type_name),
                None => &self.relations.kinds,
            },
        })
    }
}
