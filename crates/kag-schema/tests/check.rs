//! Checking records against a schema.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod football;

use expect_test::{Expect, expect};
use football::football;
use kag_core::{Fact, Float, NameKey, NodeId, PartialDate, TypeName, Value};
use kag_schema::{Basic, Broken, Schema};
use proptest::prelude::*;
use rust_decimal::Decimal;

struct World {
    types: Vec<(NodeId, TypeName)>,
}

impl World {
    fn new() -> Self {
        let names = [
            ("C罗", "Person"),
            ("Real Madrid", "Club"),
            ("葡萄牙", "NationalTeam"),
            ("Forward", "Position"),
            ("2009 transfer", "Transfer"),
        ];
        let types = names.into_iter().map(|(name, type_name)| {
            let type_name = TypeName::new(type_name);
            (NodeId::named(&type_name, &NameKey::of(name)), type_name)
        });
        Self { types: types.collect() }
    }

    fn node(&self, at: usize) -> NodeId {
        self.types[at].0
    }

    /// Without what is said of the node ids, and of the birth date nobody asks about.
    fn report(&self, facts: &[Fact]) -> String {
        let born = Fact::new(self.node(0), "birthDate", PartialDate::of_year(1985).unwrap());
        let facts: Vec<&Fact> = std::iter::once(&born).chain(facts).collect();
        let nodes = self.types.iter().map(|(node, type_name)| (*node, type_name));
        let lines: Vec<String> = football()
            .check(nodes, facts)
            .iter()
            .map(|violation| {
                let mut line = violation.to_string();
                for (at, (node, _)) in self.types.iter().enumerate() {
                    line = line.replace(&node.to_string(), &format!("#{at}"));
                }
                line
            })
            .collect();
        lines.join("\n")
    }
}

#[track_caller]
fn check(fact: impl FnOnce(&World) -> Vec<Fact>, expect: &Expect) {
    let world = World::new();
    expect.assert_eq(&world.report(&fact(&world)));
}

fn day(year: i16, month: i8, day: i8) -> Value {
    PartialDate::of_day(year, month, day).unwrap().into()
}

#[test]
fn valid_records_have_no_violations() {
    check(
        |w| {
            vec![
                Fact::new(w.node(0), "playsFor", w.node(1)).with("from", day(2009, 7, 1)).with("matches", 438),
                Fact::new(w.node(0), "playsFor", w.node(2)).with("at", day(2004, 6, 12)),
                Fact::new(w.node(0), "position", w.node(3)),
                Fact::new(w.node(0), "belongTo", w.node(3)),
                Fact::new(w.node(0), "shirt", "7"),
                Fact::new(w.node(1), "founded", day(1902, 3, 6)).with("at", day(2020, 1, 1)),
                Fact::new(w.node(1), "colour", "white"),
                Fact::new(w.node(1), "phone", "+34913984300"),
                Fact::new(w.node(1), "description", "皇家马德里"),
                Fact::new(w.node(3), "isA", w.node(3)),
            ]
        },
        &expect![[""]],
    );
}

#[test]
fn names_that_are_not_in_the_schema_are_reported_with_what_was_meant() {
    check(
        |w| {
            vec![
                Fact::new(w.node(0), "效力于", w.node(1)),
                Fact::new(w.node(0), "playFor", w.node(1)),
                Fact::new(w.node(0), "founded", day(1985, 2, 5)),
                Fact::new(w.node(1), "playsFor", w.node(0)),
                Fact::new(w.node(0), "xyz", "?"),
                Fact::new(w.node(0), "playsFor", w.node(1)).with("form", day(2009, 7, 1)).with("出场次数", 438),
            ]
        },
        &expect![[r#"
            Person #0, 效力于 = #1: unknown predicate, did you mean `playsFor`? (known on Person)
            Person #0, playFor = #1: unknown predicate, did you mean `playsFor`?
            Person #0, founded = 1985-02-05: unknown predicate (known on Team)
            Club #1, playsFor = #0: unknown predicate (known on Person)
            Person #0, xyz = ?: unknown predicate
            Person #0, playsFor = 2009-07-01: unknown sub-property `form`, did you mean `from`?
            Person #0, playsFor = 438: unknown sub-property `出场次数`, did you mean `matches`?"#]],
    );
}

#[test]
fn objects_of_the_wrong_type_are_reported() {
    check(
        |w| {
            vec![
                Fact::new(w.node(0), "playsFor", w.node(3)),
                Fact::new(w.node(0), "playsFor", "Real Madrid"),
                Fact::new(w.node(0), "position", w.node(1)),
                Fact::new(w.node(1), "founded", "1902年3月6日"),
                Fact::new(w.node(2), "founded", w.node(0)),
                Fact::new(w.node(0), "goals", "many"),
                Fact::new(w.node(1), "belongTo", w.node(0)),
                Fact::new(w.node(4), "fee", "94 million EUR"),
                Fact::new(w.node(0), "playsFor", w.node(2)).with("from", "2003年").with("matches", "often"),
                Fact::new(w.node(1), "rival", NodeId::from_u128(0)),
            ]
        },
        &expect![[r#"
            Person #0, playsFor = #3: a node of type Club or NationalTeam is expected, not of Position
            Person #0, playsFor = Real Madrid: Club or NationalTeam is expected, not a text
            Person #0, position = #1: IND leads from an instance to a concept, not to a Club
            Club #1, founded = 1902年3月6日: Date is expected, not a text (it can be cast)
            NationalTeam #2, founded = #0: Date is expected, not a node
            Person #0, goals = many: Integer is expected, not a text
            Club #1, belongTo = #0: IND leads from an instance to a concept, not to a Person
            Transfer #4, fee = 94 million EUR: Quantity is expected, not a text (it can be cast)
            Person #0, playsFor = 2003年: sub-property `from`: Date is expected, not a text (it can be cast)
            Person #0, playsFor = often: sub-property `matches`: Integer is expected, not a text
            Club #1, rival = 00000000000000000000000000000000: the type of the object is not known"#]],
    );
}

#[test]
fn constraints_are_checked() {
    check(
        |w| {
            vec![
                Fact::new(w.node(0), "shirt", "007"),
                Fact::new(w.node(1), "colour", "green"),
                Fact::new(w.node(1), "phone", "call me"),
                Fact::new(w.node(2), "founded", day(1914, 3, 31)),
                Fact::new(w.node(2), "founded", day(1914, 3, 31)).with("at", day(2000, 1, 1)),
                Fact::new(w.node(1), "founded", day(1902, 3, 6)),
                Fact::new(w.node(1), "founded", day(1902, 3, 7)),
            ]
        },
        &expect![[r#"
            Person #0, shirt = 007: not allowed by Regular([1-9][0-9]?)
            Club #1, colour = green: not allowed by Enum(white, red, 蓝)
            Club #1, phone = call me: not of the form of Phone
            Club #1, founded: one value is allowed, not 2"#]],
    );
}

#[test]
fn nodes_are_checked_too() {
    let schema = football();
    let (person, team, clab, phone) =
        (TypeName::new("Person"), TypeName::new("Team"), TypeName::new("俱乐部"), TypeName::new("Phone"));
    let id = NodeId::from_u128;
    let stray = Fact::new(id(9), "goals", 5);
    let found = schema.check([(id(1), &person), (id(2), &team), (id(3), &clab), (id(4), &phone)], [&stray]);
    let lines: Vec<String> = found.iter().map(|v| format!("{:?}: {}", v.type_name, v.broken)).collect();
    expect![[r#"
        None: the type of the subject is not known
        Some("Person"): a value is required
        Some("Team"): the type has no nodes of its own
        Some("俱乐部"): unknown type, did you mean `Club`?
        Some("Phone"): the type has no nodes of its own"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn a_literal_that_can_be_cast_is_valid_once_it_is() {
    let schema = football();
    let club = TypeName::new("Club");
    let id = NodeId::from_u128(1);
    let wrong = Fact::new(id, "founded", "March 6, 1902");
    let found = schema.check([(id, &club)], [&wrong]);
    let Broken::ObjectKind { cast: Some(value), .. } = &found[0].broken else {
        panic!("{found:?}");
    };
    assert_eq!(*value, day(1902, 3, 6));
    let right = Fact::new(id, "founded", value.clone());
    assert_eq!(schema.check([(id, &club)], [&right]), []);
}

#[test]
fn casts_lose_nothing() {
    let float = |f| Value::Float(Float::new(f).unwrap());
    let decimal = |n, scale| Value::from(Decimal::new(n, scale));
    for (value, basic, cast) in [
        (Value::from("1,234"), Basic::Integer, Some(Value::from(1234))),
        (Value::from("3.5万"), Basic::Integer, Some(Value::from(35_000))),
        (Value::from("1.5"), Basic::Integer, None),
        (float(2.0), Basic::Integer, Some(Value::from(2))),
        (float(1e300), Basic::Integer, None),
        (float(0.5), Basic::Decimal, Some(decimal(5, 1))),
        (float(0.1), Basic::Decimal, None),
        (Value::from("0.1"), Basic::Float, Some(decimal(1, 1))),
        (Value::from("是"), Basic::Boolean, Some(Value::from(true))),
        (Value::from(2011), Basic::Date, PartialDate::of_year(2011).map(Value::from)),
        (Value::from(12), Basic::Date, None),
        (Value::from("2009/2018"), Basic::Interval, "2009/2018".parse().ok().map(Value::Interval)),
        (Value::from(5), Basic::Text, Some(Value::from("5"))),
        (Value::Node(NodeId::from_u128(1)), Basic::Text, None),
        (Value::from(5), Basic::Quantity, None),
    ] {
        assert_eq!(Schema::cast(&value, basic).ok(), cast, "{value} as {basic}");
    }
    let problem = Schema::cast(&"soon".into(), Basic::Date).unwrap_err();
    assert_eq!(problem.to_string(), "a text `soon` is no Date: it cannot be read as a date");
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        (any::<i64>(), 0u32..10).prop_map(|(n, scale)| Value::from(Decimal::new(n, scale))),
        any::<f64>().prop_filter_map("nan", |f| Float::new(f).map(Value::Float)),
        any::<bool>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9]{1,4}[-年][0-9]{1,2}[-月][0-9]{1,2}日?".prop_map(Value::from),
        (1i16..3000, 1i8..13).prop_map(|(y, m)| PartialDate::of_month(y, m).unwrap().into()),
    ]
}

proptest! {
    /// What has been cast needs no cast, and casting it again changes nothing.
    #[test]
    fn casting_is_idempotent(value in any_value(), basic in prop::sample::select(Basic::ALL.to_vec())) {
        if let Ok(cast) = Schema::cast(&value, basic) {
            prop_assert_eq!(Schema::cast(&cast, basic), Ok(cast));
        }
    }

    /// Numbers, dates and truth values survive the way over text.
    #[test]
    fn literals_survive_as_text(value in any_value()) {
        let text = Schema::cast(&value, Basic::Text).unwrap();
        let basic = match &value {
            Value::Integer(_) => Basic::Integer,
            Value::Decimal(_) => Basic::Decimal,
            Value::Date(_) => Basic::Date,
            Value::Boolean(_) => Basic::Boolean,
            _ => return Ok(()),
        };
        prop_assert_eq!(Schema::cast(&text, basic), Ok(value));
    }
}
