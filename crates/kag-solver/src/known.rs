//! What a solve has found, as a model is shown it.

use crate::{BindingTable, Memory};

/// Most rows of a table that a model is shown.
pub(crate) const ROWS: usize = 20;

/// What one round found.
pub(crate) struct Found<'r> {
    /// The parts of the answer that it named.
    pub(crate) answer: &'r BindingTable,
    pub(crate) memory: &'r Memory,
}

impl<'r> Found<'r> {
    /// What each of several rounds found.
    pub(crate) fn of_each(
        answers: &'r [BindingTable],
        memories: impl IntoIterator<Item = &'r Memory>,
    ) -> impl Iterator<Item = Self> {
        answers.iter().zip(memories).map(|(answer, memory)| Self { answer, memory })
    }

    /// The parts of the answer first, then all tables.
    fn tables(&self, rows: usize) -> impl Iterator<Item = String> {
        let tables = std::iter::once(self.answer).chain(self.memory.tables());
        tables.filter(|table| !table.columns().is_empty()).map(move |table| told(self.memory, table, rows))
    }

    /// The tables from which a sort or a condition chose, as they were before.
    fn narrowed(&self, rows: usize) -> impl Iterator<Item = String> {
        self.memory.each_narrowed().map(move |(table, steps)| told_after(self.memory, table, rows, steps))
    }
}

/// A table of `memory` with at most `rows` rows. Above it stands what its columns were to be:
/// without that, values say nothing.
pub(crate) fn told(memory: &Memory, table: &BindingTable, rows: usize) -> String {
    told_after(memory, table, rows, usize::MAX)
}

/// The same as it was after so many steps.
fn told_after(memory: &Memory, table: &BindingTable, rows: usize, steps: usize) -> String {
    let sought = memory.sought(table.columns(), steps).map(|(vars, what)| {
        let vars: Vec<String> = vars.iter().map(ToString::to_string).collect();
        format!("{}: {what}\n", vars.join(", "))
    });
    let none = if table.is_empty() { "(0)\n" } else { "" };
    sought.collect::<String>() + &table.render_values(rows) + none
}

/// What rounds found, a text a table, each once, without those that say nothing.
pub(crate) fn known<'r>(rounds: impl Iterator<Item = Found<'r>>, rows: usize) -> Vec<String> {
    each_once(rounds.flat_map(|found| found.tables(rows).collect::<Vec<_>>()))
}

/// The same with the tables from which a sort or a condition chose, as they were before.
pub(crate) fn known_with_narrowed<'r>(rounds: impl Iterator<Item = Found<'r>>, rows: usize) -> Vec<String> {
    each_once(rounds.flat_map(|found| found.tables(rows).chain(found.narrowed(rows)).collect::<Vec<_>>()))
}

fn each_once(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut once = Vec::new();
    for text in texts {
        if !once.contains(&text) {
            once.push(text);
        }
    }
    once
}
