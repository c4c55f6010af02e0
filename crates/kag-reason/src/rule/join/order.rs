//! Which edge is followed next.

use super::Progress;
use crate::rule::{
    RuleError,
    base::body::{Body, Target},
    engine::Engine,
    table::Table,
    world::End,
};

impl Engine<'_> {
    /// The edge that is cheapest to follow from what is bound, among those of `unit`.
    pub(super) fn next_edge(
        &mut self,
        body: &Body,
        table: &Table,
        progress: &Progress,
        unit: Option<usize>,
    ) -> Result<Option<usize>, RuleError> {
        let mut best: Option<(usize, f64)> = None;
        for (edge, var) in body.edges.iter().enumerate() {
            if var.unit != unit || progress.edges.get(edge) != Some(&false) {
                continue;
            }
            let (from, to) = (table.node(var.from).is_some(), table.node(var.to).is_some());
            let leaves = var.limit.is_none_or(|(_, at)| table.node(at).is_some());
            let can = match var.target {
                Target::Linked(_) => from,
                _ => from || to,
            };
            if !can || !leaves {
                continue;
            }
            let cost = self.cost(body, table, edge, from, to)?;
            if best.is_none_or(|(_, least)| cost < least) {
                best = Some((edge, cost));
            }
        }
        Ok(best.map(|(edge, _)| edge))
    }

    /// How many rows are expected where `edge` is followed.
    fn cost(&mut self, body: &Body, table: &Table, edge: usize, from: bool, to: bool) -> Result<f64, RuleError> {
        let Some(var) = body.edges.get(edge) else { return Ok(f64::MAX) };
        let end = if from { End::Subject } else { End::Object };
        let mut fan_out = 0.0;
        for predicate in self.predicates_of(body, edge)? {
            if table.rows > super::neighbours::FEW {
                self.world.prepare_all(predicate, end)?;
            }
            fan_out += self.world.relation(predicate).map_or(0.0, |relation| relation.fan_out(end));
        }
        if self.is_derived_edge(body, edge) {
            fan_out += 8.0;
        }
        if var.either {
            fan_out *= 2.0;
        }
        if let Some(hops) = var.hops {
            // Further hops multiply; what is bound at both ends is still walked.
            return Ok(table.rows as f64 * (1.0 + fan_out).powi(hops.most.unwrap_or(6).clamp(1, 6) as i32));
        }
        Ok(table.rows as f64 * if from && to { fan_out.min(0.5) } else { fan_out })
    }
}
