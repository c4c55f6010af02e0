//! Why rules could not be run.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use kag_core::{BoxError, Value};
use kag_schema::Diagnostic;
use thiserror::Error as ThisError;

use crate::EvalError;

/// Why a question to rules has no answer.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum RuleError {
    /// It would cost more than its limits allow.
    #[error("more than {bound} in {}", within(rule))]
    Bound {
        /// What there would be too much of, and how much was allowed.
        bound: Bound,
        /// The rule that was being run.
        rule: Arc<str>,
    },
    /// An expression of a rule cannot be computed, whatever the data.
    #[error("cannot compute {clause} of {}{}", within(rule), bindings_text(bindings))]
    Evaluation {
        /// The rule.
        rule: Arc<str>,
        /// The clause, as it is printed.
        clause: String,
        /// What its names stood for in the row that could not be computed.
        bindings: Vec<(Arc<str>, String)>,
        /// Why.
        #[source]
        source: Box<EvalError>,
    },
    /// A function of the host is not there.
    #[error("{} needs the function `{function}`, which nobody gives", within(rule))]
    UnknownFunction {
        /// The rule.
        rule: Arc<str>,
        /// The function.
        function: Arc<str>,
    },
    /// A function of the host failed.
    #[error("the function `{function}` failed in {}", within(rule))]
    Host {
        /// The rule.
        rule: Arc<str>,
        /// The function.
        function: Arc<str>,
        /// What it reported.
        #[source]
        source: BoxError,
    },
    /// Rules that need each other give a property several values where the schema lets it have
    /// one: which of them counts would be a matter of chance.
    #[error("{} gives `{property}` of {node} several values: {} and {}", within(rule), values.0, values.1)]
    SeveralValues {
        /// The rule that gave the second.
        rule: Arc<str>,
        /// The property.
        property: Arc<str>,
        /// What has it, in words.
        node: String,
        /// Two of its values.
        values: Box<(Value, Value)>,
    },
    /// A question, or a rule that it needs, speaks of parameters that have no value.
    #[error("no value is given for {}", parameters_text(missing))]
    Parameters {
        /// Their names without the `$`, in their order; never empty.
        missing: Vec<Arc<str>>,
    },
    /// A question does not make sense.
    #[error("the question is wrong: {}", problems_text(problems))]
    Invalid {
        /// What is wrong with it, never empty.
        problems: Vec<RuleProblem>,
    },
    /// The graph could not be read.
    #[error("the graph cannot be read")]
    Graph(#[from] kag_core::Error),
}

/// A bound that was exceeded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bound {
    /// Rows of a table of matches.
    Rows(usize),
    /// Rounds of rules that need each other.
    Rounds(usize),
    /// Rules that wait for each other.
    Depth(usize),
    /// Nodes created by actions.
    Created(usize),
    /// Time.
    Time(Duration),
}

/// What is wrong with a rule, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// The rule: where it is from and what it defines.
    pub rule: Arc<str>,
    /// What is wrong. Its span is one of the text that the rule was read from.
    pub diagnostic: Diagnostic,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(most) => write!(f, "{most} rows"),
            Self::Rounds(most) => write!(f, "{most} rounds"),
            Self::Depth(most) => write!(f, "{most} rules waiting for each other"),
            Self::Created(most) => write!(f, "{most} created nodes"),
            Self::Time(most) => write!(f, "{} seconds", most.as_secs_f64()),
        }
    }
}

impl fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.diagnostic)
    }
}

impl StdError for RuleProblem {}

fn within(rule: &str) -> String {
    if rule.is_empty() { "the query".to_owned() } else { format!("rule {rule}") }
}

fn bindings_text(bindings: &[(Arc<str>, String)]) -> String {
    let shown: Vec<String> = bindings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if shown.is_empty() { String::new() } else { format!(" where {}", shown.join(", ")) }
}

fn parameters_text(missing: &[Arc<str>]) -> String {
    missing.iter().map(|name| format!("`${name}`")).collect::<Vec<_>>().join(", ")
}

fn problems_text(problems: &[RuleProblem]) -> String {
    let shown: Vec<String> = problems.iter().map(|problem| problem.diagnostic.to_string()).collect();
    shown.join("; ")
}
