//! How documents flow through the stages.

use std::{collections::BTreeSet, pin::pin, sync::Arc};

use futures::{Stream, StreamExt as _, stream};
use kag_core::{ChangeSet, Chunk, Contribution, Document};

use super::{
    Run,
    clock::Stage,
    plan::{Arrival, Plan, Work, describe},
    with_causes,
};
use crate::{
    BuildReport, ChunkProblem, DocumentReport, Error, Extraction, Outcome, Passage, Result, Unread, assemble::assemble,
};

/// One thing to do, in order: the chunks of a document, then its end.
enum Task {
    Chunk(Arc<Document>, Arc<Chunk>),
    End(Plan),
}

/// One thing done.
enum Done {
    Chunk(Result<Extraction, Arc<str>>),
    End(Plan),
}

/// Documents to be committed together, and what to report beside them.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) ready: Vec<Ready>,
    unread: Vec<Unread>,
    pub(super) embedded_texts: usize,
    pub(super) embed_calls: usize,
}

/// A document that went through extraction, or needed none.
pub(super) struct Ready {
    pub(super) report: DocumentReport,
    /// What to commit.
    pub(super) contribution: Option<Contribution>,
    pub(super) existing: Option<Arc<Contribution>>,
}

impl Run<'_> {
    pub(super) async fn go(&self, arrivals: impl Stream<Item = Arrival> + Send) -> Result<BuildReport> {
        let plans = stream::unfold((Box::pin(arrivals), BTreeSet::new()), async |(mut arrivals, mut seen)| {
            let arrival = arrivals.next().await?;
            Some((self.plan(arrival, &mut seen).await, (arrivals, seen)))
        });
        let tasks = plans.flat_map(|plan| stream::iter(tasks_of(plan)));
        let done = tasks.map(|task| self.perform(task)).buffered(self.pipeline.concurrency);
        let batches = self.batches(done).map(|batch| self.embed(batch)).buffered(2);
        let mut batches = pin!(batches);
        let mut report = BuildReport::default();
        while let Some(embedded) = batches.next().await {
            let batch = match embedded {
                Ok(batch) => batch,
                Err(failed) => {
                    report.time = self.clock.times();
                    return Err(failed.into_error(report));
                }
            };
            self.commit(batch, &mut report).await?;
        }
        report.time = self.clock.times();
        Ok(report)
    }

    async fn perform(&self, task: Task) -> Done {
        match task {
            Task::End(plan) => Done::End(plan),
            Task::Chunk(document, chunk) => {
                let passage = Passage::new(&document, &chunk);
                let extract = self.pipeline.extractor.extract(&passage);
                let extracted = self.clock.time_async(Stage::Extract, extract).await;
                Done::Chunk(extracted.map_err(|error| with_causes(&*error)))
            }
        }
    }

    /// Puts documents together again, and so many of them to a batch.
    fn batches<'s>(&'s self, done: impl Stream<Item = Done> + Send + 's) -> impl Stream<Item = Batch> + Send + 's {
        stream::unfold(Box::pin(done), async |mut done| {
            let mut batch = Batch::default();
            let mut extracted = Vec::new();
            let mut any = false;
            while let Some(next) = done.next().await {
                any = true;
                match next {
                    Done::Chunk(result) => extracted.push(result),
                    Done::End(Plan::Unread(unread)) => batch.unread.push(unread),
                    Done::End(Plan::Done(report)) => {
                        batch.ready.push(Ready { report: *report, contribution: None, existing: None });
                    }
                    Done::End(Plan::Work(work)) => {
                        let results = std::mem::take(&mut extracted);
                        batch.ready.push(self.clock.time(Stage::Assemble, || self.finish(*work, results)));
                    }
                }
                let waiting = batch.ready.iter().filter(|ready| ready.contribution.is_some()).count();
                if extracted.is_empty() && waiting >= self.pipeline.commit_every {
                    break;
                }
            }
            any.then_some((batch, done))
        })
    }

    /// Makes a contribution of a document whose chunks were extracted.
    fn finish(&self, mut work: Work, results: Vec<Result<Extraction, Arc<str>>>) -> Ready {
        let mut report = work.report;
        report.extracted = work.todo.len();
        let document = work.draft.document.clone();
        for (chunk, result) in work.todo.iter().zip(results) {
            let ordinal = chunk.id.ordinal();
            match result {
                Ok(extraction) => {
                    let extraction = self.pipeline.names.apply(extraction);
                    let passage = Passage::new(&document, chunk);
                    let version = self.pipeline.extractor.version();
                    report.count(ordinal, assemble(&mut work.draft, &passage, extraction, version));
                }
                Err(reason) => {
                    work.draft.add_failure(chunk.id, Arc::clone(&reason));
                    report.failures.push(ChunkProblem { chunk: ordinal, reason });
                }
            }
        }
        self.verify(&mut work.draft, &mut report);
        let contribution = match work.draft.seal() {
            Ok(contribution) => {
                describe(&mut report, &contribution);
                Some(contribution)
            }
            Err(error) => {
                report.outcome = Outcome::Failed { stage: "seal".into(), reason: with_causes(&error) };
                None
            }
        };
        Ready { report, contribution, existing: work.existing }
    }

    async fn commit(&self, batch: Batch, report: &mut BuildReport) -> Result<()> {
        let mut changes = ChangeSet::new();
        let mut documents = Vec::with_capacity(batch.ready.len());
        let mut first = None;
        for ready in batch.ready {
            let mut document = ready.report;
            match (ready.contribution, ready.existing) {
                // What had failed failed again, and the like.
                (Some(new), Some(old)) if new == *old => document.outcome = Outcome::Unchanged,
                (Some(new), _) => {
                    first.get_or_insert_with(|| Arc::clone(&document.uri));
                    changes = changes.put(new);
                }
                (None, _) => {}
            }
            documents.push(document);
        }
        report.unread.extend(batch.unread);
        report.embedded_texts += batch.embedded_texts;
        report.embed_calls += batch.embed_calls;
        if let Some(first) = first {
            let count = changes.len();
            let committed = self.clock.time_async(Stage::Commit, self.base.commit(changes)).await;
            if let Err(source) = committed {
                let untouched =
                    |document: &DocumentReport| !matches!(document.outcome, Outcome::Written | Outcome::Renewed);
                report.documents.extend(documents.into_iter().filter(untouched));
                report.time = self.clock.times();
                return Err(Error::Commit {
                    documents: count,
                    first,
                    report: Box::new(std::mem::take(report)),
                    source,
                });
            }
            report.commits += 1;
        }
        report.documents.extend(documents);
        Ok(())
    }
}

fn tasks_of(plan: Plan) -> Vec<Task> {
    let mut tasks = Vec::new();
    if let Plan::Work(work) = &plan {
        let document = Arc::new(work.draft.document.clone());
        tasks.extend(work.todo.iter().map(|chunk| Task::Chunk(Arc::clone(&document), Arc::clone(chunk))));
    }
    tasks.push(Task::End(plan));
    tasks
}
