//! What a reader may know of.

use std::{collections::BTreeSet, sync::Arc};

use crate::Document;

/// Which documents exist for a reader.
///
/// What is supported only by documents outside the scope does not exist in it: not in
/// search, not among neighbours, not in any statistic.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Every document.
    #[default]
    All,
    /// The documents whose every label is among these; those without labels always are.
    Labels(BTreeSet<Arc<str>>),
}

impl Scope {
    /// The scope of a reader who holds `labels`.
    #[must_use]
    pub fn of<L: Into<Arc<str>>>(labels: impl IntoIterator<Item = L>) -> Self {
        Self::Labels(labels.into_iter().map(Into::into).collect())
    }

    /// Whether `document` exists in this scope.
    #[must_use]
    pub fn sees(&self, document: &Document) -> bool {
        match self {
            Self::All => true,
            Self::Labels(held) => document.labels.is_subset(held),
        }
    }
}
