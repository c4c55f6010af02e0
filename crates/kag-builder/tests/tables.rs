//! Mapping tables.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use kag_builder::{Cast, CellLink, Column, MapError, Mapped, TableMapping};
use kag_core::{Contribution, Layer, NodeId, Origin, Source, Value};

fn mapping() -> TableMapping {
    TableMapping::new("clubs", "Club", "name")
        .with_key(["id"])
        .with_aliases("aliases", "|")
        .with_blank("-")
        .with(Column::property("founded", "founded").with_cast(Cast::Date))
        .with(Column::relation("colour", "colours", "Colour").with_separator("、").with_separator(";"))
        .with(Column::reference("rival", "rival", "Club").with_qualifier("since", "since", Cast::Date))
}

const TABLE: &str = "\u{feff}id,name,aliases,founded,colours,rival,since\r\n\
RM,皇家马德里,皇马|Real Madrid,1902-03-06,白、gold,FCB,1929\r\n\
FCB,\"Barcelona, \"\"Barça\"\"\",,long ago,blue;red,RM,-\r\n\
\r\n\
ATM,Atlético\r\n\
,无名,-,,,,\r\n\
XX,,,1999年,,YY,\r\n";

fn map(mapping: &TableMapping, text: &str) -> Result<Mapped, MapError> {
    mapping.map(&Source::new("file:clubs.csv", text.as_bytes()))
}

fn sealed(mapped: Mapped) -> Contribution {
    mapped.draft.seal().unwrap()
}

#[test]
fn each_row_is_a_chunk_of_exactly_its_bytes() {
    let text = TABLE.trim_start_matches('\u{feff}');
    let contribution = sealed(map(&mapping(), TABLE).unwrap());
    let mut covered = 0;
    for chunk in contribution.chunks() {
        assert_eq!(chunk.span.start, covered);
        assert_eq!(chunk.span.of(text), Some(&*chunk.text));
        covered = chunk.span.end;
    }
    assert_eq!(covered, text.len());
    assert_eq!(&*contribution.chunks()[1].text, "RM,皇家马德里,皇马|Real Madrid,1902-03-06,白、gold,FCB,1929\r\n");
    assert_eq!(&*contribution.chunks()[1].headings[0], "id,name,aliases,founded,colours,rival,since");
}

#[test]
fn evidence_points_at_the_cell_and_its_row() {
    let contribution = sealed(map(&mapping(), TABLE).unwrap());
    let mut said: Vec<(u64, &str, &str)> = Vec::new();
    for entry in contribution.facts() {
        for evidence in &entry.evidence {
            let chunk = contribution.chunks().iter().find(|chunk| chunk.id == evidence.chunk).unwrap();
            let Origin::Mapped { row, .. } = &evidence.origin else { panic!("{evidence:?}") };
            assert_eq!((u64::from(chunk.id.ordinal()), evidence.layer), (*row, Layer::Knowledge));
            said.push((*row, entry.fact.predicate.as_str(), evidence.span.unwrap().of(&chunk.text).unwrap()));
        }
    }
    said.sort();
    assert_eq!(
        said,
        [
            (1, "colour", "gold"),
            (1, "colour", "白"),
            (1, "founded", "1902-03-06"),
            (1, "rival", "FCB"),
            (2, "colour", "blue"),
            (2, "colour", "red"),
            (2, "rival", "RM"),
            (5, "founded", "1999年"),
            (5, "rival", "YY"),
        ]
    );
}

#[test]
fn what_cannot_be_mapped_is_named_with_its_row() {
    let problems: Vec<(u64, String)> =
        map(&mapping(), TABLE).unwrap().problems.into_iter().map(|p| (p.row, p.reason.to_string())).collect();
    assert_eq!(problems.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2, 3, 4], "{problems:?}");
    assert!(problems[0].1.contains("long ago"));
    assert!(problems[1].1.contains("2 cells"));
    assert!(problems[2].1.contains("\"id\""));
}

#[test]
fn references_are_the_nodes_of_the_rows_they_name() {
    let contribution = sealed(map(&mapping(), TABLE).unwrap());
    let node = |key: &str| NodeId::keyed(&"Club".into(), &[key]);
    let entry = |id: NodeId| contribution.nodes().iter().find(|entry| entry.id == id).unwrap();
    assert_eq!(entry(node("RM")).name(), "皇家马德里");
    assert_eq!(entry(node("FCB")).name(), "Barcelona, \"Barça\"");
    assert_eq!(entry(node("XX")).name(), "XX");
    assert_eq!(entry(node("YY")).name(), "YY", "a dangling end is kept");
    assert!(entry(node("RM")).aliases.iter().any(|alias| &**alias == "Real Madrid"));
    let rival = contribution
        .facts()
        .iter()
        .find(|f| f.fact.subject == node("RM") && f.fact.object_node().is_some_and(|o| o == node("FCB")));
    assert_eq!(rival.unwrap().fact.qualifiers.get("since"), Some(&Value::Date("1929".parse().unwrap())));
}

#[test]
fn a_source_that_is_no_such_table_is_refused() {
    let error = map(&mapping(), "id,name,aliases,foundad,colours,rival,since\n").unwrap_err();
    let MapError::NoColumn { column, nearest, .. } = &error else { panic!("{error:?}") };
    assert_eq!((&**column, nearest.as_deref()), ("founded", Some("foundad")));
    assert!(error.to_string().contains("did you mean \"foundad\""), "{error}");
    assert!(matches!(map(&mapping(), "").unwrap_err(), MapError::NoHeader));
    let two = "id,name,name,aliases,founded,colours,rival,since\n";
    assert!(matches!(map(&mapping(), two).unwrap_err(), MapError::TwoColumns { .. }));
    let binary = mapping().map(&Source::new("file:x", &b"id,name\0"[..])).unwrap_err();
    assert!(matches!(binary, MapError::Decode(_)));
}

#[test]
fn a_header_alone_is_an_empty_table() {
    for text in ["id,name,aliases,founded,colours,rival,since", "id,name,aliases,founded,colours,rival,since\n\n"] {
        let mapped = map(&mapping(), text).unwrap();
        assert_eq!((mapped.draft.nodes.len(), mapped.problems.len()), (0, 0));
        let contribution = sealed(mapped);
        assert_eq!(contribution.chunks().len(), 1);
        assert_eq!(&*contribution.chunks()[0].text, text);
    }
}

#[test]
fn tabs_and_names_as_identity_work_too() {
    let mapping =
        TableMapping::new("people", "Person", "姓名").with_delimiter(b'\t').with(Column::property("age", "年龄"));
    let contribution = sealed(map(&mapping, "姓名\t年龄\n张三\t41\n张三 \t42\n").unwrap());
    assert_eq!(contribution.nodes().len(), 1);
    assert_eq!(contribution.facts().len(), 2);
    assert_eq!(contribution.facts()[0].fact.object.kind(), kag_core::ValueKind::Integer);
}

#[test]
fn an_empty_cell_is_read_as_the_default() {
    let with_default = mapping().with(Column::property("country", "since").with_default("西班牙"));
    assert_ne!(with_default.version(), mapping().with(Column::property("country", "since")).version());
    let contribution = sealed(map(&with_default, TABLE).unwrap());
    let countries = contribution.facts().iter().filter(|entry| entry.fact.predicate.as_str() == "country");
    let mut said: Vec<(String, u64, bool)> = countries
        .flat_map(|entry| entry.evidence.iter().map(|evidence| (entry.fact.object.to_string(), evidence)))
        .map(|(object, evidence)| match &evidence.origin {
            Origin::Mapped { row, .. } => (object, *row, evidence.span.is_some()),
            other => panic!("{other:?}"),
        })
        .collect();
    said.sort();
    // Row 2 has a blank cell there, row 5 an empty one; what stands in a cell has its bytes as evidence.
    assert_eq!(said, [("1929".into(), 1, true), ("西班牙".into(), 2, false), ("西班牙".into(), 5, false)]);
}

#[test]
fn a_function_of_the_host_says_what_a_cell_refers_to() {
    let short = CellLink::new("short names 1", |text| match text {
        "皇马" => vec!["RM".into()],
        "两强" => vec!["RM".into(), "FCB".into()],
        _ => Vec::new(),
    });
    let mapping = TableMapping::new("fans", "Fan", "name")
        .with(Column::reference("supports", "clubs", "Club").with_separator("、").with_link(short.clone()))
        .with(Column::property("said", "clubs").with_link(short));
    let mapped = map(&mapping, "name,clubs\n李,皇马\n王,两强、nobody\n").unwrap();
    let problems: Vec<(u64, &str)> = mapped.problems.iter().map(|problem| (problem.row, &*problem.reason)).collect();
    assert_eq!(problems, [(2, "clubs: \"nobody\" refers to nothing that is known")]);
    let contribution = sealed(mapped);
    let club = |key: &str| Value::Node(NodeId::keyed(&"Club".into(), &[key]));
    let objects = |predicate: &str| -> Vec<Value> {
        let of = contribution.facts().iter().filter(|entry| entry.fact.predicate.as_str() == predicate);
        of.map(|entry| entry.fact.object.clone()).collect()
    };
    let supported = objects("supports");
    assert_eq!(supported.len(), 3);
    assert_eq!(supported.iter().filter(|object| **object == club("RM")).count(), 2);
    assert!(supported.contains(&club("FCB")));
    // Values are what the cell says.
    assert!(objects("said").contains(&Value::from("皇马")));
}
