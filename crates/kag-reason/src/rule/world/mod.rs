//! The graph as rules see it: dense numbers, facts by predicate and end, read when needed,
//! and what has been derived beside what is stored.

mod adjacency;
mod facts;
mod hash;
mod kinds;
mod nodes;
mod numbers;
mod read;
mod relation;

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use kag_core::{FactId, GraphView, NameKey, Node, NodeId, Predicate, TypeName};
use kag_schema::Schema;

pub(super) use adjacency::Spread;
pub(super) use facts::{DerivedEntry, FactSource, Facts, Origin};
pub(super) use hash::{FastMap, FastSet};
use kinds::Kinds;
pub(super) use nodes::Nodes;
pub(super) use numbers::{NumberMap, NumberSet, Span, distinct, places_among_distinct};
pub(super) use relation::{End, Relation};

use nodes::Types;

/// No node, fact or row.
pub(super) const NONE: u32 = u32::MAX;

/// The graph, however it is held.
pub(super) enum View<'v> {
    Shared(Arc<dyn GraphView>),
    Borrowed(&'v dyn GraphView),
}

impl View<'_> {
    pub(super) fn get(&self) -> &dyn GraphView {
        match self {
            Self::Shared(view) => &**view,
            Self::Borrowed(view) => *view,
        }
    }
}

/// The graph as rules see it.
pub(super) struct World<'v> {
    pub(super) view: View<'v>,
    pub(super) schema: Arc<Schema>,
    pub(super) nodes: Nodes,
    pub(super) facts: Facts,
    relations: Vec<Relation>,
    predicates: FastMap<Predicate, u32>,
    types: Types,
    /// By type, what the schema calls it.
    resolved: Vec<Option<TypeName>>,
    extents: FastMap<TypeName, Arc<[u32]>>,
    added_by_kind: FastMap<u32, Vec<u32>>,
    touched: [FastSet<u32>; 2],
    touched_facts: [FastMap<(u32, u32), Vec<u32>>; 2],
    everything: bool,
}

const fn side(end: End) -> usize {
    match end {
        End::Subject => 0,
        End::Object => 1,
    }
}

impl<'v> World<'v> {
    pub(super) fn new(view: View<'v>, schema: Arc<Schema>) -> Self {
        Self {
            nodes: Nodes::new(view.get().node_numbers()),
            view,
            schema,
            facts: Facts::default(),
            relations: Vec::new(),
            predicates: FastMap::default(),
            types: Types::default(),
            resolved: Vec::new(),
            extents: FastMap::default(),
            added_by_kind: FastMap::default(),
            touched: Default::default(),
            touched_facts: Default::default(),
            everything: false,
        }
    }

    /// The number of a predicate.
    pub(super) fn predicate(&mut self, name: &Predicate) -> u32 {
        if let Some(at) = self.predicates.get(name) {
            return *at;
        }
        let at = u32::try_from(self.relations.len()).unwrap_or(NONE);
        self.relations.push(Relation::new(self.everything));
        self.facts.predicates.push(name.clone());
        self.predicates.insert(name.clone(), at);
        at
    }

    pub(super) fn find_predicate(&self, name: &str) -> Option<u32> {
        self.predicates.get(name).copied()
    }

    pub(super) fn predicate_name(&self, predicate: u32) -> Option<&Predicate> {
        self.facts.predicates.get(predicate as usize)
    }

    /// How many predicates have been met.
    pub(super) fn predicates(&self) -> u32 {
        u32::try_from(self.relations.len()).unwrap_or(NONE)
    }

    pub(super) fn relation(&self, predicate: u32) -> Option<&Relation> {
        self.relations.get(predicate as usize)
    }

    /// Every predicate there is, all facts having been read.
    pub(super) fn all_predicates(&mut self) -> kag_core::Result<Vec<u32>> {
        if !self.everything {
            let mut names: BTreeSet<Predicate> = BTreeSet::new();
            for record in self.view.get().facts() {
                let predicate = &record?.fact.predicate;
                if !names.contains(predicate) {
                    names.insert(predicate.clone());
                }
            }
            for name in &names {
                let predicate = self.predicate(name);
                self.load(predicate)?;
            }
            self.everything = true;
        }
        Ok((0..u32::try_from(self.relations.len()).unwrap_or(NONE)).collect())
    }

    /// The facts of `predicate` with `node` at `end`, each with the node at its other end
    /// ([`NONE`] for a literal), stored ones first; they must have been
    /// [prepared](Self::prepare).
    pub(super) fn each_at(&self, predicate: u32, end: End, node: u32, mut found: impl FnMut(u32, u32)) {
        let other = |fact: u32| {
            self.facts.get(fact).map_or(NONE, |entry| match end {
                End::Subject => entry.object,
                End::Object => entry.subject,
            })
        };
        let (indexed, touched, derived) = self.lists_at(predicate, end, node);
        indexed.for_each(|(fact, other)| found(fact, other));
        touched.iter().chain(derived).for_each(|fact| found(*fact, other(*fact)));
    }

    /// The facts of `predicate` with `node` at `end`, stored ones first, which must have been
    /// [prepared](Self::prepare).
    pub(super) fn at(&self, predicate: u32, end: End, node: u32) -> impl Iterator<Item = u32> {
        let (indexed, touched, derived) = self.lists_at(predicate, end, node);
        indexed.map(|(fact, _)| fact).chain(touched.iter().chain(derived).copied())
    }

    /// The same in three lists: the stored ones with the nodes at their other ends where the relation
    /// is indexed, else those that were read by the node; and the derived ones.
    fn lists_at(&self, predicate: u32, end: End, node: u32) -> (impl Iterator<Item = (u32, u32)>, &[u32], &[u32]) {
        let relation = self.relation(predicate);
        let indexed = relation.and_then(|relation| relation.adjacency(end));
        let touched = match indexed {
            None => self.touched_facts.get(side(end)).and_then(|facts| facts.get(&(node, predicate))),
            Some(_) => None,
        };
        let stored = indexed.into_iter().flat_map(move |adjacency| adjacency.facts_at(node));
        let derived = relation.map_or(&[][..], |relation| relation.derived_at(end, node));
        (stored, touched.map_or(&[], Vec::as_slice), derived)
    }

    /// The objects of the facts of `predicate` with `node` at `end`: looked up, or read now where
    /// nobody made it ready.
    pub(super) fn facts_at(&self, predicate: u32, end: End, node: u32) -> kag_core::Result<Vec<kag_core::Value>> {
        let ready = self.relation(predicate).is_none_or(|relation| relation.is_indexed(end))
            || self.touched.get(side(end)).is_some_and(|touched| touched.contains(&node));
        let facts = self.at(predicate, end, node).filter_map(|fact| self.facts.get(fact));
        let mut found: Vec<kag_core::Value> = facts.map(|entry| entry.fact().object.clone()).collect();
        if !ready {
            let records = self.view.get().outgoing(self.nodes.id(node))?;
            let name = self.predicate_name(predicate);
            let of_name = records.iter().filter(|record| Some(&record.fact.predicate) == name);
            found.extend(of_name.map(|record| record.fact.object.clone()));
        }
        Ok(found)
    }

    /// The number of a fact about `subject` that has been met.
    pub(super) fn find_fact(&self, predicate: u32, subject: NodeId, id: FactId) -> Option<u32> {
        self.facts.find(id).or_else(|| {
            let relation = self.relation(predicate)?;
            let (stored, columns) = (relation.stored.as_ref()?, relation.columns.as_ref()?);
            stored.since(columns.row(subject, id)?).next()
        })
    }

    /// Adds a derived fact between nodes of these numbers; `None` where it is there already, stored or
    /// derived.
    pub(super) fn derive(&mut self, entry: DerivedEntry, ends: (u32, u32)) -> kag_core::Result<Option<u32>> {
        let predicate = self.predicate(&entry.fact.predicate);
        if self.find_fact(predicate, entry.fact.subject, entry.id).is_some() {
            return Ok(None);
        }
        if self.is_stored_unread(predicate, &entry)? {
            return Ok(None);
        }
        let fact = self.facts.add_derived(predicate, ends, entry);
        if let Some(relation) = self.relations.get_mut(predicate as usize) {
            relation.add_derived(fact, ends);
        }
        Ok(Some(fact))
    }

    /// Whether the graph has a fact of a relation that has not been read: looked for among the facts of
    /// its predicate, where they are at hand.
    fn is_stored_unread(
        &mut self,
        predicate: u32,
        DerivedEntry { id, fact, .. }: &DerivedEntry,
    ) -> kag_core::Result<bool> {
        if self.relation(predicate).is_some_and(Relation::is_loaded) {
            return Ok(false);
        }
        match self.at_hand(predicate)? {
            Some(columns) => Ok(columns.row(fact.subject, *id).is_some()),
            None => Ok(self.view.get().fact(*id)?.is_some()),
        }
    }

    /// The node of a number: of the graph, or added.
    pub(super) fn node(&self, node: u32) -> kag_core::Result<Option<Arc<Node>>> {
        match self.nodes.added.get(&node) {
            Some(added) => Ok(Some(Arc::clone(added))),
            None => self.view.get().node(self.nodes.id(node)),
        }
    }

    pub(super) fn added(&self, node: u32) -> Option<&Arc<Node>> {
        self.nodes.added.get(&node)
    }

    /// Adds a node that the graph does not have; whether it was new.
    pub(super) fn add_node(&mut self, added: Node) -> kag_core::Result<(u32, bool)> {
        let node = self.nodes.intern(added.id);
        if self.nodes.added.contains_key(&node) || self.view.get().node(added.id)?.is_some() {
            return Ok((node, false));
        }
        let kind = self.kind_named(&added.type_name);
        self.nodes.kinds.set(node, kind);
        self.added_by_kind.entry(kind).or_default().push(node);
        self.nodes.add(node, added);
        Ok((node, true))
    }

    fn kind_named(&mut self, name: &TypeName) -> u32 {
        let kind = self.types.intern(name);
        while self.resolved.len() < self.types.names.len() {
            let name = self.types.name(u32::try_from(self.resolved.len()).unwrap_or(NONE));
            let resolved = name.and_then(|name| self.schema.resolve_type(name.as_str()));
            self.resolved.push(resolved.map(|type_def| type_def.name.clone()));
        }
        kind
    }

    /// The number of the type of a node; [`NONE`] for one that nobody knows.
    pub(super) fn kind(&mut self, node: u32) -> kag_core::Result<u32> {
        let known = self.nodes.kinds.get(node);
        if known != NONE {
            return Ok(known);
        }
        let Some(record) = self.node(node)? else { return Ok(NONE) };
        let kind = self.kind_named(&record.type_name);
        self.nodes.kinds.set(node, kind);
        Ok(kind)
    }

    /// The number of the type of a node that somebody has looked at.
    pub(super) fn known_kind(&self, node: u32) -> u32 {
        self.nodes.kinds.get(node)
    }

    /// What the schema calls the type of a number, or else the graph.
    pub(super) fn type_name(&self, kind: u32) -> Option<&TypeName> {
        let resolved = self.resolved.get(kind as usize).and_then(Option::as_ref);
        resolved.or_else(|| self.types.name(kind))
    }

    /// The nodes of any of these types, each once; the types are those of the schema, those
    /// that inherit included.
    pub(super) fn extent(&mut self, types: &[TypeName]) -> kag_core::Result<Vec<u32>> {
        let mut found = Vec::new();
        for name in types {
            found.extend(self.stored_extent(name)?.iter());
        }
        for name in types {
            found.extend(self.added_of(std::slice::from_ref(name)));
        }
        Ok(found)
    }

    /// The added nodes of any of these types, in the order in which they were added.
    pub(super) fn added_of(&self, types: &[TypeName]) -> Vec<u32> {
        let kinds = self
            .added_by_kind
            .iter()
            .filter(|(kind, _)| self.type_name(**kind).is_some_and(|name| types.contains(name)));
        let mut added: Vec<u32> = kinds.flat_map(|(_, nodes)| nodes.iter().copied()).collect();
        added.sort_unstable();
        added
    }

    /// How many nodes of these types there are, without those added.
    pub(super) fn extent_size(&mut self, types: &[TypeName]) -> kag_core::Result<usize> {
        types.iter().map(|name| Ok(self.stored_extent(name)?.len())).sum()
    }

    fn stored_extent(&mut self, name: &TypeName) -> kag_core::Result<Arc<[u32]>> {
        if let Some(extent) = self.extents.get(name) {
            return Ok(Arc::clone(extent));
        }
        let with_namespace = TypeName::new(format!("{}.{name}", self.schema.namespace()));
        let (by_name, by_full_name) = (self.stored_of(name)?, self.stored_of(&with_namespace)?);
        let extent = match (by_name.is_empty(), by_full_name.is_empty()) {
            (_, true) => by_name,
            (true, _) => by_full_name,
            _ => by_name.iter().chain(&*by_full_name).copied().collect(),
        };
        self.extents.insert(name.clone(), Arc::clone(&extent));
        Ok(extent)
    }

    /// The nodes that the graph says are of a type in these letters.
    fn stored_of(&mut self, spelt: &TypeName) -> kag_core::Result<Arc<[u32]>> {
        let nodes = match self.view.get().numbers_of_type(spelt)? {
            Some(numbers) => numbers,
            None => self.nodes.intern_all(&self.view.get().of_type(spelt)?).into(),
        };
        let kind = self.kind_named(spelt);
        self.nodes.kinds.set_all(&nodes, kind);
        Ok(nodes)
    }

    /// Of the nodes of these types that somebody asked for, those with numbers one after the other, run by run.
    pub(super) fn runs_of(&self, types: &[TypeName]) -> impl Iterator<Item = Range<u32>> {
        self.nodes.kinds.runs(|kind| self.type_name(kind).is_some_and(|name| types.contains(name)))
    }

    /// The nodes called `text`, of any type: by their name or an alias.
    pub(super) fn named(&mut self, text: &str) -> kag_core::Result<Vec<u32>> {
        let key = NameKey::of(text);
        let stored = self.view.get().named(&key)?;
        let mut found: Vec<u32> = stored.into_iter().map(|id| self.nodes.intern(id)).collect();
        found.extend(self.nodes.added_named(&key));
        Ok(found)
    }

    /// The number of the node with this id, where the graph has it or it was added.
    pub(super) fn existing(&mut self, id: NodeId) -> kag_core::Result<Option<u32>> {
        if let Some(node) = self.nodes.find(id)
            && self.nodes.added.contains_key(&node)
        {
            return Ok(Some(node));
        }
        Ok(self.view.get().node(id)?.map(|_| self.nodes.intern(id)))
    }
}
