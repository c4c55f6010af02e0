//! What the names in an expression stand for.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{NameKey, NodeId, PartialDate, Value};
use kag_reason::{Binding, Environment};
use kag_schema::Expr;

use super::{Context, constraint::property_values, names};
use crate::{BindingTable, Cell, Memory, Row, logical::Var};

/// The variables of a memory: a variable of one row is its value, of several a column.
///
/// Variables of a table that is read row by row stand for what those rows bind them to.
pub(super) struct MemoryEnvironment<'m> {
    context: &'m Context<'m>,
    known: BTreeMap<Arc<str>, Binding>,
}

impl<'m> MemoryEnvironment<'m> {
    /// All rows of everything that `expr` speaks of.
    pub(super) fn new(context: &'m Context<'m>, memory: &Memory, expr: &Expr) -> Self {
        let mut known = BTreeMap::new();
        for name in expr.variables() {
            let Some(var) = Var::new(name) else { continue };
            let Some(table) = memory.table_of(&var) else { continue };
            known.extend(column(table, table.rows(), &var).map(|binding| (Arc::clone(name), binding)));
        }
        Self { context, known }
    }

    /// One variable that stands for one value.
    pub(super) fn of(context: &'m Context<'m>, var: &Var, value: &Value) -> Self {
        let known = BTreeMap::from([(var.as_str().into(), Binding::One(Some(value.clone())))]);
        Self { context, known }
    }

    /// The same, where the variables of `table` stand for what `rows` of it bind them to.
    pub(super) fn within<'r>(
        &mut self,
        table: &BindingTable,
        rows: impl IntoIterator<Item = &'r Row> + Clone,
        expr: &Expr,
    ) {
        for name in expr.variables() {
            let binding = Var::new(name).and_then(|var| column(table, rows.clone(), &var));
            self.known.extend(binding.map(|binding| (Arc::clone(name), binding)));
        }
    }
}

/// What `var` of `table` is bound to in `rows`; `None` where the table does not bind it.
fn column<'r>(table: &BindingTable, rows: impl IntoIterator<Item = &'r Row>, var: &Var) -> Option<Binding> {
    let at = table.position(var)?;
    let value = |cell: Option<&Cell>| cell.map(|cell| cell.value.clone());
    let mut column: Vec<_> = rows.into_iter().map(|row| value(row.cell(at))).collect();
    Some(if column.len() == 1 { Binding::One(column.pop().flatten()) } else { Binding::Column(column) })
}

impl Environment for MemoryEnvironment<'_> {
    fn variable(&self, name: &str) -> Option<Binding> {
        self.known.get(name).cloned()
    }

    fn property(&self, node: NodeId, name: &str) -> Option<Value> {
        let mut values = property_values(self.context, node, name).ok()?;
        if values.len() > 1 { Some(Value::from(values)) } else { values.pop() }
    }

    fn now(&self) -> Option<PartialDate> {
        self.context.options().now
    }

    fn name(&self, node: NodeId) -> Option<Arc<str>> {
        names::name_of(self.context, node).ok()
    }

    fn is_named(&self, node: NodeId, text: &str) -> Option<bool> {
        let node = self.context.node(node).ok()??;
        let key = NameKey::of(text);
        Some(std::iter::once(&node.name).chain(&node.aliases).any(|name| NameKey::of(name) == key))
    }
}
