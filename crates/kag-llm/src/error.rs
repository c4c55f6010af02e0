//! The one error type of this crate, built by adapters and matched by decorators.

use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// A result whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the terms a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request can never work: too long, malformed, refused by the provider.
    InvalidInput,
    /// The provider cannot do this (a format, streaming, embeddings).
    Unsupported,
    /// Credentials are missing or refused.
    Unauthorised,
    /// The provider asks for fewer requests; [`Error::retry_after`] may say when.
    RateLimited,
    /// The provider was not reached, or failed on its side.
    Unavailable,
    /// No answer in the time allowed.
    Timeout,
    /// An answer came that breaks the protocol: not JSON, not UTF-8, cut off, wrong shape.
    Malformed,
    /// The model answered, but not what the prompt asked for.
    Unusable,
    /// The budget does not allow this call. Never retried.
    BudgetSpent,
    /// A replay holds no answer to this request.
    NotRecorded,
    /// A file of this side (a recording, a cache) could not be read or written.
    Storage,
}

/// An error of a model: a kind, the model, the operation, and why.
///
/// The message is one line in lower case without a full stop; the cause is reached
/// through [`source`](StdError::source) and is not repeated. Secrets never enter it.
///
/// ```
/// use kag_llm::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::RateLimited, "openai.complete").with("model", "m-1");
/// assert_eq!(error.to_string(), "openai.complete: rate limited (model = m-1)");
/// assert!(error.is_retryable());
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: &'static str,
    reason: Option<Cow<'static, str>>,
    context: Vec<(&'static str, String)>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` while doing `operation` (`"openai.complete"`).
    #[must_use]
    pub fn new(kind: ErrorKind, operation: &'static str) -> Self {
        let (reason, context, retry_after, source) = (None, Vec::new(), None, None);
        Self(Box::new(Inner { kind, operation, reason, context, retry_after, source }))
    }

    /// Says in words what the kind alone does not.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.0.reason = Some(reason.into());
        self
    }

    /// Adds where it happened: which model, prompt, status.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        self.0.context.push((key, value.to_string()));
        self
    }

    /// Adds how long the provider asks callers to wait.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds `key` unless it is there already.
    pub(crate) fn with_missing(self, key: &'static str, value: impl fmt::Display) -> Self {
        if self.context().any(|(known, _)| known == key) {
            return self;
        }
        self.with(key, value)
    }

    /// What went wrong, in the terms a caller can act on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// How long the provider asks callers to wait.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Where it happened, as key and value.
    pub fn context(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.context.iter().map(|(key, value)| (*key, value.as_str()))
    }

    /// Whether the same call may succeed later without any change by the caller.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        use ErrorKind::{Malformed, RateLimited, Timeout, Unavailable};
        matches!(self.0.kind, RateLimited | Unavailable | Timeout | Malformed)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidInput => "invalid input",
            Self::Unsupported => "unsupported",
            Self::Unauthorised => "unauthorised",
            Self::RateLimited => "rate limited",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timed out",
            Self::Malformed => "malformed answer",
            Self::Unusable => "unusable answer",
            Self::BudgetSpent => "budget spent",
            Self::NotRecorded => "not recorded",
            Self::Storage => "storage failed",
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
