//! What the names in an expression stand for.

use kag_core::Value;
use kag_reason::Environment;

use super::{Context, constraint::property_values};
use crate::{Memory, logical::Var};

/// The variables of a memory: a variable of one row is its value, one of several a list.
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
    fn variable(&self, name: &str) -> Option<Value> {
        let var = Var::new(name)?;
        let table = self.memory.table_of(&var)?;
        let values: Vec<Value> = table.cells(&var).ok()?.flatten().map(|cell| cell.value.clone()).collect();
        one_or_list(values)
    }

    fn property(&self, of: &Value, name: &str) -> Option<Value> {
        let Value::Node(node) = of else { return None };
        one_or_list(property_values(self.context, *node, name).ok()?)
    }
}

fn one_or_list(values: Vec<Value>) -> Option<Value> {
    match <[Value; 1]>::try_from(values) {
        Ok([one]) => Some(one),
        Err(several) => Some(Value::List(several.into())),
    }
}
