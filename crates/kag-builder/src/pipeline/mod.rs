//! The pipeline: sources in, change sets out.
//!
//! Stages know nothing of each other, of concurrency or of the knowledge base; all that is
//! here. Documents are planned one after the other, their chunks extracted several at a
//! time and in order, texts embedded in batches, and change sets committed every so many
//! documents. So two runs over the same replies make the same commits and the same report.

mod clock;
mod dry;
mod embed;
mod event;
mod finish;
mod flow;
mod plan;
mod sync;
mod verify;

use std::sync::Arc;

use futures::{Stream, StreamExt as _, stream};
use kag_core::{ContentHash, CpuPool, EmbeddingSpace, KnowledgeBase, ReadDocument, Scope, Snapshot, Source};
use kag_llm::Embedder;
use kag_schema::Schema;

use self::{
    clock::{Clock, Stage},
    finish::Finisher,
    plan::Arrival,
};
pub use self::{
    dry::{DryRun, Intended, Intent},
    event::{BuildEvent, Observer},
};
use crate::{
    BuildReport, Error, Extractor, Found, OfficialNames, ReaderSet, Result, SetReport, Splitter, TableMapping,
    TableReport, TableSet, Unread, vocabulary,
};

/// What happens to facts that break the schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnViolation {
    /// They are reported, and kept.
    #[default]
    Report,
    /// They are reported, and left out. What is missing on a node, or too many values of
    /// it, is only reported: it is not the fault of one fact.
    Drop,
}

/// Builds knowledge out of documents, and commits it.
///
/// - A document whose content, title and stages are those of what it contributes already
///   costs nothing. Other labels, or an embedder where there was none, cost no extraction.
/// - A chunk that the extractor fails on is reported with its document and ordinal, and the
///   run goes on; the next run tries just these chunks again. A document that cannot be
///   read or split is reported likewise, and contributes what it did before.
/// - Running again is resuming: what was committed stays committed.
///
/// ```
/// use kag_builder::{BuildPipeline, LengthSplitter, MentionExtractor, TextReader};
/// use kag_core::{Source, memory::MemoryKnowledgeBase};
///
/// # futures::executor::block_on(async {
/// let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(300), MentionExtractor::new());
/// let base = MemoryKnowledgeBase::new();
/// let source = Source::new("note:1", "《红楼梦》 is a novel by Cao Xueqin.".as_bytes());
/// let report = pipeline.run(&base, [source.clone()]).await?;
/// assert_eq!(report.total(|document| document.nodes), 2);
///
/// let again = pipeline.run(&base, [source]).await?;
/// assert_eq!(again.total(|document| document.extracted), 0);
/// # Ok::<(), kag_builder::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct BuildPipeline {
    readers: ReaderSet,
    splitter: Arc<dyn Splitter>,
    extractor: Arc<dyn Extractor>,
    embedder: Option<Arc<dyn Embedder>>,
    names: OfficialNames,
    schema: Option<(Arc<Schema>, OnViolation)>,
    observer: Option<Arc<dyn Observer>>,
    cpu: CpuPool,
    concurrency: usize,
    commit_every: usize,
    embed_batch: usize,
}

impl BuildPipeline {
    /// A pipeline of these stages. One reader alone reads everything; a [`ReaderSet`]
    /// chooses by extension.
    #[must_use]
    pub fn new(readers: impl Into<ReaderSet>, splitter: impl Splitter, extractor: impl Extractor) -> Self {
        Self {
            readers: readers.into(),
            splitter: Arc::new(splitter),
            extractor: Arc::new(extractor),
            embedder: None,
            names: OfficialNames::new(),
            schema: None,
            observer: None,
            cpu: CpuPool::default(),
            concurrency: 8,
            commit_every: 32,
            embed_batch: 64,
        }
    }

    /// The same pipeline, giving every passage, name and statement a vector of `embedder`.
    #[must_use]
    pub fn with_embedder(mut self, embedder: Arc<dyn Embedder>) -> Self {
        self.embedder = Some(embedder);
        self
    }

    /// The same pipeline, giving what is extracted its official name.
    #[must_use]
    pub fn with_official_names(mut self, names: OfficialNames) -> Self {
        self.names = names;
        self
    }

    /// The same pipeline, checking what each document contributes against `schema`. A literal
    /// that is of another kind than declared, but can be cast without loss, is cast.
    #[must_use]
    pub fn with_schema(mut self, schema: impl Into<Arc<Schema>>, on_violation: OnViolation) -> Self {
        self.schema = Some((schema.into(), on_violation));
        self
    }

    /// The same pipeline, telling `observer` what happens while it runs.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// The same pipeline, computing on `cpu`; by default on a pool of its own.
    #[must_use]
    pub fn with_cpu(mut self, cpu: CpuPool) -> Self {
        self.cpu = cpu;
        self
    }

    /// The same pipeline, extracting at most `chunks` chunks at the same time; default 8.
    #[must_use]
    pub fn with_concurrency(mut self, chunks: usize) -> Self {
        self.concurrency = chunks.max(1);
        self
    }

    /// The same pipeline, committing every `documents` documents; default 32.
    #[must_use]
    pub fn with_commit_every(mut self, documents: usize) -> Self {
        self.commit_every = documents.max(1);
        self
    }

    /// The same pipeline, giving the embedder `texts` texts at a time; default 64.
    #[must_use]
    pub fn with_embed_batch(mut self, texts: usize) -> Self {
        self.embed_batch = texts.max(1);
        self
    }

    /// Reads `sources`, builds, and commits to `base`. Sources are given as such, or as a
    /// [`Directory`](crate::Directory) finds them.
    ///
    /// # Errors
    /// [`Error::Space`], [`Error::Snapshot`] before anything is done; [`Error::Embed`] and
    /// [`Error::Commit`] with the report until then.
    ///
    /// # Cancellation
    /// Dropping the future stops; what was committed stays, and running again goes on from there.
    pub async fn run<S>(&self, base: &dyn KnowledgeBase, sources: S) -> Result<BuildReport>
    where
        S: IntoIterator<Item: Into<Found> + Send>,
        S::IntoIter: Send,
    {
        self.run_stream(base, stream::iter(sources)).await
    }

    /// As [`run`](Self::run), for sources that are fetched as they are wanted.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_stream(
        &self,
        base: &dyn KnowledgeBase,
        sources: impl Stream<Item: Into<Found> + Send> + Send,
    ) -> Result<BuildReport> {
        let clock = Clock::new();
        self.build(base, self.arrivals(sources, &clock), &clock).await
    }

    /// As [`run`](Self::run), for documents that the host has read itself. Their content
    /// hash says whether they changed; [`Document::fingerprint`](kag_core::Document::fingerprint) should say
    /// how they were read, and becomes part of the pipeline's own.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_documents<D>(&self, base: &dyn KnowledgeBase, documents: D) -> Result<BuildReport>
    where
        D: IntoIterator<Item = ReadDocument>,
        D::IntoIter: Send,
    {
        let arrivals = documents.into_iter().map(|read| {
            let reader = read.document.fingerprint.to_string();
            Arrival::Read { read, reader }
        });
        self.build(base, stream::iter(arrivals), &Clock::new()).await
    }

    /// Maps the table in `source` and commits what its rows say, each a chunk.
    ///
    /// Rows that could not be mapped are among the document's problems, by their number; the others are written.
    ///
    /// # Errors
    /// [`Error::Map`] where the source is no such table; otherwise as [`run`](Self::run).
    pub async fn import(
        &self,
        base: &dyn KnowledgeBase,
        mapping: &TableMapping,
        source: &Source,
    ) -> Result<BuildReport> {
        let clock = Clock::new();
        let (own, table) = (mapping.clone(), source.clone());
        let computing = self.cpu.run("build.map", move || own.map(&table));
        let mapped = clock.time(Stage::Assemble, computing).await.map_err(Error::Compute)?;
        let mapped = mapped.map_err(|error| Error::Map { uri: Arc::clone(&source.uri), source: error })?;
        self.build(base, stream::iter([Arrival::mapped(mapped, mapping.version())]), &clock).await
    }

    /// Maps the tables of a set and commits what their rows say, each a chunk.
    ///
    /// What could not be mapped, and what no table lists, is in the report; the rest is written.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn import_set(&self, base: &dyn KnowledgeBase, tables: &TableSet) -> Result<SetReport> {
        let clock = Clock::new();
        let (arrivals, reports) = self.map_set(tables, &clock).await?;
        let build = self.build(base, stream::iter(arrivals), &clock).await?;
        Ok(SetReport { tables: reports, skipped: tables.skipped().to_vec(), build })
    }

    /// What the tables of a set say, and what there is to report of each.
    async fn map_set(&self, tables: &TableSet, clock: &Clock) -> Result<(Vec<Arrival>, Vec<TableReport>)> {
        let (mut arrivals, mut reports) = (Vec::new(), Vec::new());
        for table in tables.tables() {
            let own = table.clone();
            let computing = self.cpu.run("build.map", move || own.mapped());
            let mapped = clock.time(Stage::Assemble, computing).await.map_err(Error::Compute)?;
            let mapped = mapped.map_err(|error| Error::Map { uri: Arc::clone(table.uri()), source: error })?;
            let (mapped, version, report) = mapped;
            arrivals.push(Arrival::mapped(mapped, &version));
            reports.push(report);
        }
        Ok((arrivals, reports))
    }

    /// What is read in `sources`.
    fn arrivals<'a>(
        &'a self,
        sources: impl Stream<Item: Into<Found> + Send> + Send + 'a,
        clock: &'a Clock,
    ) -> impl Stream<Item = Arrival> + Send + 'a {
        sources.then(|found| self.arrive(found.into(), clock)).flat_map(stream::iter)
    }

    async fn arrive(&self, found: Found, clock: &Clock) -> Vec<Arrival> {
        let source = match found {
            Found::Source(source) => source,
            Found::Unread(unread) => return vec![Arrival::Unread(unread)],
        };
        let unread = |place: Arc<str>, reason| Arrival::Unread(Unread { uri: Arc::clone(&source.uri), place, reason });
        let read = async {
            let reader = self.readers.choose_for(&source)?.version().to_owned();
            Ok::<_, Error>((reader, self.readers.read(&source).await?))
        };
        match clock.time(Stage::Read, read).await {
            Ok((reader, reading)) => {
                let documents = reading.documents.into_iter();
                let documents = documents.map(|read| Arrival::Read { read, reader: reader.clone() });
                let problems = reading.problems.into_iter().map(|problem| unread(problem.place, problem.reason));
                documents.chain(problems).collect()
            }
            Err(error) => vec![unread("".into(), with_causes(&error))],
        }
    }

    async fn build(
        &self,
        base: &dyn KnowledgeBase,
        arrivals: impl Stream<Item = Arrival> + Send,
        clock: &Clock,
    ) -> Result<BuildReport> {
        let snapshot = base.snapshot(&Scope::All).await.map_err(Error::Snapshot)?;
        self.beginning(base, snapshot, clock)?.go(arrivals).await
    }

    /// A run over what `snapshot` shows.
    fn beginning<'r>(&'r self, base: &'r dyn KnowledgeBase, snapshot: Snapshot, clock: &'r Clock) -> Result<Run<'r>> {
        let space = self.space(base)?;
        let schema = self.schema_version();
        let stages = ContentHash::of_parts(&[
            b"kag-builder 1",
            self.splitter.version().as_bytes(),
            self.extractor.version().as_bytes(),
            self.names.hash().to_string().as_bytes(),
            schema.as_bytes(),
        ]);
        let mapping = ContentHash::of_parts(&[b"kag-builder table 1", schema.as_bytes()]);
        let by = self.extractor.version().to_owned();
        let finisher = Arc::new(Finisher { names: self.names.clone(), schema: self.schema.clone(), by });
        Ok(Run { pipeline: self, base, snapshot, space, stages, mapping, finisher, clock })
    }

    fn tell(&self, event: impl FnOnce() -> BuildEvent) {
        if let Some(observer) = &self.observer {
            observer.observe(&event());
        }
    }

    /// The space of the vectors that this pipeline makes, which must be that of `base`.
    fn space(&self, base: &dyn KnowledgeBase) -> Result<Option<EmbeddingSpace>> {
        let Some(embedder) = &self.embedder else { return Ok(None) };
        let space = EmbeddingSpace::new(embedder.id(), embedder.dim());
        if base.embedding_space() == Some(&space) {
            return Ok(Some(space));
        }
        Err(Error::Space { embedder: space, base: base.embedding_space().cloned() })
    }

    fn schema_version(&self) -> String {
        let version =
            |(schema, policy): &(Arc<Schema>, OnViolation)| format!("{} {policy:?}", vocabulary::hash(schema));
        self.schema.as_ref().map_or_else(String::new, version)
    }
}

/// One run of a pipeline.
struct Run<'r> {
    pipeline: &'r BuildPipeline,
    base: &'r dyn KnowledgeBase,
    /// What was there when the run began.
    snapshot: Snapshot,
    space: Option<EmbeddingSpace>,
    /// The hash of everything but the reader that decides what becomes of a document.
    stages: ContentHash,
    /// The hash of everything but the mapping that decides what becomes of a table.
    mapping: ContentHash,
    finisher: Arc<Finisher>,
    clock: &'r Clock,
}

/// `error` and what caused it, in one line.
fn with_causes(error: &(dyn std::error::Error + 'static)) -> Arc<str> {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ").into()
}
