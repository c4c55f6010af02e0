//! Laws of values: what must hold of all of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{
    cmp::Ordering,
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
};

use kag_core::{Fact, Float, Interval, NameKey, NodeId, Number, PartialDate, Quantity, Unit, Value};
use proptest::{prelude::*, test_runner::RngSeed};
use rust_decimal::Decimal;

/// Few enough distinct numbers that two of them are often equal or near.
fn numbers() -> impl Strategy<Value = Number> {
    let decimals =
        (-2000i64..2000, 0u32..4).prop_map(|(mantissa, scale)| Number::Decimal(Decimal::new(mantissa, scale)));
    let wide = (any::<i64>(), any::<i64>(), 0u32..=28).prop_map(|(high, low, scale)| {
        let mantissa = (i128::from(high) << 31) ^ i128::from(low);
        Number::Decimal(Decimal::from_i128_with_scale(mantissa, scale))
    });
    let floats = prop_oneof![
        (-2000i32..2000, 0i32..4).prop_map(|(n, scale)| f64::from(n) / 10f64.powi(scale)),
        any::<f64>(),
        Just(f64::INFINITY),
    ]
    .prop_map(|number| Number::Float(Float::new(number).unwrap_or(Float::new(0.0).unwrap())));
    prop_oneof![(-20i64..20).prop_map(Number::Integer), any::<i64>().prop_map(Number::Integer), decimals, wide, floats,]
}

fn dates() -> impl Strategy<Value = PartialDate> {
    let years = prop_oneof![2009i16..2012, -9999i16..=9999];
    (years, 1i8..=12, 1i8..=28, 0i64..86_400, 0u8..5).prop_map(|(year, month, day, second, precision)| {
        let at = PartialDate::of_day(year, month, day).unwrap();
        let time = at.first() + jiff::SignedDuration::from_secs(second);
        match precision {
            0 => PartialDate::of_year(year).unwrap(),
            1 => PartialDate::of_month(year, month).unwrap(),
            2 => at,
            3 => time.into(),
            _ => PartialDate::utc(time),
        }
    })
}

fn intervals() -> impl Strategy<Value = Interval> {
    (prop::option::of(dates()), prop::option::of(dates()))
        .prop_map(|(from, until)| Interval::new(from, until).unwrap_or_else(|_| Interval::new(until, from).unwrap()))
}

fn quantities() -> impl Strategy<Value = Quantity> {
    let units = prop::sample::select(vec![
        "km", "m", "mi", "亩", "m²", "°C", "°F", "K", "CNY", "USD", "%", "year", "month", "day", "mmol/L", "people",
    ]);
    (numbers(), units).prop_map(|(number, unit)| Quantity::of(number, unit).unwrap())
}

fn values() -> impl Strategy<Value = Value> {
    let texts = prop_oneof!["[a-c]{0,2}", "[北京 京都]{0,3}", any::<String>()];
    let leaf = prop_oneof![
        texts.prop_map(Value::from),
        numbers().prop_map(raw),
        any::<bool>().prop_map(Value::from),
        (0u128..3).prop_map(|bits| NodeId::from_u128(bits).into()),
        dates().prop_map(Value::from),
        intervals().prop_map(Value::from),
        quantities().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(Value::from))
}

/// The value that holds `number` as it is, not in its one form.
fn raw(number: Number) -> Value {
    match number {
        Number::Integer(number) => Value::Integer(number),
        Number::Decimal(number) => Value::Decimal(number),
        other => other.into(),
    }
}

fn hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn id(value: &Value) -> kag_core::FactId {
    Fact::new(NodeId::from_u128(0), "is", value.clone()).id()
}

/// The same cases on every run.
fn laws() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        rng_seed: RngSeed::Fixed(2011),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn the_sort_order_is_total_and_agrees_with_equality(
        a in values(), b in values(), c in values()
    ) {
        prop_assert_eq!(a.total_cmp(&b), b.total_cmp(&a).reverse());
        prop_assert_eq!(a.total_cmp(&b).is_eq(), a == b);
        if a.total_cmp(&b).is_le() && b.total_cmp(&c).is_le() {
            prop_assert!(a.total_cmp(&c).is_le());
        }
    }

    #[test]
    fn dates_and_intervals_sort_totally(
        a in prop_oneof![dates().prop_map(Value::from), intervals().prop_map(Value::from)],
        b in prop_oneof![dates().prop_map(Value::from), intervals().prop_map(Value::from)],
        c in prop_oneof![dates().prop_map(Value::from), intervals().prop_map(Value::from)],
    ) {
        if a.total_cmp(&b).is_le() && b.total_cmp(&c).is_le() {
            prop_assert!(a.total_cmp(&c).is_le());
        }
        if let Some(order @ (Ordering::Less | Ordering::Greater)) = a.compare(&b).unwrap() {
            prop_assert_eq!(a.total_cmp(&b), order);
        }
    }

    #[test]
    fn numbers_sort_totally(a in numbers(), b in numbers(), c in numbers()) {
        if a.compare(b).is_le() && b.compare(c).is_le() {
            prop_assert!(a.compare(c).is_le());
        }
        prop_assert_eq!(a.compare(b), b.compare(a).reverse());
    }

    #[test]
    fn the_sort_order_agrees_with_comparison_where_that_decides(
        (a, b) in prop_oneof![
            (values(), values()),
            (quantities(), quantities()).prop_map(|(a, b)| (a.into(), b.into())),
            (numbers(), numbers()).prop_map(|(a, b)| (raw(a), raw(b))),
        ]
    ) {
        if let Ok(Some(order)) = a.compare(&b) {
            prop_assert_eq!(b.compare(&a), Ok(Some(order.reverse())));
            if order.is_ne() {
                prop_assert_eq!(a.total_cmp(&b), order);
            }
        }
        if a == b && !matches!(a, Value::List(_)) {
            prop_assert_eq!(a.equals(&b), Ok(Some(true)));
        }
    }

    #[test]
    fn equal_values_and_only_those_have_equal_ids(a in values(), b in values()) {
        prop_assert_eq!(a == b, id(&a) == id(&b));
        if a == b {
            prop_assert_eq!(hash(&a), hash(&b));
            prop_assert_eq!(a.to_string(), b.to_string());
            prop_assert_eq!(a.kind(), b.kind());
        }
    }

    #[test]
    fn a_number_is_the_same_value_however_it_is_held(number in numbers()) {
        let (held, normal) = (raw(number), Value::from(number));
        prop_assert_eq!(&held, &normal);
        prop_assert_eq!(hash(&held), hash(&normal));
        prop_assert_eq!(id(&held), id(&normal));
        prop_assert_eq!(
            serde_json::to_string(&held).unwrap(),
            serde_json::to_string(&normal).unwrap()
        );
    }

    #[test]
    fn what_is_serialised_is_read_back(value in values()) {
        let json = serde_json::to_string(&value).unwrap();
        let back: Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back, value, "{}", json);
    }

    #[test]
    fn what_is_printed_is_read_back(
        date in dates(), interval in intervals(), quantity in quantities(), number in numbers()
    ) {
        prop_assert_eq!(date.to_string().parse::<PartialDate>().unwrap(), date);
        prop_assert_eq!(PartialDate::read(&date.to_string()), Some(date));
        prop_assert_eq!(interval.to_string().parse::<Interval>().unwrap(), interval);
        if number.exact().is_some() {
            prop_assert_eq!(Number::read(&number.to_string()), Some(number));
        }
        if quantity.number.exact().is_some() {
            prop_assert_eq!(Quantity::read(&quantity.to_string()), Some(quantity));
        }
    }

    #[test]
    fn a_comparison_of_numbers_agrees_with_whole_arithmetic(
        a in -1_000_000i64..1_000_000, b in -1_000_000i64..1_000_000, scale in 0u32..6
    ) {
        // Both in millionths, where a float of a power of two is exact.
        let decimal = Number::Decimal(Decimal::new(a, scale));
        let float = Number::Float(Float::new(b as f64 / 64.0).unwrap());
        let left = i128::from(a) * 10i128.pow(6 - scale);
        let right = i128::from(b) * 15_625;
        prop_assert_eq!(decimal.compare(float), left.cmp(&right));
    }

    #[test]
    fn reading_never_panics(text in any::<String>()) {
        let _ = Value::read(&text);
        let _ = PartialDate::read(&text);
        let _ = Quantity::read(&text);
        let _ = Unit::of(&text);
        let _ = text.parse::<Interval>();
    }

    #[test]
    fn reading_what_is_nearly_a_literal_never_panics(
        text in "[-−+$¥€]?[0-9０-９,./:TZ 年月日二十万亿元%kmA-Ja-j第]{0,14}"
    ) {
        let value = Value::read(&text);
        if let Value::Text(kept) = &value {
            prop_assert_eq!(&**kept, text.as_str());
        }
        let _ = PartialDate::read(&text);
        let _ = Quantity::read(&text);
        let _ = text.parse::<PartialDate>();
        let _ = text.parse::<Interval>();
    }

    #[test]
    fn a_conversion_there_and_back_keeps_the_quantity(mantissa in any::<i32>(), scale in 0u32..4) {
        let number = Number::Decimal(Decimal::new(i64::from(mantissa), scale));
        for (unit, other) in [("°C", "°F"), ("km", "mi"), ("kg", "lb"), ("亩", "m²")] {
            let quantity = Quantity::of(number, unit).unwrap();
            let there = quantity.in_unit(&Unit::of(other).unwrap()).unwrap();
            let back = there.in_unit(&quantity.unit).unwrap();
            let difference = (back.number.to_f64() - number.to_f64()).abs();
            prop_assert!(difference <= number.to_f64().abs() * 1e-12, "{} {}", there, back);
        }
    }

    #[test]
    fn the_key_of_a_name_is_its_own_key(name in any::<String>()) {
        let key = NameKey::of(&name);
        prop_assert_eq!(NameKey::of(key.as_str()), key);
    }

    #[test]
    fn a_name_has_one_key_in_any_case_and_spacing(words in prop::collection::vec("[a-zé北京ａ]{1,4}", 1..4)) {
        let name = words.join(" ");
        let spaced = format!("  {}\u{3000}", words.join("\u{3000} \t"));
        prop_assert_eq!(NameKey::of(&spaced.to_uppercase()), NameKey::of(&name));
    }
}
