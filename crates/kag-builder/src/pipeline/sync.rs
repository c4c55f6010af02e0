//! Making a part of the knowledge base what a set of sources is.

use std::{collections::HashSet, sync::Arc};

use futures::stream;
use kag_core::{ChangeSet, Document, DocumentId, KnowledgeBase, Scope, Snapshot};

use super::{
    BuildEvent, BuildPipeline,
    clock::{Clock, Stage},
};
use crate::{BuildReport, DocumentReport, Error, Found, Outcome, Result, SetReport, TableSet, Unread};

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
        let report = run.go(self.arrivals(stream::iter(sources), &clock)).await?;

        let unread = report.unread.clone();
        self.remove_gone((base, &snapshot), root, &unread, report, &clock).await
    }

    /// Makes the tables below `root` be those of a set: maps and commits them as by
    /// [`import_set`](Self::import_set), and removes what came from below `root` and is no table of
    /// the set any more. A table that was skipped keeps what it said.
    ///
    /// ```
    /// use kag_builder::{BuildPipeline, LengthSplitter, MentionExtractor, TableSet, TextReader};
    /// use kag_core::{Source, memory::MemoryKnowledgeBase};
    /// use kag_schema::{Schema, TypeDef};
    ///
    /// # futures::executor::block_on(async {
    /// let schema = Schema::builder("Trade").with_type(TypeDef::entity("Good")).with_type(TypeDef::entity("Firm")).build();
    /// let schema = std::sync::Arc::new(schema.map_err(|problems| format!("{problems:?}"))?);
    /// let [goods, firms] = ["trade/Good.csv", "trade/Firm.csv"].map(|uri| Source::new(uri, "id\npaper\n".as_bytes()));
    /// let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(300), MentionExtractor::new());
    /// let base = MemoryKnowledgeBase::new();
    /// pipeline.sync_set(&base, "trade/", &TableSet::new(schema.clone(), [goods.clone(), firms])).await?;
    ///
    /// let report = pipeline.sync_set(&base, "trade/", &TableSet::new(schema, [goods])).await?;
    /// assert_eq!(&*report.build.documents[1].uri, "trade/Firm.csv");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run). Where it fails, nothing was removed.
    pub async fn sync_set(&self, base: &dyn KnowledgeBase, root: &str, tables: &TableSet) -> Result<SetReport> {
        let clock = Clock::new();
        let snapshot = base.snapshot(&Scope::All).await.map_err(Error::Snapshot)?;
        let (arrivals, reports) = self.map_set(tables, &clock).await?;
        let build = self.beginning(base, snapshot.clone(), &clock)?.go(stream::iter(arrivals)).await?;
        let skipped = tables.skipped().to_vec();
        let unread = skipped.iter().map(|table| Unread {
            uri: Arc::clone(&table.uri),
            place: "".into(),
            reason: Arc::clone(&table.reason),
        });
        let unread: Vec<Unread> = unread.collect();
        let build = self.remove_gone((base, &snapshot), root, &unread, build, &clock).await?;
        Ok(SetReport { tables: reports, skipped, build })
    }

    /// Removes what `snapshot` has from below `root` and `report` does not speak of.
    async fn remove_gone(
        &self,
        (base, snapshot): (&dyn KnowledgeBase, &Snapshot),
        root: &str,
        unread: &[Unread],
        mut report: BuildReport,
        clock: &Clock,
    ) -> Result<BuildReport> {
        let here: HashSet<DocumentId> = report.documents.iter().map(|document| document.document).collect();
        let gone = gone(snapshot, root, &here, unread).await?;
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
