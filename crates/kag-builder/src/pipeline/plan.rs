//! What there is to do for a document.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{Chunk, ContentHash, Contribution, ContributionDraft, Document, ReadDocument};

use super::{Run, clock::Stage, with_causes};
use crate::{ChunkProblem, DocumentReport, MapProblem, Mapped, Outcome, Unread};

/// What comes into the pipeline.
pub(super) enum Arrival {
    /// A document, and the version of what read it.
    Read { read: ReadDocument, reader: String },
    /// A table that was mapped, and the version of the mapping.
    Mapped { draft: Box<ContributionDraft>, mapping: String, problems: Vec<MapProblem> },
    /// Something that could not be read.
    Unread(Unread),
}

impl Arrival {
    /// The table that was mapped by what has the version `version`.
    pub(super) fn mapped(mapped: Mapped, version: &str) -> Self {
        Self::Mapped { draft: Box::new(mapped.draft), mapping: version.to_owned(), problems: mapped.problems }
    }
}

/// What there is to do for what arrived.
pub(super) enum Plan {
    /// Nothing.
    Unread(Unread),
    /// Nothing: unchanged, or it failed before extraction.
    Done(Box<DocumentReport>),
    /// To extract these chunks, assemble, embed and commit.
    Work(Box<Work>),
}

/// A document in the making.
pub(super) struct Work {
    pub(super) draft: ContributionDraft,
    /// The chunks to extract, in reading order.
    pub(super) todo: Vec<Arc<Chunk>>,
    /// What it contributes in the knowledge base now.
    pub(super) existing: Option<Arc<Contribution>>,
    pub(super) report: DocumentReport,
}

impl Run<'_> {
    pub(super) async fn plan(&self, arrival: Arrival, seen: &mut BTreeSet<kag_core::DocumentId>) -> Plan {
        let (document, read) = match arrival {
            Arrival::Unread(unread) => return Plan::Unread(unread),
            Arrival::Read { read, reader } => {
                let fingerprint = joined(self.stages, &reader);
                (read.document.clone().with_fingerprint(fingerprint), Ok(read))
            }
            Arrival::Mapped { draft, mapping, problems } => {
                let fingerprint = joined(self.mapping, &mapping);
                (draft.document.clone().with_fingerprint(fingerprint), Err((draft, problems)))
            }
        };
        let failed = |stage: &str, reason: Arc<str>| {
            let outcome = Outcome::Failed { stage: stage.into(), reason };
            Plan::Done(Box::new(DocumentReport::new(document.id, Arc::clone(&document.uri), outcome)))
        };
        if !seen.insert(document.id) {
            return failed("read", "an earlier document of this run has the same uri".into());
        }
        let existing = match self.snapshot.chunks().contributions(&[document.id]).await {
            Ok(found) => found.into_iter().next().flatten(),
            Err(error) => return failed("snapshot", with_causes(&error)),
        };
        let report = DocumentReport::new(document.id, Arc::clone(&document.uri), Outcome::Written);
        if let Some(existing) = existing.as_ref().filter(|existing| same_version(existing.document(), &document)) {
            let mut plan = self.resume(document, existing, report);
            if let (Plan::Work(work), Err((_, problems))) = (&mut plan, read) {
                work.report.problems = by_row(problems);
            }
            return plan;
        }
        match read {
            Ok(read) => {
                let split = self.pipeline.splitter.split(&read);
                match self.clock.time(Stage::Split, split).await {
                    Ok(chunks) => {
                        let mut draft = ContributionDraft::new(document);
                        let on_pages = |chunk: Chunk| {
                            let pages = read.pages_of(chunk.span);
                            Arc::new(chunk.with_pages(pages))
                        };
                        let todo: Vec<Arc<Chunk>> = chunks.into_iter().map(on_pages).collect();
                        draft.chunks.clone_from(&todo);
                        Plan::Work(Box::new(Work { draft, todo, existing, report }))
                    }
                    Err(error) => failed("split", with_causes(&*error)),
                }
            }
            Err((mut draft, problems)) => {
                draft.document = document;
                let mut work = Work { draft: *draft, todo: Vec::new(), existing, report };
                work.report.problems = by_row(problems);
                Plan::Work(Box::new(work))
            }
        }
    }

    /// What is left to do for a document of the same version: what had failed, other
    /// labels, other vectors.
    fn resume(&self, document: Document, existing: &Arc<Contribution>, mut report: DocumentReport) -> Plan {
        let embedded = self.space.is_none() || existing.space() == self.space.as_ref();
        if existing.failures().is_empty() && *existing.document() == document && embedded {
            report.outcome = Outcome::Unchanged;
            describe(&mut report, existing);
            return Plan::Done(Box::new(report));
        }
        let failed: BTreeSet<_> = existing.failures().iter().map(|failure| failure.chunk).collect();
        let todo: Vec<_> = existing.chunks().iter().filter(|chunk| failed.contains(&chunk.id)).cloned().collect();
        if todo.is_empty() {
            report.outcome = Outcome::Renewed;
        }
        let mut draft = ContributionDraft::from(Contribution::clone(existing));
        draft.document = document;
        draft.failures.clear();
        draft.vectors.clear();
        draft.space = None;
        Plan::Work(Box::new(Work { draft, todo, existing: Some(Arc::clone(existing)), report }))
    }
}

fn joined(stages: ContentHash, version: &str) -> ContentHash {
    ContentHash::of_parts(&[stages.to_string().as_bytes(), version.as_bytes()])
}

/// Counts what `contribution` holds.
pub(super) fn describe(report: &mut DocumentReport, contribution: &Contribution) {
    report.chunks = contribution.chunks().len();
    report.nodes = contribution.nodes().len();
    report.facts = contribution.facts().len();
    report.mentions = contribution.mentions().len();
}

/// Whether nothing but labels may differ.
fn same_version(old: &Document, new: &Document) -> bool {
    let version = |document: &Document| -> (ContentHash, ContentHash) { (document.content, document.fingerprint) };
    version(old) == version(new) && old.title == new.title
}

fn by_row(problems: Vec<MapProblem>) -> Vec<ChunkProblem> {
    let rows = problems
        .into_iter()
        .map(|problem| ChunkProblem { chunk: u32::try_from(problem.row).unwrap_or(u32::MAX), reason: problem.reason });
    rows.collect()
}
