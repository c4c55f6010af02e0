//! Retrievals that look for the same run once.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Mutex, PoisonError},
};

use super::constraint::operand_values;
use crate::{
    BindingTable, Memory, Result,
    execute::Context,
    logical::{Pushed, Retrieval, Role, Step, Var},
    trace::{LayerAnswer, LayerCounts, Note},
};

/// What a retrieval found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) rows: BindingTable,
    /// Whether all that passages were asked was answered.
    pub(super) complete: bool,
    pub(super) layers: LayerCounts,
    pub(super) answers: Vec<LayerAnswer>,
    pub(super) notes: Vec<Note>,
}

/// What the retrievals of a solve found, by what they looked for.
#[derive(Debug, Default)]
pub(crate) struct Repeated(Mutex<HashMap<String, Found>>);

impl Repeated {
    /// What was found for `key`, with the variables of `retrieval` as columns.
    pub(super) fn get(&self, key: &str, retrieval: &Retrieval) -> Option<Found> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(key)?;
        let further = found.rows.columns().iter().skip(BindingTable::new(retrieval.vars().cloned()).columns().len());
        let mut rows = BindingTable::new(retrieval.vars().chain(further).cloned());
        for row in found.rows.rows() {
            rows.push(row.clone()).ok()?;
        }
        let Found { complete, layers, ref answers, ref notes, .. } = *found;
        Some(Found { rows, complete, layers, answers: answers.clone(), notes: notes.clone() })
    }

    /// Forgets what was not answered in full, so that another round looks for it again.
    pub(crate) fn look_again(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, found| found.complete);
    }

    pub(super) fn put(&self, key: String, found: Found) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found);
    }
}

/// What `retrieval` looks for, given what is bound: the pattern without the names of its
/// variables, what those stand for that are bound, conditions that filters set later, the question that
/// passages are asked.
pub(super) fn key(
    context: &Context<'_>,
    step: &Step,
    retrieval: &Retrieval,
    pushed: &[&Pushed],
    memory: &Memory,
) -> Result<String> {
    let mut pattern = retrieval.clone();
    let mut key = String::new();
    let roles = [Role::Subject, Role::Predicate, Role::Object];
    let vars: Vec<Option<&Var>> = roles.iter().map(|role| retrieval.var(*role)).collect();
    for var in &vars {
        // Which of the ends are one variable.
        let first = vars.iter().position(|other| other == var);
        let bound = var.and_then(|var| memory.values(var));
        let values = bound.map(|cells| cells.into_iter().map(|cell| &cell.value).collect::<Vec<_>>());
        // Writing to a string cannot fail.
        let _ = write!(key, "{}{first:?}{values:?};", var.is_some());
    }
    (pattern.subject.var, pattern.predicate.var, pattern.object.var) = (None, None, None);
    for constraint in &pattern.constraints {
        let _ = write!(key, "{:?};", operand_values(context, memory, &constraint.value)?);
    }
    for pushed in pushed {
        let end = vars.iter().position(|var| *var == Some(&pushed.var));
        let _ = write!(key, "{end:?}{};", pushed.condition);
    }
    for var in step.put_in(|var| memory.table_of(var).is_some()) {
        let table = memory.table_of(&var).map(|table| table.rows().iter().map(|row| row.cells()).collect::<Vec<_>>());
        let _ = write!(key, "{var}{table:?};");
    }
    let _ = write!(key, "{:?};{pattern}", step.subquestion);
    Ok(key)
}
