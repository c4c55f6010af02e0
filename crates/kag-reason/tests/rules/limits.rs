//! What is refused, bounded and reported.

use std::{sync::Arc, time::Duration};

use kag_core::{BoxError, NodeId, Value};
use kag_reason::{Bound, Inference, Limits, RuleBase, RuleError, RuleFunctions};
use kag_schema::{ExprType, Functions, Parameter, PropertyDef, ResultType, Schema, Signature, TypeDef};

use crate::world::{World, ask, inference, query, rules, table};

fn schema() -> Schema {
    let person =
        ["knows", "reaches", "stranger"].into_iter().fold(TypeDef::entity("Person").with_zh("人"), |t, name| {
            t.with_property(PropertyDef::relation(name, ["Person"]).many())
        });
    let person = ["age", "level", "score", "rank"]
        .into_iter()
        .fold(person, |t, name| t.with_property(PropertyDef::property(name, "Integer")));
    Schema::builder("People").with_type(person).with_type(TypeDef::event("Echo")).build().unwrap()
}

fn chain(length: usize) -> World {
    let mut world = World::default();
    (0..length).for_each(|at| world.node("Person", &format!("人{at}")));
    for at in 1..length {
        let fact = kag_core::Fact::new(world.id(&format!("人{}", at - 1)), "knows", world.id(&format!("人{at}")));
        world.add(fact);
    }
    world
}

const REACHES: &str = "
    Define (s:Person)-[p:reaches]->(o:Person) { Structure { (s)-[:knows]->(o) } Constraint { } }
    Define (s:Person)-[p:reaches]->(o:Person) { Structure { (s)-[:reaches]->(m)-[:knows]->(o) } Constraint { } }";

#[test]
fn recursion_runs_to_its_end_and_its_proofs_stay_small() {
    let base = rules(&schema(), REACHES);
    let world = chain(300);
    let inference = inference(&base, &world);
    let facts = inference.facts(None, "reaches", None).unwrap();
    assert_eq!(facts.len(), 300 * 299 / 2);
    let longest = inference.facts(Some(world.id("人0")), "reaches", Some(world.id("人299"))).unwrap();
    let proof = inference.proof(longest[0].proof).unwrap();
    assert!(proof.left_out > 0, "cut at some depth");
    assert!(proof.to_string().lines().count() < 1_000);
}

#[test]
fn a_bound_is_an_error_that_says_which() {
    let base = rules(&schema(), REACHES);
    let world = chain(60);
    let limited = |limits: Limits| inference(&base, &world).with_limits(limits).facts(None, "reaches", None);
    let rounds = limited(Limits::default().with_rounds(10)).unwrap_err();
    assert!(matches!(rounds, RuleError::Bound { bound: Bound::Rounds(10), .. }), "{rounds}");
    let time = limited(Limits::default().with_time(Duration::ZERO)).unwrap_err();
    assert!(matches!(time, RuleError::Bound { bound: Bound::Time(_), .. }), "{time}");
    assert!(time.to_string().contains("`reaches` of Person (test.rule)"), "{time}");
    let inference = inference(&base, &world).with_limits(Limits::default().with_rows(100));
    let rows = inference.query(&query("MATCH (a:Person), (b:Person) RETURN a.id, b.id")).unwrap_err();
    assert!(matches!(rows, RuleError::Bound { bound: Bound::Rows(100), .. }), "{rows}");
}

#[test]
fn an_endless_chain_of_actions_is_stopped() {
    let echo = "Define (s:Echo)-[p:again]->(o:Echo) {
        Structure { (s) }
        Constraint { louder = concat(s.name, '!') }
        Action { e = createNodeInstance(type=Echo, value={ name=louder }) }
    }";
    let base = rules(&schema(), echo);
    let world = World::read("Echo 回声");
    let inference = inference(&base, &world).with_limits(Limits::default().with_created(50));
    let error = inference.created().unwrap_err();
    assert!(matches!(error, RuleError::Bound { bound: Bound::Created(50), .. }), "{error}");
}

#[test]
fn rules_that_rest_on_their_own_negation_or_aggregate_are_refused() {
    let refused = |text: &str| {
        RuleBase::builder(schema()).with_text("test.rule", text).build().map(|base| base.len()).unwrap_err()
    };
    let negation = refused(
        "Define (s:Person)-[p:stranger]->(o:Person) {
             Structure { (s)-[:knows]->(m:Person)-[:knows]->(o) }
             Constraint { R1: not ((s)-[:stranger]->(m)) }
         }",
    );
    assert!(negation[0].diagnostic.message.contains("negation or an aggregate of itself"), "{negation:?}");
    let aggregate = refused(
        "Define (s:Person)-[p:score]->(o:Integer) {
             Structure { (s)-[:knows]->(m:Person) }
             Constraint { o = group(s).sum(m.rank) }
         }
         Define (s:Person)-[p:rank]->(o:Integer) {
             Structure { (s) }
             Constraint { o = s.score }
         }",
    );
    assert!(aggregate[0].diagnostic.message.contains("`score`") && aggregate[0].diagnostic.message.contains("`rank`"));
    // Growing by a property of itself is no circle that lacks a meaning.
    let levels = "
        Define (s:Person)-[p:level]->(o:Integer) { Structure { (s) } Constraint { R1: s.id == '人0'  o = 0 } }
        Define (s:Person)-[p:level]->(o:Integer) { Structure { (m:Person)-[:knows]->(s) } Constraint { o = m.level + 1 } }";
    let base = rules(&schema(), levels);
    assert_eq!(
        ask(&inference(&base, &chain(4)), "MATCH (s:Person) RETURN s.id, s.level"),
        ["人0,0", "人1,1", "人2,2", "人3,3"]
    );
}

#[test]
fn a_property_with_one_value_is_given_no_second_one_unnoticed() {
    // By both ways round: 2 is one and two steps from 0.
    let mut world = chain(4);
    world.add(kag_core::Fact::new(world.id("人0"), "knows", world.id("人2")));
    let levels = "
        Define (s:Person)-[p:level]->(o:Integer) { Structure { (s) } Constraint { R1: s.id == '人0'  o = 0 } }
        Define (s:Person)-[p:level]->(o:Integer) { Structure { (m:Person)-[:knows]->(s) } Constraint { o = m.level + 1 } }";
    let error = inference(&rules(&schema(), levels), &world).facts(None, "level", None).unwrap_err();
    assert!(matches!(&error, RuleError::SeveralValues { node, .. } if node == "人2"), "{error}");
    assert_eq!(error.to_string(), "rule `level` of Person (test.rule) gives `level` of 人2 several values: 1 and 2");
    // Where nothing further follows from it, it is reported and both stand.
    let scores =
        "Define (s:Person)-[p:score]->(o:Integer) { Structure { (s)-[:knows]->(m:Person) } Constraint { o = m.age } }";
    world.add(kag_core::Fact::new(world.id("人1"), "age", Value::Integer(30)));
    world.add(kag_core::Fact::new(world.id("人2"), "age", Value::Integer(40)));
    let inference = inference(&rules(&schema(), scores), &world);
    assert_eq!(inference.facts(Some(world.id("人0")), "score", None).unwrap().len(), 2);
    let faults = inference.faults();
    assert_eq!((faults.len(), faults[0].rows, &*faults[0].clause), (1, 1, "score"));
    assert!(
        faults[0].error.contains("`score` of 人0 several values: 30 and 40") || faults[0].error.contains("40 and 30")
    );
}

#[test]
fn data_that_do_not_fit_lose_their_row_and_are_reported() {
    let world = World::read("Person 甲\nPerson 乙\n甲 age = 30\n乙 age = unknown");
    let base = rules(&schema(), "");
    let inference = inference(&base, &world);
    let table = table(&inference, "MATCH (s:Person) WHERE s.age * 2 > 50 RETURN s.id");
    assert_eq!(table.rows.len(), 1);
    assert_eq!(table.faults.len(), 1);
    assert_eq!((table.faults[0].rows, &*table.faults[0].rule), (1, ""));
    assert!(table.faults[0].bindings.contains(&("s".into(), "乙".into())), "{:?}", table.faults);
}

#[test]
fn a_query_that_makes_no_sense_says_what_is_wrong() {
    let base = rules(&schema(), "");
    let inference = inference(&base, &chain(2));
    let error = inference.query(&query("MATCH (person:Person) RETURN persn.id")).unwrap_err();
    let RuleError::Invalid { problems } = &error else { panic!("{error}") };
    assert_eq!(problems[0].diagnostic.hint.as_deref(), Some("did you mean `person`?"));
    let error = inference.query(&query("MATCH (s:Person) WHERE nonesuch(s.age) RETURN s.id")).unwrap_err();
    assert!(matches!(&error, RuleError::Invalid { .. }) && error.to_string().contains("`nonesuch`"), "{error}");
    let error = inference.query(&query("MATCH (s:Person) WHERE s.id == $wanted RETURN s.id")).unwrap_err();
    assert_eq!(error.to_string(), "no value is given for `$wanted`");
}

#[derive(Debug)]
struct Host(NodeId);

impl RuleFunctions for Host {
    fn call(&self, function: &str, arguments: &[Option<Value>]) -> Option<Result<Option<Value>, BoxError>> {
        match (function, arguments) {
            ("near", _) => Some(Ok(Some(vec![Value::Node(self.0), "人1".into()].into()))),
            ("spread", [Some(Value::List(items)), Some(by)]) => {
                Some(Ok(Some(format!("{} by {by}", items.len()).into())))
            }
            ("fails", _) => Some(Err("no such luck".into())),
            _ => None,
        }
    }
}

#[test]
fn a_host_brings_functions_of_rows_groups_and_edges() {
    let world = chain(4);
    let host = Arc::new(Host(world.id("人3")));
    let takes = |name: &str, count: usize| {
        let signature = Signature::new(name, ResultType::Is(ExprType::Any));
        (0..count).fold(signature, |of, _| of.with_parameter(Parameter::new("given", [ExprType::Any])))
    };
    let functions = Functions::standard().with(takes("near", 1)).with(takes("spread", 2)).with(takes("fails", 1));
    let base = RuleBase::builder(schema()).with_functions(functions, host).build().unwrap();
    let inference = Inference::new(Arc::new(base), world.graph());
    let linked = "MATCH (s:Person)-[e:near(s.id)]->(o:Person) WHERE s.id == '人0' RETURN o.name";
    assert_eq!(ask(&inference, linked), ["人1", "人3"]);
    let grouped = "GraphStructure { (s:Person)-[f:knows]->(o:Person) } Rule { n = group(s).spread(f, 'day') R1: s.id == '人0' } Action { get(n) }";
    assert_eq!(ask(&inference, grouped), ["1 by day"]);
    let error = inference.query(&query("MATCH (s:Person) WHERE fails(s.id) RETURN s.id")).unwrap_err();
    assert!(error.to_string().contains("fails"), "{error}");
}
