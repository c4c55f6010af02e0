//! What shows that two nodes are related.

use kag_core::{Confidence, FactId, NodeId};
use serde::{Deserialize, Serialize};

/// One fact of a path and the node to which it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConceptStep {
    /// The fact. It is passed from its object to its subject where its predicate is the
    /// inverse of the one asked for.
    pub fact: FactId,
    /// Where it leads.
    pub to: NodeId,
}

/// The facts that lead from one node to another: why the two are related.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConceptPath {
    /// Where it begins.
    pub start: NodeId,
    /// The facts in the order in which they are passed; never empty.
    pub steps: Vec<ConceptStep>,
    /// The least confidence of a fact of it.
    pub confidence: Confidence,
}

impl ConceptPath {
    /// Where it ends.
    #[must_use]
    pub fn end(&self) -> NodeId {
        self.steps.last().map_or(self.start, |step| step.to)
    }

    /// Its facts, in order.
    pub fn facts(&self) -> impl Iterator<Item = FactId> + '_ {
        self.steps.iter().map(|step| step.fact)
    }

    /// Its nodes, in order: one more than facts.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::once(self.start).chain(self.steps.iter().map(|step| step.to))
    }

    /// This path and then `next`, which begins where this one ends.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        self.steps.extend(next.steps);
        self.confidence = self.confidence.min(next.confidence);
        self
    }
}
