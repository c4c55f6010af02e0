//! The graph, read from the truth record by record.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, OnceLock},
};

use kag_core::{
    ChunkId, Derived, Error, Fact, FactId, FactRecord, GraphNeed, GraphStore, GraphView, Mention, MutualGraph, NameKey,
    Node, NodeId, Predicate, Result, TypeName, UnitedFact, UnitedNode, async_trait,
};

use super::Derivations;
use crate::{
    index::MutualKeeper,
    truth::{Number, Tables, hash_of},
};

/// The graph of one commit with what was derived from it.
#[derive(Clone)]
pub(crate) struct StoredGraph(Arc<Parts>);

struct Parts {
    tables: Arc<Tables>,
    derived: Derivations,
    /// Where the mutual graph is kept up; nowhere while derivers still read.
    keeper: Option<MutualKeeper>,
    mutual: OnceLock<Arc<MutualGraph>>,
}

type Boxed<'g, T> = Box<dyn Iterator<Item = Result<T>> + 'g>;

impl StoredGraph {
    pub(crate) fn of(tables: Arc<Tables>, derived: Derivations) -> Self {
        Self(Arc::new(Parts { tables, derived, keeper: None, mutual: OnceLock::new() }))
    }

    /// The same graph, complete, whose mutual graph is kept up by `keeper`.
    pub(crate) fn kept_by(self, keeper: MutualKeeper) -> Self {
        let (tables, derived) = (Arc::clone(&self.0.tables), self.0.derived.clone());
        Self(Arc::new(Parts { tables, derived, keeper: Some(keeper), mutual: OnceLock::new() }))
    }

    pub(crate) fn derived(&self) -> &Derivations {
        &self.0.derived
    }

    /// The same graph with what a deriver derived from it.
    ///
    /// # Errors
    /// [`InvalidInput`](kag_core::ErrorKind::InvalidInput) where a derived node has no visible name, or another type
    /// than the node with its id, and where a derived fact speaks of a node that does not exist.
    pub(crate) fn with(&self, added: Derived) -> Result<Self> {
        let nodes: Vec<NodeId> = added.nodes.iter().map(|node| node.id).collect();
        let facts: Vec<Fact> = added.facts.iter().map(|derived| derived.fact.clone()).collect();
        let mut derived = self.0.derived.clone();
        derived.add(added);
        let graph = Self::of(Arc::clone(&self.0.tables), derived);
        nodes.into_iter().try_for_each(|node| graph.united_node(node).map(drop))?;
        for fact in facts {
            for node in [Some(fact.subject), fact.object_node()].into_iter().flatten() {
                if !graph.has_node(node)? {
                    let error = Error::invalid("graph.build", "a fact speaks of a node that does not exist");
                    return Err(error.with("node", node));
                }
            }
        }
        Ok(graph)
    }

    /// Calls `with` with every node, in no order.
    pub(crate) fn each_node(&self, mut with: impl FnMut(Arc<Node>) -> Result<()>) -> Result<()> {
        // Lying together by document they are read faster than one by one.
        let mut united: HashMap<NodeId, UnitedNode> = HashMap::new();
        self.0.tables.each_node_entry(|entry| {
            let known = united.entry(entry.id).or_insert_with(|| UnitedNode::new(entry.id, entry.type_name.clone()));
            known.add(&entry);
            Ok(())
        })?;
        for derived in self.0.derived.nodes.values().flatten() {
            let new = || UnitedNode::new(derived.id, derived.type_name.clone());
            united.entry(derived.id).or_insert_with(new).add_derived(derived.clone())?;
        }
        united.into_values().try_for_each(|united| with(Arc::new(united.show())))
    }

    /// Calls `with` with every fact, in no order.
    pub(crate) fn each_fact(&self, mut with: impl FnMut(Arc<FactRecord>) -> Result<()>) -> Result<()> {
        self.0.tables.each_fact_entry(|number, entry| {
            let owners = self.0.tables.owners_of(entry.id)?;
            if owners.first() != Some(&number) {
                return Ok(());
            }
            let record = if owners.len() == 1 && !self.0.derived.facts.contains_key(&entry.id) {
                let mut united = UnitedFact::new(entry.fact.clone());
                united.add(&entry);
                Some(Arc::new(united.show(|_| None)))
            } else {
                self.united_fact(entry.id, &owners)?
            };
            record.map_or(Ok(()), &mut with)
        })?;
        for fact in self.0.derived.facts.keys() {
            if self.0.tables.owners_of(*fact)?.is_empty()
                && let Some(record) = self.united_fact(*fact, &[])?
            {
                with(record)?;
            }
        }
        Ok(())
    }

    pub(crate) fn has_node(&self, node: NodeId) -> Result<bool> {
        Ok(self.0.derived.nodes.contains_key(&node) || self.0.tables.has_node(node)?)
    }

    fn united_node(&self, id: NodeId) -> Result<Option<UnitedNode>> {
        let mut united: Option<UnitedNode> = None;
        for entry in self.0.tables.node_entries(id)? {
            united.get_or_insert_with(|| UnitedNode::new(id, entry.type_name.clone())).add(&entry);
        }
        for derived in self.0.derived.nodes.get(&id).into_iter().flatten() {
            let known = united.get_or_insert_with(|| UnitedNode::new(id, derived.type_name.clone()));
            known.add_derived(derived.clone())?;
        }
        Ok(united)
    }

    /// The fact `id`, which these documents state.
    fn united_fact(&self, id: FactId, owners: &[Number]) -> Result<Option<Arc<FactRecord>>> {
        let mut united: Option<UnitedFact> = None;
        for owner in owners {
            let entry = self.0.tables.fact_entry_of(*owner, id)?;
            united.get_or_insert_with(|| UnitedFact::new(entry.fact.clone())).add(&entry);
        }
        if let Some((fact, derivations)) = self.0.derived.facts.get(&id) {
            let united = united.get_or_insert_with(|| UnitedFact::new(fact.clone()));
            derivations.iter().for_each(|derivation| united.add_derived(derivation.clone()));
        }
        let Some(united) = united else { return Ok(None) };
        let names = if united.is_only_derived() { self.names_of(united.fact())? } else { BTreeMap::new() };
        Ok(Some(Arc::new(united.show(|id| names.get(&id).cloned()))))
    }

    /// The names of the nodes at the ends of `fact`.
    fn names_of(&self, fact: &Fact) -> Result<BTreeMap<NodeId, Arc<str>>> {
        let mut names = BTreeMap::new();
        for id in [Some(fact.subject), fact.object_node()].into_iter().flatten() {
            if let Some(node) = self.node(id)? {
                names.insert(id, Arc::clone(&node.name));
            }
        }
        Ok(names)
    }

    /// The facts that documents state, sorted, and those that were derived, sorted, as records.
    fn records(
        &self,
        stated: Vec<(FactId, Number)>,
        derived: impl Iterator<Item = FactId>,
    ) -> Result<Vec<Arc<FactRecord>>> {
        let mut owners: BTreeMap<FactId, Vec<Number>> = derived.map(|fact| (fact, Vec::new())).collect();
        for (fact, owner) in stated {
            owners.entry(fact).or_default().push(owner);
        }
        let read = |(fact, owners): (FactId, Vec<Number>)| self.united_fact(fact, &owners).transpose();
        owners.into_iter().filter_map(read).collect()
    }

    /// The facts at one end of `node`, by predicate, then id.
    fn touching(
        &self,
        stated: Vec<(FactId, Number)>,
        derived: impl Iterator<Item = FactId>,
    ) -> Result<Vec<Arc<FactRecord>>> {
        let mut found = self.records(stated, derived)?;
        found.sort_by(|left, right| (&left.fact.predicate, left.id).cmp(&(&right.fact.predicate, right.id)));
        Ok(found)
    }

    /// Of these nodes those that `wanted` takes, by id.
    fn nodes_where(
        &self,
        mut candidates: Vec<NodeId>,
        derived: impl Iterator<Item = NodeId>,
        wanted: impl Fn(&Node) -> bool,
    ) -> Result<Vec<NodeId>> {
        candidates.extend(derived);
        candidates.sort_unstable();
        candidates.dedup();
        let mut found = Vec::with_capacity(candidates.len());
        for id in candidates {
            if self.node(id)?.is_some_and(|node| wanted(&node)) {
                found.push(id);
            }
        }
        Ok(found)
    }
}

impl fmt::Debug for StoredGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredGraph").field("tables", &self.0.tables).finish_non_exhaustive()
    }
}

#[async_trait]
impl GraphStore for StoredGraph {
    async fn view(&self, _need: &GraphNeed) -> Result<Arc<dyn GraphView>> {
        Ok(Arc::new(self.clone()))
    }
}

impl GraphView for StoredGraph {
    fn nodes(&self) -> Boxed<'_, Arc<Node>> {
        let stated = lazily(self.0.tables.node_ids());
        let ids = merged(stated, self.0.derived.nodes.keys().copied());
        Box::new(ids.filter_map(|id| id.and_then(|id| self.node(id)).transpose()))
    }

    fn facts(&self) -> Boxed<'_, Arc<FactRecord>> {
        let stated = lazily(self.0.tables.fact_ids());
        let ids = merged(stated, self.0.derived.facts.keys().copied());
        Box::new(ids.filter_map(|id| id.and_then(|id| self.fact(id)).transpose()))
    }

    fn chunks(&self) -> Boxed<'_, ChunkId> {
        lazily(self.0.tables.chunk_ids())
    }

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>> {
        Ok(self.united_node(id)?.map(|united| Arc::new(united.show())))
    }

    fn fact(&self, id: FactId) -> Result<Option<Arc<FactRecord>>> {
        self.united_fact(id, &self.0.tables.owners_of(id)?)
    }

    fn named(&self, key: &NameKey) -> Result<Vec<NodeId>> {
        let stated = self.0.tables.named(hash_of(key.as_str()))?;
        let derived = Derivations::nodes_under(&self.0.derived.names, key);
        self.nodes_where(stated, derived, |node| {
            std::iter::once(&node.name).chain(&node.aliases).any(|name| NameKey::of(name) == *key)
        })
    }

    fn of_type(&self, type_name: &TypeName) -> Result<Vec<NodeId>> {
        let stated = self.0.tables.of_type(hash_of(type_name.as_str()))?;
        let derived = Derivations::nodes_under(&self.0.derived.types, type_name);
        self.nodes_where(stated, derived, |node| node.type_name == *type_name)
    }

    fn outgoing(&self, node: NodeId) -> Result<Vec<Arc<FactRecord>>> {
        self.touching(self.0.tables.outgoing(node)?, Derivations::under(&self.0.derived.outgoing, &node))
    }

    fn incoming(&self, node: NodeId) -> Result<Vec<Arc<FactRecord>>> {
        self.touching(self.0.tables.incoming(node)?, Derivations::under(&self.0.derived.incoming, &node))
    }

    fn with_predicate(&self, predicate: &Predicate) -> Result<Vec<Arc<FactRecord>>> {
        let stated = self.0.tables.with_predicate(hash_of(predicate.as_str()))?;
        let mut found = self.records(stated, Derivations::under(&self.0.derived.predicates, predicate))?;
        // Another predicate may have the same hash.
        found.retain(|record| record.fact.predicate == *predicate);
        Ok(found)
    }

    fn mentions_of(&self, node: NodeId) -> Result<Vec<Mention>> {
        self.0.tables.mentions_of(node)
    }

    fn mentions_in(&self, chunk: ChunkId) -> Result<Vec<Mention>> {
        self.0.tables.mentions_in(chunk)
    }

    fn mutual(&self) -> Result<Arc<MutualGraph>> {
        if let Some(built) = self.0.mutual.get() {
            return Ok(Arc::clone(built));
        }
        let built = Arc::new(match &self.0.keeper {
            Some(keeper) => keeper.of(&self.0.tables, self)?,
            None => MutualGraph::of(self)?,
        });
        Ok(Arc::clone(self.0.mutual.get_or_init(|| built)))
    }
}

/// An iterator, or the error that kept it from being made.
fn lazily<'g, T: 'g>(made: Result<impl Iterator<Item = Result<T>> + 'g>) -> Boxed<'g, T> {
    match made {
        Ok(iterator) => Box::new(iterator),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

/// Two sorted sequences as one, without duplicates.
fn merged<'g, T: Copy + Ord + 'g>(
    stated: Boxed<'g, T>,
    derived: impl Iterator<Item = T> + 'g,
) -> impl Iterator<Item = Result<T>> + 'g {
    let (mut stated, mut derived) = (stated.peekable(), derived.peekable());
    std::iter::from_fn(move || match (stated.peek(), derived.peek()) {
        (None, _) | (Some(Err(_)), None) | (Some(Ok(_)), None) => stated.next().or_else(|| derived.next().map(Ok)),
        (Some(Err(_)), _) => stated.next(),
        (Some(Ok(left)), Some(right)) => {
            if left == right {
                derived.next();
                return stated.next();
            }
            if left < right { stated.next() } else { derived.next().map(Ok) }
        }
    })
}
