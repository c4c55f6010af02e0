//! Variables: what binds them, what uses them.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::Span;
use kag_schema::Diagnostic;

use super::super::{Constant, LogicalOp, Math, Operand, Plan, Step, Var};

/// Where a variable is bound and used, by the places of steps.
#[derive(Default)]
struct Uses {
    binders: Vec<usize>,
    users: Vec<usize>,
}

pub(super) fn check(plan: &Plan) -> Vec<Diagnostic> {
    let uses = uses(plan);
    let mut found = Vec::new();
    unbound(plan, &uses, &mut found);
    bound_twice(plan, &uses, &mut found);
    apart(plan, &mut found);
    unused(plan, &uses, &mut found);
    found
}

/// Where each variable is bound and used.
fn uses(plan: &Plan) -> BTreeMap<Var, Uses> {
    let mut uses: BTreeMap<Var, Uses> = BTreeMap::new();
    let mut defined: BTreeSet<Var> = BTreeSet::new();
    for (place, step) in plan.steps.iter().enumerate() {
        for var in step.put_in(|var| defined.contains(var)) {
            uses.entry(var).or_default().users.push(place);
        }
        defined.extend(step.defined());
        for var in step.defined() {
            // A sort or filter in place narrows what another step binds.
            if !narrows_in_place(step) {
                uses.entry(var).or_default().binders.push(place);
            }
        }
        for var in step.needed() {
            uses.entry(var).or_default().users.push(place);
        }
    }
    uses
}

fn narrows_in_place(step: &Step) -> bool {
    matches!(step.op, LogicalOp::Sort(_) | LogicalOp::Filter(_)) && step.output.is_none()
}

fn span(plan: &Plan, place: usize) -> Span {
    plan.steps.get(place).map_or(Span::default(), |step| step.place.0)
}

/// Variables that nothing binds, or only later steps, and steps in a circle.
fn unbound(plan: &Plan, uses: &BTreeMap<Var, Uses>, found: &mut Vec<Diagnostic>) {
    let cycle = plan.dependencies().cycle();
    if let Some(cycle) = &cycle {
        let place = cycle.steps.first().copied().unwrap_or_default();
        found.push(Diagnostic::error(span(plan, place), cycle.to_string()));
    }
    let bound = || uses.iter().filter(|(_, uses)| !uses.binders.is_empty());
    for (var, Uses { binders, users }) in uses {
        let Some(first) = users.first().copied() else {
            continue;
        };
        if binders.is_empty() {
            let names = bound().map(|(var, _)| var.as_str());
            let wrong = Diagnostic::error(span(plan, first), format!("nothing binds `{var}`"));
            let wrong = wrong.with_nearest(var.as_str(), names);
            found.push(match wrong.hint {
                None if is_subject(plan, first, var) => wrong.with_hint(format!("if it is a name, write [{var}]")),
                _ => wrong,
            });
            continue;
        }
        let early = users.iter().copied().find(|user| binders.iter().all(|binder| binder > user));
        if let (Some(user), Some(binder), None) = (early, binders.first(), &cycle) {
            let message = format!("`{var}` is used before step {} binds it", binder + 1);
            found.push(Diagnostic::warning(span(plan, user), message));
        }
    }
}

fn is_subject(plan: &Plan, place: usize, var: &Var) -> bool {
    let retrieval = plan.steps.get(place).and_then(|step| step.op.as_retrieval());
    retrieval.is_some_and(|retrieval| retrieval.subject.var.as_ref() == Some(var))
}

/// Variables to which two steps give different meanings.
///
/// Retrievals may share a variable: what they find is joined. But it cannot have two
/// names, be what a computation gives, or stand for a predicate as well.
fn bound_twice(plan: &Plan, uses: &BTreeMap<Var, Uses>, found: &mut Vec<Diagnostic>) {
    for (var, Uses { binders, .. }) in uses {
        let mut first: Option<(usize, Meaning)> = None;
        for place in binders.iter().copied() {
            let Some(step) = plan.steps.get(place) else {
                continue;
            };
            let meaning = meaning(step, var);
            match &first {
                Some((earlier, before)) if before.conflicts_with(&meaning) => {
                    let message = format!("`{var}` is bound here and, with another meaning, in step {}", earlier + 1);
                    let wrong = Diagnostic::error(step.place.0, message);
                    found.push(wrong.with_hint("give one of them another name"));
                }
                Some((_, Meaning::Node(names))) if !names.is_empty() => {}
                _ => first = Some((place, meaning)),
            }
        }
    }
}

/// What a step says a variable is.
enum Meaning {
    /// A node or value, of these names.
    Node(Vec<Constant>),
    Predicate,
    Computed,
}

impl Meaning {
    fn conflicts_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Node(left), Self::Node(right)) => !left.is_empty() && !right.is_empty() && left != right,
            (Self::Predicate, Self::Predicate) => false,
            _ => true,
        }
    }
}

fn meaning(step: &Step, var: &Var) -> Meaning {
    let Some(retrieval) = step.op.as_retrieval().filter(|_| step.output.as_ref() != Some(var)) else {
        return Meaning::Computed;
    };
    let terms = [&retrieval.subject, &retrieval.object];
    let mut terms = terms.into_iter().filter(|term| term.var.as_ref() == Some(var));
    match terms.next() {
        Some(term) => Meaning::Node(terms.fold(term.names.clone(), |mut names, term| {
            names.extend(term.names.iter().cloned());
            names
        })),
        None => Meaning::Predicate,
    }
}

/// Sorts and groups by something that has nothing to do with what is sorted or grouped.
fn apart(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let mut together: Vec<BTreeSet<Var>> = Vec::new();
    for step in &plan.steps {
        let mut vars: BTreeSet<Var> = step.bound().into_iter().collect();
        match &step.op {
            LogicalOp::Math(Math::Formula { by, .. }) if !by.is_empty() => vars.extend(by.iter().cloned()),
            LogicalOp::Math(_) | LogicalOp::Custom(_) => vars.extend(step.needed()),
            LogicalOp::Filter(filter) => vars.extend(filter.set()),
            _ => vars.extend(step.put_in(|var| together.iter().any(|group| group.contains(var)))),
        }
        let (meeting, apart): (Vec<_>, Vec<_>) = together.into_iter().partition(|group| !group.is_disjoint(&vars));
        together = apart;
        vars.extend(meeting.into_iter().flatten());
        together.push(vars);
    }
    for step in &plan.steps {
        let (set, others, hint): (_, Vec<&Var>, _) = match &step.op {
            LogicalOp::Sort(sort) => {
                let keys = sort.by.iter().map(|path| &path.var).collect();
                (&sort.set, keys, "a sort key is bound in the same rows as what is sorted")
            }
            LogicalOp::Math(Math::Formula { by, .. }) => match by.split_first() {
                Some((first, more)) => (first, more.iter().collect(), "rows are grouped by what they bind together"),
                None => continue,
            },
            _ => continue,
        };
        let Some(group) = together.iter().find(|group| group.contains(set)) else {
            continue;
        };
        for other in others.into_iter().filter(|other| !group.contains(*other)) {
            let message = format!("`{other}` has nothing to do with `{set}`");
            found.push(Diagnostic::error(step.place.0, message).with_hint(hint));
        }
    }
}

/// Steps whose results nothing uses, and plans without an `Output`.
fn unused(plan: &Plan, uses: &BTreeMap<Var, Uses>, found: &mut Vec<Diagnostic>) {
    let outputs = plan.steps.iter();
    let outputs = outputs.filter(|step| matches!(step.op, LogicalOp::Output(_)));
    let has_output = outputs.count() > 0;
    if let (false, Some(last)) = (has_output, plan.steps.last()) {
        let warning = Diagnostic::warning(last.place.0, "no `Output`: this step is the answer");
        found.push(warning);
    }
    for place in unused_places(plan, uses, has_output) {
        found.push(Diagnostic::warning(span(plan, place), "nothing uses what this step finds"));
    }
}

fn unused_places(plan: &Plan, uses: &BTreeMap<Var, Uses>, has_output: bool) -> Vec<usize> {
    let is_unused = |(place, step): &(usize, &Step)| {
        let is_answer = !has_output && place + 1 == plan.steps.len();
        let used = |var: &Var| {
            uses.get(var).is_some_and(|uses| {
                let mut others = uses.users.iter().chain(&uses.binders);
                others.any(|other| other != place)
            })
        };
        !is_answer && !narrows(step) && !step.defined().is_empty() && !step.defined().iter().any(used)
    };
    plan.steps.iter().enumerate().filter(is_unused).map(|(place, _)| place).collect()
}

impl Plan {
    /// The places of steps whose results nothing uses and that narrow nothing, in order.
    #[must_use]
    pub fn unused_steps(&self) -> Vec<usize> {
        let has_output = self.steps.iter().any(|step| matches!(step.op, LogicalOp::Output(_)));
        unused_places(self, &uses(self), has_output)
    }
}

/// Whether a step narrows what others bind, so that it counts even if it names nothing new.
fn narrows(step: &Step) -> bool {
    match &step.op {
        LogicalOp::Sort(_) | LogicalOp::Filter(_) => true,
        LogicalOp::Retrieval(retrieval) => {
            let refers = |value: &Operand| !value.paths().is_empty();
            let object = &retrieval.object;
            let conditions = &retrieval.constraints;
            let bare = retrieval.subject.var.is_some() && retrieval.subject.is_bare();
            bare && (!object.is_bare() || !conditions.is_empty())
                || conditions.iter().any(|condition| refers(&condition.value))
        }
        LogicalOp::Custom(_) => true,
        _ => false,
    }
}
