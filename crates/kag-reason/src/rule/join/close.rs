//! Edges of which both ends are bound.

use super::{expand::Followed, neighbours::Neighbours};
use crate::rule::{
    RuleError,
    base::body::Body,
    engine::Engine,
    table::{Column, Table},
    world::NONE,
};

impl Engine<'_> {
    /// The facts between what is bound at both ends of `edge`.
    pub(super) fn close(
        &mut self,
        body: &Body,
        table: &Table,
        edge: usize,
        neighbours: &Neighbours,
    ) -> Result<Followed, RuleError> {
        let mut followed = Followed::default();
        let Some(var) = body.edges.get(edge) else { return Ok(followed) };
        let (Some(from), Some(to)) = (table.node(var.from), table.node(var.to)) else { return Ok(followed) };
        let (from, to): (Column, Column) = (Column::clone(from), Column::clone(to));
        let clash = self.clash(body, table, edge);
        for (row, (from, to)) in from.iter().zip(to.iter()).enumerate() {
            if *from != NONE && *to != NONE {
                neighbours.each(&self.world, *from, |fact, other| {
                    if other == *to && !self.clashes(&clash, row, fact) {
                        followed.push(row, fact, other);
                    }
                });
            }
            self.in_bounds(body, followed.rows.len())?;
        }
        Ok(followed)
    }
}
