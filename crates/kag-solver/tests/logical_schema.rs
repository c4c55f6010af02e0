//! Plans against a schema: names in either language, directions, slips.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use kag_schema::{PropertyDef, Schema, TypeDef};
use kag_solver::logical::{check, parse};

fn football() -> Schema {
    let plays_for = PropertyDef::relation("playsFor", ["Club", "NationalTeam"])
        .with_zh("效力于")
        .many()
        .with_qualifier(PropertyDef::property("shirtNumber", "Integer").with_zh("球衣号码"));
    let types = vec![
        TypeDef::entity("Person")
            .with_zh("人物")
            .with_property(PropertyDef::property("born", "Date").with_zh("出生日期")),
        TypeDef::entity("Player").with_zh("球员").with_parent("Person").with_property(plays_for),
        TypeDef::entity("Team")
            .with_zh("球队")
            .with_property(PropertyDef::property("founded", "Date").with_zh("成立年份"))
            .with_property(PropertyDef::relation("coach", ["Person"]).with_zh("主教练")),
        TypeDef::entity("Club").with_zh("俱乐部").with_parent("Team"),
        TypeDef::entity("NationalTeam").with_zh("国家队").with_parent("Team"),
    ];
    Schema::new("Football", types).unwrap()
}

/// What the check says of the retrievals `text`, whose variables are all put out.
fn problems(text: &str) -> Vec<String> {
    let (plan, read) = parse(&format!("{text}\nOutput(s1, o1)"));
    assert!(read.is_empty(), "{read:?}");
    let found = check(&plan, Some(&football()));
    let found = found.iter().map(|problem| {
        let hint = problem.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{}: {}{hint}", problem.severity, problem.message)
    });
    found.collect()
}

#[test]
fn names_labels_and_aliases_in_either_language_are_known() {
    for text in [
        "Retrieval(s=s1:Player[C罗], p=p1:playsFor, o=o1:Club|NationalTeam, p.time=2011, p.shirtNumber=7)",
        "Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1:俱乐部, p.球衣号码=7, s.出生日期<1990, o.成立年份>1900)",
        // A supertype of either side may turn out to be what is wanted.
        "Retrieval(s=s1:Person[C罗], p=p1:playsFor, o=o1:球队)",
    ] {
        assert_eq!(problems(text), [""; 0], "{text}");
    }
}

#[test]
fn the_types_of_bound_variables_are_followed() {
    let text = "Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1)\nRetrieval(s=o1, p=p2:born, o=o2)\nOutput(o2)";
    assert_eq!(problems(text), ["warning: `born` is no predicate of `Club`, `NationalTeam` (it is one of Person)"]);
    let text = "Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1)\nRetrieval(s=o1, p=p2:foundde, o=o2)\nOutput(o2)";
    assert_eq!(problems(text), ["error: the schema has no predicate `foundde` (did you mean `founded`?)"]);
}

#[test]
fn slips_are_errors_and_the_quite_unknown_is_a_warning() {
    assert_eq!(
        problems("Retrieval(s=s1:Playre[C罗], p=p1:playsFor, o=o1)"),
        ["error: the schema has no type `Playre` (did you mean `Player`?)"]
    );
    assert_eq!(problems("Retrieval(s=s1:Weather, p=p1:playsFor, o=o1)"), ["warning: the schema has no type `Weather`"]);
    assert_eq!(
        problems("Retrieval(s=s1:球员[C罗], p=p1:favouriteDish, o=o1)"),
        ["warning: the schema has no predicate `favouriteDish`"]
    );
    assert_eq!(
        problems("Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1, p.shirtNumbr=7, s.bron=1985)"),
        [
            "error: the predicate has no qualifier `shirtNumbr` (did you mean `shirtNumber`?)",
            "error: `Player` has no property `bron` (did you mean `born`?)",
        ]
    );
}

#[test]
fn a_predicate_has_a_direction_and_a_range() {
    assert_eq!(
        problems("Retrieval(s=s1:俱乐部[皇家马德里], p=p1:效力于, o=o1:球员)"),
        ["warning: `效力于` points the other way (exchange `s` and `o`)"]
    );
    assert_eq!(
        problems("Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1:Person)"),
        ["warning: `效力于` leads to Club, NationalTeam"]
    );
}

#[test]
fn expressions_are_checked_too() {
    let found = problems("Retrieval(s=s1:球员[C罗], p=p1:效力于, o=o1)\nMath(cuont(o1))->n\nOutput(n)");
    assert!(found[0].starts_with("error: unknown function `cuont`"), "{found:?}");
}
