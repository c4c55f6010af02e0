//! Operations that the host brings.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use kag_core::Snapshot;

use super::{Context, Effect, StepResult};
use crate::{BindingTable, Error, Memory, Result, logical::CustomOp, memory::Unmatched};

/// What an operator may read.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OperatorInput<'i> {
    /// The snapshot that is being solved over.
    pub snapshot: &'i Snapshot,
    /// The question that is being answered.
    pub question: &'i str,
    /// What has been found so far.
    pub memory: &'i Memory,
}

/// What an operator found.
#[derive(Clone, Debug)]
pub struct OperatorOutput {
    /// Rows over the operation's outputs and, to be joined with what is bound already, any
    /// of its inputs.
    pub rows: BindingTable,
    /// Whether rows of the memory that meet none of these stay: as when a property is
    /// looked up; or go: as when a condition is checked.
    pub unmatched: Unmatched,
}

/// Runs one custom operation of a plan.
///
/// ```
/// use std::error::Error;
/// use kag_solver::{
///     BindingTable, Cell, Operator, OperatorInput, OperatorOutput, Row, Unmatched, async_trait, logical::Var,
/// };
///
/// /// Says how long the question is.
/// #[derive(Debug)]
/// struct Length(Var);
///
/// #[async_trait]
/// impl Operator for Length {
///     async fn run(&self, input: OperatorInput<'_>) -> Result<OperatorOutput, Box<dyn Error + Send + Sync>> {
///         let characters = i64::try_from(input.question.chars().count())?;
///         let mut rows = BindingTable::new([self.0.clone()]);
///         rows.push(Row::new([Some(Cell::from(kag_core::Value::Integer(characters)))]))?;
///         Ok(OperatorOutput { rows, unmatched: Unmatched::Stay })
///     }
/// }
/// ```
#[async_trait]
pub trait Operator: fmt::Debug + Send + Sync {
    /// What the operation finds. Rows say what they rest on; those that say nothing are
    /// not cited.
    ///
    /// # Errors
    /// The host's own; it ends the solve.
    async fn run(&self, input: OperatorInput<'_>) -> Result<OperatorOutput, Box<dyn std::error::Error + Send + Sync>>;
}

/// Turns custom operations into runnable ones.
///
/// ```
/// use std::{any::Any, sync::Arc};
/// use kag_solver::{Operator, OperatorPlanner, logical::{CustomOp, NamedOp}};
/// # use kag_solver::{OperatorInput, OperatorOutput, async_trait};
/// # #[derive(Debug)]
/// # struct Nearby;
/// # #[async_trait]
/// # impl Operator for Nearby {
/// #     async fn run(&self, _: OperatorInput<'_>) -> Result<OperatorOutput, Box<dyn std::error::Error + Send + Sync>> {
/// #         Err("not in this example".into())
/// #     }
/// # }
///
/// #[derive(Debug)]
/// struct Planner;
///
/// impl OperatorPlanner for Planner {
///     fn plan(&self, op: &dyn CustomOp) -> Option<Arc<dyn Operator>> {
///         let named = (op as &dyn Any).downcast_ref::<NamedOp>()?;
///         (&*named.name == "Nearby").then(|| Arc::new(Nearby) as Arc<dyn Operator>)
///     }
/// }
/// ```
pub trait OperatorPlanner: fmt::Debug + Send + Sync + 'static {
    /// The operator for `op`; `None` where it is not this planner's, and the next is asked.
    fn plan(&self, op: &dyn CustomOp) -> Option<Arc<dyn Operator>>;
}

pub(super) async fn run(context: &Context<'_>, op: &dyn CustomOp, memory: &Memory) -> Result<StepResult> {
    let operator = context.parts.operators.iter().find_map(|planner| planner.plan(op));
    let operator = operator.ok_or_else(|| Error::UnknownOperator { name: op.name().into() })?;
    let input = OperatorInput { snapshot: context.snapshot, question: context.question, memory };
    let found = operator.run(input).await.map_err(|source| Error::Operator { name: op.name().into(), source })?;
    Ok(StepResult::computed(Effect::Join(found.rows, found.unmatched)))
}
