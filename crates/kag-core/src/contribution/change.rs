//! The unit of commit.

use std::{collections::BTreeMap, sync::Arc};

use super::{Contribution, EmbeddingSpace};
use crate::{DocumentId, Error, Result};

/// What happens to one document.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It contributes this from now on, and nothing it contributed before.
    Put(Arc<Contribution>),
    /// It contributes nothing any more.
    Remove,
}

/// All that one commit changes: wholly visible or not at all.
///
/// At most one change a document, and one a setting; a later one replaces an earlier one.
#[derive(Clone, Debug, Default)]
pub struct ChangeSet {
    changes: BTreeMap<DocumentId, Change>,
    settings: BTreeMap<Arc<str>, Option<Arc<str>>>,
}

impl ChangeSet {
    /// A change set that changes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the document of `contribution`, or replaces all it contributed before.
    #[must_use]
    pub fn put(mut self, contribution: impl Into<Arc<Contribution>>) -> Self {
        let contribution = contribution.into();
        self.changes.insert(contribution.document().id, Change::Put(contribution));
        self
    }

    /// Takes all away that `document` contributed. A document that is not there stays so.
    #[must_use]
    pub fn remove(mut self, document: DocumentId) -> Self {
        self.changes.insert(document, Change::Remove);
        self
    }

    /// Keeps `text` under `name`, in place of what was there.
    ///
    /// ```
    /// use kag_core::{ChangeSet, KnowledgeBase, SCHEMA, Scope, memory::MemoryKnowledgeBase};
    ///
    /// # futures::executor::block_on(async {
    /// let base = MemoryKnowledgeBase::new();
    /// let commit = base.commit(ChangeSet::new().set(SCHEMA, "namespace Football")).await?;
    /// assert_eq!(commit.settings, 1);
    /// let snapshot = base.snapshot(&Scope::All).await?;
    /// assert_eq!(snapshot.settings().get(SCHEMA).map(|text| &**text), Some("namespace Football"));
    /// # Ok::<(), kag_core::Error>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn set(mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        self.settings.insert(name.into(), Some(text.into()));
        self
    }

    /// Keeps nothing under `name` any more.
    #[must_use]
    pub fn unset(mut self, name: impl Into<Arc<str>>) -> Self {
        self.settings.insert(name.into(), None);
        self
    }

    /// The settings that change, by name: the new text, or `None` for none any more.
    pub fn settings(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Option<Arc<str>>)> {
        self.settings.iter()
    }

    /// Checks that every vector put lives in `space`, which is what a knowledge base takes.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the first document by id whose vectors are of
    /// another space, or that has vectors where `space` is `None`.
    pub fn check_space(&self, space: Option<&EmbeddingSpace>) -> Result<()> {
        for (_, change) in self.iter() {
            let Change::Put(contribution) = change else { continue };
            let Some(theirs) = contribution.space().filter(|theirs| space != Some(*theirs)) else { continue };
            let wrong = Error::invalid("commit", "the vectors are of another space than the knowledge base takes");
            return Err(wrong
                .with("document", &contribution.document().uri)
                .with("vectors", theirs)
                .with("base", space.map_or_else(|| "none".to_owned(), ToString::to_string)));
        }
        Ok(())
    }

    /// The changes, by document.
    pub fn iter(&self) -> impl Iterator<Item = (DocumentId, &Change)> {
        self.changes.iter().map(|(document, change)| (*document, change))
    }

    /// Number of documents it touches.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether it touches no document and no setting.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.settings.is_empty()
    }
}

impl FromIterator<Contribution> for ChangeSet {
    fn from_iter<I: IntoIterator<Item = Contribution>>(contributions: I) -> Self {
        contributions.into_iter().fold(Self::new(), Self::put)
    }
}
