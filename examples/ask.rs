//! Asks a durable store: of the football corpus, or one of your own.
//!
//! ```text
//! ask [--store DIR] [--record FILE | --replay FILE] "question"
//! ask [--store DIR] --form FILE ["question"]
//! ```
//!
//! Without `--store`, the football corpus is read by a model into the directory
//! `football-store`; what stands there already is not read again. With it, the store is asked as it is.
//! With `--form`, the plan is the one in FILE, and no model takes part over a store of your own.
//!
//! `KAG_OPENAI_BASE_URL` and `KAG_OPENAI_MODEL` (and, where the server wants one,
//! `KAG_OPENAI_API_KEY`) say which model, unless a recording is replayed.

mod football;

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use football::Failure;
use kag::{
    Access, EmbeddedKnowledgeBase, Embedder, EmbeddingSpace, GivenPlan, KnowledgeBase, LanguageModel, ModelPlanner,
    OpenAi, Planner, Schema, SchemaExtractor, Scope, Solver, StaticEmbedder, StoreOptions,
    llm::{Budget, BudgetLimits, LimitOptions, Meter, Price, Recording, Replay, RetryOptions, Stack},
    logical,
    schema::Diagnostic,
};

const USAGE: &str = "usage: ask [--store DIR] [--record FILE | --replay FILE] \"question\"\n       \
                     ask [--store DIR] --form FILE [\"question\"]";

/// Where the football corpus is kept.
const FOOTBALL_STORE: &str = "football-store";

/// What is asked, of which store, and where the model's words come from.
#[derive(Default)]
struct Arguments {
    store: Option<PathBuf>,
    form: Option<PathBuf>,
    record: Option<PathBuf>,
    replay: Option<PathBuf>,
    question: String,
}

impl Arguments {
    fn read() -> Result<Self, Failure> {
        let mut read = Self::default();
        let mut given = std::env::args().skip(1);
        while let Some(argument) = given.next() {
            let mut file = || given.next().map(PathBuf::from).ok_or(USAGE);
            match argument.as_str() {
                "--store" => read.store = Some(file()?),
                "--form" => read.form = Some(file()?),
                "--record" => read.record = Some(file()?),
                "--replay" => read.replay = Some(file()?),
                question => question.clone_into(&mut read.question),
            }
        }
        if read.question.is_empty() && read.form.is_none() { Err(USAGE.into()) } else { Ok(read) }
    }

    /// Whether everything that is to be done can be done without a model.
    fn needs_no_model(&self) -> bool {
        self.store.is_some() && self.form.is_some()
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::read()?;
    let meter = Meter::new();
    let model = if arguments.needs_no_model() { None } else { Some(model(&arguments, meter.clone())?) };
    let embedder: Arc<dyn Embedder> = Arc::new(StaticEmbedder::new());
    let (base, schema) = match (&arguments.store, &model) {
        (Some(dir), _) => (StoreOptions::default().with_access(Access::Read).open(dir)?, None),
        (None, Some(model)) => {
            let schema = Arc::new(football::schema()?);
            (football_store(model.clone(), schema.clone(), embedder.clone()).await?, Some(schema))
        }
        (None, None) => return Err(USAGE.into()),
    };

    let mut solver = Solver::new(planner(&arguments, model.as_ref())?);
    solver = model.into_iter().fold(solver, Solver::with_model);
    solver = schema.into_iter().fold(solver, Solver::with_schema);
    solver = match base.embedding_space() {
        Some(space) if *space == EmbeddingSpace::new(embedder.id(), embedder.dim()) => solver.with_embedder(embedder),
        Some(space) => {
            eprintln!("the store's vectors are of {}, which is not at hand: words and graph alone answer", space.model);
            solver
        }
        None => solver,
    };
    let answer = solver.solve(&base.snapshot(&Scope::All).await?, &arguments.question).await?;
    println!("{}\nAnswer:\n{}\n{}", answer.trace, answer.outcome, meter.report());
    Ok(())
}

/// The football corpus as the model reads it, in a store that is made if it is not there.
async fn football_store(
    model: Arc<dyn LanguageModel>,
    schema: Arc<Schema>,
    embedder: Arc<dyn Embedder>,
) -> Result<EmbeddedKnowledgeBase, Failure> {
    let space = EmbeddingSpace::new(embedder.id(), embedder.dim());
    let base = StoreOptions::default().with_space(space).open(FOOTBALL_STORE)?;
    for report in football::build(&base, SchemaExtractor::new(model, schema), embedder).await? {
        println!("{report}\n");
    }
    Ok(base)
}

/// The plan in the file that was named, or the model.
fn planner(arguments: &Arguments, model: Option<&Arc<dyn LanguageModel>>) -> Result<Arc<dyn Planner>, Failure> {
    match (&arguments.form, model) {
        (Some(file), _) => Ok(Arc::new(GivenPlan(plan(file)?))),
        (None, Some(model)) => Ok(Arc::new(ModelPlanner::new(model.clone()))),
        (None, None) => Err(USAGE.into()),
    }
}

/// The logical form in `file`.
fn plan(file: &Path) -> Result<logical::Plan, Failure> {
    let name = file.display().to_string();
    let form = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let (plan, diagnostics) = logical::parse(&form);
    for diagnostic in &diagnostics {
        eprintln!("{}", diagnostic.render(&name, &form));
    }
    if diagnostics.iter().any(Diagnostic::is_error) { Err(format!("{name} is no plan").into()) } else { Ok(plan) }
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
