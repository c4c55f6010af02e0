//! Matches as columns of numbers.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use kag_core::Value;

use super::{partition::Rows, world::NONE};

/// A column of numbers, shared between tables where rows stay as they are.
pub(super) type Column = Arc<Vec<u32>>;

/// Matches of a pattern: a row each, a column for each node and edge that is bound. Four
/// bytes a row and column; values that rows share are held once.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) rows: usize,
    /// By node of the pattern.
    pub(super) nodes: Vec<Option<Column>>,
    /// By edge of the pattern: facts, or paths where it stands for several edges.
    pub(super) edges: Vec<Option<Column>>,
    /// What clauses gave names to, in order.
    pub(super) values: Vec<ValueColumn>,
}

/// What a clause gave a name.
#[derive(Clone, Debug)]
pub(super) struct ValueColumn {
    pub(super) name: Arc<str>,
    /// By row, the place among the values.
    pub(super) at: Column,
    pub(super) values: Arc<Vec<Option<Value>>>,
    /// What it is a function of: columns that tell its values apart.
    pub(super) unit: Unit,
    /// Of an aggregate, the rows that it is of.
    pub(super) group: Option<Groups>,
}

/// The groups that an aggregate is of.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    /// By row, the number of its group.
    pub(super) at: Column,
    pub(super) of: Arc<Grouping>,
}

/// What something is a function of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Node(usize),
    Edge(usize),
}

/// The parts of the pattern that something speaks of, sorted.
pub(super) type Unit = Vec<Part>;

/// The rows that groups were made of, told apart when somebody asks for those of one.
#[derive(Debug)]
pub(super) struct Grouping {
    /// The rows as they were when they were grouped.
    pub(super) table: Table,
    group_of: Column,
    count: usize,
    /// Where only some rows count, which.
    counted: Option<Vec<bool>>,
    rows: OnceLock<Rows>,
}

impl Grouping {
    /// Groups of the rows of `table`: by row the number of its group, below `count`.
    pub(super) fn new(table: Table, group_of: Column, count: usize, counted: Option<Vec<bool>>) -> Self {
        Self { table, group_of, count, counted, rows: OnceLock::new() }
    }

    /// The rows of a group.
    pub(super) fn rows(&self, group: u32) -> &[u32] {
        self.rows.get_or_init(|| Rows::of(&self.group_of, self.count, |row| self.counts(row))).of_group(group)
    }

    fn counts(&self, row: usize) -> bool {
        self.counted.as_ref().is_none_or(|counted| counted.get(row) == Some(&true))
    }
}

impl Groups {
    /// The same with the rows of those groups alone that are meant: where they are few, the others
    /// need not be kept for proofs.
    fn narrowed(&self) -> Self {
        let Grouping { table, group_of, count, .. } = &*self.of;
        let mut numbers = vec![NONE; *count];
        let mut next = 0;
        for group in self.at.iter() {
            if let Some(number) = numbers.get_mut(*group as usize).filter(|number| **number == NONE) {
                *number = next;
                next += 1;
            }
        }
        let number = |group: u32| numbers.get(group as usize).copied().unwrap_or(NONE);
        let rows = row_numbers(table.rows).zip(group_of.iter());
        let kept = rows.filter(|(row, group)| number(**group) != NONE && self.of.counts(*row as usize));
        let (rows, groups): (Vec<u32>, Vec<u32>) = kept.map(|(row, group)| (row, number(*group))).unzip();
        if rows.len() > table.rows / 2 {
            return self.clone();
        }
        let mut behind = table.gather(&rows);
        // Of the groups before it nobody asks here.
        behind.values.iter_mut().for_each(|value| value.group = None);
        let of = Grouping::new(behind, Arc::new(groups), next as usize, None);
        Self { at: Arc::new(self.at.iter().map(|group| number(*group)).collect()), of: Arc::new(of) }
    }
}

impl Table {
    /// How many rows there are, or behind the groups where those are more.
    pub(super) fn kept(&self) -> usize {
        let groups = self.values.iter().filter_map(|value| value.group.as_ref());
        groups.map(|groups| groups.of.table.rows).fold(self.rows, usize::max)
    }

    /// The same without what its groups hold of others, for keeping.
    pub(super) fn narrowed(mut self) -> Self {
        for value in &mut self.values {
            value.group = value.group.as_ref().map(Groups::narrowed);
        }
        self
    }

    /// One row in which nothing is bound.
    pub(super) fn unit(nodes: usize, edges: usize) -> Self {
        Self { rows: 1, nodes: vec![None; nodes], edges: vec![None; edges], values: Vec::new() }
    }

    pub(super) fn node(&self, node: usize) -> Option<&Column> {
        self.nodes.get(node)?.as_ref()
    }

    pub(super) fn edge(&self, edge: usize) -> Option<&Column> {
        self.edges.get(edge)?.as_ref()
    }

    pub(super) fn value(&self, name: &str) -> Option<&ValueColumn> {
        // The latest of a name is meant.
        self.values.iter().rev().find(|column| &*column.name == name)
    }

    pub(super) fn set_node(&mut self, node: usize, column: Vec<u32>) {
        if let Some(place) = self.nodes.get_mut(node) {
            *place = Some(Arc::new(column));
        }
    }

    pub(super) fn set_edge(&mut self, edge: usize, column: Vec<u32>) {
        if let Some(place) = self.edges.get_mut(edge) {
            *place = Some(Arc::new(column));
        }
    }

    /// The rows `chosen`, in that order; a row may be chosen several times.
    pub(super) fn gather(&self, chosen: &[u32]) -> Self {
        let column = |column: &Option<Column>| column.as_ref().map(|column| Arc::new(gather(column, chosen)));
        Self {
            rows: chosen.len(),
            nodes: self.nodes.iter().map(column).collect(),
            edges: self.edges.iter().map(column).collect(),
            values: self.values.iter().map(|value| value.gather(chosen)).collect(),
        }
    }

    /// Adds the rows of `other`, which has the same values under the same names; what it has no
    /// column for is missing in them.
    pub(super) fn append(&mut self, other: &Self) {
        let add = |column: &mut Column, more: Option<&Column>| {
            let column = Arc::make_mut(column);
            match more {
                Some(more) => column.extend_from_slice(more),
                None => column.resize(column.len() + other.rows, NONE),
            }
        };
        for (column, more) in self.nodes.iter_mut().zip(&other.nodes).chain(self.edges.iter_mut().zip(&other.edges)) {
            column.iter_mut().for_each(|column| add(column, more.as_ref()));
        }
        for (value, more) in self.values.iter_mut().zip(&other.values) {
            add(&mut value.at, Some(&more.at));
            if let Some(group) = &mut value.group {
                add(&mut group.at, more.group.as_ref().map(|group| &group.at));
            }
        }
        self.rows += other.rows;
    }

    /// The rows for which `kept` is true; the table itself where all are.
    pub(super) fn keep(self, kept: &[bool]) -> Self {
        if kept.iter().all(|kept| *kept) {
            return self;
        }
        let chosen: Vec<u32> = kept.iter().zip(0..).filter(|(kept, _)| **kept).map(|(_, row)| row).collect();
        self.gather(&chosen)
    }

    /// The column that tells the parts apart.
    pub(super) fn part(&self, part: &Part) -> Option<&Column> {
        match part {
            Part::Node(node) => self.node(*node),
            Part::Edge(edge) => self.edge(*edge),
        }
    }
}

impl ValueColumn {
    fn gather(&self, chosen: &[u32]) -> Self {
        let column = |column: &Column| Arc::new(gather(column, chosen));
        let group = self.group.as_ref().map(|group| Groups { at: column(&group.at), of: Arc::clone(&group.of) });
        Self { at: column(&self.at), group, ..self.clone() }
    }

    pub(super) fn of(&self, row: usize) -> Option<&Value> {
        self.values.get(*self.at.get(row)? as usize)?.as_ref()
    }
}

/// The numbers of so many rows.
pub(super) fn row_numbers(rows: usize) -> Range<u32> {
    0..u32::try_from(rows).unwrap_or(NONE)
}

fn gather(column: &[u32], chosen: &[u32]) -> Vec<u32> {
    chosen.iter().map(|row| column.get(*row as usize).copied().unwrap_or(NONE)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(table: Table, groups: &[u32], counted: Option<Vec<bool>>) -> ValueColumn {
        let at = Arc::new(groups.to_vec());
        let count = groups.iter().max().map_or(0, |most| *most as usize + 1);
        let of = Arc::new(Grouping::new(table, Arc::clone(&at), count, counted));
        let group = Some(Groups { at: Arc::clone(&at), of });
        ValueColumn { name: "total".into(), at, values: Arc::default(), unit: Unit::new(), group }
    }

    /// By row, what the rows behind it hold as their first node.
    fn behind(table: &Table, value: usize) -> Vec<Vec<u32>> {
        let Groups { at, of } = table.values[value].group.as_ref().expect("groups");
        let node = |row: &u32| of.table.node(0).expect("a node")[*row as usize];
        at.iter().map(|group| of.rows(*group).iter().map(node).collect()).collect()
    }

    #[test]
    fn groups_keep_the_rows_that_are_asked_for() {
        let mut table = Table::unit(1, 0);
        table.rows = 7;
        table.set_node(0, vec![10, 11, 12, 13, 14, 15, 16]);
        let first = grouped(table.clone(), &[0, 1, 2, 0, 1, 2, 0], None);
        table.values.push(first);
        let counted = Some(vec![true, true, false, true, true, true, true]);
        let second = grouped(table.clone(), &[0, 1, 2, 2, 1, 0, 0], counted);
        table.values.push(second);
        let few = table.gather(&[5, 2]);
        let expected = [behind(&few, 0), behind(&few, 1)];
        assert_eq!(expected, [vec![vec![12, 15]; 2], vec![vec![10, 15, 16], vec![13]]]);
        let narrowed = few.narrowed();
        assert_eq!([behind(&narrowed, 0), behind(&narrowed, 1)], expected);
        let rows = |value: usize| narrowed.values[value].group.as_ref().expect("groups").of.table.rows;
        assert_eq!((rows(0), rows(1), narrowed.kept()), (2, 7, 7), "the second is of most rows");
        assert_eq!(behind(&table.clone().narrowed(), 0), behind(&table, 0));
    }
}
