//! The order in which matches conclude something.
//!
//! Of several matches that say one thing the first is its proof. How matches come hangs on where
//! matching began, what had been read before and how a graph numbers its nodes; what follows from a
//! graph must not.

use std::cmp::Ordering;

use crate::rule::{
    base::body::Body,
    engine::Engine,
    table::{Column, Table, row_numbers},
    world::NONE,
};

impl Engine<'_> {
    /// The table with its rows by the facts that they hold, then the nodes: as the pattern names them,
    /// facts in the order of their columns and nodes in that of their ids. Rows mostly come so.
    pub(super) fn in_order_of_facts(&self, body: &Body, table: Table) -> Table {
        let edges: Vec<(&Column, bool)> = body
            .edges
            .iter()
            .enumerate()
            .filter_map(|(at, edge)| Some((table.edge(at)?, edge.hops.is_some())))
            .collect();
        let nodes: Vec<&Column> = (0..body.nodes.len()).filter_map(|at| table.node(at)).collect();
        let at = |column: &Column, row: u32| column.get(row as usize).copied().unwrap_or(NONE);
        let compare = |left: &u32, right: &u32| {
            let by_edges = edges.iter().map(|(column, is_path)| {
                let (left, right) = (at(column, *left), at(column, *right));
                match is_path {
                    _ if left == right => Ordering::Equal,
                    false => self.world.facts.compare(left, right),
                    true => self.compare_paths(left, right),
                }
            });
            let by_nodes = nodes.iter().map(|column| {
                let (left, right) = (at(column, *left), at(column, *right));
                if left == right { Ordering::Equal } else { self.world.nodes.id(left).cmp(&self.world.nodes.id(right)) }
            });
            by_edges.chain(by_nodes).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        let mut rows: Vec<u32> = row_numbers(table.rows).collect();
        if rows.is_sorted_by(|left, right| compare(left, right).is_le()) {
            return table;
        }
        rows.sort_by(compare);
        table.gather(&rows)
    }

    fn compare_paths(&self, left: u32, right: u32) -> Ordering {
        let (left, right) = (self.paths.facts(left), self.paths.facts(right));
        let by_fact = left.iter().zip(&right).map(|(left, right)| self.world.facts.compare(*left, *right));
        let first = by_fact.into_iter().find(|order| order.is_ne());
        first.unwrap_or_else(|| left.len().cmp(&right.len()))
    }
}
