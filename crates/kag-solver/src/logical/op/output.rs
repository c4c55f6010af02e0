//! The answer's parts.

use serde::{Deserialize, Serialize};

use super::super::Path;

/// Names what the answer is made of: `Output(o1, o2.founded)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// The parts, in the order in which the answer gives them.
    pub paths: Vec<Path>,
}

impl Output {
    /// The answer made of `paths`.
    #[must_use]
    pub fn new(paths: impl IntoIterator<Item = impl Into<Path>>) -> Self {
        Self { paths: paths.into_iter().map(Into::into).collect() }
    }
}
