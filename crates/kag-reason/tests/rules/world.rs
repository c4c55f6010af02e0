//! Small graphs, written as lines.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{
    Confidence, Evidence, Fact, FactRecord, GraphView, Layer, NameKey, Node, NodeId, Origin, PartialDate, TypeName,
    Value, memory::MemoryGraph,
};
use kag_reason::{Inference, RuleBase, RuleTable};
use kag_schema::{RuleProgram, RuleQuery, Schema, Statement};

/// A graph written as lines: `Type name`, `subject predicate object`, `subject predicate
/// = value`, each with qualifiers `key=value` at the end. A name holds no space; lines that
/// declare nodes come first.
#[derive(Debug, Default)]
pub(crate) struct World {
    nodes: BTreeMap<String, Node>,
    facts: Vec<Fact>,
}

impl World {
    pub(crate) fn read(text: &str) -> Self {
        let mut world = Self::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            world.line(line);
        }
        world
    }

    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match &words[..] {
            [type_name, name] => self.node(type_name, name),
            [subject, predicate, "=", value, rest @ ..] => {
                self.fact(Fact::new(self.id(subject), *predicate, read(value)), rest);
            }
            [subject, predicate, object, rest @ ..] => {
                self.fact(Fact::new(self.id(subject), *predicate, self.id(object)), rest);
            }
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn node(&mut self, type_name: &str, name: &str) {
        let type_name = TypeName::new(type_name);
        let node = Node {
            id: NodeId::named(&type_name, &NameKey::of(name)),
            type_name,
            name: name.into(),
            aliases: Default::default(),
            layer: Layer::Knowledge,
            derivations: Vec::new(),
        };
        self.nodes.insert(name.to_owned(), node);
    }

    pub(crate) fn add(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    fn fact(&mut self, fact: Fact, qualifiers: &[&str]) {
        let fact = qualifiers.iter().fold(fact, |fact, qualifier| {
            let (name, value) = qualifier.split_once('=').expect("a qualifier");
            fact.with(name, read(value))
        });
        self.facts.push(fact);
    }

    pub(crate) fn id(&self, name: &str) -> NodeId {
        self.nodes.get(name).unwrap_or_else(|| panic!("no node {name}")).id
    }

    pub(crate) fn graph(&self) -> Arc<MemoryGraph> {
        let nodes = self.nodes.values().cloned().map(Arc::new).collect();
        let facts = self.facts.iter().map(|fact| {
            Arc::new(FactRecord {
                id: fact.id(),
                fact: fact.clone(),
                statement: "".into(),
                evidence: vec![Evidence {
                    chunk: kag_core::ChunkId::from_u128(1),
                    span: None,
                    origin: Origin::Mapped { by: "test".into(), row: 1 },
                    layer: Layer::Knowledge,
                    confidence: Confidence::CERTAIN,
                }],
                derivations: Vec::new(),
            })
        });
        Arc::new(MemoryGraph::new(nodes, facts.collect(), Vec::new(), Vec::new()).expect("a graph"))
    }
}

fn read(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(number) => number.into(),
        Err(_) => text.into(),
    }
}

pub(crate) fn rules(schema: &Schema, text: &str) -> Arc<RuleBase> {
    match RuleBase::builder(schema.clone()).with_text("test.rule", text).build() {
        Ok(base) => Arc::new(base),
        Err(problems) => panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

pub(crate) fn inference(base: &Arc<RuleBase>, world: &World) -> Inference<'static> {
    inference_over(base, world.graph())
}

pub(crate) fn inference_over(base: &Arc<RuleBase>, view: Arc<dyn GraphView>) -> Inference<'static> {
    Inference::new(Arc::clone(base), view).with_now("2023-09-01".parse::<PartialDate>().expect("a date"))
}

/// The rows of a query, each as its values with commas between them, sorted.
pub(crate) fn ask(inference: &Inference<'_>, query: &str) -> Vec<String> {
    let table = table(inference, query);
    let mut rows: Vec<String> = table
        .rows
        .iter()
        .map(|row| {
            let values: Vec<String> =
                row.values.iter().map(|value| value.as_ref().map_or("-".to_owned(), ToString::to_string)).collect();
            values.join(",")
        })
        .collect();
    rows.sort();
    rows
}

pub(crate) fn query(text: &str) -> RuleQuery {
    let (program, diagnostics) = RuleProgram::parse(text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let query = program.statements.into_iter().find_map(|statement| match statement {
        Statement::Query(query) => Some(query),
        _ => None,
    });
    query.expect("a query")
}

pub(crate) fn table(inference: &Inference<'_>, text: &str) -> RuleTable {
    let result = inference.query(&query(text));
    result.unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
}
