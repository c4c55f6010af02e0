//! What a snapshot of everything reads: the truth of one commit, and what follows from it.

mod chunks;
mod derived;
mod graph;

use std::sync::Arc;

use kag_core::{ContentHash, DeriveInput, Deriver, Embedding, GraphView, NodeId, Result};

pub(crate) use chunks::StoredChunks;
pub(crate) use derived::Derivations;
pub(crate) use graph::StoredGraph;

use crate::truth::Tables;

/// The graph of `tables` with what `derivers`, one after the other, derive from it.
pub(crate) fn derive(tables: &Arc<Tables>, derivers: &[Arc<dyn Deriver>]) -> Result<StoredGraph> {
    let mut graph = StoredGraph::of(Arc::clone(tables), Derivations::default());
    for deriver in derivers {
        let node_vectors = node_vectors(&graph, tables)?;
        let derived = deriver.derive(DeriveInput { graph: &graph, node_vectors: &node_vectors })?;
        graph = graph.with(derived).map_err(|error| error.with("deriver", deriver.id()))?;
    }
    Ok(graph)
}

/// The vectors of the names of all nodes, by node.
fn node_vectors(graph: &StoredGraph, tables: &Tables) -> Result<Vec<(NodeId, Embedding)>> {
    if tables.meta().space.is_none() {
        return Ok(Vec::new());
    }
    let vector = |node: Result<Arc<kag_core::Node>>| {
        let node = node?;
        Ok(tables.vector_of(ContentHash::of(&*node.name))?.map(|vector| (node.id, vector)))
    };
    graph.nodes().filter_map(|node| vector(node).transpose()).collect()
}
