//! Synonym edges.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use kag_core::{
    Confidence, DeriveInput, Derived, DerivedFact, Deriver, Embedding, Fact, GraphView, Layer, NameKey, Node, NodeId,
    Result, SYNONYM, vector,
};

use super::pair;

/// Derives an edge between two names of what is probably one thing.
///
/// There are two kinds. Nodes that share a name or alias, but are two because of their
/// types, or because one is known by its name and the other by its key: confidence 1. (Two
/// nodes of one type with different keys are different things, whatever they are called.)
/// And nodes whose names' vectors have a cosine of at least the threshold, default 0.8
/// (HippoRAG, arXiv 2405.14831 §2.3): confidence is the cosine. The second kind is sought
/// only for names with more than two letters or digits, as HippoRAG does, since the vectors
/// of shorter ones mean little; and unlike there without a limit of neighbours, so that an
/// edge is a function of its two nodes and of nothing else. Each edge is there once, from
/// the smaller id to the larger.
#[derive(Clone, Debug)]
pub struct SynonymEdges {
    threshold: f32,
    id: String,
}

/// Names with so few letters and digits are not compared by vector.
const SHORT: usize = 2;

impl SynonymEdges {
    /// Edges from a cosine of 0.8.
    #[must_use]
    pub fn new() -> Self {
        Self { threshold: 0.0, id: String::new() }.with_threshold(0.8)
    }

    /// Edges from a cosine of `threshold`; above 1, by spelling only.
    #[must_use]
    pub fn with_threshold(mut self, threshold: f32) -> Self {
        self.threshold = threshold;
        self.id = format!("synonym 1 {threshold}");
        self
    }

    fn edge(&self, one: NodeId, other: NodeId, rule: &str, confidence: f32) -> DerivedFact {
        DerivedFact {
            fact: Fact::new(one.min(other), SYNONYM, one.max(other)),
            rule: format!("{} {rule}", self.id).into(),
            premises: Vec::new(),
            confidence: Confidence::new(confidence),
            layer: Layer::Information,
        }
    }
}

impl Default for SynonymEdges {
    fn default() -> Self {
        Self::new()
    }
}

impl Deriver for SynonymEdges {
    fn id(&self) -> &str {
        &self.id
    }

    fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
        let nodes = Names::of(input.graph)?;
        let mut edges: BTreeMap<(NodeId, NodeId), DerivedFact> = BTreeMap::new();
        for (key, sharing) in &nodes.sharing {
            for (at, one) in sharing.iter().enumerate() {
                let others = sharing.iter().skip(at + 1).filter(|other| nodes.may_be_one(*one, **other, key));
                for other in others {
                    edges.entry(pair(*one, *other)).or_insert_with(|| self.edge(*one, *other, "name", 1.0));
                }
            }
        }
        let long = input.node_vectors.iter().filter(|(node, _)| nodes.is_long(*node)).cloned();
        let rows: Vec<(NodeId, Embedding)> = long.collect();
        for (one, other, cosine) in vector::pairs_over(&rows, self.threshold)? {
            if nodes.may_be_near(one, other) {
                edges.entry(pair(one, other)).or_insert_with(|| self.edge(one, other, "vector", cosine));
            }
        }
        Ok(edges.into_values().collect::<Vec<_>>().into())
    }
}

/// The nodes of a graph, and which of them share a name.
struct Names {
    nodes: HashMap<NodeId, Arc<Node>>,
    sharing: BTreeMap<NameKey, Vec<NodeId>>,
}

impl Names {
    fn of(graph: &dyn GraphView) -> Result<Self> {
        let mut names = Self { nodes: HashMap::new(), sharing: BTreeMap::new() };
        for node in graph.nodes() {
            let node = node?;
            for name in std::iter::once(&node.name).chain(&node.aliases) {
                let nodes = names.sharing.entry(NameKey::of(name)).or_default();
                if nodes.last() != Some(&node.id) {
                    nodes.push(node.id);
                }
            }
            names.nodes.insert(node.id, node);
        }
        Ok(names)
    }

    /// Whether two nodes that share the name `key` may be one thing.
    fn may_be_one(&self, one: NodeId, other: NodeId, key: &NameKey) -> bool {
        let (Some(one), Some(other)) = (self.nodes.get(&one), self.nodes.get(&other)) else { return false };
        let named = |node: &Node| node.id == NodeId::named(&node.type_name, key);
        one.type_name != other.type_name || named(one) || named(other)
    }

    /// Whether vectors may say that two nodes are one thing: not where they have the very
    /// same name and are two by their keys.
    fn may_be_near(&self, one: NodeId, other: NodeId) -> bool {
        let (Some(left), Some(right)) = (self.nodes.get(&one), self.nodes.get(&other)) else { return false };
        let key = NameKey::of(&left.name);
        key != NameKey::of(&right.name) || self.may_be_one(one, other, &key)
    }

    fn is_long(&self, node: NodeId) -> bool {
        let name = self.nodes.get(&node).map(|node| &*node.name).unwrap_or_default();
        name.chars().filter(|character| character.is_alphanumeric()).take(SHORT + 1).count() > SHORT
    }
}
