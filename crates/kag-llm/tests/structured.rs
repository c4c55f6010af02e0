//! JSON found in what models write.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::time::{Duration, Instant};

use expect_test::expect_file;
use kag_llm::{ErrorKind, RepairKind, Structured, find_json, read, read_as};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

/// What the golden file says of one reply.
fn outcome(reply: &str) -> String {
    match find_json(reply) {
        Ok(found) => {
            let mut out = format!("{}\n", found.value);
            for repair in &found.repairs {
                out.push_str(&format!("{repair}\n"));
            }
            out
        }
        Err(error) => format!("{error}\n"),
    }
}

#[test]
fn garbled_replies_are_mended_or_refused_as_written_down() {
    let golden = include_str!("golden/garbled.txt");
    let mut cases = golden.split("\n#### ");
    let mut out = cases.next().unwrap().to_owned();
    for case in cases {
        let (name, rest) = case.split_once('\n').unwrap();
        let (reply, _) = rest.split_once("\n----\n").unwrap();
        let outcome = outcome(reply);
        out.push_str(&format!("\n#### {name}\n{reply}\n----\n{outcome}"));
    }
    expect_file!["golden/garbled.txt"].assert_eq(&out);
}

#[derive(Debug, PartialEq, Deserialize)]
struct Entity {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

fn entity(name: &str, kind: &str) -> Entity {
    let (name, kind) = (name.to_owned(), kind.to_owned());
    Entity { name, kind }
}

fn last_repair<T>(read: &Structured<T>) -> Option<RepairKind> {
    read.repairs.last().map(|repair| repair.kind)
}

#[test]
fn the_candidate_that_fits_the_type_is_taken() {
    let text = r#"{"name": "北京", "type": "城市"} and, for more, {"count": 1}"#;
    assert_eq!(read::<Entity>(text).unwrap().value, entity("北京", "城市"));
}

#[test]
fn members_before_a_cut_are_kept_and_the_cut_is_reported() {
    let text = r#"[{"name": "A", "type": "person"}, {"name": "王五", "type": "人"}, {"name": "C""#;
    let people = read::<Vec<Entity>>(text).unwrap();
    assert_eq!(people.value, [entity("A", "person"), entity("王五", "人")]);
    assert!(people.is_cut_off());
    assert!(!read::<Vec<u8>>("[1, 2]").unwrap().is_cut_off());
}

#[test]
fn small_misunderstandings_of_shape_are_mended_and_listed() {
    let one = json!({"name": "长江", "type": "河流"});
    let cases = [
        (one.to_string(), RepairKind::Wrapped),
        (json!({"entities": [one]}).to_string(), RepairKind::Unwrapped),
        (json!(json!([one]).to_string()).to_string(), RepairKind::Encoded),
    ];
    for (text, repair) in cases {
        let entities = read::<Vec<Entity>>(&text).unwrap();
        assert_eq!(entities.value, [entity("长江", "河流")], "{text}");
        assert_eq!(last_repair(&entities), Some(repair), "{text}");
    }
    let lines = format!("{one}\n{one}\n");
    let entities = read::<Vec<Entity>>(&lines).unwrap();
    assert_eq!(entities.value.len(), 2);
    assert_eq!(last_repair(&entities), Some(RepairKind::Joined));

    let alone = read::<Entity>(&format!("[{one}]")).unwrap();
    assert_eq!(last_repair(&alone), Some(RepairKind::Unwrapped));
}

#[test]
fn a_list_is_never_taken_for_the_fields_of_a_struct() {
    let error = read::<Entity>(r#"["北京", "城市"]"#).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unusable);
    assert!(error.to_string().contains("expected = an object"), "{error}");
}

#[test]
fn a_misfit_names_byte_path_and_expectation() {
    let text = r#"实体：{"entities": [{"name": "A", "type": "x"}, {"name": 5, "type": "y"}], "n": 1}"#;
    #[derive(Debug, Deserialize)]
    struct Reply {
        #[serde(rename = "entities")]
        _entities: Vec<Entity>,
    }
    let error = read::<Reply>(text).unwrap_err();
    let context: Vec<_> = error.context().collect();
    let at = text.find("5,").unwrap().to_string();
    assert!(context.contains(&("at", &at)), "{error}");
    assert!(context.contains(&("path", "$.entities[1].name")), "{error}");
}

#[test]
fn a_schema_is_held_to() {
    let schema = json!({"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["人", "place"]}}});
    let good = read_as::<Value>(r#"a {"kind": "x"} b {"kind": "人"} c {"kind": 2}"#, &schema);
    assert_eq!(good.unwrap().value, json!({"kind": "人"}));
    let error = read_as::<Value>(r#"{"kind": "thing"}"#, &schema).unwrap_err();
    assert!(error.to_string().contains(r#"one of "人", "place""#), "{error}");
    assert!(error.to_string().contains("at = 9"), "{error}");
}

#[test]
fn nesting_without_end_is_refused_quickly() {
    let start = Instant::now();
    for bracket in ["[", "{\"a\":", "[{\"a\": [", "[1,", "[\"a\", [", "{a:{", "```[", "<think>[", "[\"", "/*[", "［"] {
        let text = bracket.repeat(100_000 / bracket.len());
        let _ = find_json(&text);
        let _ = read::<Vec<u8>>(&text);
        let _ = find_json(&format!("{text} x"));
    }
    let error = find_json(&"[".repeat(200)).unwrap_err();
    assert!(error.to_string().contains("128 levels"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn a_value_at_the_bound_of_nesting_is_read() {
    let text = format!("{}1{}", "[".repeat(127), "]".repeat(127));
    assert!(find_json(&text).is_ok());
    let trailing = format!("so: {}1,{}", "[".repeat(127), "]".repeat(127));
    assert_eq!(find_json(&trailing).unwrap().repairs.len(), 1);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[{}\\[\\]\"'`:,/#\\\\ \n他说“”：，]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("\\PC{0,6}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn valid_json_is_returned_untouched(value in any_json(), pretty: bool) {
        let text = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        let found = find_json(&text).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(found.value, expected);
        prop_assert_eq!(found.repairs, []);
        prop_assert_eq!(found.span, 0..text.len());
    }

    #[test]
    fn valid_json_in_prose_is_returned_untouched(value in any_json()) {
        let value = json!({"结果": value});
        let expected: Value = serde_json::from_str(&value.to_string()).unwrap();
        for text in [format!("好的：{value}。"), format!("Sure:\n```json\n{value}\n```\nBye [1].")] {
            let found = find_json(&text).unwrap();
            prop_assert_eq!(&found.value, &expected);
            prop_assert_eq!(found.repairs, []);
            prop_assert_eq!(text.get(found.span).unwrap(), value.to_string());
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC*|[{}\\[\\]\"'`:,/#\\\\ \n\u{feff}“”：，｛｝a1tN.+-]{0,60}") {
        if let Ok(found) = find_json(&text) {
            prop_assert!(text.get(found.span).is_some());
            prop_assert!(found.repairs.iter().all(|r| text.is_char_boundary(r.at)));
        }
        let _ = read::<Vec<Entity>>(&text);
        let _ = read::<Entity>(&text);
    }

    #[test]
    fn json_cut_anywhere_keeps_only_what_was_said(value in any_json(), part in 0.0..1.0_f64) {
        let whole = json!([value, "末"]);
        let text = whole.to_string();
        let mut end = (text.len() as f64 * part) as usize;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let expected: Value = serde_json::from_str(&text).unwrap();
        if let Ok(found) = find_json(&text[..end]) && found.span.start == 0 && end > 0 {
            prop_assert!(is_part(&found.value, &expected), "{} of {}", found.value, text);
        }
    }
}

/// Whether `part` is `whole` with members left out of it.
fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Array(part), Value::Array(whole)) => {
            part.len() <= whole.len() && part.iter().zip(whole).all(|(p, w)| is_part(p, w))
        }
        (Value::Object(part), Value::Object(whole)) => {
            part.iter().all(|(key, p)| whole.get(key).is_some_and(|w| is_part(p, w)))
        }
        (part, whole) => part == whole,
    }
}
