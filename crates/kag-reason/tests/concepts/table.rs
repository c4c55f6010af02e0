//! What follows, case by case.

use std::sync::Arc;

use kag_core::{Fact, NodeId};
use kag_reason::{ConceptGraph, ConceptRelations, Reach};
use kag_schema::{Hypernym, PropertyDef, Schema, SemanticGroup, TypeDef};

use crate::world::{graph, id, shown};

const WORLD: &str = "
    Product:游戏本 isA Product:laptop
    Product:laptop isA Product:computer
    Product:computer isA Product:设备
    Product:laptop isA Product:设备
    Device:X9 belongTo Product:游戏本
    Device:X1 belongTo Product:computer
    Place:西湖区 locateAt Place:Hangzhou
    Place:Hangzhou locateAt Place:浙江
    School:求是小学 belongTo Place:西湖区
    Part:screw isPartOf Part:hinge
    Part:lid contains Part:hinge
    Part:lid 组成部分 Part:shell
    Event:涨价 leadTo Event:costs
    Event:loss causedBy Event:costs
    Event:loss triggers Event:裁员
    Event:裁员 leadTo Event:涨价
    Verb:stroll mannerOf Verb:walk
    Word:notebook synonym Word:laptop
    Word:笔记本 同义 Word:laptop
    Word:tablet antonym Word:desktop
    Loop:a isA Loop:b
    Loop:b isA Loop:c
    Loop:c isA Loop:a
";

fn schema() -> Schema {
    Schema::builder("Shop")
        .with_type(TypeDef::concept("Product", Hypernym::IsA).with_zh("产品"))
        .with_type(TypeDef::concept("Place", Hypernym::LocateAt).with_zh("地点"))
        .with_type(TypeDef::event("Event").with_property(
            PropertyDef::relation("triggers", ["Event"]).with_zh("触发").with_group(SemanticGroup::Cau).many(),
        ))
        .build()
        .unwrap()
}

fn named(reach: &Reach, all: &[&str]) -> Vec<String> {
    let name = |node: &NodeId| all.iter().find(|written| id(written) == *node).unwrap();
    reach.nodes().iter().map(|node| name(node).split_once(':').unwrap().1.to_owned()).collect()
}

#[test]
fn every_answer_is_the_shortest_chain_of_facts() {
    let (graph, schema) = (graph(WORLD), schema());
    let concepts = ConceptGraph::new(&graph, &schema);
    let check = |path: kag_core::Result<Option<kag_reason::ConceptPath>>, expect: Option<&[&str]>| {
        let shown = shown(&graph, path.unwrap());
        assert_eq!(shown, expect.map(|facts| facts.iter().map(ToString::to_string).collect()));
    };
    check(
        concepts.is_a(id("Product:游戏本"), id("Product:设备")),
        Some(&["Product:游戏本 isA Product:laptop", "Product:laptop isA Product:设备"]),
    );
    check(concepts.is_a(id("Product:设备"), id("Product:游戏本")), None);
    check(concepts.is_a(id("Verb:stroll"), id("Verb:walk")), Some(&["Verb:stroll mannerOf Verb:walk"]));
    check(concepts.is_a(id("Place:西湖区"), id("Place:浙江")), None);
    check(
        concepts.located_at(id("Place:西湖区"), id("Place:浙江")),
        Some(&["Place:西湖区 locateAt Place:Hangzhou", "Place:Hangzhou locateAt Place:浙江"]),
    );
    check(
        concepts.belongs_to(id("Device:X9"), id("Product:computer")),
        Some(&[
            "Device:X9 belongTo Product:游戏本",
            "Product:游戏本 isA Product:laptop",
            "Product:laptop isA Product:computer",
        ]),
    );
    check(concepts.belongs_to(id("Device:X1"), id("Product:laptop")), None);
    check(
        concepts.belongs_to(id("School:求是小学"), id("Place:Hangzhou")),
        Some(&["School:求是小学 belongTo Place:西湖区", "Place:西湖区 locateAt Place:Hangzhou"]),
    );
    check(
        concepts.part_of(id("Part:screw"), id("Part:shell")),
        Some(&["Part:screw isPartOf Part:hinge", "Part:lid contains Part:hinge", "Part:lid 组成部分 Part:shell"]),
    );
    check(
        concepts.leads_to(id("Event:涨价"), id("Event:裁员")),
        Some(&["Event:涨价 leadTo Event:costs", "Event:loss causedBy Event:costs", "Event:loss triggers Event:裁员"]),
    );
    check(
        concepts.is_a(id("Loop:a"), id("Loop:a")),
        Some(&["Loop:a isA Loop:b", "Loop:b isA Loop:c", "Loop:c isA Loop:a"]),
    );
    check(concepts.is_a(id("Product:laptop"), id("Product:laptop")), None);
    check(concepts.is_a(NodeId::from_u128(1), NodeId::from_u128(2)), None);
}

#[test]
fn predicates_are_known_by_every_name_and_hold_by_their_inverses() {
    let (graph, schema) = (graph(WORLD), schema());
    let concepts = ConceptGraph::new(&graph, &schema);
    let related = |subject: &str, predicate: &str, object: &str| {
        concepts.related(id(subject), predicate, id(object)).unwrap().map(|path| path.steps.len())
    };
    assert_eq!(related("Part:lid", "contains", "Part:screw"), Some(2));
    assert_eq!(related("Part:lid", "包含", "Part:screw"), Some(2));
    assert_eq!(related("Event:loss", "起因于", "Event:涨价"), Some(2));
    assert_eq!(related("Event:loss", "触发", "Event:裁员"), Some(1));
    assert_eq!(related("Word:desktop", "antonym", "Word:tablet"), Some(1), "symmetric");
    assert_eq!(related("Word:desktop", "antonym", "Word:desktop"), None, "not transitive");
    assert_eq!(related("Device:X9", "belongTo", "Product:游戏本"), Some(1));
    assert_eq!(related("Device:X9", "belongTo", "Product:laptop"), None, "inheritance is a question of its own");
}

#[test]
fn a_predicate_has_all_its_spellings_under_each_of_them() {
    let relations = ConceptRelations::of(&schema());
    let spelt = |text: &str| relations.spellings(text).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(spelt("isA"), ["isA", "是一种"]);
    assert_eq!(spelt("导致"), spelt("LEADTO"));
    assert_eq!(spelt("触发"), ["triggers", "触发"]);
    assert_eq!(spelt("效力于"), ["效力于"], "what is not known is what it is called");
}

#[test]
fn what_is_above_and_below_comes_nearest_first() {
    let (graph, schema) = (graph(WORLD), schema());
    let concepts = ConceptGraph::new(&graph, &schema);
    let products = ["Product:游戏本", "Product:laptop", "Product:computer", "Product:设备", "Device:X9", "Device:X1"];
    let below = concepts.descendants(id("Product:设备")).unwrap();
    assert_eq!(named(&below, &products)[2..], ["游戏本"]);
    assert_eq!(below.nodes().len(), 3);
    let above = concepts.ancestors(id("Product:游戏本")).unwrap();
    assert_eq!(named(&above, &products)[..1], ["laptop"]);
    assert_eq!(above.nodes().len(), 3);
    let places = ["Place:Hangzhou", "Place:浙江"];
    assert_eq!(named(&concepts.ancestors(id("Place:西湖区")).unwrap(), &places), ["Hangzhou", "浙江"]);
    let members = concepts.members(id("Product:设备")).unwrap();
    assert_eq!(named(&members, &products), ["X1", "X9"]);
    assert_eq!(members.path(id("Device:X9")).unwrap().end(), id("Product:设备"));
    assert_eq!(concepts.concepts_of(id("Device:X1")).unwrap().nodes().len(), 2);
    assert!(!members.contains(id("Product:laptop")) && members.path(id("Product:laptop")).is_none());
}

#[test]
fn causes_are_followed_as_far_as_asked() {
    let (graph, schema) = (graph(WORLD), schema());
    let concepts = ConceptGraph::new(&graph, &schema);
    let events = ["Event:涨价", "Event:costs", "Event:loss", "Event:裁员"];
    let effects = |depth| named(&concepts.effects_of(id("Event:涨价"), depth).unwrap(), &events);
    assert_eq!(effects(0), [""; 0]);
    assert_eq!(effects(2), ["costs", "loss"]);
    assert_eq!(effects(usize::MAX), ["costs", "loss", "裁员", "涨价"], "the circle closes once");
    assert_eq!(named(&concepts.causes_of(id("Event:loss"), 2).unwrap(), &events), ["costs", "涨价"]);
}

#[test]
fn synonyms_form_classes() {
    let (graph, schema) = (graph(WORLD), schema());
    let concepts = ConceptGraph::new(&graph, &schema);
    let words = ["Word:notebook", "Word:laptop", "Word:笔记本"];
    let mut class: Vec<NodeId> = words.iter().map(|word| id(word)).collect();
    class.sort_unstable();
    assert_eq!(concepts.synonym_classes().unwrap(), [class]);
    let same = concepts.synonyms(id("Word:notebook")).unwrap();
    assert_eq!(named(&same, &words), ["laptop", "笔记本"]);
    assert_eq!(same.path(id("Word:笔记本")).unwrap().steps.len(), 2);
}

#[test]
fn without_a_schema_the_known_predicates_still_mean_what_they_mean() {
    let graph = graph(WORLD);
    let concepts = ConceptGraph::with_relations(&graph, Arc::new(ConceptRelations::standard()));
    assert!(concepts.is_a(id("Product:游戏本"), id("Product:设备")).unwrap().is_some());
    assert!(concepts.leads_to(id("Event:涨价"), id("Event:loss")).unwrap().is_some());
    assert!(
        concepts.leads_to(id("Event:涨价"), id("Event:裁员")).unwrap().is_none(),
        "nobody said what triggers means"
    );
}

#[test]
fn a_label_that_is_a_predicate_of_its_own_is_left_to_it() {
    let lines = "Event:a 导致 Event:b";
    let taken = Schema::builder("S")
        .with_type(TypeDef::event("Event").with_property(PropertyDef::relation("导致", ["Event"])))
        .build()
        .unwrap();
    let (graph, free) = (graph(lines), Schema::builder("S").build().unwrap());
    let leads = |schema: &Schema| ConceptGraph::new(&graph, schema).leads_to(id("Event:a"), id("Event:b")).unwrap();
    assert!(leads(&free).is_some());
    assert!(leads(&taken).is_none());
}

#[test]
fn a_path_is_as_sure_as_its_least_sure_fact() {
    use kag_core::{Confidence, Derivation, FactRecord, Layer, memory::MemoryGraph};
    let base = graph("C:a isA C:b");
    let sure = |fact: Fact, confidence: f32| {
        let derivation = Derivation {
            rule: "test 1".into(),
            premises: vec![],
            confidence: Confidence::new(confidence),
            layer: Layer::Information,
        };
        let (id, statement) = (fact.id(), "".into());
        Arc::new(FactRecord { id, fact, statement, evidence: vec![], derivations: vec![derivation] })
    };
    let facts =
        vec![sure(Fact::new(id("C:a"), "isA", id("C:b")), 0.75), sure(Fact::new(id("C:b"), "isA", id("C:a")), 0.5)];
    let graph = MemoryGraph::new(base.all_nodes().to_vec(), facts, vec![], vec![]).unwrap();
    let concepts = ConceptGraph::with_relations(&graph, Arc::default());
    let round = concepts.is_a(id("C:a"), id("C:a")).unwrap().unwrap();
    assert_eq!(round.confidence, Confidence::new(0.5));
    assert!(round.nodes().eq([id("C:a"), id("C:b"), id("C:a")]));
}

#[test]
fn a_long_chain_is_walked_without_recursion() {
    let lines: String = (0..20_000).map(|at| format!("C:{at} isA C:{}\n", at + 1)).collect();
    let graph = graph(&lines);
    let concepts = ConceptGraph::with_relations(&graph, Arc::default());
    assert_eq!(concepts.is_a(id("C:0"), id("C:20000")).unwrap().unwrap().steps.len(), 20_000);
    assert_eq!(concepts.descendants(id("C:20000")).unwrap().nodes().len(), 20_000);
}
