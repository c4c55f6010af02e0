//! From one version of the mutual graph to the next.
//!
//! A document brings every node and chunk that its facts and mentions speak of. So whatever
//! edge changes has both ends among what was touched, and of a node that very many documents
//! name, only its edges to those are looked at: from their side.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{
    ChunkId, FactId, GraphView, MutualGraph, NodeId, RecordId, Result, Vertex,
    graph::{Graph, Patch, VertexNumbers},
};

use super::{Mutual, derived_edges};
use crate::{snapshot::StoredGraph, truth::Tables};

/// A node with so many edges is a hub: its facts are not all read for a few that change.
const HUB: usize = 8;

impl Mutual {
    /// The version of `graph` and `tables`, which differ from this one in what was `touched`.
    pub(super) fn advance(&self, tables: &Tables, graph: &StoredGraph, touched: BTreeSet<RecordId>) -> Result<Self> {
        let derived = derived_edges(graph)?;
        let changed = changed(&self.derived, &derived);
        let mut nodes: BTreeSet<NodeId> = touched.iter().filter_map(|record| record.node()).collect();
        nodes.extend(changed.iter().flat_map(|(from, to)| [*from, *to]));
        // A derived node comes and goes without the truth being touched.
        let derived_nodes: BTreeSet<NodeId> = graph.derived().nodes.keys().copied().collect();
        nodes.extend(self.derived_nodes.symmetric_difference(&derived_nodes));
        let chunks: BTreeSet<ChunkId> = touched.iter().filter_map(|record| record.chunk()).collect();

        let (mut there, mut patch) = (Vec::new(), Patch::new());
        for what in nodes.iter().copied().map(Vertex::Node).chain(chunks.into_iter().map(Vertex::Chunk)) {
            let is_there = match what {
                Vertex::Node(node) => graph.has_node(node)?,
                Vertex::Chunk(chunk) => tables.has_chunk(chunk)?,
            };
            match self.numbers.number(what) {
                Some(number) if !is_there => patch.remove(number),
                None if !is_there => {}
                _ => there.push(what),
            }
        }
        let numbers = self.numbers.with(there.iter().copied())?;
        for what in &there {
            numbers.number(*what).into_iter().for_each(|number| patch.add(number));
        }
        let facts = touched.iter().filter_map(|record| record.fact());
        let hubs = self.hubs_to_pass_over(graph, &there, facts, &changed)?;
        for what in &there {
            let Some(number) = numbers.number(*what) else { continue };
            let row = match *what {
                Vertex::Node(node) if hubs.contains(&node) => continue,
                Vertex::Node(node) => row_of(tables, graph, node, &numbers)?,
                Vertex::Chunk(chunk) => {
                    let named = tables.mentions_in(chunk)?.into_iter();
                    named.filter_map(|mention| Some((numbers.number(Vertex::Node(mention.node))?, 1.0))).collect()
                }
            };
            for (target, _) in self.graph.arcs_of(number).iter().filter(|(target, _)| !row.contains_key(target)) {
                if self.is_there(tables, graph, target)? {
                    patch.set(number, target, 0.0);
                }
            }
            row.into_iter().for_each(|(target, weight)| patch.set(number, target, weight));
        }
        Ok(Self { graph: self.graph.with(&patch)?, numbers, derived, derived_nodes })
    }

    /// The hubs among the nodes `there` whose changed edges all lead to what is no such hub.
    ///
    /// Between two hubs an edge is read from the one with fewer edges. Which ones a fact joined
    /// that is not there any more is not known, so then all but the largest are read.
    fn hubs_to_pass_over(
        &self,
        graph: &StoredGraph,
        there: &[Vertex],
        facts: impl Iterator<Item = FactId>,
        changed: &[(NodeId, NodeId)],
    ) -> Result<BTreeSet<NodeId>> {
        let degree = |node: NodeId| self.numbers.number(Vertex::Node(node)).map_or(0, |at| self.graph.degree(at));
        let nodes = there.iter().filter_map(|what| match what {
            Vertex::Node(node) => Some(*node),
            Vertex::Chunk(_) => None,
        });
        let mut hubs: BTreeSet<NodeId> = nodes.filter(|node| degree(*node) >= HUB).collect();
        if hubs.len() < 2 {
            return Ok(hubs);
        }
        let mut pairs: Vec<(NodeId, NodeId)> = changed.to_vec();
        for fact in facts {
            let Some(record) = graph.fact(fact)? else {
                let largest = hubs.iter().copied().max_by_key(|hub| degree(*hub));
                return Ok(largest.into_iter().collect());
            };
            pairs.extend(record.fact.object_node().map(|object| (record.fact.subject, object)));
        }
        for (from, to) in pairs.into_iter().filter(|(from, to)| from != to) {
            if hubs.contains(&from) && hubs.contains(&to) {
                hubs.remove(if degree(from) < degree(to) { &from } else { &to });
            }
        }
        Ok(hubs)
    }

    /// Whether what a vertex stands for is there.
    fn is_there(&self, tables: &Tables, graph: &StoredGraph, vertex: u32) -> Result<bool> {
        match self.numbers.key(vertex) {
            Some(Vertex::Chunk(chunk)) => tables.has_chunk(chunk),
            Some(Vertex::Node(node)) => graph.has_node(node),
            None => Ok(false),
        }
    }
}

/// The ends of the derived facts that are not the same on both sides.
fn changed(
    before: &BTreeMap<FactId, (NodeId, NodeId, u32)>,
    after: &BTreeMap<FactId, (NodeId, NodeId, u32)>,
) -> Vec<(NodeId, NodeId)> {
    let differ =
        |(fact, edge): &(&FactId, &(NodeId, NodeId, u32)), other: &BTreeMap<FactId, _>| other.get(*fact) != Some(*edge);
    let gone = before.iter().filter(|one| differ(one, after));
    let new = after.iter().filter(|one| differ(one, before));
    gone.chain(new).map(|(_, (from, to, _))| (*from, *to)).collect()
}

/// The edges of a node, by the vertex at their other end.
fn row_of(
    tables: &Tables,
    graph: &StoredGraph,
    node: NodeId,
    numbers: &VertexNumbers<Vertex>,
) -> Result<BTreeMap<u32, f32>> {
    let mut parallel: BTreeMap<u32, Vec<f32>> = BTreeMap::new();
    for record in graph.outgoing(node)?.into_iter().chain(graph.incoming(node)?) {
        let other = if record.fact.subject == node { record.fact.object_node() } else { Some(record.fact.subject) };
        let other = other.filter(|other| *other != node).and_then(|other| numbers.number(Vertex::Node(other)));
        other.into_iter().for_each(|other| parallel.entry(other).or_default().push(MutualGraph::weight(&record)));
    }
    let chunks: BTreeSet<ChunkId> = tables.mentions_of(node)?.into_iter().map(|mention| mention.chunk).collect();
    for chunk in chunks {
        let number = numbers.number(Vertex::Chunk(chunk));
        number.into_iter().for_each(|number| parallel.entry(number).or_default().push(1.0));
    }
    // Summed as when a graph is built at once, so that the sum is the same.
    let sum = |mut weights: Vec<f32>| {
        weights.sort_unstable_by(f32::total_cmp);
        (weights.into_iter().map(f64::from).sum::<f64>() as f32).min(f32::MAX)
    };
    Ok(parallel.into_iter().map(|(other, weights)| (other, sum(weights))).collect())
}
