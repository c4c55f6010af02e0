//! Aggregates over groups of rows.
//!
//! Rows are told apart by what an expression speaks of. `group(s).sum(f.amount)` takes each
//! different `f` of a group once, however many rows it is in; an expression that speaks of
//! several things (`f.amount * o.rate`) is taken for every row. What a clause computed for a
//! group speaks of that group: the sum of sums by company takes each company once.

use std::sync::Arc;

use kag_core::Value;
use kag_schema::Aggregate;

use super::{
    RuleError,
    base::body::{Asked, Body, Group, Step},
    engine::Engine,
    eval::Values,
    partition::{first_of_each, refine},
    scope::Slot,
    table::{Column, Grouping, Groups, Part, Table, Unit, ValueColumn, row_numbers},
    value_numbers::{IntegerNumbers, value_numbers},
    world::NONE,
};

impl Engine<'_> {
    /// The table with the aggregate of each row's group under the name `into`.
    pub(super) fn group(
        &mut self,
        body: &Body,
        mut table: Table,
        into: &Arc<str>,
        group: &Group,
    ) -> Result<Table, RuleError> {
        let (group_of, mut count, unit) = self.groups(body, &table, &group.by)?;
        if count == 0 && group.by.is_empty() {
            count = usize::from(table.rows > 0);
        }
        let counted = match &group.condition {
            None => None,
            Some(condition) => {
                let asked = asked(&group.text, condition);
                Some(self.truths(body, &table, &asked)?)
            }
        };
        let counts = |row: usize| counted.as_ref().is_none_or(|kept| kept.get(row) == Some(&Some(true)));
        let ordered = matches!(&*group.aggregate, "first" | "concatagg");
        let argument = match group.arguments.first() {
            Some(argument) => {
                let asked = asked(&group.text, argument);
                Some(self.distinct_values(body, &table, &group_of, &asked, counts, ordered)?)
            }
            None => None,
        };
        let group_of = Arc::new(group_of);
        let by_group = |aggregates| (Arc::clone(&group_of), aggregates);
        let (at, values) = match &argument {
            Some((rows, values)) => {
                let of = |(at, row): (usize, &u32)| Some((*group_of.get(*row as usize)?, values.of(at)?));
                let items = rows.iter().enumerate().filter_map(of);
                match totals(&group.aggregate, count, items.clone()) {
                    Some(totals) => held_once(&totals, &group_of),
                    None => by_group(self.slowly(body, group, count, items)?),
                }
            }
            // Without an argument the rows themselves count.
            None => {
                let one = Value::Integer(1);
                let counted = group_of.iter().enumerate().filter(|(row, _)| counts(*row));
                by_group(self.slowly(body, group, count, counted.map(|(_, group)| (*group, &one)))?)
            }
        };
        let grouping = self.keeps_proofs.then(|| {
            let counted = counted.map(|kept| kept.into_iter().map(|kept| kept == Some(true)).collect());
            let of = Arc::new(Grouping::new(table.clone(), Arc::clone(&group_of), count, counted));
            Groups { at: group_of, of }
        });
        let (name, values) = (Arc::clone(into), Arc::new(values));
        table.values.push(ValueColumn { name, at, values, unit, group: grouping });
        self.note(|| format!("aggregate {}: {count} groups of {} rows", group.text, table.rows));
        Ok(table)
    }

    /// The table, or where it has no row one with what the aggregates of `body` are of nothing.
    pub(super) fn total(&mut self, body: &Body, table: Table) -> Result<Table, RuleError> {
        if table.rows > 0 {
            return Ok(table);
        }
        let mut one = Table::unit(body.nodes.len(), body.edges.len());
        for step in &body.steps {
            if let Step::Group { into, group } = step {
                let value = self.aggregate(body, group, Vec::new())?;
                let (at, values) = (Arc::new(vec![0]), Arc::new(vec![value]));
                one.values.push(ValueColumn { name: Arc::clone(into), at, values, unit: Unit::new(), group: None });
            }
        }
        Ok(one)
    }

    /// The aggregate of each group, its values gathered first.
    fn slowly<'i>(
        &mut self,
        body: &Body,
        group: &Group,
        count: usize,
        items: impl Iterator<Item = (u32, &'i Value)>,
    ) -> Result<Vec<Option<Value>>, RuleError> {
        let mut by_group: Vec<Vec<Value>> = vec![Vec::new(); count];
        for (at, value) in items {
            if let Some(place) = by_group.get_mut(at as usize) {
                place.push(value.clone());
            }
        }
        by_group.into_iter().map(|items| self.aggregate(body, group, items)).collect()
    }

    fn aggregate(&mut self, body: &Body, group: &Group, mut items: Vec<Value>) -> Result<Option<Value>, RuleError> {
        let which = match &*group.aggregate {
            "count" => Aggregate::Count,
            "countdistinct" => Aggregate::CountDistinct,
            "sum" => Aggregate::Sum,
            "avg" | "mean" => Aggregate::Avg,
            "min" => Aggregate::Min,
            "max" => Aggregate::Max,
            "first" => Aggregate::First,
            "concatagg" => Aggregate::ConcatAgg,
            _ => return self.host_aggregate(body, group, items),
        };
        if which == Aggregate::ConcatAgg {
            items = items.iter().map(|item| Value::from(self.words(item))).collect();
        }
        match crate::aggregate(which, &items) {
            Ok(value) => Ok(value),
            Err(kind) => {
                self.fault(body, &group.text, kind.to_string(), Vec::new());
                Ok(None)
            }
        }
    }

    fn host_aggregate(&mut self, body: &Body, group: &Group, items: Vec<Value>) -> Result<Option<Value>, RuleError> {
        let mut arguments = vec![Some(self.told(items.into()))];
        for argument in group.arguments.iter().skip(1) {
            let table = Table::unit(body.nodes.len(), body.edges.len());
            let values = self.values(body, &table, &asked(&group.text, argument))?;
            arguments.push(values.of(0).cloned());
        }
        let (rule, function) = (Arc::clone(&body.rule), Arc::clone(&group.written));
        match self.base.host().and_then(|host| host.call(&group.written, &arguments)) {
            Some(Ok(value)) => Ok(value),
            Some(Err(source)) => Err(RuleError::Host { rule, function, source }),
            None => Err(RuleError::UnknownFunction { rule, function }),
        }
    }

    /// By row, the number of its group; how many groups; and what tells them apart.
    pub(super) fn groups(
        &mut self,
        body: &Body,
        table: &Table,
        by: &[kag_schema::Expr],
    ) -> Result<(Vec<u32>, usize, Unit), RuleError> {
        let mut group_of = vec![0_u32; table.rows];
        let (mut count, mut unit) = (usize::from(table.rows > 0), Unit::new());
        for expr in by {
            let slots = super::scope::slots(body, table, expr);
            let of = super::scope::unit(table, &slots);
            let is_name = matches!(expr.kind, kag_schema::ExprKind::Variable(_));
            let column = match &slots[..] {
                [(_, Slot::Node(at))] if is_name => table.node(*at).cloned(),
                [(_, Slot::Edge(at))] if is_name => table.edge(*at).cloned(),
                _ => None,
            };
            let column = match column {
                Some(column) => column,
                None => {
                    let values = self.values(body, table, &asked(&Arc::from(expr.to_string()), expr))?;
                    let numbers = value_numbers(&values.values);
                    Arc::new(values.at.iter().map(|at| numbers.get(*at as usize).copied().unwrap_or(NONE)).collect())
                }
            };
            count = refine(&mut group_of, &column);
            unit.extend(of);
        }
        unit.sort_unstable();
        unit.dedup();
        Ok((group_of, count, unit))
    }

    /// The rows that stand for what `asked` is in each group, and its value in each of them: a
    /// row for each different thing that it speaks of, or all rows where it speaks of several.
    fn distinct_values(
        &mut self,
        body: &Body,
        table: &Table,
        group_of: &[u32],
        asked: &Asked,
        counts: impl Fn(usize) -> bool,
        ordered: bool,
    ) -> Result<(Vec<u32>, Values), RuleError> {
        let slots = super::scope::slots(body, table, &asked.expr);
        let unit = super::scope::unit(table, &slots);
        let computed = slots.iter().all(|(_, slot)| matches!(slot, Slot::Value(_)));
        let rows: Vec<u32> = row_numbers(table.rows).filter(|row| counts(*row as usize)).collect();
        let mut rows = if slots.len() == 1 && (unit.len() == 1 || computed) || slots.len() > 1 && unit.len() == 1 {
            first_of_each(table, group_of, &unit, rows)
        } else {
            rows
        };
        if ordered {
            // What comes first must not hang on how the matches were found.
            let parts = every_part(table);
            rows.sort_by_cached_key(|row| -> Vec<u128> {
                unit.iter().chain(&parts).map(|part| self.id_of(table, part, *row as usize)).collect()
            });
        }
        let values = self.values_in(body, table, asked, &rows)?;
        Ok((rows, values))
    }

    /// The bits of the id of a part of a row, to order by.
    pub(super) fn id_of(&self, table: &Table, part: &Part, row: usize) -> u128 {
        let at = table.part(part).and_then(|column| column.get(row)).copied().unwrap_or(NONE);
        self.bits_of(*part, at)
    }

    /// The bits of the id of a node or fact; 0 for nothing.
    pub(super) fn bits_of(&self, part: Part, at: u32) -> u128 {
        match part {
            _ if at == NONE => 0,
            Part::Node(_) => self.world.nodes.id(at).to_u128(),
            Part::Edge(_) => self.world.facts.get(at).map_or(0, |entry| entry.id().to_u128()),
        }
    }
}

/// By group, counts or sums of integers, without gathering them; `None` where it is anything
/// else, or a sum becomes too large.
fn totals<'i>(aggregate: &str, count: usize, items: impl Iterator<Item = (u32, &'i Value)>) -> Option<Vec<i64>> {
    let mut totals = vec![0_i64; count];
    for (group, value) in items {
        let add = match (aggregate, value) {
            ("count", _) => 1,
            ("sum", Value::Integer(value)) => *value,
            _ => return None,
        };
        let total = totals.get_mut(group as usize)?;
        *total = total.checked_add(add)?;
    }
    matches!(aggregate, "count" | "sum").then_some(totals)
}

/// By row the place of the total of its group among the different ones, and those.
fn held_once(totals: &[i64], group_of: &[u32]) -> (Column, Vec<Option<Value>>) {
    let mut numbers = IntegerNumbers::among(totals.iter().copied());
    let places: Vec<u32> = totals.iter().map(|total| numbers.number(*total)).collect();
    let at = group_of.iter().map(|group| places.get(*group as usize).copied().unwrap_or(NONE)).collect();
    (Arc::new(at), numbers.met.into_iter().map(|total| Some(Value::Integer(total))).collect())
}

pub(super) fn asked(text: &Arc<str>, expr: &kag_schema::Expr) -> Asked {
    Asked { name: None, explanation: None, text: Arc::clone(text), expr: expr.clone() }
}

pub(super) fn every_part(table: &Table) -> Unit {
    let nodes = (0..table.nodes.len()).map(Part::Node);
    nodes.chain((0..table.edges.len()).map(Part::Edge)).collect()
}
