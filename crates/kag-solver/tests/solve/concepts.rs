//! What the concept graph adds to questions and conclusions, without a model.

use std::sync::Arc;

use futures::executor::block_on;
use kag_schema::{Hypernym, PropertyDef, Schema, TypeDef};
use kag_solver::{
    Answer, Outcome,
    trace::{Expansion, Note},
};

use crate::world::{answered, column, snapshot_of, solver};

const WORLD: &str = "
    Product:游戏本 isA Product:laptop
    Product:ultrabook isA Product:laptop
    Product:laptop isA Product:computer
    Product:laptop isA Product:produkt
    Device:X9 belongTo Product:游戏本
    Shop:Alpha sells Product:游戏本
    Shop:Beta sells Product:laptop
    Shop:Gamma sells Product:phone
    Device:X9 price \"999\"
    Product:computer guarantee \"2\"
    Product:computer description \"a machine\"
    Group:白内障患者 isA Group:视障人士
    Group:视障人士 entitledTo Benefit:导盲犬
    Person:李雷 belongTo Group:白内障患者
    Part:screw isPartOf Part:hinge
    Part:hinge isPartOf Part:lid
    Place:西湖区 locateAt Place:杭州
    Event:涨价 leadTo Event:costs
    Event:costs leadTo Event:loss
    Event:loss belongTo Trend:decline
    Trend:decline isA Trend:变化
    Trend:downturn synonym Trend:decline
";

fn schema() -> Schema {
    let product = TypeDef::concept("Product", Hypernym::IsA)
        .with_zh("产品")
        .with_property(PropertyDef::property("guarantee", "Integer").with_zh("保修"));
    Schema::builder("Shop")
        .with_type(product)
        .with_type(TypeDef::concept("Group", Hypernym::IsA))
        .with_type(TypeDef::concept("Place", Hypernym::LocateAt))
        .with_type(TypeDef::concept("Trend", Hypernym::IsA))
        .with_types(["Device", "Benefit", "Person", "Part"].map(TypeDef::entity))
        .with_type(
            TypeDef::entity("Shop").with_property(PropertyDef::relation("sells", ["Product"]).with_zh("销售").many()),
        )
        .with_type(TypeDef::event("Event"))
        .build()
        .unwrap()
}

fn solve(form: &str) -> Answer {
    let solver = solver(form).with_schema(Arc::new(schema()));
    block_on(solver.solve(&snapshot_of(WORLD), "?")).unwrap()
}

fn sorted(mut values: Vec<String>) -> Vec<String> {
    values.sort();
    values
}

fn notes(answer: &Answer) -> &[Note] {
    &answer.trace.rounds[0].steps[0].notes
}

#[test]
fn what_is_sought_is_found_under_every_more_special_name() {
    let answer = solve("Retrieval(s=s1:Shop, p=p1:sells, o=o1:Product[laptop])\nOutput(s1)");
    let (shops, quotes) = answered(&answer);
    assert_eq!(sorted(shops), ["Alpha", "Beta"]);
    assert!(quotes.contains(&"Product:游戏本 isA Product:laptop"), "the path is cited: {quotes:?}");
    let path = notes(&answer).iter().find_map(|note| match note {
        Note::Expanded { expansion: Expansion::Down, asked, node, path, .. } => Some((&**asked, &**node, path)),
        _ => None,
    });
    let (asked, node, path) = path.expect("the trace shows the path");
    assert_eq!((asked, node), ("laptop", "游戏本"));
    assert_eq!(path.iter().map(|fact| &**fact).collect::<Vec<_>>(), ["游戏本 isA laptop"]);
    assert!(answer.trace.to_string().contains("note: 游戏本 is below laptop: 游戏本 isA laptop"), "{}", answer.trace);
}

#[test]
fn a_concept_can_stand_where_a_type_does() {
    let found = |form: &str| sorted(answered(&solve(form)).0);
    assert_eq!(found("Retrieval(s=s1:laptop, p=p1:price, o=o1)\nOutput(s1)"), ["X9"]);
    assert_eq!(found("Retrieval(s=s1:Shop, p=p1:销售, o=o1:computer)\nOutput(s1)"), ["Alpha", "Beta"]);
    assert_eq!(found("Retrieval(s=s1:Person, p=p1:belongTo, o=o1:视障人士)\nOutput(s1)"), ["李雷"]);
    assert_eq!(found("Retrieval(s=s1:Product[laptop], p=p1:是一种, o=o1)\nOutput(o1)"), ["computer", "produkt"]);
    // One letter away from the type Product, and no slip.
    assert_eq!(found("Retrieval(s=s1:produkt, p=p1:price, o=o1)\nOutput(s1)"), ["X9"]);
}

#[test]
fn what_is_said_of_the_general_is_true_of_the_special() {
    let answer = solve("Retrieval(s=s1:Group[`白内障患者`], p=p1:entitledTo, o=o1)\nOutput(s1, o1)");
    let Outcome::Answered { values, citations, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!((column(values, 0), column(values, 1)), (vec!["白内障患者".into()], vec!["导盲犬".into()]));
    assert_eq!(citations.len(), 2, "the fact, and why it applies: {citations:?}");
    let person = solve("Retrieval(s=s1:Person[李雷], p=p1:entitledTo, o=o1)\nOutput(o1)");
    assert_eq!(answered(&person).0, ["导盲犬"]);
    assert!(
        person.trace.to_string().contains("视障人士 is above 李雷: 李雷 belongTo 白内障患者; 白内障患者 isA 视障人士"),
        "{}",
        person.trace
    );
}

#[test]
fn the_nearest_that_says_something_speaks_and_descriptions_stay_where_they_are() {
    let guarantee = solve("Retrieval(s=s1:Device[X9], p=p1:保修, o=o1)\nOutput(o1)");
    assert_eq!(answered(&guarantee).0, ["2"]);
    let description = solve("Retrieval(s=s1:Device[X9], p=p1:description, o=o1)\nOutput(o1)");
    assert!(
        matches!(description.outcome, Outcome::Insufficient { .. }),
        "a computer's description is not the device's"
    );
}

#[test]
fn what_belongs_to_a_thing_that_is_no_concept_inherits_nothing() {
    let lines = "Player:李雷 belongTo Club:红队\nClub:红队 stadium Place:北体\nPlayer:李雷 height \"180\"";
    for form in [
        "Retrieval(s=s1:Player[李雷], p=p1:stadium, o=o1)\nOutput(o1)",
        "Retrieval(s=s1:Club[红队], p=p1:height, o=o1)\nOutput(o1)",
    ] {
        let answer = block_on(solver(form).solve(&snapshot_of(lines), "?")).unwrap();
        assert!(matches!(answer.outcome, Outcome::Insufficient { .. }), "{form}: {:?}", answer.outcome);
    }
    let taxonomy =
        "Group:patients isA Group:people\nPerson:李雷 belongTo Group:patients\nGroup:people right Thing:help";
    let form = "Retrieval(s=s1:Person[李雷], p=p1:right, o=o1)\nOutput(o1)";
    let answer = block_on(solver(form).solve(&snapshot_of(taxonomy), "?")).unwrap();
    assert_eq!(answered(&answer).0, ["help"], "without a schema, what a taxonomy orders is a concept");
}

#[test]
fn what_is_below_counts_only_where_nothing_else_is_said() {
    let price = solve("Retrieval(s=s1:Product[laptop], p=p1:price, o=o1)\nOutput(s1, o1)");
    let Outcome::Answered { values, .. } = &price.outcome else { panic!("{:?}", price.outcome) };
    assert_eq!(
        (column(values, 0), column(values, 1)),
        (vec!["X9".into()], vec!["999".into()]),
        "it shows what it is of"
    );
    let guarantee = solve("Retrieval(s=s1:Product[laptop], p=p1:guarantee, o=o1)\nOutput(s1)");
    assert_eq!(answered(&guarantee).0, ["laptop"]);
}

#[test]
fn conclusions_come_from_the_concept_graph_with_path_and_citations() {
    let check = |left: &str, op: &str, right: &str, expect: &[&str]| {
        let form = format!("Deduce(left=\"{left}\", right=\"{right}\", op={op})->d1\nOutput(d1)");
        let answer = solve(&form);
        let (values, quotes) = answered(&answer);
        assert_eq!(values, ["true"], "{form}");
        let plain: Vec<String> =
            quotes.iter().map(|quote| quote.split(' ').map(bare).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(sorted(plain), sorted(expect.iter().map(ToString::to_string).collect()), "{form}");
        let [Note::ConceptPath { path, facts }] = notes(&answer) else { panic!("{:?}", notes(&answer)) };
        assert_eq!((facts.len(), path.len()), (expect.len(), expect.len()));
        assert_eq!(path.iter().map(|fact| &**fact).collect::<Vec<_>>(), expect, "{form}");
        assert_eq!(answer.trace.rounds[0].steps[0].layers.knowledge, expect.len());
    };
    fn bare(written: &str) -> &str {
        written.split_once(':').map_or(written, |(_, name)| name)
    }
    check("游戏本", "is_a", "computer", &["游戏本 isA laptop", "laptop isA computer"]);
    check("X9", "is_a", "computer", &["X9 belongTo 游戏本", "游戏本 isA laptop", "laptop isA computer"]);
    check("李雷", "属于", "视障人士", &["李雷 belongTo 白内障患者", "白内障患者 isA 视障人士"]);
    check("screw", "part_of", "lid", &["screw isPartOf hinge", "hinge isPartOf lid"]);
    check("西湖区", "part_of", "杭州", &["西湖区 locateAt 杭州"]);
    check("涨价", "causes", "loss", &["涨价 leadTo costs", "costs leadTo loss"]);
    check(
        "涨价",
        "导致",
        "变化",
        &["涨价 leadTo costs", "costs leadTo loss", "loss belongTo decline", "decline isA 变化"],
    );
    check("downturn", "is_a", "变化", &["downturn synonym decline", "decline isA 变化"]);
    check("laptop", "is_a", "laptop", &[]);
}

#[test]
fn what_no_path_shows_is_not_concluded() {
    for (left, op, right) in [
        ("computer", "is_a", "laptop"),
        ("X9", "belong_to", "phone"),
        ("loss", "causes", "涨价"),
        ("loss", "causes", "loss"),
        ("lid", "part_of", "screw"),
        ("nobody", "is_a", "computer"),
    ] {
        let answer = solve(&format!("Deduce(left=\"{left}\", right=\"{right}\", op={op})->d1\nOutput(d1)"));
        assert!(matches!(answer.outcome, Outcome::Insufficient { .. }), "{left} {op} {right}: {:?}", answer.outcome);
        assert_eq!(notes(&answer), [Note::NotConcluded], "that nothing shows it does not refute it");
    }
}

#[test]
fn a_conclusion_about_what_was_found_uses_it() {
    let form = "Retrieval(s=s1:Shop[Alpha], p=p1:sells, o=o1)
Deduce(left=o1, right=\"computer\", op=is_a)->d1
Output(d1)";
    let answer = solve(form);
    let (values, quotes) = answered(&answer);
    assert_eq!(values, ["true"]);
    assert!(quotes.contains(&"Shop:Alpha sells Product:游戏本"), "{quotes:?}");
}
