//! Parts of a pattern that may be missing.

use std::sync::Arc;

use super::{Progress, start::First};
use crate::rule::{
    RuleError,
    base::body::Body,
    engine::Engine,
    table::{Table, Unit, ValueColumn},
    world::{FastSet, NONE},
};

/// The name under which rows remember where they come from.
const SOURCE: &str = "#source";

impl Engine<'_> {
    /// The rows of `table` with what the part `unit` may be in each; those in which it is
    /// nothing stay, its names missing.
    pub(super) fn optional(
        &mut self,
        body: &Body,
        table: Table,
        unit: usize,
        progress: &mut Progress,
    ) -> Result<Table, RuleError> {
        progress.units.iter_mut().skip(unit).take(1).for_each(|done| *done = true);
        let mut found = table.clone();
        found.values.push(ValueColumn {
            name: SOURCE.into(),
            at: Arc::new((0..u32::try_from(table.rows).unwrap_or(NONE)).collect()),
            values: Arc::default(),
            unit: Unit::new(),
            group: None,
        });
        loop {
            found = self.settle(body, found, progress, Some(unit))?;
            let Some(edge) = self.next_edge(body, &found, progress, Some(unit))? else {
                let open = |at: usize| progress.edges.get(at) == Some(&false);
                let mut left = body.edges.iter().enumerate().filter(|(at, var)| var.unit == Some(unit) && open(*at));
                // Nothing of it is bound yet: it begins by itself.
                let Some((_, var)) = left.next() else { break };
                let first = First::Node(var.from);
                found = self.join_start(body, found, first, 0, progress)?;
                continue;
            };
            found = self.follow(body, found, edge, progress)?;
        }
        let source = found.values.pop().map(|column| column.at).unwrap_or_default();
        let kept: FastSet<u32> = source.iter().copied().collect();
        let lost: Vec<u32> = (0..u32::try_from(table.rows).unwrap_or(NONE)).filter(|row| !kept.contains(row)).collect();
        found.append(&table.gather(&lost));
        Ok(found)
    }
}
