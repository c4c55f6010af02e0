//! What a solve has found so far.
//!
//! Variables that were found together stay in one table; a step's table is joined with
//! those that share a variable with it, and stands alone otherwise, so that what has
//! nothing to do with each other is never multiplied out.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    BindingTable, Cell,
    logical::{Step, Var},
};

/// What becomes of a row that meets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmatched {
    /// It stays, with null in the new columns.
    Stay,
    /// It goes: what was found is a condition.
    Go,
}

/// The tables of a solve, no two with a variable in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    tables: Vec<BindingTable>,
    /// The columns that each variable was first found with, itself among them.
    found_with: BTreeMap<Var, BTreeSet<Var>>,
    /// The tables of which some rows were left out, as they were before.
    narrowed: Vec<BindingTable>,
    /// For each of these, how many steps had run before the one that left rows out.
    narrowed_after: Vec<usize>,
    /// By step that ran, the variables that it binds and what they were to be.
    sought: Vec<(BTreeSet<Var>, Arc<str>)>,
}

impl Memory {
    /// A memory of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tables, in the order in which their first variable was bound.
    #[must_use]
    pub fn tables(&self) -> &[BindingTable] {
        &self.tables
    }

    /// The tables from which a sort or a condition chose rows, as they were before, in that
    /// order: what was found and did not make it is no less known.
    #[must_use]
    pub fn narrowed(&self) -> &[BindingTable] {
        &self.narrowed
    }

    /// The table that binds `var`.
    #[must_use]
    pub fn table_of(&self, var: &Var) -> Option<&BindingTable> {
        self.tables.iter().find(|table| table.position(var).is_some())
    }

    /// The distinct non-null cells of `var`; `None` where it is not bound.
    #[must_use]
    pub fn values(&self, var: &Var) -> Option<Vec<&Cell>> {
        self.table_of(var)?.values(var).ok()
    }

    /// Joins `found` with every table that shares a variable with it.
    ///
    /// Rows that meet none of it stay, with null in the new columns, or go, as `unmatched`
    /// says. Returns how many met none.
    pub fn join(&mut self, found: BindingTable, unmatched: Unmatched) -> usize {
        self.note_columns(&found);
        let shares = |table: &BindingTable| table.columns().iter().any(|var| found.position(var).is_some());
        let (sharing, apart): (Vec<_>, Vec<_>) = self.tables.drain(..).partition(shares);
        self.tables = apart;
        let Some(before) = sharing.into_iter().reduce(|left, right| left.join(&right)) else {
            self.tables.push(found);
            return 0;
        };
        let kept = before.left_join(&found);
        let met = before.join(&found);
        let met_none = kept.len().saturating_sub(met.len());
        self.tables.push(match unmatched {
            Unmatched::Stay => kept,
            Unmatched::Go => met,
        });
        met_none
    }

    /// Puts `narrowed` in the place of every table that shares a variable with it. One with
    /// more rows is remembered.
    pub fn replace(&mut self, narrowed: BindingTable) {
        self.note_columns(&narrowed);
        let shares = |table: &BindingTable| table.columns().iter().any(|var| narrowed.position(var).is_some());
        let (replaced, apart): (Vec<_>, Vec<_>) = self.tables.drain(..).partition(shares);
        let wider = replaced.into_iter().filter(|table| table.len() > narrowed.len());
        for table in wider {
            self.narrowed.push(table);
            self.narrowed_after.push(self.sought.len().saturating_sub(1));
        }
        self.tables = apart;
        self.tables.push(narrowed);
    }

    /// Says that what follows is what `step` found: the answer to its question, where it has one.
    pub(crate) fn seek(&mut self, step: &Step) {
        let what = step.subquestion.clone().unwrap_or_else(|| step.to_string().into());
        self.sought.push((step.defined().into_iter().collect(), what));
    }

    /// What each of these variables was to be: the first `steps` that ran, in order, each with those of
    /// the variables that it binds; steps that bind none of them are left out.
    pub(crate) fn sought<'m>(&'m self, vars: &'m [Var], steps: usize) -> impl Iterator<Item = (Vec<&'m Var>, &'m str)> {
        let of_step = |(bound, what): &'m (BTreeSet<Var>, Arc<str>)| {
            let among: Vec<&Var> = vars.iter().filter(|var| bound.contains(*var)).collect();
            (among, &**what)
        };
        self.sought.iter().take(steps).map(of_step).filter(|(among, _)| !among.is_empty())
    }

    /// The [narrowed](Self::narrowed) tables, each with how many steps had run before.
    pub(crate) fn each_narrowed(&self) -> impl Iterator<Item = (&BindingTable, usize)> {
        self.narrowed.iter().zip(self.narrowed_after.iter().copied())
    }

    /// Says that `name`, which the next table to be put in binds, is another name of `var`.
    pub(crate) fn rename(&mut self, var: &Var, name: &Var) {
        let known = self.found_with.get(var).cloned().unwrap_or_default();
        self.found_with.insert(name.clone(), known.into_iter().chain([name.clone()]).collect());
    }

    /// The columns that tell apart what `vars` were found for, `vars` among them: of two
    /// cities with as many inhabitants, each counts, and a city counts once however many
    /// rivers were looked up for it afterwards.
    pub(crate) fn found_with(&self, vars: &[Var]) -> BTreeSet<Var> {
        vars.iter().filter_map(|var| self.found_with.get(var)).flatten().cloned().collect()
    }

    fn note_columns(&mut self, table: &BindingTable) {
        for var in table.columns() {
            self.found_with.entry(var.clone()).or_insert_with(|| table.columns().iter().cloned().collect());
        }
    }

    /// Every variable that is bound, sorted.
    #[must_use]
    pub fn vars(&self) -> BTreeSet<&Var> {
        self.tables.iter().flat_map(BindingTable::columns).collect()
    }
}
