//! The retrieval operator: the graph first, then text.

use kag_core::Score;

use super::{
    Context, Effect, StepResult,
    graph::{Matched, matches},
    passages::{self, Asked},
};
use crate::{
    Memory, Result,
    logical::{Retrieval, Role, Step, Var},
    memory::Unmatched,
};

/// Finds what matches `retrieval`.
///
/// The graph answers where its best row scores at least the threshold. Otherwise, and for
/// each bound subject of which the graph says nothing, passages are read; what the graph
/// gave stays. A subject that is bound to nothing asks nothing. Rows that a lookup finds nothing for stay, those that fail a condition go.
pub(super) async fn retrieve(
    context: &Context<'_>,
    step: &Step,
    retrieval: &Retrieval,
    memory: &Memory,
) -> Result<StepResult> {
    let Matched { mut rows, mut layers, mut notes, subject, object, unanswered } =
        matches(context, retrieval, memory).await?;
    let best = rows.rows().iter().map(|row| row.score).max();
    let answered = best.is_some_and(|best| best >= Score::new(context.options().threshold));
    if (!answered || !unanswered.is_empty()) && !subject.is_nothing() {
        let asked = Asked::of(&subject, &object, unanswered);
        let read = passages::read(context, step, retrieval, asked).await?;
        layers.text += read.rows.len();
        notes.extend(read.notes);
        rows = rows.union(&read.rows);
    }
    let unmatched =
        if is_condition(retrieval, |var| memory.values(var).is_some()) { Unmatched::Go } else { Unmatched::Stay };
    Ok(StepResult { effect: Effect::Join(rows, unmatched), layers, notes })
}

/// Whether the pattern asks which rows fit, rather than for something to be added to them:
/// its object is fixed, or subject or object must have some property. A condition on the
/// fact itself, as its time, says which facts are meant, not which rows.
pub(super) fn is_condition(retrieval: &Retrieval, is_bound: impl Fn(&Var) -> bool) -> bool {
    let object = &retrieval.object;
    object.is_constant()
        || object.var.as_ref().is_some_and(is_bound)
        || retrieval.constraints.iter().any(|constraint| constraint.on != Role::Predicate)
}
