//! What was found is never lost where it is put together with something else.

use std::sync::Arc;

use futures::executor::block_on;
use kag_llm::{Answer as Said, Reply, Request, Scripted, When};
use kag_solver::{GivenPlan, ModelPlanner, Outcome, SolveOptions, Solver, Support};

use crate::world::{column, snapshot_of, solve, solver};

/// Reads `value`, the quote of itself, in the passage that holds `quote`.
fn reading(value: &'static str, quote: &'static str) -> Said {
    Said::with(move |request: &Request| {
        let text = &request.messages.last().unwrap().text;
        let values = text.find(quote).map(|at| {
            serde_json::json!({ "passage": text[..at].matches("Passage ").count(), "quote": quote, "value": value })
        });
        Ok(Reply::new(serde_json::json!({ "values": values.into_iter().collect::<Vec<_>>() }).to_string()))
    })
}

#[test]
fn what_the_graph_says_stays_beside_what_passages_say() {
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)\nOutput(o1)";
    let model = Scripted::new()
        .on("read_values", [reading("Zinedine", "The coach of Real Madrid is Zinedine")])
        .on("judge", [r#"{"answer": "this"}"#])
        .on("generate", [r#"{"sentences": []}"#]);
    // No fact is sure enough, so passages are read as well.
    let options = SolveOptions::default().with_threshold(2.0);
    let answer = solve(&solver(form).with_model(Arc::new(model)).with_options(options), "?").unwrap();
    let Outcome::Answered { values, citations, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!(column(values, 0), ["1902", "Zinedine"]);
    assert_eq!(citations.len(), 2);
    let layers = answer.trace.rounds[0].steps[0].layers;
    assert_eq!((layers.knowledge, layers.text), (1, 1));
}

#[test]
fn what_a_question_refers_to_drops_nothing_that_the_graph_says() {
    let form = "Step1: When was Real Madrid founded?
Action1: Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)
Step2: When was the rival, founded after #1, founded?
Action2: Retrieval(s=s2:Club[`曼联`], p=p2:founded, o=o2)
Output(o1, o2)";
    let options = SolveOptions::default().with_threshold(2.0);
    let answer = solve(&solver(form).with_options(options), "?").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!((column(values, 0), column(values, 1)), (vec!["1902".to_owned()], vec!["1878".to_owned()]));
}

#[test]
fn a_row_found_by_two_predicates_of_one_name_rests_on_both() {
    let snapshot = snapshot_of(
        "Person:Ann wrote Book:Tides
         Person:Ann edited Book:Tides
         Book:Tides printedIn City:Oslo",
    );
    let form = "Retrieval(s=s0:Book[Tides], p=p1:printedIn, o=o0)
Retrieval(s=s1:Person[Ann], p=p1:wrote|edited, o=o1)
Output(o1)";
    let (plan, _) = kag_solver::logical::parse(form);
    let mut options = SolveOptions::default();
    options.optimiser = kag_solver::logical::Optimiser::NONE;
    let answer = block_on(Solver::new(GivenPlan(plan)).with_options(options).solve(&snapshot, "?")).unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!(values.len(), 1);
    let facts = values.rows()[0].support.iter().filter(|support| matches!(support, Support::Fact(_))).count();
    assert_eq!(facts, 2, "{:?}", values.rows()[0].support);
}

#[test]
fn what_each_round_found_is_known_in_the_end() {
    let model = Scripted::new()
        .on(
            When::prompt("plan").containing("When was Manchester"),
            ["Retrieval(s=s1:Club[`曼联`], p=p1:founded, o=o1)\nOutput(o1)"],
        )
        .on("plan", ["Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)\nOutput(o1)"])
        .on("read_values", [r#"{"values": []}"#])
        .on(When::prompt("judge").containing("1878"), [r#"{"answer": "", "missing": ["the age of both"]}"#])
        .on("judge", [r#"{"answer": "", "missing": ["the other"], "next": "When was Manchester United founded?"}"#]);
    let model: Arc<dyn kag_llm::LanguageModel> = Arc::new(model);
    let solver = Solver::new(ModelPlanner::new(Arc::clone(&model))).with_model(model);
    let answer = solve(&solver, "Which is older?").unwrap();
    let Outcome::Insufficient { missing, known, citations } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!(missing, &["the age of both"], "the last plan says what is missing");
    let mut years = column(known, 0);
    years.sort();
    assert_eq!((years, citations.len()), (vec!["1878".to_owned(), "1902".to_owned()], 2));
}

#[test]
fn what_is_missing_is_said_in_the_words_of_the_step() {
    let form = "Step1: Who is the doctor of Real Madrid?
Action1: Retrieval(s=s1:Club[`Real Madrid`], p=p1:doctor, o=o1)
Retrieval(s=o1, p=p2:born, o=o2)
Output(o1, o2)";
    let answer = solve(&solver(form), "?").unwrap();
    let Outcome::Insufficient { missing, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!(
        missing,
        &["a value for `o1`: Who is the doctor of Real Madrid?", "a value for `o2`: Retrieval(s=o1, p=p2:born, o=o2)",]
    );
}
