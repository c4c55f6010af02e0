//! Facts that follow from other facts.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::GraphView;
use crate::{Confidence, Embedding, Fact, FactId, Layer, NodeId, Result};

/// What a deriver reads: everything that is visible, in one scope.
#[derive(Clone, Copy, Debug)]
pub struct DeriveInput<'i> {
    /// The base facts, and what derivers before this one have derived.
    pub graph: &'i dyn GraphView,
    /// The vectors of nodes' names, by node; nodes without a vector are left out.
    pub node_vectors: &'i [(NodeId, Embedding)],
}

/// A fact with the reason it follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DerivedFact {
    /// The fact. Its nodes must exist.
    pub fact: Fact,
    /// What derived it: the deriver, and its rule where it has several.
    pub rule: Arc<str>,
    /// The facts it follows from; none where it follows from its nodes' names alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub premises: Vec<FactId>,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The layer it belongs to.
    pub layer: Layer,
}

/// Derives facts from what is visible: rules, alignment, inference.
///
/// The host injects derivers into the knowledge base, which runs them for each commit and
/// scope, so that stores know neither schema nor rules.
///
/// ```
/// use std::sync::Arc;
/// use kag_core::{Confidence, DeriveInput, DerivedFact, Deriver, Fact, Layer, Result};
///
/// /// `partOf` goes both ways: what has a part contains it.
/// #[derive(Debug)]
/// struct Contains;
///
/// impl Deriver for Contains {
///     fn id(&self) -> &str {
///         "contains 1"
///     }
///
///     fn derive(&self, input: DeriveInput<'_>) -> Result<Vec<DerivedFact>> {
///         let mut derived = Vec::new();
///         for record in input.graph.facts() {
///             let record = record?;
///             let Some(whole) = record.fact.object_node().filter(|_| record.fact.predicate.as_str() == "partOf") else {
///                 continue;
///             };
///             derived.push(DerivedFact {
///                 fact: Fact::new(whole, "contains", record.fact.subject),
///                 rule: self.id().into(),
///                 premises: vec![record.id],
///                 confidence: Confidence::CERTAIN,
///                 layer: Layer::Information,
///             });
///         }
///         Ok(derived)
///     }
/// }
/// ```
pub trait Deriver: fmt::Debug + Send + Sync + 'static {
    /// Name and version.
    fn id(&self) -> &str;

    /// What follows from `input`, in any order: a function of `input` alone.
    ///
    /// # Errors
    /// The reading of the graph, or a bound that the deriver sets itself.
    fn derive(&self, input: DeriveInput<'_>) -> Result<Vec<DerivedFact>>;
}
