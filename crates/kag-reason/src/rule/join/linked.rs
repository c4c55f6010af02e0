//! Edges that a function of the host gives.

use std::sync::Arc;

use kag_core::{Fact, Value};
use kag_schema::{Expr, ExprKind};

use super::expand::Followed;
use crate::rule::{
    RuleError,
    base::body::{Asked, Body, LabelTest},
    engine::Engine,
    table::Table,
    world::NONE,
};

impl Engine<'_> {
    /// The rows of `table` with what `call` links the subject of `edge` to: nodes, or texts
    /// that name nodes of the types of the object. Where the call speaks of the object, each
    /// thing that it may be is asked about, and `true` links.
    pub(super) fn linked(&mut self, body: &Body, table: Table, edge: usize, call: &Expr) -> Result<Table, RuleError> {
        let Some(var) = body.edges.get(edge) else { return Ok(table) };
        let asks = body.nodes.get(var.to).is_some_and(|to| call.variables().iter().any(|name| **name == to.name));
        let mut table = table;
        if asks && table.node(var.to).is_none() {
            let found = self.candidates(body, var.to)?;
            self.check_bounds(body, table.rows.saturating_mul(found.len()))?;
            let rows = 0..u32::try_from(table.rows).unwrap_or(NONE);
            let chosen: Vec<u32> = rows.flat_map(|row| std::iter::repeat_n(row, found.len())).collect();
            let mut joined = table.gather(&chosen);
            joined.set_node(var.to, found.repeat(table.rows));
            table = joined;
        }
        let asked = Asked { name: None, explanation: None, text: call.to_string().into(), expr: call.clone() };
        let answers = self.values(body, &table, &asked)?;
        let types = body.nodes.get(var.to).into_iter().flat_map(|to| to.labels.iter().flatten());
        let types: Vec<_> = types
            .filter_map(|test| match test {
                LabelTest::Types(types) => Some(Arc::clone(types)),
                LabelTest::Concepts { .. } => None,
            })
            .collect();
        let mut followed = Followed::default();
        let predicate = match &call.kind {
            ExprKind::Call { function, .. } => Arc::clone(function),
            _ => Arc::from("linked"),
        };
        for row in 0..table.rows {
            let subject = table.node(var.from).and_then(|column| column.get(row)).copied().unwrap_or(NONE);
            let known = table.node(var.to).and_then(|column| column.get(row)).copied();
            for answer in answers.of(row).into_iter().flat_map(items) {
                let object = match (answer, known) {
                    (Value::Boolean(true), Some(known)) => Some(known),
                    (Value::Boolean(_), _) => None,
                    (Value::Node(id), _) => Some(self.world.nodes.intern(*id)),
                    (Value::Text(text), _) => match types.first() {
                        Some(types) => self.find_named(types, text)?,
                        None => self.world.named(text)?.first().copied(),
                    },
                    _ => None,
                };
                let Some(object) = object.filter(|object| known.is_none_or(|known| known == *object)) else { continue };
                if subject == NONE {
                    continue;
                }
                let ids = (self.world.nodes.id(subject), self.world.nodes.id(object));
                let fact = Fact::new(ids.0, &*predicate, ids.1);
                let fact = self.linked_fact(fact)?;
                followed.push(row, fact, object);
            }
            self.in_bounds(body, followed.rows.len())?;
        }
        let mut bound = table.gather(&followed.rows);
        bound.set_edge(edge, followed.edges);
        bound.set_node(var.to, followed.nodes);
        Ok(bound)
    }
}

fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::List(items) => items.iter().collect(),
        value => vec![value],
    }
}
