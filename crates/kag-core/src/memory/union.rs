//! The union of contributions, and what is derived from it.
//!
//! Everything here is order-free: counts add up, sets unite, ties go by bytes.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{MemoryGraph, vectors::TextVectors};
use crate::{
    Contribution, Derivation, DeriveInput, DerivedFact, Deriver, Evidence, Fact, FactEntry, FactId, FactRecord, Layer,
    Node, NodeEntry, NodeId, Result, TypeName, Value, contribution::most_frequent,
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
    let nodes = union.nodes();
    let build = |union: &Union| MemoryGraph::new(nodes.clone(), union.facts(&nodes), chunks.clone(), mentions.clone());

    let mut graph = build(&union)?;
    let node_vectors = if derivers.is_empty() { Vec::new() } else { texts.of_nodes(&graph) };
    for deriver in derivers {
        let derived = deriver.derive(DeriveInput { graph: &graph, node_vectors: &node_vectors })?;
        derived.into_iter().for_each(|fact| union.add_derived(fact));
        graph = build(&union).map_err(|error| error.with("deriver", deriver.id()))?;
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
}

struct UnitedFact {
    fact: Fact,
    statements: BTreeMap<Arc<str>, u32>,
    evidence: Vec<Evidence>,
    derivations: BTreeSet<Derivation>,
}

impl Union {
    fn add_node(&mut self, entry: &NodeEntry) {
        let united = self.nodes.entry(entry.id).or_insert_with(|| UnitedNode {
            type_name: entry.type_name.clone(),
            names: BTreeMap::new(),
            aliases: BTreeSet::new(),
            layer: entry.layer,
        });
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

    fn add_derived(&mut self, derived: DerivedFact) {
        let DerivedFact { fact, rule, mut premises, confidence, layer } = derived;
        premises.sort_unstable();
        premises.dedup();
        let united = self.fact(fact.id(), &fact);
        united.derivations.insert(Derivation { rule, premises, confidence, layer });
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

impl UnitedNode {
    fn show(&self, id: NodeId) -> Node {
        let name: Arc<str> = most_frequent(&self.names).map_or_else(|| "".into(), Arc::clone);
        let mut aliases = self.aliases.clone();
        aliases.extend(self.names.keys().cloned());
        aliases.remove(&name);
        Node { id, type_name: self.type_name.clone(), name, aliases, layer: self.layer }
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
