//! Whether what is known answers the question (KAG Algorithm 1).

mod model;
mod table;

use std::fmt;

use async_trait::async_trait;
use serde::Serialize;

pub use model::ModelJudge;
pub use table::TableJudge;

use crate::{BindingTable, Memory, Result, logical::Plan};

/// What a judge looks at.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct JudgeInput<'j> {
    /// The question that was asked at first.
    pub question: &'j str,
    /// The plan of this round, as it ran.
    pub plan: &'j Plan,
    /// What this round found.
    pub memory: &'j Memory,
    /// What each round before it found, in order.
    pub earlier: &'j [Memory],
    /// The parts of the answer that each round named, in order.
    pub answers: &'j [BindingTable],
}

/// Whether what is known answers the question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It does.
    Sufficient,
    /// It does not.
    Insufficient {
        /// What is missing, in words; at least one.
        missing: Vec<String>,
        /// The question whose answer would supply it; `None` where there is nothing to ask.
        next: Option<String>,
    },
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sufficient => f.write_str("sufficient"),
            Self::Insufficient { missing, next } => {
                write!(f, "insufficient; missing: {}", missing.join("; "))?;
                next.iter().try_for_each(|next| write!(f, "; next: {next}"))
            }
        }
    }
}

/// Judges whether what is known answers the question.
///
/// ```
/// use kag_solver::{Judge, JudgeInput, Result, Verdict, async_trait};
///
/// /// Wants at least two rows.
/// #[derive(Debug)]
/// struct TwoRows;
///
/// #[async_trait]
/// impl Judge for TwoRows {
///     async fn judge(&self, input: JudgeInput<'_>) -> Result<Verdict> {
///         let rows = input.answers.last().map_or(0, |answer| answer.len());
///         if rows >= 2 {
///             return Ok(Verdict::Sufficient);
///         }
///         Ok(Verdict::Insufficient { missing: vec![format!("{} more rows", 2 - rows)], next: None })
///     }
/// }
/// ```
#[async_trait]
pub trait Judge: fmt::Debug + Send + Sync + 'static {
    /// The verdict.
    ///
    /// # Errors
    /// Those of a model that is asked.
    async fn judge(&self, input: JudgeInput<'_>) -> Result<Verdict>;
}
