//! Filters, and sorts with a limit, before lookups.
//!
//! A lookup that only adds columns finds for the rows that stay what it would have found
//! before the others went, and in the same order; so what narrows can run first.

use super::{Rewriting, has_output, new_vars, only_adds};
use crate::logical::{LogicalOp, Step};

pub(super) fn move_forward(steps: &mut Vec<Step>, rewritings: &mut Vec<Rewriting>) {
    // The last step stays the last where it is the answer.
    let movable = if has_output(steps) { steps.len() } else { steps.len().saturating_sub(1) };
    for place in 0..movable {
        let Some(to) = earliest(steps, place) else { continue };
        let step = steps.remove(place);
        let before = steps.get(to).map(ToString::to_string).unwrap_or_default();
        rewritings.push(Rewriting::Moved { step: step.to_string().into(), before: before.into() });
        steps.insert(to, step);
    }
}

/// The first place at which the step can run, where it narrows and can run earlier.
fn earliest(steps: &[Step], place: usize) -> Option<usize> {
    let step = steps.get(place)?;
    let narrows = match &step.op {
        LogicalOp::Filter(_) => true,
        LogicalOp::Sort(sort) => sort.limit.is_some(),
        _ => false,
    };
    if !narrows {
        return None;
    }
    let needed = step.needed();
    let mut to = None;
    for (at, passed) in steps.iter().enumerate().take(place).rev() {
        let before = steps.get(..at)?;
        let new = new_vars(passed, before);
        if !only_adds(passed, before) || new.iter().any(|var| needed.contains(var)) {
            break;
        }
        // It is worth passing only where its subject is bound, and may be narrowed.
        let looks_up = passed.bound().iter().any(|var| !new.contains(var));
        to = if looks_up { Some(at) } else { to };
    }
    to
}
