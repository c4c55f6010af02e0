//! How documents flow through the stages.

use std::{collections::BTreeSet, pin::pin, sync::Arc};

use futures::{Stream, StreamExt as _, stream};
use kag_core::{ChangeSet, Chunk, Document};

use super::{
    Run,
    clock::Stage,
    finish::Ready,
    plan::{Arrival, Plan},
    with_causes,
};
use crate::{BuildEvent, BuildReport, DocumentReport, Error, Extraction, Outcome, Passage, Result, Unread};

/// One thing to do, in order: the chunks of a document, then its end.
enum Task {
    Chunk(Arc<Document>, Arc<Chunk>, Arc<[Arc<Chunk>]>),
    End(Plan),
}

/// One thing done.
enum Done {
    Chunk(Result<Extraction, Arc<str>>),
    End(Plan),
}

/// What there was to do for a document, and what its chunks gave.
struct Extracted {
    plan: Plan,
    results: Vec<Result<Extraction, Arc<str>>>,
}

/// What is known of a document, or of something that could not be read.
enum Finished {
    Unread(Unread),
    Ready(Box<Ready>),
}

/// Documents to be committed together, and what to report beside them.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) ready: Vec<Ready>,
    unread: Vec<Unread>,
    pub(super) embedded_texts: usize,
    pub(super) embed_calls: usize,
}

impl Run<'_> {
    pub(super) async fn go(&self, arrivals: impl Stream<Item = Arrival> + Send) -> Result<BuildReport> {
        let plans = stream::unfold((Box::pin(arrivals), BTreeSet::new()), async |(mut arrivals, mut seen)| {
            let arrival = arrivals.next().await?;
            self.tell_of_arrival(&arrival);
            let plan = self.plan(arrival, &mut seen).await;
            self.tell_of_plan(&plan);
            Some((plan, (arrivals, seen)))
        });
        let tasks = plans.flat_map(|plan| stream::iter(tasks_of(plan)));
        let done = tasks.map(|task| self.perform(task)).buffered(self.pipeline.concurrency);
        let finished = whole(done).map(|extracted| self.finish(extracted)).buffered(self.pipeline.cpu.threads());
        let batches = self.batches(finished).map(|batch| self.embed(batch)).buffered(2);
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
            Task::Chunk(document, chunk, chunks) => {
                let passage = Passage::new(&document, &chunk).among(&chunks);
                let extract = self.pipeline.extractor.extract(&passage);
                let extracted = self.clock.time(Stage::Extract, extract).await;
                let extracted = extracted.map_err(|error| with_causes(&*error));
                self.tell_of_chunk(&document, &chunk, &extracted);
                Done::Chunk(extracted)
            }
        }
    }

    fn tell_of_arrival(&self, arrival: &Arrival) {
        self.pipeline.tell(|| match arrival {
            Arrival::Unread(unread) => BuildEvent::Unread(unread.clone()),
            Arrival::Read { read, .. } => BuildEvent::Started { uri: Arc::clone(&read.document.uri) },
            Arrival::Mapped { draft, .. } => BuildEvent::Started { uri: Arc::clone(&draft.document.uri) },
        });
    }

    fn tell_of_plan(&self, plan: &Plan) {
        if let Plan::Work(work) = plan {
            let (chunks, extract) = (work.draft.chunks.len(), work.todo.len());
            self.pipeline.tell(|| BuildEvent::Split { uri: Arc::clone(&work.report.uri), chunks, extract });
        }
    }

    fn tell_of_chunk(&self, document: &Document, chunk: &Chunk, extracted: &Result<Extraction, Arc<str>>) {
        let (uri, chunk) = (Arc::clone(&document.uri), chunk.id.ordinal());
        self.pipeline.tell(|| match extracted {
            Ok(Extraction { entities, facts, .. }) => {
                BuildEvent::Extracted { uri, chunk, entities: entities.len(), facts: facts.len() }
            }
            Err(reason) => BuildEvent::ChunkFailed { uri, chunk, reason: Arc::clone(reason) },
        });
    }

    /// Makes a contribution of a document whose chunks were extracted, off the executor.
    async fn finish(&self, extracted: Extracted) -> Finished {
        let work = match extracted.plan {
            Plan::Unread(unread) => return Finished::Unread(unread),
            Plan::Done(report) => return Finished::Ready(Box::new(Ready::nothing(*report))),
            Plan::Work(work) => work,
        };
        let (mut failed, finisher) = (work.report.clone(), Arc::clone(&self.finisher));
        let computing = self.pipeline.cpu.run("build.assemble", move || finisher.finish(*work, extracted.results));
        let ready = self.clock.time(Stage::Assemble, computing).await.unwrap_or_else(|error| {
            failed.outcome = Outcome::Failed { stage: "assemble".into(), reason: with_causes(&error) };
            Ready::nothing(failed)
        });
        Finished::Ready(Box::new(ready))
    }

    /// So many documents to a batch that a commit is worth it.
    fn batches<'s>(
        &'s self,
        finished: impl Stream<Item = Finished> + Send + 's,
    ) -> impl Stream<Item = Batch> + Send + 's {
        stream::unfold(Box::pin(finished), async |mut finished| {
            let mut batch = Batch::default();
            let (mut any, mut waiting) = (false, 0);
            while let Some(next) = finished.next().await {
                any = true;
                match next {
                    Finished::Unread(unread) => batch.unread.push(unread),
                    Finished::Ready(ready) => {
                        waiting += usize::from(ready.contribution.is_some());
                        batch.ready.push(*ready);
                    }
                }
                if waiting >= self.pipeline.commit_every {
                    break;
                }
            }
            any.then_some((batch, finished))
        })
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
            let committed = self.clock.time(Stage::Commit, self.base.commit(changes)).await;
            if let Err(source) = committed {
                let untouched =
                    |document: &DocumentReport| !matches!(document.outcome, Outcome::Written | Outcome::Renewed);
                let documents: Vec<_> = documents.into_iter().filter(untouched).collect();
                self.tell_of_end(&documents);
                report.documents.extend(documents);
                report.time = self.clock.times();
                return Err(Error::Commit {
                    documents: count,
                    first,
                    report: Box::new(std::mem::take(report)),
                    source,
                });
            }
            report.commits += 1;
            self.pipeline.tell(|| BuildEvent::Committed { documents: count });
        }
        self.tell_of_end(&documents);
        report.documents.extend(documents);
        Ok(())
    }

    fn tell_of_end(&self, documents: &[DocumentReport]) {
        documents.iter().for_each(|document| self.pipeline.tell(|| BuildEvent::Finished(document.clone())));
    }
}

/// Puts the chunks of each document together again.
fn whole<'s>(done: impl Stream<Item = Done> + Send + 's) -> impl Stream<Item = Extracted> + Send + 's {
    stream::unfold(Box::pin(done), async |mut done| {
        let mut results = Vec::new();
        loop {
            match done.next().await? {
                Done::Chunk(result) => results.push(result),
                Done::End(plan) => return Some((Extracted { plan, results }, done)),
            }
        }
    })
}

fn tasks_of(plan: Plan) -> Vec<Task> {
    let mut tasks = Vec::new();
    if let Plan::Work(work) = &plan
        && !work.todo.is_empty()
    {
        let document = Arc::new(work.draft.document.clone());
        let all: Arc<[Arc<Chunk>]> = work.draft.chunks.as_slice().into();
        let task = |chunk: &Arc<Chunk>| Task::Chunk(Arc::clone(&document), Arc::clone(chunk), Arc::clone(&all));
        tasks.extend(work.todo.iter().map(task));
    }
    tasks.push(Task::End(plan));
    tasks
}
