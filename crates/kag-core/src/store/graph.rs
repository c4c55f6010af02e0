//! The graph.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{FactColumns, MutualGraph, NodeNumbers};
use crate::{
    ChunkId, Confidence, Evidence, Fact, FactId, Layer, Mention, NameKey, Node, NodeId, Predicate, Result, TypeName,
};

/// The predicate of an edge between two names of what is probably one thing.
pub const SYNONYM: &str = "synonym";

/// A fact as a snapshot shows it: with every visible reason to believe it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactRecord {
    /// Derived from the fact.
    pub id: FactId,
    /// The fact.
    pub fact: Fact,
    /// The fact in words: the most frequent statement, ties by bytes.
    pub statement: Arc<str>,
    /// What documents say for it, sorted.
    pub evidence: Vec<Evidence>,
    /// What it follows from, sorted by rule and premises.
    pub derivations: Vec<Derivation>,
}

impl FactRecord {
    /// The highest layer among evidence and derivations.
    #[must_use]
    pub fn layer(&self) -> Layer {
        let evidence = self.evidence.iter().map(|evidence| evidence.layer);
        evidence.chain(self.derivations.iter().map(|derivation| derivation.layer)).max().unwrap_or(Layer::Information)
    }

    /// The highest confidence among evidence and derivations.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        let evidence = self.evidence.iter().map(|evidence| evidence.confidence);
        let derived = self.derivations.iter().map(|derivation| derivation.confidence);
        evidence.chain(derived).max().unwrap_or_default()
    }
}

/// One way in which a fact or a node follows from facts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Derivation {
    /// What derived it.
    pub rule: Arc<str>,
    /// The facts it follows from, sorted.
    pub premises: Vec<FactId>,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The layer it belongs to.
    pub layer: Layer,
}

/// The part of a graph that a reader is about to read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphNeed {
    /// All of it.
    Everything,
    /// The nodes that bear one of these names, and what lies within `hops` facts of them.
    Named {
        /// The names.
        keys: Vec<NameKey>,
        /// How many facts away from them.
        hops: usize,
    },
    /// These nodes, and what lies within `hops` facts of them.
    Around {
        /// The nodes.
        nodes: Vec<NodeId>,
        /// How many facts away from them.
        hops: usize,
    },
}

/// The graph of a snapshot, wherever it lies.
#[async_trait]
pub trait GraphStore: fmt::Debug + Send + Sync + 'static {
    /// A view that holds at least what `need` names. A store that has the whole graph at
    /// hand returns all of it at no cost.
    async fn view(&self, need: &GraphNeed) -> Result<Arc<dyn GraphView>>;
}

/// A graph at hand: what algorithms and reasoning read.
///
/// Every answer is a function of the visible contributions alone. Unknown ids have no
/// node, no facts and no mentions; they are not errors. Errors are those of reading a
/// store that is damaged.
pub trait GraphView: fmt::Debug + Send + Sync + 'static {
    /// Every node, by id.
    fn nodes(&self) -> Box<dyn Iterator<Item = Result<Arc<Node>>> + '_>;

    /// Every fact, by id.
    fn facts(&self) -> Box<dyn Iterator<Item = Result<Arc<FactRecord>>> + '_>;

    /// Every chunk, by id, whether it mentions a node or not.
    fn chunks(&self) -> Box<dyn Iterator<Item = Result<ChunkId>> + '_>;

    /// The node with this id.
    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>>;

    /// The fact with this id.
    fn fact(&self, id: FactId) -> Result<Option<Arc<FactRecord>>>;

    /// The nodes one of whose names has this key, by id.
    fn named(&self, key: &NameKey) -> Result<Vec<NodeId>>;

    /// The nodes of exactly this type, by id.
    fn of_type(&self, type_name: &TypeName) -> Result<Vec<NodeId>>;

    /// The facts whose subject is `node`, by predicate, then id.
    fn outgoing(&self, node: NodeId) -> Result<Vec<Arc<FactRecord>>>;

    /// The facts whose object is `node`, by predicate, then id.
    fn incoming(&self, node: NodeId) -> Result<Vec<Arc<FactRecord>>>;

    /// The facts with this predicate, by id.
    fn with_predicate(&self, predicate: &Predicate) -> Result<Vec<Arc<FactRecord>>>;

    /// The [facts with this predicate](Self::with_predicate) as columns, by subject, then id.
    ///
    /// By default made of the records each time. A view that keeps them says so by
    /// [`node_numbers`](Self::node_numbers).
    fn columns(&self, predicate: &Predicate) -> Result<Arc<FactColumns>> {
        Ok(Arc::new(FactColumns::of(self.with_predicate(predicate)?)))
    }

    /// The numbers of all nodes, where all [columns](Self::columns) are at hand and have these
    /// numbers: asking for either costs nothing then, however large the graph is. `None`, the
    /// default, where each of them is made when it is asked for. Best is an order in which the nodes of a
    /// type follow each other.
    fn node_numbers(&self) -> Option<Arc<NodeNumbers>> {
        None
    }

    /// The [numbers](Self::node_numbers) of the nodes of exactly this type, in the order of their ids;
    /// `None` where nodes are not numbered.
    ///
    /// By default they are looked up each time.
    fn numbers_of_type(&self, type_name: &TypeName) -> Result<Option<Arc<[u32]>>> {
        let Some(numbers) = self.node_numbers() else { return Ok(None) };
        let of_type = self.of_type(type_name)?;
        Ok(Some(numbers.numbers_of(&of_type).flatten().collect()))
    }

    /// Where `node` is named, by chunk and span.
    fn mentions_of(&self, node: NodeId) -> Result<Vec<Mention>>;

    /// What `chunk` names, by node and span.
    fn mentions_in(&self, chunk: ChunkId) -> Result<Vec<Mention>>;

    /// Nodes and chunks as one weighted graph, built once a view.
    fn mutual(&self) -> Result<Arc<MutualGraph>>;
}
