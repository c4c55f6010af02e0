//! Parts of a pattern that may be missing.

use std::sync::Arc;

use super::{Progress, start::First};
use crate::rule::{
    RuleError,
    base::body::Body,
    engine::Engine,
    table::{Column, Table, Unit, ValueColumn},
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
        Ok(append(found, &table.gather(&lost)))
    }
}

/// The rows of both tables; what `second` has no column for is missing in its rows.
fn append(first: Table, second: &Table) -> Table {
    if second.rows == 0 {
        return first;
    }
    let both = |left: &Option<Column>, right: Option<&Option<Column>>| {
        let left = left.as_ref()?;
        let mut joined = left.to_vec();
        match right.and_then(Option::as_ref) {
            Some(right) => joined.extend(right.iter()),
            None => joined.extend(std::iter::repeat_n(NONE, second.rows)),
        }
        Some(Arc::new(joined))
    };
    let columns = |left: &[Option<Column>], right: &[Option<Column>]| {
        left.iter().enumerate().map(|(at, column)| both(column, right.get(at))).collect()
    };
    Table {
        rows: first.rows + second.rows,
        nodes: columns(&first.nodes, &second.nodes),
        edges: columns(&first.edges, &second.edges),
        values: first.values,
    }
}
