//! Plans that find the same for less.
//!
//! A rewriting never changes what the answer is made of: what it removes, nothing asked for;
//! what it moves, only runs on fewer rows. Notes of the trace and the reasons that a row rests
//! on can be fewer. Where a limit of the solver cut something off (rows of a pattern, passages
//! read), a rewritten plan is cut later, and so finds more.

mod dead;
mod narrow;
mod push;

use std::{fmt, sync::Arc};

use kag_schema::Expr;
use serde::Serialize;

use super::{LogicalOp, Plan, Step, Var};

/// Which rewritings are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Optimiser {
    /// Leave out what nothing uses.
    pub dead_steps: bool,
    /// Run a filter, or a sort with a limit, before lookups that then have less to look up.
    pub narrow_first: bool,
    /// Check the conditions of a filter while facts are matched.
    pub push_conditions: bool,
}

impl Optimiser {
    /// The one that leaves plans as they are, but for their order.
    pub const NONE: Self = Self { dead_steps: false, narrow_first: false, push_conditions: false };
}

/// All rewritings.
impl Default for Optimiser {
    fn default() -> Self {
        Self { dead_steps: true, narrow_first: true, push_conditions: true }
    }
}

/// A plan as it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Optimised {
    /// The plan: every step behind those that it needs.
    pub plan: Plan,
    /// Conditions that are checked while facts are matched, by the place of the filter.
    pub pushed: Vec<Pushed>,
    /// What was rewritten, in the order in which it was done.
    pub rewritings: Vec<Rewriting>,
}

/// A condition of a filter that a retrieval checks of each fact already. The filter stays in
/// the plan: it decides about what is read in passages, and about what the fact leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pushed {
    /// The place of the filter.
    pub from: usize,
    /// The place of the retrieval.
    pub into: usize,
    /// The variable of the retrieval that it is about.
    pub var: Var,
    /// The condition.
    pub condition: Expr,
}

/// One thing that was rewritten, with the steps as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "rewriting")]
#[non_exhaustive]
pub enum Rewriting {
    /// A step does not run, for nothing uses what it would find.
    Removed {
        /// The step.
        step: Arc<str>,
    },
    /// A step runs before another, so that the other has less to look up.
    Moved {
        /// The step.
        step: Arc<str>,
        /// The one that it runs before now.
        before: Arc<str>,
    },
    /// A condition is checked while facts are matched.
    Pushed {
        /// The condition.
        condition: Arc<str>,
        /// The retrieval that checks it.
        into: Arc<str>,
    },
    /// A condition of a filter on the time or another qualifier of facts is one of the
    /// retrieval that finds them: a row holds no qualifiers.
    Qualified {
        /// The condition.
        condition: Arc<str>,
        /// The retrieval, with it.
        into: Arc<str>,
    },
}

impl Optimised {
    /// `plan` as it is: nothing is rewritten, not even its order.
    pub(crate) fn as_written(plan: Plan) -> Self {
        Self { plan, pushed: Vec::new(), rewritings: Vec::new() }
    }
}

impl Plan {
    /// The plan as it runs: in order, and rewritten as `optimiser` says.
    ///
    /// ```
    /// use kag_solver::logical::{Optimiser, parse};
    ///
    /// let (plan, _) = parse("\
    /// Retrieval(s=s1:City, p=:inhabitants, o=o1)
    /// Retrieval(s=s1, p=:mayor, o=o2)
    /// Retrieval(s=s1, p=:twin, o=o3)
    /// Filter(o1 > 1000000)
    /// Output(s1, o2)");
    /// let optimised = plan.optimised(&Optimiser::default());
    /// assert_eq!(
    ///     optimised.plan.to_string(),
    ///     "\
    /// Retrieval(s=s1:City, p=:inhabitants, o=o1)
    /// Filter(o1 > 1000000)
    /// Retrieval(s=s1, p=:mayor, o=o2)
    /// Output(s1, o2)
    /// "
    /// );
    /// assert_eq!(optimised.pushed[0].into, 0);
    /// ```
    #[must_use]
    pub fn optimised(&self, optimiser: &Optimiser) -> Optimised {
        let mut steps = self.ordered().steps;
        let mut rewritings = Vec::new();
        push::qualify(&mut steps, &mut rewritings);
        if optimiser.dead_steps {
            dead::remove(&mut steps, &mut rewritings);
        }
        if optimiser.narrow_first {
            narrow::move_forward(&mut steps, &mut rewritings);
        }
        let pushed = if optimiser.push_conditions { push::push(&steps, &mut rewritings) } else { Vec::new() };
        Optimised { plan: Plan::new(steps), pushed, rewritings }
    }
}

impl fmt::Display for Rewriting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Removed { step } => write!(f, "not run, for nothing uses what it finds: {step}"),
            Self::Moved { step, before } => write!(f, "{step} runs before {before}, which then looks up less"),
            Self::Pushed { condition, into } => write!(f, "{condition} is checked while matching {into}"),
            Self::Qualified { condition, into } => write!(f, "{condition} is a condition on facts: {into}"),
        }
    }
}

/// What `step` gives a meaning to that none of the steps `before` it does.
fn new_vars(step: &Step, before: &[Step]) -> Vec<Var> {
    let mut defined = step.defined();
    defined.retain(|var| !is_bound(var, before));
    defined
}

fn is_bound(var: &Var, before: &[Step]) -> bool {
    before.iter().any(|step| step.defined().contains(var))
}

/// Whether `step` looks something up that it adds to the rows of its subject, and so takes no
/// row away and asks of each row for itself.
fn only_adds(step: &Step, before: &[Step]) -> bool {
    let LogicalOp::Retrieval(retrieval) = &step.op else { return false };
    let bound = |var: &Var| is_bound(var, before);
    let refers = retrieval.constraints.iter().any(|constraint| !constraint.value.paths().is_empty());
    // A predicate that is named belongs to its retrieval.
    let is_open = retrieval.predicate.names.is_empty();
    let joins_predicate = is_open && retrieval.predicate.var.as_ref().is_some_and(bound);
    let asks_of_others = !step.put_in(bound).is_empty();
    !refers && !asks_of_others && !joins_predicate && !retrieval.is_condition(bound)
}

/// Whether some step says what the answer is; else the last step is.
fn has_output(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step.op, LogicalOp::Output(_)))
}
