//! Who plans: a model step by step, nobody, and a model that cannot.

use std::sync::Arc;

use kag_llm::{Answer as Said, LanguageModel, Reply, Request, Scripted, When};
use kag_solver::{ModelStepPlanner, Outcome, PlainRetrieval, SolveOptions, Solver};

use crate::world::{column, solve};

const QUESTION: &str = "When was the club founded that Cristiano Ronaldo joined in 2009?";

fn stepwise(model: &Arc<Scripted>) -> Solver {
    let model: Arc<dyn LanguageModel> = model.clone();
    Solver::stepwise(ModelStepPlanner::new(Arc::clone(&model))).with_model(model)
}

fn shown(model: &Scripted, prompt: &str, at: usize) -> String {
    let asked: Vec<Request> = model.requests().into_iter().filter(|request| request.prompt.name == prompt).collect();
    asked[at].messages.last().unwrap().text.to_string()
}

fn judged(model: Scripted) -> Scripted {
    model
        .on("judge", [r#"{"answer": "this", "missing": [], "next": ""}"#])
        .on("generate", [r#"{"sentences": [{"text": "In 1902.", "sources": [1]}]}"#])
}

#[test]
fn each_step_is_planned_with_what_those_before_it_found() {
    let model = Arc::new(judged(Scripted::new().on(
        "next_step",
        [
            "Step1: Which club?\nAction1: Retrieval(s=s1:Person[`Cristiano Ronaldo`], p=p1:playsFor, o=o1, p1.from=2009)",
            "Step2: When was #o1 founded?\nAction2: Retrieval(s=o1, p=p2:founded, o=o2)",
            "Action3: Output(o2)",
        ],
    )));
    let answer = solve(&stepwise(&model), QUESTION).unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!(column(values, 0), ["1902"]);
    assert!(!shown(&model, "next_step", 0).contains("Real Madrid"));
    let second = shown(&model, "next_step", 1);
    assert!(second.contains("Real Madrid") && second.contains("Which club?") && second.contains("Write step 2."));
    assert!(shown(&model, "next_step", 2).contains("1902"));
    let round = &answer.trace.rounds[0];
    assert_eq!((answer.trace.rounds.len(), round.plan.steps.len()), (1, 3));
    assert_eq!(round.steps.iter().map(|step| step.step).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(model.calls("next_step"), 3, "an output is the last step");
}

#[test]
fn what_the_graph_does_not_say_a_step_reads_in_passages() {
    let quote = "The coach of Real Madrid is Zinedine";
    let read = Said::with(move |request: &Request| {
        let text = &request.messages.last().unwrap().text;
        let passage = text[..text.find(quote).unwrap()].matches("Passage ").count();
        let value = serde_json::json!({ "passage": passage, "quote": quote, "value": "Zinedine" });
        Ok(Reply::new(serde_json::json!({ "values": [value] }).to_string()))
    });
    let steps = [
        "Step1: Who is the coach of Real Madrid?\nAction1: Retrieval(s=s1[`Real Madrid`], p=p1:`coached by`, o=o1)\nAction2: Output(o1)",
    ];
    let model = Arc::new(judged(Scripted::new().on("next_step", steps).on("read_values", [read])));
    let answer = solve(&stepwise(&model), "Who is the coach of Real Madrid?").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!(column(values, 0), ["Zinedine"]);
    assert_eq!(answer.trace.rounds[0].steps[0].layers.text, 1);
    assert!(shown(&model, "read_values", 0).contains("Who is the coach of Real Madrid?"));
}

#[test]
fn a_step_that_does_not_check_goes_back_and_steps_come_to_an_end() {
    let model = Arc::new(judged(
        Scripted::new()
            .on(
                When::prompt("next_step").containing("其中有错误"),
                ["Retrieval(s=s1:Club[`曼联`], p=p1:founded, o=o1)"],
            )
            .on("next_step", ["Retrieval(s=o7, p=p1:founded, o=o1)"]),
    ));
    let solver = stepwise(&model).with_options(SolveOptions::default().with_steps(2));
    let answer = solve(&solver, "曼联成立于哪一年？").unwrap();
    let Outcome::Answered { values, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!(column(values, 0), ["1878"], "without an output the last step is the answer");
    assert_eq!(answer.trace.rounds[0].steps.len(), 2);
    assert!(shown(&model, "next_step", 1).contains("o7"), "it is told what is wrong");
}

#[test]
fn what_is_no_plan_is_an_outcome_and_what_was_found_before_stays() {
    let first = "Retrieval(s=s1:Club[`Real Madrid`], p=p1:founded, o=o1)";
    let model = Arc::new(Scripted::new().on("next_step", [first, "I am sorry.", "Output(nothing", "No."]));
    let mut planner = ModelStepPlanner::new(model.clone());
    planner.then_plain = false;
    let answer = solve(&Solver::stepwise(planner).with_model(model.clone()), "?").unwrap();
    let Outcome::Unplanned { text, known, citations, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    assert_eq!((&**text, citations.is_empty()), ("No.", false));
    assert!(known.to_string().contains("1902"));
    assert_eq!(model.calls("next_step"), 4, "it goes back twice");
}

#[test]
fn without_a_plan_the_question_itself_is_looked_for() {
    let model = Arc::new(judged(Scripted::new().on("read_values", [r#"{"values": []}"#])));
    let solver = Solver::new(PlainRetrieval).with_model(model.clone());
    let answer = solve(&solver, "Who is the coach of Real Madrid?").unwrap();
    assert!(matches!(answer.outcome, Outcome::Insufficient { .. }), "nothing was read: {}", answer.outcome);
    let asked = shown(&model, "read_values", 0);
    assert_eq!(asked.matches("Who is the coach of Real Madrid?").count(), 1);
    assert_eq!(model.calls("plan"), 0);
}
