//! What a build would do, and what it would cost.

use std::{
    collections::{BTreeSet, HashSet},
    fmt,
    pin::pin,
    sync::Arc,
};

use futures::{StreamExt as _, stream};
use kag_core::{KnowledgeBase, Scope};
use serde::{Deserialize, Serialize};

use super::{BuildPipeline, clock::Clock, plan::Plan, sync::gone, with_causes};
use crate::{Error, Estimate, Found, Outcome, Passage, Result, Unread};

/// What a build would do: document by document, in the order they come, and in all.
///
/// Prints as a few lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DryRun {
    /// Each document.
    pub documents: Vec<Intended>,
    /// Sources and parts of sources that cannot be read.
    pub unread: Vec<Unread>,
}

/// What would happen to one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Intended {
    /// Where it comes from.
    pub uri: Arc<str>,
    /// What would happen.
    pub intent: Intent,
    /// Chunks that would be given to the extractor.
    pub extract: usize,
    /// What the extractor would ask of a model for them. A cache of replies makes it less.
    pub estimate: Estimate,
}

/// What would happen to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Intent {
    /// It would be added.
    Add,
    /// It would take the place of what it contributes, be it only that what had failed is tried again.
    Replace,
    /// It would get other labels or vectors, without extraction.
    Renew,
    /// Nothing: it is there as it is.
    Keep,
    /// It would be removed.
    Remove,
    /// It would fail before extraction, for this reason, and contribute what it does now.
    Fail(Arc<str>),
}

impl DryRun {
    /// How many documents would have this happen to them.
    #[must_use]
    pub fn count(&self, intent: &Intent) -> usize {
        self.documents.iter().filter(|document| document.intent == *intent).count()
    }

    /// What would be asked of a model in all.
    #[must_use]
    pub fn estimate(&self) -> Estimate {
        let mut all = Estimate::default();
        self.documents.iter().for_each(|document| all += document.estimate);
        all
    }
}

impl fmt::Display for DryRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failing = self.documents.iter().filter(|document| matches!(document.intent, Intent::Fail(_))).count();
        writeln!(
            f,
            "documents: {} to add, {} to replace, {} to renew, {} to remove, {} unchanged, {failing} failing, {} unread",
            self.count(&Intent::Add),
            self.count(&Intent::Replace),
            self.count(&Intent::Renew),
            self.count(&Intent::Remove),
            self.count(&Intent::Keep),
            self.unread.len(),
        )?;
        let Estimate { calls, usage } = self.estimate();
        let chunks: usize = self.documents.iter().map(|document| document.extract).sum();
        write!(
            f,
            "extraction: {chunks} chunks, {calls} calls of a model, about {} tokens in requests and {} in replies",
            usage.input_tokens, usage.output_tokens
        )
    }
}

impl BuildPipeline {
    /// What [`run`](Self::run) would do with `sources`, or, with a `root`, [`sync`](Self::sync).
    /// Sources are read and split; nothing is extracted, embedded or written.
    ///
    /// # Errors
    /// [`Error::Space`], [`Error::Snapshot`].
    pub async fn dry_run<S>(&self, base: &dyn KnowledgeBase, root: Option<&str>, sources: S) -> Result<DryRun>
    where
        S: IntoIterator<Item: Into<Found> + Send>,
        S::IntoIter: Send,
    {
        let clock = Clock::new();
        let snapshot = base.snapshot(&Scope::All).await.map_err(Error::Snapshot)?;
        let run = self.beginning(base, snapshot.clone(), &clock)?;
        let mut arrivals = pin!(self.arrivals(stream::iter(sources), &clock));
        let (mut dry, mut seen) = (DryRun::default(), BTreeSet::new());
        while let Some(arrival) = arrivals.next().await {
            match run.plan(arrival, &mut seen).await {
                Plan::Unread(unread) => dry.unread.push(unread),
                plan => dry.documents.extend(self.intended(plan)),
            }
        }
        if let Some(root) = root {
            let here: HashSet<_> = seen.into_iter().collect();
            let gone = gone(&snapshot, root, &here, &dry.unread).await?;
            dry.documents.extend(gone.into_iter().map(|document| Intended::new(document.uri, Intent::Remove)));
        }
        Ok(dry)
    }

    /// What comes of a document that is planned so.
    fn intended(&self, plan: Plan) -> Option<Intended> {
        match plan {
            Plan::Unread(_) => None,
            Plan::Done(report) => Some(match report.outcome {
                Outcome::Failed { reason, .. } => Intended::new(report.uri, Intent::Fail(reason)),
                _ => Intended::new(report.uri, Intent::Keep),
            }),
            Plan::Work(work) => {
                let intent = match (&work.existing, &work.report.outcome) {
                    (None, _) => Intent::Add,
                    (Some(_), Outcome::Renewed) => Intent::Renew,
                    (Some(_), _) => Intent::Replace,
                };
                let mut intended = Intended::new(Arc::clone(&work.report.uri), intent);
                for chunk in &work.todo {
                    let passage = Passage::new(&work.draft.document, chunk).among(&work.draft.chunks);
                    match self.extractor.estimate(&passage) {
                        Ok(estimate) => intended.estimate += estimate,
                        Err(error) => intended.intent = Intent::Fail(with_causes(&*error)),
                    }
                    intended.extract += 1;
                }
                Some(intended)
            }
        }
    }
}

impl Intended {
    fn new(uri: Arc<str>, intent: Intent) -> Self {
        Self { uri, intent, extract: 0, estimate: Estimate::default() }
    }
}
