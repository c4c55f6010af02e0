//! The graph in memory, on petgraph.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use petgraph::{
    Direction,
    graph::{DiGraph, NodeIndex},
};

use crate::{
    ChunkId, Error, FactColumns, FactId, FactRecord, GraphNeed, GraphStore, GraphView, Mention, MutualGraph, NameKey,
    Node, NodeId, NodeNumbers, Predicate, Result, TypeName,
};

/// A whole graph in memory, immutable.
///
/// Nodes are petgraph's nodes and facts between nodes its edges; facts with literal
/// objects lie beside them, by subject.
#[derive(Clone)]
pub struct MemoryGraph(Arc<Parts>);

struct Parts {
    nodes: Vec<Arc<Node>>,
    facts: Vec<Arc<FactRecord>>,
    chunks: Vec<ChunkId>,
    mentions_of: Vec<Mention>,
    mentions_in: Vec<Mention>,
    edges: DiGraph<(), u32>,
    literals: BTreeMap<NodeId, Vec<u32>>,
    named: BTreeMap<NameKey, Vec<NodeId>>,
    of_type: BTreeMap<TypeName, Arc<[u32]>>,
    /// What the vertices of `edges` are: the nodes by type, then id.
    numbers: Arc<NodeNumbers>,
    with_predicate: BTreeMap<Predicate, Relation>,
    mutual: OnceLock<Arc<MutualGraph>>,
}

/// The facts of a predicate.
struct Relation {
    /// Their places among all, so by id.
    places: Vec<u32>,
    columns: Arc<FactColumns>,
}

impl MemoryGraph {
    /// The graph of these records, in any order; of several with one id the first counts.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) where a fact's subject or object node is not among `nodes`.
    pub fn new(
        mut nodes: Vec<Arc<Node>>,
        mut facts: Vec<Arc<FactRecord>>,
        mut chunks: Vec<ChunkId>,
        mut mentions: Vec<Mention>,
    ) -> Result<Self> {
        nodes.sort_by_key(|node| node.id);
        nodes.dedup_by_key(|node| node.id);
        facts.sort_by_key(|fact| fact.id);
        facts.dedup_by_key(|fact| fact.id);
        chunks.sort_unstable();
        chunks.dedup();
        mentions.sort_unstable();
        mentions.dedup();
        let mut mentions_in = mentions.clone();
        mentions_in.sort_by_key(|mention| (mention.chunk, mention.node, mention.span));

        let (numbers, of_type) = numbered(&nodes);
        let mut edges = DiGraph::with_capacity(nodes.len(), facts.len());
        for _ in &nodes {
            edges.add_node(());
        }
        let mut literals: BTreeMap<NodeId, Vec<u32>> = BTreeMap::new();
        let mut with_predicate: BTreeMap<Predicate, (Vec<u32>, Vec<_>)> = BTreeMap::new();
        for (at, record) in (0_u32..).zip(&facts) {
            let subject = number(&numbers, record.fact.subject)?;
            let object = record.fact.object_node().map(|object| number(&numbers, object)).transpose()?;
            match object {
                Some(object) => drop(edges.add_edge(subject.into(), object.into(), at)),
                None => literals.entry(record.fact.subject).or_default().push(at),
            }
            let (places, rows) = with_predicate.entry(record.fact.predicate.clone()).or_default();
            places.push(at);
            rows.push((subject, object.unwrap_or(FactColumns::LITERAL), Arc::clone(record)));
        }
        let with_predicate = with_predicate.into_iter().map(|(name, (places, rows))| {
            let columns = Arc::new(FactColumns::between(Arc::clone(&numbers), rows));
            (name, Relation { places, columns })
        });
        let with_predicate = with_predicate.collect();
        Ok(Self(Arc::new(Parts {
            named: named(&nodes),
            nodes,
            facts,
            chunks,
            mentions_of: mentions,
            mentions_in,
            edges,
            literals,
            of_type,
            numbers,
            with_predicate,
            mutual: OnceLock::new(),
        })))
    }

    /// Every node, by id.
    #[must_use]
    pub fn all_nodes(&self) -> &[Arc<Node>] {
        &self.0.nodes
    }

    /// Every fact, by id.
    #[must_use]
    pub fn all_facts(&self) -> &[Arc<FactRecord>] {
        &self.0.facts
    }

    /// Every mention, by node, chunk and span.
    #[must_use]
    pub fn all_mentions(&self) -> &[Mention] {
        &self.0.mentions_of
    }

    fn touching(&self, node: NodeId, direction: Direction) -> Vec<Arc<FactRecord>> {
        let Some(at) = self.0.numbers.number(node).map(NodeIndex::from) else { return Vec::new() };
        let literals = match direction {
            Direction::Outgoing => self.0.literals.get(&node).map_or(&[][..], Vec::as_slice),
            Direction::Incoming => &[],
        };
        let edges = self.0.edges.edges_directed(at, direction).map(|edge| *edge.weight());
        let mut found = self.records(edges.chain(literals.iter().copied()));
        found.sort_by(|left, right| (&left.fact.predicate, left.id).cmp(&(&right.fact.predicate, right.id)));
        found
    }

    fn records(&self, places: impl Iterator<Item = u32>) -> Vec<Arc<FactRecord>> {
        places.filter_map(|at| self.0.facts.get(at as usize).cloned()).collect()
    }
}

impl fmt::Debug for MemoryGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryGraph")
            .field("nodes", &self.0.nodes.len())
            .field("facts", &self.0.facts.len())
            .field("mentions", &self.0.mentions_of.len())
            .finish_non_exhaustive()
    }
}

/// The numbers of nodes, which are sorted by id, and those of each type, which follow each other.
fn numbered(nodes: &[Arc<Node>]) -> (Arc<NodeNumbers>, BTreeMap<TypeName, Arc<[u32]>>) {
    let mut of_type: BTreeMap<&TypeName, Vec<u32>> = BTreeMap::new();
    for (node, place) in nodes.iter().zip(0..) {
        of_type.entry(&node.type_name).or_default().push(place);
    }
    let mut next = 0_u32..;
    let numbers = of_type.iter().map(|(name, places)| {
        let numbers: Vec<u32> = next.by_ref().take(places.len()).collect();
        (TypeName::clone(name), numbers.into())
    });
    let numbers = numbers.collect();
    let ids = nodes.iter().map(|node| node.id).collect();
    (Arc::new(NodeNumbers::in_order(ids, of_type.into_values().flatten().collect())), numbers)
}

/// Nodes by name and alias, each list by id as `nodes` are.
fn named(nodes: &[Arc<Node>]) -> BTreeMap<NameKey, Vec<NodeId>> {
    let mut named: BTreeMap<NameKey, Vec<NodeId>> = BTreeMap::new();
    for node in nodes {
        for name in std::iter::once(&node.name).chain(&node.aliases) {
            let bearers = named.entry(NameKey::of(name)).or_default();
            if bearers.last() != Some(&node.id) {
                bearers.push(node.id);
            }
        }
    }
    named
}

fn number(numbers: &NodeNumbers, id: NodeId) -> Result<u32> {
    let missing = || Error::invalid("graph.build", "a fact speaks of a node that does not exist").with("node", id);
    numbers.number(id).ok_or_else(missing)
}

/// The part of `sorted` for which `key` is `wanted`.
fn range_of<'s, T, K: Ord>(sorted: &'s [T], wanted: &K, key: impl Fn(&T) -> K) -> &'s [T] {
    let start = sorted.partition_point(|item| key(item) < *wanted);
    let end = sorted.partition_point(|item| key(item) <= *wanted);
    sorted.get(start..end).unwrap_or_default()
}

#[async_trait]
impl GraphStore for MemoryGraph {
    async fn view(&self, _need: &GraphNeed) -> Result<Arc<dyn GraphView>> {
        Ok(Arc::new(self.clone()))
    }
}

impl GraphView for MemoryGraph {
    fn nodes(&self) -> Box<dyn Iterator<Item = Result<Arc<Node>>> + '_> {
        Box::new(self.0.nodes.iter().cloned().map(Ok))
    }

    fn facts(&self) -> Box<dyn Iterator<Item = Result<Arc<FactRecord>>> + '_> {
        Box::new(self.0.facts.iter().cloned().map(Ok))
    }

    fn chunks(&self) -> Box<dyn Iterator<Item = Result<ChunkId>> + '_> {
        Box::new(self.0.chunks.iter().copied().map(Ok))
    }

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>> {
        let place = self.0.numbers.place(id);
        Ok(place.and_then(|place| self.0.nodes.get(place).cloned()))
    }

    fn fact(&self, id: FactId) -> Result<Option<Arc<FactRecord>>> {
        let at = self.0.facts.binary_search_by_key(&id, |fact| fact.id).ok();
        Ok(at.and_then(|at| self.0.facts.get(at).cloned()))
    }

    fn named(&self, key: &NameKey) -> Result<Vec<NodeId>> {
        Ok(self.0.named.get(key).cloned().unwrap_or_default())
    }

    fn of_type(&self, type_name: &TypeName) -> Result<Vec<NodeId>> {
        let numbers = self.0.of_type.get(type_name);
        Ok(numbers.into_iter().flat_map(|numbers| numbers.iter()).filter_map(|at| self.0.numbers.id(*at)).collect())
    }

    fn outgoing(&self, node: NodeId) -> Result<Vec<Arc<FactRecord>>> {
        Ok(self.touching(node, Direction::Outgoing))
    }

    fn incoming(&self, node: NodeId) -> Result<Vec<Arc<FactRecord>>> {
        Ok(self.touching(node, Direction::Incoming))
    }

    fn with_predicate(&self, predicate: &Predicate) -> Result<Vec<Arc<FactRecord>>> {
        let relation = self.0.with_predicate.get(predicate);
        Ok(relation.map_or_else(Vec::new, |relation| self.records(relation.places.iter().copied())))
    }

    fn columns(&self, predicate: &Predicate) -> Result<Arc<FactColumns>> {
        let none = || Arc::new(FactColumns::between(Arc::clone(&self.0.numbers), Vec::new()));
        Ok(self.0.with_predicate.get(predicate).map_or_else(none, |relation| Arc::clone(&relation.columns)))
    }

    fn node_numbers(&self) -> Option<Arc<NodeNumbers>> {
        Some(Arc::clone(&self.0.numbers))
    }

    fn numbers_of_type(&self, type_name: &TypeName) -> Result<Option<Arc<[u32]>>> {
        Ok(Some(self.0.of_type.get(type_name).map(Arc::clone).unwrap_or_default()))
    }

    fn mentions_of(&self, node: NodeId) -> Result<Vec<Mention>> {
        Ok(range_of(&self.0.mentions_of, &node, |mention| mention.node).to_vec())
    }

    fn mentions_in(&self, chunk: ChunkId) -> Result<Vec<Mention>> {
        Ok(range_of(&self.0.mentions_in, &chunk, |mention| mention.chunk).to_vec())
    }

    fn mutual(&self) -> Result<Arc<MutualGraph>> {
        if let Some(built) = self.0.mutual.get() {
            return Ok(Arc::clone(built));
        }
        let built = Arc::new(MutualGraph::of(self)?);
        Ok(Arc::clone(self.0.mutual.get_or_init(|| built)))
    }
}
