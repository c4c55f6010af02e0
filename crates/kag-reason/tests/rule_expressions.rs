//! What expressions of rules are computed to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::sync::Arc;

use kag_core::{NodeId, PartialDate, Value};
use kag_reason::{Binding, Environment, EvalErrorKind, HostError, Prepared, evaluate, holds};
use kag_schema::{BinaryOp, ConceptName, Dialect, Expr, ExprKind, ListMethod, PathPattern, UnaryOp};
use proptest::{prelude::*, test_runner::RngSeed};

/// Names and their values, in rules.
struct Row {
    names: Vec<(&'static str, Binding)>,
    dialect: Dialect,
}

fn row<const N: usize>(names: [(&'static str, Binding); N]) -> Row {
    Row { names: names.into(), dialect: Dialect::Rule }
}

const PRICE: u128 = 7;

impl Environment for Row {
    fn variable(&self, name: &str) -> Option<Binding> {
        self.names.iter().find(|(known, _)| *known == name).map(|(_, binding)| binding.clone())
    }

    fn property(&self, node: NodeId, name: &str) -> Option<Value> {
        match (node.to_u128(), name) {
            (id @ 100..200, "amount") => Some(i64::try_from(id - 100).unwrap().into()),
            (PRICE, "level") => Some(3.into()),
            _ => None,
        }
    }

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn now(&self) -> Option<PartialDate> {
        "2023-09-01".parse().ok()
    }

    fn parameter(&self, name: &str) -> Option<Binding> {
        (name == "ids").then(|| Binding::column(["a".into(), "b".into()]))
    }

    fn name(&self, node: NodeId) -> Option<Arc<str>> {
        (node.to_u128() == PRICE).then(|| "价格".into())
    }

    fn method(&self, expr: &Expr) -> Option<Result<Binding, HostError>> {
        match &expr.kind {
            ExprKind::Method { name, .. } if &**name == "nodes" => {
                Some(Ok(Binding::column([NodeId::from_u128(PRICE).into()])))
            }
            ExprKind::Method { name, .. } if &**name == "broken" => Some(Err("no group here".into())),
            _ => None,
        }
    }

    fn concept(&self, concept: &ConceptName) -> Option<Result<Option<bool>, HostError>> {
        Some(Ok(if &*concept.name == "unknown" { None } else { Some(&*concept.name == "高血压") }))
    }

    fn path(&self, path: &PathPattern) -> Option<Result<Option<bool>, HostError>> {
        Some(Ok(Some(path.steps.is_empty())))
    }
}

fn var(name: &str) -> Expr {
    Expr::variable(name)
}

fn method(of: Expr, name: &str, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    ExprKind::Method { of: Box::new(of), name: name.into(), arguments: arguments.into_iter().collect() }.into()
}

fn lambda<const N: usize>(parameters: [&str; N], body: Expr) -> Expr {
    ExprKind::Lambda { parameters: parameters.map(Into::into).into(), body: Box::new(body) }.into()
}

fn null() -> Expr {
    ExprKind::Null.into()
}

#[track_caller]
fn shown(expr: &Expr, row: &Row) -> String {
    let once = evaluate(expr, row);
    let prepared = Prepared::new(expr.clone()).evaluate(row);
    let show = |result: Result<Option<Value>, kag_reason::EvalError>| match result {
        Ok(Some(Value::List(items))) => {
            format!("[{}]", items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Ok(Some(value)) => value.to_string(),
        Ok(None) => "missing".to_owned(),
        Err(error) if error.is_undecided() => "undecided".to_owned(),
        Err(error) => format!("error: {error}"),
    };
    let once = show(once);
    assert_eq!(show(prepared), once, "{expr} is one thing prepared and another not");
    once
}

fn edges(amounts: &[u128]) -> Binding {
    Binding::column(amounts.iter().map(|amount| NodeId::from_u128(100 + amount).into()))
}

#[test]
fn null_is_asked_for_and_never_undecided() {
    let row = row([("x", Binding::One(None)), ("y", Value::from(1).into()), ("none", Binding::Column(vec![None]))]);
    let equal = |name, op| var(name).binary(op, null());
    for (expr, expect) in [
        (equal("x", BinaryOp::Equal), "true"),
        (equal("x", BinaryOp::NotEqual), "false"),
        (equal("y", BinaryOp::Equal), "false"),
        (null().binary(BinaryOp::NotEqual, var("y")), "true"),
        (var("none").unary(UnaryOp::IsNull), "true"),
        (var("x").binary(BinaryOp::Greater, Expr::literal(1)).unary(UnaryOp::IsNull), "true"),
        (var("x").binary(BinaryOp::Equal, var("x")), "undecided"),
        (null(), "missing"),
        (Expr::call("is_not_null", [var("y")]), "true"),
    ] {
        assert_eq!(shown(&expr, &row), expect, "{expr}");
    }
}

#[test]
fn a_condition_holds_does_not_or_is_undecided() {
    let row = row([("x", Binding::One(None)), ("y", Value::from(5).into())]);
    let more = |name: &str| var(name).binary(BinaryOp::Greater, Expr::literal(3));
    assert_eq!(holds(&more("y"), &row).unwrap(), Some(true));
    assert_eq!(holds(&more("x"), &row).unwrap(), None);
    assert_eq!(holds(&more("x").binary(BinaryOp::Or, more("y")), &row).unwrap(), Some(true));
    assert_eq!(holds(&more("x").unary(UnaryOp::Not), &row).unwrap(), None);
    assert!(holds(&var("y"), &row).is_err());
}

#[test]
fn texts_are_read_as_what_they_meet_in_rules_only() {
    let date = |text: &str| Binding::from(Value::Date(text.parse().unwrap()));
    let mut row = row([
        ("born", date("1985-03-02")),
        ("newYear", date("1980-01-01")),
        ("age", Value::from(30).into()),
        ("period", Value::from("日").into()),
        ("flag", Value::from(true).into()),
        ("far", Value::read("5 km").into()),
    ]);
    let ask = |name: &str, op, text: &str| var(name).binary(op, Expr::literal(text));
    let cases = [
        (ask("born", BinaryOp::Greater, "1980"), "true"),
        (ask("newYear", BinaryOp::Greater, "1980"), "true"),
        (ask("born", BinaryOp::Less, "19850303"), "true"),
        (ask("born", BinaryOp::Equal, "1985-03-02"), "true"),
        (ask("born", BinaryOp::Equal, "1985"), "false"),
        (Expr::literal("1990").binary(BinaryOp::Greater, var("born")), "true"),
        (ask("age", BinaryOp::Equal, "30"), "true"),
        (ask("age", BinaryOp::Greater, "4"), "true"),
        (ask("age", BinaryOp::Equal, "日"), "false"),
        (ask("period", BinaryOp::Equal, "日"), "true"),
        (ask("flag", BinaryOp::Equal, "TRUE"), "true"),
        (ask("far", BinaryOp::GreaterOrEqual, "4999 m"), "true"),
        (ask("age", BinaryOp::Like, "3%"), "true"),
        (var("age").binary(BinaryOp::In, Expr::list([Expr::literal("30"), Expr::literal("x")])), "true"),
    ];
    for (expr, expect) in &cases {
        assert_eq!(shown(expr, &row), *expect, "{expr}");
    }
    let unreadable = evaluate(&ask("age", BinaryOp::Greater, "日"), &row).unwrap_err();
    assert_eq!(unreadable.to_string(), "cannot compute `age > \"日\"`: \"日\" is not a number");
    row.dialect = Dialect::Formula;
    for (expr, _) in cases.iter().filter(|(expr, _)| !expr.to_string().contains("period")) {
        assert!(shown(expr, &row).starts_with("error"), "{expr}");
    }
}

#[test]
fn a_node_is_equal_to_its_name() {
    let node = NodeId::from_u128(PRICE);
    let row = row([("i", Value::from(node).into()), ("other", Value::from(NodeId::from_u128(9)).into())]);
    let ask = |op, text: &str| var("i").binary(op, Expr::literal(text));
    for (expr, expect) in [
        (ask(BinaryOp::Equal, "价格"), "true"),
        (ask(BinaryOp::NotEqual, "成本"), "true"),
        (Expr::literal("价格").binary(BinaryOp::Equal, var("i")), "true"),
        (var("i").binary(BinaryOp::In, Expr::list([Expr::literal("成本"), Expr::literal("价格")])), "true"),
        (ask(BinaryOp::Like, "价_"), "true"),
        (ask(BinaryOp::RegexLike, "^价"), "true"),
        (ask(BinaryOp::Contains, "格"), "true"),
        (Expr::call("concat", [var("i"), Expr::literal("上涨")]), "价格上涨"),
        (Expr::call("length", [var("i")]), "2"),
    ] {
        assert_eq!(shown(&expr, &row), expect, "{expr}");
    }
    let nameless = var("other").binary(BinaryOp::Equal, Expr::literal("价格"));
    assert_eq!(
        evaluate(&nameless, &row).unwrap_err().to_string(),
        format!("cannot compute `{nameless}`: a node does not compare with a text")
    );
}

#[test]
fn what_only_the_host_knows_is_asked_of_it() {
    let row = row([("e", edges(&[1])), ("s", Value::from("b").into())]);
    let concept = |name: &str| Expr::from(ExprKind::Concept(ConceptName::new("疾病", name)));
    for (expr, expect) in [
        (var("s").binary(BinaryOp::In, ExprKind::Parameter("ids".into()).into()), "true"),
        (ExprKind::Parameter("no".into()).into(), "error: cannot compute `$no`: no value is given for `$no`"),
        (concept("高血压"), "true"),
        (concept("unknown"), "undecided"),
        (concept("unknown").binary(BinaryOp::Or, concept("高血压")), "true"),
        (ExprKind::Path(Box::new(PathPattern::node(kag_schema::NodePattern::named("s")))).into(), "true"),
        (method(method(var("e"), "nodes", []), "count", []), "1"),
        (method(var("e"), "broken", []), "error: cannot compute `e.broken()`: the function failed"),
        (method(var("e"), "unheard", []), "error: cannot compute `e.unheard()`: unknown operation `unheard`"),
    ] {
        assert_eq!(shown(&expr, &row), expect, "{expr}");
    }
    let bare = std::collections::BTreeMap::<String, Binding>::new();
    let error = evaluate(&concept("高血压"), &bare).unwrap_err();
    assert!(matches!(error.kind, EvalErrorKind::Unsupported { .. }), "{error}");
}

#[test]
fn a_rule_value_computes_one_of_its_values() {
    let row = row([("x", Binding::One(None)), ("n", Value::from(3).into())]);
    let broken = || Expr::literal(1).binary(BinaryOp::Divide, Expr::literal(0));
    let choose = |condition, then, otherwise| Expr::call("RULE_VALUE", [condition, then, otherwise]);
    let more = |name: &str| var(name).binary(BinaryOp::Greater, Expr::literal(2));
    for (expr, expect) in [
        (choose(more("n"), Expr::literal("多"), broken()), "多"),
        (choose(more("x"), broken(), Expr::literal("few")), "few"),
        (choose(var("x"), broken(), Expr::literal("few")), "few"),
        (choose(var("x").binary(BinaryOp::Equal, null()), Expr::literal(0), var("x")), "0"),
        (
            choose(var("n"), Expr::literal(1), Expr::literal(2)),
            "error: cannot compute `RULE_VALUE(n, 1, 2)`: operand 1 is an integer (3), expected true or false",
        ),
        (
            Expr::call("rule_value", [var("n")]),
            "error: cannot compute `rule_value(n)`: `rule_value` does not take 1 arguments",
        ),
    ] {
        assert_eq!(shown(&expr, &row), expect, "{expr}");
    }
}

/// Lists with and without gaps, and a path of three edges.
fn lists() -> Row {
    row([
        ("e", edges(&[30, 10, 20])),
        ("a", Binding::column([3.into(), 12.into(), 11.into(), 12.into()])),
        ("none", Binding::One(None)),
        ("gaps", Binding::Column(vec![Some(2.into()), None, Some(1.into())])),
        ("most", Value::from(25).into()),
    ])
}

#[test]
fn lists_are_aggregated_filtered_and_folded() {
    let row = lists();
    let edges = || method(var("e"), "edges", []);
    let amount = |name: &str| var(name).property("amount");
    let big = |name: &str| var(name).binary(BinaryOp::Greater, Expr::literal(10));
    let rising = |op| lambda(["pre", "cur"], amount("cur").binary(op, amount("pre")));
    let n = |n: i64| Expr::literal(n);
    for (expr, expect) in [
        (method(edges(), "sum", [amount("e")]), "60"),
        (method(edges(), "Count", []), "3"),
        (method(edges(), "constraint", [rising(BinaryOp::Greater)]), "false"),
        (method(method(edges(), "head", [n(1)]), "constraint", [rising(BinaryOp::Greater)]), "true"),
        (method(method(edges(), "slice", [n(1), n(3)]), "constraint", [rising(BinaryOp::Greater)]), "true"),
        (
            method(edges(), "constraint", [lambda(["pre", "cur"], amount("cur").binary(BinaryOp::Less, var("most")))]),
            "true",
        ),
        (
            method(
                edges(),
                "constraint",
                [lambda(["pre", "cur"], var("cur").property("no").binary(BinaryOp::Less, n(1)))],
            ),
            "undecided",
        ),
        (
            method(
                edges(),
                "reduce",
                [lambda(["x", "y"], amount("y").binary(BinaryOp::Multiply, var("x"))), Expr::literal(1)],
            ),
            "6000",
        ),
        (method(var("none"), "reduce", [lambda(["x", "y"], var("x")), Expr::literal("anfang")]), "anfang"),
        (method(var("a"), "sum", []), "38"),
        (method(method(var("a"), "if", [big("a")]), "count", []), "3"),
        (method(method(var("a"), "if", [big("a")]), "count_distinct", []), "2"),
        (method(method(var("a"), "if", [lambda(["v"], big("v"))]), "accumulate", [Expr::literal("*")]), "1584"),
        (method(var("a"), "accumulate", []), "38"),
        (
            method(var("a"), "accumulate", [Expr::literal("-")]),
            "error: cannot compute `a.accumulate(\"-\")`: unsupported expression accumulation, neither `+` nor `*`",
        ),
        (method(var("a"), "countIf", [big("a")]), "3"),
        (method(var("e"), "maxIf", [amount("e").binary(BinaryOp::Less, n(25)), amount("e")]), "20"),
        (method(var("a"), "avg", []), "9.5"),
        (method(var("none"), "avg", []), "missing"),
        (method(var("none"), "sum", []), "0"),
        (method(var("none"), "count", []), "0"),
        (method(var("gaps"), "count", []), "2"),
        (method(var("gaps"), "min", []), "1"),
    ] {
        assert_eq!(shown(&expr, &row), expect, "{expr}");
    }
}

#[test]
fn items_are_taken_by_place_and_order() {
    let row = lists();
    let edges = || method(var("e"), "edges", []);
    let amount = |name: &str| var(name).property("amount");
    let big = |name: &str| var(name).binary(BinaryOp::Greater, Expr::literal(10));
    let n = |n: i64| Expr::literal(n);
    for (expr, expect) in [
        (method(var("a"), "get", [n(1)]), "12"),
        (method(var("a"), "get", []), "3"),
        (method(var("a"), "get", [n(9)]), "missing"),
        (method(var("a"), "slice", [n(1), n(3)]), "[12, 11]"),
        (method(var("a"), "slice", [n(2)]), "[11, 12]"),
        (method(var("a"), "slice", [n(3), n(1)]), "[]"),
        (method(var("a"), "limit", [n(2)]), "[3, 12]"),
        (method(var("a"), "asc", []), "[3, 11, 12, 12]"),
        (method(var("gaps"), "asc", []), "[1, 2]"),
        (method(method(method(edges(), "desc", [amount("e")]), "limit", [n(2)]), "sum", [amount("e")]), "50"),
        (method(var("a"), "head", []), "3"),
        (method(var("a"), "head", [n(-3)]), "[3]"),
        (method(var("a"), "tail", []), "12"),
        (method(var("a"), "tail", [n(2)]), "[11, 12]"),
        (method(var("a"), "tail", [n(-3)]), "[12]"),
        (method(var("a"), "str_join", [Expr::literal("、")]), "3、12、11、12"),
        (method(var("a"), "concat_agg", []), "3,12,11,12"),
        (method(var("a"), "first", []), "3"),
        (method(var("most"), "max", []), "25"),
        (method(var("a"), "sum", [n(1), n(2)]), "error: cannot compute `a.sum(1, 2)`: `sum` does not take 2 arguments"),
        (
            method(var("a"), "constraint", [big("a")]),
            "error: cannot compute `a.constraint(a > 10)`: expected a function of 2 arguments, as in `(a, b) => a + b`",
        ),
        (
            method(var("a"), "limit", [Expr::literal("x")]),
            "error: cannot compute `a.limit(\"x\")`: operand 1 is a text (x), expected a whole number",
        ),
    ] {
        assert_eq!(shown(&expr, &row), expect, "{expr}");
    }
}

#[test]
fn patterns_cover_the_text_and_expressions_are_found_in_it() {
    let row = row([]);
    let like = |text: &str, pattern: &str| Expr::literal(text).binary(BinaryOp::Like, Expr::literal(pattern));
    for (text, pattern, expect) in [
        ("疑似赌博应用", "%赌博%", true),
        ("赌博", "%赌博%", true),
        ("赌", "赌博", false),
        ("", "", true),
        ("", "%", true),
        ("a", "", false),
        ("SUPERVISOR", "%SUPERVISOR", true),
        ("SUPERVISORS", "%SUPERVISOR", false),
        ("价格", "价_", true),
        ("价", "价_", false),
        ("a.c", "a.c", true),
        ("abc", "a.c", false),
        ("100%", "100\\%", true),
        ("1000", "100\\%", false),
        ("a_b", "a\\_b", true),
        ("line\nbreak", "line%break", true),
        ("aab", "%a%b", true),
        ("ab", "ab%b", false),
    ] {
        assert_eq!(shown(&like(text, pattern), &row), expect.to_string(), "{text} like {pattern}");
    }
    let regex = |text: &str, pattern: &str| Expr::literal(text).binary(BinaryOp::RegexLike, Expr::literal(pattern));
    assert_eq!(shown(&regex("1345-123", "(63-)|(1345-)"), &row), "true");
    assert_eq!(shown(&regex("价格上涨", "^上"), &row), "false");
    let error = evaluate(&regex("x", "(a"), &row).unwrap_err();
    assert!(matches!(&error.kind, EvalErrorKind::Pattern { pattern, .. } if pattern == "(a"), "{error}");
    assert_eq!(
        error.to_string(),
        "cannot compute `\"x\" rlike \"(a\"`: the pattern \"(a\" cannot be read: unclosed group"
    );
    assert!(evaluate(&regex("x", "a{1000}{1000}"), &row).is_err());
}

#[test]
fn a_text_of_a_rule_contains_one_of_several() {
    let row = row([("tags", Binding::column(["MRI".into(), "CT".into()])), ("no", Binding::One(None))]);
    let has = |whole: Expr, parts: &[&str]| {
        whole.binary(BinaryOp::Contains, Expr::list(parts.iter().map(|part| Expr::literal(*part))))
    };
    for (expr, expect) in [
        (has(Expr::literal("突破包膜"), &["侵犯", "包膜"]), "true"),
        (has(Expr::literal("突破包膜"), &["完整"]), "false"),
        (has(Expr::literal("突破包膜"), &[]), "false"),
        (has(var("tags"), &["PET", "CT"]), "true"),
        (has(var("no"), &["CT"]), "undecided"),
    ] {
        assert_eq!(shown(&expr, &row), expect, "{expr}");
    }
    let mut formula = row;
    formula.dialect = Dialect::Formula;
    assert!(shown(&has(Expr::literal("abc"), &["a", "b"]), &formula).starts_with("error"));
}

#[test]
fn operations_nest_as_deep_as_they_are_read() {
    let row = row([("a", Binding::column([3.into(), 12.into()]))]);
    let kept = |list| method(list, "if", [var("a").binary(BinaryOp::Greater, Expr::literal(1))]);
    let chained = (0..250).fold(var("a"), |list, _| kept(list));
    assert_eq!(shown(&chained, &row), "[3, 12]");
    let nested = (0..120).fold(var("a"), |inner, _| {
        method(Expr::list([Expr::literal(1)]), "reduce", [lambda(["x", "y"], inner), Expr::literal(0)])
    });
    assert_eq!(shown(&nested, &row), "[3, 12]");
    let too_deep = (0..300).fold(var("a"), |list, _| kept(list));
    assert!(shown(&too_deep, &row).ends_with("nested too deeply"), "{}", shown(&too_deep, &row));
}

/// Operations on lists and what may stand in them, most of which make no sense.
fn operations() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["e", "a", "none", "gaps", "x", "y", "nobody"]).prop_map(var),
        prop::sample::select(vec!["", "中", "3", "+", "*", "%a_", "(", "2023-09-01"]).prop_map(Expr::literal),
        (-3i64..4).prop_map(Expr::literal),
        any::<bool>().prop_map(Expr::literal),
        Just(null()),
    ];
    let names: Vec<&str> = ListMethod::all().map(ListMethod::name).collect();
    leaf.prop_recursive(4, 40, 3, move |inner| {
        let operators = prop::sample::select(vec![
            BinaryOp::Equal,
            BinaryOp::Less,
            BinaryOp::And,
            BinaryOp::Like,
            BinaryOp::RegexLike,
            BinaryOp::In,
            BinaryOp::Contains,
            BinaryOp::Add,
            BinaryOp::Multiply,
        ]);
        prop_oneof![
            3 => (inner.clone(), prop::sample::select(names.clone()), prop::collection::vec(inner.clone(), 0..3))
                .prop_map(|(of, name, arguments)| method(of, name, arguments)),
            1 => (inner.clone(), operators, inner.clone()).prop_map(|(left, op, right)| left.binary(op, right)),
            1 => inner.clone().prop_map(|body| lambda(["x", "y"], body)),
            1 => inner.clone().prop_map(|body| lambda(["x"], body)),
            1 => inner.clone().prop_map(|of| of.property("amount")),
            1 => inner.prop_map(|of| of.unary(UnaryOp::IsNull)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        rng_seed: RngSeed::Fixed(1980),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_stands_in_a_rule_is_computed_or_an_error(expr in operations()) {
        let row = row([
            ("e", edges(&[30, 10, 20])),
            ("a", Binding::column([3.into(), 12.into(), 11.into(), 12.into()])),
            ("none", Binding::One(None)),
            ("gaps", Binding::Column(vec![Some(2.into()), None, Some("1".into())])),
        ]);
        // Prepared or not, it is the same; and whether it holds agrees with what it is.
        let shown = shown(&expr, &row);
        match holds(&expr, &row) {
            // A list of one truth counts as that.
            Ok(Some(truth)) => prop_assert!(shown.contains(&truth.to_string()), "{}", shown),
            Ok(None) => prop_assert!(shown == "undecided" || shown == "missing" || shown == "[]", "{}", shown),
            Err(_) => prop_assert!(shown != "undecided", "{}", shown),
        }
    }

    #[test]
    fn asking_for_null_is_always_decided(expr in operations()) {
        let row = row([("e", edges(&[1])), ("a", Binding::One(None))]);
        if let Ok(found) = evaluate(&expr.clone().unary(UnaryOp::IsNull), &row) {
            prop_assert!(matches!(found, Some(Value::Boolean(_))));
            let same = evaluate(&expr.binary(BinaryOp::Equal, null()), &row).unwrap();
            prop_assert_eq!(same, found);
        }
    }
}
