//! Steps that nothing uses.
//!
//! A step lives if the answer needs it: what names the answer, what binds a variable that a
//! living step uses, what takes rows away from a table that a living step uses, and what adds
//! to one that a living step reads row by row.

use std::collections::BTreeSet;

use super::{super::LogicalOp, Rewriting, has_output, new_vars, only_adds};
use crate::logical::{Math, Step, Var, plan::Rows};

pub(super) fn remove(steps: &mut Vec<Step>, rewritings: &mut Vec<Rewriting>) {
    let living = living(steps);
    let mut place = 0;
    steps.retain(|step| {
        let lives = living.contains(&place);
        place += 1;
        if !lives {
            rewritings.push(Rewriting::Removed { step: step.to_string().into() });
        }
        lives
    });
}

/// The places of the steps that live.
fn living(steps: &[Step]) -> BTreeSet<usize> {
    let last = steps.len().checked_sub(1).filter(|_| !has_output(steps));
    let is_root = |step: &Step| matches!(step.op, LogicalOp::Output(_) | LogicalOp::Custom(_));
    let roots = steps.iter().enumerate().filter(|(_, step)| is_root(step)).map(|(place, _)| place);
    let mut living: BTreeSet<usize> = roots.chain(last).collect();
    let tables = tables(steps);
    loop {
        let mut before: &[Step] = &[];
        let found = steps.iter().enumerate().find(|(place, step)| {
            before = steps.get(..*place).unwrap_or_default();
            let read = || read(steps, &living, &tables).iter().any(|table| !table.is_disjoint(&touched(step)));
            !living.contains(place) && (is_wanted(step, before, &used(steps, &living), &tables) || read())
        });
        match found {
            Some((place, _)) => living.insert(place),
            None => return living,
        };
    }
}

/// The variables that the living steps use or bind.
fn used(steps: &[Step], living: &BTreeSet<usize>) -> BTreeSet<Var> {
    let living = living.iter().filter_map(|place| steps.get(*place));
    let of_step = |step: &Step| {
        let put_in = step.put_in(|var| steps.iter().any(|other| other.defined().contains(var)));
        step.needed().into_iter().chain(step.bound()).chain(put_in).collect::<Vec<_>>()
    };
    living.flat_map(of_step).collect()
}

fn is_wanted(step: &Step, before: &[Step], used: &BTreeSet<Var>, tables: &[BTreeSet<Var>]) -> bool {
    let computes = match &step.op {
        LogicalOp::Math(_) | LogicalOp::Deduce(_) => true,
        _ => only_adds(step, before),
    };
    if computes {
        // A computation without a name of its own cannot be referred to.
        return new_vars(step, before).iter().any(|var| used.contains(var));
    }
    let touched = touched(step);
    let shares = |table: &&BTreeSet<Var>| !table.is_disjoint(&touched);
    tables.iter().filter(shares).any(|table| !table.is_disjoint(used))
}

/// The tables of which a living step reads whole rows.
fn read<'t>(steps: &[Step], living: &BTreeSet<usize>, tables: &'t [BTreeSet<Var>]) -> Vec<&'t BTreeSet<Var>> {
    let mut vars = BTreeSet::new();
    for step in living.iter().filter_map(|place| steps.get(*place)) {
        match step.reads() {
            Rows::None => {}
            Rows::Of(read) => vars.extend(read),
            Rows::All => return tables.iter().collect(),
        }
    }
    tables.iter().filter(|table| !table.is_disjoint(&vars)).collect()
}

/// The variables that can come to stand in one table.
fn tables(steps: &[Step]) -> Vec<BTreeSet<Var>> {
    let mut tables: Vec<BTreeSet<Var>> = Vec::new();
    for step in steps {
        let mut table = touched(step);
        let (sharing, apart): (Vec<_>, Vec<_>) = tables.into_iter().partition(|other| !other.is_disjoint(&table));
        tables = apart;
        table.extend(sharing.into_iter().flatten());
        tables.push(table);
    }
    tables
}

/// The variables that a step puts into, or finds in, one table.
fn touched(step: &Step) -> BTreeSet<Var> {
    match &step.op {
        LogicalOp::Filter(filter) => filter.set().into_iter().chain(step.output.clone()).collect(),
        LogicalOp::Math(Math::Formula { by, .. }) => by.iter().cloned().chain(step.output.clone()).collect(),
        LogicalOp::Math(_) | LogicalOp::Deduce(_) => step.output.clone().into_iter().collect(),
        LogicalOp::Output(_) => BTreeSet::new(),
        LogicalOp::Retrieval(_) => step.bound().into_iter().collect(),
        LogicalOp::Sort(_) | LogicalOp::Custom(_) => step.bound().into_iter().chain(step.needed()).collect(),
    }
}
