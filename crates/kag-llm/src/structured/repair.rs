//! What was mended in model text to make it JSON.

use std::fmt;

/// Most repairs listed for one text; further ones are made and not listed.
pub(crate) const MAX_LISTED: usize = 1_000;

/// One thing that was mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Repair {
    /// What it was.
    pub kind: RepairKind,
    /// Where it was, in bytes from the start of the text.
    pub at: usize,
}

/// What can be wrong with JSON and still have one plain meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RepairKind {
    /// A comma before a closing bracket.
    TrailingComma,
    /// No comma between two members.
    MissingComma,
    /// A string in single or typographic quotes.
    Quotes,
    /// A key without quotes.
    UnquotedKey,
    /// A quote inside a string that should have been escaped.
    InnerQuote,
    /// `True`, `False`, `None`, and for numbers JSON does not have, null.
    Literal,
    /// A number in a form JSON does not have: `+1`, `.5`, `1.`, `1_000`.
    Number,
    /// Full-width punctuation outside a string.
    FullWidth,
    /// A line break or tab written raw in a string (listed once a string).
    RawControl,
    /// An escape JSON does not have; its characters were kept as they stand.
    Escape,
    /// A comment.
    Comment,
    /// Dots that stand for members left out.
    Ellipsis,
    /// A byte order mark.
    ByteOrderMark,
    /// A closing bracket missing before another one.
    MissingBracket,
    /// The text ended early: open brackets were closed, and the member at which it broke
    /// off was left out, because half a value is not a value.
    CutOff,
    /// JSON written as a string inside JSON.
    Encoded,
    /// Several values one after the other, taken as a list.
    Joined,
    /// One value where a list of them was expected.
    Wrapped,
    /// A list, alone in an object or holding a single object, where its content was expected.
    Unwrapped,
}

impl RepairKind {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TrailingComma => "trailing comma",
            Self::MissingComma => "missing comma",
            Self::Quotes => "quotes",
            Self::UnquotedKey => "unquoted key",
            Self::InnerQuote => "inner quote",
            Self::Literal => "literal",
            Self::Number => "number",
            Self::FullWidth => "full width",
            Self::RawControl => "raw control",
            Self::Escape => "escape",
            Self::Comment => "comment",
            Self::Ellipsis => "ellipsis",
            Self::ByteOrderMark => "byte order mark",
            Self::MissingBracket => "missing bracket",
            Self::CutOff => "cut off",
            Self::Encoded => "encoded",
            Self::Joined => "joined",
            Self::Wrapped => "wrapped",
            Self::Unwrapped => "unwrapped",
        }
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.kind.name(), self.at)
    }
}
