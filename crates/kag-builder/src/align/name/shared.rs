//! Names that are equal.

use std::collections::BTreeSet;

use kag_core::{Confidence, NameKey, Node, NodeId};

use super::{Agreement, NameStage, names};

/// Nodes that share a name or alias, and are two because of their types, or because one is known
/// by its name and the other by its key.
///
/// Two nodes of one type with different keys are different things, whatever they are called.
///
/// ```
/// use kag_builder::{NameStage, SharedNames};
/// use kag_core::{Layer, NameKey, Node, NodeId, TypeName};
///
/// let node = |type_name: &str, name: &str| Node {
///     id: NodeId::named(&type_name.into(), &NameKey::of(name)),
///     type_name: TypeName::new(type_name),
///     name: name.into(),
///     aliases: ["皇马".into()].into(),
///     layer: Layer::Information,
///     derivations: Vec::new(),
/// };
/// let (one, other) = (node("Club", "皇家马德里"), node("Organisation", "Real Madrid"));
/// assert_eq!(&*SharedNames.agree(&one, &other).unwrap().reason, "both are called 皇马");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SharedNames;

impl NameStage for SharedNames {
    fn id(&self) -> &str {
        "shared names 1"
    }

    fn keys(&self, node: &Node) -> BTreeSet<String> {
        keys(node).into_iter().map(|key| key.as_str().to_owned()).collect()
    }

    fn agree(&self, one: &Node, other: &Node) -> Option<Agreement> {
        let (left, right) = (keys(one), keys(other));
        let key = left.intersection(&right).find(|key| {
            let named = |node: &Node| node.id == NodeId::named(&node.type_name, key);
            one.type_name != other.type_name || named(one) || named(other)
        })?;
        Some(Agreement::new(Confidence::CERTAIN, format!("both are called {key}")))
    }
}

fn keys(node: &Node) -> BTreeSet<NameKey> {
    names(node).map(|name| NameKey::of(name)).collect()
}
