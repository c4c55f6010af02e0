//! The union of contributions, and what is derived from it.
//!
//! Everything here is order-free: counts add up, sets unite, ties go by bytes.

use std::{collections::HashMap, sync::Arc};

use super::{MemoryGraph, vectors::TextVectors};
use crate::{
    Contribution, Derivation, DeriveInput, Derived, DerivedFact, Deriver, Fact, FactEntry, FactId, FactRecord, Node,
    NodeEntry, NodeId, Result, TypeName, UnitedFact, UnitedNode,
};

/// The graph of `visible` with what `derivers`, one after the other, derive from it.
pub(super) fn graph_of(
    visible: &[Arc<Contribution>],
    derivers: &[Arc<dyn Deriver>],
    texts: &TextVectors<'_>,
) -> Result<MemoryGraph> {
    let mut union = Union::default();
    for contribution in visible {
        contribution.nodes().iter().for_each(|entry| union.add_node(entry));
        contribution.facts().iter().for_each(|entry| union.add_fact(entry));
    }
    let chunks: Vec<_> = visible.iter().flat_map(|c| c.chunks()).map(|chunk| chunk.id).collect();
    let mentions: Vec<_> = visible.iter().flat_map(|c| c.mentions()).cloned().collect();
    let build = |union: &Union| {
        let nodes = union.nodes();
        let facts = union.facts(&nodes);
        MemoryGraph::new(nodes, facts, chunks.clone(), mentions.clone())
    };
    let mut graph = build(&union)?;
    for deriver in derivers {
        let node_vectors = texts.of_nodes(&graph);
        let derived = deriver.derive(DeriveInput { graph: &graph, node_vectors: &node_vectors })?;
        let added = union.add_derived(derived).and_then(|()| build(&union));
        graph = added.map_err(|error| error.with("deriver", deriver.id()))?;
    }
    Ok(graph)
}

#[derive(Default)]
struct Union {
    nodes: HashMap<NodeId, UnitedNode>,
    facts: HashMap<FactId, UnitedFact>,
}

impl Union {
    fn add_node(&mut self, entry: &NodeEntry) {
        self.node(entry.id, &entry.type_name).add(entry);
    }

    fn add_fact(&mut self, entry: &FactEntry) {
        self.fact(entry.id, &entry.fact).add(entry);
    }

    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) where a derived node has no visible name, or another type
    /// than the node with its id.
    fn add_derived(&mut self, derived: Derived) -> Result<()> {
        derived.nodes.into_iter().try_for_each(|node| self.node(node.id, &node.type_name).add_derived(node))?;
        for DerivedFact { fact, rule, premises, confidence, layer } in derived.facts {
            self.fact(fact.id(), &fact).add_derived(Derivation { rule, premises, confidence, layer });
        }
        Ok(())
    }

    fn node(&mut self, id: NodeId, type_name: &TypeName) -> &mut UnitedNode {
        self.nodes.entry(id).or_insert_with(|| UnitedNode::new(id, type_name.clone()))
    }

    fn fact(&mut self, id: FactId, fact: &Fact) -> &mut UnitedFact {
        self.facts.entry(id).or_insert_with(|| UnitedFact::new(fact.clone()))
    }

    /// The nodes as they show themselves, by id.
    fn nodes(&self) -> Vec<Arc<Node>> {
        let mut nodes: Vec<_> = self.nodes.values().map(|united| Arc::new(united.show())).collect();
        nodes.sort_by_key(|node| node.id);
        nodes
    }

    /// The facts as they show themselves; `nodes` are sorted by id and give their names.
    fn facts(&self, nodes: &[Arc<Node>]) -> Vec<Arc<FactRecord>> {
        let name_of = |id: NodeId| {
            let at = nodes.binary_search_by_key(&id, |node| node.id).ok()?;
            nodes.get(at).map(|node| Arc::clone(&node.name))
        };
        self.facts.values().map(|united| Arc::new(united.show(name_of))).collect()
    }
}
