//! The solver: plan, run, remember, judge, ask again (KAG Algorithm 1).

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use kag_core::{CpuPool, Embedding, EmbeddingSpace, GraphNeed, GraphView, Snapshot};
use kag_llm::{Embedder, LanguageModel, Purpose};
use kag_reason::{ConceptRelations, Inference, RuleBase};
use kag_schema::Schema;

use crate::{
    Answer, Error, Generator, Hybrid, Judge, ModelGenerator, ModelJudge, OperatorPlanner, Outcome, PlanInput, Planner,
    QuotingGenerator, Result, Retriever, SolveOptions, StepPlanner, TableJudge,
    event::Events,
    execute::{Context, Rules},
    logical::Plan,
    rounds::Solving,
};

/// Who plans.
#[derive(Debug)]
pub(crate) enum Planning {
    /// The whole plan of a round at once.
    Whole(Arc<dyn Planner>),
    /// One step after the other.
    Stepwise(Arc<dyn StepPlanner>),
}

impl Planning {
    /// Whether a question that was left unanswered is looked for as it is.
    pub(crate) fn then_plain(&self) -> bool {
        match self {
            Self::Whole(planner) => planner.then_plain(),
            Self::Stepwise(planner) => planner.then_plain(),
        }
    }
}

/// What a solver is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) planning: Planning,
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
        Self::planned_by(Planning::Whole(Arc::new(planner)))
    }

    /// The same, where `planner` plans one step after the other, each given what those before
    /// it found. Such plans run as they are written: there is nothing to rewrite.
    #[must_use]
    pub fn stepwise(planner: impl StepPlanner) -> Self {
        Self::planned_by(Planning::Stepwise(Arc::new(planner)))
    }

    fn planned_by(planning: Planning) -> Self {
        let parts = Parts {
            planning,
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
    /// is a spent budget, and a model that writes no plan.
    ///
    /// # Errors
    /// Those of the store; of a model; of a host's plan that does not check; of a step, by number.
    pub async fn solve(&self, snapshot: &Snapshot, question: &str) -> Result<Answer> {
        let ground = Ground::of(self, snapshot).await?;
        self.solve_on(&ground, question, Events::default()).await
    }

    /// Answers `question` from what `ground` shows, telling `events`.
    pub(crate) async fn solve_on(&self, ground: &Ground, question: &str, events: Events) -> Result<Answer> {
        let view = Arc::clone(&ground.view);
        let rules = Rules::of(&self.parts, &ground.snapshot, &view)?;
        let context = Context::new(&ground.searched, view, &self.parts, question).with_rules(rules).telling(events);
        let mut solving = Solving::new(context);
        let outcome = match solving.rounds().await {
            Ok(outcome) => outcome,
            Err(error) if error.is_budget_spent() => {
                let (known, citations) = solving.known_and_cited().await?;
                Outcome::BudgetSpent { known, citations }
            }
            Err(error) => return Err(error),
        };
        Ok(Answer::new(outcome, solving.trace))
    }
}

/// A snapshot, made ready for questions.
pub(crate) struct Ground {
    /// As it was given: by it what rules derive is known again.
    pub(crate) snapshot: Snapshot,
    /// The same, as retrievers search it.
    pub(crate) searched: Snapshot,
    pub(crate) view: Arc<dyn GraphView>,
}

impl Ground {
    /// `snapshot`, if it holds vectors of the solver's embedder or none, with its graph loaded.
    pub(crate) async fn of(solver: &Solver, snapshot: &Snapshot) -> Result<Self> {
        solver.parts.check_space(snapshot)?;
        let view = snapshot.graph().view(&GraphNeed::Everything).await?;
        Ok(Self { snapshot: snapshot.clone(), searched: snapshot.clone(), view })
    }
}

#[async_trait]
impl Planner for Arc<dyn Planner> {
    async fn plan(&self, input: PlanInput<'_>) -> Result<Plan> {
        (**self).plan(input).await
    }

    fn then_plain(&self) -> bool {
        (**self).then_plain()
    }
}
