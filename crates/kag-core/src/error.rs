//! The one error type of this crate, built by back ends and matched by callers.

use std::{borrow::Cow, error::Error as StdError, fmt};

/// A result whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a stage that a host writes: whatever it says.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// What went wrong, in the terms a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller passed something that can never work; change the input.
    InvalidInput,
    /// The back end cannot do this at all; ask its capabilities first.
    Unsupported,
    /// Somebody else holds what is needed, or it was changed meanwhile.
    Conflict,
    /// The back end cannot do this at the moment; the same call may succeed later.
    Unavailable,
    /// What is stored does not make sense; reading on would give wrong answers.
    Corrupt,
    /// What must not happen did, such as a panic: a bug, here or in code the host passed in.
    Internal,
}

/// An error of a store or a kernel: a kind, the operation, where, and why.
///
/// The message is one line in lower case without a full stop; the cause, if any, is
/// reached through [`source`](StdError::source) and is not repeated in the message.
///
/// ```
/// use kag_core::{Error, ErrorKind};
///
/// let io = std::io::Error::other("disk on fire");
/// let error = Error::new(ErrorKind::Unavailable, "graph.view").with("table", "facts").because(io);
/// assert_eq!(error.to_string(), "graph.view: unavailable (table = facts)");
/// assert!(error.is_retryable());
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Cow<'static, str>,
    reason: Option<Cow<'static, str>>,
    context: Vec<(&'static str, String)>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` while doing `operation` (`"graph.view"`, `"commit"`).
    #[must_use]
    pub fn new(kind: ErrorKind, operation: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, operation: operation.into(), reason: None, context: Vec::new(), source: None }))
    }

    /// Short for an [`ErrorKind::InvalidInput`] with its reason.
    #[must_use]
    pub fn invalid(operation: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidInput, operation).reason(reason)
    }

    /// Says in words what the kind alone does not.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.0.reason = Some(reason.into());
        self
    }

    /// Adds where it happened: which document, chunk, row, table.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        self.0.context.push((key, value.to_string()));
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What went wrong, in the terms a caller can act on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What was being done.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// Where it happened, as key and value, outermost last.
    pub fn context(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.context.iter().map(|(key, value)| (*key, value.as_str()))
    }

    /// Whether the same call may succeed later without any change by the caller.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unavailable)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidInput => "invalid input",
            Self::Unsupported => "unsupported",
            Self::Conflict => "conflict",
            Self::Unavailable => "unavailable",
            Self::Corrupt => "corrupt",
            Self::Internal => "internal",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.operation, self.0.kind)?;
        if let Some(reason) = &self.0.reason {
            write!(f, ": {reason}")?;
        }
        for (at, (key, value)) in self.0.context.iter().enumerate() {
            write!(f, "{}{key} = {value}", if at == 0 { " (" } else { ", " })?;
        }
        if self.0.context.is_empty() { Ok(()) } else { f.write_str(")") }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match &self.0.source {
            Some(source) => write!(f, ": {source:?}"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
