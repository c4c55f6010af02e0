//! What a conclusion is drawn from.

use std::collections::BTreeSet;

use kag_core::Value;

use super::{
    super::{Context, compute::shown, constraint::operand_values},
    needed,
};
use crate::{
    Cell, Memory, Result, Support,
    logical::{Deduce, Operand},
};

/// One premise in words, and what it rests on.
#[derive(Clone, Debug)]
pub(super) struct Premise {
    pub(super) text: String,
    pub(super) support: BTreeSet<Support>,
    /// The value, where it is one and not a sentence.
    pub(super) cell: Option<Cell>,
}

/// The premises of `deduce`, each once: the values that it names, then what says of the rows
/// in which they stand: facts in words and passages as they were quoted. A conclusion that
/// names none is drawn from all that was found.
pub(super) async fn premises(context: &Context<'_>, deduce: &Deduce, memory: &Memory) -> Result<Vec<Premise>> {
    let mut premises: Vec<Premise> = Vec::new();
    let operands: Vec<&Operand> = deduce.left.iter().chain(&deduce.right).chain(&deduce.content).collect();
    for operand in &operands {
        for value in operand_values(context, memory, operand)? {
            let support = support_of_value(memory, operand, &value);
            let cell = shown(context, value)?;
            add(&mut premises, Premise { text: cell.to_string(), support, cell: Some(cell) });
        }
    }
    let named = needed(deduce);
    let speaks_of =
        |table: &&crate::BindingTable| operands.is_empty() || named.iter().any(|var| table.position(var).is_some());
    for row in memory.tables().iter().filter(speaks_of).flat_map(|table| table.rows()) {
        for support in &row.support {
            if let Some(text) = words(context, support).await? {
                add(&mut premises, Premise { text, support: BTreeSet::from([support.clone()]), cell: None });
            }
        }
    }
    Ok(premises)
}

/// What supports the rows in which a variable of `operand` is bound to `value`.
fn support_of_value(memory: &Memory, operand: &Operand, value: &Value) -> BTreeSet<Support> {
    let mut support = BTreeSet::new();
    for path in operand.paths() {
        let Some(table) = memory.table_of(&path.var) else { continue };
        let at = table.position(&path.var);
        let stands = |cell: Option<&Cell>| path.property.is_some() || cell.is_some_and(|cell| cell.value == *value);
        let rows = table.rows().iter().filter(|row| at.is_some_and(|at| stands(row.cell(at))));
        support.extend(rows.flat_map(|row| row.support.iter().cloned()));
    }
    support
}

/// What `support` says: the fact, or the words of the passage.
async fn words(context: &Context<'_>, support: &Support) -> Result<Option<String>> {
    Ok(match support {
        Support::Fact(fact) => context.statement(*fact)?.map(|statement| statement.to_string()),
        Support::Passage { chunk, span } => {
            let chunk = context.snapshot.chunks().chunks(&[*chunk]).await?.pop().flatten();
            chunk.map(|chunk| span.and_then(|span| span.of(&chunk.text)).unwrap_or(&chunk.text).to_owned())
        }
        Support::Step(_) => None,
    })
}

/// Adds a premise, or what it rests on to one of the same words.
fn add(premises: &mut Vec<Premise>, new: Premise) {
    match premises.iter_mut().find(|premise| premise.text == new.text) {
        Some(same) => same.support.extend(new.support),
        None => premises.push(new),
    }
}
