//! Running a plan over a snapshot (KAG §2.3, Algorithm 2).
//!
//! Steps run level by level: what does not depend on each other runs at the same time, on
//! the memory as the level found it, and is put into the memory in the plan's order. So
//! two runs give one result.
//!
//! A retrieval asks the graph first. Where the graph does not answer well enough, passages
//! are retrieved and a model reads values out of them, each with a quote that must be found
//! in the passage.

mod compute;
mod constraint;
mod custom;
mod deduce;
mod environment;
mod filter;
mod graph;
mod judge_premises;
mod names;
mod passages;
mod read_values;
mod repeated;
mod retrieval;
mod rules;
mod write_expression;

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use futures::future::join_all;
use kag_core::{FactId, GraphView, Node, NodeId, Snapshot};
use kag_reason::{ConceptGraph, InferredFact};

pub(crate) use repeated::Repeated;
pub(crate) use rules::{Derivation, Rules};

pub use custom::{Operator, OperatorInput, OperatorOutput, OperatorPlanner};

use crate::{
    BindingTable, Cell, Memory, Result, SolveOptions, Support,
    logical::{LogicalOp, Plan, Step, Var},
    memory::Unmatched,
    solver::Parts,
    trace::{LayerCounts, Note, StepTrace},
};

/// What every step of a solve reads.
pub(crate) struct Context<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) view: Arc<dyn GraphView>,
    pub(crate) parts: &'s Parts,
    pub(crate) question: &'s str,
    /// The rules of the host over the snapshot.
    pub(crate) rules: Option<Rules>,
    /// What retrievals found so far.
    pub(crate) repeated: Repeated,
}

impl Context<'_> {
    pub(crate) fn options(&self) -> &SolveOptions {
        &self.parts.options
    }

    /// The concept graph of the snapshot, whose predicates mean what the schema says.
    pub(crate) fn concepts(&self) -> ConceptGraph<'_> {
        ConceptGraph::with_relations(&*self.view, Arc::clone(&self.parts.relations))
    }

    /// The node with this id: of the graph, or one that only rules know.
    pub(crate) fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>> {
        match (self.view.node(id)?, &self.rules) {
            (None, Some(rules)) => rules.node(id),
            (known, _) => Ok(known),
        }
    }

    /// Why `inferred` holds; kept for the citations. `None` where there are no rules.
    pub(crate) fn derivation(&self, inferred: &InferredFact) -> Result<Option<Arc<Derivation>>> {
        self.rules.as_ref().map(|rules| rules.derivation(&*self.view, inferred)).transpose()
    }

    /// The fact in words: one of the graph, or one that rules derived in this solve.
    pub(crate) fn statement(&self, fact: FactId) -> Result<Option<Arc<str>>> {
        if let Some(record) = self.view.fact(fact)? {
            return Ok(Some(Arc::clone(&record.statement)));
        }
        Ok(self.derived(fact).map(|derivation| Arc::clone(&derivation.statement)))
    }

    /// Why the fact holds, where rules derived it in this solve.
    pub(crate) fn derived(&self, fact: FactId) -> Option<Arc<Derivation>> {
        self.rules.as_ref().and_then(|rules| rules.derived(fact))
    }
}

/// What a step does to the memory.
pub(crate) enum Effect {
    /// Facts were found.
    Join(BindingTable, Unmatched),
    /// Rows were chosen or reordered, or columns added.
    Replace(BindingTable),
    /// The parts of the answer were named.
    Answer(BindingTable),
}

/// What a step found, and how.
pub(crate) struct StepResult {
    pub(crate) effect: Effect,
    pub(crate) layers: LayerCounts,
    pub(crate) notes: Vec<Note>,
}

impl StepResult {
    /// A step that computed: no layer answered, it only used what was found.
    pub(crate) fn computed(effect: Effect) -> Self {
        Self { effect, layers: LayerCounts::default(), notes: Vec::new() }
    }

    pub(crate) fn with_note(mut self, note: Note) -> Self {
        self.notes.push(note);
        self
    }

    /// One value (null where there is none), bound to `var`, that rests on `from`.
    pub(crate) fn value(var: Var, value: Option<Cell>, from: BTreeSet<Support>) -> Result<Self> {
        let mut table = BindingTable::new([var]);
        table.push(crate::Row::new([value]).with_support(from))?;
        Ok(Self::computed(Effect::Join(table, Unmatched::Stay)))
    }
}

/// Runs `plan`, whose steps stand in an order in which inputs come first, on `memory`.
///
/// Gives the parts of the answer, where a step names them, and adds one record a step to
/// `traces`. What was found before an error stays in both.
///
/// # Errors
/// Those of the store, of a model, of a computation; each names the step.
pub(crate) async fn execute(
    context: &Context<'_>,
    plan: &Plan,
    memory: &mut Memory,
    traces: &mut Vec<StepTrace>,
) -> Result<Option<BindingTable>> {
    let mut answer = None;
    for level in plan.levels() {
        let steps = level.iter().filter_map(|at| Some((*at, plan.steps.get(*at)?)));
        let before: &Memory = memory;
        let runs = steps.map(|(at, step)| async move {
            let start = Instant::now();
            let result = run_step(context, at, step, before).await;
            (at, step, result, start.elapsed())
        });
        let mut failed = None;
        for (at, step, result, elapsed) in join_all(runs).await {
            let result = match result {
                Ok(result) => result,
                Err(error) => {
                    failed.get_or_insert(error.in_step(at, step));
                    continue;
                }
            };
            let StepResult { effect, layers, mut notes } = result;
            let table = take_effect(effect, memory, &mut answer, &mut notes);
            let (text, subquestion) = (step.to_string(), step.subquestion.clone());
            traces.push(StepTrace { step: at + 1, text, subquestion, layers, table, notes, elapsed });
        }
        if let Some(error) = failed {
            return Err(error);
        }
    }
    traces.sort_by_key(|trace| trace.step);
    Ok(answer)
}

/// Puts what a step found into the memory, and gives the table that it is now part of.
fn take_effect(
    effect: Effect,
    memory: &mut Memory,
    answer: &mut Option<BindingTable>,
    notes: &mut Vec<Note>,
) -> BindingTable {
    match effect {
        Effect::Join(found, unmatched) => {
            let column = found.columns().first().cloned();
            let met_none = memory.join(found, unmatched);
            if met_none > 0 {
                notes.push(Note::Unmatched { rows: met_none, kept: unmatched == Unmatched::Stay });
            }
            column.and_then(|var| memory.table_of(&var)).cloned().unwrap_or_default()
        }
        Effect::Replace(table) => {
            memory.replace(table.clone());
            table
        }
        Effect::Answer(table) => {
            *answer = Some(table.clone());
            table
        }
    }
}

async fn run_step(context: &Context<'_>, at: usize, step: &Step, memory: &Memory) -> Result<StepResult> {
    match &step.op {
        LogicalOp::Retrieval(retrieval) => retrieval::retrieve(context, step, retrieval, memory).await,
        LogicalOp::Filter(condition) => filter::filter(context, at, step, condition, memory),
        LogicalOp::Sort(sort) => compute::sort(context, at, step, sort, memory),
        LogicalOp::Math(math) => compute::math(context, at, step, math, memory).await,
        LogicalOp::Deduce(deduce) => deduce::deduce(context, at, step, deduce, memory).await,
        LogicalOp::Output(output) => compute::output(context, output, memory),
        LogicalOp::Custom(op) => custom::run(context, op.as_ref(), memory).await,
    }
}
