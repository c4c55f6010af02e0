//! A judge that asks no model.

use async_trait::async_trait;

use super::{Judge, JudgeInput, Verdict};
use crate::{
    Result,
    logical::{Plan, Var},
};

/// Holds an answer to be sufficient when the last round named at least one part of it and
/// every part has a value in some row. The default where there is no model.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableJudge;

#[async_trait]
impl Judge for TableJudge {
    async fn judge(&self, input: JudgeInput<'_>) -> Result<Verdict> {
        let Some(answer) = input.answers.last().filter(|answer| !answer.columns().is_empty()) else {
            return Ok(Verdict::Insufficient { missing: vec!["a value for the answer".to_owned()], next: None });
        };
        let mut missing = Vec::new();
        for var in answer.columns() {
            if answer.count(var)? == 0 {
                missing.push(sought(var, input.plan));
            }
        }
        Ok(if missing.is_empty() { Verdict::Sufficient } else { Verdict::Insufficient { missing, next: None } })
    }
}

/// What `var` was to be: the question of the step that binds it, else that step.
fn sought(var: &Var, plan: &Plan) -> String {
    let binds = plan.steps.iter().find(|step| step.defined().contains(var));
    match binds.map(|step| (&step.subquestion, step)) {
        Some((Some(question), _)) => format!("a value for `{var}`: {question}"),
        Some((None, step)) => format!("a value for `{var}`: {step}"),
        None => format!("a value for `{var}`"),
    }
}
