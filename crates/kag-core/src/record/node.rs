//! Nodes: entities, events and concepts.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Layer;
use crate::{Derivation, NodeId, TypeName};

/// An entity, event or concept, as a snapshot shows it.
///
/// Everything but the id and the type is a function of the visible contributions that
/// does not depend on their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Derived from type and name, or from type and key.
    pub id: NodeId,
    /// Its type.
    pub type_name: TypeName,
    /// Its most frequent spelling, ties by bytes. The spellings of documents come before
    /// those of rules.
    pub name: Arc<str>,
    /// Every other spelling and given alias.
    pub aliases: BTreeSet<Arc<str>>,
    /// The highest layer that any contribution or derivation declares.
    pub layer: Layer,
    /// What it follows from that there is such a thing, sorted by rule and premises; none
    /// where only documents say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derivations: Vec<Derivation>,
}
