//! What follows from facts: other facts, and nodes that only rules know.

use std::{collections::BTreeSet, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::GraphView;
use crate::{Confidence, Embedding, Fact, FactId, Layer, NameKey, NodeId, Result, TypeName};

/// What a deriver reads: everything that is visible, in one scope.
#[derive(Clone, Copy, Debug)]
pub struct DeriveInput<'i> {
    /// The base nodes and facts, and what derivers before this one have derived.
    pub graph: &'i dyn GraphView,
    /// The vectors of nodes' names, by node; nodes without a vector are left out.
    pub node_vectors: &'i [(NodeId, Embedding)],
}

/// What a deriver gives, in any order: a fact may speak of a node that stands behind it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Derived {
    /// Nodes that the deriver makes, or knows more names of.
    pub nodes: Vec<DerivedNode>,
    /// Facts.
    pub facts: Vec<DerivedFact>,
}

impl From<Vec<DerivedFact>> for Derived {
    fn from(facts: Vec<DerivedFact>) -> Self {
        Self { nodes: Vec::new(), facts }
    }
}

/// A node with the reason there is such a thing.
///
/// A node that documents bring too is one node with both: it keeps the name that documents
/// give it, and what the deriver calls it is an alias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DerivedNode {
    /// Derived from type and name, or from type and key.
    pub id: NodeId,
    /// Its type.
    pub type_name: TypeName,
    /// Its name; must have a visible character.
    pub name: Arc<str>,
    /// What else it is called.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<Arc<str>>,
    /// What derived it: the deriver, and its rule where it has several.
    pub rule: Arc<str>,
    /// The facts it follows from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub premises: Vec<FactId>,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The layer it belongs to.
    pub layer: Layer,
}

impl DerivedNode {
    /// The node identified by type and normalised name, as `rule` derives it: certain,
    /// information, without premises.
    #[must_use]
    pub fn named(type_name: impl Into<TypeName>, name: impl Into<Arc<str>>, rule: impl Into<Arc<str>>) -> Self {
        let (type_name, name) = (type_name.into(), name.into());
        let id = NodeId::named(&type_name, &NameKey::of(&name));
        Self::new(id, type_name, name, rule.into())
    }

    /// The node identified by type and key columns, shown as `name`, otherwise as in
    /// [`named`](Self::named).
    #[must_use]
    pub fn keyed(
        type_name: impl Into<TypeName>,
        key: &[&str],
        name: impl Into<Arc<str>>,
        rule: impl Into<Arc<str>>,
    ) -> Self {
        let type_name = type_name.into();
        Self::new(NodeId::keyed(&type_name, key), type_name, name.into(), rule.into())
    }

    fn new(id: NodeId, type_name: TypeName, name: Arc<str>, rule: Arc<str>) -> Self {
        let (aliases, premises) = (BTreeSet::new(), Vec::new());
        let (confidence, layer) = (Confidence::CERTAIN, Layer::Information);
        Self { id, type_name, name, aliases, rule, premises, confidence, layer }
    }

    /// The same node, also called `alias`.
    #[must_use]
    pub fn with_alias(mut self, alias: impl Into<Arc<str>>) -> Self {
        self.aliases.insert(alias.into());
        self
    }

    /// The same node, following from `premises` besides.
    #[must_use]
    pub fn with_premises(mut self, premises: impl IntoIterator<Item = FactId>) -> Self {
        self.premises.extend(premises);
        self
    }

    /// The same node, as sure as `confidence`.
    #[must_use]
    pub fn with_confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// The same node on `layer`.
    #[must_use]
    pub fn with_layer(mut self, layer: Layer) -> Self {
        self.layer = layer;
        self
    }
}

/// A fact with the reason it follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DerivedFact {
    /// The fact. Its nodes must exist or be derived with it.
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

/// Derives facts and nodes from what is visible: rules, alignment, inference.
///
/// The host injects derivers into the knowledge base, which runs them for each commit and
/// scope, so that stores know neither schema nor rules.
///
/// ```
/// use std::sync::Arc;
/// use kag_core::{Confidence, DeriveInput, Derived, DerivedFact, Deriver, Fact, Layer, Result};
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
///     fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
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
///         Ok(derived.into())
///     }
/// }
/// ```
pub trait Deriver: fmt::Debug + Send + Sync + 'static {
    /// Name and version.
    fn id(&self) -> &str;

    /// What follows from `input`, in any order: a function of `input` alone. What is there
    /// already may be given again, and is then also derived.
    ///
    /// # Errors
    /// The reading of the graph, or a bound that the deriver sets itself.
    fn derive(&self, input: DeriveInput<'_>) -> Result<Derived>;
}
