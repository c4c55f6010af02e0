//! Running one form.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use kag::{
    BindingTable, GivenPlan, Outcome, Query, Retrieved, Retriever, Snapshot, SolveOptions, Solver, async_trait,
    logical::{check, parse},
};

use crate::Result;

/// Rows of an answer as texts, in no order.
pub(crate) type Rows = BTreeSet<Vec<String>>;

/// A retriever of nothing: what a form asks is in the graph or nowhere.
#[derive(Clone, Copy, Debug)]
struct Nothing;

#[async_trait]
impl Retriever for Nothing {
    fn name(&self) -> &str {
        "nothing"
    }

    async fn retrieve(&self, _: &Snapshot, _: &Query, _: usize) -> kag::Result<Retrieved> {
        Ok(Retrieved::default())
    }
}

/// What a form gave, and how long reading, checking and running it took.
pub(crate) struct Ran {
    pub(crate) rows: Rows,
    pub(crate) time: Duration,
}

/// Runs `form` over `snapshot`, names linked as `options` say. A form that does not read or
/// check is an error.
pub(crate) async fn run(snapshot: &Snapshot, form: &str, options: &SolveOptions) -> Result<Ran> {
    let start = Instant::now();
    let (plan, mut problems) = parse(form);
    problems.extend(check(&plan, None));
    if let Some(wrong) = problems.iter().find(|problem| problem.is_error()) {
        return Err(wrong.render("form", form).into());
    }
    let solver = Solver::new(GivenPlan(plan)).with_retriever(Nothing).with_options(options.clone());
    let answer = solver.solve(snapshot, "").await?;
    let time = start.elapsed();
    let rows = match &answer.outcome {
        Outcome::Answered { values, .. } => rows(values),
        Outcome::Insufficient { known, .. } | Outcome::BudgetSpent { known, .. } => rows(known),
        _ => Rows::new(),
    };
    Ok(Ran { rows, time })
}

/// The rows that say anything; a null is an empty text.
fn rows(table: &BindingTable) -> Rows {
    let texts = table.rows().iter().map(|row| {
        row.cells().iter().map(|cell| cell.as_ref().map_or_else(String::new, ToString::to_string)).collect::<Vec<_>>()
    });
    texts.filter(|row| row.iter().any(|text| !text.is_empty())).collect()
}
