//! Deriving that nodes are one thing.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{
    Confidence, DIFFERENT_FROM, DeriveInput, Derived, DerivedFact, Deriver, Fact, GraphView, Layer, Node, NodeId,
    Result, SAME_AS,
};

use super::{
    Resemblance,
    known::{Compared, FusionWork, Known},
    thing::Print,
};
use crate::align::{
    name::NameStage,
    pair,
    remember::Memory,
    synonym::{Named, SynonymEdges},
};

/// Derives `sameAs` between nodes of one type that look like one thing.
///
/// Nodes of different types are never one. Nodes that share a rare word of their names, or a
/// code, are compared by names and by the values that facts give them, and are held to be one from
/// an [upper threshold](Self::with_thresholds) on, by default 0.8, with the score as
/// confidence. Below the lower one, 0.4, they are held to be two; what is between is
/// [doubtful](Self::doubtful), derives nothing, and is for a model or a person to decide.
///
/// Before that come [`NameStage`]s, where the host [adds](Self::with_stage) some: nodes of one type that a stage
/// holds to be of one thing are one, with the confidence and reason of the stage, and not in doubt.
///
/// What was compared is remembered: after a commit only the nodes that are new, or of which names or values are other
/// ones, are cut into words and compared, with those that share a rare word or a code. How rare words are
/// hangs on all nodes and is counted anew, so what is derived is the same, byte for byte, as
/// without a memory. [`work`](Self::work) tells what was compared. The memory holds the last states, with the
/// words of each node and which of them the pairs share, and clones share it.
///
/// A decision is a fact that a document of the host states, `sameAs` or `differentFrom`
/// between two nodes: it stands above what would be derived, and is taken back with its document.
///
/// ```
/// use kag_builder::InstanceFusion;
/// use kag_core::{
///     ChangeSet, Clusters, ContentHash, ContributionDraft, Document, GraphNeed, KnowledgeBase, Layer, Scope,
///     memory::MemoryKnowledgeBase,
/// };
///
/// # futures::executor::block_on(async {
/// let mut draft = ContributionDraft::new(Document::new("shop", ContentHash::of("")));
/// let names = ["Sony Cyber-shot DSC-W150", "Sony DSCW150 Cyber-shot", "Canon PowerShot A590"];
/// let [one, other, third] = names.map(|name| draft.add_node("Camera", name, Layer::Information));
/// let base = MemoryKnowledgeBase::new().with_deriver(InstanceFusion::new());
/// base.commit(ChangeSet::new().put(draft.seal()?)).await?;
///
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
/// let clusters = Clusters::of(&*view)?;
/// assert!(clusters.are_one(one, other));
/// assert!(!clusters.are_one(one, third));
/// # Ok::<(), kag_core::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct InstanceFusion {
    lower: f32,
    upper: f32,
    /// The stages, which are compared as for synonym edges.
    names: SynonymEdges,
    id: String,
    memory: Memory<Known, FusionWork>,
}

/// Two nodes of which it is not clear whether they are one thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Doubtful {
    /// The node with the smaller id, and the other.
    pub nodes: (NodeId, NodeId),
    /// What speaks for it and what against.
    pub resemblance: Resemblance,
}

impl InstanceFusion {
    /// One thing from 0.8, two below 0.4.
    #[must_use]
    pub fn new() -> Self {
        let (names, memory) = (SynonymEdges::none(), Memory::default());
        Self { lower: 0.0, upper: 0.0, names, id: String::new(), memory }.with_thresholds(0.4, 0.8)
    }

    /// Two things below `lower`, one from `upper`; in doubt between them. Where `upper` is
    /// not above `lower`, nothing is in doubt.
    #[must_use]
    pub fn with_thresholds(mut self, lower: f32, upper: f32) -> Self {
        (self.lower, self.upper) = (lower, upper);
        self.identified()
    }

    /// The same with nodes of one type held to be one where `stage` says so.
    #[must_use]
    pub fn with_stage(mut self, stage: impl NameStage) -> Self {
        self.names = self.names.with_stage(stage);
        self.identified()
    }

    /// What the last decision took, for a derivation or for [`doubtful`](Self::doubtful) pairs, by this deriver or a
    /// clone of it. What [`NameStage`]s took is not in it.
    #[must_use]
    pub fn work(&self) -> FusionWork {
        self.memory.work()
    }

    /// With the id of its parts, and nothing remembered.
    fn identified(mut self) -> Self {
        self.memory = Memory::default();
        self.id = format!("instance fusion 2 {} {}", self.upper, self.names.id());
        self
    }

    /// What stages say of pairs of nodes of one type about which nothing was stated.
    fn named(&self, graph: &dyn GraphView) -> Result<Vec<Named>> {
        if self.names.is_empty() {
            return Ok(Vec::new());
        }
        let nodes: Vec<Arc<Node>> = graph.nodes().collect::<Result<_>>()?;
        let type_of = |id: NodeId| {
            let place = nodes.binary_search_by_key(&id, |node| node.id).ok()?;
            nodes.get(place).map(|node| &node.type_name)
        };
        let decided = decided(graph)?;
        let mut found = self.names.named(graph, &nodes)?;
        found.retain(|named| {
            let (one, other) = named.nodes;
            type_of(one) == type_of(other) && !decided.contains(&named.nodes)
        });
        Ok(found)
    }

    /// The pairs between the thresholds about which nothing was decided, the likeliest first, ties by id.
    ///
    /// # Errors
    /// The reading of the graph.
    pub fn doubtful(&self, graph: &dyn GraphView) -> Result<Vec<Doubtful>> {
        let named: BTreeSet<_> = self.named(graph)?.into_iter().map(|named| named.nodes).collect();
        let mut doubtful = Vec::new();
        self.each_pair(graph, |compared| {
            let in_doubt = (self.lower..self.upper).contains(&compared.resemblance.score());
            if in_doubt && !named.contains(&compared.nodes) {
                doubtful.push(Doubtful { nodes: compared.nodes, resemblance: compared.resemblance });
            }
        })?;
        doubtful.sort_by(|left, right| {
            let by_score = right.resemblance.score().total_cmp(&left.resemblance.score());
            by_score.then(left.nodes.cmp(&right.nodes))
        });
        Ok(doubtful)
    }

    /// Calls `found` with each pair worth comparing about which nothing was stated.
    fn each_pair(&self, graph: &dyn GraphView, mut found: impl FnMut(Compared<'_>)) -> Result<()> {
        let decided = decided(graph)?;
        let nodes: Vec<Arc<Node>> = graph.nodes().collect::<Result<_>>()?;
        let prints: Vec<Print> = nodes.iter().map(|node| Print::of(graph, node)).collect::<Result<_>>()?;
        let before = self.memory.nearest(&prints);
        let (known, work) = before.become_state(prints, &nodes, graph, |compared| {
            if !decided.contains(&compared.nodes) {
                found(compared);
            }
        })?;
        self.memory.keep(&before, Arc::new(known), work.records_profiled, work);
        Ok(())
    }
}

impl Default for InstanceFusion {
    fn default() -> Self {
        Self::new()
    }
}

impl Deriver for InstanceFusion {
    fn id(&self) -> &str {
        &self.id
    }

    fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
        let by_name = self.named(input.graph)?.into_iter().map(|named| DerivedFact {
            fact: Fact::new(named.nodes.0, SAME_AS, named.nodes.1),
            rule: format!("instance fusion 2 {}", named.reason).into(),
            premises: Vec::new(),
            confidence: named.confidence,
            layer: Layer::Information,
        });
        let mut derived: Vec<DerivedFact> = by_name.collect();
        self.each_pair(input.graph, |compared| {
            let score = compared.resemblance.score();
            if score >= self.upper {
                derived.push(DerivedFact {
                    fact: Fact::new(compared.nodes.0, SAME_AS, compared.nodes.1),
                    rule: format!("instance fusion 2 {}: {}", self.upper, compared.resemblance).into(),
                    premises: compared.facts.iter().flat_map(|facts| facts.iter().copied()).collect(),
                    confidence: Confidence::new(score),
                    layer: Layer::Information,
                });
            }
        })?;
        Ok(derived.into())
    }
}

/// The pairs about which a fact states whether they are one.
fn decided(graph: &dyn GraphView) -> Result<BTreeSet<(NodeId, NodeId)>> {
    let mut decided = BTreeSet::new();
    for predicate in [SAME_AS, DIFFERENT_FROM] {
        for record in graph.with_predicate(&predicate.into())? {
            decided.extend(record.fact.object_node().map(|object| pair(record.fact.subject, object)));
        }
    }
    Ok(decided)
}
