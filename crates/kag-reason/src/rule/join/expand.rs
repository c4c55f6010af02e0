//! Following an edge from the end that is bound.

use super::{
    Progress,
    neighbours::Neighbours,
    start::{edge_name, node_name},
};
use crate::rule::{
    Bound, RuleError,
    base::body::{Body, Target},
    engine::Engine,
    paths::EMPTY,
    table::{Column, Table},
    world::{End, NONE, Relation, Spread, distinct},
};

/// For so many rows facts are looked up at once.
const BLOCK: usize = 1024;

/// The rows that following an edge gives.
#[derive(Default)]
pub(super) struct Followed {
    /// The rows they come from.
    pub(super) rows: Vec<u32>,
    pub(super) edges: Vec<u32>,
    pub(super) nodes: Vec<u32>,
}

impl Followed {
    fn with_capacity(rows: usize) -> Self {
        Self { rows: Vec::with_capacity(rows), edges: Vec::with_capacity(rows), nodes: Vec::with_capacity(rows) }
    }

    pub(super) fn push(&mut self, row: usize, edge: u32, node: u32) {
        self.rows.push(u32::try_from(row).unwrap_or(NONE));
        self.edges.push(edge);
        self.nodes.push(node);
    }

    /// Leaves out, from the row `begin` on, what leads to no node.
    fn forget_literals(&mut self, begin: usize) {
        let leads: Vec<bool> = self.nodes.iter().skip(begin).map(|node| *node != NONE).collect();
        for column in [&mut self.rows, &mut self.edges, &mut self.nodes] {
            let mut place = begin;
            for (at, _) in (begin..).zip(&leads).filter(|(_, leads)| **leads) {
                column.swap(place, at);
                place += 1;
            }
            column.truncate(place);
        }
    }
}

impl Engine<'_> {
    /// The rows of `table` with what `edge` may be in each.
    pub(super) fn follow(
        &mut self,
        body: &Body,
        table: Table,
        edge: usize,
        progress: &mut Progress,
    ) -> Result<Table, RuleError> {
        let Some(var) = body.edges.get(edge) else { return Ok(table) };
        progress.edges.iter_mut().skip(edge).take(1).for_each(|done| *done = true);
        let (from, to) = (table.node(var.from).cloned(), table.node(var.to).cloned());
        let end = if from.is_some() { End::Subject } else { End::Object };
        let Some(column) = from.clone().or_else(|| to.clone()) else { return Ok(table) };
        let other = if end == End::Subject { var.to } else { var.from };
        if let Target::Linked(call) = &var.target {
            return self.linked(body, table, edge, call);
        }
        let rows_before = table.rows;
        let probes = self.probes(body, edge, &column)?;
        self.demand_edge(body, edge, Some((end, &probes)))?;
        let neighbours = self.neighbours(body, edge, end, &probes)?;
        let both = from.is_some() && to.is_some();
        let followed = if var.hops.is_some() {
            let target = to.filter(|_| both);
            for (check, done) in body.checks.iter().zip(&mut progress.checks) {
                *done |= check.is_of_each_alone(edge);
            }
            self.walk(body, &table, edge, &neighbours, &column, target.as_ref())?
        } else if both {
            self.close(body, &table, edge, &neighbours)?
        } else {
            self.expand(body, &table, edge, &neighbours, &column)?
        };
        let mut bound = table.gather(&followed.rows);
        bound.set_edge(edge, followed.edges);
        if !both {
            bound.set_node(other, followed.nodes);
        }
        self.note(|| {
            let (what, rows) = (edge_name(body, edge), bound.rows);
            let way = if both { "join".to_owned() } else { format!("find {} by", node_name(body, other)) };
            format!("{way} {what}: {rows_before} rows to {rows}")
        });
        Ok(bound)
    }

    /// The different nodes of `column`, where somebody wants to know them to follow `edge`: not where
    /// all that it can be is at hand.
    fn probes(&mut self, body: &Body, edge: usize, column: &[u32]) -> Result<Vec<u32>, RuleError> {
        let predicates = self.predicates_of(body, edge)?;
        let at_hand =
            predicates.iter().all(|predicate| self.world.relation(*predicate).is_some_and(Relation::is_loaded));
        Ok(if at_hand && !self.is_derived_edge(body, edge) { Vec::new() } else { distinct(column) })
    }

    fn expand(
        &mut self,
        body: &Body,
        table: &Table,
        edge: usize,
        neighbours: &Neighbours,
        column: &Column,
    ) -> Result<Followed, RuleError> {
        let clash = self.clash(body, table, edge);
        if clash.is_empty()
            && let Some(followed) = self.expand_stored(body, neighbours, column)?
        {
            return Ok(followed);
        }
        let mut followed = Followed::default();
        for (row, node) in column.iter().enumerate() {
            if *node != NONE {
                neighbours.each(&self.world, *node, |fact, other| {
                    if !self.clashes(&clash, row, fact) {
                        followed.push(row, fact, other);
                    }
                });
            }
            self.in_bounds(body, followed.rows.len())?;
        }
        Ok(followed)
    }

    /// The same where all that the edge can be is stored in one relation and nothing is left out;
    /// `None` where it is not.
    fn expand_stored(
        &self,
        body: &Body,
        neighbours: &Neighbours,
        column: &Column,
    ) -> Result<Option<Followed>, RuleError> {
        let Some((relation, end)) = neighbours.only_stored(&self.world) else { return Ok(None) };
        let Some(facts) = relation.adjacency(end) else { return Ok(None) };
        // A little more than expected: a column that is too short by one is copied.
        let expected = (facts.fan_out() * column.len() as f64) as usize;
        let mut followed = Followed::with_capacity((expected + expected / 16 + 1).min(self.limits.rows));
        let (mut spread, most) = (Spread::default(), self.limits.rows.min(NONE as usize));
        for (block, begin) in column.chunks(BLOCK).zip((0_u32..).step_by(BLOCK)) {
            let left = most.saturating_sub(followed.rows.len());
            if !facts.spread(block, left, &mut spread) {
                return Err(self.bound(body, Bound::Rows(self.limits.rows)));
            }
            self.in_time(body)?;
            let before = followed.rows.len();
            followed.rows.extend(spread.nodes.iter().map(|row| begin + row));
            facts.read(&spread, &mut followed.edges, &mut followed.nodes);
            if facts.leads_to_literals() {
                followed.forget_literals(before);
            }
        }
        Ok(Some(followed))
    }

    /// The row that stands though the edge has nothing to begin at: only where it may be no
    /// edge at all.
    pub(super) fn keep_missing(&self, body: &Body, edge: usize, row: usize, followed: &mut Followed) {
        let var = body.edges.get(edge);
        if var.is_some_and(|var| var.unit.is_none() && var.hops.is_some_and(|hops| hops.least == 0)) {
            followed.push(row, EMPTY, NONE);
        }
    }
}
