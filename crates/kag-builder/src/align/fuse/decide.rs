//! What a person or a model decides about nodes, as a document.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use kag_core::{
    Chunk, Confidence, ContentHash, Contribution, ContributionDraft, DIFFERENT_FROM, Document, Evidence, Fact, Layer,
    Node, NodeId, Origin, Result, SAME_AS, Span,
};

use super::super::named_only;

/// Whether two nodes are one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// They are one.
    Same,
    /// They are two.
    Different,
}

impl Decision {
    fn predicate(self) -> &'static str {
        match self {
            Self::Same => SAME_AS,
            Self::Different => DIFFERENT_FROM,
        }
    }
}

/// Decisions about nodes as a document of their own: taken with its commit, changed by
/// replacing it, and taken back by removing it.
///
/// Each decision is a line of the document's text and a curated fact with that line as evidence.
///
/// ```
/// use kag_builder::{Decision, Decisions};
/// use kag_core::{
///     ChangeSet, Clusters, ContentHash, ContributionDraft, Document, DocumentId, GraphNeed, KnowledgeBase, Layer, Scope,
///     memory::MemoryKnowledgeBase,
/// };
///
/// # futures::executor::block_on(async {
/// let mut draft = ContributionDraft::new(Document::new("clubs", ContentHash::of("")));
/// let one = draft.add_node("Club", "Barcelona", Layer::Information);
/// let other = draft.add_node("Club", "Barça", Layer::Information);
/// let base = MemoryKnowledgeBase::new();
/// base.commit(ChangeSet::new().put(draft.seal()?)).await?;
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
/// assert!(!Clusters::of(&*view)?.are_one(one, other));
///
/// let (barcelona, barça) = (view.node(one)?.unwrap(), view.node(other)?.unwrap());
/// let decisions = Decisions::new("decisions:clubs").with(&barcelona, &barça, Decision::Same, "the club's own site");
/// base.commit(ChangeSet::new().put(decisions.seal()?)).await?;
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
/// assert!(Clusters::of(&*view)?.are_one(one, other));
///
/// base.commit(ChangeSet::new().remove(DocumentId::of("decisions:clubs"))).await?;
/// let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
/// assert!(!Clusters::of(&*view)?.are_one(one, other));
/// # Ok::<(), kag_core::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Decisions {
    uri: Arc<str>,
    decided: BTreeMap<(NodeId, NodeId), Decided>,
}

#[derive(Clone, Debug)]
struct Decided {
    nodes: [Node; 2],
    decision: Decision,
    reason: Arc<str>,
}

impl Decisions {
    /// No decisions yet, in the document `uri`.
    #[must_use]
    pub fn new(uri: impl Into<Arc<str>>) -> Self {
        Self { uri: uri.into(), decided: BTreeMap::new() }
    }

    /// Decides about a pair, in either order, for a reason in words: who decided, or why. The last
    /// decision about a pair stands; a node and itself are one without a decision.
    #[must_use]
    pub fn with(mut self, one: &Node, other: &Node, decision: Decision, reason: impl Into<Arc<str>>) -> Self {
        if one.id != other.id {
            let nodes = if one.id < other.id { [one.clone(), other.clone()] } else { [other.clone(), one.clone()] };
            let key = (nodes[0].id, nodes[1].id);
            self.decided.insert(key, Decided { nodes, decision, reason: reason.into() });
        }
        self
    }

    /// Number of decisions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.decided.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.decided.is_empty()
    }

    /// The document. The same decisions, in whatever order they were taken, are the same bytes.
    ///
    /// # Errors
    /// Those of [`ContributionDraft::seal`], as for a node without a visible name.
    pub fn seal(&self) -> Result<Contribution> {
        let mut text = String::new();
        let mut facts = Vec::new();
        for decided in self.decided.values() {
            let start = text.len();
            let [one, other] = &decided.nodes;
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "{} ({}) {} {} ({}): {}",
                one.name,
                one.type_name,
                decided.decision.predicate(),
                other.name,
                other.type_name,
                decided.reason
            );
            facts.push((Fact::new(one.id, decided.decision.predicate(), other.id), Span::new(start, text.len())));
            text.push('\n');
        }
        let mut draft = ContributionDraft::new(Document::new(Arc::clone(&self.uri), ContentHash::of(&text)));
        let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text.as_str()));
        draft.nodes.extend(self.decided.values().flat_map(|decided| &decided.nodes).map(named_only));
        for (fact, span) in facts {
            let (origin, layer) = (Origin::Extracted { by: "decision 1".into() }, Layer::Knowledge);
            let confidence = Confidence::CERTAIN;
            draft.add_fact(fact, Evidence { chunk, span: Some(span), origin, layer, confidence });
        }
        draft.seal()
    }
}
