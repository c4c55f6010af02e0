//! Making a part of the knowledge base what a set of sources is.

use std::{collections::HashSet, sync::Arc};

use futures::stream;
use kag_core::{ChangeSet, Document, DocumentId, KnowledgeBase, Scope, Snapshot};

use super::{
    BuildEvent, BuildPipeline,
    clock::{Clock, Stage},
};
use crate::{BuildReport, DocumentReport, Error, Found, Outcome, Result, Unread};

/// Documents that are looked at together.
const PAGE: usize = 1_000;

impl BuildPipeline {
    /// Makes what lies below `root` be what `sources` are: added and changed documents are built as by
    /// [`run`](Self::run), and those that came from below `root` and are not among the sources any
    /// more are removed, by one commit at the end. A document that was moved is one removed and one added.
    ///
    /// What lies below `root` has a URI that begins with it. A source of which something could not
    /// be read keeps all its documents: nothing is removed because a disk or a parser failed.
    ///
    /// ```
    /// use kag_builder::{BuildPipeline, LengthSplitter, MentionExtractor, Outcome, TextReader};
    /// use kag_core::{Source, memory::MemoryKnowledgeBase};
    ///
    /// # futures::executor::block_on(async {
    /// let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(300), MentionExtractor::new());
    /// let base = MemoryKnowledgeBase::new();
    /// let [one, two] = ["notes/1", "notes/2"].map(|uri| Source::new(uri, "Paris".as_bytes()));
    /// pipeline.sync(&base, "notes/", [one.clone(), two]).await?;
    ///
    /// let report = pipeline.sync(&base, "notes/", [one]).await?;
    /// assert_eq!(report.documents[0].outcome, Outcome::Unchanged);
    /// assert_eq!((&*report.documents[1].uri, &report.documents[1].outcome), ("notes/2", &Outcome::Removed));
    /// # Ok::<(), kag_builder::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run). Where it fails, nothing was removed.
    pub async fn sync<S>(&self, base: &dyn KnowledgeBase, root: &str, sources: S) -> Result<BuildReport>
    where
        S: IntoIterator<Item: Into<Found> + Send>,
        S::IntoIter: Send,
    {
        let clock = Clock::new();
        let snapshot = base.snapshot(&Scope::All).await.map_err(Error::Snapshot)?;
        let run = self.beginning(base, snapshot.clone(), &clock)?;
        let mut report = run.go(self.arrivals(stream::iter(sources), &clock)).await?;

        let here: HashSet<DocumentId> = report.documents.iter().map(|document| document.document).collect();
        let gone = gone(&snapshot, root, &here, &report.unread).await?;
        let Some(first) = gone.first().map(|document| Arc::clone(&document.uri)) else { return Ok(report) };
        let change = gone.iter().fold(ChangeSet::new(), |change, document| change.remove(document.id));
        if let Err(source) = clock.time(Stage::Commit, base.commit(change)).await {
            return Err(Error::Commit { documents: gone.len(), first, report: Box::new(report), source });
        }
        report.commits += 1;
        self.tell(|| BuildEvent::Committed { documents: gone.len() });
        let removed = gone.into_iter().map(|gone| DocumentReport::new(gone.id, gone.uri, Outcome::Removed));
        report.documents.extend(removed.inspect(|removed| self.tell(|| BuildEvent::Finished(removed.clone()))));
        report.time = clock.times();
        Ok(report)
    }
}

/// The documents below `root` that are neither `here` nor of a source that could not be read,
/// by URI.
pub(super) async fn gone(
    snapshot: &Snapshot,
    root: &str,
    here: &HashSet<DocumentId>,
    unread: &[Unread],
) -> Result<Vec<Document>> {
    let is_unread = |uri: &str| {
        // A directory that cannot be listed keeps all that is below it.
        let is_below = |source: &str, rest: &str| source.is_empty() || source.ends_with('/') || rest.starts_with('/');
        let is_of = |source: &str, rest: &str| rest.is_empty() || rest.starts_with('#') || is_below(source, rest);
        let of = |source: &str| uri.strip_prefix(source).is_some_and(|rest| is_of(source, rest));
        unread.iter().any(|unread| of(&unread.uri))
    };
    let mut gone = Vec::new();
    let mut last = None;
    loop {
        let ids = snapshot.chunks().documents(last, PAGE).await.map_err(Error::Snapshot)?;
        let absent: Vec<DocumentId> = ids.iter().filter(|id| !here.contains(id)).copied().collect();
        let found = snapshot.chunks().contributions(&absent).await.map_err(Error::Snapshot)?;
        let documents = found.iter().flatten().map(|contribution| contribution.document());
        gone.extend(documents.filter(|document| document.uri.starts_with(root) && !is_unread(&document.uri)).cloned());
        last = ids.last().copied();
        if ids.len() < PAGE {
            break;
        }
    }
    gone.sort_by(|left, right| left.uri.cmp(&right.uri));
    Ok(gone)
}
