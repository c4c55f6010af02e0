//! The solver: plan, run, remember, judge, ask again (KAG Algorithm 1).

use std::sync::Arc;

use async_trait::async_trait;
use kag_core::{Embedding, EmbeddingSpace, GraphNeed, Snapshot};
use kag_llm::{Embedder, LanguageModel, Purpose};
use kag_schema::{Diagnostic, Schema};

use crate::{
    Answer, BindingTable, Error, GenerateInput, Generator, Hybrid, Judge, JudgeInput, LinkOptions, Memory,
    ModelGenerator, ModelJudge, OperatorPlanner, Outcome, PlanInput, Planner, QuotingGenerator, Result, Retriever,
    TableJudge, Verdict,
    cite::{Citations, cite},
    execute::{Context, execute},
    logical::{Plan, check},
    trace::{Round, Trace},
};

/// How a question is solved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SolveOptions {
    /// Most rounds of planning: 3, as KAG published.
    pub rounds: usize,
    /// The score at which a graph's answer to a step is enough: 0.5. Unlocated facts score that.
    pub threshold: f32,
    /// How many passages are read for a step: 5.
    pub passages: usize,
    /// The score of a value that a model read and quoted: 0.5.
    pub read_score: f32,
    /// For how many subjects of a step passages are read: 8.
    pub max_reads: usize,
    /// Most rows of a step's pattern: 10,000.
    pub max_rows: usize,
    /// How names are linked.
    pub link: LinkOptions,
}

impl Default for SolveOptions {
    fn default() -> Self {
        let link = LinkOptions::default();
        Self { rounds: 3, threshold: 0.5, passages: 5, read_score: 0.5, max_reads: 8, max_rows: 10_000, link }
    }
}

impl SolveOptions {
    /// The same options with at most so many rounds.
    #[must_use]
    pub fn with_rounds(mut self, rounds: usize) -> Self {
        self.rounds = rounds;
        self
    }

    /// The same options with another score at which the graph's answer is enough.
    #[must_use]
    pub fn with_threshold(mut self, threshold: f32) -> Self {
        self.threshold = threshold;
        self
    }

    /// The same options with so many passages read for a step.
    #[must_use]
    pub fn with_passages(mut self, passages: usize) -> Self {
        self.passages = passages;
        self
    }

    /// The same options, linking names in another way.
    #[must_use]
    pub fn with_link(mut self, link: LinkOptions) -> Self {
        self.link = link;
        self
    }
}

/// What a solver is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) planner: Arc<dyn Planner>,
    pub(crate) schema: Option<Arc<Schema>>,
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
        self.parts.schema = Some(schema);
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
        let context = Context { snapshot, view, parts: &self.parts, question };
        let mut solving = Solving { context, trace: Trace::default(), answers: Vec::new() };
        solving.trace.question = question.into();
        match solving.rounds().await {
            Ok(outcome) => Ok(Answer { outcome, trace: solving.trace }),
            Err(error) if error.is_budget_spent() => {
                let known = solving.known();
                let citations = cite(snapshot, &*solving.context.view, &known).await?.all;
                Ok(Answer { outcome: Outcome::BudgetSpent { known, citations }, trace: solving.trace })
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
        let citations = cite(self.context.snapshot, &*self.context.view, &known).await?.all;
        Ok(Outcome::Insufficient { missing, known, citations })
    }

    /// Plans, runs and judges once.
    async fn round(&mut self, question: Arc<str>) -> Result<Verdict> {
        let parts = self.context.parts;
        let schema = parts.schema.as_deref();
        let input = PlanInput { question: &question, schema, answers: &self.answers };
        let plan = checked(parts.planner.plan(input).await?, schema)?;
        self.trace.rounds.push(Round { question, plan: plan.clone(), steps: Vec::new(), verdict: None });

        let mut memory = Memory::new();
        let mut steps = Vec::new();
        let executed = execute(&self.context, &plan, &mut memory, &mut steps).await;
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
        let Citations { all, of_rows } = cite(self.context.snapshot, &*self.context.view, &known).await?;
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

/// `plan` in an order in which inputs come first, if it has no mistakes.
fn checked(plan: Plan, schema: Option<&Schema>) -> Result<Plan> {
    let mut diagnostics = check(&plan, schema);
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
