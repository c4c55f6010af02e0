//! Computing expressions for every row of a table.

use std::sync::Arc;

use kag_core::Value;
use kag_schema::{Expr, ExprKind};

use super::{
    RuleError,
    base::{
        body::{Asked, Body},
        parts,
    },
    engine::Engine,
    faults::Faults,
    scope::{Scope, Slot, Slots, edge_id, slots, unit},
    table::{Column, Table, Unit, ValueColumn, row_numbers},
    value_numbers::value_numbers,
    world::{NONE, NumberMap, distinct},
};
use crate::{Binding, Environment, Prepared};

/// A value for each row, equal ones held once where that is known.
pub(super) struct Values {
    pub(super) at: Vec<u32>,
    pub(super) values: Vec<Option<Value>>,
    pub(super) unit: Unit,
}

impl Values {
    pub(super) fn of(&self, row: usize) -> Option<&Value> {
        self.values.get(*self.at.get(row)? as usize)?.as_ref()
    }
}

impl Engine<'_> {
    /// What `asked` is in each row. Where the data do not let it be computed it is missing,
    /// and reported.
    pub(super) fn values(&mut self, body: &Body, table: &Table, asked: &Asked) -> Result<Values, RuleError> {
        let rows: Vec<u32> = row_numbers(table.rows).collect();
        self.values_in(body, table, asked, &rows)
    }

    /// The same for some rows alone, in their order.
    pub(super) fn values_in(
        &mut self,
        body: &Body,
        table: &Table,
        asked: &Asked,
        rows: &[u32],
    ) -> Result<Values, RuleError> {
        self.ready(body, table, &asked.expr)?;
        let slots = slots(body, table, &asked.expr);
        let prepared = Prepared::new(asked.expr.clone());
        let direct = direct(&asked.expr, &slots);
        let mut values = Values { at: Vec::with_capacity(rows.len()), values: Vec::new(), unit: unit(table, &slots) };
        let scope = Scope::new(self, body, table, &slots);
        if let Some((Slot::Edge(at), name)) = direct
            && let Some(column) = table.edge(*at)
        {
            let facts: Vec<u32> = rows.iter().map(|row| column.get(*row as usize).copied().unwrap_or(NONE)).collect();
            (values.at, values.values) = match scope.fact_places(&facts, name) {
                Some(read) => read,
                None => scope.fact_values(&facts, name),
            };
            self.in_time(body)?;
            return scope.error.take().map_or(Ok(values), |error| Err(error.into()));
        }
        let one = only_column(table, &slots);
        let mut known = NumberMap::for_keys(one.as_ref().map_or(&[], |column| column));
        let mut faults = Faults::default();
        for row in rows.iter().map(|row| *row as usize) {
            let key = one.as_ref().map(|column| column.get(row).copied().unwrap_or(NONE));
            if let Some(at) = key.and_then(|key| known.get(key)) {
                values.at.push(at);
                continue;
            }
            scope.row.set(row);
            let computed = match direct {
                Some((slot, name)) => Ok(scope.property_of(slot, name)),
                None => prepared.evaluate(&scope),
            };
            let value = match computed {
                Ok(value) => value,
                Err(error) => {
                    faults.add(&scope, asked, error)?;
                    None
                }
            };
            let at = u32::try_from(values.values.len()).unwrap_or(NONE);
            values.values.push(value);
            values.at.push(at);
            if let Some(key) = key {
                known.insert(key, at);
            }
            scope.pause(row)?;
        }
        let error = scope.error.take();
        self.settle_faults(body, asked, faults, error)?;
        Ok(values)
    }

    /// Whether `asked` holds in each row; `None` where that is undecided.
    pub(super) fn truths(&mut self, body: &Body, table: &Table, asked: &Asked) -> Result<Vec<Option<bool>>, RuleError> {
        self.ready(body, table, &asked.expr)?;
        let slots = slots(body, table, &asked.expr);
        let scope = Scope::new(self, body, table, &slots);
        if let Some(column) = scope.only_qualifier(&asked.expr) {
            let (truths, faults) = scope.truths(asked, Some(&column))?;
            // What could not be computed is counted by fact, however few values the facts have.
            if faults.is_empty() && scope.error.borrow().is_none() {
                return Ok(truths);
            }
        }
        let (truths, faults) = scope.truths(asked, only_column(table, &slots).as_deref())?;
        let error = scope.error.take();
        self.settle_faults(body, asked, faults, error)?;
        Ok(truths)
    }

    /// The rows in which `asked` holds.
    pub(super) fn keep(&mut self, body: &Body, table: Table, asked: &Asked) -> Result<Table, RuleError> {
        let kept: Vec<bool> = self.truths(body, &table, asked)?.into_iter().map(|truth| truth == Some(true)).collect();
        let before = table.rows;
        let table = table.keep(&kept);
        self.note(|| format!("keep where {}: {before} rows to {}", asked.text, table.rows));
        Ok(table)
    }

    /// Makes ready what `expr` reads: properties of the nodes in the table, derived ones too.
    pub(super) fn ready(&mut self, body: &Body, table: &Table, expr: &Expr) -> Result<(), RuleError> {
        // Properties of nodes along paths, whatever they are called in functions.
        let mut along: Vec<u32> = Vec::new();
        for (_, slot) in slots(body, table, expr) {
            if let Slot::Nodes(edges) = slot {
                for row in 0..table.rows {
                    along.extend(self.nodes_along(body, table, &edges, row));
                }
            }
        }
        let along = distinct(&along);
        for part in parts(expr) {
            let ExprKind::Property { of, name } = &part.kind else { continue };
            if !along.is_empty() {
                self.ready_property(&along, name)?;
            }
            let nodes = match &of.kind {
                ExprKind::Variable(_) => match slots(body, table, of).first() {
                    Some((_, Slot::Node(at))) => table.node(*at).map(|column| distinct(column)).unwrap_or_default(),
                    Some((_, Slot::Value(at))) => {
                        let values = table.values.get(*at).map(|value| Arc::clone(&value.values));
                        self.nodes_in(values.iter().flat_map(|values| values.iter().flatten()))
                    }
                    _ => Vec::new(),
                },
                ExprKind::Property { .. } => {
                    let text = of.to_string().into();
                    let inner = Asked { name: None, explanation: None, text, expr: (**of).clone() };
                    let known = slots(body, table, of).len() == of.variables().len();
                    if known {
                        let values = self.values(body, table, &inner)?;
                        self.nodes_in(values.values.iter().flatten())
                    } else {
                        Vec::new()
                    }
                }
                _ => Vec::new(),
            };
            if !nodes.is_empty() {
                self.ready_property(&nodes, name)?;
            }
        }
        Ok(())
    }

    fn nodes_in<'a>(&mut self, values: impl Iterator<Item = &'a Value>) -> Vec<u32> {
        let mut found = Vec::new();
        for value in values {
            let items: &[Value] = match value {
                Value::List(items) => items,
                value => std::slice::from_ref(value),
            };
            for item in items {
                if let Value::Node(id) = item
                    && super::scope::edge_of(*id).is_none()
                {
                    found.push(self.world.nodes.intern(*id));
                }
            }
        }
        distinct(&found)
    }

    /// The facts that an edge of the pattern is in a row.
    pub(super) fn facts_of(&self, body: &Body, table: &Table, edge: usize, row: usize) -> Vec<u32> {
        let at = table.edge(edge).and_then(|column| column.get(row)).copied().unwrap_or(NONE);
        match body.edges.get(edge) {
            _ if at == NONE => Vec::new(),
            Some(var) if var.hops.is_some() => self.paths.facts(at),
            _ => vec![at],
        }
    }

    /// The nodes that edges pass in a row, first to last; where one edge begins where the one
    /// before ends, that node once.
    pub(super) fn nodes_along(&self, body: &Body, table: &Table, edges: &[usize], row: usize) -> Vec<u32> {
        let mut nodes: Vec<u32> = Vec::new();
        for edge in edges {
            let Some(var) = body.edges.get(*edge) else { continue };
            let end = |node: usize| table.node(node).and_then(|column| column.get(row)).copied().unwrap_or(NONE);
            let (from, to) = (end(var.from), end(var.to));
            let mut passed = vec![from];
            match (table.edge(*edge).and_then(|column| column.get(row)), var.hops) {
                (Some(path), Some(_)) if *path != NONE => passed.extend(self.paths.nodes(*path)),
                _ => passed.push(to),
            }
            if nodes.last().is_some() && nodes.last() != passed.first() && nodes.last() == passed.last() {
                passed.reverse();
            }
            let joined = nodes.last() == passed.first();
            nodes.extend(passed.into_iter().skip(usize::from(joined)).filter(|node| *node != NONE));
        }
        nodes
    }

    /// Edges as others know them: by the ids of their facts.
    pub(super) fn told(&self, value: Value) -> Value {
        match value {
            Value::Node(id) => match super::scope::edge_of(id).and_then(|fact| self.world.facts.get(fact)) {
                Some(entry) => Value::Text(entry.id().to_string().into()),
                None => Value::Node(id),
            },
            Value::List(items) => items.iter().map(|item| self.told(item.clone())).collect::<Vec<_>>().into(),
            value => value,
        }
    }
}

impl Scope<'_, '_> {
    /// Whether `asked` holds in each row, computed once for each different number of `one`, the
    /// column that decides it, where there is one.
    fn truths(&self, asked: &Asked, one: Option<&Vec<u32>>) -> Result<(Vec<Option<bool>>, Faults), RuleError> {
        let prepared = Prepared::new(asked.expr.clone());
        // By what decides it, one more than the truth: 0 for undecided.
        let mut known = NumberMap::for_keys(one.map_or(&[], |column| column));
        let mut faults = Faults::default();
        let mut truths = Vec::with_capacity(self.table.rows);
        for row in 0..self.table.rows {
            let key = one.map(|column| column.get(row).copied().unwrap_or(NONE));
            if let Some(truth) = key.and_then(|key| known.get(key)) {
                truths.push(truth.checked_sub(1).map(|truth| truth == 1));
                continue;
            }
            self.row.set(row);
            let truth = match prepared.holds(self) {
                Ok(truth) => truth,
                Err(error) => {
                    faults.add(self, asked, error)?;
                    None
                }
            };
            truths.push(truth);
            if let Some(key) = key {
                known.insert(key, truth.map_or(0, |truth| 1 + u32::from(truth)));
            }
            self.pause(row)?;
        }
        Ok((truths, faults))
    }

    /// A column that tells apart what decides `expr`, where that is one qualifier of one edge and
    /// nothing else.
    fn only_qualifier(&self, expr: &Expr) -> Option<Column> {
        let [(edge, Slot::Edge(at))] = &self.slots[..] else { return None };
        let (mut qualifiers, mut mentions) = (Vec::new(), 0);
        for part in parts(expr) {
            match &part.kind {
                ExprKind::Variable(name) => mentions += usize::from(name == edge),
                ExprKind::Property { of, name } if matches!(&of.kind, ExprKind::Variable(of) if of == edge) => {
                    qualifiers.push(name);
                }
                _ => {}
            }
        }
        let (first, others) = qualifiers.split_first()?;
        let alone = mentions == qualifiers.len() && others.iter().all(|other| other == first);
        let (places, _) = self.fact_places(self.table.edge(*at).filter(|_| alone)?, first)?;
        Some(Arc::new(places))
    }

    /// A property of the node or edge of a slot in the row at hand.
    fn property_of(&self, slot: &Slot, name: &str) -> Option<Value> {
        match self.of(slot) {
            Binding::One(Some(Value::Node(id))) => self.property(id, name),
            _ => None,
        }
    }

    /// What the names stand for in the row at hand, in words.
    pub(super) fn bindings(&self) -> Vec<(Arc<str>, String)> {
        let shown = self.slots.iter().filter(|(name, _)| !name.starts_with('#'));
        shown
            .map(|(name, slot)| {
                let value = match self.of(slot) {
                    Binding::One(value) => value.map(|value| self.words(&value)),
                    Binding::Column(items) => {
                        let items: Vec<String> = items.iter().flatten().map(|item| self.words(item)).collect();
                        Some(format!("[{}]", items.join(", ")))
                    }
                };
                (Arc::clone(name), value.unwrap_or_else(|| "missing".to_owned()))
            })
            .collect()
    }

    /// A value as a person knows it.
    pub(super) fn words(&self, value: &Value) -> String {
        match value {
            Value::Node(id) => match self.name(*id) {
                Some(name) => name.to_string(),
                None => id.to_string(),
            },
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.words(item)).collect();
                format!("[{}]", items.join(", "))
            }
            value => value.to_string(),
        }
    }

    /// Looks at the clock now and then.
    pub(super) fn pause(&self, row: usize) -> Result<(), RuleError> {
        if row % 1024 == 1023 { self.engine.in_time(self.body) } else { Ok(()) }
    }
}

/// The one column that decides what an expression is, where there is just one.
fn only_column(table: &Table, slots: &Slots) -> Option<Column> {
    match &slots[..] {
        [(_, Slot::Node(at))] => table.node(*at).cloned(),
        [(_, Slot::Edge(at))] => table.edge(*at).cloned(),
        [(_, Slot::Value(at))] => table.values.get(*at).map(by_value),
        _ => None,
    }
}

/// A column that tells the values of a column apart, equal ones having one number.
fn by_value(column: &ValueColumn) -> Column {
    let numbers = value_numbers(&column.values);
    if numbers.iter().copied().eq(row_numbers(numbers.len())) {
        return Arc::clone(&column.at);
    }
    Arc::new(column.at.iter().map(|at| numbers.get(*at as usize).copied().unwrap_or(NONE)).collect())
}

/// The node or edge and the property of it, where an expression is just that.
fn direct<'e>(expr: &'e Expr, slots: &'e Slots) -> Option<(&'e Slot, &'e str)> {
    let ExprKind::Property { of, name } = &expr.kind else { return None };
    match (&of.kind, &slots[..]) {
        (ExprKind::Variable(of), [(known, slot @ (Slot::Node(_) | Slot::Edge(_)))]) if known == of => {
            Some((slot, name))
        }
        _ => None,
    }
}

/// The value by which expressions know a fact.
pub(super) fn edge_value(fact: u32) -> Value {
    Value::Node(edge_id(fact))
}
