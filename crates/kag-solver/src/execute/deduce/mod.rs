//! Drawing conclusions: by value, then by the concept graph, then by rules, then by a model.

mod concepts;
mod derived;

use std::collections::BTreeSet;

use kag_core::{FactId, NameKey, NodeId, Value};
use kag_llm::LanguageModelExt;

use super::{
    Context, StepResult,
    compute::{shown, support_of},
    constraint::operand_values,
    judge_premises::JudgePremises,
    names,
};
use crate::{
    Cell, Memory, Result, Support,
    logical::{Comparison, Deduce, Deduction, Operand, Step, Var},
    trace::{LayerCounts, Note},
};

/// Concludes, and binds the conclusion to the step's output.
///
/// Comparisons are of values; membership, kinds, parts and causes are paths in the concept
/// graph, or follow by the rules of the host, and the facts of the path support the
/// conclusion. That there is no path decides nothing. What is not decided so a model judges,
/// from the premises it is shown and nothing else; without a model it stays null.
pub(super) async fn deduce(
    context: &Context<'_>,
    at: usize,
    step: &Step,
    deduce: &Deduce,
    memory: &Memory,
) -> Result<StepResult> {
    let var = step.output.clone().unwrap_or_else(|| Var::of_step(at + 1));
    let mut support = support_of(memory, &needed(deduce), at);
    let (left, right) = sides(context, deduce, memory)?;
    if let Some(comparison) = comparison(deduce.deduction) {
        let conclusion = super::constraint::compare_all(context, &left, comparison, &right)?;
        if let Some(holds) = conclusion {
            return StepResult::value(var, Some(Cell::from(Value::Boolean(holds))), support);
        }
    }
    if deduce.deduction.is_conceptual() {
        let (from, to) = (nodes(context, &left).await?, nodes(context, &right).await?);
        let shown = match concepts::show(context, deduce.deduction, &from, &to)? {
            Some(shown) => Some(shown),
            None => derived::show(context, deduce.deduction, &from, &to).await?,
        };
        if let Some(Shown { facts, notes, layers }) = shown {
            support.extend(facts.into_iter().map(Support::Fact));
            let mut result = StepResult::value(var, Some(Cell::from(Value::Boolean(true))), support)?;
            (result.notes, result.layers) = (notes, layers);
            return Ok(result);
        }
    }
    let Some(model) = &context.model else {
        return Ok(StepResult::value(var, None, support)?.with_note(Note::NotConcluded));
    };
    let premises = premises(context, deduce, memory)?;
    let prompt = JudgePremises { question: context.question, deduction: deduce.deduction, deduce, premises: &premises };
    let judged = model.ask(&prompt).await?;
    let note = Note::Judged { by: model.id().into(), premises: premises.len() };
    Ok(StepResult::value(var, Some(shown(context, Value::read(&judged))?), support)?.with_note(note))
}

/// What shows that a conclusion holds.
struct Shown {
    /// The facts, in order.
    facts: Vec<FactId>,
    /// The path or the proofs.
    notes: Vec<Note>,
    layers: LayerCounts,
}

fn needed(deduce: &Deduce) -> Vec<Var> {
    let operands = deduce.left.iter().chain(&deduce.right).chain(&deduce.content);
    operands.flat_map(Operand::paths).map(|path| path.var.clone()).collect()
}

/// The values of both sides; where they are not named, those of the first two premises.
fn sides(context: &Context<'_>, deduce: &Deduce, memory: &Memory) -> Result<(Vec<Value>, Vec<Value>)> {
    let mut operands = deduce.left.iter().chain(&deduce.right).chain(&deduce.content);
    let mut next = || operands.next().map(|side| operand_values(context, memory, side)).transpose();
    Ok((next()?.unwrap_or_default(), next()?.unwrap_or_default()))
}

fn comparison(deduction: Deduction) -> Option<Comparison> {
    Some(match deduction {
        Deduction::Equal => Comparison::Equal,
        Deduction::NotEqual => Comparison::NotEqual,
        Deduction::Less => Comparison::Less,
        Deduction::LessOrEqual => Comparison::LessOrEqual,
        Deduction::Greater => Comparison::Greater,
        Deduction::GreaterOrEqual => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

/// The nodes that `values` are or name, each once: those of the graph, and concepts and
/// created nodes that only rules know.
async fn nodes(context: &Context<'_>, values: &[Value]) -> Result<Vec<NodeId>> {
    let mut nodes = Vec::new();
    for value in values {
        match value {
            Value::Node(node) => nodes.push(*node),
            other => {
                let name = other.to_string();
                let mut named = context.view.named(&NameKey::of(&name))?;
                if let Some(rules) = &context.rules {
                    named.extend(rules.named(&name, None));
                    if named.is_empty() {
                        named = rules.created(&name, None).await?;
                    }
                }
                nodes.extend(named);
            }
        }
    }
    let mut seen = BTreeSet::new();
    nodes.retain(|node| seen.insert(*node));
    Ok(nodes)
}

/// The premises in words: what variables are bound to, row by row, and what the plan says.
fn premises(context: &Context<'_>, deduce: &Deduce, memory: &Memory) -> Result<Vec<String>> {
    let mut premises = Vec::new();
    for operand in deduce.left.iter().chain(&deduce.right).chain(&deduce.content) {
        for value in operand_values(context, memory, operand)? {
            premises.push(match value {
                Value::Node(node) => names::name_of(context, node)?.to_string(),
                other => other.to_string(),
            });
        }
    }
    for var in needed(deduce) {
        for row in memory.table_of(&var).into_iter().flat_map(|table| table.rows()) {
            for support in &row.support {
                if let Support::Fact(id) = support {
                    premises.extend(context.statement(*id)?.map(|statement| statement.to_string()));
                }
            }
        }
    }
    let mut seen = BTreeSet::new();
    premises.retain(|premise| seen.insert(premise.clone()));
    Ok(premises)
}
