//! What is read of a node that may be one thing with others.

use std::sync::Arc;

use kag_core::{
    ContentHash, DIFFERENT_FROM, FactId, GraphView, Node, NodeId, Result, SAME_AS, SYNONYM, TypeName, Value,
};

use super::Profile;
use crate::align::remember;

/// A node with all that is compared of it.
#[derive(Debug)]
pub(super) struct Thing {
    pub(super) id: NodeId,
    pub(super) type_name: TypeName,
    pub(super) profile: Arc<Profile>,
    /// What gave the values.
    pub(super) facts: Vec<FactId>,
}

/// A node as it was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Print {
    node: NodeId,
    read: ContentHash,
}

impl remember::Print for Print {
    fn node(&self) -> NodeId {
        self.node
    }
}

impl Print {
    /// The print of `node` with all that [`Thing::of`] reads.
    pub(super) fn of(graph: &dyn GraphView, node: &Node) -> Result<Self> {
        let aliases = node.aliases.len().to_le_bytes();
        let mut parts: Vec<Vec<u8>> = vec![node.type_name.as_str().into(), node.name.as_bytes().into(), aliases.into()];
        parts.extend(node.aliases.iter().map(|alias| alias.as_bytes().into()));
        each_value(graph, node, |fact, _, value| {
            parts.extend([fact.to_u128().to_le_bytes().into(), value.as_bytes().into()]);
        })?;
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        Ok(Self { node: node.id, read: ContentHash::of_parts(&parts) })
    }
}

impl Thing {
    pub(super) fn of(graph: &dyn GraphView, node: &Node) -> Result<Self> {
        let mut profile = node.aliases.iter().fold(Profile::new(&node.name), |profile, alias| profile.with_name(alias));
        let mut facts = Vec::new();
        each_value(graph, node, |fact, predicate, value| {
            profile = std::mem::take(&mut profile).with(predicate, value);
            facts.push(fact);
        })?;
        Ok(Self { id: node.id, type_name: node.type_name.clone(), profile: Arc::new(profile), facts })
    }
}

/// Calls `with` with each fact of `node` that says what it is like, its predicate and its value in words.
fn each_value(graph: &dyn GraphView, node: &Node, mut with: impl FnMut(FactId, &str, &str)) -> Result<()> {
    for record in graph.outgoing(node.id)? {
        let predicate = record.fact.predicate.as_str();
        if [SAME_AS, DIFFERENT_FROM, SYNONYM].contains(&predicate) {
            continue;
        }
        match &record.fact.object {
            Value::Node(object) => {
                if let Some(object) = graph.node(*object)? {
                    with(record.id, predicate, &object.name);
                }
            }
            value => with(record.id, predicate, &value.to_string()),
        }
    }
    Ok(())
}
