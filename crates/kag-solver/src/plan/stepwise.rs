//! Planning one step after the other.

use std::fmt;

use async_trait::async_trait;
use kag_schema::Schema;

use crate::{BindingTable, Memory, Result, logical::Plan, trace::StepTrace};

/// What the next step is planned from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct StepInput<'p> {
    /// The question of this round.
    pub question: &'p str,
    /// The schema that steps are checked against.
    pub schema: Option<&'p Schema>,
    /// The steps of this round so far, all of which ran.
    pub plan: &'p Plan,
    /// What each of them did, in their order.
    pub steps: &'p [StepTrace],
    /// What they found.
    pub memory: &'p Memory,
    /// The parts of the answer that earlier rounds named, in order.
    pub answers: &'p [BindingTable],
    /// All that earlier rounds found, in order.
    pub memories: &'p [Memory],
}

/// What a step planner says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// These steps run next. Where one of them is an `Output`, they are the last ones.
    Steps(Plan),
    /// Nothing more is to be done: the answer is the result of the last step.
    Done,
}

/// Plans the next step of an answer, given what the steps before it found.
///
/// ```
/// use kag_solver::{Next, Result, StepInput, StepPlanner, async_trait, logical::parse};
///
/// /// Follows one predicate for as long as it leads on.
/// #[derive(Debug)]
/// struct Follow;
///
/// #[async_trait]
/// impl StepPlanner for Follow {
///     async fn next(&self, input: StepInput<'_>) -> Result<Next> {
///         let at = input.steps.len();
///         if input.steps.last().is_some_and(|step| step.layers.is_empty()) {
///             return Ok(Next::Done);
///         }
///         let from = if at == 0 { format!("o0[`{}`]", input.question) } else { format!("o{at}") };
///         Ok(Next::Steps(parse(&format!("Retrieval(s={from}, p=:follows, o=o{})", at + 1)).0))
///     }
/// }
/// ```
#[async_trait]
pub trait StepPlanner: fmt::Debug + Send + Sync + 'static {
    /// What is done next. The solver checks the steps together with those before them.
    ///
    /// # Errors
    /// Those of a model that is asked; a step that nobody could mend.
    async fn next(&self, input: StepInput<'_>) -> Result<Next>;

    /// Whether a question that its plans left unanswered, with nothing further to ask, is looked for
    /// as it is in a round that is left, as [`PlainRetrieval`](crate::PlainRetrieval) does. Not unless it says so.
    fn then_plain(&self) -> bool {
        false
    }
}
