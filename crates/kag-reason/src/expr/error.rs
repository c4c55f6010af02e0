//! Why an expression could not be computed.

use std::sync::Arc;

use kag_core::{CompareError, Dimension, PartialDate, Span, Value, ValueKind};
use kag_schema::Expr;
use thiserror::Error as ThisError;

use super::HostError;

/// Why an expression could not be computed, and which part of it.
#[derive(Debug, ThisError)]
#[error("cannot compute `{expr}`: {kind}")]
#[non_exhaustive]
pub struct EvalError {
    /// The innermost part that could not be computed, as it is printed.
    pub expr: String,
    /// Where that was read; empty where it was built by a program.
    pub span: Span,
    /// Why.
    pub kind: EvalErrorKind,
    /// What the host's function reported.
    #[source]
    pub source: Option<HostError>,
}

/// Why a part of an expression could not be computed.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum EvalErrorKind {
    /// No variable has this name.
    #[error("unknown variable `{name}`")]
    UnknownVariable {
        /// The name.
        name: Arc<str>,
    },
    /// No function has this name, neither in the language nor with the host.
    #[error("unknown function `{name}`")]
    UnknownFunction {
        /// The name.
        name: String,
    },
    /// The host gives no parameter of this name.
    #[error("no value is given for `${name}`")]
    UnknownParameter {
        /// The name.
        name: Arc<str>,
    },
    /// No operation on lists has this name.
    #[error("unknown operation `{name}`")]
    UnknownMethod {
        /// The name.
        name: Arc<str>,
    },
    /// What time it is was asked, and nothing says so.
    #[error("no clock is given")]
    NoClock,
    /// A pattern that a text is matched with has no meaning.
    #[error("the pattern {pattern:?} cannot be read: {reason}")]
    Pattern {
        /// The pattern, shortened.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A text is to be written or read by a format that has no meaning.
    #[error("the date format {format:?} cannot be read")]
    Format {
        /// The format, shortened.
        format: String,
    },
    /// An operation takes a function of so many arguments.
    #[error("expected a function of {expected} arguments, as in `(a, b) => a + b`")]
    Lambda {
        /// How many.
        expected: usize,
    },
    /// A function does not take so many arguments.
    #[error("`{function}` does not take {given} arguments")]
    Arguments {
        /// The function.
        function: String,
        /// How many there are.
        given: usize,
    },
    /// An operand is not of a kind that can stand there.
    #[error("operand {place} is {found} ({value}), expected {expected}")]
    Operand {
        /// Which operand or argument, from 1.
        place: usize,
        /// The kind of its value.
        found: ValueKind,
        /// Its value, shortened.
        value: String,
        /// What could stand there.
        expected: &'static str,
    },
    /// No operation has operands of these kinds together.
    #[error("`{op}` has no meaning between {left} and {right}")]
    Operands {
        /// The operator.
        op: &'static str,
        /// The kind of the left operand.
        left: ValueKind,
        /// The kind of the right operand.
        right: ValueKind,
    },
    /// An operand has several different values where one is needed.
    #[error("operand {place} has {count} different values where one is needed")]
    Several {
        /// Which operand or argument, from 1.
        place: usize,
        /// How many different values.
        count: usize,
    },
    /// Two values do not compare.
    #[error(transparent)]
    Compare(#[from] CompareError),
    /// Two quantities measure different things.
    #[error("{left} and {right} have no common unit")]
    Dimensions {
        /// What the left one measures.
        left: Dimension,
        /// What the right one measures.
        right: Dimension,
    },
    /// What is known of two values does not decide between them.
    #[error("undecided between {left} and {right}")]
    Undecided {
        /// The left value.
        left: String,
        /// The right value.
        right: String,
    },
    /// A decision hangs on a value that is missing.
    #[error("undecided, as a value is missing")]
    Missing,
    /// An aggregate of nothing.
    #[error("`{function}` of no values")]
    Empty {
        /// The aggregate.
        function: &'static str,
    },
    /// A number divided by zero.
    #[error("division by zero")]
    DivisionByZero,
    /// A result that is too large.
    #[error("the result is too large")]
    Overflow,
    /// An operation without a result among the real numbers.
    #[error("there is no such number")]
    NoNumber,
    /// A date that the duration cannot be added to: it is not known as finely, or the
    /// result is beyond the calendar.
    #[error("{duration} cannot be added to {date}")]
    DateStep {
        /// The date.
        date: PartialDate,
        /// The duration.
        duration: String,
    },
    /// A text that does not say what is to be read out of it.
    #[error("{text:?} is not {expected}")]
    Unreadable {
        /// The text, shortened.
        text: String,
        /// What was to be read.
        expected: &'static str,
    },
    /// A text that states no date by the format that was given.
    #[error("{text:?} is not a date by the format {format:?}")]
    NotByFormat {
        /// The text, shortened.
        text: String,
        /// The format, shortened.
        format: String,
    },
    /// Two lists that belong together place by place are not of one length.
    #[error("lists of {left} and {right} values do not match")]
    Lengths {
        /// Length of the first list.
        left: usize,
        /// Length of the second list.
        right: usize,
    },
    /// A function of the host failed; the cause tells why.
    #[error("the function failed")]
    Host,
    /// An expression that nests too deeply.
    #[error("nested too deeply")]
    TooDeep,
    /// A form of expression that is not known here.
    #[error("unsupported expression {what}")]
    Unsupported {
        /// The form.
        what: String,
    },
}

impl EvalError {
    pub(super) fn new(expr: &Expr, kind: EvalErrorKind) -> Self {
        Self { expr: shortened(&expr.to_string()), span: expr.span, kind, source: None }
    }

    /// Whether what is known does not decide: neither true nor false, rather than wrong.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.kind.is_undecided()
    }
}

impl EvalErrorKind {
    /// Whether what is known does not decide: neither true nor false, rather than wrong.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        matches!(self, Self::Undecided { .. } | Self::Missing)
    }
}

/// A reason that still has to be told where it arose, or an error from further inside.
pub(super) enum Why {
    Here(EvalErrorKind),
    Host(HostError),
    Inside(Box<EvalError>),
}

impl Why {
    /// The operand at `place` (from 1) is `value` and should be `expected`.
    pub(super) fn operand(place: usize, value: &Value, expected: &'static str) -> Self {
        Self::Here(EvalErrorKind::Operand {
            place,
            found: value.kind(),
            value: shortened(&value.to_string()),
            expected,
        })
    }

    /// Whether what is known does not decide.
    pub(super) fn is_undecided(&self) -> bool {
        match self {
            Self::Here(kind) => kind.is_undecided(),
            Self::Host(_) => false,
            Self::Inside(error) => error.is_undecided(),
        }
    }

    /// Why, whatever part it is about.
    pub(super) fn kind(self) -> EvalErrorKind {
        match self {
            Self::Here(kind) => kind,
            Self::Host(_) => EvalErrorKind::Host,
            Self::Inside(error) => error.kind,
        }
    }

    /// The error of the part `expr`.
    pub(super) fn at(self, expr: &Expr) -> EvalError {
        match self {
            Self::Here(kind) => EvalError::new(expr, kind),
            Self::Host(source) => EvalError { source: Some(source), ..EvalError::new(expr, EvalErrorKind::Host) },
            Self::Inside(error) => *error,
        }
    }
}

impl From<EvalErrorKind> for Why {
    fn from(kind: EvalErrorKind) -> Self {
        Self::Here(kind)
    }
}

impl From<CompareError> for Why {
    fn from(error: CompareError) -> Self {
        Self::Here(error.into())
    }
}

impl From<EvalError> for Why {
    fn from(error: EvalError) -> Self {
        Self::Inside(Box::new(error))
    }
}

/// The first characters of `text`, so that a message stays a line.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
