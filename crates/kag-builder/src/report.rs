//! What a build did.

use std::{fmt, sync::Arc, time::Duration};

use kag_core::DocumentId;
use serde::{Deserialize, Serialize};

/// What a build did: document by document, in the order they came, and in all.
///
/// Two builds of the same sources under the same replies give the same documents and
/// counts; only times differ. Prints as a few lines; the documents serialise.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BuildReport {
    /// Each document, in the order they came.
    pub documents: Vec<DocumentReport>,
    /// Sources and parts of sources that could not be read.
    pub unread: Vec<Unread>,
    /// Texts that the embedder was given; texts with a vector already are not.
    pub embedded_texts: usize,
    /// Calls of the embedder.
    pub embed_calls: usize,
    /// Commits that were made.
    pub commits: usize,
    /// Where the time went.
    pub time: StageTimes,
}

/// A source, or a part of one, that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The source.
    pub uri: Arc<str>,
    /// The part: a line or a row; empty for all of it.
    pub place: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
}

/// What happened to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It was committed, new or in place of what it contributed before.
    Written,
    /// It was committed under other labels, or with vectors, without being extracted again.
    Renewed,
    /// It is in the knowledge base as it is: nothing was done.
    Unchanged,
    /// It was removed, for it is not among the sources of a [`sync`](crate::BuildPipeline::sync) any more.
    Removed,
    /// It contributes what it did before, if anything.
    Failed {
        /// The stage that failed: `split`, `seal`, `read`.
        stage: Arc<str>,
        /// Why.
        reason: Arc<str>,
    },
}

/// What happened to one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DocumentReport {
    /// Its id.
    pub document: DocumentId,
    /// Where it came from.
    pub uri: Arc<str>,
    /// What happened to it.
    pub outcome: Outcome,
    /// Chunks it has.
    pub chunks: usize,
    /// Chunks that were given to the extractor in this build.
    pub extracted: usize,
    /// Chunks, by ordinal, that the extractor failed on, and why.
    pub failures: Vec<ChunkProblem>,
    /// Nodes it contributes.
    pub nodes: usize,
    /// Facts it contributes.
    pub facts: usize,
    /// Mentions it contributes.
    pub mentions: usize,
    /// Facts extracted in this build that were not found in the text.
    pub unlocated_facts: usize,
    /// Mentions extracted in this build that were found neither in the text nor in the headings above it.
    pub unlocated_mentions: usize,
    /// Facts extracted in this build of which the text has only words most like those quoted. Their
    /// confidence is at most the likeness.
    #[serde(default)]
    pub approximate_facts: usize,
    /// Mentions extracted in this build where the text has only what is most like the name.
    #[serde(default)]
    pub approximate_mentions: usize,
    /// What the extractor could not use, by ordinal of the chunk.
    pub problems: Vec<ChunkProblem>,
    /// Facts and nodes of this build that break the schema, in words.
    pub violations: Vec<Arc<str>>,
    /// Facts that were left out because they break the schema.
    pub dropped: usize,
}

/// Something about one chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkProblem {
    /// The chunk's place within its document, from 0.
    pub chunk: u32,
    /// What it is.
    pub reason: Arc<str>,
}

/// Time by stage, summed over what ran at the same time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StageTimes {
    /// Reading.
    pub read: Duration,
    /// Splitting.
    pub split: Duration,
    /// Extracting, waiting for models included.
    pub extract: Duration,
    /// Making records, finding quotes, checking the schema.
    pub assemble: Duration,
    /// Embedding.
    pub embed: Duration,
    /// Committing.
    pub commit: Duration,
    /// The whole build, as the clock saw it.
    pub whole: Duration,
}

/// What one extraction came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChunkCounts {
    pub(crate) facts: usize,
    pub(crate) mentions: usize,
    pub(crate) unlocated_facts: usize,
    pub(crate) unlocated_mentions: usize,
    pub(crate) approximate_facts: usize,
    pub(crate) approximate_mentions: usize,
    pub(crate) problems: Vec<Arc<str>>,
}

impl DocumentReport {
    /// A report of a document with this outcome and nothing else.
    #[must_use]
    pub fn new(document: DocumentId, uri: Arc<str>, outcome: Outcome) -> Self {
        Self {
            document,
            uri,
            outcome,
            chunks: 0,
            extracted: 0,
            failures: Vec::new(),
            nodes: 0,
            facts: 0,
            mentions: 0,
            unlocated_facts: 0,
            unlocated_mentions: 0,
            approximate_facts: 0,
            approximate_mentions: 0,
            problems: Vec::new(),
            violations: Vec::new(),
            dropped: 0,
        }
    }

    pub(crate) fn count(&mut self, chunk: u32, counts: ChunkCounts) {
        self.unlocated_facts += counts.unlocated_facts;
        self.unlocated_mentions += counts.unlocated_mentions;
        self.approximate_facts += counts.approximate_facts;
        self.approximate_mentions += counts.approximate_mentions;
        self.problems.extend(counts.problems.into_iter().map(|reason| ChunkProblem { chunk, reason }));
    }
}

impl BuildReport {
    /// Sum of `count` over the documents.
    pub fn total(&self, count: impl Fn(&DocumentReport) -> usize) -> usize {
        self.documents.iter().map(count).sum()
    }

    /// The documents that were not committed because something failed.
    pub fn failed(&self) -> impl Iterator<Item = &DocumentReport> {
        self.documents.iter().filter(|document| matches!(document.outcome, Outcome::Failed { .. }))
    }

    /// Whether every source was read and every chunk extracted.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unread.is_empty() && self.failed().next().is_none() && self.total(|document| document.failures.len()) == 0
    }

    fn with_outcome(&self, outcome: &Outcome) -> usize {
        self.documents.iter().filter(|document| document.outcome == *outcome).count()
    }
}

/// Most failures that are printed one by one.
const PRINTED: usize = 10;

impl fmt::Display for BuildReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "documents: {} written, {} renewed, {} unchanged, {} removed, {} failed, {} unread",
            self.with_outcome(&Outcome::Written),
            self.with_outcome(&Outcome::Renewed),
            self.with_outcome(&Outcome::Unchanged),
            self.with_outcome(&Outcome::Removed),
            self.failed().count(),
            self.unread.len(),
        )?;
        writeln!(
            f,
            "chunks: {}, {} extracted, {} failed",
            self.total(|document| document.chunks),
            self.total(|document| document.extracted),
            self.total(|document| document.failures.len()),
        )?;
        writeln!(
            f,
            "knowledge: {} nodes, {} facts ({} approximate, {} unlocated), {} mentions ({} approximate, {} unlocated), {} problems, {} violations ({} facts dropped)",
            self.total(|document| document.nodes),
            self.total(|document| document.facts),
            self.total(|document| document.approximate_facts),
            self.total(|document| document.unlocated_facts),
            self.total(|document| document.mentions),
            self.total(|document| document.approximate_mentions),
            self.total(|document| document.unlocated_mentions),
            self.total(|document| document.problems.len()),
            self.total(|document| document.violations.len()),
            self.total(|document| document.dropped),
        )?;
        let StageTimes { read, split, extract, assemble, embed, commit, whole } = self.time;
        writeln!(
            f,
            "embedded: {} texts in {} calls; commits: {}",
            self.embedded_texts, self.embed_calls, self.commits
        )?;
        write!(
            f,
            "time: {whole:.1?} (read {read:.1?}, split {split:.1?}, extract {extract:.1?}, assemble {assemble:.1?}, embed {embed:.1?}, commit {commit:.1?})"
        )?;
        let lines = self.failure_lines();
        for line in lines.iter().take(PRINTED) {
            write!(f, "\n  {line}")?;
        }
        match lines.len().checked_sub(PRINTED) {
            Some(more @ 1..) => write!(f, "\n  and {more} more"),
            _ => Ok(()),
        }
    }
}

impl BuildReport {
    fn failure_lines(&self) -> Vec<String> {
        let unread = self.unread.iter().map(|unread| {
            let at = if unread.place.is_empty() { String::new() } else { format!(", {}", unread.place) };
            format!("unread: {}{at}: {}", unread.uri, unread.reason)
        });
        let documents = self.documents.iter().flat_map(|document| {
            let failed = match &document.outcome {
                Outcome::Failed { stage, reason } => Some(format!("failed: {}: {stage}: {reason}", document.uri)),
                _ => None,
            };
            let chunks = document.failures.iter();
            let chunks =
                chunks.map(|failure| format!("failed: {}, chunk {}: {}", document.uri, failure.chunk, failure.reason));
            failed.into_iter().chain(chunks).collect::<Vec<_>>()
        });
        unread.chain(documents).collect()
    }
}
