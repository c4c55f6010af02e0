//! Small graphs written as lines of text.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{Fact, FactId, FactRecord, GraphView, Layer, NameKey, Node, NodeId, TypeName, memory::MemoryGraph};
use kag_reason::ConceptPath;

/// The node written `Type:name`.
pub(crate) fn id(written: &str) -> NodeId {
    let (type_name, name) = written.split_once(':').unwrap();
    NodeId::named(&TypeName::new(type_name), &NameKey::of(name))
}

/// The graph of lines `Type:name predicate Type:name`.
pub(crate) fn graph(lines: &str) -> MemoryGraph {
    let (mut nodes, mut facts) = (BTreeMap::new(), Vec::new());
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let parts: Vec<&str> = line.split(' ').collect();
        let [subject, predicate, object] = parts[..] else { panic!("{line}") };
        for written in [subject, object] {
            let (type_name, name) = written.split_once(':').unwrap();
            let node = Node {
                id: id(written),
                type_name: TypeName::new(type_name),
                name: name.into(),
                aliases: Default::default(),
                layer: Layer::Knowledge,
                derivations: Vec::new(),
            };
            nodes.insert(node.id, Arc::new(node));
        }
        facts.push(fact(Fact::new(id(subject), predicate, id(object)), line));
    }
    MemoryGraph::new(nodes.into_values().collect(), facts, vec![], vec![]).unwrap()
}

pub(crate) fn fact(fact: Fact, statement: &str) -> Arc<FactRecord> {
    Arc::new(FactRecord { id: fact.id(), fact, statement: statement.into(), evidence: vec![], derivations: vec![] })
}

/// The facts of a path in words.
pub(crate) fn shown(graph: &MemoryGraph, path: Option<ConceptPath>) -> Option<Vec<String>> {
    let statement = |id: FactId| graph.fact(id).unwrap().unwrap().statement.to_string();
    path.map(|path| path.facts().map(statement).collect())
}
