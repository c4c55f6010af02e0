//! What a chain of events costs: each event leads to one at the next firm, whose kind a rule
//! tells from what it says. A chain of n events takes 2n rounds.
//!
//! With `--report [LENGTH..]` it prints seconds and growth instead of measuring by criterion.

use std::{collections::BTreeSet, hint::black_box, sync::Arc, time::Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use kag_core::{Fact, FactRecord, GraphView, Layer, NameKey, Node, NodeId, TypeName, Value, memory::MemoryGraph};
use kag_reason::{Inference, Limits, RuleBase};
use kag_schema::{Hypernym, PropertyDef, Schema, SemanticGroup, TypeDef};

const RULES: &str = "
    Define (e:Event)-[p:belongTo]->(o:`Kind`/`shortage`) {
        Structure { } Constraint { R1: e.trend == 'down' }
    }
    Define (s:`Kind`/`shortage`)-[p:leadTo]->(o:`Kind`/`shortage`) {
        Structure { (s)-[:subject]->(c:Firm)-[:supplies]->(d:Firm) }
        Constraint { title = concat(d.name, ' is short') }
        Action {
            made = createNodeInstance(type=Event, value={ subject=d.id name=title trend='down' })
            createEdgeInstance(src=s, dst=made, type=leadTo, value={ })
        }
    }";

fn rules() -> Arc<RuleBase> {
    let firm = TypeDef::entity("Firm").with_property(PropertyDef::relation("supplies", ["Firm"]).many());
    let event = TypeDef::event("Event")
        .with_property(PropertyDef::property("subject", "Firm"))
        .with_property(PropertyDef::property("trend", "Text"))
        .with_property(PropertyDef::property("belongTo", "Kind").with_group(SemanticGroup::Ind))
        .with_property(PropertyDef::relation("leadTo", ["Event"]).many().with_group(SemanticGroup::Cau));
    let kind = TypeDef::concept("Kind", Hypernym::IsA);
    let schema = Schema::builder("Chain").with_type(firm).with_type(kind).with_type(event).build();
    let schema = schema.unwrap_or_else(|problems| unreachable!("{problems:?}"));
    let rules = RuleBase::builder(schema).with_text("chain.rule", RULES).build();
    Arc::new(rules.unwrap_or_else(|problems| unreachable!("{problems:?}")))
}

/// So many firms that supply each other in a row, and an event at the first.
fn graph(length: usize) -> Arc<MemoryGraph> {
    let node = |type_name: &str, name: String| {
        let type_name = TypeName::new(type_name);
        let id = NodeId::named(&type_name, &NameKey::of(&name));
        let (name, aliases, layer) = (name.into(), BTreeSet::new(), Layer::Knowledge);
        Arc::new(Node { id, type_name, name, aliases, layer, derivations: Vec::new() })
    };
    let mut nodes: Vec<Arc<Node>> = (0..=length).map(|at| node("Firm", format!("firm {at}"))).collect();
    let firms: Vec<NodeId> = nodes.iter().map(|node| node.id).collect();
    let event = node("Event", "a mine closes".to_owned());
    let pairs = firms.iter().zip(firms.iter().skip(1));
    let mut facts: Vec<Fact> = pairs.map(|(firm, next)| Fact::new(*firm, "supplies", *next)).collect();
    facts.extend(firms.first().map(|first| Fact::new(event.id, "subject", *first)));
    facts.push(Fact::new(event.id, "trend", Value::from("down")));
    nodes.push(event);
    let record = |fact: Fact| {
        let (evidence, derivations) = (Vec::new(), Vec::new());
        Arc::new(FactRecord { id: fact.id(), fact, statement: "".into(), evidence, derivations })
    };
    let graph = MemoryGraph::new(nodes, facts.into_iter().map(record).collect(), Vec::new(), Vec::new());
    Arc::new(graph.unwrap_or_else(|error| unreachable!("{error}")))
}

/// How many events follow.
fn created(rules: &Arc<RuleBase>, graph: &Arc<MemoryGraph>) -> usize {
    let view: Arc<dyn GraphView> = Arc::clone(graph) as _;
    let inference = Inference::new(Arc::clone(rules), view).with_limits(Limits::default().with_time(None));
    inference.created().map_or(0, |created| created.len())
}

fn report(lengths: &[usize]) {
    let rules = rules();
    let mut before: Option<(usize, f64)> = None;
    for length in lengths.iter().copied() {
        let graph = graph(length);
        let begun = Instant::now();
        let found = created(&rules, &graph);
        let seconds = begun.elapsed().as_secs_f64();
        println!("{length} events: {found} created in {seconds:.3} s ({:.1} µs each)", seconds * 1e6 / length as f64);
        if let Some((shorter, time)) = before {
            println!("the chain grew {:.2} times, time {:.2} times", length as f64 / shorter as f64, seconds / time);
        }
        before = Some((length, seconds));
    }
}

fn bench(criterion: &mut Criterion) {
    let rules = rules();
    let mut group = criterion.benchmark_group("rules/chain");
    group.sample_size(10);
    for length in [2_000, 8_000, 32_000] {
        let graph = graph(length);
        group.throughput(Throughput::Elements(length as u64));
        group.bench_with_input(BenchmarkId::from_parameter(length), &graph, |bencher, graph| {
            bencher.iter(|| black_box(created(&rules, graph)));
        });
    }
    group.finish();
}

fn main() {
    if std::env::args().any(|argument| argument == "--report") {
        let given: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
        report(if given.is_empty() { &[2_000, 8_000, 32_000] } else { &given });
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    bench(&mut criterion);
    criterion.final_summary();
}
