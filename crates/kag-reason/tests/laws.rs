//! Laws of computing: what must hold of all expressions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{cmp::Ordering, collections::BTreeMap};

use kag_core::{Float, Number, Value};
use kag_reason::{Binding, EvalErrorKind, evaluate};
use kag_schema::{BinaryOp, Expr};
use proptest::{prelude::*, test_runner::RngSeed};
use rust_decimal::Decimal;

fn nothing() -> BTreeMap<String, Binding> {
    BTreeMap::new()
}

fn binary(left: impl Into<Value>, op: BinaryOp, right: impl Into<Value>) -> Result<Value, EvalErrorKind> {
    let expr = Expr::literal(left).binary(op, Expr::literal(right));
    evaluate(&expr, &nothing()).map(Option::unwrap).map_err(|error| error.kind)
}

fn call(function: &str, values: &[Value]) -> Result<Option<Value>, EvalErrorKind> {
    let column = Binding::column(values.iter().cloned());
    let expr = Expr::call(function, [Expr::variable("x")]);
    evaluate(&expr, &BTreeMap::from([("x".to_owned(), column)])).map_err(|error| error.kind)
}

fn numbers() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-50i64..50).prop_map(Value::from),
        (-5000i64..5000, 0u32..4).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale).into()),
        (-5000i32..5000).prop_map(|number| Float::new(f64::from(number) / 64.0).unwrap().into()),
    ]
}

fn operators() -> impl Strategy<Value = BinaryOp> {
    use BinaryOp::{Add, And, Contains, Divide, Equal, Greater, In, Less, Multiply, Or, Power, Remainder, Subtract};
    prop::sample::select(vec![
        Add, Subtract, Multiply, Divide, Remainder, Power, Equal, Less, Greater, In, Contains, And, Or,
    ])
}

/// Expressions over everything, most of which make no sense.
fn expressions() -> impl Strategy<Value = Expr> {
    let literals = prop::sample::select(vec![
        "0",
        "1",
        "-3",
        "2.5",
        "79228162514264337593543950335",
        "9223372036854775807",
        "a",
        "",
        "2011年",
        "2011-07",
        "2011-07-03T12:00Z",
        "-9999",
        "9999年",
        "5 km",
        "1e400",
        "45%",
        "30 °C",
        "50 °F",
        "3 years",
        "999999999999 days",
        "3亿元",
    ]);
    let leaf = prop_oneof![
        literals.prop_map(|text| Expr::literal(Value::read(text))),
        any::<f64>().prop_map(|number| Expr::literal(Float::new(number).unwrap_or(Float::new(0.0).unwrap()))),
        any::<bool>().prop_map(Expr::literal),
        Just(Expr::literal(Vec::<Value>::new())),
    ];
    let functions: Vec<String> =
        kag_schema::Functions::standard().iter().map(|signature| signature.name.to_string()).collect();
    leaf.prop_recursive(4, 24, 3, move |inner| {
        prop_oneof![
            (inner.clone(), operators(), inner.clone()).prop_map(|(a, op, b)| a.binary(op, b)),
            (prop::sample::select(functions.clone()), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(name, arguments)| Expr::call(name, arguments)),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Expr::list),
            inner.prop_map(|expr| expr.unary(kag_schema::UnaryOp::Negate)),
        ]
    })
}

/// The same cases on every run.
fn laws() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        rng_seed: RngSeed::Fixed(1902),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn arithmetic_agrees_with_whole_numbers(a in -1_000_000_000_000i64.., b in -1_000_000_000_000i64..) {
        let exact = |number: i128| Decimal::try_from_i128_with_scale(number, 0).map(Value::from);
        let (wide_a, wide_b) = (i128::from(a), i128::from(b));
        prop_assert_eq!(binary(a, BinaryOp::Add, b), Ok(exact(wide_a + wide_b).unwrap()));
        prop_assert_eq!(binary(a, BinaryOp::Subtract, b), Ok(exact(wide_a - wide_b).unwrap()));
        match exact(wide_a * wide_b) {
            Ok(product) => prop_assert_eq!(binary(a, BinaryOp::Multiply, b), Ok(product)),
            Err(_) => prop_assert_eq!(binary(a, BinaryOp::Multiply, b), Err(EvalErrorKind::Overflow)),
        }
        if b != 0 {
            prop_assert_eq!(binary(a, BinaryOp::Remainder, b), Ok(exact(wide_a % wide_b).unwrap()));
            if wide_a % wide_b == 0 {
                prop_assert_eq!(binary(a, BinaryOp::Divide, b), Ok(exact(wide_a / wide_b).unwrap()));
            }
        }
    }

    #[test]
    fn comparison_agrees_with_order(a in any::<i64>(), b in any::<i64>()) {
        prop_assert_eq!(binary(a, BinaryOp::Less, b), Ok((a < b).into()));
        prop_assert_eq!(binary(a, BinaryOp::GreaterOrEqual, b), Ok((a >= b).into()));
        prop_assert_eq!(binary(a, BinaryOp::Equal, b), Ok((a == b).into()));
    }

    #[test]
    fn a_sum_does_not_depend_on_the_order(
        (values, shuffled) in prop::collection::vec(numbers(), 0..12)
            .prop_flat_map(|values| (Just(values.clone()), Just(values).prop_shuffle()))
    ) {
        prop_assert_eq!(call("sum", &values), call("sum", &shuffled));
        prop_assert_eq!(call("mean", &values), call("mean", &shuffled));
        prop_assert_eq!(call("count", &values), call("count", &shuffled));
    }

    #[test]
    fn least_and_greatest_agree_with_sorting(mut values in prop::collection::vec(numbers(), 1..12)) {
        let (least, greatest) = (call("min", &values), call("max", &values));
        values.sort_by(Value::total_cmp);
        let same = |found: Result<Option<Value>, EvalErrorKind>, expect: &Value| {
            found.unwrap().unwrap().compare(expect) == Ok(Some(Ordering::Equal))
        };
        prop_assert!(same(least, &values[0]));
        prop_assert!(same(greatest, &values[values.len() - 1]));
    }

    #[test]
    fn sets_are_what_their_members_say(
        a in prop::collection::vec(numbers(), 0..8), b in prop::collection::vec(numbers(), 0..8)
    ) {
        let environment = BTreeMap::from([
            ("a".to_owned(), Binding::column(a.iter().cloned())),
            ("b".to_owned(), Binding::column(b.iter().cloned())),
        ]);
        let set = |function: &str| {
            let expr = Expr::call(function, [Expr::variable("a"), Expr::variable("b")]);
            match evaluate(&expr, &environment).unwrap().unwrap() {
                Value::List(items) => items.to_vec(),
                other => panic!("{other} is no list"),
            }
        };
        let holds = |set: &[Value], value: &Value| set.iter().any(|item| item.equals(value) == Ok(Some(true)));
        let (union, intersection, difference) = (set("union"), set("intersection"), set("difference"));
        for value in a.iter().chain(&b) {
            prop_assert!(holds(&union, value));
            prop_assert_eq!(holds(&intersection, value), holds(&a, value) && holds(&b, value));
            prop_assert_eq!(holds(&difference, value), holds(&a, value) && !holds(&b, value));
        }
        for set in [&union, &intersection, &difference] {
            for (at, value) in set.iter().enumerate() {
                prop_assert!(!holds(&set[..at], value));
            }
        }
    }

    #[test]
    fn a_quotient_times_the_divisor_is_near_the_dividend(a in any::<i32>(), b in any::<i32>()) {
        prop_assume!(b != 0);
        let quotient = binary(i64::from(a), BinaryOp::Divide, i64::from(b)).unwrap();
        let product = binary(quotient, BinaryOp::Multiply, i64::from(b)).unwrap();
        let off = product.as_number().map(Number::to_f64).unwrap() - f64::from(a);
        prop_assert!(off.abs() <= 1e-15 * f64::from(a).abs().max(1.0));
    }

    #[test]
    fn computing_never_panics_and_repeats_itself(expr in expressions()) {
        let run = || evaluate(&expr, &nothing()).map_err(|error| error.to_string());
        prop_assert_eq!(run(), run());
    }
}
