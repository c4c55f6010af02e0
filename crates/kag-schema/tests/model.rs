//! Building schemas and looking things up in them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod football;

use expect_test::expect;
use football::football;
use kag_schema::{
    Basic, Constraint, Hypernym, LinkDirection, PropertyDef, Schema, SchemaProblem, SemanticGroup, TypeDef, TypeKind,
};
use proptest::prelude::*;

fn problems(types: impl IntoIterator<Item = TypeDef>) -> Vec<SchemaProblem> {
    Schema::builder("Test").with_types(types).build().unwrap_err()
}

#[test]
fn types_are_found_by_what_they_are_called_in_both_languages() {
    let schema = football();
    for (text, name) in [
        ("Person", "Person"),
        ("person", "Person"),
        ("人物", "Person"),
        ("球员", "Person"),
        ("Football.Club", "Club"),
        ("Football.俱乐部", "Club"),
        ("ＣＬＵＢ", "Club"),
        ("football club", "Club"),
        ("National Team", "NationalTeam"),
        ("Date", "Date"),
        ("Thing", "Thing"),
    ] {
        assert_eq!(schema.resolve_type(text).map(|t| t.name.as_str()), Some(name), "{text}");
    }
    assert_eq!(schema.resolve_type("Stadium"), None);
    assert_eq!(schema.resolve_type(""), None);
    assert_eq!(schema.nearest_type("Persn").map(|n| n.as_str()), Some("Person"));
    assert_eq!(schema.nearest_type("俱乐布").map(|n| n.as_str()), Some("Club"));
}

#[test]
fn predicates_are_found_where_they_are_inherited_too() {
    let schema = football();
    for (type_name, text, name) in [
        ("Person", "plays for", "playsFor"),
        ("Person", "效力于", "playsFor"),
        ("Person", "PLAYED FOR", "playsFor"),
        ("Club", "founding date", "founded"),
        ("Club", "描述", "description"),
        ("Club", "desc", "description"),
        ("Person", "IND#belongTo", "belongTo"),
        ("Position", "isA", "isA"),
        ("Position", "HYP#isA", "isA"),
    ] {
        let found = schema.resolve_predicate(type_name, text).map(|p| p.name.as_str());
        assert_eq!(found, Some(name), "{type_name}.{text}");
    }
    assert!(schema.resolve_predicate("Person", "founded").is_none());
    assert!(schema.resolve_predicate("Nobody", "founded").is_none());
    assert_eq!(schema.nearest_predicate("Person", "playFor").unwrap().name.as_str(), "playsFor");
    let founded: Vec<&str> = schema.predicates_named("成立时间").iter().map(|(t, _)| t.name.as_str()).collect();
    assert_eq!(founded, ["Team"]);
}

#[test]
fn inheritance_is_followed_to_thing() {
    let schema = football();
    assert!(schema.is_a("Club", "Team") && schema.is_a("Club", "Thing") && schema.is_a("Club", "Club"));
    assert!(!schema.is_a("Team", "Club") && !schema.is_a("Date", "Thing") && !schema.is_a("Nobody", "Nobody"));
    let line: Vec<&str> = schema.ancestors("Club").map(|t| t.name.as_str()).collect();
    assert_eq!(line, ["Team", "Thing"]);
    let below: Vec<&str> = schema.descendants("Team").map(|t| t.name.as_str()).collect();
    assert_eq!(below, ["Club", "NationalTeam"]);
    let names: Vec<&str> = schema.properties("Club").iter().map(|p| p.name.as_str()).collect();
    assert_eq!(
        names,
        ["phone", "rival", "founded", "colour", "description", "id", "summary", "supporting_chunks", "belongTo"]
    );
    assert!(!schema.get("Team").unwrap().has_nodes() && schema.get("Club").unwrap().has_nodes());
}

#[test]
fn predicates_between_types_know_their_direction() {
    let schema = football();
    let links = |a, b| -> Vec<(&str, LinkDirection)> {
        schema.predicates_between(a, b).into_iter().map(|link| (link.property.name.as_str(), link.direction)).collect()
    };
    assert_eq!(links("Person", "Club"), [("playsFor", LinkDirection::Forward)]);
    assert_eq!(links("Club", "Person"), [("playsFor", LinkDirection::Backward)]);
    assert_eq!(links("Person", "Team"), []);
    assert_eq!(links("Club", "Club"), [("rival", LinkDirection::Forward), ("rival", LinkDirection::Backward)]);
    assert_eq!(links("Club", "Position"), [("belongTo", LinkDirection::Forward)]);
    assert_eq!(links("Club", "Date"), [("founded", LinkDirection::Forward)]);
}

#[test]
fn every_mistake_is_reported_at_once() {
    let found = problems([
        TypeDef::entity("Person").with_parent("Humam"),
        TypeDef::entity("Human")
            .with_property(PropertyDef::property("age", "Intger"))
            .with_property(PropertyDef::property("age", "Integer"))
            .with_property(PropertyDef::relation("height", ["Float"]))
            .with_property(PropertyDef::relation::<&str>("nothing", []))
            .with_property(
                PropertyDef::property("name", "Integer")
                    .with_constraint(Constraint::Regular("[".into()))
                    .with_qualifier(
                        PropertyDef::property("since", "Date").with_qualifier(PropertyDef::property("x", "Text")),
                    ),
            )
            .with_property(PropertyDef::relation("isA", ["Human"]).with_group(SemanticGroup::Hyp))
            .with_property(PropertyDef::relation("leadTo", ["Human"]).with_group(SemanticGroup::Use)),
        TypeDef::entity("甲").with_parent("丙"),
        TypeDef::entity("乙").with_parent("甲"),
        TypeDef::entity("丙").with_parent("乙"),
        TypeDef::entity("Self").with_parent("Self"),
        TypeDef::entity("Club").with_hypernym(Hypernym::IsA).with_spread().with_auto_relate(),
        TypeDef::event("Club").with_parent("Human"),
        TypeDef::standard("Phone", "(").with_property(PropertyDef::property("a", "Text")),
        TypeDef::entity("Text"),
        TypeDef::entity(" "),
        TypeDef::new("Money", TypeKind::Basic),
        TypeDef::entity("Player").with_parent("Human").with_property(PropertyDef::relation("isA", ["Thing"])),
        TypeDef::entity("Colour").with_property(
            PropertyDef::property("code", "Integer").with_constraint(Constraint::Enum(vec!["red".into()])),
        ),
    ]);
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    expect![[r#"
        type `Person` inherits from unknown type `Humam`, did you mean `Human`?
        `age` of type `Human` has unknown object type `Intger`, did you mean `Integer`?
        `age` of type `Human` is defined twice
        relation `height` of type `Human` leads to literals of type `Float`
        `nothing` of type `Human` has no object type
        constraint Regular([) on `name` of type `Human`, but its objects are no texts
        regular expression `[` of `Human.name` cannot be read: unclosed character class
        `name.since` of type `Human` is a sub-property and cannot have sub-properties
        HYP predicate `isA` of type `Human` must lead from a concept to a concept
        predicate `leadTo` of type `Human` belongs to CAU and not to USE
        type `Club` of kind EntityType cannot have a hypernym predicate
        type `Club` of kind EntityType cannot have auto-relate
        type `Club` of kind EntityType cannot have spread
        type `Club` is defined twice
        type `Club` of kind EventType inherits from `Human` of kind EntityType
        type `Phone` of kind StandardType cannot have properties
        regular expression `(` of `Phone` cannot be read: unclosed group
        type `Text` is built in
        empty name in type ` `
        type `Money` of kind BasicType cannot have a definition: basic types are built in
        `isA` of type `Player` widens the objects of the one inherited from `Human`
        constraint Enum(red) on `code` of type `Colour`, but not all its values are of the object type
        types inherit in a circle: 丙 -> 乙 -> 甲 -> 丙
        types inherit in a circle: Self -> Self"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn a_property_can_be_narrowed_but_not_widened() {
    let types = |objects: [&'static str; 1]| {
        [
            TypeDef::entity("Team"),
            TypeDef::entity("Club").with_parent("Team"),
            TypeDef::entity("Person").with_property(PropertyDef::relation("team", ["Team"])),
            TypeDef::entity("Player").with_parent("Person").with_property(PropertyDef::relation("team", objects)),
        ]
    };
    let schema = Schema::builder("Test").with_types(types(["Club"])).build().unwrap();
    assert_eq!(schema.property("Player", "team").unwrap().objects[0].as_str(), "Club");
    assert_eq!(schema.property("Person", "team").unwrap().objects[0].as_str(), "Team");
    assert!(matches!(problems(types(["Person"]))[..], [SchemaProblem::WidenedProperty { .. }]));
}

#[test]
fn what_every_thing_has_as_text_can_be_another_literal() {
    let of = |object: &str| [TypeDef::entity("Person").with_property(PropertyDef::property("description", object))];
    assert!(Schema::builder("Test").with_types(of("Integer")).build().is_ok());
    assert!(matches!(problems(of("Person"))[..], [SchemaProblem::WidenedProperty { .. }]));
}

#[test]
fn concepts_are_ordered_by_their_hypernym_predicate() {
    let schema = Schema::builder("Test")
        .with_type(TypeDef::concept("Region", Hypernym::LocateAt).with_zh("地区"))
        .with_type(TypeDef::new("City", TypeKind::Concept).with_parent("Region"))
        .build()
        .unwrap();
    for type_name in ["Region", "City"] {
        let locate = schema.resolve_predicate(type_name, "位于").unwrap();
        assert_eq!((locate.name.as_str(), locate.objects[0].as_str()), ("locateAt", "Region"));
        assert!(schema.property(type_name, "isA").is_none());
    }
}

#[test]
fn a_schema_is_stored_as_json_and_read_back() {
    let schema = football();
    let json = serde_json::to_string(&schema).unwrap();
    let back: Schema = serde_json::from_str(&json).unwrap();
    assert_eq!(back, schema);
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
    let wrong = json.replace("\"Club\",\"NationalTeam\"", "\"Clab\"");
    let error = serde_json::from_str::<Schema>(&wrong).unwrap_err();
    assert!(error.to_string().contains("unknown object type `Clab`, did you mean `Club`?"), "{error}");
}

#[test]
fn basic_types_have_their_own_names() {
    for basic in Basic::ALL {
        assert_eq!(Basic::of(basic.name()), Some(basic));
        assert!(football().is_literal(basic.name()));
    }
}

proptest! {
    /// Whatever the parents are, building ends, and circles are found exactly where there are.
    #[test]
    fn circles_of_inheritance_are_always_found(parents in prop::collection::vec(prop::option::of(0usize..8), 1..8)) {
        let types = parents.iter().enumerate().map(|(at, parent)| {
            let own = TypeDef::entity(format!("T{at}").as_str());
            match parent.filter(|parent| *parent < parents.len()) {
                Some(parent) => own.with_parent(format!("T{parent}").as_str()),
                None => own,
            }
        });
        let circular = (0..parents.len()).any(|start| {
            let mut at = Some(start);
            for _ in 0..=parents.len() {
                at = at.and_then(|at| parents[at]).filter(|parent| *parent < parents.len());
            }
            at.is_some()
        });
        match Schema::builder("T").with_types(types).build() {
            Ok(schema) => {
                prop_assert!(!circular);
                for type_def in schema.types() {
                    prop_assert!(schema.is_a(type_def.name.as_str(), "Thing"));
                    prop_assert_eq!(schema.properties(type_def.name.as_str()).len(), 5);
                }
            }
            Err(problems) => {
                prop_assert!(circular);
                let cycles = |p: &SchemaProblem| matches!(p, SchemaProblem::InheritanceCycle { .. });
                prop_assert!(problems.iter().all(cycles), "{problems:?}");
            }
        }
    }

    #[test]
    fn any_text_can_be_looked_up(text in "\\PC{0,12}") {
        let schema = football();
        let _ = schema.resolve_type(&text);
        let _ = schema.nearest_type(&text);
        let _ = schema.resolve_predicate("Person", &text);
        let _ = schema.nearest_predicate("Person", &text);
    }
}

#[test]
fn a_declared_type_takes_the_place_of_an_extension() {
    let schema = Schema::builder("Wiki")
        .with_type(TypeDef::entity("Date").with_zh("日期"))
        .with_type(TypeDef::entity("Event").with_property(PropertyDef::relation("on", ["Date"])))
        .build()
        .unwrap();
    assert_eq!(schema.get("Date").unwrap().kind, TypeKind::Entity);
    assert!(schema.is_a("Date", "Thing") && !schema.is_literal("Date"));
    assert!(matches!(problems([TypeDef::entity("Text")])[..], [SchemaProblem::BuiltInType { .. }]));
}
