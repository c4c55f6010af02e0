//! Matching patterns, a set of rows at a time.
//!
//! Matching begins where there is least: at what an index finds, the members of a concept,
//! the nodes of a type, or the facts of a predicate. From there the cheapest edge is followed
//! for all rows at once, by what is known of sizes at that moment. Labels and conditions are
//! asked as soon as what they speak of is bound. What may be missing comes last.

mod close;
mod each;
mod expand;
mod labels;
mod linked;
mod neighbours;
mod optional;
mod order;
mod start;
mod walk;

pub(super) use start::Stated;

use super::{
    RuleError,
    base::body::Body,
    engine::{Engine, Matching},
    paths::EMPTY,
    table::Table,
    world::NONE,
};

/// Where matching begins.
pub(super) enum Start {
    /// Wherever it is cheapest.
    Anywhere,
    /// At these nodes.
    Nodes(usize, Vec<u32>),
    /// At these facts.
    Facts(usize, Vec<u32>),
    /// With these rows.
    Rows(Table),
}

/// How far the matching of one pattern has come.
pub(super) struct Progress {
    pub(super) edges: Vec<bool>,
    pub(super) checks: Vec<bool>,
    pub(super) labels: Vec<bool>,
    pub(super) units: Vec<bool>,
}

impl Engine<'_> {
    /// The rows that match the pattern of `body`, in no particular order.
    pub(super) fn matches(&mut self, body: &Body, start: Start) -> Result<Table, RuleError> {
        let mut progress = Progress {
            edges: vec![false; body.edges.len()],
            checks: vec![false; body.checks.len()],
            labels: vec![false; body.nodes.len()],
            units: vec![false; body.units],
        };
        let mut table = self.begin_with(body, start, &mut progress)?;
        loop {
            table = self.settle(body, table, &mut progress, None)?;
            if table.rows == 0 {
                break;
            }
            self.check_bounds(body, table.rows)?;
            if let Some(edge) = self.next_edge(body, &table, &progress, None)? {
                table = self.follow(body, table, edge, &mut progress)?;
            } else if let Some((first, count)) = self.next_start(body, &table, &progress)? {
                table = self.join_start(body, table, first, count, &mut progress)?;
            } else if let Some(unit) = next_unit(body, &table, &progress) {
                table = self.optional(body, table, unit, &mut progress)?;
            } else {
                break;
            }
        }
        Ok(complete(body, table))
    }

    /// Asks the labels and conditions that can be asked and have not been: those of the part
    /// that may be missing `unit`, or of the rest.
    pub(super) fn settle(
        &mut self,
        body: &Body,
        mut table: Table,
        progress: &mut Progress,
        unit: Option<usize>,
    ) -> Result<Table, RuleError> {
        for node in 0..body.nodes.len() {
            if progress.labels.get(node) == Some(&false) && table.node(node).is_some() {
                table = self.test_labels(body, table, node)?;
                progress.labels.iter_mut().skip(node).take(1).for_each(|tested| *tested = true);
            }
        }
        if self.matching == Matching::DistinctNodes {
            table = distinct_nodes(body, table);
        }
        for (check, done) in body.checks.iter().zip(&mut progress.checks) {
            let bound = check.nodes.iter().all(|node| table.node(*node).is_some())
                && check.edges.iter().all(|edge| table.edge(*edge).is_some());
            if !*done && bound && check.unit == unit {
                *done = true;
                table = match check.each {
                    Some(edge) => self.keep_each(body, table, edge, &check.asked)?,
                    None => self.keep(body, table, &check.asked)?,
                };
            }
        }
        Ok(table)
    }
}

/// The next part that may be missing of which one end is bound; else any.
fn next_unit(body: &Body, table: &Table, progress: &Progress) -> Option<usize> {
    let open = |unit: &usize| progress.units.get(*unit) == Some(&false);
    let touches = |unit: &usize| {
        let mut edges = body.edges.iter().filter(|edge| edge.unit == Some(*unit));
        edges.any(|edge| table.node(edge.from).is_some() || table.node(edge.to).is_some())
    };
    (0..body.units).find(|unit| open(unit) && touches(unit)).or_else(|| (0..body.units).find(open))
}

/// The table with a column for everything, missing where nothing was found.
fn complete(body: &Body, mut table: Table) -> Table {
    for node in 0..body.nodes.len() {
        if table.node(node).is_none() {
            table.set_node(node, vec![NONE; table.rows]);
        }
    }
    for edge in 0..body.edges.len() {
        if table.edge(edge).is_none() {
            table.set_edge(edge, vec![NONE; table.rows]);
        }
    }
    table
}

/// The rows in which different names are different nodes, but for those that a path without
/// edges makes one, or may yet make.
fn distinct_nodes(body: &Body, table: Table) -> Table {
    let at = |node: usize, row: usize| table.node(node).and_then(|column| column.get(row)).copied();
    let one = |left: usize, right: usize, row: usize| {
        body.edges.iter().zip(0..).any(|(edge, number)| {
            let joins = (edge.from, edge.to) == (left, right) || (edge.from, edge.to) == (right, left);
            let empty = table.edge(number).is_none_or(|column| column.get(row) == Some(&EMPTY));
            joins && edge.hops.is_some_and(|hops| hops.least == 0) && empty
        })
    };
    let kept: Vec<bool> = (0..table.rows)
        .map(|row| {
            (0..body.nodes.len()).all(|left| {
                let node = at(left, row).filter(|node| *node != NONE);
                node.is_none() || (0..left).all(|right| at(right, row) != node || one(left, right, row))
            })
        })
        .collect();
    table.keep(&kept)
}
