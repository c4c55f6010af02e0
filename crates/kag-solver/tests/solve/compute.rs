//! Sorting, arithmetic and conclusions: exact, without a model.

use std::sync::Arc;

use kag_llm::Scripted;
use kag_solver::{Error, Outcome, trace::Note};

use crate::world::{column, solve, solver, values_of};

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
        .on("judge", [r#"{"sufficient": true}"#])
        .on("generate", [r#"{"sentences": []}"#])
        .on("read_values", [r#"{"values": []}"#]);
    let answer = solve(&solver(&form).with_model(Arc::new(model)), "?").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!(column(values, 0), ["1878"]);
    let notes = &answer.trace.rounds[0].steps[2].notes;
    assert_eq!(notes, &[Note::ExpressionWritten { expression: "min(o2)".into() }]);
}

#[test]
fn a_model_that_writes_code_instead_of_an_expression_is_refused() {
    let form = format!("{TEAMS}Math(content=[o2], target=\"average\")->m1\nOutput(m1)");
    let model = Scripted::new()
        .on("write_expression", [r#"{"expression": "import os; os.remove('x')"}"#])
        .on("read_values", [r#"{"values": []}"#]);
    let refused = solve(&solver(&form).with_model(Arc::new(model)), "?").unwrap_err();
    assert!(refused.to_string().contains("step 3"), "{refused}");
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
    assert_eq!(missing, &["a value for `d1`"], "1902 is neither before nor after March 1902");
    assert_eq!(column(known, 0), ["1902"]);
    assert_eq!(answer.trace.rounds[0].steps[1].notes, [Note::NotConcluded]);
}
