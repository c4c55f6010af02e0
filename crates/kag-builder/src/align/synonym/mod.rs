//! Synonym edges.

mod known;
mod vectors;

use std::sync::Arc;

use kag_core::{
    Confidence, DeriveInput, Derived, DerivedFact, Deriver, Embedding, Fact, GraphView, Layer, Node, NodeId, Result,
    SYNONYM,
};

use super::{
    name::{NameStage, SharedNames, are_together},
    remember::Memory,
};
use known::Known;

/// Derives an edge between two names of what is probably one thing.
///
/// What says so is up to [`NameStage`]s, and to the vectors of names: nodes whose names' vectors
/// have a cosine of at least the threshold, default 0.8 (HippoRAG, arXiv 2405.14831 §2.3), with the
/// cosine as confidence. Vectors are sought only for names with more than two letters or digits, as
/// HippoRAG does, since those of shorter ones mean little; and unlike there without a limit of
/// neighbours. So an edge is a function of its two nodes, what is said of them, and of nothing
/// else. Each edge is there once, from the smaller id to the larger, with a derivation and its
/// reason for each stage.
///
/// What was compared is remembered: after a commit only the nodes that are new or have other names are
/// compared, with all. What is derived is the same, byte for byte, as without a memory.
/// [`work`](Self::work) tells what was compared. The memory holds what is kept of the last states, a
/// hash for each name and vector, and is shared by clones.
///
/// ```
/// use kag_builder::{Spellings, SynonymEdges};
/// use kag_core::{
///     ChangeSet, ContentHash, ContributionDraft, Document, GraphNeed, KnowledgeBase, Layer, SYNONYM, Scope,
///     memory::MemoryKnowledgeBase,
/// };
///
/// # futures::executor::block_on(async {
/// let mut draft = ContributionDraft::new(Document::new("clubs", ContentHash::of("")));
/// draft.add_node("Club", "皇家馬德里", Layer::Information);
/// draft.add_node("Club", "皇家马德里", Layer::Information);
/// let edges = SynonymEdges::none().with_stage(Spellings);
/// let base = MemoryKnowledgeBase::new().with_deriver(edges.clone());
/// base.commit(ChangeSet::new().put(draft.seal()?)).await?;
///
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
/// let edge = &view.with_predicate(&SYNONYM.into())?[0];
/// let reason = "synonym 2 spellings 1: 皇家馬德里 and 皇家马德里, spelt in two ways";
/// assert_eq!(&*edge.derivations[0].rule, reason);
/// assert_eq!(edges.work().names_compared, 1);
/// # Ok::<(), kag_core::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct SynonymEdges {
    stages: Vec<Arc<dyn NameStage>>,
    /// From which cosine on; `None`: vectors are not compared.
    threshold: Option<f32>,
    id: String,
    memory: Memory<Known, AlignmentWork>,
}

/// What a derivation of synonym edges took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlignmentWork {
    /// Nodes whose names were new or other ones.
    pub nodes_changed: usize,
    /// Pairs of nodes whose names were compared, once for each stage.
    pub names_compared: u64,
    /// Pairs of nodes whose vectors were compared.
    pub vectors_compared: u64,
}

/// That a stage holds two nodes to be of one thing.
pub(super) struct Named {
    /// The smaller id first.
    pub(super) nodes: (NodeId, NodeId),
    /// The stage, and why.
    pub(super) reason: String,
    pub(super) confidence: Confidence,
}

/// Names with so few letters and digits are not compared by vector.
const SHORT: usize = 2;

impl SynonymEdges {
    /// Edges between equal names ([`SharedNames`]), and from a cosine of 0.8.
    #[must_use]
    pub fn new() -> Self {
        Self::none().with_stage(SharedNames).with_threshold(0.8)
    }

    /// No edges: to switch on stages one by one.
    #[must_use]
    pub fn none() -> Self {
        Self { stages: Vec::new(), threshold: None, id: String::new(), memory: Memory::default() }.identified()
    }

    /// The same with the edges of `stage` besides.
    #[must_use]
    pub fn with_stage(mut self, stage: impl NameStage) -> Self {
        self.stages.push(Arc::new(stage));
        self.identified()
    }

    /// The same with edges from a cosine of `threshold` on.
    #[must_use]
    pub fn with_threshold(mut self, threshold: f32) -> Self {
        self.threshold = Some(threshold);
        self.identified()
    }

    /// The same with edges by names only.
    #[must_use]
    pub fn without_vectors(mut self) -> Self {
        self.threshold = None;
        self.identified()
    }

    /// Whether no stage is on, and vectors are not compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty() && self.threshold.is_none()
    }

    /// What the last derivation took, by this deriver or a clone of it.
    #[must_use]
    pub fn work(&self) -> AlignmentWork {
        self.memory.work()
    }

    /// The pairs of `nodes` that stages hold to be of one thing, by what `graph` shows.
    pub(super) fn named(&self, graph: &dyn GraphView, nodes: &[Arc<Node>]) -> Result<Vec<Named>> {
        let known = self.known(nodes, &[])?;
        self.witnessed(graph, &known)
    }

    /// Of the pairs whose names agree those for which the witness is there.
    fn witnessed(&self, graph: &dyn GraphView, known: &Known) -> Result<Vec<Named>> {
        let mut found = Vec::new();
        for ((one, other), agreed) in known.by_name() {
            if are_together(graph, agreed.witness, *one, *other)? {
                let stage = self.stages.get(agreed.stage).map_or("", |stage| stage.id());
                let reason = format!("{stage}: {}", agreed.reason);
                found.push(Named { nodes: (*one, *other), reason, confidence: agreed.confidence });
            }
        }
        Ok(found)
    }

    /// With the id of its parts, and nothing remembered.
    fn identified(mut self) -> Self {
        let stages: Vec<&str> = self.stages.iter().map(|stage| stage.id()).collect();
        let threshold = self.threshold.map_or_else(String::new, |threshold| format!(", vectors 1 {threshold}"));
        self.id = format!("synonym 2 {}{threshold}", stages.join(", "));
        self.memory = Memory::default();
        self
    }

    /// What is known of `nodes`, of which as much as possible is remembered.
    fn known(&self, nodes: &[Arc<Node>], rows: &[(NodeId, Embedding)]) -> Result<Arc<Known>> {
        let prints = known::prints(nodes, rows);
        let before = self.memory.nearest(&prints);
        let (known, work) = before.become_state(prints, nodes, rows, &self.stages, self.threshold)?;
        let known = Arc::new(known);
        self.memory.keep(&before, Arc::clone(&known), work.nodes_changed, work);
        Ok(known)
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
        let nodes: Vec<Arc<Node>> = input.graph.nodes().collect::<Result<_>>()?;
        let known = self.known(&nodes, input.node_vectors)?;
        let mut edges = Vec::new();
        for Named { nodes, reason, confidence } in self.witnessed(input.graph, &known)? {
            edges.push(edge(nodes, format!("synonym 2 {reason}"), confidence));
        }
        for ((one, other), cosine) in known.by_vector() {
            let rule = format!("synonym 2 vectors 1: cosine of {cosine:.3}");
            edges.push(edge((*one, *other), rule, Confidence::new(*cosine)));
        }
        Ok(edges.into())
    }
}

fn edge((one, other): (NodeId, NodeId), rule: String, confidence: Confidence) -> DerivedFact {
    let fact = Fact::new(one, SYNONYM, other);
    DerivedFact { fact, rule: rule.into(), premises: Vec::new(), confidence, layer: Layer::Information }
}
