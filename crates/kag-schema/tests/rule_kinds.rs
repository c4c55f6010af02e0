//! What is found wrong with expressions of rules before they are computed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use expect_test::{Expect, expect};
use kag_schema::{
    Diagnostic, Dialect, Expr, ExprScope, ExprType, Form, Functions, Parameter, ResultType, Signature, check_expr,
};

/// Companies, the transfers between them, and a path of transfers.
struct Transfers(Dialect);

impl ExprScope for Transfers {
    fn variable(&self, name: &str) -> Option<ExprType> {
        Some(match name {
            "s" | "公司" | "f" => ExprType::Node(None),
            "e" | "path" => ExprType::list(ExprType::Node(None)),
            "amounts" => ExprType::list(ExprType::Integer),
            "names" => ExprType::list(ExprType::Text),
            "index" => ExprType::Node(Some("Index".into())),
            "holds" => ExprType::Boolean,
            "most" => ExprType::Integer,
            _ => return None,
        })
    }

    fn names(&self) -> Vec<String> {
        ["s", "公司", "f", "e", "path", "amounts", "names", "index", "holds", "most"].map(str::to_owned).into()
    }

    fn property(&self, _: &ExprType, name: &str) -> Option<ExprType> {
        Some(match name {
            "amount" => ExprType::Integer,
            "date" | "born" => ExprType::Date,
            "name" => ExprType::Text,
            _ => return None,
        })
    }

    fn properties(&self, _: &ExprType) -> Vec<String> {
        ["amount", "date", "born", "name"].map(str::to_owned).into()
    }

    fn parameter(&self, name: &str) -> Option<ExprType> {
        (name == "ids").then(|| ExprType::list(ExprType::Text))
    }

    fn dialect(&self) -> Dialect {
        self.0
    }
}

fn checked(source: &str, scope: &dyn ExprScope) -> (ExprType, Vec<Diagnostic>) {
    let (expr, diagnostics) = Expr::parse_in_rule(source);
    let expr = expr.unwrap_or_else(|| panic!("{source}: {diagnostics:?}"));
    check_expr(&expr, scope, &Functions::standard())
}

#[track_caller]
fn reports(source: &str, expect: &Expect) {
    let (_, diagnostics) = checked(source, &Transfers(Dialect::Rule));
    let text: String = diagnostics.iter().map(|d| d.render("rule", source)).collect();
    expect.assert_eq(&text);
}

#[test]
fn kinds_follow_from_operations() {
    for (source, kind) in [
        ("e.edges().sum(e.amount)", ExprType::Integer),
        ("e.edges().avg(e.amount)", ExprType::Number),
        ("e.edges().if(e.amount > 3).count()", ExprType::Integer),
        ("e.edges().constraint((pre, cur) => cur.date > pre.date)", ExprType::Boolean),
        ("amounts.reduce((x, y) => x + y, 0)", ExprType::Any),
        ("amounts.accumulate(+)", ExprType::Integer),
        ("amounts.desc().limit(3)", ExprType::list(ExprType::Integer)),
        ("amounts.get(1)", ExprType::Integer),
        ("amounts.head()", ExprType::Integer),
        ("amounts.tail(2)", ExprType::list(ExprType::Integer)),
        ("names.str_join('、')", ExprType::Text),
        ("path.nodes()", ExprType::list(ExprType::Node(None))),
        ("e.edges().maxIf(e.amount < 9, e.date)", ExprType::Date),
        ("group(s, s.name).sum(f.amount)", ExprType::Integer),
        ("group(s).if(f.amount > 3).avg(f.amount)", ExprType::Number),
        ("group(s).countIf(f.amount > 3, f)", ExprType::Integer),
        ("group(s).ConcatAggIf(holds, f.name)", ExprType::Text),
        ("group(s).desc(f.amount).limit(1)", ExprType::Boolean),
        ("group(s).keep_longest_path(e)", ExprType::Boolean),
        ("top(f.amount, 2)", ExprType::Boolean),
        ("rule_value(holds, 1, 2)", ExprType::Integer),
        ("cast_type(s.name, 'bigint')", ExprType::Integer),
        ("to_date(s.name)", ExprType::Date),
        ("to_date(s.name, 'yyyyMMdd')", ExprType::Date),
        ("date_add(s.born, 1, 'day')", ExprType::Date),
        ("date_diff(from_unix_time(now(), 'yyyyMMdd'), f.date) < 30", ExprType::Boolean),
        ("s.born > '1980'", ExprType::Boolean),
        ("s.amount == '3'", ExprType::Boolean),
        ("index == '价格' and index like '价%'", ExprType::Boolean),
        ("s.name in $ids", ExprType::Boolean),
        ("s.amount == null or s.name is null", ExprType::Boolean),
        ("s.name contains ['a', 'b']", ExprType::Boolean),
        ("lower(s.amount)", ExprType::Text),
    ] {
        let (found, diagnostics) = checked(source, &Transfers(Dialect::Rule));
        assert!(diagnostics.is_empty(), "{source}: {diagnostics:?}");
        assert_eq!(found, kind, "{source}");
    }
}

#[test]
fn what_only_rules_allow_is_wrong_in_formulas() {
    for source in
        ["s.born > '1980'", "s.amount == '3'", "index == '价格'", "s.name contains ['a', 'b']", "lower(s.amount)"]
    {
        let (_, diagnostics) = checked(source, &Transfers(Dialect::Formula));
        assert_eq!(diagnostics.len(), 1, "{source}: {diagnostics:?}");
    }
}

#[test]
fn an_unknown_function_or_operation_is_reported_with_the_nearest() {
    reports(
        "date_dif(f.date, s.born) < 3 and e.edgs().count() > group(s).cuont(f)",
        &expect![[r#"
        error: unknown function `date_dif`
         --> rule:1:1
          |
        1 | date_dif(f.date, s.born) < 3 and e.edgs().count() > group(s).cuont(f)
          | ^^^^^^^^^^^^^^^^^^^^^^^^
          = hint: did you mean `date_diff`?
        error: unknown operation `edgs`
         --> rule:1:34
          |
        1 | date_dif(f.date, s.born) < 3 and e.edgs().count() > group(s).cuont(f)
          |                                  ^^^^^^^^
          = hint: did you mean `edges`?
        error: unknown operation `cuont` on a group
         --> rule:1:53
          |
        1 | date_dif(f.date, s.born) < 3 and e.edgs().count() > group(s).cuont(f)
          |                                                     ^^^^^^^^^^^^^^^^^
          = hint: did you mean `count`?
    "#]],
    );
}

#[test]
fn what_is_wrong_in_an_operation_is_found_where_it_stands() {
    reports(
        "names.sum() > amounts.if(3).count() and e.constraint(cur.date > 3) and e.reduce((x) => x, 0) > 0",
        &expect![[r#"
        error: `sum` does not take text
         --> rule:1:1
          |
        1 | names.sum() > amounts.if(3).count() and e.constraint(cur.date > 3) and e.reduce((x) => x, 0) > 0
          | ^^^^^^^^^^^
          = expected: numbers or quantities
        error: a condition does not take whole number
         --> rule:1:26
          |
        1 | names.sum() > amounts.if(3).count() and e.constraint(cur.date > 3) and e.reduce((x) => x, 0) > 0
          |                          ^
          = expected: truth value
        error: expected a function without a name
         --> rule:1:54
          |
        1 | names.sum() > amounts.if(3).count() and e.constraint(cur.date > 3) and e.reduce((x) => x, 0) > 0
          |                                                      ^^^^^^^^^^^^
          = expected: `(a, b) => b.date > a.date`
        error: the function takes 2 arguments, not 1
         --> rule:1:81
          |
        1 | names.sum() > amounts.if(3).count() and e.constraint(cur.date > 3) and e.reduce((x) => x, 0) > 0
          |                                                                                 ^^^^^^^^
    "#]],
    );
    reports(
        "e.constraint((pre, cur) => cur.dat > pre.date and other.date > pre.date) and s.name rlike '(a' and $no > 1",
        &expect![[r#"
        error: node has no property `dat`
         --> rule:1:28
          |
        1 | e.constraint((pre, cur) => cur.dat > pre.date and other.date > pre.date) and s.name rlike '(a' and $no > 1
          |                            ^^^^^^^
          = hint: did you mean `date`?
        error: unknown variable `other`
         --> rule:1:51
          |
        1 | e.constraint((pre, cur) => cur.dat > pre.date and other.date > pre.date) and s.name rlike '(a' and $no > 1
          |                                                   ^^^^^
        error: the regular expression cannot be read: unclosed group
         --> rule:1:91
          |
        1 | e.constraint((pre, cur) => cur.dat > pre.date and other.date > pre.date) and s.name rlike '(a' and $no > 1
          |                                                                                           ^^^^
        error: no value is given for `$no`
         --> rule:1:100
          |
        1 | e.constraint((pre, cur) => cur.dat > pre.date and other.date > pre.date) and s.name rlike '(a' and $no > 1
          |                                                                                                    ^^^
    "#]],
    );
    reports(
        "e.limit() > 1 and to_date(s.name, 3, 4) == f.date and date_diff(holds, f.date) > 1",
        &expect![[r#"
            error: `limit` does not take 0 arguments
             --> rule:1:1
              |
            1 | e.limit() > 1 and to_date(s.name, 3, 4) == f.date and date_diff(holds, f.date) > 1
              | ^^^^^^^^^
              = expected: `limit(count)`
            error: `to_date` does not take 3 arguments
             --> rule:1:19
              |
            1 | e.limit() > 1 and to_date(s.name, 3, 4) == f.date and date_diff(holds, f.date) > 1
              |                   ^^^^^^^^^^^^^^^^^^^^^
              = expected: to_date(text: text or date or whole number) -> date | to_date(text: date or text or whole number, format: text) -> date
        "#]],
    );
}

#[test]
fn a_host_adds_functions_with_overloads_and_group_operations() {
    let places = || Parameter::new("from", [ExprType::Node(None)]);
    let distance = Signature::new("distance", ResultType::Is(ExprType::Quantity))
        .with_parameter(places())
        .with_parameter(places())
        .with_overload(
            Form::new(ResultType::Is(ExprType::Number)).with_parameter(Parameter::new("route", [ExprType::Text])),
        );
    assert_eq!(distance.to_string(), "distance(from: node, from: node) -> quantity | distance(route: text) -> number");
    assert_eq!(distance.arity(), (1, Some(2)));
    let busy = Signature::new("busy_days", ResultType::Is(ExprType::Integer)).with_parameter(places());
    let functions = Functions::standard().with(distance).with(busy);
    for (source, kind) in [
        ("distance(s, 公司)", ExprType::Quantity),
        ("distance(s.name)", ExprType::Number),
        ("group(s).busy_days(f)", ExprType::Integer),
    ] {
        let (expr, _) = Expr::parse_in_rule(source);
        let (found, diagnostics) = check_expr(&expr.unwrap(), &Transfers(Dialect::Rule), &functions);
        assert_eq!((found, diagnostics), (kind, vec![]), "{source}");
    }
}
