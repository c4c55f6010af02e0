//! Nodes as dense numbers.

use std::{collections::HashMap, sync::Arc};

use kag_core::{NameKey, Node, NodeId, TypeName};

use super::{FastMap, NONE};

/// The nodes that have been met, numbered in that order.
#[derive(Default)]
pub(in crate::rule) struct Nodes {
    ids: Vec<NodeId>,
    at: FastMap<NodeId, u32>,
    /// By node, the number of its type; [`NONE`] where nobody has looked.
    kinds: Vec<u32>,
    /// Those that the graph does not have.
    pub(super) added: FastMap<u32, Arc<Node>>,
    /// The same in the order in which they were added.
    added_in_order: Vec<u32>,
    /// The same by name and alias.
    added_by_name: HashMap<NameKey, Vec<u32>>,
}

impl Nodes {
    /// The number of `id`, given now where it has none.
    pub(in crate::rule) fn intern(&mut self, id: NodeId) -> u32 {
        let next = u32::try_from(self.ids.len()).unwrap_or(NONE);
        let at = *self.at.entry(id).or_insert(next);
        if at == next {
            self.ids.push(id);
            self.kinds.push(NONE);
        }
        at
    }

    /// The numbers of the ends of a fact; [`NONE`] for a literal.
    pub(super) fn ends(&mut self, subject: NodeId, object: Option<NodeId>) -> (u32, u32) {
        (self.intern(subject), object.map_or(NONE, |object| self.intern(object)))
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, more: usize) {
        self.ids.reserve(more);
        self.at.reserve(more);
        self.kinds.reserve(more);
    }

    pub(in crate::rule) fn find(&self, id: NodeId) -> Option<u32> {
        self.at.get(&id).copied()
    }

    /// The id of a number that was given; of [`NONE`], an id that no node has.
    pub(in crate::rule) fn id(&self, node: u32) -> NodeId {
        self.ids.get(node as usize).copied().unwrap_or(NodeId::from_u128(0))
    }

    pub(in crate::rule) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Adds a node that the graph does not have under its number.
    pub(super) fn add(&mut self, node: u32, added: Node) {
        for name in std::iter::once(&added.name).chain(&added.aliases) {
            let bearers = self.added_by_name.entry(NameKey::of(name)).or_default();
            if bearers.last() != Some(&node) {
                bearers.push(node);
            }
        }
        self.added_in_order.push(node);
        self.added.insert(node, Arc::new(added));
    }

    /// The nodes that have been added, in that order.
    pub(in crate::rule) fn added_in_order(&self) -> &[u32] {
        &self.added_in_order
    }

    /// The added nodes that are called so, by name or alias, in the order in which they were
    /// added.
    pub(super) fn added_named(&self, key: &NameKey) -> &[u32] {
        self.added_by_name.get(key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn kind(&self, node: u32) -> u32 {
        self.kinds.get(node as usize).copied().unwrap_or(NONE)
    }

    pub(super) fn set_kind(&mut self, node: u32, kind: u32) {
        if let Some(place) = self.kinds.get_mut(node as usize) {
            *place = kind;
        }
    }
}

/// The types that have been met.
#[derive(Default)]
pub(super) struct Types {
    pub(super) names: Vec<TypeName>,
    at: FastMap<TypeName, u32>,
}

impl Types {
    pub(super) fn intern(&mut self, name: &TypeName) -> u32 {
        if let Some(at) = self.at.get(name) {
            return *at;
        }
        let at = u32::try_from(self.names.len()).unwrap_or(NONE);
        self.names.push(name.clone());
        self.at.insert(name.clone(), at);
        at
    }

    pub(super) fn name(&self, kind: u32) -> Option<&TypeName> {
        self.names.get(kind as usize)
    }
}
