//! Ordering and keeping the first.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::super::{Path, Var};

/// Orders what a variable is bound to and keeps the first:
/// `Sort(set=o1, orderby=o2, direction=max, limit=1)`.
///
/// Subject and object of a retrieval stay together, so `orderby` may be any variable that
/// is bound in the same rows as `set`. The sort is stable; nulls come last in either
/// direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sort {
    /// What is ordered.
    pub set: Var,
    /// What it is ordered by, most significant first; empty means by `set` itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<Path>,
    /// Which end comes first.
    pub direction: SortDirection,
    /// Most distinct values of `set` that are kept; `None` keeps all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<NonZeroUsize>,
}

/// Which end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortDirection {
    /// Smallest first, written `min`.
    Ascending,
    /// Largest first, written `max`.
    Descending,
}

impl Sort {
    pub(super) fn needed(&self) -> Vec<Var> {
        std::iter::once(&self.set).chain(self.by.iter().map(|path| &path.var)).cloned().collect()
    }
}
