//! What ends a solve.
//!
//! Not finding an answer does not: that is an [`Outcome`](crate::Outcome).

use std::sync::Arc;

use kag_core::EmbeddingSpace;
use kag_llm::ErrorKind;
use kag_reason::{EvalError, RuleError};
use kag_schema::Diagnostic;

use crate::{
    TableError,
    logical::{Step, Var},
};

/// A result whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What ends a solve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The knowledge base could not be read.
    #[error("reading the knowledge base failed")]
    Store(#[from] kag_core::Error),
    /// A model failed, for other reasons than a spent budget.
    #[error("a model failed")]
    Model(#[from] kag_llm::Error),
    /// The plan does not check, and nobody mends it.
    #[error("the plan has {} mistakes, the first at byte {}: {}", diagnostics.len(), first_place(diagnostics), first(diagnostics))]
    Plan {
        /// The plan as it was written.
        text: Arc<str>,
        /// What is wrong with it.
        diagnostics: Vec<Diagnostic>,
    },
    /// A step failed.
    #[error("step {step} failed: {text}")]
    Step {
        /// The step, from 1.
        step: usize,
        /// The step as written.
        text: Arc<str>,
        /// Why.
        #[source]
        source: Box<Error>,
    },
    /// A step needs a variable that nothing was found for.
    #[error("step {step} needs `{var}`, which is not bound")]
    Unbound {
        /// The step, from 1.
        step: usize,
        /// The variable.
        var: Var,
    },
    /// An expression has no value.
    #[error("the expression of step {step} has no value")]
    Evaluate {
        /// The step, from 1.
        step: usize,
        /// Which operand, and why.
        #[source]
        source: EvalError,
    },
    /// No expression was found for a computation told in words.
    #[error("no expression for {target:?} in step {step}: {reason}")]
    NoExpression {
        /// The step, from 1.
        step: usize,
        /// The computation in words.
        target: Arc<str>,
        /// Why.
        reason: String,
    },
    /// No operator planner of the host knows this operation.
    #[error("no operator for `{name}`")]
    UnknownOperator {
        /// The operation's name.
        name: Arc<str>,
    },
    /// An operator of the host failed.
    #[error("the operator `{name}` failed")]
    Operator {
        /// The operation's name.
        name: Arc<str>,
        /// The host's reason.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Rules of the host could not be run.
    #[error("rules could not be run")]
    Rules {
        /// Which, and why.
        #[source]
        source: Box<RuleError>,
    },
    /// A table was asked for what it does not have.
    #[error("a binding table does not fit")]
    Table(#[from] TableError),
    /// The embedder's vectors cannot be compared with those of the knowledge base.
    #[error("the embedder is {embedder}, the knowledge base holds vectors of {base}")]
    EmbeddingSpace {
        /// The solver's embedder.
        embedder: EmbeddingSpace,
        /// What the knowledge base holds.
        base: EmbeddingSpace,
    },
}

impl From<RuleError> for Error {
    fn from(source: RuleError) -> Self {
        Self::Rules { source: Box::new(source) }
    }
}

impl Error {
    /// The same error, said to have happened in step `at` (from 0).
    pub(crate) fn in_step(self, at: usize, step: &Step) -> Self {
        Self::Step { step: at + 1, text: step.to_string().into(), source: Box::new(self) }
    }

    /// Whether a budget was spent, here or below.
    #[must_use]
    pub fn is_budget_spent(&self) -> bool {
        self.model() == Some(ErrorKind::BudgetSpent)
    }

    /// Whether a model replied with what cannot be used, here or below.
    #[must_use]
    pub fn is_unusable_reply(&self) -> bool {
        self.model() == Some(ErrorKind::Unusable)
    }

    /// Whether the plan asked for what cannot be done with what was found, here or below: it is no
    /// fault of the data, and another plan may do better.
    #[must_use]
    pub fn is_of_the_plan(&self) -> bool {
        match self {
            Self::Unbound { .. } | Self::Evaluate { .. } | Self::NoExpression { .. } | Self::Table(_) => true,
            Self::Step { source, .. } => source.is_of_the_plan(),
            _ => false,
        }
    }

    /// How a model failed, here or below.
    fn model(&self) -> Option<ErrorKind> {
        match self {
            Self::Model(error) => Some(error.kind()),
            Self::Step { source, .. } => source.model(),
            _ => None,
        }
    }
}

fn first(diagnostics: &[Diagnostic]) -> &str {
    diagnostics.first().map_or("none", |diagnostic| &diagnostic.message)
}

fn first_place(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.first().map_or(0, |diagnostic| diagnostic.span.start)
}
