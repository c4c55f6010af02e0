//! From a question to a plan.

mod given;
mod model;

use std::fmt;

use async_trait::async_trait;
use kag_schema::Schema;

pub use given::GivenPlan;
pub use model::ModelPlanner;

use crate::{BindingTable, Result, logical::Plan};

/// What a planner plans from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PlanInput<'p> {
    /// The question of this round.
    pub question: &'p str,
    /// The schema that the plan is checked against.
    pub schema: Option<&'p Schema>,
    /// The parts of the answer that earlier rounds named, in order; empty in the first.
    pub answers: &'p [BindingTable],
}

/// Plans how a question is answered.
///
/// ```
/// use kag_solver::{PlanInput, Planner, Result, async_trait, logical::Plan};
///
/// /// Looks up one property of whatever is asked about.
/// #[derive(Debug)]
/// struct Founded;
///
/// #[async_trait]
/// impl Planner for Founded {
///     async fn plan(&self, input: PlanInput<'_>) -> Result<Plan> {
///         let text = format!("Retrieval(s=s1[`{}`], p=p1:founded, o=o1)\nOutput(o1)", input.question);
///         Ok(kag_solver::logical::parse(&text).0)
///     }
/// }
/// ```
#[async_trait]
pub trait Planner: fmt::Debug + Send + Sync + 'static {
    /// The plan. The solver checks it and puts its steps in order.
    ///
    /// # Errors
    /// Those of a model that is asked; a plan that nobody could mend.
    async fn plan(&self, input: PlanInput<'_>) -> Result<Plan>;
}
