//! Nodes that are one thing, seen as one.

use std::collections::{BTreeMap, BTreeSet};

use super::GraphView;
use crate::{NodeId, Result};

/// The predicate of facts that say of two nodes that they are one thing.
pub const SAME_AS: &str = "sameAs";

/// The predicate of facts that say of two nodes that they are not.
pub const DIFFERENT_FROM: &str = "differentFrom";

/// Which nodes are one thing: the connected components of [`SAME_AS`], a view that rewrites
/// nothing.
///
/// A pair of which [`DIFFERENT_FROM`] is stated is not connected by a `sameAs` between the two.
/// Where others still connect them, they stay in one cluster and are a [conflict](Self::conflicts).
///
/// ```
/// use kag_core::{
///     ChangeSet, Chunk, Clusters, Confidence, ContentHash, ContributionDraft, Document, Evidence, Fact, GraphNeed,
///     KnowledgeBase, Layer, Origin, SAME_AS, Scope, memory::MemoryKnowledgeBase,
/// };
///
/// # futures::executor::block_on(async {
/// let text = "Barça is Barcelona.";
/// let mut draft = ContributionDraft::new(Document::new("note:1", ContentHash::of(text)));
/// let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text));
/// let one = draft.add_node("Club", "Barça", Layer::Information);
/// let other = draft.add_node("Club", "Barcelona", Layer::Information);
/// let origin = Origin::Extracted { by: "example 1".into() };
/// let (layer, confidence) = (Layer::Information, Confidence::CERTAIN);
/// draft.add_fact(Fact::new(one, SAME_AS, other), Evidence { chunk, span: None, origin, layer, confidence });
/// let base = MemoryKnowledgeBase::new();
/// base.commit(ChangeSet::new().put(draft.seal()?)).await?;
///
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
/// let clusters = Clusters::of(&*view)?;
/// assert!(clusters.are_one(one, other));
/// assert_eq!(clusters.representative(other), one.min(other));
/// # Ok::<(), kag_core::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    /// The smallest node of its cluster, for each node that is not alone.
    representatives: BTreeMap<NodeId, NodeId>,
    members: BTreeMap<NodeId, BTreeSet<NodeId>>,
    conflicts: BTreeSet<(NodeId, NodeId)>,
}

impl Clusters {
    /// The clusters of what `graph` shows.
    ///
    /// # Errors
    /// The reading of the graph.
    pub fn of(graph: &dyn GraphView) -> Result<Self> {
        let apart = pairs(graph, DIFFERENT_FROM)?;
        let mut clusters = Self::default();
        for (one, other) in pairs(graph, SAME_AS)?.difference(&apart) {
            clusters.unite(*one, *other);
        }
        clusters.conflicts = apart.into_iter().filter(|(one, other)| clusters.are_one(*one, *other)).collect();
        Ok(clusters)
    }

    /// The node that stands for all of `node`'s cluster: the one with the smallest id; `node`
    /// itself where it is alone.
    #[must_use]
    pub fn representative(&self, node: NodeId) -> NodeId {
        self.representatives.get(&node).copied().unwrap_or(node)
    }

    /// Whether two nodes are one thing, or one node.
    #[must_use]
    pub fn are_one(&self, one: NodeId, other: NodeId) -> bool {
        self.representative(one) == self.representative(other)
    }

    /// The nodes that are one thing with `node`, `node` among them, by id.
    #[must_use]
    pub fn members(&self, node: NodeId) -> Vec<NodeId> {
        let members = self.members.get(&self.representative(node));
        members.map_or_else(|| vec![node], |members| members.iter().copied().collect())
    }

    /// Each cluster of several nodes, by the id of its representative.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &BTreeSet<NodeId>)> {
        self.members.iter().map(|(representative, members)| (*representative, members))
    }

    /// Pairs that are stated to be different and yet are in one cluster, smaller id first.
    #[must_use]
    pub fn conflicts(&self) -> &BTreeSet<(NodeId, NodeId)> {
        &self.conflicts
    }

    fn unite(&mut self, one: NodeId, other: NodeId) {
        let (one, other) = (self.representative(one), self.representative(other));
        let (kept, gone) = (one.min(other), one.max(other));
        if kept == gone {
            return;
        }
        let moved = self.members.remove(&gone).unwrap_or_else(|| BTreeSet::from([gone]));
        self.representatives.extend(moved.iter().map(|node| (*node, kept)));
        self.representatives.insert(kept, kept);
        self.members.entry(kept).or_insert_with(|| BTreeSet::from([kept])).extend(moved);
    }
}

/// The pairs of nodes between which `predicate` is said, smaller id first.
fn pairs(graph: &dyn GraphView, predicate: &str) -> Result<BTreeSet<(NodeId, NodeId)>> {
    let records = graph.with_predicate(&predicate.into())?;
    let facts = records.iter().map(|record| &record.fact);
    let pairs = facts.filter_map(|fact| Some((fact.subject, fact.object_node()?)));
    Ok(pairs.map(|(one, other)| (one.min(other), one.max(other))).collect())
}
