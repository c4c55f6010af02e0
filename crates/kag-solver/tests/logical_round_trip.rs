//! What is printed is read back as the same plan, and any text is read without a panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{error::Error, num::NonZeroUsize, sync::Arc};

use kag_core::{Float, Interval, NodeId, PartialDate, Predicate, Quantity, TypeName, Value};
use kag_schema::{BinaryOp, Expr};
use kag_solver::logical::{
    Argument, Comparison, Constant, Constraint, CustomOp, CustomReader, Deduce, Deduction, Filter, LogicalOp, Math,
    NamedOp, Operand, Output, Parser, Path, Plan, PredicateTerm, Retrieval, Role, Sort, SortDirection, Step, Term, Var,
};
use proptest::{collection::vec, option, prelude::*};

const VARS: [&str; 8] = ["s1", "o1", "o2", "p1", "math3", "球队", "target", "Team_A"];

#[derive(Debug)]
struct Nearby;

impl CustomReader for Nearby {
    fn name(&self) -> &str {
        "Nearby"
    }

    fn read(&self, arguments: Vec<Argument>) -> Result<Arc<dyn CustomOp>, Box<dyn Error + Send + Sync>> {
        Ok(Arc::new(NamedOp { name: self.name().into(), arguments }))
    }
}

fn parser() -> Parser {
    Parser::default().with_operator(Arc::new(Nearby)).with_bound(VARS.iter().filter_map(|name| Var::new(name)))
}

fn var() -> impl Strategy<Value = Var> {
    prop::sample::select(&VARS[..]).prop_map(|name| Var::new(name).unwrap())
}

/// Names as people have them, and some that nobody should have.
fn text() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![
        Just("C罗".to_owned()),
        Just("Washington, D.C.".to_owned()),
        Just("电影（，明星".to_owned()),
        Just("o1".to_owned()),
        Just("2011".to_owned()),
        Just(r"\frac{a}{b}\".to_owned()),
        Just("Step2: Action1: Output(o1)\nAction2: Output(o1)".to_owned()),
        "[a-z\\p{Han} ]{0,8}",
        "[\\[\\]()（）【】|,，:：`\"'“”\\\\#=<>.\n a罗-]{0,10}",
        "\\PC{0,8}",
    ]
    .prop_map(Arc::from)
}

fn path() -> impl Strategy<Value = Path> {
    (var(), option::of(text()))
        .prop_map(|(var, property)| Path { var, property: property.filter(|name| !name.trim().is_empty()) })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::Text),
        any::<i64>().prop_map(Value::Integer),
        any::<bool>().prop_map(Value::Boolean),
        (-1000_i64..1000, 1_u32..4)
            .prop_map(|(digits, scale)| { Value::Decimal(rust_decimal::Decimal::new(digits, scale).normalize()) }),
        any::<u128>().prop_map(|bits| Value::Node(NodeId::from_u128(bits))),
        any::<f64>().prop_filter_map("not NaN", |float| Float::new(float).map(Value::Float)),
        date().prop_map(Value::Date),
        (option::of(date()), option::of(date()))
            .prop_filter_map("in order", |(from, until)| { Interval::new(from, until).ok().map(Value::Interval) }),
        (any::<i32>(), prop::sample::select(vec!["km", "kg", "CNY", "%", "°C", "d"]))
            .prop_filter_map("a unit", |(number, unit)| Quantity::of(i64::from(number), unit).map(Value::Quantity)),
    ]
}

fn date() -> impl Strategy<Value = PartialDate> {
    prop_oneof![
        (1000_i16..3000).prop_filter_map("a year", PartialDate::of_year),
        (1000_i16..3000, 1_i8..13).prop_filter_map("a month", |(y, m)| PartialDate::of_month(y, m)),
        (1000_i16..3000, 1_i8..13, 1_i8..29).prop_filter_map("a day", |(y, m, d)| PartialDate::of_day(y, m, d)),
    ]
}

fn operand() -> impl Strategy<Value = Operand> {
    let leaf = prop_oneof![value().prop_map(Operand::Value), path().prop_map(Operand::Path)];
    leaf.prop_recursive(2, 8, 3, |inner| vec(inner, 0..3).prop_map(Operand::List))
}

fn constant() -> impl Strategy<Value = Constant> {
    prop_oneof![text().prop_map(Constant::Name), vec(text(), 2..4).prop_map(Constant::Key),]
}

fn term() -> impl Strategy<Value = Term> {
    let types = vec(text().prop_map(TypeName::new), 0..3);
    let parts = (option::of(var()), types, vec(constant(), 0..3), vec(text(), 0..2));
    parts.prop_map(|(var, types, names, ids)| Term { var, types, names, ids, ..Term::default() })
}

fn predicate() -> impl Strategy<Value = PredicateTerm> {
    let names = vec(text().prop_map(Predicate::new), 0..3);
    (option::of(var()), names).prop_map(|(var, names)| PredicateTerm { var, names, ..PredicateTerm::default() })
}

fn constraint() -> impl Strategy<Value = Constraint> {
    let on = prop::sample::select(vec![Role::Subject, Role::Predicate, Role::Object]);
    let comparison = prop::sample::select(Comparison::ALL.map(|(comparison, _)| comparison).to_vec());
    let property = text().prop_filter("a property has a name", |name| !name.trim().is_empty());
    (on, property, comparison, operand())
        .prop_map(|(on, property, comparison, value)| Constraint::new(on, property, comparison, value))
}

fn retrieval() -> impl Strategy<Value = LogicalOp> {
    (term(), predicate(), term(), vec(constraint(), 0..3)).prop_map(|(subject, predicate, object, constraints)| {
        let mut retrieval = Retrieval::new(subject, predicate, object);
        if retrieval.vars().next().is_none() {
            retrieval.subject.var = Var::new("s1");
        }
        retrieval.constraints = constraints;
        retrieval.into()
    })
}

fn expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        var().prop_map(|var| Expr::variable(var.as_str())),
        (0_i64..100).prop_map(Expr::literal),
        text().prop_map(|text| Expr::literal(Value::Text(text))),
    ];
    let ops = prop::sample::select(vec![BinaryOp::Add, BinaryOp::Multiply, BinaryOp::Equal]);
    leaf.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            (inner.clone(), ops.clone(), inner.clone()).prop_map(|(left, op, right)| left.binary(op, right)),
            vec(inner.clone(), 1..3).prop_map(|arguments| Expr::call("max", arguments)),
            vec(inner, 0..3).prop_map(Expr::list),
        ]
    })
}

fn op() -> impl Strategy<Value = LogicalOp> {
    let direction = prop_oneof![Just(SortDirection::Ascending), Just(SortDirection::Descending)];
    let kinds: Vec<_> = Deduction::names().filter_map(Deduction::read).collect();
    let deduce = (
        prop::sample::select(kinds),
        option::of(operand()),
        option::of(operand()),
        vec(operand(), 0..3),
        option::of(text()),
    );
    let name = prop_oneof![Just("of"), Just("km")];
    prop_oneof![
        3 => retrieval(),
        1 => (var(), vec(path(), 0..3), direction, option::of(1_usize..9)).prop_map(
            |(set, by, direction, limit)| {
                let limit = limit.and_then(NonZeroUsize::new);
                Sort { set, by, direction, limit }.into()
            }
        ),
        1 => (expr(), vec(var(), 0..3)).prop_map(|(expr, by)| Math::Formula { expr, by }.into()),
        1 => expr().prop_map(|condition| Filter::new(condition).into()),
        1 => (vec(operand(), 0..3), text())
            .prop_map(|(content, target)| Math::Task { content, target }.into()),
        1 => deduce.prop_map(|(deduction, left, right, content, target)| {
            Deduce { deduction, left, right, content, target }.into()
        }),
        1 => vec(path(), 1..3).prop_map(|paths| Output { paths }.into()),
        1 => vec((name, operand()), 0..3).prop_map(|arguments| {
            let arguments = arguments.into_iter();
            LogicalOp::Custom(Arc::new(NamedOp {
                name: "Nearby".into(),
                arguments: arguments.map(|(name, value)| Argument::named(name, value)).collect(),
            }))
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let question = option::of(text().prop_filter("not empty", |text| !text.is_empty()));
    (op(), option::of(var()), question).prop_map(|(op, output, question)| {
        let mut step = Step::new(op);
        // The result of a retrieval is its object.
        step.output = output.filter(|_| step.op.as_retrieval().is_none());
        step.subquestion = question;
        step
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    vec(step(), 0..5).prop_map(Plan::new)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_plan_reads_back_as_itself(plan in plan()) {
        let text = plan.to_string();
        let reading = parser().parse(&text);
        prop_assert_eq!(&reading.plan, &plan, "{}\n{:?}", text, reading.diagnostics);
        prop_assert!(reading.diagnostics.is_empty(), "{}\n{:?}", text, reading.diagnostics);
        prop_assert!(reading.prose.is_empty(), "{}", text);
        prop_assert_eq!(reading.plan.to_string(), text);
    }

    #[test]
    fn a_plan_survives_json(plan in plan()) {
        let json = serde_json::to_string(&plan).unwrap();
        let read: Plan = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read, plan, "{}", json);
    }

    #[test]
    fn any_text_is_read_and_what_was_read_is_stable(
        text in "(Retrieval|Sort|Math|Deduce|Output|Action1:|Step1:|->|m=|s1:|s=|p.|[a-z0-9]{1,3}|[\\[\\]()（）【】|,，:：`\"'“”\\\\#=<>. \n!罗-]|\\PC){0,40}"
    ) {
        let reading = parser().parse(&text);
        for diagnostic in &reading.diagnostics {
            prop_assert!(diagnostic.span.of(&text).is_some(), "{diagnostic}");
        }
        let printed = reading.plan.to_string();
        let again = parser().parse(&printed);
        prop_assert_eq!(&again.plan, &reading.plan, "{}", printed);
    }

    #[test]
    fn ordering_is_stable_and_puts_needs_first(plan in plan()) {
        let (ordered, levels) = (plan.ordered(), plan.levels());
        prop_assert_eq!(ordered.steps.len(), plan.steps.len());
        prop_assert_eq!(levels.iter().flatten().count(), plan.steps.len());
        let dependencies = plan.dependencies();
        if dependencies.cycle().is_none() {
            let level = |place| levels.iter().position(|level| level.contains(&place));
            for place in 0..plan.steps.len() {
                prop_assert!(dependencies.of(place).all(|needed| level(needed) < level(place)));
            }
        }
    }
}
