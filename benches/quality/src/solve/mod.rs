//! Questions answered by the solver: how many are right, and what it takes.

mod compare;
mod gold;
mod missed;
mod oracle;
mod report;
mod score;

use std::{fs, sync::Arc, time::Instant};

use kag::{
    Embedder, ModelPlanner, SolveOptions, Solver,
    llm::{Meter, Stack},
};

use crate::{
    Result,
    arguments::{By, Solve},
    dataset::Dataset,
    embedder::TimedEmbedder,
    index::{Index, Nodes, PARAMETERS, Place},
};
use gold::Golds;
use missed::Readings;
use oracle::Oracle;
use report::{Asked, Report};

/// Has the model that is named answer the questions of a data set.
pub(crate) async fn run(arguments: &Solve) -> Result<()> {
    match &arguments.by {
        By::Oracle => ask_oracle(arguments).await,
        By::Served(served) => compare::run(arguments, served).await,
    }
}

/// Builds the index of a data set and answers its questions, one after the other.
async fn ask_oracle(arguments: &Solve) -> Result<()> {
    let mut dataset = Dataset::read(&arguments.data)?;
    dataset.keep(arguments.part);
    dataset.questions.truncate(arguments.limit);
    let embedder = TimedEmbedder::open(&arguments.embedder, arguments.cache.as_deref())?;
    let index = Index::build(&dataset, Nodes::Own, embedder.clone(), &Place::Memory).await?;
    let golds = Arc::new(Golds::of(&dataset)?);
    let meter = Meter::new();
    let readings = Arc::new(Readings::default());
    let oracle = Arc::new(Oracle::new(Arc::clone(&golds), Arc::clone(&readings)));
    let model = Stack::new(oracle).with_meter(meter.clone()).build();
    let mut options = SolveOptions::default().with_rounds(arguments.rounds).with_passages(arguments.passages);
    options.link_predicates.clone_from(&arguments.link_predicates);
    let mut solver = Solver::new(ModelPlanner::new(Arc::clone(&model))).with_model(model).with_options(options.clone());
    if let Some(embedder) = &embedder {
        solver = solver.with_embedder(Arc::clone(embedder) as Arc<dyn Embedder>);
    }
    if let Some(first) = golds.golds.first() {
        // What is built once a snapshot is not part of a question's time.
        solver.solve(index.snapshot(), &first.question).await?;
        readings.take();
    }
    let mut asked = Vec::new();
    for gold in &golds.golds {
        let (before, embedding) = (meter.report().total(), embedder.as_ref().map(|embedder| embedder.spent()));
        let start = Instant::now();
        let answer = solver.solve(index.snapshot(), &gold.question).await?;
        let elapsed = start.elapsed();
        let after = meter.report().total();
        let embedding = embedder.as_ref().map(|e| e.spent()).zip(embedding).map(|(after, before)| after - before);
        let beside = elapsed.saturating_sub(after.time - before.time).saturating_sub(embedding.unwrap_or_default());
        asked.push(Asked::of(gold, &answer, readings.take(), after.calls - before.calls, beside));
    }
    let embedder = embedder.as_ref().map_or("none", |embedder| embedder.id());
    let report = Report::of(&dataset, embedder, arguments, vec![PARAMETERS.to_owned(), format!("{options:?}")], asked);
    print!("{report}");
    if let Some(file) = &arguments.json {
        fs::write(file, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}
