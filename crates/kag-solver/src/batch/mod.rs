//! Many questions to one snapshot.

mod scans;

use std::num::NonZeroUsize;

use futures::{FutureExt as _, StreamExt as _, stream};
use kag_core::Snapshot;
use kag_llm::{Budget, BudgetLimits};

use crate::{Answer, Result, Solver, event::Events, solver::Ground};
use scans::SharedScans;

/// How many questions are solved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BatchOptions {
    /// How many questions are under way at the same time: 8.
    pub concurrency: NonZeroUsize,
    /// Most that one question may spend, of models that are
    /// [`Budgeted`](kag_llm::Budgeted): by default no limit. What all of them may spend
    /// together is the limit of the model's own budget.
    pub each: BudgetLimits,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self { concurrency: NonZeroUsize::MIN.saturating_add(7), each: BudgetLimits::default() }
    }
}

impl BatchOptions {
    /// The same options with so many questions at the same time.
    #[must_use]
    pub fn with_concurrency(mut self, questions: NonZeroUsize) -> Self {
        self.concurrency = questions;
        self
    }

    /// The same options with these limits for each question.
    #[must_use]
    pub fn with_each(mut self, limits: BudgetLimits) -> Self {
        self.each = limits;
        self
    }
}

impl Solver {
    /// Answers each of `questions` from what `snapshot` shows, in their order.
    ///
    /// Each answer is what [`solve`](Self::solve) gives for that question alone, given models
    /// that reply the same to the same request; one that fails does not stop the others. They
    /// share the graph that was loaded and what rules derive, and searches by vector that
    /// come at the same time are one scan. Where a model's own budget runs out, the questions
    /// that come too late are [`BudgetSpent`](crate::Outcome::BudgetSpent): which ones those
    /// are depends on what is under way at the same time. A model with a
    /// [`Cache`](kag_llm::Cache) answers what several questions ask once, at no cost to those
    /// who come later.
    ///
    /// # Errors
    /// Those of reading the snapshot before any question is asked. Inside: those of
    /// [`solve`](Self::solve), each for its question.
    ///
    /// # Cancellation
    /// Dropping the future drops every question that is under way.
    pub async fn solve_many<Q: AsRef<str> + Sync>(
        &self,
        snapshot: &Snapshot,
        questions: &[Q],
        options: &BatchOptions,
    ) -> Result<Vec<Result<Answer>>> {
        let mut ground = Ground::of(self, snapshot).await?;
        ground.searched = SharedScans::of(snapshot);
        let ground = &ground;
        let solving = questions.iter().map(|question| {
            let budget = Budget::new(options.each);
            budget.scope(self.solve_on(ground, question.as_ref(), Events::default())).boxed()
        });
        let solving: Vec<_> = solving.collect();
        Ok(stream::iter(solving).buffered(options.concurrency.get()).collect().await)
    }
}
