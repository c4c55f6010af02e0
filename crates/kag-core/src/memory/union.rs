//! The union of contributions, and what is derived from it.
//!
//! Everything here is order-free: counts add up, sets unite, ties go by bytes.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{MemoryGraph, vectors::TextVectors};
use crate::{
    Contribution, Derivation, DeriveInput, Derived, DerivedFact, DerivedNode, Deriver, Error, Evidence, Fact,
    FactEntry, FactId, FactRecord, Layer, NameKey, Node, NodeEntry, NodeId, Result, TypeName, Value,
    contribution::most_frequent,
};

/// The graph of `visible` with what `derivers`, one after the other, derive from it.
pub(super) fn graph_of(
    visible: &[Arc<Contribution>],
    derivers: &[Arc<dyn Deriver>],
    texts: &TextVectors<'_>,
) -> Result<MemoryGraph> {
    let mut union = Union::default();
    for contribution in visible {
        contribution.nodes().iter().for_each(|entry| union.add_node(entry));
        contribution.facts().iter().for_each(|entry| union.add_fact(entry));
    }
    let chunks: Vec<_> = visible.iter().flat_map(|c| c.chunks()).map(|chunk| chunk.id).collect();
    let mentions: Vec<_> = visible.iter().flat_map(|c| c.mentions()).cloned().collect();
    let build = |union: &Union| {
        let nodes = union.nodes();
        let facts = union.facts(&nodes);
        MemoryGraph::new(nodes, facts, chunks.clone(), mentions.clone())
    };
    let mut graph = build(&union)?;
    for deriver in derivers {
        let node_vectors = texts.of_nodes(&graph);
        let derived = deriver.derive(DeriveInput { graph: &graph, node_vectors: &node_vectors })?;
        let added = union.add_derived(derived).and_then(|()| build(&union));
        graph = added.map_err(|error| error.with("deriver", deriver.id()))?;
    }
    Ok(graph)
}

#[derive(Default)]
struct Union {
    nodes: HashMap<NodeId, UnitedNode>,
    facts: HashMap<FactId, UnitedFact>,
}

struct UnitedNode {
    type_name: TypeName,
    names: BTreeMap<Arc<str>, u32>,
    aliases: BTreeSet<Arc<str>>,
    layer: Layer,
    /// Each way in which it follows, with what it is called there.
    derivations: BTreeSet<(Derivation, Arc<str>)>,
}

struct UnitedFact {
    fact: Fact,
    statements: BTreeMap<Arc<str>, u32>,
    evidence: Vec<Evidence>,
    derivations: BTreeSet<Derivation>,
}

impl Union {
    fn add_node(&mut self, entry: &NodeEntry) {
        let united = self.node(entry.id, &entry.type_name, entry.layer);
        for (name, count) in &entry.names {
            let total = united.names.entry(Arc::clone(name)).or_default();
            *total = total.saturating_add(*count);
        }
        united.aliases.extend(entry.aliases.iter().cloned());
        united.layer = united.layer.max(entry.layer);
    }

    fn add_fact(&mut self, entry: &FactEntry) {
        let united = self.fact(entry.id, &entry.fact);
        *united.statements.entry(Arc::clone(&entry.statement)).or_default() += 1;
        united.evidence.extend(entry.evidence.iter().cloned());
    }

    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) where a derived node has no visible name, or another type
    /// than the node with its id.
    fn add_derived(&mut self, derived: Derived) -> Result<()> {
        derived.nodes.into_iter().try_for_each(|node| self.add_derived_node(node))?;
        for DerivedFact { fact, rule, premises, confidence, layer } in derived.facts {
            let derivation = Derivation { rule, premises: sorted(premises), confidence, layer };
            self.fact(fact.id(), &fact).derivations.insert(derivation);
        }
        Ok(())
    }

    fn add_derived_node(&mut self, derived: DerivedNode) -> Result<()> {
        let DerivedNode { id, type_name, name, aliases, rule, premises, confidence, layer } = derived;
        if NameKey::of(&name).is_empty() {
            return Err(Error::invalid("derive", "a derived node has no visible name").with("node", id));
        }
        let united = self.node(id, &type_name, layer);
        if united.type_name != type_name {
            let error = Error::invalid("derive", "a derived node is of another type than the node with its id");
            return Err(error.with("node", id).with("derived", type_name).with("known", &united.type_name));
        }
        united.aliases.extend(aliases);
        united.layer = united.layer.max(layer);
        united.derivations.insert((Derivation { rule, premises: sorted(premises), confidence, layer }, name));
        Ok(())
    }

    fn node(&mut self, id: NodeId, type_name: &TypeName, layer: Layer) -> &mut UnitedNode {
        self.nodes.entry(id).or_insert_with(|| UnitedNode {
            type_name: type_name.clone(),
            names: BTreeMap::new(),
            aliases: BTreeSet::new(),
            layer,
            derivations: BTreeSet::new(),
        })
    }

    fn fact(&mut self, id: FactId, fact: &Fact) -> &mut UnitedFact {
        self.facts.entry(id).or_insert_with(|| UnitedFact {
            fact: fact.clone(),
            statements: BTreeMap::new(),
            evidence: Vec::new(),
            derivations: BTreeSet::new(),
        })
    }

    /// The nodes as they show themselves, by id.
    fn nodes(&self) -> Vec<Arc<Node>> {
        let mut nodes: Vec<_> = self.nodes.iter().map(|(id, united)| Arc::new(united.show(*id))).collect();
        nodes.sort_by_key(|node| node.id);
        nodes
    }

    /// The facts as they show themselves; `nodes` are sorted by id and give their names.
    fn facts(&self, nodes: &[Arc<Node>]) -> Vec<Arc<FactRecord>> {
        self.facts.iter().map(|(id, united)| Arc::new(united.show(*id, nodes))).collect()
    }
}

fn sorted(mut premises: Vec<FactId>) -> Vec<FactId> {
    premises.sort_unstable();
    premises.dedup();
    premises
}

impl UnitedNode {
    /// The spellings of documents decide on the name; only where there are none do those of
    /// rules, one vote for each way in which it follows.
    fn show(&self, id: NodeId) -> Node {
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
        Node { id, type_name: self.type_name.clone(), name, aliases, layer: self.layer, derivations }
    }
}

impl UnitedFact {
    fn show(&self, id: FactId, nodes: &[Arc<Node>]) -> FactRecord {
        let statement = most_frequent(&self.statements).map_or_else(|| self.describe(nodes).into(), Arc::clone);
        let mut evidence = self.evidence.clone();
        evidence.sort_unstable();
        evidence.dedup();
        let derivations = self.derivations.iter().cloned().collect();
        FactRecord { id, fact: self.fact.clone(), statement, evidence, derivations }
    }

    /// The statement of a fact that no document states.
    fn describe(&self, nodes: &[Arc<Node>]) -> String {
        let name = |id: NodeId| {
            let at = nodes.binary_search_by_key(&id, |node| node.id).ok();
            at.and_then(|at| nodes.get(at)).map_or_else(|| id.to_string(), |node| node.name.to_string())
        };
        let object = match &self.fact.object {
            Value::Node(id) => name(*id),
            literal => literal.to_string(),
        };
        format!("{} {} {object}", name(self.fact.subject), self.fact.predicate)
    }
}
