//! Conclusions: the ladder from values to a model, each kind of question, and what supports them.

use std::sync::Arc;

use futures::executor::block_on;
use kag_llm::{Answer as Said, ErrorKind, Reply, Scripted};
use kag_solver::{
    Answer, Outcome, Solver,
    trace::{AnswerLayer, LayerAnswer, Note, Said as Layer, Why},
};

use crate::world::{snapshot_of, solve, solver};

const CLUBS: &str = "Retrieval(s=s1:Person[`C罗`], p=p1:playsFor, o=o1:Club)\nRetrieval(s=o1, p=p2:founded, o=o2)\n";

fn model(conclusion: &'static str) -> Scripted {
    Scripted::new()
        .on("judge_premises", [Said::with(move |_| Ok(Reply::new(conclusion)))])
        .on("read_values", [r#"{"values": []}"#])
        .on("judge", [r#"{"answer": "this"}"#])
        .on("generate", [r#"{"sentences": []}"#])
}

/// Draws the conclusion of `deduce` over the clubs; a model would conclude `conclusion`.
fn concluded(deduce: &str, conclusion: &'static str) -> (Answer, Arc<Scripted>) {
    let model = Arc::new(model(conclusion));
    let form = format!("{CLUBS}{deduce}->d1\nOutput(d1)");
    (solve(&solver(&form).with_model(model.clone()), "?").unwrap(), model)
}

/// What was concluded, a text a row.
fn values(answer: &Answer) -> Vec<String> {
    let table = match &answer.outcome {
        Outcome::Answered { values, .. } => values,
        Outcome::Insufficient { known, .. } => known,
        other => panic!("{other:?}"),
    };
    crate::world::column(table, 0)
}

fn last_notes(answer: &Answer) -> &[Note] {
    let steps = &answer.trace.rounds[0].steps;
    &steps[steps.len() - 2].notes
}

fn ladder(answer: &Answer) -> &[LayerAnswer] {
    let steps = &answer.trace.rounds[0].steps;
    &steps[steps.len() - 2].answers
}

#[test]
fn a_judgement_about_values_is_computed_and_asks_no_model() {
    let (answer, model) =
        concluded("Deduce(op=judgement, content=[o2], target=\"max(o2) > date(\\\"1900\\\")\")", "{}");
    assert_eq!(values(&answer), ["true"]);
    assert_eq!(model.calls("judge_premises"), 0);
    assert!(matches!(ladder(&answer), [LayerAnswer { layer: AnswerLayer::Values, said: Layer::Answered { .. } }]));
}

#[test]
fn a_judgement_is_true_false_or_nothing() {
    let judge = "Deduce(op=judgement, content=[o1, o2], target=\"Is the oldest club English?\")";
    for (said, expect) in [
        (r#"{"conclusion": "true", "premises": [1]}"#, "true"),
        (r#"{"conclusion": false, "premises": []}"#, "false"),
        (r#"{"conclusion": "不是。", "premises": ["2"]}"#, "false"),
        (r#"{"conclusion": "unknown", "premises": []}"#, "∅"),
        (r#"{"conclusion": "Manchester United", "premises": []}"#, "∅"),
        ("I will not say.", "∅"),
    ] {
        let (answer, _) = concluded(judge, said);
        assert_eq!(values(&answer), [expect], "{said}");
    }
    let (answer, _) = concluded(judge, r#"{"conclusion": "Manchester United", "premises": []}"#);
    assert!(last_notes(&answer).iter().any(|note| matches!(note, Note::ConclusionRefused { .. })));
    let (answer, _) = concluded(judge, "I will not say.");
    assert_eq!(ladder(&answer)[0].said, Layer::Nothing { why: Why::Unusable });
}

#[test]
fn the_premises_that_the_model_names_are_cited_and_no_others() {
    let said = r#"{"conclusion": "true", "premises": [4]}"#;
    let (answer, model) = concluded("Deduce(op=judgement, content=[o1], target=\"Is Real Madrid old?\")", said);
    let request = model.requests().into_iter().find(|request| request.prompt.name == "judge_premises").unwrap();
    let shown = &request.messages[1].text;
    assert!(shown.contains("Real Madrid founded 1902"), "facts are shown in words: {shown}");
    let Some(Note::Judged { premises, .. }) = last_notes(&answer).first() else { panic!("{:?}", last_notes(&answer)) };
    assert_eq!(premises.len(), 1);
    let Outcome::Answered { citations, .. } = &answer.outcome else { panic!("{}", answer.outcome) };
    let statements: Vec<&str> = citations.iter().filter_map(|citation| citation.statement.as_deref()).collect();
    assert_eq!(statements, [&*premises[0]], "one premise, one source");
}

#[test]
fn what_is_extracted_stands_in_a_premise() {
    let extract =
        "Deduce(op=extract, content=[o1, \"He wore number 7 in Madrid.\"], target=\"Which number did he wear?\")";
    assert_eq!(values(&concluded(extract, r#"{"conclusion": "number 7", "premises": [4]}"#).0), ["number 7"]);
    assert_eq!(values(&concluded(extract, r#"{"conclusion": "number 9", "premises": [4]}"#).0), ["∅"]);
}

#[test]
fn a_choice_is_one_of_the_options_and_keeps_what_it_is() {
    let choose = "Deduce(op=choice, content=[o1], target=\"Which of them is Spanish, or is it Ajax?\")";
    let (answer, _) = concluded(choose, r#"{"conclusion": "real madrid", "premises": []}"#);
    assert_eq!(values(&answer), ["Real Madrid"], "the node that is called so, not the text");
    assert_eq!(values(&concluded(choose, r#"{"conclusion": "Ajax"}"#).0), ["Ajax"], "the target names options too");
    assert_eq!(values(&concluded(choose, r#"{"conclusion": "Barcelona"}"#).0), ["∅"]);
}

#[test]
fn several_choices_are_several_rows() {
    let choose = "Deduce(op=multi_choice, content=[o1], target=\"Which of them are big?\")";
    let said = r#"{"conclusion": ["Real Madrid", "Manchester United", "Barcelona"], "premises": [1, 2]}"#;
    let (answer, _) = concluded(choose, said);
    assert_eq!(values(&answer), ["Real Madrid", "Manchester United"]);
    let refused = last_notes(&answer).iter().filter(|note| matches!(note, Note::ConclusionRefused { .. }));
    assert_eq!(refused.count(), 1, "Barcelona was no option");
    let (answer, _) = concluded(choose, r#"{"conclusion": "Real Madrid"}"#);
    assert_eq!(values(&answer), ["Real Madrid"], "one that is no list is a list of one");
}

#[test]
fn what_follows_is_free_and_without_operands_all_that_was_found_is_a_premise() {
    let (answer, model) = concluded("Deduce(op=entailment)", r#"{"conclusion": "He changed clubs.", "premises": []}"#);
    assert_eq!(values(&answer), ["He changed clubs."]);
    let request = model.requests().into_iter().find(|request| request.prompt.name == "judge_premises").unwrap();
    assert!(request.messages[1].text.contains("Manchester United founded 1878"));
}

#[test]
fn the_ladder_is_climbed_down_and_told() {
    let world = "Animal:Rex belongTo Kind:dog\nKind:dog isA Kind:mammal";
    let ask = |right: &str, model: Option<Arc<Scripted>>| {
        let form = format!(
            "Retrieval(s=s1:Animal[Rex], p=:belongTo, o=o1)\nDeduce(left=s1, right=\"{right}\", op=belong_to)->d1\nOutput(d1)"
        );
        let solver: Solver = model.into_iter().fold(solver(&form), |solver, model| solver.with_model(model));
        block_on(solver.solve(&snapshot_of(world), "?")).unwrap()
    };
    let answer = ask("mammal", None);
    assert!(matches!(
        ladder(&answer),
        [LayerAnswer { layer: AnswerLayer::Concepts, said: Layer::Answered { count: 2, .. } }]
    ));
    assert_eq!(answer.trace.layers().to_string(), "graph 2");
    let answer = ask("fish", None);
    let said: Vec<String> = ladder(&answer).iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "concepts: nothing, for no path leads there",
            "rules: not asked, for there are no rules",
            "model: not asked, for there is no model"
        ]
    );
    let model = Arc::new(model(r#"{"conclusion": "false", "premises": [1]}"#));
    let answer = ask("fish", Some(model.clone()));
    assert_eq!(values(&answer), ["false"]);
    let wanted = model.requests().into_iter().find(|request| request.prompt.name == "judge_premises").unwrap();
    assert!(wanted.messages[1].text.contains("Rex belong_to fish"), "{}", wanted.messages[1].text);
    assert_eq!(answer.trace.layers().to_string(), "graph 1, model 1");
}

#[test]
fn nothing_is_concluded_of_what_was_not_found() {
    let missing = "Retrieval(s=s3:Club[`Ajax`], p=p3:founded, o=o3)\n";
    for (deduce, asked) in [
        ("Deduce(left=o3, right=o3, op=equal)", 0),
        ("Deduce(left=o2, right=o3, op=equal)", 0),
        ("Deduce(left=o3, right=\"club\", op=belong_to)", 0),
        ("Deduce(op=judgement, content=[o3], target=\"Is it old?\")", 0),
        ("Deduce(op=judgement, content=[o2, o3], target=\"Are they old?\")", 1),
    ] {
        let (answer, model) = concluded(&format!("{missing}{deduce}"), r#"{"conclusion": "true", "premises": [1]}"#);
        assert_eq!(model.calls("judge_premises"), asked, "{deduce}");
        assert_eq!(values(&answer), [if asked == 0 { "∅" } else { "true" }], "{deduce}");
        let last = ladder(&answer).last().unwrap();
        assert_eq!(last.said == Layer::NotAsked { why: Why::NothingBound }, asked == 0, "{last}");
    }
}

#[test]
fn a_model_that_cannot_be_reached_ends_the_step_with_its_error() {
    let model = Arc::new(
        Scripted::new()
            .on("judge_premises", [Said::error(ErrorKind::Unavailable)])
            .on("read_values", [r#"{"values": []}"#]),
    );
    let form = format!("{CLUBS}Deduce(op=judgement, content=[o1], target=\"Is it?\")->d1\nOutput(d1)");
    let error = solve(&solver(&form).with_model(model), "?").unwrap_err();
    assert!(
        error.to_string().starts_with("step 2 failed") || error.to_string().starts_with("step 3 failed"),
        "{error}"
    );
}

#[test]
fn questions_in_chinese_are_put_in_chinese() {
    let model = Arc::new(model(r#"{"conclusion": "true", "premises": []}"#));
    let form = format!("{CLUBS}Deduce(op=judgement, content=[o1], target=\"是老俱乐部吗\")->d1\nOutput(d1)");
    let answer = solve(&solver(&form).with_model(model.clone()), "它们是老俱乐部吗？").unwrap();
    assert_eq!(values(&answer), ["true"]);
    let request = model.requests().into_iter().find(|request| request.prompt.name == "judge_premises").unwrap();
    assert!(request.messages[0].text.contains("你只依据前提得出结论"));
}
