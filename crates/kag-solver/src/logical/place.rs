//! Where a part of a plan was read.

use kag_core::Span;

/// The bytes a part of a plan was read from; empty for one that a program built.
///
/// A place is not part of what a plan says: all places are equal, so that plans compare
/// by meaning.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place(pub Span);

impl Place {
    /// The bytes.
    #[must_use]
    pub const fn span(self) -> Span {
        self.0
    }
}

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self(span)
    }
}
