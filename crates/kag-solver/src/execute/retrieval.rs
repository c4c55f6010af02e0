//! The retrieval operator: the graph first, then text.

use kag_core::Score;

use super::{
    Context, Effect, StepResult, answers,
    asked::Asked,
    graph::{Matched, matches},
    passages,
    repeated::{self, Found},
};
use crate::{
    Memory, Result,
    logical::{Pushed, Retrieval, Step},
    memory::Unmatched,
};

/// Finds what matches `retrieval`; what looks for the same as one before finds the same.
///
/// The graph answers where its best row scores at least the threshold. Otherwise, and for
/// each bound subject of which the graph says nothing, passages are read; what the graph
/// gave stays. A subject that is bound to nothing asks nothing. Rows that a lookup finds nothing
/// for stay, those that fail a condition go. What fails a condition of `pushed`, which a filter
/// sets later, is an answer all the same, but no row; what has nothing to meet it with goes.
pub(super) async fn retrieve(
    context: &Context<'_>,
    step: &Step,
    retrieval: &Retrieval,
    pushed: &[&Pushed],
    memory: &Memory,
) -> Result<StepResult> {
    let takes_away = !pushed.is_empty() || retrieval.is_condition(|var| memory.values(var).is_some());
    let unmatched = if takes_away { Unmatched::Go } else { Unmatched::Stay };
    let key = repeated::key(context, step, retrieval, pushed, memory)?;
    let found = match context.repeated.get(&key, retrieval) {
        Some(found) => found,
        None => {
            let found = find(context, step, retrieval, pushed, memory).await?;
            context.repeated.put(key, found.clone());
            found
        }
    };
    let Found { rows, layers, answers, notes, .. } = found;
    Ok(StepResult { effect: Effect::Join(rows, unmatched), layers, answers, notes })
}

async fn find(
    context: &Context<'_>,
    step: &Step,
    retrieval: &Retrieval,
    pushed: &[&Pushed],
    memory: &Memory,
) -> Result<Found> {
    let matched = matches(context, retrieval, pushed, memory).await?;
    let mut answers = answers::of_graph(context, retrieval, &matched);
    let Matched { mut rows, best, mut layers, mut notes, subject, object, unanswered, .. } = matched;
    let threshold = Score::new(context.options().threshold);
    let answered = best.is_some_and(|best| best >= threshold);
    if (answered && unanswered.is_empty()) || subject.is_nothing() {
        answers.push(answers::text_not_asked(&subject, best, threshold));
        return Ok(Found { rows, complete: true, layers, answers, notes });
    }
    let asked = Asked::of(step, retrieval, memory, (&subject, &object), unanswered);
    // What the graph says holds whatever the question refers to besides.
    rows = rows.join(&asked.settings);
    let read = passages::read(context, step, retrieval, asked).await?;
    let best_read = read.rows.rows().iter().map(|row| row.score).max();
    answers.push(answers::of_text(read.rows.len(), best_read, &read.notes));
    layers.text += read.rows.len();
    notes.extend(read.notes);
    rows = rows.union(&read.rows);
    Ok(Found { rows, complete: read.complete, layers, answers, notes })
}
