//! Rules that run for their subjects, block after block.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{Fact, FactId, GraphView, NodeId, Value};
use kag_reason::{Bound, Limits, RuleError};
use kag_schema::{PropertyDef, Schema, TypeDef};

use proptest::prelude::*;

use crate::{
    oracle,
    unnumbered::Unnumbered,
    world::{World, inference, inference_over, rules},
};

/// More than a block has, and a part of a second one.
const PEOPLE: usize = 5_000;
const FIRMS: usize = 700;

fn schema() -> Schema {
    let firm = TypeDef::entity("Firm").with_property(PropertyDef::relation("makes", ["Goods"]).many());
    let goods = TypeDef::entity("Goods").with_property(PropertyDef::relation("isOf", ["Kind", "Rarity"]).many());
    let pays =
        PropertyDef::relation("pays", ["Firm"]).many().with_qualifier(PropertyDef::property("amount", "Integer"));
    let spends = |name| {
        let amount = PropertyDef::property("amount", "Integer");
        PropertyDef::relation(name, ["Kind", "Rarity"]).many().with_qualifier(amount)
    };
    let person = TypeDef::entity("Person").with_property(pays);
    let person = person.with_property(spends("spendsOn")).with_property(spends("treats"));
    let builder = Schema::builder("Many").with_type(TypeDef::entity("Kind")).with_type(TypeDef::entity("Rarity"));
    builder.with_type(goods).with_type(firm).with_type(person).build().unwrap()
}

/// A rule that sums for each person and kind what was paid to firms that make such goods.
fn rule(predicate: &str, kind: &str, least: i64) -> String {
    format!(
        "Define (s:Person)-[p:{predicate}]->(o:{kind}) {{
            Structure {{ (s)-[f:pays]->(c:Firm)-[:makes]->(g:Goods)-[:isOf]->(o) }}
            Constraint {{ total = group(s, o).sum(f.amount)
                          R1: total >= {least}
                          p.amount = total }}
        }}"
    )
}

/// People pay two firms, firms make two goods, which are of one kind each, a few of a rarity.
fn world() -> World {
    let mut world = World::default();
    let name = |what: &str, at: usize| format!("{what}{at}");
    let groups = [("Person", PEOPLE), ("Firm", FIRMS), ("Goods", 2 * FIRMS), ("Kind", 9), ("Rarity", 2)];
    for (what, count) in groups {
        (0..count).for_each(|at| world.node(what, &name(what, at)));
    }
    for person in 0..PEOPLE {
        for (firm, amount) in [(person * 7 % FIRMS, person % 90), ((person * 11 + 1) % FIRMS, person % 7)] {
            let fact = Fact::new(world.id(&name("Person", person)), "pays", world.id(&name("Firm", firm)));
            world.add(fact.with("amount", i64::try_from(amount).unwrap()));
        }
    }
    for firm in 0..FIRMS {
        for goods in [firm * 3 % (2 * FIRMS), (firm * 5 + 1) % (2 * FIRMS)] {
            let fact = Fact::new(world.id(&name("Firm", firm)), "makes", world.id(&name("Goods", goods)));
            world.add(fact);
        }
    }
    for goods in 0..2 * FIRMS {
        let kind = if goods % 100 == 5 { name("Rarity", goods % 2) } else { name("Kind", goods % 9) };
        world.add(Fact::new(world.id(&name("Goods", goods)), "isOf", world.id(&kind)));
    }
    world
}

/// By person and kind, what was paid, each fact once; and all facts that it rests on.
type Spending = BTreeMap<(NodeId, NodeId), (BTreeMap<FactId, i64>, BTreeSet<FactId>)>;

fn spending(world: &World) -> Spending {
    let graph = world.graph();
    let mut by_subject: BTreeMap<(NodeId, &str), Vec<&Fact>> = BTreeMap::new();
    for record in graph.all_facts() {
        by_subject.entry((record.fact.subject, record.fact.predicate.as_str())).or_default().push(&record.fact);
    }
    let after = |fact: &Fact, predicate| {
        let found = by_subject.get(&(fact.object_node().unwrap(), predicate));
        found.into_iter().flatten().copied().collect::<Vec<_>>()
    };
    let mut spending = Spending::new();
    let pays = by_subject.iter().filter(|((_, predicate), _)| *predicate == "pays").flat_map(|(_, facts)| facts);
    for pays in pays.copied() {
        let Some(Value::Integer(amount)) = pays.qualifiers.get("amount") else { panic!("{pays:?}") };
        for makes in after(pays, "makes") {
            for is_of in after(makes, "isOf") {
                let (paid, behind) = spending.entry((pays.subject, is_of.object_node().unwrap())).or_default();
                paid.insert(pays.id(), *amount);
                behind.extend([pays.id(), makes.id(), is_of.id()]);
            }
        }
    }
    spending
}

/// What the rule for `kind` should say, from what there is.
fn expected(world: &World, kind: &str, least: i64) -> BTreeMap<(NodeId, NodeId), (i64, BTreeSet<FactId>)> {
    let graph = world.graph();
    let of_kind: BTreeSet<NodeId> =
        graph.all_nodes().iter().filter(|node| node.type_name.as_str() == kind).map(|node| node.id).collect();
    let totals = spending(world).into_iter().filter(|((_, of), _)| of_kind.contains(of));
    let totals = totals.map(|(ends, (paid, behind))| (ends, (paid.values().sum::<i64>(), behind)));
    totals.filter(|(_, (total, _))| *total >= least).collect()
}

#[test]
fn what_is_asked_for_everything_is_what_follows_and_rests_on_its_own_facts() {
    let world = world();
    for (predicate, kind, least) in [("spendsOn", "Kind", 60), ("treats", "Rarity", 30)] {
        let base = rules(&schema(), &rule(predicate, kind, least));
        let inference = inference(&base, &world);
        let expected = expected(&world, kind, least);
        assert!(expected.len() > 20, "{kind}: {}", expected.len());
        let facts = inference.facts(None, predicate, None).unwrap();
        let said: BTreeMap<(NodeId, NodeId), i64> = facts
            .iter()
            .map(|found| {
                let Some(Value::Integer(total)) = found.fact.qualifiers.get("amount") else { panic!("{found:?}") };
                ((found.fact.subject, found.fact.object_node().unwrap()), *total)
            })
            .collect();
        assert_eq!(said, expected.iter().map(|(ends, (total, _))| (*ends, *total)).collect(), "{kind}");
        let materialised = inference.materialise().unwrap();
        assert_eq!(materialised.facts.len(), expected.len());
        for derived in materialised.facts {
            let (_, behind) = &expected[&(derived.fact.subject, derived.fact.object_node().unwrap())];
            assert_eq!(&derived.premises.into_iter().collect::<BTreeSet<_>>(), behind, "{kind}: {:?}", derived.fact);
        }
    }
}

#[test]
fn what_was_said_of_one_is_not_said_again_of_all() {
    let world = world();
    let base = rules(&schema(), &rule("spendsOn", "Kind", 60));
    let fresh = inference(&base, &world).facts(None, "spendsOn", None).unwrap();
    let asked_before = inference(&base, &world);
    for person in [0, 1, 77, PEOPLE - 1] {
        asked_before.facts(Some(world.id(&format!("Person{person}"))), "spendsOn", None).unwrap();
    }
    let facts = |found: Vec<kag_reason::InferredFact>| found.into_iter().map(|found| found.fact).collect::<Vec<_>>();
    assert_eq!(facts(asked_before.facts(None, "spendsOn", None).unwrap()), facts(fresh));
}

#[test]
fn two_totals_of_a_group_rest_on_the_same_facts() {
    let world = world();
    let both =
        rule("spendsOn", "Kind", 60).replace("p.amount = total", "times = group(s, o).count(f) p.amount = times");
    let base = rules(&schema(), &both);
    let inference = inference(&base, &world);
    let expected = expected(&world, "Kind", 60);
    let spending = spending(&world);
    let materialised = inference.materialise().unwrap();
    assert_eq!(materialised.facts.len(), expected.len());
    for derived in materialised.facts {
        let (paid, behind) = &spending[&(derived.fact.subject, derived.fact.object_node().unwrap())];
        let times = i64::try_from(paid.len()).unwrap();
        assert_eq!(derived.fact.qualifiers.get("amount"), Some(&Value::Integer(times)));
        assert_eq!(&derived.premises.into_iter().collect::<BTreeSet<_>>(), behind);
    }
}

#[test]
fn what_cannot_be_computed_is_reported_alike_for_all_and_for_each() {
    let world = world();
    let broken = rule("spendsOn", "Kind", 60)
        .replace("p.amount = total", "part = 100 / f.amount R2: part >= 0 p.amount = total");
    let base = rules(&schema(), &broken);
    let all = inference(&base, &world);
    all.facts(None, "spendsOn", None).unwrap();
    let [fault] = &all.faults()[..] else { panic!("{:?}", all.faults()) };
    let each = inference(&base, &world);
    for person in 0..PEOPLE {
        each.facts(Some(world.id(&format!("Person{person}"))), "spendsOn", None).unwrap();
    }
    assert_eq!(
        each.faults().iter().map(|fault| (&fault.clause, fault.rows)).collect::<Vec<_>>(),
        [(&fault.clause, fault.rows)]
    );
}

#[test]
fn one_subject_is_told_what_all_are() {
    let world = world();
    let base = rules(&schema(), &rule("spendsOn", "Kind", 60));
    let all = inference(&base, &world).facts(None, "spendsOn", None).unwrap();
    for person in (0..PEOPLE).step_by(501) {
        let subject = world.id(&format!("Person{person}"));
        let own = inference(&base, &world).facts(Some(subject), "spendsOn", None).unwrap();
        let of_all = all.iter().filter(|found| found.fact.subject == subject);
        assert!(own.iter().map(|found| &found.fact).eq(of_all.map(|found| &found.fact)), "{person}");
    }
}

#[test]
fn a_block_is_bounded_and_what_all_keep_for_proofs() {
    let world = world();
    let within = |rows, least| {
        let base = rules(&schema(), &rule("spendsOn", "Kind", least));
        inference(&base, &world).with_limits(Limits::default().with_rows(rows)).facts(None, "spendsOn", None)
    };
    // All matches are more than 17,000, those of a block are not, and a few follow from them.
    assert!(within(17_000, 80).unwrap().len() > 100);
    assert!(within(20_000, 0).unwrap().len() > 10_000);
    let base = rules(&schema(), &rule("spendsOn", "Kind", 0));
    let inference = inference(&base, &world).with_limits(Limits::default().with_rows(17_000));
    for _ in 0..2 {
        let error = inference.facts(None, "spendsOn", None).unwrap_err();
        assert!(matches!(error, RuleError::Bound { bound: Bound::Rows(17_000), .. }), "{error}");
    }
}

/// Of two ways to one conclusion the same is given as its premises, whichever type comes first by number.
#[test]
fn premises_do_not_hang_on_how_nodes_are_numbered() {
    let of_either = |name| {
        let to_drug = PropertyDef::relation("treatedBy", ["Drug"]).many();
        TypeDef::entity(name).with_property(PropertyDef::relation("befalls", ["Patient"]).many()).with_property(to_drug)
    };
    let patient = TypeDef::entity("Patient").with_property(PropertyDef::relation("mayTake", ["Drug"]).many());
    let builder = Schema::builder("Care").with_type(TypeDef::entity("Drug")).with_type(patient);
    let schema = builder.with_type(of_either("Allergy")).with_type(of_either("Wound")).build().unwrap();
    let mut world = World::default();
    (0..5).for_each(|at| world.node("Drug", &format!("Drug{at}")));
    for at in 0..700 {
        world.node("Patient", &format!("Patient{at}"));
        for ill in ["Allergy", "Wound"] {
            let name = format!("{ill}{at}");
            world.node(ill, &name);
            world.add(Fact::new(world.id(&name), "befalls", world.id(&format!("Patient{at}"))));
            world.add(Fact::new(world.id(&name), "treatedBy", world.id(&format!("Drug{}", at % 5))));
        }
    }
    let rule = "Define (s:Patient)-[:mayTake]->(o:Drug) {
        Structure { (i)-[:befalls]->(s), (i)-[:treatedBy]->(o) }
        Constraint { }
    }";
    let base = rules(&schema, rule);
    let graph = world.graph();
    let views: [Arc<dyn GraphView>; 2] = [graph.clone(), Arc::new(Unnumbered(graph))];
    let [numbered, unnumbered] = views.map(|view| inference_over(&base, view).materialise().unwrap().facts);
    assert_eq!(numbered.len(), 700);
    assert_eq!(numbered, unnumbered);
}

/// Rules that say something of their subjects: sums, a sum of sums, incoming edges, conditions, what
/// cannot be computed, and what is computed of others.
const OF_SUBJECTS: [&str; 7] = [
    "(s)-[f:p]->(m)-[:q]->(o) } Constraint { t = group(s, o).sum(f.w) R1: t >= 1 d.w = t",
    "(s)-[f:p]->(m)-[:q]->(o) } Constraint { t = group(s, o).sum(f.w) u = group(s).sum(t) R1: u >= 1 d.w = u",
    "(m)-[f:q]->(s)-[:p]->(o) } Constraint { R0: f.w >= 1 t = group(s).count(m) d.w = t",
    "(s)-[f:p]->(o) } Constraint { t = 1 / f.w R1: t > 0 d.w = f.w",
    "(s)-[:p]->(m)-[:q]->(o) } Constraint { t = group(s, o).sum(m.v) R1: t > 1 d.w = t",
    "(s)-[:p]->(m)-[:q]->(o) } Constraint { t = 1 / m.v R1: t >= 0 d.w = t",
    "(s)-[:p]->(m), (s)-[f:q]->(o) } Constraint { t = group(s, o).count(m) R1: t + f.w >= 1 d.w = t",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn rules_say_and_report_the_same_in_blocks_of_subjects_however_nodes_are_numbered(
        (graph, values) in oracle::graphs(),
        rule in prop::sample::select(OF_SUBJECTS.to_vec()),
        object in prop::sample::select(vec!["A", "B"]),
        subjects in 0..4_usize,
    ) {
        let (world, _) = oracle::facts_of(&graph, &values);
        let base = rules(&oracle::schema(), &format!("Define (s:A)-[d:said]->(o:{object}) {{ Structure {{ {rule} }} }}"));
        let graph = world.graph();
        let views: [(Arc<dyn GraphView>, usize); 3] = [
            (graph.clone(), usize::MAX),
            (graph.clone(), subjects),
            (Arc::new(Unnumbered(graph)), subjects),
        ];
        let [whole, blocks, unnumbered] = views.map(|(view, subjects)| {
            let inference = inference_over(&base, view).with_limits(Limits::default().with_subjects(subjects));
            let facts: Vec<_> = inference.facts(None, "said", None).unwrap().into_iter().map(|found| found.fact).collect();
            (facts, inference.faults(), inference.materialise().unwrap().facts)
        });
        prop_assert_eq!(&blocks, &whole);
        prop_assert_eq!(&unnumbered, &whole, "in a graph that does not number its nodes");
    }
}
