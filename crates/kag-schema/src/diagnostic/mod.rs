//! What is wrong with a piece of text, and where.
//!
//! Every reader of text in the workspace (expressions, schemas, rules, logical forms)
//! reports mistakes as [`Diagnostic`]s and reads on, so that one look shows them all. A
//! diagnostic holds a span of bytes, not a line number: the source is needed to
//! [`render`](Diagnostic::render) it.
//!
//! ```
//! use kag_core::Span;
//! use kag_schema::Diagnostic;
//!
//! let source = "球队数 = cuont(球队)";
//! let wrong = Diagnostic::error(Span::new(12, 17), "unknown function `cuont`")
//!     .with_hint("did you mean `count`?");
//! assert_eq!(
//!     wrong.render("question.txt", source),
//!     "\
//! error: unknown function `cuont`
//!  --> question.txt:1:7
//!   |
//! 1 | 球队数 = cuont(球队)
//!   |          ^^^^^
//!   = hint: did you mean `count`?
//! "
//! );
//! ```

mod nearest;
mod place;
mod render;

use std::fmt;

use kag_core::Span;
use serde::{Deserialize, Serialize};

pub use nearest::nearest;
pub use place::LineColumn;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The text has a meaning, though perhaps not the intended one.
    Warning,
    /// The text has no meaning; what it stands for cannot be used.
    Error,
}

/// One mistake in a text: where it is, what it is, and what would be right.
///
/// The message is one line in lower case without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The bytes of the source it is about; empty where something is missing there.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What could have stood there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error about the bytes in `span`.
    #[must_use]
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, span, message)
    }

    /// A warning about the bytes in `span`.
    #[must_use]
    pub fn warning(span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, span, message)
    }

    /// A diagnostic of `severity` about the bytes in `span`.
    #[must_use]
    pub fn new(severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self { severity, span, message: message.into(), expected: None, hint: None }
    }

    /// Says what could have stood there.
    #[must_use]
    pub fn with_expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds ``did you mean `…`?`` where one of `candidates` is [`nearest`] to `name`.
    #[must_use]
    pub fn with_nearest<'c>(self, name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Self {
        match nearest(name, candidates) {
            Some(near) => self.with_hint(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// The same diagnostic for a source in which this one's source begins at byte `offset`.
    #[must_use]
    pub fn shifted(mut self, offset: usize) -> Self {
        self.span = self.span.shifted(offset);
        self
    }

    /// Whether the text cannot be used because of this.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The diagnostic as a person reads it: severity and message, `name:line:column`, the
    /// source line with the span underlined, what was expected, and the hint.
    ///
    /// Of a span over several lines the first is shown. Columns count characters from 1;
    /// the underline counts display columns, so it is right below Chinese text. A span
    /// outside `source` is moved to its end.
    #[must_use]
    pub fn render(&self, name: &str, source: &str) -> String {
        render::render(self, name, source)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.severity, self.span, self.message)?;
        if let Some(expected) = &self.expected {
            write!(f, "; expected {expected}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}
