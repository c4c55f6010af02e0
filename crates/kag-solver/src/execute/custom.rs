//! Operations that the host brings.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use kag_core::Snapshot;

use super::{Context, Effect, StepResult};
use crate::{
    BindingTable, Error, Memory, Result,
    logical::CustomOp,
    memory::Unmatched,
};

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

/// Runs one custom operation of a plan.
#[async_trait]
pub trait Operator: fmt::Debug + Send + Sync {
    /// Rows over the operation's outputs and, to be joined with what is bound already, any
    /// of its inputs.
    ///
    /// # Errors
    /// The host's own; it ends the solve.
    async fn run(&self, input: OperatorInput<'_>) -> Result<BindingTable, Box<dyn std::error::Error + Send + Sync>>;
}

/// Turns custom operations into runnable ones.
pub trait OperatorPlanner: fmt::Debug + Send + Sync + 'static {
    /// The operator for `op`; `None` where it is not this planner's, and the next is asked.
    fn plan(&self, op: &dyn CustomOp) -> Option<Arc<dyn Operator>>;
}

pub(super) async fn run(
    context: &Context<'_>,
    op: &dyn CustomOp,
    memory: &Memory,
) -> Result<StepResult> {
    let operator = context.parts.operators.iter().find_map(|planner| planner.plan(op));
    let operator = operator.ok_or_else(|| Error::UnknownOperator { name: op.name().into() })?;
    let input = OperatorInput { snapshot: context.snapshot, question: context.question, memory };
    let found = operator.run(input).await.map_err(|source| Error::Operator { name: op.name().into(), source })?;
    Ok(StepResult::computed(Effect::Join(found, Unmatched::Stay)))
}
