//! What a plan will do, before it runs.

use std::fmt;

use super::{LogicalOp, Plan, Step, Var};

/// What a plan will do: its steps in the groups that run at the same time, what each starts
/// from and binds, and what looks for the same or finds what nothing uses.
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
/// assert_eq!(explanation.unused, [2]);
/// assert_eq!(
///     explanation.to_string(),
///     "\
/// together 1: steps 1
///   1. Retrieval(s=s1:Person[C罗], p=p1:playsFor, o=o1:Team)
///      binds s1, p1, o1; asks graph and rules, then passages
/// together 2: steps 2, 3
///   2. Retrieval(s=o1, p=p2:founded, o=o2)
///      from o1; binds p2, o2; asks graph and rules, then passages
///   3. Retrieval(s=o1, p=p3:stadium, o=o3)
///      from o1; binds p3, o3; asks graph and rules, then passages; nothing uses it
/// together 3: steps 4
///   4. Sort(set=o1, orderby=o2, direction=max, limit=1)
///      from o1, o2; narrows o1
/// together 4: steps 5
///   5. Output(o1)
///      from o1
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
    /// The places of steps that nothing uses.
    pub unused: Vec<usize>,
}

impl Plan {
    /// What the plan will do.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        let plan = self.ordered();
        let (levels, repeated, unused) = (plan.levels(), plan.equal_retrievals(), plan.unused_steps());
        Explanation { plan, levels, repeated, unused }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, level) in (1..).zip(&self.levels) {
            writeln!(f, "together {number}: steps {}", listed(level.iter().map(|place| place + 1)))?;
            for place in level {
                let Some(step) = self.plan.steps.get(*place) else { continue };
                writeln!(f, "  {}. {step}", place + 1)?;
                let says = [from(step), effect(step), asks(step).map(str::to_owned), self.remark(*place)];
                let says: Vec<String> = says.into_iter().flatten().collect();
                writeln!(f, "     {}", says.join("; "))?;
            }
        }
        for group in &self.repeated {
            writeln!(f, "steps {} look for the same", listed(group.iter().map(|place| place + 1)))?;
        }
        Ok(())
    }
}

impl Explanation {
    fn remark(&self, place: usize) -> Option<String> {
        self.unused.contains(&place).then(|| "nothing uses it".to_owned())
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
