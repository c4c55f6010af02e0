//! Facts: what is known.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{FactId, NodeId, Predicate, Value};

/// What a fact says of itself: time, role, amount, by name.
///
/// `from`, `until` and `at` hold partial dates and give the fact its time.
pub type Qualifiers = BTreeMap<Arc<str>, Value>;

/// A subject, a predicate, an object and qualifiers.
///
/// The object is a node or a literal; a node's properties are facts with literal objects,
/// so that every piece of knowledge has evidence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// What the fact is about.
    pub subject: NodeId,
    /// What it says.
    pub predicate: Predicate,
    /// The node or literal it says it of.
    pub object: Value,
    /// Time, role, amount and the like.
    #[serde(default, skip_serializing_if = "Qualifiers::is_empty")]
    pub qualifiers: Qualifiers,
}

impl Fact {
    /// The unqualified fact.
    #[must_use]
    pub fn new(subject: NodeId, predicate: impl Into<Predicate>, object: impl Into<Value>) -> Self {
        Self { subject, predicate: predicate.into(), object: object.into(), qualifiers: Qualifiers::new() }
    }

    /// The fact with one more qualifier; one of the same name is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Self {
        self.qualifiers.insert(name.into(), value.into());
        self
    }

    /// The id that any worker gives this fact.
    #[must_use]
    pub fn id(&self) -> FactId {
        let qualifiers = self.qualifiers.iter().map(|(name, value)| (&**name, value));
        FactId::of(self.subject, &self.predicate, &self.object, qualifiers)
    }

    /// The object, where it is a node: then the fact is an edge.
    #[must_use]
    pub fn object_node(&self) -> Option<NodeId> {
        match self.object {
            Value::Node(node) => Some(node),
            _ => None,
        }
    }
}
