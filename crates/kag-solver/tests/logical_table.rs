//! The laws of binding tables.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{FactId, NodeId, Score, Value};
use kag_solver::{
    BindingTable, Cell, Row, Support, TableError,
    logical::{SortDirection, Var},
};
use proptest::{collection::vec, prelude::*};

fn var(name: &str) -> Var {
    Var::new(name).unwrap()
}

/// Rows of small numbers in the given columns, with support and scores.
fn table(columns: &'static [&'static str], nulls: bool) -> impl Strategy<Value = BindingTable> {
    let least = if nulls { -1 } else { 0 };
    let cell = (least..3_i64).prop_map(|number| (number >= 0).then_some(number));
    let row = (vec(cell, columns.len()), 0_u128..4, 0_u8..4);
    vec(row, 0..7).prop_map(move |rows| {
        let mut table = BindingTable::new(columns.iter().map(|name| var(name)));
        for (cells, fact, score) in rows {
            let cells = cells.into_iter().map(|cell| cell.map(|n| Cell::from(Value::Integer(n))));
            let row = Row::new(cells).with_support([Support::Fact(FactId::from_u128(fact))]);
            table.push(row.with_score(Score::new(f32::from(score) / 4.0))).unwrap();
        }
        table
    })
}

type Contents = BTreeMap<BTreeMap<String, Option<i64>>, (BTreeSet<Support>, u32)>;

/// A table without the order of its rows and columns.
fn contents(table: &BindingTable) -> Contents {
    let rows = table.rows().iter().map(|row| {
        let cells = table.columns().iter().zip(row.cells()).map(|(var, cell)| {
            let number = cell.as_ref().map(|cell| match cell.value {
                Value::Integer(number) => number,
                _ => panic!("numbers only"),
            });
            (var.to_string(), number)
        });
        (cells.collect(), (row.support.clone(), row.score.get().to_bits()))
    });
    rows.collect()
}

/// The natural join, said in the plainest way.
fn nested_loops(left: &BindingTable, right: &BindingTable) -> Contents {
    let mut joined = Contents::new();
    for (a, (a_support, a_score)) in contents(left) {
        for (b, (b_support, b_score)) in contents(right) {
            let agree = a.iter().all(|(var, cell)| b.get(var).is_none_or(|other| cell.is_some() && cell == other));
            if !agree {
                continue;
            }
            let row: BTreeMap<_, _> = a.clone().into_iter().chain(b).collect();
            let support: BTreeSet<_> = a_support.union(&b_support).cloned().collect();
            let score = f32::from_bits(a_score).min(f32::from_bits(b_score)).to_bits();
            let (all, best) = joined.entry(row).or_insert_with(|| (BTreeSet::new(), score));
            all.extend(support);
            *best = f32::from_bits(*best).max(f32::from_bits(score)).to_bits();
        }
    }
    joined
}

proptest! {
    #[test]
    fn a_join_is_what_nested_loops_give(a in table(&["x", "y"], true), b in table(&["y", "z"], true)) {
        prop_assert_eq!(contents(&a.join(&b)), nested_loops(&a, &b));
    }

    #[test]
    fn a_join_does_not_depend_on_sides(a in table(&["x", "y"], true), b in table(&["y", "z"], true)) {
        prop_assert_eq!(contents(&a.join(&b)), contents(&b.join(&a)));
    }

    #[test]
    fn joins_without_nulls_can_be_grouped_at_will(
        a in table(&["x", "y"], false), b in table(&["y", "z"], false), c in table(&["z", "x"], false)
    ) {
        prop_assert_eq!(contents(&a.join(&b).join(&c)), contents(&a.join(&b.join(&c))));
    }

    #[test]
    fn the_unit_changes_nothing(a in table(&["x", "y"], true)) {
        prop_assert_eq!(contents(&BindingTable::unit().join(&a)), contents(&a));
        prop_assert_eq!(contents(&a.left_join(&BindingTable::unit())), contents(&a));
    }

    #[test]
    fn a_left_join_keeps_every_row(a in table(&["x", "y"], true), b in table(&["y", "z"], true)) {
        let joined = a.left_join(&b);
        let kept = joined.project(a.columns()).unwrap();
        let rows = |table: &BindingTable| contents(table).into_keys().collect::<BTreeSet<_>>();
        prop_assert_eq!(rows(&kept), rows(&a));
        let met = contents(&a.join(&b));
        prop_assert!(met.keys().all(|row| contents(&joined).contains_key(row)));
    }

    #[test]
    fn joining_then_projecting_is_what_nested_loops_give(a in table(&["x", "y"], true), b in table(&["y", "z"], true)) {
        let projected = a.join(&b).project(&[var("z"), var("x")]).unwrap();
        let mut expect = Contents::new();
        for (mut row, (support, score)) in nested_loops(&a, &b) {
            row.remove("y");
            let (all, best) = expect.entry(row).or_insert_with(|| (BTreeSet::new(), score));
            all.extend(support);
            *best = f32::from_bits(*best).max(f32::from_bits(score)).to_bits();
        }
        prop_assert_eq!(contents(&projected), expect);
    }

    #[test]
    fn a_row_added_again_changes_nothing(a in table(&["x", "y"], true)) {
        let mut again = a.clone();
        for row in a.rows() {
            again.push(row.clone()).unwrap();
        }
        prop_assert_eq!(&again, &a);
        prop_assert_eq!(a.union(&a), a);
    }

    #[test]
    fn sorting_is_stable_with_nulls_last(a in table(&["x", "y"], true), down in any::<bool>()) {
        let direction = if down { SortDirection::Descending } else { SortDirection::Ascending };
        let sorted = a.sort(&[var("x")], direction).unwrap();
        prop_assert_eq!(contents(&sorted), contents(&a));
        let place = |row: &Row| a.rows().iter().position(|other| other == row).unwrap();
        for pair in sorted.rows().windows(2) {
            let [left, right] = [0, 1].map(|at| pair[at].cell(0).map(|cell| cell.value.clone()));
            match (left, right) {
                (left, right) if left == right => prop_assert!(place(&pair[0]) < place(&pair[1])),
                (Some(left), Some(right)) => prop_assert_eq!(left.total_cmp(&right).is_gt(), down),
                (left, right) => prop_assert!(left.is_some() && right.is_none()),
            }
        }
    }

    #[test]
    fn a_table_survives_json(a in table(&["x", "球队"], true)) {
        let json = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<BindingTable>(&json).unwrap(), a);
    }
}

/// C罗's teams of 2011 and the years they were founded, in a world where two are as old.
fn teams() -> BindingTable {
    let mut table = BindingTable::new([var("o1"), var("o2")]);
    for (team, year) in [("皇家马德里", Some(1902)), ("Portugal", Some(1914)), ("米兰", Some(1914)), ("无名队", None)]
    {
        let row = [Some(Cell::from(Value::from(team))), year.map(|year| Value::Integer(year).into())];
        table.push(Row::new(row)).unwrap();
    }
    table
}

#[test]
fn the_top_reports_what_it_cut_though_equal() {
    let top = teams().top(&var("o1"), &[var("o2")], SortDirection::Descending, Some(1)).unwrap();
    assert_eq!(top.table.values(&var("o1")).unwrap(), [&Cell::from(Value::from("Portugal"))]);
    assert_eq!(top.tied, [Cell::from(Value::from("米兰"))]);
    let all = teams().top(&var("o1"), &[var("o2")], SortDirection::Ascending, Some(9)).unwrap();
    assert_eq!((all.table.len(), all.tied.len()), (4, 0));
    assert_eq!(all.table.rows()[3].cell(1), None);
}

#[test]
fn nodes_are_ordered_by_what_they_are_called() {
    let mut table = BindingTable::new([var("album"), var("released")]);
    let rows = [("Fourth", 9, "in spring"), ("Second", 7, "September 21, 1996"), ("Third", 8, "September 2, 1997")];
    for (album, id, date) in rows {
        let date = Cell::shown(Value::Node(NodeId::from_u128(id)), date);
        table.push(Row::new([Some(Cell::from(Value::from(album))), Some(date)])).unwrap();
    }
    table.push(Row::new([Some(Cell::from(Value::from("First"))), Some(Value::Integer(1995).into())])).unwrap();
    let sorted = table.sort(&[var("released")], SortDirection::Ascending).unwrap();
    let albums: Vec<String> = sorted.values(&var("album")).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(albums, ["First", "Second", "Third", "Fourth"], "dates as dates, the year beside them, names last");
    let last = table.top(&var("album"), &[var("released")], SortDirection::Descending, Some(2)).unwrap();
    assert_eq!(last.table.values(&var("album")).unwrap().len(), 2);
    assert_eq!(last.table.rows()[1].cell(0).unwrap().to_string(), "Third");
}

#[test]
fn a_limit_counts_values_and_not_rows() {
    let mut table = BindingTable::new([var("o1"), var("p1")]);
    for (team, role) in [("皇马", "前锋"), ("皇马", "队长"), ("曼联", "边锋")] {
        table.push(Row::new([team, role].map(|text| Some(Value::from(text).into())))).unwrap();
    }
    let top = table.top(&var("o1"), &[], SortDirection::Descending, Some(1)).unwrap();
    assert_eq!(top.table.len(), 2);
}

#[test]
fn count_is_of_distinct_values_without_null() {
    assert_eq!(teams().count(&var("o2")), Ok(2));
    assert_eq!(teams().count(&var("o9")), Err(TableError::UnknownColumn { var: var("o9") }));
}

#[test]
fn equal_rows_share_their_support_and_keep_the_better_score() {
    let mut table = BindingTable::new([var("x")]);
    for (fact, score, text) in [(2, 0.5, "b"), (1, 0.9, "a"), (2, 0.1, "c")] {
        let row = Row::new([Some(Cell::shown(Value::Integer(1), text))]);
        let row = row.with_support([Support::Fact(FactId::from_u128(fact))]).with_score(Score::new(score));
        table.push(row).unwrap();
    }
    let [row] = table.rows() else {
        panic!("one row");
    };
    assert_eq!((row.support.len(), row.score), (2, Score::new(0.9)));
    assert_eq!(row.cell(0).unwrap().to_string(), "a");
}

#[test]
fn a_row_must_fit() {
    let mut table = BindingTable::new([var("x")]);
    assert_eq!(table.push(Row::new([])), Err(TableError::Width { cells: 0, columns: 1 }));
}

#[test]
fn wide_characters_are_aligned() {
    assert_eq!(
        teams().render(3),
        "\
o1          o2    score  support
----------  ----  -----  -------
皇家马德里  1902  1.00   0
Portugal    1914  1.00   0
米兰        1914  1.00   0
(1 more)
"
    );
}
