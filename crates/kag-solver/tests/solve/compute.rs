//! Sorting, arithmetic and conclusions: exact, without a model.

use std::sync::Arc;

use futures::executor::block_on;
use kag_llm::Scripted;
use kag_solver::{Error, Outcome, SolveOptions, logical::Optimiser, trace::Note};

use crate::world::{column, snapshot_of, solve, solver, values_of};

const TEAMS: &str = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1)\nRetrieval(s=o1, p=p2:founded, o=o2)\n";

#[test]
fn math_counts_distinct_values_and_knows_dates() {
    assert_eq!(values_of(&format!("{TEAMS}Math(count(o1))->m1\nOutput(m1)")), ["4"]);
    assert_eq!(values_of(&format!("{TEAMS}Math(count(o2))->m1\nOutput(m1)")), ["3"]);
    assert_eq!(values_of(&format!("{TEAMS}Math(max(o2) - min(o2))->m1\nOutput(m1)")), ["43 years"]);
}

#[test]
fn a_computation_told_in_words_needs_a_model_that_writes_an_expression() {
    let form = format!("{TEAMS}Math(content=[o2], target=\"最早的成立年份\")->m1\nOutput(m1)");
    let refused = solve(&solver(&form), "?").unwrap_err();
    assert!(
        matches!(&refused, Error::Step { step: 3, source, .. } if matches!(**source, Error::NoExpression { .. })),
        "{refused:?}"
    );

    let model = Scripted::new()
        .on("write_expression", [r#"{"expression": "min(o2)"}"#])
        .on("judge", [r#"{"answer": "this"}"#])
        .on("generate", [r#"{"sentences": []}"#])
        .on("read_values", [r#"{"values": []}"#]);
    let answer = solve(&solver(&form).with_model(Arc::new(model)), "?").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(values, 0), ["1878"]);
    let notes = &answer.trace.rounds[0].steps[2].notes;
    assert_eq!(notes, &[Note::ExpressionWritten { expression: "min(o2)".into() }]);
}

#[test]
fn what_is_no_expression_goes_back_once_and_is_never_run() {
    let form = format!("{TEAMS}Math(content=[o2], target=\"average\")->m1\nOutput(m1)");
    let writes = |replies: [&'static str; 2]| {
        let model = Scripted::new()
            .on("write_expression", replies)
            .on("read_values", [r#"{"values": []}"#])
            .on("judge", [r#"{"answer": "this"}"#])
            .on("generate", [r#"{"sentences": []}"#]);
        let model = Arc::new(model);
        let answer = solve(&solver(&form).with_model(model.clone()), "?").unwrap();
        let (Outcome::Answered { values: table, .. } | Outcome::Insufficient { known: table, .. }) = &answer.outcome
        else {
            panic!("{:?}", answer.outcome)
        };
        let second = model.requests().into_iter().filter(|request| request.prompt.name == "write_expression").nth(1);
        let second = second.map(|request| request.messages[1].text.to_string()).unwrap_or_default();
        (column(table, 0), answer.trace.rounds[0].steps[2].notes.clone(), second)
    };
    let code = r#"{"expression": "import os; os.remove('x')"}"#;
    let (values, notes, second) = writes([code, r#"{"expression": "max(o2)"}"#]);
    assert_eq!(values, ["1921"]);
    assert!(matches!(&notes[..], [Note::ExpressionRefused { .. }, Note::ExpressionWritten { .. }]), "{notes:?}");
    assert!(second.contains("os.remove") && second.contains("it is not an expression"), "{second}");
    for (wrong, reason) in [
        (code, "it is not an expression"),
        (r#"{"expression": "max(o77)"}"#, "\"o77\" is no column"),
        (r#"{"expression": "launch(o2)"}"#, "launch"),
        (r#"{"expression": "max(o2) + true"}"#, "truth value"),
    ] {
        let (values, notes, _) = writes([wrong, wrong]);
        assert_eq!(values, ["∅"], "{wrong}");
        let refused = notes
            .iter()
            .filter(|note| matches!(note, Note::ExpressionRefused { reason: why, .. } if why.contains(reason)));
        assert_eq!(refused.count(), 2, "{wrong}: {notes:?}");
    }
}

#[test]
fn values_compare_without_a_model() {
    let form = "Retrieval(s=s1:Club[`曼联`], p=p1:founded, o=o1)
Retrieval(s=s2:Club[`皇家马德里`], p=p2:founded, o=o2)
Deduce(left=o1, right=o2, op=less)->d1
Output(d1)";
    assert_eq!(values_of(form), ["true"]);
}

#[test]
fn membership_is_a_path_in_the_concept_graph_and_is_cited() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)
Deduce(left=s1, right=\"club\", op=belong_to)->d1
Output(d1)";
    let answer = solve(&solver(form), "?").unwrap();
    let Outcome::Answered { values, citations, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(values, 0), ["true"]);
    let statements: Vec<_> = citations.iter().filter_map(|citation| citation.statement.as_deref()).collect();
    assert!(statements.contains(&"giant isA club"), "{statements:?}");
}

#[test]
fn what_is_undecided_is_null_and_not_an_error() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)
Deduce(left=o1, right=\"1902-03\", op=less)->d1
Output(o1, d1)";
    let answer = solve(&solver(form), "?").unwrap();
    let Outcome::Insufficient { missing, known, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert!(missing[0].starts_with("a value for `d1`: Deduce("), "1902 is neither before nor after March 1902");
    assert_eq!(column(known, 0), ["1902"]);
    assert_eq!(answer.trace.rounds[0].steps[1].notes, [Note::NotConcluded]);
}

const CITIES: &str = "City:Ulm in Country:Germany
City:Ulm inhabitants \"126000\"
City:Köln in Country:Germany
City:Köln inhabitants \"1084000\"
City:Lyon in Country:France
City:Lyon inhabitants \"522000\"
City:杭州 in Country:中国
City:Atlantis in Country:France
Country:Monaco borders Country:France";

/// The rows of the answer that `form` gives over [`CITIES`], cells with commas between them.
fn cities(form: &str) -> Vec<String> {
    let answer = block_on(solver(form).solve(&snapshot_of(CITIES), "?")).unwrap();
    let table = match answer.outcome {
        Outcome::Answered { values, .. } => values,
        Outcome::Insufficient { known, .. } => known,
        other => panic!("{other:?}"),
    };
    let cell = |cell: &Option<kag_solver::Cell>| cell.as_ref().map_or("∅".to_owned(), ToString::to_string);
    let mut rows: Vec<String> =
        table.rows().iter().map(|row| row.cells().iter().map(cell).collect::<Vec<_>>().join(", ")).collect();
    rows.sort();
    rows
}

const ROWS: &str = "Retrieval(s=s1:City, p=:in, o=o1:Country)\nRetrieval(s=s1, p=:inhabitants, o=o2)\n";

#[test]
fn a_filter_keeps_the_rows_that_meet_its_condition() {
    assert_eq!(cities(&format!("{ROWS}Filter(o2 > 500000)\nOutput(s1, o2)")), ["Köln, 1084000", "Lyon, 522000"]);
    assert_eq!(cities(&format!("{ROWS}Filter(o1 = \"germany\" and o2 < 1000000)\nOutput(s1)")), ["Ulm"], "by name");
    assert_eq!(cities(&format!("{ROWS}Filter(o2 is null)\nOutput(s1)")), ["Atlantis", "杭州"]);
    assert_eq!(
        cities(&format!("{ROWS}filter(left_expr=o1, right_expr=中国, op=不等于)\nMath(count(s1))->n\nOutput(n)")),
        ["4"]
    );
}

#[test]
fn a_filter_compares_with_what_other_steps_found() {
    let most = format!("{ROWS}Math(max(o2))->m1\nFilter(o2 = m1)\nOutput(s1)");
    assert_eq!(cities(&most), ["Köln"]);
    let column = "Retrieval(s=s1:City, p=:in, o=o1:Country)\nRetrieval(s=s9:Country, p=:borders, o=o9)\n";
    assert_eq!(cities(&format!("{column}Filter(o1 in o9)\nOutput(s1)")), ["Atlantis", "Lyon"]);
    assert_eq!(cities(&format!("{column}Filter(not o1 in o9)\nOutput(s1)")), ["Köln", "Ulm", "杭州"]);
}

#[test]
fn a_filter_tells_of_rows_that_do_not_decide_it() {
    let form = format!("{ROWS}Filter(o2 > 500000)->big\nOutput(big)");
    let options = SolveOptions::default().with_optimiser(Optimiser::NONE);
    let answer = block_on(solver(&form).with_options(options).solve(&snapshot_of(CITIES), "?")).unwrap();
    let notes = &answer.trace.rounds[0].steps[2].notes;
    assert_eq!(notes, &[Note::Unmatched { rows: 1, kept: false }, Note::RowsUndecided { rows: 2 }]);
    let answer = block_on(solver(&form).solve(&snapshot_of(CITIES), "?")).unwrap();
    let notes = &answer.trace.rounds[0].steps[1].notes;
    let told = [Note::FailedEarly { matches: 1 }, Note::Unmatched { rows: 3, kept: false }];
    assert!(told.iter().all(|note| notes.contains(note)), "the retrieval has done it already: {notes:?}");
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    let mut found = column(values, 0);
    found.sort();
    assert_eq!(found, ["1084000", "522000"]);
}

#[test]
fn what_is_computed_by_group_stands_in_each_of_its_rows() {
    let counted = format!("{ROWS}Math(count(s1), by=o1)->n\nOutput(o1, n)");
    assert_eq!(cities(&counted), ["France, 2", "Germany, 2", "中国, 1"]);
    let sums = format!("{ROWS}Math(sum(o2), by=o1)->n\nMath(max(o2), by=o1)->most\nOutput(o1, n, most)");
    assert_eq!(cities(&sums), ["France, 522000, 522000", "Germany, 1210000, 1084000", "中国, 0, ∅"]);
    let largest = format!("{ROWS}Math(sum(o2), by=o1)->n\nSort(set=o1, orderby=n, direction=max, limit=1)\nOutput(o1)");
    assert_eq!(cities(&largest), ["Germany"]);
    let difference = format!("{ROWS}Math(max(o2), by=o1)->most\nMath(most - o2, by=[s1, o1])->gap\nOutput(s1, gap)");
    assert_eq!(cities(&difference), ["Atlantis, ∅", "Köln, 0", "Lyon, 0", "Ulm, 958000", "杭州, ∅"]);
}

#[test]
fn a_sum_takes_each_thing_once_however_many_rows_it_has() {
    let lines = format!(
        "{CITIES}\nCity:Ulm river River:Donau\nCity:Ulm river River:Iller\nCity:Neu-Ulm in Country:Germany
City:Neu-Ulm inhabitants \"126000\""
    );
    let rows = "Retrieval(s=s1:City, p=:in, o=o1:Country[Germany])\nRetrieval(s=s1, p=:inhabitants, o=o2)
Retrieval(s=s1, p=:river, o=o3)\n";
    let sum = |what: &str| {
        let answer = block_on(solver(&format!("{rows}{what}")).solve(&snapshot_of(&lines), "?")).unwrap();
        let Outcome::Answered { values, .. } = answer.outcome else { panic!("{:?}", answer.outcome) };
        column(&values, 0)
    };
    assert_eq!(
        sum("Math(sum(o2))->m\nOutput(m, o3)")[0],
        "1336000",
        "two cities of one size count twice, no city does"
    );
    assert_eq!(sum("Math(sum(o2), by=o1)->m\nOutput(m, o3)")[0], "1336000");
    assert_eq!(sum("Math(mean(o2) * count(s1))->m\nOutput(m, o3)")[0], "1336000");
    assert_eq!(
        sum("Math(count_all(o2))->m\nOutput(m)"),
        ["4"],
        "rows are rows, also those of steps that nothing else uses"
    );
}

#[test]
fn the_greatest_of_nothing_is_null_and_said() {
    let form = "Retrieval(s=s1:City, p=:in, o=o1:Country[`中国`])\nRetrieval(s=s1, p=:inhabitants, o=o2)
Math(max(o2))->m1\nMath(count(o2))->m2\nOutput(m1, m2)";
    let answer = block_on(solver(form).solve(&snapshot_of(CITIES), "?")).unwrap();
    let Outcome::Insufficient { missing, known, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(
        (missing.as_slice(), column(known, 1).as_slice()),
        (&["a value for `m1`: Math(max(o2))->m1".to_owned()][..], &["0".to_owned()][..])
    );
    let notes = &answer.trace.rounds[0].steps[2].notes;
    assert_eq!(notes, &[Note::NothingToCompute { expression: "max(o2)".into() }]);
}

#[test]
fn a_constraint_may_be_on_the_thing_itself_or_on_its_name() {
    assert_eq!(cities("Retrieval(s=s1:City, p=:inhabitants, o=o1, o1>=500000)\nOutput(s1)"), ["Köln", "Lyon"]);
    let named = "Retrieval(s=s1:City, p=:in, o=o1:Country, s.name contains \"l\", o.name!=France)\nOutput(s1)";
    assert_eq!(cities(named), ["Köln", "Ulm"]);
    let other = "Retrieval(s=s9:City[Ulm], p=:in, o=o9)\nRetrieval(s=s1:City, p=:in, o=o1, o1=o9, s1!=s9)\nOutput(s1)";
    assert_eq!(cities(other), ["Köln"]);
}

#[test]
fn a_subject_alone_finds_all_things_of_its_kind() {
    let form = "search_s(s=s1:City, s.inhabitants>200000)\nOutput(s1)";
    assert_eq!(cities(form), ["Köln", "Lyon"]);
}

#[test]
fn a_target_in_latex_is_computed_without_a_model() {
    let form = "Retrieval(s=s1:City[Ulm], p=:inhabitants, o=o1)\nRetrieval(s=s2:City[Köln], p=:inhabitants, o=o2)
Math(content=[o1, o2], target=\"\\frac{o2 - o1}{o1} \\times 63\")->m1\nOutput(m1)";
    assert_eq!(cities(form), ["479"]);
}

const THINGS: &str = "River:Rhein length \"1233 km\"
River:Isar length \"295000 m\"
River:Donau length \"2857 km\"
River:Würm name2 \"Würm\"
River:Rhein born \"1200\"
River:Isar born \"1200-05\"
River:Donau born \"0900-01-02\"
River:Rhein state \"b\"
River:Isar state \"a\"
River:Donau state \"c\"
Canal:Suez length \"193 km\"";

/// The first column of what `form` gives over [`THINGS`], in order.
fn things(form: &str) -> Vec<String> {
    let answer = block_on(solver(form).solve(&snapshot_of(THINGS), "?")).unwrap();
    let (Outcome::Answered { values: table, .. } | Outcome::Insufficient { known: table, .. }) = &answer.outcome else {
        panic!("{:?}", answer.outcome)
    };
    column(table, 0)
}

#[test]
fn a_sort_is_by_quantity_date_or_text_with_nulls_last_and_reports_ties() {
    let by = |what: &str, direction: &str| {
        things(&format!(
            "search_s(s=s1:River)\nRetrieval(s=s1, p=:{what}, o=o1)\nSort(set=s1, orderby=o1, direction={direction})\nOutput(s1)"
        ))
    };
    assert_eq!(by("length", "min"), ["Isar", "Rhein", "Donau", "Würm"], "295000 m are less than 1233 km");
    assert_eq!(by("length", "max"), ["Donau", "Rhein", "Isar", "Würm"]);
    assert_eq!(by("born", "min")[0], "Donau", "1200 is a year beside 0900-01-02");
    assert_eq!(by("born", "max")[3], "Würm");
    assert_eq!(by("state", "max"), ["Donau", "Rhein", "Isar", "Würm"]);
    let two = "Retrieval(s=s1:City, p=:in, o=o1)\nRetrieval(s=s1, p=:inhabitants, o=o2)\nSort(set=s1, orderby=o2, direction=min, limit=1)\nOutput(s1)";
    let lines = "City:a in X:x\nCity:b in X:x\nCity:a inhabitants \"5\"\nCity:b inhabitants \"5\"";
    let answer = block_on(solver(two).solve(&snapshot_of(lines), "?")).unwrap();
    let notes = &answer.trace.rounds[0].steps[2].notes;
    assert!(matches!(&notes[..], [Note::Tied { left_out }] if left_out.len() == 1), "{notes:?}");
}

#[test]
fn every_comparison_of_a_constraint_compares() {
    for (constraint, expect) in [
        ("o.value=1233 km", &["Rhein"][..]),
        ("o.value!=1233 km", &["Donau", "Isar"]),
        ("o.value<\"1000 km\"", &["Isar"]),
        ("o.value<=1233 km", &["Isar", "Rhein"]),
        ("o.value>1233 km", &["Donau"]),
        ("o.value>=1233 km", &["Donau", "Rhein"]),
        ("o.value in [1233 km, 2857 km]", &["Donau", "Rhein"]),
        ("s.name in [Isar, Rhein]", &["Isar", "Rhein"]),
        ("s.state contains \"A\"", &["Isar"]),
        ("s.born<1000", &["Donau"]),
        ("s.born=1200", &["Isar", "Rhein"]),
    ] {
        let mut found = things(&format!("Retrieval(s=s1:River, p=p1:length, o=o1, {constraint})\nOutput(s1)"));
        found.sort();
        assert_eq!(found, expect, "{constraint}");
    }
    let mut both = things("Retrieval(s=s1:River|Canal, p=p1:length, o=o1, o.value<300 km)\nOutput(s1)");
    both.sort();
    assert_eq!(both, ["Isar", "Suez"], "several types");
    let reference =
        "Retrieval(s=s9:River[Rhein], p=p9:length, o=o9)\nRetrieval(s=s1:River, p=p1:length, o=o1, o1<o9)\nOutput(s1)";
    assert_eq!(things(reference), ["Isar"], "a reference");
}

#[test]
fn sets_and_extremes_are_computed_exactly() {
    let two = "Retrieval(s=s1:River, p=:length, o=o1)\nRetrieval(s=s2:River, p=:born, o=o2, o2>1000)\n";
    for (expression, expect) in [
        ("argmax(s1, o1)", "Donau"),
        ("argmin(s1, o1)", "Isar"),
        ("count(intersection(s1, s2))", "2"),
        ("count(difference(s1, s2))", "1"),
        ("count(union(s1, s2))", "3"),
        ("sum(o1)", "4385 km"),
        ("0.1 + 0.2 + count(s1) - count(s1)", "0.3"),
        ("max(o1) > min(o1)", "true"),
    ] {
        assert_eq!(things(&format!("{two}Math({expression})->m1\nOutput(m1)")), [expect], "{expression}");
    }
}

#[test]
fn what_looks_for_the_same_runs_once_and_stays_two_things() {
    let form = "Retrieval(s=s1:City, p=:in, o=o1:Country[France])\nRetrieval(s=s2:City, p=:in, o=o2:Country[France])
Filter(s1 = \"Lyon\")\nOutput(s1, s2)";
    assert_eq!(cities(form), ["Lyon, Atlantis", "Lyon, Lyon"]);
}

#[test]
fn a_solve_is_analysed_step_by_step() {
    let form = format!("{ROWS}Filter(o2 > 500000)\nOutput(s1)");
    let answer = block_on(solver(&form).solve(&snapshot_of(CITIES), "?")).unwrap();
    let said = answer.trace.explain_analyze();
    for part in [
        "together 2\n  2. Retrieval(s=s1, p=:inhabitants, o=o2)\n     rows 2; layers: knowledge 3; calls 0, tokens 0 + 0; ",
        "     1 matches fail the condition of a filter and were left out at once\n     3 rows do not meet",
        "o2 > 500000 is checked while matching Retrieval(s=s1, p=:inhabitants, o=o2)\n",
        "4 steps; calls 0, tokens 0 + 0; ",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}
