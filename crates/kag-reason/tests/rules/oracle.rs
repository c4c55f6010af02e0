//! The engine against one that tries everything, on random graphs and patterns.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{Fact, Value};
use kag_reason::Matching;
use kag_schema::{PropertyDef, Schema, TypeDef};
use proptest::prelude::*;

use crate::world::{World, inference, rules, table};

const NODES: usize = 6;

/// `A` and its kind `B`; nodes 0 to 2 are of `A`, the others of `B`.
pub(crate) fn schema() -> Schema {
    let a = TypeDef::entity("A").with_property(PropertyDef::property("v", "Integer"));
    let relation = |name: &str| PropertyDef::relation(name, ["A"]).with_zh(format!("关系{name}")).many();
    let weighed = |name: &str| relation(name).with_qualifier(PropertyDef::property("w", "Integer"));
    let a = ["p", "q", "far", "two", "said"].into_iter().fold(a, |a, name| a.with_property(weighed(name)));
    Schema::builder("Random").with_type(a).with_type(TypeDef::entity("B").with_parent("A")).build().unwrap()
}

#[derive(Clone, Debug)]
struct Edge {
    from: usize,
    to: usize,
    predicate: &'static str,
    way: Way,
    hops: Option<(u32, u32)>,
    /// Whether each of its edges must weigh something.
    heavy: bool,
    optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Right,
    Left,
    Either,
}

#[derive(Clone, Debug)]
struct Pattern {
    edges: Vec<Edge>,
    /// By variable, its label.
    labels: Vec<Option<&'static str>>,
    /// Variables that must have a value above the number.
    above: Vec<(usize, i64)>,
}

/// A fact as subject, predicate, object, id and weight.
pub(crate) type Known = (usize, &'static str, usize, String, i64);

pub(crate) type Graph = Vec<(usize, &'static str, usize, i64)>;

pub(crate) fn graphs() -> impl Strategy<Value = (Graph, Vec<i64>)> {
    let fact = (0..NODES, prop_oneof![Just("p"), Just("q")], 0..NODES, 0..2_i64);
    (prop::collection::vec(fact, 0..12), prop::collection::vec(0..4_i64, NODES))
}

fn patterns() -> impl Strategy<Value = Pattern> {
    let way = prop_oneof![Just(Way::Right), Just(Way::Left), Just(Way::Either)];
    let hops = prop_oneof![4 => Just(None), 1 => Just(Some((1, 2))), 1 => Just(Some((0, 2)))];
    let predicate = prop_oneof![3 => Just("p"), 3 => Just("q"), 1 => Just("two"), 1 => Just("far")];
    let edge = (0..3_usize, 0..3_usize, predicate.clone(), way.clone(), hops, any::<bool>()).prop_map(
        |(from, to, predicate, way, hops, heavy)| Edge { from, to, predicate, way, hops, heavy, optional: false },
    );
    let last = (0..3_usize, predicate, way).prop_map(|(from, predicate, way)| Edge {
        from,
        to: 3,
        predicate,
        way,
        hops: None,
        heavy: false,
        optional: true,
    });
    let label = prop_oneof![2 => Just(None), 1 => Just(Some("A")), 1 => Just(Some("B"))];
    let labels = prop::collection::vec(label, 4);
    let above = prop::collection::vec((0..4_usize, 0..3_i64), 0..2);
    (prop::collection::vec(edge, 1..4), prop::option::of(last), labels, above).prop_map(
        |(mut edges, last, labels, above)| {
            let bound: BTreeSet<usize> = edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
            edges.extend(last.filter(|last| bound.contains(&last.from)));
            let bound: BTreeSet<usize> = edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
            let above = above.into_iter().filter(|(at, _)| bound.contains(at)).collect();
            Pattern { edges, labels, above }
        },
    )
}

impl Pattern {
    fn variables(&self) -> BTreeSet<usize> {
        self.edges.iter().flat_map(|edge| [edge.from, edge.to]).collect()
    }

    fn text(&self) -> String {
        let node = |at: usize| match self.labels[at] {
            Some(label) => format!("(x{at}:{label})"),
            None => format!("(x{at})"),
        };
        let edges = self.edges.iter().enumerate().map(|(at, edge)| {
            let hops = edge.hops.map_or(String::new(), |(least, most)| format!("{{{least},{most}}}"));
            let (open, close) = match edge.way {
                Way::Right => ("-[", "]->"),
                Way::Left => ("<-[", "]-"),
                Way::Either => ("-[", "]-"),
            };
            let mark = if edge.optional { "?" } else { "" };
            let heavy = if edge.heavy { " WHERE w > 0" } else { "" };
            format!("{}{open}e{at}:{}{heavy}{close}{hops}{mark}{}", node(edge.from), edge.predicate, node(edge.to))
        });
        let above: Vec<String> = self.above.iter().map(|(at, least)| format!("R{at}: x{at}.v > {least}")).collect();
        let names: Vec<String> = self.variables().iter().map(|at| format!("x{at}.name")).collect();
        let facts: Vec<String> = (0..self.edges.len()).map(|at| format!("e{at}")).collect();
        format!(
            "GraphStructure {{ {} }} Rule {{ {} }} Action {{ get({}) }}",
            edges.collect::<Vec<_>>().join(", "),
            above.join("\n"),
            names.into_iter().chain(facts).collect::<Vec<_>>().join(", ")
        )
    }
}

/// Tries everything.
struct Naive<'p> {
    pattern: &'p Pattern,
    facts: Vec<Known>,
    values: &'p [i64],
    matching: Matching,
    rows: Vec<String>,
}

#[derive(Clone, Default)]
struct Row {
    nodes: BTreeMap<usize, Option<usize>>,
    /// By edge, its facts; `None` where it is missing.
    edges: Vec<Option<Vec<usize>>>,
    passed: Vec<usize>,
}

impl Naive<'_> {
    fn run(mut self) -> Vec<String> {
        self.edge(0, Row::default());
        self.rows.sort();
        self.rows
    }

    fn fits(&self, at: usize, node: usize) -> bool {
        let label = match self.pattern.labels[at] {
            Some("B") => node >= NODES / 2,
            _ => true,
        };
        label && self.pattern.above.iter().all(|(of, least)| *of != at || self.values[node] > *least)
    }

    fn edge(&mut self, at: usize, row: Row) {
        let Some(edge) = self.pattern.edges.get(at).cloned() else { return self.finish(&row) };
        if edge.optional && !self.distinct(&row) {
            return;
        }
        let mut found = false;
        let starts: Vec<usize> = match row.nodes.get(&edge.from) {
            Some(node) => node.iter().copied().collect(),
            None => (0..NODES).collect(),
        };
        for start in starts {
            let (least, most) = edge.hops.unwrap_or((1, 1));
            let mut paths = vec![(start, Vec::new(), vec![start])];
            for length in 0..=most {
                let mut longer = Vec::new();
                for (end, facts, nodes) in &paths {
                    if length >= least && self.add(at, &edge, &row, start, *end, facts, nodes) {
                        found = true;
                    }
                    for (fact, (subject, predicate, object, _, weight)) in self.facts.iter().enumerate() {
                        let light = edge.heavy && *weight <= 0;
                        if *predicate != edge.predicate || light || facts.contains(&fact) {
                            continue;
                        }
                        let right = (edge.way != Way::Left && subject == end).then_some(*object);
                        let left = (edge.way != Way::Right && object == end).then_some(*subject);
                        let ends: BTreeSet<usize> = right.into_iter().chain(left).collect();
                        for next in ends {
                            let facts: Vec<usize> = facts.iter().copied().chain([fact]).collect();
                            let nodes: Vec<usize> = nodes.iter().copied().chain([next]).collect();
                            longer.push((next, facts, nodes));
                        }
                    }
                }
                paths = longer;
            }
        }
        if !found && edge.optional {
            let mut row = row;
            row.nodes.insert(edge.to, None);
            row.edges.push(None);
            self.edge(at + 1, row);
        }
    }

    /// Goes on with one path, where it fits.
    #[expect(clippy::too_many_arguments, reason = "all there is to a path")]
    fn add(
        &mut self,
        at: usize,
        edge: &Edge,
        row: &Row,
        start: usize,
        end: usize,
        facts: &[usize],
        nodes: &[usize],
    ) -> bool {
        let bound = |variable: usize, node: usize| row.nodes.get(&variable).is_none_or(|known| *known == Some(node));
        if !bound(edge.to, end) || (edge.from == edge.to && start != end) {
            return false;
        }
        if !self.fits(edge.from, start) || !self.fits(edge.to, end) {
            return false;
        }
        if self.matching != Matching::Any && facts.iter().any(|fact| row.passed.contains(fact)) {
            return false;
        }
        if self.matching == Matching::DistinctNodes {
            let passed: BTreeSet<usize> = nodes.iter().copied().collect();
            // A path passes no node twice, but a circle ends where it began.
            let closed = start == end && !facts.is_empty();
            if passed.len() + usize::from(closed) < nodes.len() {
                return false;
            }
        }
        let mut row = row.clone();
        row.nodes.insert(edge.from, Some(start));
        row.nodes.insert(edge.to, Some(end));
        row.passed.extend(facts);
        // A path is told from subject to object.
        let mut told = facts.to_vec();
        if edge.way == Way::Left {
            told.reverse();
        }
        row.edges.push(Some(told));
        if edge.optional && !self.distinct(&row) {
            return false;
        }
        self.edge(at + 1, row);
        true
    }

    /// Whether an earlier path without edges makes one node of two names.
    fn empty(&self, row: &Row, left: usize, right: usize) -> bool {
        row.edges.iter().zip(&self.pattern.edges).any(|(facts, edge)| {
            let joins = [(left, right), (right, left)].contains(&(edge.from, edge.to));
            joins && edge.hops.is_some() && facts.as_ref().is_some_and(Vec::is_empty)
        })
    }

    /// Whether different names are different nodes, where they have to be.
    fn distinct(&self, row: &Row) -> bool {
        self.matching != Matching::DistinctNodes
            || row.nodes.iter().all(|(left, node)| {
                let mut others = row.nodes.range(..left);
                node.is_none() || others.all(|(right, other)| other != node || self.empty(row, *left, *right))
            })
    }

    fn finish(&mut self, row: &Row) {
        if !self.distinct(row) {
            return;
        }
        let name = |node: &Option<usize>| node.map_or("-".to_owned(), |node| format!("n{node}"));
        let nodes = row.nodes.values().map(name);
        let edges = row.edges.iter().map(|facts| match facts {
            None => "-".to_owned(),
            Some(facts) => facts.iter().map(|fact| self.facts[*fact].3.clone()).collect::<Vec<_>>().join(", "),
        });
        self.rows.push(nodes.chain(edges).collect::<Vec<_>>().join(","));
    }
}

/// The world, and its facts with those that rules say: `two` for `p` and then `q`, `far` for
/// any number of `p`.
pub(crate) fn facts_of(graph: &Graph, values: &[i64]) -> (World, Vec<Known>) {
    let mut world = World::default();
    for node in 0..NODES {
        world.node(if node < NODES / 2 { "A" } else { "B" }, &format!("n{node}"));
    }
    let mut facts = Vec::new();
    let mut seen = BTreeSet::new();
    for (subject, predicate, object, weight) in graph {
        let fact = Fact::new(world.id(&format!("n{subject}")), *predicate, world.id(&format!("n{object}")))
            .with("w", Value::Integer(*weight));
        if seen.insert(fact.id()) {
            facts.push((*subject, *predicate, *object, fact.id().to_string(), *weight));
            world.add(fact);
        }
    }
    for (node, value) in values.iter().enumerate() {
        world.add(Fact::new(world.id(&format!("n{node}")), "v", Value::Integer(*value)));
    }
    let pairs = |name: &str| -> BTreeSet<(usize, usize)> {
        facts.iter().filter(|(_, predicate, ..)| *predicate == name).map(|(s, _, o, ..)| (*s, *o)).collect()
    };
    let (p, q) = (pairs("p"), pairs("q"));
    let join = |left: &BTreeSet<(usize, usize)>, right: &BTreeSet<(usize, usize)>| -> BTreeSet<(usize, usize)> {
        left.iter()
            .flat_map(|(s, m)| right.iter().filter(move |(from, _)| from == m).map(move |(_, o)| (*s, *o)))
            .collect()
    };
    let mut far = p.clone();
    loop {
        let more: BTreeSet<_> = far.union(&join(&far, &p)).copied().collect();
        if more == far {
            break;
        }
        far = more;
    }
    let derived = join(&p, &q).into_iter().map(|pair| ("two", pair)).chain(far.into_iter().map(|pair| ("far", pair)));
    let derived: Vec<_> = derived
        .map(|(predicate, (s, o))| {
            let fact = Fact::new(world.id(&format!("n{s}")), predicate, world.id(&format!("n{o}")));
            (s, predicate, o, fact.id().to_string(), 0)
        })
        .collect();
    facts.extend(derived);
    (world, facts)
}

const RULES: &str = "
    Define (s:A)-[d:two]->(o:A) { Structure { (s)-[:p]->(m)-[:q]->(o) } Constraint { } }
    Define (s:A)-[d:far]->(o:A) { Structure { (s)-[:p]->(o) } Constraint { } }
    Define (s:A)-[d:far]->(o:A) { Structure { (s)-[:far]->(m)-[:p]->(o) } Constraint { } }";

fn engine(world: &World, pattern: &Pattern, matching: Matching) -> Vec<String> {
    let base = rules(&schema(), RULES);
    let inference = inference(&base, world).with_matching(matching);
    let table = table(&inference, &pattern.text());
    assert!(table.faults.is_empty(), "{:?}", table.faults);
    let mut rows: Vec<String> = table
        .rows
        .iter()
        .map(|row| {
            let values = row.values.iter().map(|value| value.as_ref().map_or("-".to_owned(), ToString::to_string));
            values.collect::<Vec<_>>().join(",")
        })
        .collect();
    rows.sort();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_finds_what_trying_everything_finds((graph, values) in graphs(), pattern in patterns()) {
        let (world, facts) = facts_of(&graph, &values);
        for matching in [Matching::DistinctFacts, Matching::DistinctNodes, Matching::Any] {
            // There the rules too say less.
            let derived = pattern.edges.iter().any(|edge| ["two", "far"].contains(&edge.predicate));
            if matching == Matching::DistinctNodes && derived {
                continue;
            }
            let naive = Naive { pattern: &pattern, facts: facts.clone(), values: &values, matching, rows: Vec::new() };
            prop_assert_eq!(engine(&world, &pattern, matching), naive.run(), "{}", pattern.text());
        }
    }

    #[test]
    fn asking_for_one_gives_what_asking_for_all_gives_of_it((graph, values) in graphs()) {
        let (world, _) = facts_of(&graph, &values);
        let base = rules(&schema(), RULES);
        for predicate in ["two", "far", "关系p"] {
            let all = inference(&base, &world).facts(None, predicate, None).unwrap();
            for node in 0..NODES {
                let id = world.id(&format!("n{node}"));
                let of = inference(&base, &world).facts(Some(id), predicate, None).unwrap();
                let expect: Vec<_> = all.iter().filter(|fact| fact.fact.subject == id).map(|fact| &fact.fact).collect();
                prop_assert_eq!(of.iter().map(|fact| &fact.fact).collect::<Vec<_>>(), expect);
                let to = inference(&base, &world).facts(None, predicate, Some(id)).unwrap();
                let expect: Vec<_> =
                    all.iter().filter(|fact| fact.fact.object == Value::Node(id)).map(|fact| &fact.fact).collect();
                prop_assert_eq!(to.iter().map(|fact| &fact.fact).collect::<Vec<_>>(), expect);
            }
        }
    }
}
