//! Reading, printing and checking expressions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod cases;

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use kag_core::{Float, Interval, NodeId, PartialDate, Quantity, Span, Unit, Value};
use kag_schema::{BinaryOp, Diagnostic, Expr, ExprKind, ExprType, Functions, Severity, UnaryOp, check_expr};
use proptest::prelude::*;
use rust_decimal::Decimal;

#[track_caller]
fn read(source: &str) -> Expr {
    let (expr, diagnostics) = Expr::parse(source);
    assert!(diagnostics.is_empty(), "{source}: {diagnostics:?}");
    expr.expect("an expression without diagnostics")
}

/// Reads each source and compares its printed form.
#[track_caller]
fn prints(sources: &[(&str, &str)]) {
    for (source, printed) in sources {
        assert_eq!(read(source).to_string(), *printed, "{source}");
        assert_eq!(read(printed), read(source), "{source}");
    }
}

#[track_caller]
fn reports(source: &str, expect: &Expect) {
    let (expr, diagnostics) = Expr::parse(source);
    let errors = diagnostics.iter().any(Diagnostic::is_error);
    assert_eq!(expr.is_none(), errors, "{source}: {diagnostics:?}");
    expect.assert_eq(&rendered(source, &diagnostics));
}

fn rendered(source: &str, diagnostics: &[Diagnostic]) -> String {
    let all: Vec<String> = diagnostics.iter().map(|d| d.render("expr", source)).collect();
    all.concat()
}

#[test]
fn only_the_parentheses_that_are_needed_are_printed() {
    prints(&[
        ("((1 + 2)) * 3", "(1 + 2) * 3"),
        ("1 + (2 * 3)", "1 + 2 * 3"),
        ("(1 - 2) - 3", "1 - 2 - 3"),
        ("1 - (2 - 3)", "1 - (2 - 3)"),
        ("2 ^ 3 ^ 4", "2 ^ 3 ^ 4"),
        ("(2 ^ 3) ^ 4", "(2 ^ 3) ^ 4"),
        ("-x ^ 2", "-x ^ 2"),
        ("(-2) ^ 2", "(-2) ^ 2"),
        ("-2 ^ 2", "-2 ^ 2"),
        ("not (a and b) or c", "not (a and b) or c"),
        ("(not a) = b", "(not a) = b"),
        ("a or (b and c)", "a or b and c"),
        ("(a < b) = (c < d)", "(a < b) = (c < d)"),
        ("-(-x)", "--x"),
        ("-(5)", "-(5)"),
        ("- 5", "-5"),
        ("(s).name.first", "s.name.first"),
        ("(a + b).name", "(a + b).name"),
    ]);
}

#[test]
fn the_spellings_of_operators_are_one() {
    prints(&[
        ("a == b && c <> d || !e", "a = b and c != d or not e"),
        ("a ≠ b", "a != b"),
        ("a ≤ b", "a <= b"),
        ("（１＋２）×３÷４－５", "(1 + 2) * 3 / 4 - 5"),
        ("求和（年龄，［１、２］）≥10", "求和(年龄, [1, 2]) >= 10"),
        ("x ** 2", "x ^ 2"),
        ("a not in [1]", "not a in [1]"),
        ("甲 且 非 乙", "甲 and not 乙"),
        ("A AND B", "A and B"),
        ("if a > 1 then 2 else 3", "if(a > 1, 2, 3)"),
        ("if (a) then b else 3", "if(a, b, 3)"),
        ("if((a), (b), c)", "if(a, b, c)"),
        ("contains(a, b)", "a contains b"),
        ("mod(7, 2)", "7 mod 2"),
        ("+5", "5"),
    ]);
}

#[test]
fn names_of_any_script_are_read() {
    prints(&[
        ("球队.成立时间", "球队.成立时间"),
        ("команда + équipe", "команда + équipe"),
        ("#1.age + #s2", "#1.age + #s2"),
        ("`full name` + `and`", "`full name` + `and`"),
        (r"`a\`b\\`", r"`a\`b\\`"),
        ("s.in", "s.`in`"),
        ("`date`(\"x\") + date", "`date`(\"x\") + date"),
    ]);
}

#[test]
fn numbers_keep_their_kind_and_every_digit() {
    for (source, value) in [
        ("12", Value::Integer(12)),
        ("１２", Value::Integer(12)),
        ("-9223372036854775808", Value::Integer(i64::MIN)),
        ("9223372036854775808", Value::Decimal(Decimal::from(1u64 << 63))),
        ("1.50", Value::Decimal(Decimal::new(15, 1))),
        ("1.0", Value::Decimal(Decimal::ONE)),
        ("0.1", Value::Decimal(Decimal::new(1, 1))),
        ("1.5e3", Value::Float(Float::new(1500.0).unwrap())),
        ("1E-3", Value::Float(Float::new(0.001).unwrap())),
        ("float(\"-inf\")", Value::Float(Float::new(f64::NEG_INFINITY).unwrap())),
    ] {
        assert_eq!(read(source), Expr::literal(value), "{source}");
    }
}

#[test]
fn dates_intervals_and_quantities_are_literals() {
    prints(&[
        ("2011-07-03", "date(\"2011-07-03\")"),
        ("２０１１年７月 - 2010年", "date(\"2011-07\") - date(\"2010\")"),
        ("date('July 3, 2011')", "date(\"2011-07-03\")"),
        ("2011-07-03T12:30 < x", "date(\"2011-07-03T12:30:00\") < x"),
        ("interval(\"2009/..\")", "interval(\"2009/..\")"),
        ("5 km + 3公里", "5 km + 3 km"),
        ("10 km/h / 2", "10 km/h / 2"),
        ("10 km/hours", "10 km / hours"),
        ("5 m in x", "5 m in x"),
        ("45% * 2", "45% * 2"),
        ("３亿元 > $1.5 million", "300000000 CNY > 1500000 USD"),
        ("3亿", "300000000"),
        ("-5 km", "-5 km"),
        ("quantity(\"5 goals\")", "quantity(5, \"goals\")"),
        ("date(x)", "`date`(x)"),
    ]);
}

#[test]
fn quoted_text_is_read_with_its_escapes() {
    for (source, text) in [
        (r#""a \"b\" \\ \n \u{4e2d}""#, "a \"b\" \\ \n 中"),
        ("'it\\'s'", "it's"),
        ("“皇家马德里”", "皇家马德里"),
        ("「巴塞罗那」", "巴塞罗那"),
        ("\"\"", ""),
    ] {
        assert_eq!(read(source), Expr::literal(text), "{source}");
    }
}

#[test]
fn spans_are_the_bytes_of_the_source() {
    let source = "Math(  (球队 + 1) * 2 )";
    let span = Span::new(5, source.len() - 1);
    let (expr, diagnostics) = Expr::parse_within(source, span);
    let expr = expr.unwrap();
    assert!(diagnostics.is_empty());
    assert_eq!(expr.span.of(source), Some("(球队 + 1) * 2"));
    let first = expr.children().next().unwrap();
    assert_eq!(first.span.of(source), Some("(球队 + 1)"));

    let (_, diagnostics) = Expr::parse_within("f(1 +)", Span::new(2, 5));
    assert_eq!(diagnostics[0].span, Span::new(5, 5));
}

#[test]
fn mistakes_are_reported_with_their_place() {
    reports(
        "1 + * 2",
        &expect![[r#"
        error: unexpected `*`
         --> expr:1:5
          |
        1 | 1 + * 2
          |     ^
          = expected: a value, a name or `(`
    "#]],
    );
    reports(
        "max(1 2, 年龄 +, 3) + 求和(",
        &expect![[r#"
            error: unexpected `,`
             --> expr:1:14
              |
            1 | max(1 2, 年龄 +, 3) + 求和(
              |                ^
              = expected: a value, a name or `(`
        "#]],
    );
    reports(
        "1 < x < 3",
        &expect![[r#"
        error: comparisons do not chain
         --> expr:1:7
          |
        1 | 1 < x < 3
          |       ^
          = hint: write `a < b and b < c`
    "#]],
    );
    reports(
        "10 % 3",
        &expect![[r#"
            error: a percentage before another value
             --> expr:1:4
              |
            1 | 10 % 3
              |    ^
              = hint: `%` means percent; for the remainder write `mod`
            error: unexpected `3`
             --> expr:1:6
              |
            1 | 10 % 3
              |      ^
              = expected: an operator or the end
        "#]],
    );
    reports(
        "\"皇马",
        &expect![[r#"
        error: text without an end
         --> expr:1:1
          |
        1 | "皇马
          | ^^^^^
          = expected: `"`
    "#]],
    );
    reports(
        "a = not b",
        &expect![[r#"
        error: `not` beside a tighter operator
         --> expr:1:5
          |
        1 | a = not b
          |     ^^^
          = hint: put it in parentheses: `(not …)`
    "#]],
    );
}

#[test]
fn what_is_missing_is_reported_where_it_should_be() {
    reports(
        "(a + b",
        &expect![[r#"
        error: bracket without an end
         --> expr:1:1
          |
        1 | (a + b
          | ^
          = expected: `)`
    "#]],
    );
    reports(
        "a b",
        &expect![[r#"
        error: unexpected `b`
         --> expr:1:3
          |
        1 | a b
          |   ^
          = expected: an operator or the end
    "#]],
    );
    reports(
        "",
        &expect![[r#"
        error: unexpected end
         --> expr:1:1
          |
        1 | 
          | ^
          = expected: a value, a name or `(`
    "#]],
    );
    reports(
        "if(a, b)",
        &expect![[r#"
        error: `if` takes three arguments
         --> expr:1:1
          |
        1 | if(a, b)
          | ^^^^^^^^
          = expected: `if(condition, value, other value)`
    "#]],
    );
    reports(
        "123456789012345678901234567890.5",
        &expect![[r#"
        error: number with too many digits
         --> expr:1:1
          |
        1 | 123456789012345678901234567890.5
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = hint: up to 28 digits are exact; beyond that write an exponent: 1.5e30
    "#]],
    );
    reports(
        "# + ``",
        &expect![[r#"
        error: `#` without a number
         --> expr:1:1
          |
        1 | # + ``
          | ^
          = expected: the number or name of a step, as in `#1`
        error: empty name
         --> expr:1:5
          |
        1 | # + ``
          |     ^^
    "#]],
    );
}

#[test]
fn a_month_without_quotes_is_a_warning() {
    let (expr, diagnostics) = Expr::parse("2011-07");
    assert_eq!(expr.unwrap().to_string(), "2011 - 7");
    assert_eq!(diagnostics[0].severity, Severity::Warning);
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    for source in [
        "(".repeat(100_000),
        "-".repeat(100_000),
        "not ".repeat(100_000),
        "[".repeat(100_000),
        "f(".repeat(100_000),
        "1^".repeat(100_000),
        format!("1{}", "+1".repeat(100_000)),
        format!("x{}", ".y".repeat(100_000)),
        "if(".repeat(2_000),
    ] {
        let (expr, diagnostics) = Expr::parse(&source);
        assert!(expr.is_none());
        assert!(!diagnostics.is_empty() && diagnostics.len() < 5);
    }
    assert_eq!(read(&format!("1{}", "+1".repeat(200))).to_string().len(), 1 + 4 * 200);
}

fn kinds() -> BTreeMap<String, ExprType> {
    [
        ("年龄", ExprType::list(ExprType::Integer)),
        ("goals", ExprType::Integer),
        ("born", ExprType::Date),
        ("name", ExprType::Text),
        ("team", ExprType::Node(None)),
        ("far", ExprType::Quantity),
        ("x", ExprType::Any),
    ]
    .into_iter()
    .map(|(name, kind)| (name.to_owned(), kind))
    .collect()
}

#[track_caller]
fn kind_of(source: &str) -> ExprType {
    let (kind, diagnostics) = check_expr(&read(source), &kinds(), &Functions::standard());
    assert!(diagnostics.is_empty(), "{source}: {diagnostics:?}");
    kind
}

#[test]
fn kinds_follow_from_operators_and_functions() {
    for (source, kind) in [
        ("goals + 1", ExprType::Integer),
        ("goals / 2", ExprType::Number),
        ("mean(年龄)", ExprType::Number),
        ("MAX(年龄)", ExprType::Integer),
        ("求和(年龄, goals)", ExprType::Integer),
        ("born - born", ExprType::Quantity),
        ("born + far", ExprType::Date),
        ("far * 2", ExprType::Quantity),
        ("far / far", ExprType::Number),
        ("team.founded", ExprType::Any),
        ("goals in 年龄", ExprType::Boolean),
        ("name contains \"a\"", ExprType::Boolean),
        ("union(年龄, [1])", ExprType::list(ExprType::Integer)),
        ("argmax([team], 年龄)", ExprType::Node(None)),
        ("if(goals > 3, goals, 1.5)", ExprType::Number),
        ("x + 1 > x", ExprType::Boolean),
    ] {
        assert_eq!(kind_of(source), kind, "{source}");
    }
}

#[test]
fn wrong_names_arities_and_kinds_are_reported_once() {
    let source = "cuont(年令) + name * born + round() + (not goals) + abs(name)";
    let (kind, diagnostics) = check_expr(&read(source), &kinds(), &Functions::standard());
    assert_eq!(kind, ExprType::Any);
    let expect = expect![[r#"
        error: unknown function `cuont`
         --> expr:1:1
          |
        1 | cuont(年令) + name * born + round() + (not goals) + abs(name)
          | ^^^^^^^^^^^
          = hint: did you mean `count`?
        error: `+` between anything and truth value
         --> expr:1:1
          |
        1 | cuont(年令) + name * born + round() + (not goals) + abs(name)
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        error: `+` between anything and text
         --> expr:1:1
          |
        1 | cuont(年令) + name * born + round() + (not goals) + abs(name)
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        error: unknown variable `年令`
         --> expr:1:7
          |
        1 | cuont(年令) + name * born + round() + (not goals) + abs(name)
          |       ^^^^
          = hint: did you mean `年龄`?
        error: `*` between text and date
         --> expr:1:13
          |
        1 | cuont(年令) + name * born + round() + (not goals) + abs(name)
          |               ^^^^^^^^^^^
        error: `round` does not take 0 arguments
         --> expr:1:27
          |
        1 | cuont(年令) + name * born + round() + (not goals) + abs(name)
          |                             ^^^^^^^
          = expected: round(number: number or quantity, digits?: whole number) -> kind of number
        error: `not` does not take whole number
         --> expr:1:42
          |
        1 | cuont(年令) + name * born + round() + (not goals) + abs(name)
          |                                            ^^^^^
          = expected: truth value
        error: `abs` does not take text as `number`
         --> expr:1:55
          |
        1 | cuont(年令) + name * born + round() + (not goals) + abs(name)
          |                                                         ^^^^
          = expected: number or quantity
    "#]];
    expect.assert_eq(&rendered(source, &diagnostics));
}

#[test]
fn every_standard_function_has_a_signature_that_can_be_called() {
    let functions = Functions::standard();
    for name in [
        "count",
        "count_distinct",
        "sum",
        "mean",
        "avg",
        "min",
        "max",
        "argmin",
        "argmax",
        "union",
        "intersection",
        "difference",
        "abs",
        "round",
        "floor",
        "ceil",
        "year",
        "month",
        "day",
        "date_diff",
        "length",
        "lower",
        "upper",
        "concat",
        "exists",
        "平均",
    ] {
        assert!(functions.get(name).is_some(), "{name}");
        assert!(functions.get(&name.to_uppercase()).is_some(), "{name}");
    }
    for signature in functions.iter() {
        assert!(!signature.doc.is_empty(), "{signature}");
        let asks_the_clock = signature.doc.starts_with("The time that it is") || &*signature.name == "unix_timestamp";
        assert_eq!(signature.parameters.is_empty(), asks_the_clock, "{signature}");
        for alias in &signature.aliases {
            assert_eq!(functions.get(alias), Some(signature), "{alias}");
        }
    }
}

#[test]
fn an_expression_is_stored_as_json() {
    let expr = read("max(年龄, 1.5) > -2 and not s.x");
    let json = serde_json::to_string(&expr).unwrap();
    let back: Expr = serde_json::from_str(&json).unwrap();
    assert_eq!(back, expr);
    assert_eq!(back.span, expr.span);
}

#[test]
fn variables_come_once_and_in_order() {
    let expr = read("b + f(a, b.c) - if(#1, a, d)");
    let names: Vec<&str> = expr.variables().into_iter().map(|v| &**v).collect();
    assert_eq!(names, ["b", "a", "#1", "d"]);
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_][a-z0-9_]{0,5}",
        "#[0-9]{1,2}",
        prop::sample::select(vec![
            "球队",
            "成立时间",
            "and",
            "If",
            "date",
            "float",
            "node",
            "a b",
            "`",
            "\\",
            "1a",
            "#",
            "#a b",
            "é",
            "c罗（7）",
            "或",
            "quantity",
            "contains",
            "\n",
            "e\u{301}",
        ])
        .prop_map(str::to_owned),
        "\\PC{1,4}",
    ]
}

fn any_date() -> impl Strategy<Value = PartialDate> {
    (-200i16..3000, 1i8..13, 1i8..29, 0..3).prop_filter_map("date", |(year, month, day, precision)| match precision {
        0 => PartialDate::of_year(year),
        1 => PartialDate::of_month(year, month),
        _ => PartialDate::of_day(year, month, day),
    })
}

fn any_number() -> impl Strategy<Value = kag_core::Number> {
    prop_oneof![
        any::<i64>().prop_map(kag_core::Number::Integer),
        (-1000i64..1000, 0u32..4).prop_map(|(n, scale)| Decimal::new(n, scale).into()),
        any::<f64>().prop_filter_map("nan", |f| Float::new(f).map(kag_core::Number::Float)),
    ]
}

fn any_unit() -> impl Strategy<Value = Unit> {
    prop_oneof![
        prop::sample::select(vec!["km", "km²", "公里", "%", "CNY", "USD", "km/h", "°C", "year", "人", "in", "goals"])
            .prop_map(str::to_owned),
        "\\PC{1,6}",
    ]
    .prop_filter_map("blank", |text| Unit::of(&text))
}

fn any_literal() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Integer),
        (-20i64..20).prop_map(Value::Integer),
        (any::<i64>(), 0u32..20).prop_map(|(n, scale)| Value::Decimal(Decimal::new(n, scale).normalize())),
        any::<f64>().prop_filter_map("nan", |f| Float::new(f).map(Value::Float)),
        any::<bool>().prop_map(Value::Boolean),
        any::<String>().prop_map(|text| Value::Text(text.into())),
        any::<u128>().prop_map(|bits| Value::Node(NodeId::from_u128(bits))),
        any_date().prop_map(Value::Date),
        (any_date(), any_date()).prop_filter_map("backwards", |(a, b)| {
            Interval::new(Some(a), Some(b)).or(Interval::new(None, Some(b))).ok().map(Value::Interval)
        }),
        (any_number(), any_unit()).prop_map(|(number, unit)| Quantity::new(number, unit).into()),
    ]
}

fn any_expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        4 => any_literal().prop_map(Expr::literal),
        4 => any_name().prop_map(Expr::variable),
        1 => Just(ExprKind::Null.into()),
        1 => any_name().prop_map(|name| ExprKind::Parameter(name.into()).into()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let op = prop::sample::select(vec![
            BinaryOp::Or,
            BinaryOp::Xor,
            BinaryOp::And,
            BinaryOp::Equal,
            BinaryOp::NotEqual,
            BinaryOp::Less,
            BinaryOp::LessOrEqual,
            BinaryOp::Greater,
            BinaryOp::GreaterOrEqual,
            BinaryOp::In,
            BinaryOp::Contains,
            BinaryOp::Like,
            BinaryOp::RegexLike,
            BinaryOp::Add,
            BinaryOp::Subtract,
            BinaryOp::Multiply,
            BinaryOp::Divide,
            BinaryOp::Remainder,
            BinaryOp::Power,
        ]);
        let unary = prop::sample::select(vec![UnaryOp::Negate, UnaryOp::Not, UnaryOp::IsNull]);
        let method =
            |of: Expr, name: String, arguments| ExprKind::Method { of: Box::new(of), name: name.into(), arguments };
        prop_oneof![
            3 => (inner.clone(), op, inner.clone()).prop_map(|(a, op, b)| a.binary(op, b)),
            1 => (inner.clone(), unary).prop_map(|(a, op)| a.unary(op)),
            1 => (inner.clone(), any_name()).prop_map(|(a, name)| a.property(name)),
            1 => (any_name(), prop::collection::vec(inner.clone(), 0..3)).prop_map(|(f, a)| Expr::call(f, a)),
            1 => (inner.clone(), any_name(), prop::collection::vec(inner.clone(), 0..3))
                .prop_map(move |(of, name, a)| method(of, name, a).into()),
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Expr::list),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(c, a, b)| c.if_else(a, b)),
        ]
    })
}

proptest! {
    #![proptest_config(cases::cases(2000))]

    #[test]
    fn what_is_printed_is_read_back(expr in any_expr()) {
        let printed = expr.to_string();
        let (read, diagnostics) = Expr::parse(&printed);
        prop_assert!(!diagnostics.iter().any(Diagnostic::is_error), "{printed}: {diagnostics:?}");
        let read = read.unwrap();
        prop_assert_eq!(&read, &expr, "{}", printed);
        prop_assert_eq!(read.to_string(), printed);
    }

    #[test]
    fn any_text_is_read_or_reported(source in "(\\PC|[-+*/()\\[\\],.=<>!#`'\"0-9a-z \n]){0,40}", start in 0usize..50) {
        let (expr, diagnostics) = Expr::parse(&source);
        prop_assert_eq!(expr.is_none(), diagnostics.iter().any(Diagnostic::is_error));
        if let Some(expr) = expr {
            let printed = expr.to_string();
            prop_assert_eq!(Expr::parse(&printed).0, Some(expr.clone()), "{} from {}", printed, source);
            let _ = check_expr(&expr, &kinds(), &Functions::standard());
        }
        for diagnostic in diagnostics {
            prop_assert!(diagnostic.span.end <= source.len(), "{diagnostic:?}");
            let _ = diagnostic.render("any", &source);
        }
        let _ = Expr::parse_within(&source, Span::new(start, start + 5));
    }
}

#[test]
fn a_literal_that_cannot_be_read_is_reported_with_its_form() {
    let (expr, diagnostics) = Expr::parse("date(\"2011-13\") + quantity(5, x)");
    assert_eq!(expr, None);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].span, Span::new(5, 14));
    assert!(diagnostics[0].expected.as_deref().unwrap().contains("2011年7月3日"));
}
