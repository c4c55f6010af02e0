//! Choosing rows of groups.

use std::{cmp::Ordering, sync::Arc};

use kag_core::Value;

use super::{
    RuleError,
    base::body::{Asked, Body, Choice, How},
    engine::Engine,
    group::{asked, every_part},
    partition::{first_of_each, refine},
    scope::Slot,
    table::{Table, row_numbers},
    world::FastMap,
};

impl Engine<'_> {
    /// The rows of `table` that `choice` chooses.
    pub(super) fn choose(
        &mut self,
        body: &Body,
        table: Table,
        choice: &Choice,
        asked: &Asked,
    ) -> Result<Table, RuleError> {
        let (group_of, count, _) = self.groups(body, &table, &choice.by)?;
        let kept = match &choice.how {
            How::Path { edge, longest } => self.longest(body, &table, &group_of, count, edge, *longest),
            How::First { key, descending, count: most } => {
                let unit_table = Table::unit(body.nodes.len(), body.edges.len());
                let most = self.values(body, &unit_table, &super::group::asked(&asked.text, most))?;
                let most = match most.of(0) {
                    Some(Value::Integer(most)) => usize::try_from(*most).unwrap_or_default(),
                    _ => 0,
                };
                self.firsts(body, &table, &group_of, key, *descending, most)?
            }
        };
        let before = table.rows;
        let table = table.keep(&kept);
        self.note(|| format!("choose {}: {before} rows to {}", asked.text, table.rows));
        Ok(table)
    }

    /// Whether each row's path is as long as the longest (or shortest) of its group.
    fn longest(
        &self,
        body: &Body,
        table: &Table,
        group_of: &[u32],
        count: usize,
        edge: &str,
        longest: bool,
    ) -> Vec<bool> {
        let edges: Vec<usize> = match body.path_names.iter().find(|(name, _)| &**name == edge) {
            Some((_, edges)) => edges.clone(),
            None => body.edges.iter().position(|var| &*var.name == edge).into_iter().collect(),
        };
        let length =
            |row: usize| -> usize { edges.iter().map(|edge| self.facts_of(body, table, *edge, row).len()).sum() };
        let lengths: Vec<usize> = (0..table.rows).map(length).collect();
        let mut best: Vec<Option<usize>> = vec![None; count];
        for (group, length) in group_of.iter().zip(&lengths) {
            if let Some(best) = best.get_mut(*group as usize) {
                *best = Some(match *best {
                    None => *length,
                    Some(known) if longest => known.max(*length),
                    Some(known) => known.min(*length),
                });
            }
        }
        let is_best = |(group, length): (&u32, &usize)| best.get(*group as usize) == Some(&Some(*length));
        group_of.iter().zip(&lengths).map(is_best).collect()
    }

    /// Whether each row is of one of the first things that `key` speaks of, ordered by it.
    /// What has no key comes last, ties go by the ids of what it speaks of.
    fn firsts(
        &mut self,
        body: &Body,
        table: &Table,
        group_of: &[u32],
        key: &kag_schema::Expr,
        descending: bool,
        most: usize,
    ) -> Result<Vec<bool>, RuleError> {
        let asked = asked(&Arc::from(key.to_string()), key);
        let slots = super::scope::slots(body, table, key);
        let computed = slots.iter().all(|(_, slot)| matches!(slot, Slot::Value(_)));
        let mut unit = super::scope::unit(table, &slots);
        if unit.len() > 1 && !(computed && slots.len() == 1) {
            // It speaks of several things: each row is a thing of its own.
            unit = every_part(table);
        }
        let values = self.values(body, table, &asked)?;
        let mut thing_of = group_of.to_vec();
        for part in &unit {
            if let Some(column) = table.part(part) {
                refine(&mut thing_of, &Arc::clone(column));
            }
        }
        let firsts = first_of_each(table, group_of, &unit, row_numbers(table.rows).collect());
        let ids = |row: u32| -> Vec<u128> { unit.iter().map(|part| self.id_of(table, part, row as usize)).collect() };
        let mut ordered = firsts;
        ordered.sort_by(|left, right| {
            let group = |row: &u32| group_of.get(*row as usize).copied();
            let by_key = match (values.of(*left as usize), values.of(*right as usize)) {
                (Some(left), Some(right)) => {
                    let order = left.total_cmp(right);
                    if descending { order.reverse() } else { order }
                }
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            };
            group(left).cmp(&group(right)).then(by_key).then_with(|| ids(*left).cmp(&ids(*right)))
        });
        let mut chosen: FastMap<u32, ()> = FastMap::default();
        let (mut at, mut taken) = (None, 0);
        for row in ordered {
            let group = group_of.get(row as usize).copied();
            if at != group {
                (at, taken) = (group, 0);
            }
            if taken < most
                && let Some(thing) = thing_of.get(row as usize)
            {
                chosen.insert(*thing, ());
                taken += 1;
            }
        }
        Ok(thing_of.iter().map(|thing| chosen.contains_key(thing)).collect())
    }
}
