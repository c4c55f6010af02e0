//! No plan: the question itself is looked for.

use async_trait::async_trait;

use super::{PlanInput, Planner};
use crate::{
    Result,
    logical::{Output, Plan, PredicateTerm, Retrieval, Step, Term, Var},
};

/// Plain retrieval: one step, whose question is that of the round. No model is asked for it.
///
/// Passages are retrieved for the question as it is and values read out of them, so what has
/// to be put together from passages that the question does not lead to is not found. It is
/// what plans are compared with.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainRetrieval;

#[async_trait]
impl Planner for PlainRetrieval {
    async fn plan(&self, input: PlanInput<'_>) -> Result<Plan> {
        let found = Var::of_step(1);
        let predicate = PredicateTerm { names: vec![input.question.into()], ..PredicateTerm::default() };
        let retrieval = Retrieval::new(Term::default(), predicate, Term::var(found.clone()));
        Ok(Plan::new([Step::new(retrieval).with_subquestion(input.question), Step::new(Output::new([found]))]))
    }
}
