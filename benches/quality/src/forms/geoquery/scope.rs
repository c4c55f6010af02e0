//! The columns of one query: which of them are one variable.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    shape::{Part, Shape},
    sql::Column,
};

/// A part of a table's row, or a column of a query in its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    Part(String, Part),
    Derived(String, String),
}

/// What a table of the query is.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Table {
        shape: &'static Shape,
        left: bool,
    },
    /// The variables of a query's columns, by name.
    Derived(BTreeMap<String, String>),
}

/// The tables of a query, and which slots stand for the same.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) sources: Vec<(String, Source)>,
    /// Each slot's place among the groups.
    group_of: BTreeMap<Slot, usize>,
    /// What the groups, by place, were merged into.
    merged: Vec<usize>,
    /// The variable of each group.
    names: BTreeMap<usize, String>,
    /// The name that a group must have.
    pub(super) constants: BTreeMap<usize, String>,
    /// Groups that a step has bound.
    pub(super) bound: BTreeSet<usize>,
}

impl Scope {
    pub(super) fn source(&self, alias: &str) -> Option<&Source> {
        self.sources.iter().find(|(name, _)| name == alias).map(|(_, source)| source)
    }

    /// The slot of `column`, and what it is in the graph.
    pub(super) fn slot(&self, column: &Column) -> Option<(Slot, Option<(&'static Shape, Part)>)> {
        match self.source(&column.alias)? {
            Source::Table { shape, .. } => {
                let part = shape.part(column)?;
                Some((Slot::Part(column.alias.clone(), part), Some((shape, part))))
            }
            Source::Derived(columns) => {
                columns.get(&column.name)?;
                Some((Slot::Derived(column.alias.clone(), column.name.clone()), None))
            }
        }
    }

    /// The group of `slot`.
    pub(super) fn group(&mut self, slot: &Slot) -> usize {
        let next = self.merged.len();
        let place = *self.group_of.entry(slot.clone()).or_insert(next);
        if place == next {
            self.merged.push(next);
            if let Slot::Derived(alias, name) = slot
                && let Some(Source::Derived(columns)) = self.source(alias)
                && let Some(var) = columns.get(name).cloned()
            {
                self.names.insert(next, var);
                self.bound.insert(next);
            }
        }
        self.root(place)
    }

    fn root(&self, place: usize) -> usize {
        match self.merged.get(place) {
            Some(up) if *up != place => self.root(*up),
            _ => place,
        }
    }

    /// Makes one group of both; `false` where both have variables already.
    pub(super) fn unify(&mut self, left: &Slot, right: &Slot) -> bool {
        let (left, right) = (self.group(left), self.group(right));
        if left == right {
            return true;
        }
        let (keep, give) = if self.names.contains_key(&right) { (right, left) } else { (left, right) };
        if self.names.contains_key(&give) {
            return false;
        }
        if let Some(up) = self.merged.get_mut(give) {
            *up = keep;
        }
        if let Some(name) = self.constants.remove(&give) {
            self.constants.entry(keep).or_insert(name);
        }
        true
    }

    /// The variable of `group`, named by `fresh` where it has none yet.
    pub(super) fn var(&mut self, group: usize, fresh: impl FnOnce() -> String) -> String {
        self.names.entry(group).or_insert_with(fresh).clone()
    }

    /// The slots that are used, in order.
    pub(super) fn used(&self) -> Vec<Slot> {
        self.group_of.keys().cloned().collect()
    }
}
