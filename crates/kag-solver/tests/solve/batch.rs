//! Many questions at once, and what happens told as it happens.

use std::{num::NonZeroUsize, sync::Arc};

use futures::{StreamExt as _, executor::block_on};
use kag_llm::{
    Answer as Said, Budget, BudgetLimits, Budgeted, LanguageModel, Message, Price, Reply, Request, Scripted,
};
use kag_solver::{Answer, BatchOptions, Event, ModelPlanner, Outcome, Solver};
use proptest::prelude::*;

use crate::world::snapshot;

const QUESTIONS: [&str; 5] = [
    "When was Real Madrid founded?",
    "When was Manchester United founded?",
    "曼联的教练是谁？",
    "Who is the coach of Real Madrid?",
    "What is the weight of a cloud?",
];

fn last(request: &Request) -> String {
    request.messages.last().map_or_else(String::new, |Message { text, .. }| text.to_string())
}

/// A model whose reply depends on the request alone.
fn model() -> Scripted {
    let plan = Said::with(|request: &Request| {
        let text = last(request);
        let (club, what) = match () {
            () if text.contains("When was Real") => ("Real Madrid", "founded"),
            () if text.contains("When was Man") => ("Manchester United", "founded"),
            () if text.contains("曼联") => ("曼联", "coach"),
            () if text.contains("coach of Real") => ("Real Madrid", "coach"),
            () => ("cloud", "weight"),
        };
        Ok(Reply::new(format!("Retrieval(s=s1:Club[`{club}`], p=p1:{what}, o=o1)\nOutput(o1)")))
    });
    let read = Said::with(|request: &Request| {
        let (text, quote) = (last(request), "The coach of Real Madrid is Zinedine");
        let values = match text.find(quote).filter(|_| text.contains("Real Madrid coach")) {
            Some(at) => serde_json::json!([
                { "passage": text[..at].matches("Passage ").count(), "quote": quote, "value": "Zinedine" }
            ]),
            None => serde_json::json!([]),
        };
        Ok(Reply::new(serde_json::json!({ "values": values }).to_string()))
    });
    let judge = Said::with(|request: &Request| {
        let sufficient = last(request)
            .lines()
            .any(|line| line.contains("1902") || line.contains("1878") || line.contains("Zinedine"));
        let judged = if sufficient {
            serde_json::json!({ "answer": "it", "missing": [], "next": "" })
        } else {
            serde_json::json!({ "answer": "", "missing": ["it"], "next": "Once more?" })
        };
        Ok(Reply::new(judged.to_string()))
    });
    Scripted::new()
        .on("plan", [plan])
        .on("read_values", [read])
        .on("judge", [judge])
        .on("generate", [r#"{"sentences": [{"text": "So it is.", "sources": [1]}]}"#])
}

fn solver(model: Arc<dyn LanguageModel>) -> Solver {
    Solver::new(ModelPlanner::new(Arc::clone(&model))).with_model(model)
}

/// All that an answer says, but for the times it took.
fn said(answer: &Answer) -> String {
    let mut json = serde_json::to_value(answer).unwrap();
    for round in json["trace"]["rounds"].as_array_mut().unwrap() {
        round["steps"].as_array_mut().unwrap().iter_mut().for_each(|step| step["micros"] = 0.into());
    }
    json.to_string()
}

proptest! {
    #[test]
    fn a_batch_answers_as_one_question_at_a_time(
        chosen in prop::collection::vec(0..QUESTIONS.len(), 0..7),
        concurrency in 1_usize..5,
    ) {
        let (snapshot, solver) = (snapshot(), solver(Arc::new(model())));
        let questions: Vec<&str> = chosen.iter().map(|at| QUESTIONS[*at]).collect();
        let options = BatchOptions::default().with_concurrency(NonZeroUsize::new(concurrency).unwrap());
        let together = block_on(solver.solve_many(&snapshot, &questions, &options)).unwrap();
        let alone: Vec<String> =
            questions.iter().map(|question| said(&block_on(solver.solve(&snapshot, question)).unwrap())).collect();
        let together: Vec<String> = together.iter().map(|answer| said(answer.as_ref().unwrap())).collect();
        prop_assert_eq!(together, alone);
    }
}

#[test]
fn each_question_has_a_budget_and_all_have_one() {
    let all = Budget::new(BudgetLimits::default());
    let budgeted = Arc::new(Budgeted::new(model(), all.clone(), Price::default()));
    let options = BatchOptions::default().with_each(BudgetLimits::default().with_calls(3));
    let answers = block_on(solver(budgeted).solve_many(&snapshot(), &QUESTIONS[2..4], &options)).unwrap();
    let outcomes: Vec<&Outcome> = answers.iter().map(|answer| &answer.as_ref().unwrap().outcome).collect();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::BudgetSpent { .. })), "{outcomes:?}");
    assert_eq!(all.spent().calls, 6, "three each");

    let all = Budget::new(BudgetLimits::default().with_calls(4));
    let budgeted = Arc::new(Budgeted::new(model(), all.clone(), Price::default()));
    let answers = block_on(solver(budgeted).solve_many(&snapshot(), &QUESTIONS, &BatchOptions::default())).unwrap();
    let spent = answers.iter().filter(|answer| matches!(answer.as_ref().unwrap().outcome, Outcome::BudgetSpent { .. }));
    assert!(spent.count() >= 4, "three calls answer one question, and four are no two");
    assert_eq!(all.spent().calls, 4);
}

#[test]
fn events_come_in_order_and_end_with_the_answer() {
    let (snapshot, solver) = (snapshot(), solver(Arc::new(model())));
    let events: Vec<Event> =
        block_on(solver.solve_stream(&snapshot, QUESTIONS[0]).map(|event| event.unwrap()).collect());
    let names: Vec<&str> = events
        .iter()
        .map(|event| match event {
            Event::Planned { round: 1, .. } => "planned",
            Event::Started { .. } => "started",
            Event::Finished { step, .. } if step.step == 1 => "finished 1",
            Event::Finished { .. } => "finished 2",
            Event::Judged { .. } => "judged",
            Event::Done(_) => "done",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["planned", "started", "finished 1", "started", "finished 2", "judged", "done"]);
    let Some(Event::Done(answer)) = events.last() else { panic!() };
    assert_eq!(said(answer), said(&block_on(solver.solve(&snapshot, QUESTIONS[0])).unwrap()));
}

#[test]
fn an_error_ends_the_stream() {
    let solver = solver(Arc::new(Scripted::new()));
    let snapshot = snapshot();
    let events: Vec<_> = block_on(solver.solve_stream(&snapshot, "?").collect());
    assert!(matches!(events.as_slice(), [Err(_)]), "{events:?}");
}
