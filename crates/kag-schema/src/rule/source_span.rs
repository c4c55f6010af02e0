//! Where a part of a rule stands in its text.

use std::hash::{Hash, Hasher};

use kag_core::Span;
use serde::{Deserialize, Serialize};

/// Where something was read; empty for what a program built.
///
/// Any two are equal, so that what holds one is equal to another that says the same
/// elsewhere.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceSpan(pub Span);

impl PartialEq for SourceSpan {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for SourceSpan {}

impl Hash for SourceSpan {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl From<Span> for SourceSpan {
    fn from(span: Span) -> Self {
        Self(span)
    }
}
