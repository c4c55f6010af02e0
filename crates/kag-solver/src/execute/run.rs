//! Running one step, and what it cost.

use std::time::{Duration, Instant};

use kag_llm::Meter;

use super::{Context, Effect, StepResult, compute, custom, deduce, filter, retrieval};
use crate::{
    BindingTable, Memory, Result,
    logical::{LogicalOp, Optimised, Step, Var},
    memory::Unmatched,
    trace::{ModelUse, Note},
};

/// A step that ran.
pub(super) struct Run {
    pub(super) result: Result<StepResult>,
    pub(super) elapsed: Duration,
    pub(super) model: ModelUse,
}

impl Run {
    /// Runs the step at `at` of a plan on `memory`.
    pub(super) async fn of(
        context: &Context<'_>,
        optimised: &Optimised,
        at: usize,
        step: &Step,
        memory: &Memory,
    ) -> Self {
        let (start, meter) = (Instant::now(), Meter::new());
        let result = run_step(&context.metered(&meter), optimised, at, step, memory).await;
        Self { result, elapsed: start.elapsed(), model: ModelUse::of(&meter.report()) }
    }

    /// What an equal step, whose result goes by the name `var`, comes to; `None` where this
    /// one, the step at `at`, failed.
    pub(super) fn copy(&self, at: usize, var: Var) -> Option<Self> {
        let Ok(StepResult { effect: Effect::Join(found, unmatched), layers, answers, notes }) = &self.result else {
            return None;
        };
        let mut table = BindingTable::new([var]);
        for row in found.rows() {
            table.push(row.clone()).ok()?;
        }
        let notes = std::iter::once(Note::SameAs { step: at + 1 }).chain(notes.iter().cloned()).collect();
        let (effect, answers) = (Effect::Join(table, Unmatched::clone(unmatched)), answers.clone());
        let result = Ok(StepResult { effect, layers: *layers, answers, notes });
        Some(Self { result, elapsed: Duration::ZERO, model: ModelUse::default() })
    }
}

async fn run_step(
    context: &Context<'_>,
    optimised: &Optimised,
    at: usize,
    step: &Step,
    memory: &Memory,
) -> Result<StepResult> {
    match &step.op {
        LogicalOp::Retrieval(retrieval) => {
            let pushed: Vec<_> = optimised.pushed.iter().filter(|pushed| pushed.into == at).collect();
            retrieval::retrieve(context, step, retrieval, &pushed, memory).await
        }
        LogicalOp::Filter(condition) => filter::filter(context, at, step, condition, memory),
        LogicalOp::Sort(sort) => compute::sort(context, at, step, sort, memory),
        LogicalOp::Math(math) => compute::math(context, at, step, math, memory).await,
        LogicalOp::Deduce(deduce) => deduce::deduce(context, at, step, deduce, memory).await,
        LogicalOp::Output(output) => compute::output(context, output, memory),
        LogicalOp::Custom(op) => custom::run(context, op.as_ref(), memory).await,
    }
}
