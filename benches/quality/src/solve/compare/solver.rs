//! The solver, with the prompts that the library has.

use std::{collections::BTreeSet, sync::Arc};

use kag::{
    Answer, BindingTable, ChunkId, LanguageModel, ModelPlanner, ModelStepPlanner, Outcome as Came, PlainRetrieval,
    SolveOptions, Solver, solver::Error, trace::Note,
};

use super::asked::{Outcome, Said};
use crate::{
    Result,
    arguments::{PlannerChoice, Solve},
    index::Index,
};

/// How the solver solves.
pub(super) fn options(arguments: &Solve) -> SolveOptions {
    let mut options = SolveOptions::default().with_rounds(arguments.rounds).with_passages(arguments.passages);
    options.link_predicates.clone_from(&arguments.link_predicates);
    options
}

/// The solver that asks `model`.
pub(super) fn of(model: Arc<dyn LanguageModel>, planner: PlannerChoice, arguments: &Solve) -> Solver {
    let solver = match planner {
        PlannerChoice::Whole => Solver::new(ModelPlanner::new(Arc::clone(&model))),
        PlannerChoice::Steps => Solver::stepwise(ModelStepPlanner::new(Arc::clone(&model))),
        PlannerChoice::Plain => Solver::new(PlainRetrieval),
    };
    solver.with_model(model).with_options(options(arguments))
}

/// What `solver` says to `question`.
///
/// # Errors
/// Those of the store; those of a model, and of a plan that it wrote, are outcomes.
pub(super) async fn answer(solver: &Solver, index: &Index, question: &str) -> Result<Said> {
    match solver.solve(index.snapshot(), question).await {
        Ok(answer) => Ok(said(&answer)),
        Err(error @ (Error::Store(_) | Error::EmbeddingSpace { .. })) => Err(error.into()),
        Err(error) => Ok(Said::failed(&error)),
    }
}

fn said(answer: &Answer) -> Said {
    let said = match &answer.outcome {
        Came::Answered { sentences, values, .. } => {
            let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
            Said { text: texts.join(" "), values: cells(values), ..Said::of(Outcome::Answered) }
        }
        Came::Insufficient { missing, known, .. } => {
            Said { missing: missing.clone(), values: cells(known), ..Said::of(Outcome::Insufficient) }
        }
        Came::Unplanned { text, diagnostics, known, .. } => {
            let why = diagnostics.iter().map(|one| one.render("plan", text).to_string()).collect();
            Said { missing: why, values: cells(known), ..Said::of(Outcome::Unplanned) }
        }
        _ => Said::of(Outcome::BudgetSpent),
    };
    Said { chunks: read(answer), trace: answer.trace.to_string(), rounds: answer.trace.rounds.len(), ..said }
}

/// The values, each once; a truth as people say it.
fn cells(table: &BindingTable) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for cell in table.rows().iter().flat_map(|row| row.cells().iter().flatten()) {
        let text = match cell.to_string().as_str() {
            "true" => "yes".to_owned(),
            "false" => "no".to_owned(),
            other => other.to_owned(),
        };
        if !values.contains(&text) {
            values.push(text);
        }
    }
    values
}

/// The passages that the model was shown, each once.
fn read(answer: &Answer) -> Vec<ChunkId> {
    let steps = answer.trace.rounds.iter().flat_map(|round| &round.steps);
    let read = steps.flat_map(|step| &step.notes).filter_map(|note| match note {
        Note::PassagesRead { chunks, .. } => Some(chunks),
        _ => None,
    });
    read.flatten().copied().collect::<BTreeSet<_>>().into_iter().collect()
}
