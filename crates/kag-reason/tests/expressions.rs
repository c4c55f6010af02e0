//! What expressions are computed to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::collections::BTreeMap;

use kag_core::{Interval, NodeId, Value};
use kag_reason::{Binding, Environment, EvalError, EvalErrorKind, evaluate};
use kag_schema::{Expr, Functions};

/// Names and what they are bound to: a literal as a document writes it, an interval in
/// brackets, a column with `;` between its rows and `-` for a row without a match.
struct Bound(BTreeMap<String, Binding>);

impl Bound {
    fn new(names: &[(&str, &str)]) -> Self {
        Self(names.iter().map(|(name, text)| ((*name).to_owned(), binding(text))).collect())
    }
}

fn binding(text: &str) -> Binding {
    if text.contains(';') {
        let rows = text.split(';').map(str::trim).filter(|row| !row.is_empty());
        return Binding::Column(rows.map(value).collect());
    }
    Binding::One(value(text))
}

fn value(text: &str) -> Option<Value> {
    match text {
        "-" => None,
        "true" | "false" => Some((text == "true").into()),
        _ => match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            Some(interval) => Some(interval.parse::<Interval>().unwrap().into()),
            None => Some(Value::read(text)),
        },
    }
}

impl Environment for Bound {
    fn variable(&self, name: &str) -> Option<Binding> {
        self.0.variable(name).or_else(|| match name {
            "club" => Some(Value::from(NodeId::from_u128(1)).into()),
            "clubs" => Some(Binding::column([1, 2, 3].map(|id| NodeId::from_u128(id).into()))),
            _ => None,
        })
    }

    fn property(&self, node: NodeId, name: &str) -> Option<Value> {
        match (node.to_u128(), name) {
            (1, "founded") => Some(Value::read("1902年")),
            (2, "founded") => Some(Value::read("1899年")),
            (1, "颜色") => Some(vec!["白".into(), "blue".into()].into()),
            _ => None,
        }
    }

    fn call(
        &self,
        function: &str,
        arguments: &[Option<Value>],
    ) -> Option<Result<Option<Value>, Box<dyn std::error::Error + Send + Sync>>> {
        match function {
            "arity" => Some(Ok(Some(i64::try_from(arguments.len()).unwrap().into()))),
            "broken" => Some(Err("no such place".into())),
            _ => None,
        }
    }
}

fn run(source: &str, names: &[(&str, &str)]) -> Result<Option<Value>, EvalError> {
    let (expr, diagnostics) = Expr::parse(source);
    let expr = expr.unwrap_or_else(|| panic!("{source}: {diagnostics:?}"));
    evaluate(&expr, &Bound::new(names))
}

fn check(source: &str, names: &[(&str, &str)], expect: &str) {
    let found = match run(source, names) {
        Ok(Some(Value::List(items))) => {
            format!("[{}]", items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Ok(Some(value)) => value.to_string(),
        Ok(None) => "missing".to_owned(),
        Err(error) => format!("error: {}", error.kind),
    };
    assert_eq!(found, expect, "{source} with {names:?}");
}

#[test]
fn numbers_are_exact() {
    for (source, expect) in [
        ("1 + 2 * 3", "7"),
        ("0.1 + 0.2", "0.3"),
        ("0.1 + 0.2 = 0.3", "true"),
        ("7 / 2", "3.5"),
        ("6 / 3", "2"),
        ("1 / 3", "0.3333333333333333333333333333"),
        ("2 / 3", "0.6666666666666666666666666667"),
        ("0.0000000000000000000000000001 / 2", "0"),
        ("0.0000000000000000000000000003 / 2", "0.0000000000000000000000000002"),
        ("9223372036854775807 + 1", "9223372036854775808"),
        ("-9223372036854775807 - 1 - 1", "-9223372036854775809"),
        ("-7 mod 3", "-1"),
        ("7 mod -3", "1"),
        ("2 ^ 10", "1024"),
        ("2 ^ -2", "0.25"),
        ("1.5 ^ 2", "2.25"),
        ("0 ^ 0", "1"),
        ("4 ^ 0.5", "2"),
        ("10 ^ 28", "10000000000000000000000000000"),
        ("10 ^ 29", "error: the result is too large"),
        ("79228162514264337593543950335 + 1", "error: the result is too large"),
        ("1 / 0", "error: division by zero"),
        ("1 mod 0", "error: division by zero"),
        ("1.0e0 / 0", "error: division by zero"),
        ("0 ^ -1", "error: division by zero"),
        ("(-8) ^ 0.5", "error: there is no such number"),
        ("1e308 * 10", "error: the result is too large"),
        ("1 + 0.5e0", "1.5"),
        ("-(-5)", "5"),
        ("abs(-2.5)", "2.5"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(2.345, 2)", "2.35"),
        ("round(1250, -2)", "1300"),
        ("round(1250, -40)", "0"),
        ("round(2.345e0, 1)", "2.3"),
        ("floor(-2.5)", "-3"),
        ("ceil(2.1)", "3"),
        ("number(\"1,234.5\")", "1234.5"),
        ("number(\"12 km\")", "12"),
        ("number(\"twelve\")", "error: \"twelve\" is not a number"),
        ("\"a\" + 1", "error: `+` has no meaning between a text and an integer"),
    ] {
        check(source, &[], expect);
    }
}

#[test]
fn dates_differ_in_the_precision_they_share() {
    let names: &[(&str, &str)] = &[
        ("y1", "1902年"),
        ("y2", "2011年"),
        ("m1", "2010-11"),
        ("m2", "2011-07"),
        ("d1", "2011-02-28"),
        ("d2", "July 3, 2011"),
        ("birth", "1980年7月4日"),
    ];
    for (source, expect) in [
        ("y2 - y1", "109 years"),
        ("m2 - m1", "8 months"),
        ("d2 - d1", "125 days"),
        ("y2 - d1", "error: undecided between 2011 and 2011-02-28"),
        ("date_diff(d2, birth, \"year\")", "30"),
        ("date_diff(d2, birth, \"month\")", "371"),
        ("date_diff(d2, d1)", "125"),
        ("date_diff(d1, d2)", "-125"),
        ("date_diff(y2, y1, \"year\")", "109"),
        ("date_diff(y2, birth, \"year\")", "error: undecided between 2011 and 1980-07-04"),
        ("year(d2)", "2011"),
        ("month(d2)", "7"),
        ("day(d2)", "3"),
        ("month(y2)", "missing"),
        ("day(m2) + 1", "missing"),
        ("to_date(\"2011年7月\")", "2011-07"),
        ("to_date(\"one day\")", "error: \"one day\" is not a date"),
        ("y1 < y2", "true"),
        ("y2 < m2", "error: undecided between 2011 and 2011-07"),
        ("m2 in y2", "true"),
        ("y2 in m2", "error: undecided between 2011 and 2011-07"),
        ("m1 in y2", "false"),
    ] {
        check(source, names, expect);
    }
}

#[test]
fn a_duration_moves_a_date_that_is_known_as_finely() {
    for (date, duration, expect) in [
        ("2011年", "3 years", "2014"),
        ("2011年", "1.5 years", "error: 1.5 years cannot be added to 2011"),
        ("2011-07", "1.5 years", "2013-01"),
        ("2011-01-31", "1 month", "2011-02-28"),
        ("2011-07-03", "2 weeks", "2011-07-17"),
        ("2011-07-03", "48 h", "2011-07-05"),
        ("2011-07-03", "1 h", "error: 1 h cannot be added to 2011-07-03"),
        ("2011-07-03T12:00", "90 min", "2011-07-03T13:30:00"),
        ("2011年", "5 days", "error: 5 days cannot be added to 2011"),
        ("9999年", "1 year", "error: 1 year cannot be added to 9999"),
        ("2011年", "3 km", "error: operand 2 is a quantity (3 km), expected a duration"),
        ("2011年", "2世纪", "2211"),
    ] {
        check("date + duration", &[("date", date), ("duration", duration)], expect);
    }
    check("date - time", &[("date", "2011年"), ("time", "3年")], "2008");
    check("time + date", &[("date", "2011年"), ("time", "3年")], "2014");
}

#[test]
fn quantities_keep_to_their_dimension() {
    let names: &[(&str, &str)] = &[
        ("km", "2 km"),
        ("m", "500 m"),
        ("kg", "3 kg"),
        ("yi", "3亿元"),
        ("wan", "5000万元"),
        ("usd", "$100"),
        ("share", "45%"),
        ("warm", "30 °C"),
        ("cold", "50 °F"),
        ("mi", "1 mile"),
    ];
    for (source, expect) in [
        ("km + m", "2.5 km"),
        ("m - km", "-1500 m"),
        ("km / m", "4"),
        ("mi / km", "0.804672"),
        ("km * 3", "6 km"),
        ("3 * km", "6 km"),
        ("km / 4", "0.5 km"),
        ("km mod m", "0 km"),
        ("-km", "-2 km"),
        ("abs(-km)", "2 km"),
        ("yi + wan", "350000000 CNY"),
        ("yi > wan", "true"),
        ("yi * share", "135000000 CNY"),
        ("share * kg", "1.35 kg"),
        ("2 * share", "90%"),
        ("warm - cold", "20 °C"),
        ("warm + cold", "error: temperature and temperature have no common unit"),
        ("km + kg", "error: length and mass have no common unit"),
        ("yi + usd", "error: money in CNY and money in USD have no common unit"),
        ("km < kg", "error: length does not compare with mass"),
        ("km + 1", "error: `+` has no meaning between a quantity and an integer"),
        ("1 / km", "error: `/` has no meaning between an integer and a quantity"),
        ("km * kg", "error: `*` has no meaning between a quantity and a quantity"),
        ("km / 0", "error: division by zero"),
        ("round(km / 3, 2)", "0.67 km"),
        ("sum(km, m)", "2.5 km"),
        ("mean(km, m)", "1.25 km"),
        ("max(km, m, mi)", "2 km"),
        ("sum(km, kg)", "error: length and mass have no common unit"),
        ("sum(km, 1)", "error: operand 1 is a quantity (2 km), expected a number, as the others are"),
    ] {
        check(source, names, expect);
    }
}

#[test]
fn what_is_undecided_is_neither_true_nor_false() {
    let names: &[(&str, &str)] =
        &[("year", "2011年"), ("month", "2011-07"), ("none", "-"), ("t", "true"), ("f", "false")];
    let undecided = "error: undecided between 2011 and 2011-07";
    for (source, expect) in [
        ("year = month", undecided),
        ("not (year = month)", undecided),
        ("year = month or t", "true"),
        ("t or year = month", "true"),
        ("year = month and f", "false"),
        ("f and year = month", "false"),
        ("year = month and t", undecided),
        ("year = month xor t", undecided),
        ("if(year = month, 1, 2)", undecided),
        ("any(year = month, t)", "true"),
        ("all(year = month, f)", "false"),
        ("all(year = month, t)", undecided),
        ("none = 1", "error: undecided, as a value is missing"),
        ("none = 1 or t", "true"),
        ("none and f", "false"),
        ("none + 1", "missing"),
        ("-none", "missing"),
        ("coalesce(none, 5)", "5"),
        ("exists(none)", "false"),
        ("exists(year)", "true"),
        ("if(t, 1, 1 / 0)", "1"),
        ("t xor f", "true"),
        ("1 and t", "error: operand 1 is an integer (1), expected true or false"),
    ] {
        check(source, names, expect);
    }
}

#[test]
fn aggregates_leave_out_what_is_missing() {
    let names: &[(&str, &str)] = &[
        ("goals", "3; -; 5; 3; 5.0"),
        ("teams", "皇家马德里; Barcelona; Milan; 皇家马德里; Milan"),
        ("founded", "1902年; 1899年; -; 1902年; 1899-12-16"),
        ("years", "2011年; 2009年; 2011-07"),
        ("empty", ";"),
        ("one", "7; 7; -"),
        ("mixed", "1; a"),
        ("truths", "true; true"),
    ];
    for (source, expect) in [
        ("count(goals)", "2"),
        ("count_all(goals)", "4"),
        ("sum(goals)", "16"),
        ("mean(goals)", "4"),
        ("min(goals)", "3"),
        ("max(goals)", "5"),
        ("max(goals, 9)", "9"),
        ("count(teams)", "3"),
        ("argmax(teams, founded)", "皇家马德里"),
        ("argmin(teams, founded)", "error: undecided between 1899 and 1899-12-16"),
        ("argmin(teams, goals)", "皇家马德里"),
        ("argmin(teams, empty)", "error: lists of 5 and 0 values do not match"),
        ("min(years)", "2009"),
        ("max(years)", "error: undecided between 2011-07 and 2011"),
        ("count(empty)", "0"),
        ("sum(empty)", "0"),
        ("mean(empty)", "error: `mean` of no values"),
        ("min(empty)", "error: `min` of no values"),
        ("first(empty)", "error: `first` of no values"),
        ("all(empty)", "true"),
        ("any(empty)", "false"),
        ("all(truths)", "true"),
        ("first(teams)", "皇家马德里"),
        ("last(teams)", "Milan"),
        ("one + 1", "8"),
        ("goals + 1", "error: operand 1 has 2 different values where one is needed"),
        ("max(mixed)", "error: a text does not compare with an integer"),
        ("sum(teams)", "error: operand 1 is a text (皇家马德里), expected numbers or quantities"),
        ("求和(goals)", "16"),
        ("COUNT(teams)", "3"),
    ] {
        check(source, names, expect);
    }
}

#[test]
fn lists_are_sets_by_meaning() {
    let names: &[(&str, &str)] = &[
        ("a", "1; 2; 3; 2; 2.0"),
        ("b", "3; 4; 2"),
        ("distances", "1 km; 1000 m; 2 km"),
        ("empty", ";"),
        ("span", "[2009/2018]"),
        ("year", "2011年"),
    ];
    for (source, expect) in [
        ("union(a, b)", "[1, 2, 3, 4]"),
        ("intersection(a, b)", "[2, 3]"),
        ("intersection(a, b, empty)", "[]"),
        ("difference(a, b)", "[1]"),
        ("difference(b, a)", "[4]"),
        ("distinct(distances)", "[1 km, 2 km]"),
        ("count(distances)", "2"),
        ("2 in a", "true"),
        ("a contains 9", "false"),
        ("9 in empty", "false"),
        ("\"x\" in a", "error: a text does not compare with an integer"),
        ("5 in [\"a\", 5]", "true"),
        ("year in span", "true"),
        ("\"北京\" in \"北京大学\"", "true"),
        ("\"北京大学\" contains \"清华\"", "false"),
        ("[1, 2] = [1, 2.0]", "true"),
        ("[1, 2] = [2, 1]", "false"),
        ("start_of(span)", "2009"),
        ("end_of(span)", "2018"),
        ("length(a)", "5"),
        ("length(\"北京 x\")", "4"),
        ("upper(\"café\")", "CAFÉ"),
        ("concat(\"第\", 3, \"名\")", "第3名"),
        ("starts_with(\"北京大学\", \"北京\")", "true"),
    ] {
        check(source, names, expect);
    }
}

#[test]
fn literals_of_every_kind_are_computed() {
    for (source, expect) in [
        ("2011-07-03 - 2011-02-28", "125 days"),
        ("2011年 + 3 years", "2014"),
        ("5 km + 500 m", "5.5 km"),
        ("3亿元 * 45%", "135000000 CNY"),
        ("2011年 in interval(\"2009/2018\")", "true"),
        ("date(\"2011-07\") > 2011年6月", "true"),
        ("（１＋２）×３", "9"),
        ("if 5 km > 3 miles then \"far\" else \"near\"", "far"),
    ] {
        check(source, &[], expect);
    }
}

#[test]
fn properties_are_asked_of_the_environment() {
    for (source, expect) in [
        ("club.founded", "1902"),
        ("clubs.founded", "[1902, 1899]"),
        ("min(clubs.founded)", "1899"),
        ("argmin(clubs, clubs.founded)", "00000000000000000000000000000002"),
        ("count(clubs.颜色)", "2"),
        ("\"白\" in club.颜色", "true"),
        ("club.unknown", "missing"),
        ("exists(club.unknown)", "false"),
        ("(1).founded", "error: operand 1 is an integer (1), expected a node before the point"),
    ] {
        check(source, &[], expect);
    }
}

#[test]
fn an_error_says_which_part_and_why() {
    let error = run("1 + 2 * (a - 3)", &[("a", "five")]).unwrap_err();
    assert_eq!(error.to_string(), "cannot compute `a - 3`: `-` has no meaning between a text and an integer");
    assert_eq!(error.span.of("1 + 2 * (a - 3)"), Some("(a - 3)"));
    assert!(matches!(run("a", &[]).unwrap_err().kind, EvalErrorKind::UnknownVariable { .. }));
    assert!(matches!(run("f(1)", &[]).unwrap_err().kind, EvalErrorKind::UnknownFunction { .. }));
    assert!(matches!(run("year()", &[]).unwrap_err().kind, EvalErrorKind::Arguments { given: 0, .. }));
    assert!(run("a = b", &[("a", "2011年"), ("b", "2011-07")]).unwrap_err().is_undecided());
}

#[test]
fn a_function_of_the_host_is_called_and_its_failure_kept() {
    check("arity(1, [2, 3])", &[], "2");
    let error = run("broken(1)", &[]).unwrap_err();
    assert_eq!(error.to_string(), "cannot compute `broken(1)`: the function failed");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no such place");
}

#[test]
fn every_function_of_the_language_is_computed() {
    for signature in Functions::standard().iter() {
        let call = Expr::call(signature.name.clone(), []);
        let error = evaluate(&call, &Bound::new(&[])).unwrap_err();
        let expected = matches!(error.kind, EvalErrorKind::Arguments { .. } | EvalErrorKind::NoClock);
        assert!(expected, "{}: {error}", signature.name);
    }
}

#[test]
fn an_expression_that_nests_too_deeply_is_refused() {
    let mut expr = Expr::literal(1);
    for _ in 0..300 {
        expr = expr.unary(kag_schema::UnaryOp::Negate);
    }
    let error = evaluate(&expr, &Bound::new(&[])).unwrap_err();
    assert_eq!(error.kind, EvalErrorKind::TooDeep);
}
