//! Builds a durable store from files and directories, or brings one up to date.
//!
//! ```text
//! ingest --store DIR [--schema FILE] [--extract none|names|dictionary|patterns|model]
//!     [--vocabulary FILE] [--patterns FILE] [--prices FILE] [--budget MONEY] [--sync] [--dry-run] PATH...
//! ```
//!
//! Text, Markdown, HTML, PDF, DOCX, JSON and JSON lines (`id`, `title`, `text`) are read, and CSV: with a schema, which
//! is kept in the store, as tables named after its types and relations, and otherwise as text. What cannot be read
//! is named with the reason. `--extract names` needs no model: names
//! of things, and where they stand. Nor does `--extract dictionary`, which finds the terms of `--vocabulary`
//! (JSON lines of `name`, `type`, `aliases` or `synonyms`), and `--extract patterns`, which reads facts by the
//! regular expressions in `--patterns` (JSON, see `Patterns::from_json`). `--extract model` asks the one that `KAG_OPENAI_BASE_URL` and
//! `KAG_OPENAI_MODEL` name, within the schema where there is one. `--sync` removes what came from the
//! paths and is not there any more. `--dry-run` says what would be done, and what would
//! be asked of a model; with `--prices` (JSON, see `PriceTable`) also for how much money, and then `--budget` is what a run
//! may spend at most.

mod bars;

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use bars::Bar;
use kag::{
    BuildPipeline, ChangeSet, Directory, DocxReader, EmbeddedKnowledgeBase, Embedder, EmbeddingSpace, Extraction,
    Extractor, KnowledgeBase, LanguageModel, LengthSplitter, MentionExtractor, OnViolation, OpenAi, OpenExtractor,
    PdfReader, ReaderSet, SCHEMA, Schema, SchemaExtractor, Scope, Source, StaticEmbedder, StoreOptions, TableSet,
    async_trait,
    builder::{Dictionary, DictionaryExtractor, DictionaryFields, Found, Passage, PatternExtractor, Patterns, Unread},
    core::BoxError,
    llm::{Budget, BudgetLimits, LimitOptions, Meter, Price, PriceTable, RetryOptions, Stack, Usage},
};

type Failure = Box<dyn Error + Send + Sync>;

const USAGE: &str = "usage: ingest --store DIR [--schema FILE] [--extract none|names|dictionary|patterns|model] [--vocabulary FILE] [--patterns FILE] [--prices FILE] [--budget MONEY] [--sync] [--dry-run] PATH...";

/// Tokens of a chunk.
const CHUNK: usize = 300;

#[derive(Default)]
struct Arguments {
    store: PathBuf,
    schema: Option<PathBuf>,
    extract: String,
    vocabulary: Option<PathBuf>,
    patterns: Option<PathBuf>,
    prices: Option<PathBuf>,
    budget: Option<f64>,
    sync: bool,
    dry_run: bool,
    paths: Vec<PathBuf>,
}

impl Arguments {
    fn read() -> Result<Self, Failure> {
        let mut read = Self { extract: "names".to_owned(), ..Self::default() };
        let mut given = std::env::args().skip(1);
        while let Some(argument) = given.next() {
            let mut value = || given.next().ok_or(USAGE);
            match argument.as_str() {
                "--store" => read.store = value()?.into(),
                "--schema" => read.schema = Some(value()?.into()),
                "--extract" => read.extract = value()?,
                "--vocabulary" => read.vocabulary = Some(value()?.into()),
                "--patterns" => read.patterns = Some(value()?.into()),
                "--prices" => read.prices = Some(value()?.into()),
                "--budget" => read.budget = Some(value()?.parse()?),
                "--sync" => read.sync = true,
                "--dry-run" => read.dry_run = true,
                option if option.starts_with("--") => return Err(format!("{option}?\n{USAGE}").into()),
                path => read.paths.push(path.into()),
            }
        }
        if read.store.as_os_str().is_empty() || read.paths.is_empty() { Err(USAGE.into()) } else { Ok(read) }
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::read()?;
    let model = Model::new(&arguments)?;
    let embedder: Arc<dyn Embedder> = Arc::new(StaticEmbedder::new());
    let space = EmbeddingSpace::new(embedder.id(), embedder.dim());
    let base = StoreOptions::default().with_space(space).open(&arguments.store)?;
    let schema = schema(&arguments, &base).await?.map(Arc::new);
    let extractor = extractor(&arguments, schema.clone(), model.as_ref())?;
    let mut pipeline = BuildPipeline::new(readers(), LengthSplitter::new(CHUNK), extractor).with_embedder(embedder);
    if let Some(schema) = &schema {
        pipeline = pipeline.with_schema(schema.clone(), OnViolation::Report);
    }
    for path in &arguments.paths {
        ingest(&arguments, &pipeline, schema.as_ref(), &base, path, model.as_ref()).await?;
    }
    if let Some(model) = model.filter(|_| !arguments.dry_run) {
        println!("{}{}", model.meter.report(), model.money(model.meter.report().total().usage));
    }
    Ok(())
}

async fn ingest(
    arguments: &Arguments,
    pipeline: &BuildPipeline,
    schema: Option<&Arc<Schema>>,
    base: &EmbeddedKnowledgeBase,
    path: &Path,
    model: Option<&Model>,
) -> Result<(), Failure> {
    let root = if path.is_dir() { path.join("") } else { path.to_owned() };
    let directory = Directory::new(path, &*root.to_string_lossy());
    // Tables are knowledge where a schema says what their columns mean.
    let tables: &[&str] = if schema.is_some() { &["*.csv"] } else { &[] };
    let texts = directory.clone().with_exclude(tables)?;
    if arguments.dry_run {
        let root = arguments.sync.then_some(texts.uri());
        let dry = pipeline.dry_run(base, root, texts.sources()).await?;
        println!("{dry}{}", model.map(|model| model.money(dry.estimate().usage)).unwrap_or_default());
        return Ok(());
    }
    let bar = Arc::new(Bar::new()?);
    let watched = pipeline.clone().with_observer(Arc::clone(&bar) as _);
    let report = if arguments.sync {
        watched.sync(base, texts.uri(), texts.sources()).await
    } else {
        watched.run(base, texts.sources()).await
    };
    bar.clear();
    println!("{}", report?);
    let Some(schema) = schema else { return Ok(()) };
    let root = format!("table:{}", texts.uri());
    let found = directory.with_include(tables)?.sources().map(|found| match found {
        Found::Source(source) => Found::Source(Source::new(format!("table:{}", source.uri), source.bytes)),
        Found::Unread(unread) => Found::Unread(Unread { uri: format!("table:{}", unread.uri).into(), ..unread }),
    });
    let set = TableSet::new(schema.clone(), found);
    let report = if arguments.sync {
        pipeline.sync_set(base, &root, &set).await?
    } else {
        pipeline.import_set(base, &set).await?
    };
    println!("{report}");
    Ok(())
}

fn readers() -> ReaderSet {
    ReaderSet::of_all_formats().with(&["pdf"], PdfReader::new()).with(&["docx"], DocxReader::new())
}

/// What reads knowledge in the texts.
fn extractor(
    arguments: &Arguments,
    schema: Option<Arc<Schema>>,
    model: Option<&Model>,
) -> Result<Arc<dyn Extractor>, Failure> {
    if let Some(model) = model {
        let asked = Arc::clone(&model.model);
        return Ok(match schema {
            Some(schema) => Arc::new(SchemaExtractor::new(asked, schema)),
            None => Arc::new(OpenExtractor::new(asked)),
        });
    }
    Ok(match (&*arguments.extract, schema) {
        ("none", _) => Arc::new(Nothing),
        ("names", _) => Arc::new(MentionExtractor::new()),
        ("dictionary", _) => Arc::new(dictionary(arguments.vocabulary.as_deref())?),
        ("patterns", schema) => Arc::new(patterns(arguments.patterns.as_deref(), schema)?),
        (other, _) => return Err(format!("--extract {other}?\n{USAGE}").into()),
    })
}

fn dictionary(file: Option<&Path>) -> Result<DictionaryExtractor, Failure> {
    let file = file.ok_or("--extract dictionary needs --vocabulary FILE")?;
    let (dictionary, problems) = Dictionary::from_jsonl(&read_text(file)?, &DictionaryFields::default());
    problems.iter().for_each(|problem| eprintln!("{}, {}: {}", file.display(), problem.place, problem.reason));
    println!("{}: {} terms", file.display(), dictionary.len());
    Ok(dictionary.compile()?)
}

fn patterns(file: Option<&Path>, schema: Option<Arc<Schema>>) -> Result<PatternExtractor, Failure> {
    let file = file.ok_or("--extract patterns needs --patterns FILE")?;
    let patterns = Patterns::from_json(&read_text(file)?)?;
    Ok(schema.into_iter().fold(patterns, Patterns::with_schema).compile()?)
}

fn read_text(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()).into())
}

/// The model that is asked, what it costs, and what it was asked.
struct Model {
    model: Arc<dyn LanguageModel>,
    price: Option<(Price, String)>,
    meter: Meter,
}

impl Model {
    /// The model that the environment names, where one is to be asked.
    fn new(arguments: &Arguments) -> Result<Option<Self>, Failure> {
        if arguments.extract != "model" {
            return Ok(None);
        }
        let (meter, model) = (Meter::new(), Arc::new(OpenAi::from_env()?));
        let prices = arguments.prices.as_deref().map(read_text).transpose()?;
        let prices = prices.map(|json| PriceTable::from_json(&json)).transpose()?;
        let listed = |prices: PriceTable| {
            let price = prices.price(model.id()).ok_or_else(|| format!("no price is listed for {}", model.id()))?;
            Ok::<_, String>((price, prices.currency().to_owned()))
        };
        let price = prices.map(listed).transpose()?;
        let mut stack = Stack::new(model).with_limit(LimitOptions::default()).with_meter(meter.clone());
        match (arguments.budget, &price) {
            (Some(most), Some((price, _))) => {
                stack = stack.with_budget(Budget::new(BudgetLimits::default().with_money(most)), *price);
            }
            (Some(_), None) => return Err("--budget needs --prices FILE".into()),
            (None, _) => {}
        }
        Ok(Some(Self { model: stack.with_retry(RetryOptions::default()).build(), price, meter }))
    }

    /// What `usage` costs, in words; nothing where no price is known.
    fn money(&self, usage: Usage) -> String {
        let words = |(price, currency): &(Price, String)| format!("\nmoney: {:.4} {currency}", price.of(usage));
        self.price.as_ref().map(words).unwrap_or_default()
    }
}

/// Reads nothing: texts are found by their words and vectors alone.
#[derive(Debug)]
struct Nothing;

#[async_trait]
impl Extractor for Nothing {
    fn version(&self) -> &str {
        "none 1"
    }

    async fn extract(&self, _: &Passage<'_>) -> Result<Extraction, BoxError> {
        Ok(Extraction::default())
    }
}

/// The schema in the file that was named, which the store keeps from then on; or the one it keeps.
async fn schema(arguments: &Arguments, base: &EmbeddedKnowledgeBase) -> Result<Option<Schema>, Failure> {
    let Some(file) = &arguments.schema else {
        let snapshot = base.snapshot(&Scope::All).await?;
        return snapshot.settings().get(SCHEMA).map(|text| read_schema("the schema of the store", text)).transpose();
    };
    let name = file.display().to_string();
    let text = read_text(file)?;
    let schema = read_schema(&name, &text)?;
    if !arguments.dry_run {
        base.commit(ChangeSet::new().set(SCHEMA, text)).await?;
    }
    Ok(Some(schema))
}

fn read_schema(name: &str, text: &str) -> Result<Schema, Failure> {
    let (schema, diagnostics) = Schema::parse(text);
    for diagnostic in &diagnostics {
        eprintln!("{}", diagnostic.render(name, text));
    }
    if diagnostics.iter().any(kag::schema::Diagnostic::is_error) {
        return Err(format!("{name} has mistakes").into());
    }
    Ok(schema)
}
