//! Keeping the rows that a condition allows.

use kag_reason::{EvalError, EvalErrorKind, Prepared};

use super::{Context, Effect, StepResult, environment::MemoryEnvironment};
use crate::{
    Error, Memory, Result,
    logical::{Filter, Step, Var},
    trace::Note,
};

/// The rows of the table of the condition's first variable for which it holds.
///
/// A row that does not decide it goes, and so does one whose values are of kinds that do not
/// compare; both are counted.
pub(super) fn filter(
    context: &Context<'_>,
    at: usize,
    step: &Step,
    filter: &Filter,
    memory: &Memory,
) -> Result<StepResult> {
    let vars = filter.condition.variables();
    let unbound = |var: &Var| Error::Unbound { step: at + 1, var: var.clone() };
    let vars: Vec<Var> = vars.into_iter().filter_map(|name| Var::new(name)).collect();
    if let Some(missing) = vars.iter().find(|var| memory.table_of(var).is_none()) {
        return Err(unbound(missing));
    }
    let table = vars.first().and_then(|first| memory.table_of(first)).cloned().unwrap_or_default();
    let condition = Prepared::new(filter.condition.clone());
    let mut environment = MemoryEnvironment::new(context, memory, &filter.condition);
    let (mut undecided, mut failed) = (0, None);
    let kept = table.filter(|row| {
        environment.within(&table, std::iter::once(row), &filter.condition);
        match condition.holds(&environment) {
            Ok(Some(holds)) => holds,
            Ok(None) => {
                undecided += 1;
                false
            }
            Err(error) if is_of_the_row(&error) => {
                undecided += 1;
                false
            }
            Err(error) => {
                failed.get_or_insert(error);
                false
            }
        }
    });
    if let Some(source) = failed {
        return Err(Error::Evaluate { step: at + 1, source });
    }
    let gone = table.len() - kept.len() - undecided;
    let renamed = vars.first().cloned().zip(step.output.clone());
    let kept = match &renamed {
        Some((first, output)) => kept.renamed(first, output),
        None => kept,
    };
    let mut result = StepResult::computed(Effect::Replace(kept, renamed));
    let note = |rows, note: fn(usize) -> Note| Some(note(rows)).filter(|_| rows > 0);
    result.notes.extend(note(gone, |rows| Note::Unmatched { rows, kept: false }));
    result.notes.extend(note(undecided, |rows| Note::RowsUndecided { rows }));
    Ok(result)
}

/// Whether an expression failed because of what one row holds, and may do for others.
pub(super) fn is_of_the_row(error: &EvalError) -> bool {
    let kinds = matches!(
        error.kind,
        EvalErrorKind::Compare(_)
            | EvalErrorKind::Dimensions { .. }
            | EvalErrorKind::Empty { .. }
            | EvalErrorKind::DivisionByZero
            | EvalErrorKind::Unreadable { .. }
    );
    kinds || error.is_undecided()
}
