//! Builds a durable store from files and directories, or brings one up to date.
//!
//! ```text
//! ingest --store DIR [--schema FILE] [--extract none|names|model] [--sync] [--dry-run] PATH...
//! ```
//!
//! Text, Markdown, JSON lines (`id`, `title`, `text`) and CSV named after the types and relations of
//! the schema are read; other files are named and left alone. `--extract names` needs no model: names
//! of things, and where they stand. `--extract model` asks the one that `KAG_OPENAI_BASE_URL` and
//! `KAG_OPENAI_MODEL` name, within the schema where there is one. `--sync` removes what came from the
//! paths and is not there any more (texts; tables are only added and replaced). `--dry-run` says what would be done, and what would be asked of a model.

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use kag::{
    BuildPipeline, EmbeddedKnowledgeBase, Embedder, EmbeddingSpace, Extraction, Extractor, JsonlFields, JsonlReader,
    LanguageModel, LengthSplitter, MarkdownReader, MentionExtractor, OnViolation, OpenAi, OpenExtractor, Schema,
    SchemaExtractor, Source, StaticEmbedder, StoreOptions, TableSet, TextReader, async_trait,
    builder::{Passage, ReaderSet},
    core::BoxError,
    llm::{LimitOptions, Meter, RetryOptions, Stack},
};

type Failure = Box<dyn Error + Send + Sync>;

const USAGE: &str =
    "usage: ingest --store DIR [--schema FILE] [--extract none|names|model] [--sync] [--dry-run] PATH...";

/// Tokens of a chunk.
const CHUNK: usize = 300;

#[derive(Default)]
struct Arguments {
    store: PathBuf,
    schema: Option<PathBuf>,
    extract: String,
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
    let schema = arguments.schema.as_deref().map(schema).transpose()?.map(Arc::new);
    let meter = Meter::new();
    let embedder: Arc<dyn Embedder> = Arc::new(StaticEmbedder::new());
    let space = EmbeddingSpace::new(embedder.id(), embedder.dim());
    let base = StoreOptions::default().with_space(space).open(&arguments.store)?;
    let extractor = extractor(&arguments.extract, schema.clone(), meter.clone())?;
    let mut pipeline = BuildPipeline::new(readers(), LengthSplitter::new(CHUNK), extractor).with_embedder(embedder);
    if let Some(schema) = &schema {
        pipeline = pipeline.with_schema(schema.clone(), OnViolation::Report);
    }
    for path in &arguments.paths {
        ingest(&arguments, &pipeline, schema.as_ref(), &base, path).await?;
    }
    if arguments.extract == "model" && !arguments.dry_run {
        println!("{}", meter.report());
    }
    Ok(())
}

async fn ingest(
    arguments: &Arguments,
    pipeline: &BuildPipeline,
    schema: Option<&Arc<Schema>>,
    base: &EmbeddedKnowledgeBase,
    path: &Path,
) -> Result<(), Failure> {
    let mut files = Vec::new();
    list(path, &mut files)?;
    let (tables, texts): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| has_extension(file, &["csv"]));
    let (texts, others): (Vec<_>, Vec<_>) = texts.into_iter().partition(|file| has_extension(file, &TEXTS));
    println!("{}: {} texts, {} tables", path.display(), texts.len(), tables.len());
    others.iter().for_each(|file| println!("  left alone: {}", file.display()));

    let sources = texts.iter().map(|file| source("", file)).collect::<Result<Vec<_>, _>>()?;
    let root = if path.is_dir() { path.join("") } else { path.to_owned() };
    let root = root.to_string_lossy();
    if arguments.dry_run {
        println!("{}", pipeline.dry_run(base, arguments.sync.then_some(&*root), sources).await?);
        return Ok(());
    }
    if arguments.sync {
        println!("{}", pipeline.sync(base, &root, sources).await?);
    } else {
        println!("{}", pipeline.run(base, sources).await?);
    }
    match schema {
        Some(schema) if !tables.is_empty() => {
            let sources = tables.iter().map(|file| source("table:", file)).collect::<Result<Vec<_>, _>>()?;
            println!("{}", pipeline.import_set(base, &TableSet::new(schema.clone(), sources)).await?);
        }
        _ => tables.iter().for_each(|file| println!("  left alone without a schema: {}", file.display())),
    }
    Ok(())
}

/// What reads texts, by extension.
const TEXTS: [&str; 5] = ["md", "markdown", "txt", "text", "jsonl"];

fn readers() -> ReaderSet {
    ReaderSet::new()
        .with(&["md", "markdown"], MarkdownReader::new())
        .with(&["txt", "text"], TextReader::new())
        .with(&["jsonl"], JsonlReader::new(JsonlFields::default()))
}

/// What reads knowledge in the texts.
fn extractor(name: &str, schema: Option<Arc<Schema>>, meter: Meter) -> Result<Arc<dyn Extractor>, Failure> {
    Ok(match (name, schema) {
        ("none", _) => Arc::new(Nothing),
        ("names", _) => Arc::new(MentionExtractor::new()),
        ("model", Some(schema)) => Arc::new(SchemaExtractor::new(model(meter)?, schema)),
        ("model", None) => Arc::new(OpenExtractor::new(model(meter)?)),
        (other, _) => return Err(format!("--extract {other}?\n{USAGE}").into()),
    })
}

fn model(meter: Meter) -> Result<Arc<dyn LanguageModel>, Failure> {
    let stack = Stack::new(Arc::new(OpenAi::from_env()?)).with_limit(LimitOptions::default());
    Ok(stack.with_meter(meter).with_retry(RetryOptions::default()).build())
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

fn schema(file: &Path) -> Result<Schema, Failure> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let (schema, diagnostics) = Schema::parse(&text);
    for diagnostic in &diagnostics {
        eprintln!("{}", diagnostic.render(&file.display().to_string(), &text));
    }
    if diagnostics.iter().any(kag::schema::Diagnostic::is_error) {
        return Err(format!("{} has mistakes", file.display()).into());
    }
    Ok(schema)
}

/// The files at and below `path`, by name; what begins with a dot is left out.
fn list(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    let is_hidden = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    entries.iter().filter(|path| !is_hidden(path)).try_for_each(|path| list(path, files))
}

fn has_extension(file: &Path, extensions: &[&str]) -> bool {
    let extension = file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| extensions.contains(&&*extension))
}

fn source(prefix: &str, file: &Path) -> Result<Source, Failure> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Source::new(format!("{prefix}{}", file.display()), bytes))
}
