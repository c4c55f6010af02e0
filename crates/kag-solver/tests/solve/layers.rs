//! Which layer answers a step, how well, and why the others did not.

use std::sync::Arc;

use kag_llm::{Answer as Said, Reply, Scripted};
use kag_solver::{Answer, SolveOptions};

use crate::world::{UNREAD, solve, solver};

fn said(answer: &Answer, step: usize) -> Vec<String> {
    answer.trace.rounds[0].steps[step].answers.iter().map(ToString::to_string).collect()
}

fn without_model(form: &str) -> Answer {
    solve(&solver(form), "?").unwrap()
}

#[test]
fn each_layer_says_what_it_gave_or_why_not() {
    let answer = without_model("Retrieval(s=s1:Club[`曼联`], p=p1:founded, o=o1)\nOutput(o1)");
    assert_eq!(
        said(&answer, 0),
        [
            "knowledge: 1, best 1.00",
            "rules: not asked, for there are no rules",
            "information: nothing, for there is no such fact",
            "text: not asked, for the graph's 1.00 reaches 0.50",
        ]
    );
    assert_eq!(said(&answer, 1), [""; 0], "an output asks nothing");
    assert_eq!(answer.trace.layers().to_string(), "graph 1");
    assert!(answer.trace.to_string().ends_with("Layers: graph 1\n"), "{}", answer.trace);
}

#[test]
fn facts_that_fail_a_condition_are_told_from_facts_that_are_not_there() {
    let form = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1, p.time=1950)\nOutput(o1)";
    let said = said(&without_model(form), 0);
    assert_eq!(said[2], "information: nothing, for 4 facts fail a condition or do not decide it");
    assert!(said[3].starts_with("text: nothing, for "), "{}", said[3]);
}

#[test]
fn a_name_that_the_graph_does_not_have_is_the_reason() {
    let form = "Retrieval(s=s1:Club[`Zzyzx Qwfp`], p=p1:founded, o=o1)\nRetrieval(s=o1, p=p2:x, o=o2)\nOutput(o1, o2)";
    let answer = without_model(form);
    assert_eq!(said(&answer, 0)[0], "knowledge: nothing, for \"Zzyzx Qwfp\" is not in the graph");
    assert_eq!(said(&answer, 1)[3], "text: not asked, for what it starts from is bound to nothing");
    assert_eq!(answer.trace.layers().to_string(), "nothing 2");
}

fn reading(value: &'static str) -> Arc<Scripted> {
    let read = Said::with(move |request| {
        let text = &request.messages.last().unwrap().text;
        let Some(at) = text.find("Zinedine") else { return Ok(Reply::new(r#"{"values": []}"#)) };
        let number = text[..at].matches("Passage ").count();
        let quote = if value == "Zinedine" { UNREAD } else { "nowhere" };
        let read = serde_json::json!({ "values": [{ "passage": number, "quote": quote, "value": value }] });
        Ok(Reply::new(read.to_string()))
    });
    let model = Scripted::new().on("read_values", [read]).on("judge", [r#"{"answer": "this"}"#]);
    Arc::new(model.on("generate", [r#"{"sentences": []}"#]))
}

const COACH: &str =
    "Retrieval(s=s1:Club[`Real Madrid`], p=p1:coach, o=o1)\nRetrieval(s=s1, p=p2:founded, o=o2)\nOutput(o1, o2)";

#[test]
fn text_answers_with_its_score_or_says_why_it_does_not() {
    let answer = solve(&solver(COACH).with_model(reading("Zinedine")), "?").unwrap();
    assert_eq!(said(&answer, 0)[3], "text: 1, best 0.50");
    assert_eq!(answer.trace.layers().to_string(), "graph 1, text 1");
    let model = answer.trace.model();
    assert!(model.calls == 1 && model.input_tokens > 0 && model.output_tokens > 0, "{model:?}");
    let answer = solve(&solver(COACH).with_model(reading("Somebody")), "?").unwrap();
    assert_eq!(said(&answer, 0)[3], "text: nothing, for 1 values were refused");
    let answer = without_model(COACH);
    assert_eq!(said(&answer, 0)[3], "text: nothing, for there is no model");
}

#[test]
fn a_graph_below_the_threshold_is_joined_by_text() {
    let options = SolveOptions::default().with_threshold(2.0);
    let form = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded|coach, o=o1)\nOutput(o1)";
    let answer = solve(&solver(form).with_model(reading("Zinedine")).with_options(options), "?").unwrap();
    assert_eq!(answer.trace.layers().to_string(), "graph and text 1");
    let steps = &answer.trace.rounds[0].steps;
    assert_eq!(crate::world::column(&steps[0].table, 2), ["1902", "Zinedine"], "what the graph gave stays");
}
