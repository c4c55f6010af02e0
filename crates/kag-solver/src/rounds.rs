//! The rounds of a solve: plan, run, remember, judge, ask again.

use std::sync::Arc;

use kag_core::{GraphView, NameKey};
use kag_schema::{Diagnostic, Schema, THING};

use crate::{
    BindingTable, Citation, Error, GenerateInput, Generator, Judge, JudgeInput, Memory, Next, Outcome, PlainRetrieval,
    PlanInput, Planner, QuotingGenerator, Result, StepInput, StepPlanner, TableJudge, Verdict,
    cite::{Citations, cite},
    event::Event,
    execute::{Context, execute},
    logical::{LogicalOp, Optimised, Plan, check},
    plan::names_answer,
    solver::Planning,
    trace::{Note, Round, Trace},
};

/// A solve under way.
pub(crate) struct Solving<'s> {
    context: Context<'s>,
    pub(crate) trace: Trace,
    /// The parts of the answer that each round named.
    answers: Vec<BindingTable>,
    /// What each round found.
    memories: Vec<Memory>,
    /// What plans found that could not be run to their end, and so named no answer.
    broken: Vec<BindingTable>,
    /// Whether the question is looked for as it is in the round at hand, and whether it has been.
    plainly: bool,
    plain_done: bool,
}

/// What running a round came to.
enum Ran {
    /// The parts of the answer.
    Answered(BindingTable),
    /// What was written is no plan.
    Unplanned { text: Arc<str>, diagnostics: Vec<Diagnostic> },
}

/// How a round ended.
enum Ended {
    Judged(Verdict),
    /// What was written is no plan.
    Unplanned {
        text: Arc<str>,
        diagnostics: Vec<Diagnostic>,
    },
}

impl<'s> Solving<'s> {
    /// A solve that has not begun.
    pub(crate) fn new(context: Context<'s>) -> Self {
        let trace = Trace { question: context.question.into(), ..Trace::default() };
        Self {
            context,
            trace,
            answers: Vec::new(),
            memories: Vec::new(),
            broken: Vec::new(),
            plainly: false,
            plain_done: false,
        }
    }

    /// Round after round, until there is an outcome.
    pub(crate) async fn rounds(&mut self) -> Result<Outcome> {
        let mut question: Arc<str> = self.context.question.into();
        let (mut missing, mut unplanned) = (Vec::new(), None);
        for round in 0..self.context.options().rounds.max(1) {
            self.context.round = round;
            self.context.repeated.look_again();
            let next = match self.round(Arc::clone(&question)).await? {
                Ended::Judged(Verdict::Sufficient) => return self.write().await,
                Ended::Judged(Verdict::Insufficient { missing: now, next }) => {
                    // What a plan lacked says more than that the question has no answer.
                    if !self.plainly {
                        missing = now;
                    }
                    // The same question again reads further passages; where none were read, it
                    // would find the same.
                    let deeper = self.context.asked_before.any_in(round);
                    next.filter(|next| deeper || **next != *question)
                }
                Ended::Unplanned { text, diagnostics } => {
                    unplanned = Some((text, diagnostics));
                    None
                }
            };
            self.plainly = next.is_none() && !self.plain_done && self.context.parts.planning.then_plain();
            self.plain_done |= self.plainly;
            question = match next {
                Some(next) => next.into(),
                None if self.plainly => self.context.question.into(),
                None => break,
            };
        }
        let (known, citations) = self.known_and_cited().await?;
        Ok(match unplanned {
            Some((text, diagnostics)) => Outcome::Unplanned { text, diagnostics, known, citations },
            None => Outcome::Insufficient { missing, known, citations },
        })
    }

    /// Plans, runs and judges once.
    async fn round(&mut self, question: Arc<str>) -> Result<Ended> {
        let parts = self.context.parts;
        let mut memory = Memory::new();
        let ran = match &parts.planning {
            _ if self.plainly => self.at_once(&PlainRetrieval, question, &mut memory).await,
            Planning::Whole(planner) => self.at_once(&**planner, question, &mut memory).await,
            Planning::Stepwise(planner) => self.step_by_step(&**planner, question, &mut memory).await,
        };
        let answer = match ran {
            Ok(Ran::Answered(answer)) => answer,
            Ok(Ran::Unplanned { text, diagnostics }) => {
                self.answers.push(BindingTable::default());
                self.broken.extend(memory.tables().iter().cloned());
                self.memories.push(memory);
                return Ok(Ended::Unplanned { text, diagnostics });
            }
            // A model's plan that cannot be run to its end names no answer; what it found is known.
            Err(error) if error.is_of_the_plan() && parts.planning.then_plain() => {
                let verdict = Verdict::Insufficient { missing: vec![in_full(&error)], next: None };
                self.answers.push(BindingTable::default());
                self.broken.extend(memory.tables().iter().cloned());
                return Ok(self.judged(memory, verdict));
            }
            // What was found before a budget was spent is kept.
            Err(error) => {
                self.answers.extend(memory.tables().iter().cloned());
                return Err(error);
            }
        };
        self.answers.push(answer);
        let (question, earlier) = (self.context.question, &self.memories[..]);
        let plan = self.trace.rounds.last().map(|round| round.plan.clone()).unwrap_or_default();
        let input = JudgeInput { question, plan: &plan, memory: &memory, earlier, answers: &self.answers };
        let (verdict, note) = match parts.judge.judge(input).await {
            Err(error) if error.is_unusable_reply() => {
                let note = Note::JudgedByTables { reason: in_full(&error).into() };
                (TableJudge.judge(input).await?, Some(note))
            }
            judged => (judged?, None),
        };
        self.note(note);
        Ok(self.judged(memory, verdict))
    }

    /// Ends a round that found `memory`.
    fn judged(&mut self, memory: Memory, verdict: Verdict) -> Ended {
        self.memories.push(memory);
        let round = self.context.round + 1;
        self.context.events.tell(|| Event::Judged { round, verdict: verdict.clone() });
        if let Some(round) = self.trace.rounds.last_mut() {
            round.verdict = Some(verdict.clone());
        }
        Ended::Judged(verdict)
    }

    /// Plans the whole round and runs the plan.
    async fn at_once(&mut self, planner: &dyn Planner, question: Arc<str>, memory: &mut Memory) -> Result<Ran> {
        let parts = self.context.parts;
        let schema = parts.schema.as_deref();
        let input = PlanInput { question: &question, schema, answers: &self.answers, memories: &self.memories };
        let plan = match planner.plan(input).await {
            Ok(plan) => checked(plan, schema, &*self.context.view)?.ordered(),
            Err(Error::Plan { text, diagnostics }) => return Ok(Ran::Unplanned { text, diagnostics }),
            Err(error) => return Err(error),
        };
        let optimised = plan.optimised(&parts.options.optimiser);
        self.begin(question, &optimised);
        let mut steps = Vec::new();
        let executed = execute(&self.context, &optimised, 0, memory, &mut steps).await;
        if let Some(round) = self.trace.rounds.last_mut() {
            round.steps = steps;
        }
        Ok(Ran::Answered(executed?.unwrap_or_default()))
    }

    /// Plans and runs one step after the other, until the answer is named.
    async fn step_by_step(
        &mut self,
        planner: &dyn StepPlanner,
        question: Arc<str>,
        memory: &mut Memory,
    ) -> Result<Ran> {
        let (schema, most) = (self.context.parts.schema.as_deref(), self.context.options().steps);
        let mut optimised = Optimised::as_written(Plan::default());
        self.begin(Arc::clone(&question), &optimised);
        let (mut steps, mut answer) = (Vec::new(), BindingTable::default());
        while steps.len() < most {
            let (answers, memories) = (&self.answers[..], &self.memories[..]);
            let plan = &optimised.plan;
            let input = StepInput { question: &question, schema, plan, steps: &steps, memory, answers, memories };
            let next = match planner.next(input).await {
                Ok(Next::Steps(next)) if !next.steps.is_empty() => next,
                Ok(_) => break,
                Err(Error::Plan { text, diagnostics }) => return Ok(Ran::Unplanned { text, diagnostics }),
                Err(error) => return Err(error),
            };
            let (done, is_last) = (plan.steps.len(), names_answer(&next));
            let plan = Plan::new(plan.steps.iter().cloned().chain(next.steps));
            optimised = Optimised::as_written(checked(plan, schema, &*self.context.view)?);
            self.planned(&optimised);
            let executed = execute(&self.context, &optimised, done, memory, &mut steps).await;
            if let Some(round) = self.trace.rounds.last_mut() {
                round.steps.clone_from(&steps);
            }
            answer = executed?.unwrap_or_default();
            if is_last {
                break;
            }
        }
        Ok(Ran::Answered(answer))
    }

    /// Notes that a round begins.
    fn begin(&mut self, question: Arc<str>, optimised: &Optimised) {
        let (plan, rewritings) = (Plan::default(), optimised.rewritings.clone());
        self.trace.rounds.push(Round {
            question,
            plan,
            rewritings,
            steps: Vec::new(),
            verdict: None,
            notes: Vec::new(),
        });
        self.planned(optimised);
    }

    /// Notes what the plan of the round is by now.
    fn planned(&mut self, optimised: &Optimised) {
        let Some(noted) = self.trace.rounds.last_mut() else { return };
        noted.plan = optimised.plan.clone();
        let (round, question) = (self.context.round + 1, &noted.question);
        if !noted.plan.steps.is_empty() {
            let plan = || noted.plan.clone();
            self.context.events.tell(|| Event::Planned { round, question: Arc::clone(question), plan: plan() });
        }
    }

    /// Notes something of the end of the round.
    fn note(&mut self, note: Option<Note>) {
        if let Some(round) = self.trace.rounds.last_mut() {
            round.notes.extend(note);
        }
    }

    /// All that is known of the answer where there is none, and its sources.
    pub(crate) async fn known_and_cited(&self) -> Result<(BindingTable, Vec<Citation>)> {
        let known = self.broken.iter().fold(self.known(), |all, table| all.union(table));
        let citations = cite(&self.context, &known).await?.all;
        Ok((known, citations))
    }

    /// All parts of the answer that were named, the last round's first.
    fn known(&self) -> BindingTable {
        let found = self.answers.iter().rev().filter(|answer| !answer.is_empty());
        found.fold(BindingTable::default(), |all, answer| all.union(answer))
    }

    async fn write(&mut self) -> Result<Outcome> {
        let parts = self.context.parts;
        let known = self.known();
        let Citations { all, of_rows } = cite(&self.context, &known).await?;
        let input =
            GenerateInput { question: self.context.question, answer: &known, citations: &all, of_rows: &of_rows };
        let (mut sentences, note) = match parts.generator.generate(input).await {
            Err(error) if error.is_unusable_reply() => {
                let note = Note::WrittenAsValues { reason: in_full(&error).into() };
                (QuotingGenerator.generate(input).await?, Some(note))
            }
            written => (written?, None),
        };
        self.note(note);
        for sentence in &mut sentences {
            sentence.citations.retain(|number| (1..=all.len()).contains(number));
            sentence.citations.sort_unstable();
            sentence.citations.dedup();
        }
        let values = self.answers.last().cloned().unwrap_or_default();
        Ok(Outcome::Answered { sentences, values, citations: all })
    }
}

/// An error and all that it comes from.
fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// `plan`, if it has no mistakes. What names no type of
/// the schema but something in the graph is no slip: concepts can stand for types.
fn checked(plan: Plan, schema: Option<&Schema>, view: &dyn GraphView) -> Result<Plan> {
    let mut known = plan.clone();
    let retrievals = known.steps.iter_mut().filter_map(|step| match &mut step.op {
        LogicalOp::Retrieval(retrieval) => Some(retrieval),
        _ => None,
    });
    for term in retrievals.flat_map(|retrieval| [&mut retrieval.subject, &mut retrieval.object]) {
        for name in &mut term.types {
            let is_type = schema.is_none_or(|schema| schema.resolve_type(name.as_str()).is_some());
            if !is_type && !view.named(&NameKey::of(name.as_str()))?.is_empty() {
                *name = THING.into();
            }
        }
    }
    let mut diagnostics = check(&known, schema);
    diagnostics.retain(Diagnostic::is_error);
    if diagnostics.is_empty() {
        return Ok(plan);
    }
    Err(Error::Plan { text: plan.to_string().into(), diagnostics })
}
