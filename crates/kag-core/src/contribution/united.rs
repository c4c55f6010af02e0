//! What a node or fact shows, from all that contributions and derivers say of it.
//!
//! Everything here is order-free: counts add up, sets unite, ties go by bytes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{FactEntry, NodeEntry, most_frequent};
use crate::{
    Derivation, DerivedNode, Error, Evidence, Fact, FactId, FactRecord, Layer, NameKey, Node, NodeId, Result, TypeName,
    Value,
};

/// All that is said of one node, in any order.
#[derive(Clone, Debug)]
pub struct UnitedNode {
    id: NodeId,
    type_name: TypeName,
    names: BTreeMap<Arc<str>, u32>,
    aliases: BTreeSet<Arc<str>>,
    layer: Layer,
    /// Each way in which it follows, with what it is called there.
    derivations: BTreeSet<(Derivation, Arc<str>)>,
}

impl UnitedNode {
    /// The node `id` of this type, of which nothing is said yet.
    #[must_use]
    pub fn new(id: NodeId, type_name: TypeName) -> Self {
        Self {
            id,
            type_name,
            names: BTreeMap::new(),
            aliases: BTreeSet::new(),
            layer: Layer::Chunk,
            derivations: BTreeSet::new(),
        }
    }

    /// Adds what one contribution says of it.
    pub fn add(&mut self, entry: &NodeEntry) {
        for (name, count) in &entry.names {
            let total = self.names.entry(Arc::clone(name)).or_default();
            *total = total.saturating_add(*count);
        }
        self.aliases.extend(entry.aliases.iter().cloned());
        self.layer = self.layer.max(entry.layer);
    }

    /// Adds one way in which it follows.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) where `derived` has no visible name, or is of another type.
    pub fn add_derived(&mut self, derived: DerivedNode) -> Result<()> {
        let DerivedNode { id, type_name, name, aliases, rule, premises, confidence, layer } = derived;
        if NameKey::of(&name).is_empty() {
            return Err(Error::invalid("derive", "a derived node has no visible name").with("node", id));
        }
        if self.type_name != type_name {
            let error = Error::invalid("derive", "a derived node is of another type than the node with its id");
            return Err(error.with("node", id).with("derived", type_name).with("known", &self.type_name));
        }
        self.aliases.extend(aliases);
        self.layer = self.layer.max(layer);
        self.derivations.insert((Derivation { rule, premises: sorted(premises), confidence, layer }, name));
        Ok(())
    }

    /// The node as it shows itself. The spellings of documents decide on the name; only where
    /// there are none do those of rules, one vote for each way in which it follows.
    #[must_use]
    pub fn show(&self) -> Node {
        let mut derived: BTreeMap<Arc<str>, u32> = BTreeMap::new();
        for (_, name) in &self.derivations {
            *derived.entry(Arc::clone(name)).or_default() += 1;
        }
        let name = most_frequent(&self.names).or_else(|| most_frequent(&derived));
        let name: Arc<str> = name.map_or_else(|| "".into(), Arc::clone);
        let mut aliases = self.aliases.clone();
        aliases.extend(self.names.keys().cloned().chain(derived.into_keys()));
        aliases.remove(&name);
        let mut derivations: Vec<_> = self.derivations.iter().map(|(derivation, _)| derivation.clone()).collect();
        derivations.dedup();
        Node { id: self.id, type_name: self.type_name.clone(), name, aliases, layer: self.layer, derivations }
    }
}

/// All that is said for one fact, in any order.
#[derive(Clone, Debug)]
pub struct UnitedFact {
    id: FactId,
    fact: Fact,
    statements: BTreeMap<Arc<str>, u32>,
    evidence: Vec<Evidence>,
    derivations: BTreeSet<Derivation>,
}

impl UnitedFact {
    /// The fact, of which nothing is said yet.
    #[must_use]
    pub fn new(fact: Fact) -> Self {
        Self { id: fact.id(), fact, statements: BTreeMap::new(), evidence: Vec::new(), derivations: BTreeSet::new() }
    }

    /// Adds what one contribution says for it.
    pub fn add(&mut self, entry: &FactEntry) {
        *self.statements.entry(Arc::clone(&entry.statement)).or_default() += 1;
        self.evidence.extend(entry.evidence.iter().cloned());
    }

    /// Adds one way in which it follows.
    pub fn add_derived(&mut self, mut derivation: Derivation) {
        derivation.premises = sorted(derivation.premises);
        self.derivations.insert(derivation);
    }

    /// The fact.
    #[must_use]
    pub fn fact(&self) -> &Fact {
        &self.fact
    }

    /// Whether no document states it.
    #[must_use]
    pub fn is_only_derived(&self) -> bool {
        self.statements.is_empty()
    }

    /// The fact as it shows itself. A fact that no document states is put into words with
    /// the names that `name_of` gives its nodes.
    #[must_use]
    pub fn show(&self, name_of: impl Fn(NodeId) -> Option<Arc<str>>) -> FactRecord {
        let statement = most_frequent(&self.statements).map_or_else(|| self.describe(name_of).into(), Arc::clone);
        let mut evidence = self.evidence.clone();
        evidence.sort_unstable();
        evidence.dedup();
        let derivations = self.derivations.iter().cloned().collect();
        FactRecord { id: self.id, fact: self.fact.clone(), statement, evidence, derivations }
    }

    fn describe(&self, name_of: impl Fn(NodeId) -> Option<Arc<str>>) -> String {
        let name = |id: NodeId| name_of(id).map_or_else(|| id.to_string(), |name| name.to_string());
        let object = match &self.fact.object {
            Value::Node(id) => name(*id),
            literal => literal.to_string(),
        };
        format!("{} {} {object}", name(self.fact.subject), self.fact.predicate)
    }
}

fn sorted(mut premises: Vec<FactId>) -> Vec<FactId> {
    premises.sort_unstable();
    premises.dedup();
    premises
}
