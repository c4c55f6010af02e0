//! What a plan will do, before it runs.

use std::fmt;

use super::{LogicalOp, Optimised, Optimiser, Plan, Pushed, Rewriting, Step, Var};

/// What a plan will do: its steps in the groups that run at the same time, what each starts
/// from and binds, what looks for or computes the same, and what was rewritten.
///
/// Printed, a line a step.
///
/// ```
/// use kag_solver::logical::parse;
///
/// let (plan, _) = parse("\
/// Retrieval(s=s1:Person[C罗], p=p1:playsFor, o=o1:Team)
/// Retrieval(s=o1, p=p2:founded, o=o2)
/// Retrieval(s=o1, p=p3:stadium, o=o3)
/// Sort(set=o1, orderby=o2, direction=max, limit=1)
/// Output(o1)");
/// let explanation = plan.explain();
/// assert_eq!(
///     explanation.to_string(),
///     "\
/// together 1: steps 1
///   1. Retrieval(s=s1:Person[C罗], p=p1:playsFor, o=o1:Team)
///      binds s1, p1, o1; asks graph and rules, then passages
/// together 2: steps 2
///   2. Retrieval(s=o1, p=p2:founded, o=o2)
///      from o1; binds p2, o2; asks graph and rules, then passages
/// together 3: steps 3
///   3. Sort(set=o1, orderby=o2, direction=max, limit=1)
///      from o1, o2; narrows o1
/// together 4: steps 4
///   4. Output(o1)
///      from o1
/// not run, for nothing uses what it finds: Retrieval(s=o1, p=p3:stadium, o=o3)
/// "
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The plan in the order in which it runs.
    pub plan: Plan,
    /// The places of steps that run at the same time, first to last.
    pub levels: Vec<Vec<usize>>,
    /// The places of retrievals that look for the same: [`Plan::equal_retrievals`].
    pub repeated: Vec<Vec<usize>>,
    /// The places of steps that compute the same: [`Plan::equal_computations`].
    pub recomputed: Vec<Vec<usize>>,
    /// Conditions that are checked while facts are matched.
    pub pushed: Vec<Pushed>,
    /// How the plan differs from the one that was given.
    pub rewritings: Vec<Rewriting>,
}

impl Plan {
    /// What the plan will do, run with all rewritings.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        self.explain_with(&Optimiser::default())
    }

    /// What the plan will do, rewritten as `optimiser` says.
    #[must_use]
    pub fn explain_with(&self, optimiser: &Optimiser) -> Explanation {
        let Optimised { plan, pushed, rewritings } = self.optimised(optimiser);
        let (levels, repeated, recomputed) = (plan.levels(), plan.equal_retrievals(), plan.equal_computations());
        Explanation { plan, levels, repeated, recomputed, pushed, rewritings }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, level) in (1..).zip(&self.levels) {
            writeln!(f, "together {number}: steps {}", listed(level.iter().map(|place| place + 1)))?;
            for place in level {
                let Some(step) = self.plan.steps.get(*place) else { continue };
                writeln!(f, "  {}. {step}", place + 1)?;
                let says = [from(step), effect(step), asks(step).map(str::to_owned), self.checks(*place)];
                let says: Vec<String> = says.into_iter().flatten().collect();
                writeln!(f, "     {}", says.join("; "))?;
            }
        }
        for group in &self.repeated {
            writeln!(f, "steps {} look for the same", listed(group.iter().map(|place| place + 1)))?;
        }
        for group in &self.recomputed {
            writeln!(f, "steps {} compute the same", listed(group.iter().map(|place| place + 1)))?;
        }
        self.rewritings.iter().try_for_each(|rewriting| writeln!(f, "{rewriting}"))
    }
}

impl Explanation {
    /// What a step checks for another.
    fn checks(&self, place: usize) -> Option<String> {
        let pushed = self.pushed.iter().filter(|pushed| pushed.into == place);
        let conditions: Vec<String> = pushed.map(|pushed| pushed.condition.to_string()).collect();
        (!conditions.is_empty()).then(|| format!("checks {}", conditions.join(", ")))
    }
}

fn from(step: &Step) -> Option<String> {
    let needed = step.needed();
    (!needed.is_empty()).then(|| format!("from {}", listed(&needed)))
}

fn effect(step: &Step) -> Option<String> {
    let defined: Vec<Var> = step.defined();
    let narrows = matches!(step.op, LogicalOp::Sort(_) | LogicalOp::Filter(_)) && step.output.is_none();
    (!defined.is_empty()).then(|| format!("{} {}", if narrows { "narrows" } else { "binds" }, listed(&defined)))
}

/// What a step asks besides what is bound.
fn asks(step: &Step) -> Option<&'static str> {
    Some(match &step.op {
        LogicalOp::Retrieval(_) => "asks graph and rules, then passages",
        LogicalOp::Math(super::Math::Task { .. }) => "asks a model for an expression, unless it is one",
        LogicalOp::Deduce(deduce) if deduce.deduction.is_comparison() => "compares values, then asks a model",
        LogicalOp::Deduce(deduce) if deduce.deduction.is_conceptual() => "asks concept graph and rules, then a model",
        LogicalOp::Deduce(_) => "asks a model",
        LogicalOp::Custom(_) => "asks the host",
        _ => return None,
    })
}

fn listed(items: impl IntoIterator<Item = impl fmt::Display>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
