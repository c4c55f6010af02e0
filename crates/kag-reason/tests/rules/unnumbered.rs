//! A graph that does not number its nodes.

use std::sync::Arc;

use kag_core::{
    ChunkId, FactId, FactRecord, GraphView, Mention, MutualGraph, NameKey, Node, NodeId, Predicate, Result, TypeName,
    memory::MemoryGraph,
};

/// The same graph, read record by record: what a store of one's own need have, and no more.
#[derive(Debug)]
pub(crate) struct Unnumbered(pub(crate) Arc<MemoryGraph>);

impl GraphView for Unnumbered {
    fn nodes(&self) -> Box<dyn Iterator<Item = Result<Arc<Node>>> + '_> {
        self.0.nodes()
    }

    fn facts(&self) -> Box<dyn Iterator<Item = Result<Arc<FactRecord>>> + '_> {
        self.0.facts()
    }

    fn chunks(&self) -> Box<dyn Iterator<Item = Result<ChunkId>> + '_> {
        self.0.chunks()
    }

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>> {
        self.0.node(id)
    }

    fn fact(&self, id: FactId) -> Result<Option<Arc<FactRecord>>> {
        self.0.fact(id)
    }

    fn named(&self, key: &NameKey) -> Result<Vec<NodeId>> {
        self.0.named(key)
    }

    fn of_type(&self, type_name: &TypeName) -> Result<Vec<NodeId>> {
        self.0.of_type(type_name)
    }

    fn outgoing(&self, node: NodeId) -> Result<Vec<Arc<FactRecord>>> {
        self.0.outgoing(node)
    }

    fn incoming(&self, node: NodeId) -> Result<Vec<Arc<FactRecord>>> {
        self.0.incoming(node)
    }

    fn with_predicate(&self, predicate: &Predicate) -> Result<Vec<Arc<FactRecord>>> {
        self.0.with_predicate(predicate)
    }

    fn mentions_of(&self, node: NodeId) -> Result<Vec<Mention>> {
        self.0.mentions_of(node)
    }

    fn mentions_in(&self, chunk: ChunkId) -> Result<Vec<Mention>> {
        self.0.mentions_in(chunk)
    }

    fn mutual(&self) -> Result<Arc<MutualGraph>> {
        self.0.mutual()
    }
}
