//! What rules cost: a rule of three hops with a group, over 100,000 and 1,000,000 facts.
//!
//! The graph is generated: people pay firms, firms make goods, goods are of kinds; each of the
//! three predicates has a third of the facts, spread evenly. The rule sums for each person
//! and kind what was paid to firms that make goods of the kind; throughput is in matches of the
//! pattern. With `--report [SIZE..]` it prints, instead of measuring by criterion, rows a second,
//! growth against growth of the matches, how many bytes a match it takes at most, and keeps for
//! proofs, and how many bytes a fact the graph takes.
//!
//! Time on the clock says as much of the caches of a machine as of the rule. With `--once SIZE` the rule
//! runs once in `counted`, all else before it, for a tool that counts what is done:
//!
//! ```sh
//! valgrind --tool=callgrind --toggle-collect='*rules::counted' target/release/deps/rules-* --once 100000
//! ```

use std::{
    hint::black_box,
    sync::{Arc, LazyLock},
    time::Instant,
};

use criterion::{BenchmarkId, Criterion, Throughput};
use kag_core::{Fact, FactRecord, GraphView, Layer, NameKey, Node, NodeId, TypeName, Value, memory::MemoryGraph};
use kag_reason::{Inference, Limits, RuleBase};
use kag_schema::{PropertyDef, RuleProgram, RuleQuery, Schema, Statement, TypeDef};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const RULE: &str = "
    Define (s:Person)-[p:spendsOn]->(o:Kind) {
        Structure { (s)-[f:pays]->(c:Firm)-[:makes]->(g:Goods)-[:isOf]->(o) }
        Constraint {
            total('金额') = group(s, o).sum(f.amount)
            R1('不少于'): total >= 100
            p.amount = total
        }
    }";

const QUERY: &str = "
    GraphStructure { (s:Person)-[f:pays]->(c:Firm)-[:makes]->(g:Goods)-[:isOf]->(o:Kind) }
    Rule { R0: f.amount > 50
           total = group(s, o).sum(f.amount)
           R1: total >= 400 }
    Action { get(s.id, o.id, total) }";

fn schema() -> Schema {
    let firm = TypeDef::entity("Firm").with_property(PropertyDef::relation("makes", ["Goods"]).many());
    let goods = TypeDef::entity("Goods").with_property(PropertyDef::relation("isOf", ["Kind"]).many());
    let pays =
        PropertyDef::relation("pays", ["Firm"]).many().with_qualifier(PropertyDef::property("amount", "Integer"));
    let person =
        TypeDef::entity("Person").with_property(pays).with_property(PropertyDef::relation("spendsOn", ["Kind"]).many());
    let builder = Schema::builder("Bench").with_type(TypeDef::entity("Kind")).with_type(goods).with_type(firm);
    builder.with_type(person).build().unwrap_or_else(|problems| unreachable!("{problems:?}"))
}

/// Numbers that look random: splitmix64.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// A graph of so many facts.
fn graph(facts: u64) -> Arc<MemoryGraph> {
    let third = facts / 3;
    let mut nodes = Vec::new();
    let mut of = |type_name: &str, count: u64| -> Vec<NodeId> {
        let type_name = TypeName::new(type_name);
        let make = |at| {
            let name = format!("{type_name} {at}");
            let id = NodeId::named(&type_name, &NameKey::of(&name));
            let aliases = std::collections::BTreeSet::new();
            let (type_name, layer) = (type_name.clone(), Layer::Knowledge);
            nodes.push(Arc::new(Node { id, type_name, name: name.into(), aliases, layer, derivations: Vec::new() }));
            id
        };
        (0..count).map(make).collect()
    };
    // Each person pays three firms, each firm makes three goods, each of them is of one kind.
    let (people, firms) = (of("Person", third / 3), of("Firm", third / 3));
    let (goods, kinds) = (of("Goods", third), of("Kind", 100));
    let mut numbers = Numbers(7);
    let mut made = Vec::new();
    let pick = |numbers: &mut Numbers, from: &[NodeId]| {
        let at = numbers.below(from.len() as u64) as usize;
        from.get(at).copied().unwrap_or(NodeId::from_u128(0))
    };
    for person in people.iter().cycle().take(third as usize) {
        let amount = i64::try_from(numbers.below(100)).unwrap_or_default();
        let firm = pick(&mut numbers, &firms);
        made.push(Fact::new(*person, "pays", firm).with("amount", Value::Integer(amount)));
    }
    for firm in firms.iter().cycle().take(third as usize) {
        made.push(Fact::new(*firm, "makes", pick(&mut numbers, &goods)));
    }
    made.extend(goods.iter().map(|goods| Fact::new(*goods, "isOf", pick(&mut numbers, &kinds))));
    let record = |fact: Fact| FactRecord {
        id: fact.id(),
        fact,
        statement: "".into(),
        evidence: Vec::new(),
        derivations: Vec::new(),
    };
    let facts = made.into_iter().map(|fact| Arc::new(record(fact))).collect();
    let graph = MemoryGraph::new(nodes, facts, Vec::new(), Vec::new());
    Arc::new(graph.unwrap_or_else(|error| unreachable!("{error}")))
}

fn rules() -> Arc<RuleBase> {
    let rules = RuleBase::builder(schema()).with_text("bench.rule", RULE).build();
    Arc::new(rules.unwrap_or_else(|problems| unreachable!("{problems:?}")))
}

fn query() -> RuleQuery {
    let (program, _) = RuleProgram::parse(QUERY);
    let query = program.statements.into_iter().find_map(|statement| match statement {
        Statement::Query(query) => Some(query),
        _ => None,
    });
    query.unwrap_or_else(|| unreachable!("the query is readable"))
}

fn inference(rules: &Arc<RuleBase>, graph: &Arc<MemoryGraph>) -> Inference<'static> {
    let view: Arc<dyn GraphView> = Arc::clone(graph) as _;
    let limits = Limits::default().with_rows(50_000_000).with_time(None);
    Inference::new(Arc::clone(rules), view).with_limits(limits)
}

/// Asks for all that the rule says.
fn run(rules: &Arc<RuleBase>, graph: &Arc<MemoryGraph>) {
    drop(black_box(inference(rules, graph).facts(None, "spendsOn", None)));
}

/// The same under a name that tools find.
#[inline(never)]
fn counted(rules: &Arc<RuleBase>, graph: &Arc<MemoryGraph>) {
    run(rules, graph);
}

/// How many rows match the pattern of the rule.
fn matches(rules: &Arc<RuleBase>, graph: &Arc<MemoryGraph>) -> u64 {
    let text = "MATCH (s:Person)-[f:pays]->(c:Firm)-[:makes]->(g:Goods)-[:isOf]->(o:Kind) RETURN 1";
    let (program, _) = RuleProgram::parse(text);
    let Some(Statement::Query(query)) = program.statements.first() else { return 0 };
    inference(rules, graph).query(query).map_or(0, |table| table.rows.len() as u64)
}

fn bench(criterion: &mut Criterion) {
    let rules = rules();
    let query = query();
    let mut group = criterion.benchmark_group("rules/three_hops");
    group.sample_size(10);
    for facts in [100_000, 1_000_000] {
        let graph = graph(facts);
        group.throughput(Throughput::Elements(matches(&rules, &graph)));
        group.bench_with_input(BenchmarkId::new("rule", facts), &graph, |bencher, graph| {
            bencher.iter(|| run(&rules, graph));
        });
        group.bench_with_input(BenchmarkId::new("query", facts), &graph, |bencher, graph| {
            bencher.iter(|| black_box(inference(&rules, graph).query(&query)));
        });
        let one = graph.all_nodes().iter().find(|node| node.type_name.as_str() == "Person").map(|node| node.id);
        group.bench_with_input(BenchmarkId::new("one_subject", facts), &graph, |bencher, graph| {
            bencher.iter(|| black_box(inference(&rules, graph).facts(one, "spendsOn", None)));
        });
    }
    group.finish();
}

/// Seconds that this thread has run, where the system tells; else since some moment. What
/// others do meanwhile counts less than in time on the wall.
fn on_cpu() -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split_whitespace().next()?.parse::<u64>().ok());
    nanoseconds.map_or_else(|| BEGUN.elapsed().as_secs_f64(), |told| told as f64 / 1e9)
}

/// Seconds that `run` takes: the least of five means, each of so many runs that the steps in which
/// the system counts (four milliseconds on some) do not matter.
fn seconds(run: &dyn Fn()) -> f64 {
    let mean = |runs: u32| {
        let begun = on_cpu();
        (0..runs).for_each(|_| run());
        (on_cpu() - begun) / f64::from(runs)
    };
    let once = mean(4).max(1e-4);
    let runs = (0.4 / once).ceil() as u32;
    (0..5).map(|_| mean(runs)).fold(f64::MAX, f64::min)
}

static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

fn report(sizes: &[u64]) {
    let rules = rules();
    let query = query();
    let mut before: Option<(f64, f64)> = None;
    for facts in sizes.iter().copied() {
        let without_it = MEMORY.current_usage();
        let graph = graph(facts);
        let graph_bytes = MEMORY.current_usage().saturating_sub(without_it) as f64 / facts as f64;
        let rows = matches(&rules, &graph) as f64;
        let rule = seconds(&|| run(&rules, &graph));
        let asked = seconds(&|| drop(black_box(inference(&rules, &graph).query(&query))));
        MEMORY.reset_peak_usage();
        let (before_it, kept) = (MEMORY.current_usage(), inference(&rules, &graph));
        let found = kept.facts(None, "spendsOn", None).map_or(0, |facts| facts.len());
        let bytes = |usage: usize| usage.saturating_sub(before_it) as f64 / rows;
        println!(
            "{facts} facts: {rows} matches, {found} derived; rule {rule:.4} s ({:.0} rows/s), query {asked:.4} s ({:.0} rows/s), {:.0} bytes a match at most, {:.0} kept, {graph_bytes:.0} bytes a fact in the graph",
            rows / rule,
            rows / asked,
            bytes(MEMORY.peak_usage()),
            bytes(MEMORY.current_usage()),
        );
        drop(kept);
        if let Some((matches, time)) = before {
            println!("matches grew {:.2} times, time {:.2} times", rows / matches, rule / time);
        }
        before = Some((rows, rule));
    }
}

fn main() {
    let asked = |option: &str| std::env::args().any(|argument| argument == option);
    let sizes: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if asked("--report") {
        report(if sizes.is_empty() { &[100_000, 1_000_000] } else { &sizes });
        return;
    }
    if asked("--once") {
        for size in sizes {
            let (rules, graph) = (rules(), graph(size));
            run(&rules, &graph);
            counted(&rules, &graph);
        }
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    bench(&mut criterion);
    criterion.final_summary();
}
