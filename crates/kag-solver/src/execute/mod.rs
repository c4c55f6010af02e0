//! Running a plan over a snapshot (KAG §2.3, Algorithm 2).
//!
//! Steps run level by level: what does not depend on each other runs at the same time, on
//! the memory as the level found it, and is put into the memory in the plan's order. So
//! two runs give one result.
//!
//! A retrieval asks the graph first. Where the graph does not answer well enough, passages
//! are retrieved and a model reads values out of them, each with a quote that must be found
//! in the passage.

mod answers;
mod asked;
mod asked_before;
mod compute;
mod constraint;
mod custom;
mod deduce;
mod environment;
mod filter;
mod graph;
mod judge_premises;
mod names;
mod passage;
mod passages;
mod read_many;
mod read_values;
mod repeated;
mod retrieval;
mod rules;
mod run;
mod write_expression;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::future::join_all;
use kag_core::{FactId, GraphView, Node, NodeId, Snapshot};
use kag_llm::{LanguageModel, Meter, Metered};
use kag_reason::{ConceptGraph, InferredFact};

pub(crate) use asked_before::AskedBefore;
pub(crate) use repeated::Repeated;
pub(crate) use rules::{Derivation, Rules};
use run::Run;

pub use custom::{Operator, OperatorInput, OperatorOutput, OperatorPlanner};

use crate::{
    BindingTable, Cell, Event, Memory, Result, SolveOptions, Support,
    event::Events,
    logical::{Optimised, Output, Step, Var},
    memory::Unmatched,
    solver::Parts,
    trace::{LayerAnswer, LayerCounts, Note, StepTrace},
};

/// What every step of a solve reads.
#[derive(Clone)]
pub(crate) struct Context<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) view: Arc<dyn GraphView>,
    pub(crate) parts: &'s Parts,
    pub(crate) question: &'s str,
    /// The model of the parts; within a step, counted for it.
    pub(crate) model: Option<Arc<dyn LanguageModel>>,
    /// The rules of the host over the snapshot.
    pub(crate) rules: Option<Arc<Rules>>,
    /// What retrievals found so far.
    pub(crate) repeated: Arc<Repeated>,
    /// What passages were asked so far.
    pub(crate) asked_before: Arc<AskedBefore>,
    /// The round, from 0.
    pub(crate) round: usize,
    /// Who is told what happens.
    pub(crate) events: Events,
}

impl<'s> Context<'s> {
    pub(crate) fn new(snapshot: &'s Snapshot, view: Arc<dyn GraphView>, parts: &'s Parts, question: &'s str) -> Self {
        let model = parts.model.clone();
        Self {
            snapshot,
            view,
            parts,
            question,
            model,
            rules: None,
            repeated: Arc::default(),
            asked_before: Arc::default(),
            round: 0,
            events: Events::default(),
        }
    }

    pub(crate) fn with_rules(mut self, rules: Option<Rules>) -> Self {
        self.rules = rules.map(Arc::new);
        self
    }

    pub(crate) fn telling(mut self, events: Events) -> Self {
        self.events = events;
        self
    }

    /// The same context, in which calls of the model count on `meter`.
    fn metered(&self, meter: &Meter) -> Self {
        let counted = |model| Arc::new(Metered::new(model, meter.clone())) as Arc<dyn LanguageModel>;
        Self { model: self.parts.model.clone().map(counted), ..self.clone() }
    }

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
    /// Rows were chosen or reordered; a variable may go by another name besides.
    Replace(BindingTable, Option<(Var, Var)>),
    /// The parts of the answer were named.
    Answer(BindingTable),
}

/// What a step found, and how.
pub(crate) struct StepResult {
    pub(crate) effect: Effect,
    pub(crate) layers: LayerCounts,
    /// What each layer that can answer it said.
    pub(crate) answers: Vec<LayerAnswer>,
    pub(crate) notes: Vec<Note>,
}

impl StepResult {
    /// A step that computed: no layer answered, it only used what was found.
    pub(crate) fn computed(effect: Effect) -> Self {
        Self { effect, layers: LayerCounts::default(), answers: Vec::new(), notes: Vec::new() }
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

/// Runs a plan, whose steps stand in an order in which inputs come first, on `memory`. The
/// first `done` of them ran before.
///
/// Gives the parts of the answer, which the last step is where none names them, and adds one
/// record a step to `traces`. What was found before an error stays in both. Of computations
/// that are equal and see the same, one runs.
///
/// # Errors
/// Those of the store, of a model, of a computation; each names the step.
pub(crate) async fn execute(
    context: &Context<'_>,
    optimised: &Optimised,
    done: usize,
    memory: &mut Memory,
    traces: &mut Vec<StepTrace>,
) -> Result<Option<BindingTable>> {
    let plan = &optimised.plan;
    let mut equal = plan.equal_computations();
    equal.iter_mut().for_each(|group| group.retain(|at| *at >= done));
    let copies: BTreeSet<usize> = equal.iter().flat_map(|group| group.iter().skip(1).copied()).collect();
    let mut answer = None;
    for mut level in plan.levels() {
        level.retain(|at| *at >= done);
        if level.is_empty() {
            continue;
        }
        let before: &Memory = memory;
        let round = context.round + 1;
        context.events.tell(|| Event::Started { round, steps: level.iter().map(|at| at + 1).collect() });
        let steps = level.iter().filter(|at| !copies.contains(at)).filter_map(|at| Some((*at, plan.steps.get(*at)?)));
        let runs = steps.map(|(at, step)| async move { (at, Run::of(context, optimised, at, step, before).await) });
        let mut ran: BTreeMap<usize, Run> = join_all(runs).await.into_iter().collect();
        for group in &equal {
            let first = group.first().and_then(|first| Some((*first, ran.remove(first)?)));
            let Some((first, run)) = first else { continue };
            let named = group.iter().skip(1).filter_map(|at| Some((*at, plan.steps.get(*at)?.output.clone()?)));
            ran.extend(named.filter_map(|(at, var)| Some((at, run.copy(first, var)?))).collect::<Vec<_>>());
            ran.insert(first, run);
        }
        let mut failed = None;
        for (at, Run { result, elapsed, model }) in ran {
            let Some(step) = plan.steps.get(at) else { continue };
            let result = match result {
                Ok(result) => result,
                Err(error) => {
                    failed.get_or_insert(error.in_step(at, step));
                    continue;
                }
            };
            let StepResult { effect, layers, answers, mut notes } = result;
            let effect = match effect {
                Effect::Join(found, unmatched) => Effect::Join(without_bound_predicate(step, found, memory), unmatched),
                effect => effect,
            };
            memory.seek(step);
            let table = take_effect(effect, memory, &mut answer, &mut notes);
            let (text, subquestion) = (step.to_string(), step.subquestion.clone());
            let trace = StepTrace { step: at + 1, text, subquestion, layers, answers, table, notes, model, elapsed };
            context.events.tell(|| Event::Finished { round, step: Box::new(trace.clone()) });
            traces.push(trace);
        }
        if let Some(error) = failed {
            return Err(error);
        }
    }
    traces.sort_by_key(|trace| trace.step);
    if answer.is_none() {
        let named = compute::output(context, &Output::new(plan.answer()), memory)?;
        take_effect(named.effect, memory, &mut answer, &mut Vec::new());
    }
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
        Effect::Replace(table, renamed) => {
            if let Some((var, name)) = renamed {
                memory.rename(&var, &name);
            }
            memory.replace(table.clone());
            table
        }
        Effect::Answer(table) => {
            *answer = Some(table.clone());
            table
        }
    }
}

/// A predicate that a retrieval names belongs to that retrieval: its variable says nothing
/// of another one that is called the same, and does not join with it.
fn without_bound_predicate(step: &Step, found: BindingTable, memory: &Memory) -> BindingTable {
    let Some(retrieval) = step.op.as_retrieval() else { return found };
    let own = retrieval.predicate.var.as_ref().filter(|_| !retrieval.predicate.names.is_empty());
    let is_end = |var: &Var| [&retrieval.subject.var, &retrieval.object.var].contains(&&Some(var.clone()));
    match own.filter(|var| memory.table_of(var).is_some() && !is_end(var)) {
        Some(own) => {
            let others: Vec<Var> = found.columns().iter().filter(|var| *var != own).cloned().collect();
            found.project(&others).unwrap_or(found)
        }
        None => found,
    }
}
