//! The solver: plan, run, remember, judge, ask again (KAG Algorithm 1).

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use kag_core::{CpuPool, Embedding, EmbeddingSpace, GraphNeed, GraphView, NameKey, Snapshot};
use kag_llm::{Embedder, LanguageModel, Purpose};
use kag_reason::{ConceptRelations, Inference, RuleBase};
use kag_schema::{Diagnostic, Schema, THING};

use crate::{
    Answer, BindingTable, Error, GenerateInput, Generator, Hybrid, Judge, JudgeInput, Memory, ModelGenerator,
    ModelJudge, OperatorPlanner, Outcome, PlanInput, Planner, QuotingGenerator, Result, Retriever, SolveOptions,
    TableJudge, Verdict,
    cite::{Citations, cite},
    execute::{Context, Rules, execute},
    logical::{LogicalOp, Plan, check},
    trace::{Round, Trace},
};

/// What a solver is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) planner: Arc<dyn Planner>,
    pub(crate) schema: Option<Arc<Schema>>,
    /// What the predicates of the schema mean to the concept graph.
    pub(crate) relations: Arc<ConceptRelations>,
    pub(crate) rules: Option<Arc<RuleBase>>,
    /// The last snapshot that rules were run over, and what they derived.
    pub(crate) inference: Mutex<Option<(Snapshot, Arc<Inference<'static>>)>>,
    /// Where rules run.
    pub(crate) cpu: CpuPool,
    pub(crate) retriever: Arc<dyn Retriever>,
    pub(crate) judge: Arc<dyn Judge>,
    pub(crate) generator: Arc<dyn Generator>,
    pub(crate) model: Option<Arc<dyn LanguageModel>>,
    pub(crate) embedder: Option<Arc<dyn Embedder>>,
    pub(crate) operators: Vec<Arc<dyn OperatorPlanner>>,
    pub(crate) options: SolveOptions,
}

impl Parts {
    /// The vector of `text`, where solver and snapshot both have vectors.
    pub(crate) async fn embed(&self, snapshot: &Snapshot, text: &str) -> Result<Option<Embedding>> {
        let Some(embedder) = self.embedder.as_ref().filter(|_| snapshot.vectors().is_some()) else { return Ok(None) };
        Ok(embedder.embed(&[text], Purpose::Query).await?.pop())
    }

    fn check_space(&self, snapshot: &Snapshot) -> Result<()> {
        let (Some(embedder), Some(vectors)) = (&self.embedder, snapshot.vectors()) else { return Ok(()) };
        let ours = EmbeddingSpace::new(embedder.id(), embedder.dim());
        if ours == *vectors.space() {
            return Ok(());
        }
        Err(Error::EmbeddingSpace { embedder: ours, base: vectors.space().clone() })
    }
}

/// Answers questions over snapshots.
///
/// Without a model it runs plans that the host brings, over the graph and with exact
/// computation, and writes the values found. With one it also reads passages, judges,
/// asks again and writes sentences.
#[derive(Debug)]
pub struct Solver {
    parts: Parts,
}

impl Solver {
    /// The solver that plans with `planner`, retrieves with the default [`Hybrid`], and asks no model.
    #[must_use]
    pub fn new(planner: impl Planner) -> Self {
        let parts = Parts {
            planner: Arc::new(planner),
            schema: None,
            relations: Arc::default(),
            rules: None,
            inference: Mutex::default(),
            cpu: CpuPool::default(),
            retriever: Arc::new(Hybrid::default()),
            judge: Arc::new(TableJudge),
            generator: Arc::new(QuotingGenerator),
            model: None,
            embedder: None,
            operators: Vec::new(),
            options: SolveOptions::default(),
        };
        Self { parts }
    }

    /// The same solver, which has `model` read passages, judge and write.
    #[must_use]
    pub fn with_model(mut self, model: Arc<dyn LanguageModel>) -> Self {
        self.parts.judge = Arc::new(ModelJudge::new(Arc::clone(&model)));
        self.parts.generator = Arc::new(ModelGenerator::new(Arc::clone(&model)));
        self.parts.model = Some(model);
        self
    }

    /// The same solver, which checks plans against `schema` and knows its names.
    #[must_use]
    pub fn with_schema(mut self, schema: Arc<Schema>) -> Self {
        self.parts.relations = Arc::new(ConceptRelations::of(&schema));
        self.parts.schema = Some(schema);
        self
    }

    /// The same solver, to which what `rules` derive is as if it were stored: properties,
    /// relations and membership of concepts. It knows the schema of the rules, where it was
    /// given none. What was derived is kept for further questions to the same snapshot.
    #[must_use]
    pub fn with_rules(mut self, rules: Arc<RuleBase>) -> Self {
        if self.parts.schema.is_none() {
            self = self.with_schema(Arc::clone(rules.schema()));
        }
        self.parts.rules = Some(rules);
        self.parts.inference = Mutex::default();
        self
    }

    /// The same solver, running rules on `cpu`.
    #[must_use]
    pub fn with_cpu(mut self, cpu: CpuPool) -> Self {
        self.parts.cpu = cpu;
        self
    }

    /// The same solver, embedding questions and names with `embedder`: that of the knowledge base.
    #[must_use]
    pub fn with_embedder(mut self, embedder: Arc<dyn Embedder>) -> Self {
        self.parts.embedder = Some(embedder);
        self
    }

    /// The same solver with another retriever.
    #[must_use]
    pub fn with_retriever(mut self, retriever: impl Retriever) -> Self {
        self.parts.retriever = Arc::new(retriever);
        self
    }

    /// The same solver with another judge.
    #[must_use]
    pub fn with_judge(mut self, judge: impl Judge) -> Self {
        self.parts.judge = Arc::new(judge);
        self
    }

    /// The same solver with another generator.
    #[must_use]
    pub fn with_generator(mut self, generator: impl Generator) -> Self {
        self.parts.generator = Arc::new(generator);
        self
    }

    /// The same solver, which can also run the operations of `operators`.
    #[must_use]
    pub fn with_operators(mut self, operators: impl OperatorPlanner) -> Self {
        self.parts.operators.push(Arc::new(operators));
        self
    }

    /// The same solver with other options.
    #[must_use]
    pub fn with_options(mut self, options: SolveOptions) -> Self {
        self.parts.options = options;
        self.parts.inference = Mutex::default();
        self
    }

    /// Answers `question` from what `snapshot` shows.
    ///
    /// Rounds go on until the judge holds what is known to be sufficient, has nothing left
    /// to ask, or the rounds are used up. Not finding an answer is an [`Outcome`], and so
    /// is a spent budget.
    ///
    /// # Errors
    /// Those of the store; of a model; of a plan that does not check; of a step, by number.
    pub async fn solve(&self, snapshot: &Snapshot, question: &str) -> Result<Answer> {
        self.parts.check_space(snapshot)?;
        let view = snapshot.graph().view(&GraphNeed::Everything).await?;
        let rules = Rules::of(&self.parts, snapshot, &view)?;
        let context = Context::new(snapshot, view, &self.parts, question).with_rules(rules);
        let mut solving = Solving { context, trace: Trace::default(), answers: Vec::new() };
        solving.trace.question = question.into();
        match solving.rounds().await {
            Ok(outcome) => Ok(Answer::new(outcome, solving.trace)),
            Err(error) if error.is_budget_spent() => {
                let known = solving.known();
                let citations = cite(&solving.context, &known).await?.all;
                Ok(Answer::new(Outcome::BudgetSpent { known, citations }, solving.trace))
            }
            Err(error) => Err(error),
        }
    }
}

/// A solve under way.
struct Solving<'s> {
    context: Context<'s>,
    trace: Trace,
    /// The parts of the answer that each round named.
    answers: Vec<BindingTable>,
}

impl Solving<'_> {
    async fn rounds(&mut self) -> Result<Outcome> {
        let mut question: Arc<str> = self.context.question.into();
        let mut missing = Vec::new();
        for _ in 0..self.context.options().rounds.max(1) {
            match self.round(Arc::clone(&question)).await? {
                Verdict::Sufficient => return self.write().await,
                Verdict::Insufficient { missing: now, next } => {
                    missing = now;
                    let Some(next) = next.filter(|next| **next != *question) else { break };
                    question = next.into();
                }
            }
        }
        let known = self.known();
        let citations = cite(&self.context, &known).await?.all;
        Ok(Outcome::Insufficient { missing, known, citations })
    }

    /// Plans, runs and judges once.
    async fn round(&mut self, question: Arc<str>) -> Result<Verdict> {
        let parts = self.context.parts;
        let schema = parts.schema.as_deref();
        let input = PlanInput { question: &question, schema, answers: &self.answers };
        let plan = checked(parts.planner.plan(input).await?, schema, &*self.context.view)?;
        let optimised = plan.optimised(&parts.options.optimiser);
        let (plan, rewritings) = (optimised.plan.clone(), optimised.rewritings.clone());
        self.trace.rounds.push(Round { question, plan, rewritings, steps: Vec::new(), verdict: None });

        let mut memory = Memory::new();
        let mut steps = Vec::new();
        let executed = execute(&self.context, &optimised, &mut memory, &mut steps).await;
        if let Some(round) = self.trace.rounds.last_mut() {
            round.steps = steps;
        }
        // What was found before a budget was spent is kept.
        let answer = match executed {
            Ok(answer) => answer.unwrap_or_default(),
            Err(error) => {
                self.answers.extend(memory.tables().iter().cloned());
                return Err(error);
            }
        };
        self.answers.push(answer);
        let input = JudgeInput { question: self.context.question, memory: &memory, answers: &self.answers };
        let verdict = parts.judge.judge(input).await?;
        if let Some(round) = self.trace.rounds.last_mut() {
            round.verdict = Some(verdict.clone());
        }
        Ok(verdict)
    }

    /// All parts of the answer that were named, the last round's first.
    fn known(&self) -> BindingTable {
        self.answers.iter().rev().fold(BindingTable::default(), |all, answer| all.union(answer))
    }

    async fn write(&self) -> Result<Outcome> {
        let parts = self.context.parts;
        let known = self.known();
        let Citations { all, of_rows } = cite(&self.context, &known).await?;
        let input =
            GenerateInput { question: self.context.question, answer: &known, citations: &all, of_rows: &of_rows };
        let mut sentences = parts.generator.generate(input).await?;
        for sentence in &mut sentences {
            sentence.citations.retain(|number| (1..=all.len()).contains(number));
            sentence.citations.sort_unstable();
            sentence.citations.dedup();
        }
        let values = self.answers.last().cloned().unwrap_or_default();
        Ok(Outcome::Answered { sentences, values, citations: all })
    }
}

/// `plan` in an order in which inputs come first, if it has no mistakes. What names no type of
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
        return Ok(plan.ordered());
    }
    Err(Error::Plan { text: plan.to_string().into(), diagnostics })
}

#[async_trait]
impl Planner for Arc<dyn Planner> {
    async fn plan(&self, input: PlanInput<'_>) -> Result<Plan> {
        (**self).plan(input).await
    }
}
