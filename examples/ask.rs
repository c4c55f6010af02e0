//! Shows the path with a model: extraction, planning and generation over the football corpus.
//!
//! `ask [--record FILE | --replay FILE] "question"`, with `KAG_OPENAI_BASE_URL` and
//! `KAG_OPENAI_MODEL` (and, where the server wants one, `KAG_OPENAI_API_KEY`) set unless
//! a recording is replayed.

mod football;

use std::{num::NonZeroUsize, path::PathBuf, sync::Arc};

use football::Failure;
use kag::{
    Embedder, EmbeddingSpace, KnowledgeBase, LanguageModel, MemoryKnowledgeBase, ModelPlanner, OpenAi, SchemaExtractor,
    Scope, Solver, StaticEmbedder,
    llm::{Budget, BudgetLimits, LimitOptions, Meter, Price, Recording, Replay, RetryOptions, Stack},
};

const USAGE: &str = "usage: ask [--record FILE | --replay FILE] \"question\"";

/// Where the model's words come from, and the question.
struct Arguments {
    record: Option<PathBuf>,
    replay: Option<PathBuf>,
    question: String,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments = arguments()?;
    let meter = Meter::new();
    let model = model(&arguments, meter.clone())?;
    let schema = Arc::new(football::schema()?);

    let embedder: Arc<dyn Embedder> = Arc::new(StaticEmbedder::new());
    let base = MemoryKnowledgeBase::new().with_space(EmbeddingSpace::new(embedder.id(), embedder.dim()));
    let extractor = SchemaExtractor::new(model.clone(), schema.clone());
    for report in football::build(&base, extractor, embedder.clone()).await? {
        println!("{report}\n");
    }

    let solver =
        Solver::new(ModelPlanner::new(model.clone())).with_model(model).with_schema(schema).with_embedder(embedder);
    let answer = solver.solve(&base.snapshot(&Scope::All).await?, &arguments.question).await?;
    println!("{}\nAnswer:\n{}\n{}", answer.trace, answer.outcome, meter.report());
    Ok(())
}

/// The model behind its decorators: retried, budgeted, one call at a time, perhaps recorded.
fn model(arguments: &Arguments, meter: Meter) -> Result<Arc<dyn LanguageModel>, Failure> {
    if let Some(file) = &arguments.replay {
        return Ok(Stack::new(Arc::new(Replay::open(file)?)).with_meter(meter).build());
    }
    let budget = Budget::new(BudgetLimits::default().with_calls(500));
    let mut stack = Stack::new(Arc::new(OpenAi::from_env()?))
        .with_limit(LimitOptions::default().with_concurrent(NonZeroUsize::MIN))
        .with_meter(meter)
        .with_budget(budget, Price::default())
        .with_retry(RetryOptions::default());
    if let Some(file) = &arguments.record {
        stack = stack.with_recording(Recording::append(file)?);
    }
    Ok(stack.build())
}

fn arguments() -> Result<Arguments, Failure> {
    let mut read = Arguments { record: None, replay: None, question: String::new() };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--record" => read.record = Some(given.next().ok_or(USAGE)?.into()),
            "--replay" => read.replay = Some(given.next().ok_or(USAGE)?.into()),
            question => question.clone_into(&mut read.question),
        }
    }
    if read.question.is_empty() { Err(USAGE.into()) } else { Ok(read) }
}
