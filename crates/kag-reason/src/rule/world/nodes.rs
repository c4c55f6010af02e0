//! Nodes as dense numbers.

use std::{collections::HashMap, sync::Arc};

use kag_core::{Fact, FactColumns, NameKey, Node, NodeId, NodeNumbers, TypeName, Value};

use super::{FastMap, Kinds, NONE};

/// The nodes by number: those of the graph, where it numbers its nodes, then others in the order in
/// which they were met.
#[derive(Default)]
pub(in crate::rule) struct Nodes {
    numbered: Option<Arc<NodeNumbers>>,
    /// The ids of those that the graph does not number.
    others: Vec<NodeId>,
    /// Those that were asked for by id.
    at: FastMap<NodeId, u32>,
    pub(super) kinds: Kinds,
    /// Those that the graph does not have.
    pub(super) added: FastMap<u32, Arc<Node>>,
    /// The same in the order in which they were added.
    added_in_order: Vec<u32>,
    /// The same by name and alias.
    added_by_name: HashMap<NameKey, Vec<u32>>,
}

/// By row of columns, the numbers of subjects and objects; [`NONE`] for a literal.
pub(super) enum Ends {
    /// Those in the columns.
    InColumns,
    Own(Vec<u32>, Vec<u32>),
}

impl Nodes {
    /// No nodes yet; of those that `numbered` speaks of, every view of the graph has the number.
    pub(super) fn new(numbered: Option<Arc<NodeNumbers>>) -> Self {
        Self { numbered, ..Self::default() }
    }

    /// How many nodes the graph numbers.
    fn numbered(&self) -> usize {
        self.numbered.as_ref().map_or(0, |numbered| numbered.len())
    }

    /// The number of `id`, given now where it has none.
    pub(in crate::rule) fn intern(&mut self, id: NodeId) -> u32 {
        if let Some(at) = self.at.get(&id) {
            return *at;
        }
        let theirs = self.numbered.as_ref().and_then(|numbered| numbered.number(id));
        let at = theirs.unwrap_or_else(|| {
            self.others.push(id);
            u32::try_from(self.numbered() + self.others.len() - 1).unwrap_or(NONE)
        });
        self.at.insert(id, at);
        at
    }

    /// The numbers of ids, given now where they have none.
    pub(super) fn intern_all(&mut self, ids: &[NodeId]) -> Vec<u32> {
        self.others.reserve(ids.len());
        self.at.reserve(ids.len());
        ids.iter().map(|id| self.intern(*id)).collect()
    }

    /// The numbers of the ends of what is in `columns`, given now where there are none.
    pub(super) fn ends_in(&mut self, columns: &FactColumns) -> Ends {
        let theirs = columns.nodes();
        if self.numbered.as_ref().is_some_and(|known| Arc::ptr_eq(known, theirs)) {
            return Ends::InColumns;
        }
        let ids: Vec<NodeId> = (0..).map_while(|number| theirs.id(number)).collect();
        let ours = self.intern_all(&ids);
        let number = |theirs: &u32| ours.get(*theirs as usize).copied().unwrap_or(NONE);
        Ends::Own(columns.subjects().iter().map(number).collect(), columns.objects().iter().map(number).collect())
    }

    /// The numbers of the ends of a fact; [`NONE`] for a literal.
    pub(in crate::rule) fn ends(&mut self, fact: &Fact) -> (u32, u32) {
        (self.intern(fact.subject), self.object(&fact.object))
    }

    /// The number of an object; [`NONE`] for a literal.
    pub(in crate::rule) fn object(&mut self, object: &Value) -> u32 {
        match object {
            Value::Node(id) => self.intern(*id),
            _ => NONE,
        }
    }

    /// Whether the graph numbers its nodes itself.
    pub(super) fn are_numbered(&self) -> bool {
        self.numbered.is_some()
    }

    /// The number of `id`, where it has one.
    pub(in crate::rule) fn find(&self, id: NodeId) -> Option<u32> {
        self.at.get(&id).copied().or_else(|| self.numbered.as_ref()?.number(id))
    }

    /// The id of a number that was given; of [`NONE`], an id that no node has.
    pub(in crate::rule) fn id(&self, node: u32) -> NodeId {
        let id = match (node as usize).checked_sub(self.numbered()) {
            Some(place) => self.others.get(place).copied(),
            None => self.numbered.as_ref().and_then(|numbered| numbered.id(node)),
        };
        id.unwrap_or(NodeId::from_u128(0))
    }

    /// The ids of many, each as [`id`](Self::id) gives it: the waits for memory overlap.
    pub(in crate::rule) fn ids(&self, nodes: &[u32]) -> Vec<NodeId> {
        nodes.iter().map(|node| self.id(*node)).collect()
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
