//! Computing conditions of rules row by row; throughput in rows.
#![allow(missing_docs, reason = "benches")]

use std::{hint::black_box, sync::Arc};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kag_core::{NodeId, PartialDate, Value};
use kag_reason::{Binding, Environment, Prepared, evaluate};
use kag_schema::{Dialect, Expr};

/// One match: a company, a fact about it, and a path of three facts.
struct Row {
    age: Value,
    mark: Value,
    day: Value,
    amounts: [Value; 3],
    path: Vec<Option<Value>>,
}

impl Row {
    fn new() -> Self {
        Self {
            age: 30.into(),
            mark: Value::Text(Arc::from("疑似赌博应用，来自举报")),
            day: "20230815".into(),
            amounts: [100.into(), 200.into(), 300.into()],
            path: (2..5).map(|id| Some(NodeId::from_u128(id).into())).collect(),
        }
    }
}

impl Environment for Row {
    fn variable(&self, name: &str) -> Option<Binding> {
        match name {
            "s" => Some(Binding::One(Some(NodeId::from_u128(1).into()))),
            "e" => Some(Binding::Column(self.path.clone())),
            _ => None,
        }
    }

    fn property(&self, node: NodeId, name: &str) -> Option<Value> {
        Some(match (node.to_u128(), name) {
            (1, "age") => self.age.clone(),
            (1, "mark") => self.mark.clone(),
            (1, "day") => self.day.clone(),
            (id, "amount") => self.amounts.get(usize::try_from(id).ok()?.checked_sub(2)?)?.clone(),
            _ => return None,
        })
    }

    fn dialect(&self) -> Dialect {
        Dialect::Rule
    }

    fn now(&self) -> Option<PartialDate> {
        PartialDate::of_day(2023, 9, 1)
    }
}

/// What rules ask, and what it is for the row.
const CASES: [(&str, &str, &str); 7] = [
    ("comparison", "s.age > 3", "true"),
    ("comparison and like", "s.age > 3 and s.mark like '%赌博%'", "true"),
    ("like with one character", "s.mark like '疑似赌_应用%'", "true"),
    ("regular expression", "s.mark rlike '(赌博|博彩).*举报'", "true"),
    ("one of a list", "s.age in [10, 20, 30]", "true"),
    ("days from now", "date_diff(from_unix_time(now(), 'yyyyMMdd'), s.day) < 30", "true"),
    ("path", "e.edges().constraint((pre, cur) => cur.amount > pre.amount)", "true"),
];

fn expressions(criterion: &mut Criterion) {
    let row = Row::new();
    let mut group = criterion.benchmark_group("expression");
    group.throughput(Throughput::Elements(1));
    for (name, source, expect) in CASES {
        let (expr, problems) = Expr::parse_in_rule(source);
        assert!(problems.is_empty(), "{problems:?}");
        let Some(expr) = expr else { continue };
        let found = evaluate(&expr, &row).map(|value| value.map(|value| value.to_string()));
        assert!(matches!(&found, Ok(Some(found)) if found == expect), "{source}: {found:?}");
        let prepared = Prepared::new(expr.clone());
        group.bench_function(format!("{name}, prepared"), |bench| {
            bench.iter(|| prepared.holds(black_box(&row)));
        });
        group.bench_function(format!("{name}, once"), |bench| {
            bench.iter(|| evaluate(black_box(&expr), black_box(&row)));
        });
    }
    group.finish();
}

criterion_group!(benches, expressions);
criterion_main!(benches);
