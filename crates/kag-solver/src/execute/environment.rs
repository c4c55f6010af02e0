//! What the names in an expression stand for.

use kag_core::{NodeId, Value};
use kag_reason::{Binding, Environment};

use super::{Context, constraint::property_values};
use crate::{Memory, logical::Var};

/// The variables of a memory: a variable of one row is its value, of several a column.
pub(super) struct MemoryEnvironment<'m> {
    context: &'m Context<'m>,
    memory: &'m Memory,
}

impl<'m> MemoryEnvironment<'m> {
    pub(super) fn new(context: &'m Context<'m>, memory: &'m Memory) -> Self {
        Self { context, memory }
    }
}

impl Environment for MemoryEnvironment<'_> {
    fn variable(&self, name: &str) -> Option<Binding> {
        let var = Var::new(name)?;
        let cells = self.memory.table_of(&var)?.cells(&var).ok()?;
        let mut column: Vec<_> = cells.map(|cell| cell.map(|cell| cell.value.clone())).collect();
        Some(if column.len() == 1 { Binding::One(column.pop().flatten()) } else { Binding::Column(column) })
    }

    fn property(&self, node: NodeId, name: &str) -> Option<Value> {
        let mut values = property_values(self.context, node, name).ok()?;
        if values.len() > 1 { Some(Value::from(values)) } else { values.pop() }
    }
}
