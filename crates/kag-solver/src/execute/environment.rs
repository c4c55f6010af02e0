//! What the names in an expression stand for.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use kag_core::{NameKey, NodeId, PartialDate, Value};
use kag_reason::{Binding, Environment};
use kag_schema::Expr;

use super::{Context, constraint::property_values, names};
use crate::{
    BindingTable, Cell, Memory, Row,
    logical::{Var, counts_rows},
};

/// The variables of a memory: a variable of one row is its value, of several a column.
///
/// Variables of a table that is read row by row stand for what those rows bind them to. A
/// column holds a value once for what it was found for, and not for each row that later steps
/// made of that; where the expression counts rows, it has them all.
pub(super) struct MemoryEnvironment<'m> {
    context: &'m Context<'m>,
    memory: Option<&'m Memory>,
    known: BTreeMap<Arc<str>, Binding>,
}

impl<'m> MemoryEnvironment<'m> {
    /// All rows of everything that `expr` speaks of.
    pub(super) fn new(context: &'m Context<'m>, memory: &'m Memory, expr: &Expr) -> Self {
        let mut environment = Self { context, memory: Some(memory), known: BTreeMap::new() };
        for table in memory.tables() {
            environment.within(table, table.rows(), expr);
        }
        environment
    }

    /// One variable that stands for one value.
    pub(super) fn of(context: &'m Context<'m>, var: &Var, value: &Value) -> Self {
        let known = BTreeMap::from([(var.as_str().into(), Binding::One(Some(value.clone())))]);
        Self { context, memory: None, known }
    }

    /// The same, where the variables of `table` stand for what `rows` of it bind them to.
    pub(super) fn within<'r>(&mut self, table: &BindingTable, rows: impl IntoIterator<Item = &'r Row>, expr: &Expr) {
        let vars = expr.variables().into_iter().filter_map(|name| Var::new(name));
        let vars: Vec<Var> = vars.filter(|var| table.position(var).is_some()).collect();
        if vars.is_empty() {
            return;
        }
        let mut rows: Vec<&Row> = rows.into_iter().collect();
        if rows.len() > 1 && !counts_rows(expr) {
            let apart = self.memory.map(|memory| memory.found_with(&vars)).unwrap_or_default();
            let places: Vec<usize> = apart.iter().chain(&vars).filter_map(|var| table.position(var)).collect();
            let mut seen = HashSet::new();
            rows.retain(|row| {
                seen.insert(places.iter().map(|at| row.cell(*at).map(|cell| &cell.value)).collect::<Vec<_>>())
            });
        }
        for var in vars {
            let binding = column(table, &rows, &var).map(|binding| (var.as_str().into(), binding));
            self.known.extend(binding);
        }
    }
}

/// What `var` of `table` is bound to in `rows`; `None` where the table does not bind it.
fn column(table: &BindingTable, rows: &[&Row], var: &Var) -> Option<Binding> {
    let at = table.position(var)?;
    let value = |cell: Option<&Cell>| cell.map(|cell| cell.value.clone());
    let mut column: Vec<_> = rows.iter().map(|row| value(row.cell(at))).collect();
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
