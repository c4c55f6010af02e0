//! Drawing conclusions: by value, then by the concept graph, then by a model.

use std::collections::{BTreeMap, VecDeque};

use kag_core::{NodeId, Value};
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
    trace::Note,
};

/// Concludes, and binds the conclusion to the step's output.
///
/// Comparisons are of values; membership, kinds, parts and causes are paths in the concept
/// graph, and the facts of the path support the conclusion. What neither decides a model
/// judges, from the premises it is shown and nothing else; without a model it stays null.
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
    if let Some(predicates) = concept_predicates(deduce.deduction) {
        let (from, to) = (nodes(context, &left)?, nodes(context, &right)?);
        if let Some(path) = path(context, &from, &to, predicates)? {
            let facts = path.iter().map(|id| Support::Fact(*id));
            support.extend(facts);
            let note = Note::ConceptPath { facts: path.clone() };
            return Ok(StepResult::value(var, Some(Cell::from(Value::Boolean(true))), support)?.with_note(note));
        }
    }
    let Some(model) = &context.parts.model else {
        return Ok(StepResult::value(var, None, support)?.with_note(Note::NotConcluded));
    };
    let premises = premises(context, deduce, memory)?;
    let prompt = JudgePremises { question: context.question, deduction: deduce.deduction, deduce, premises: &premises };
    let judged = model.ask(&prompt).await?;
    let note = Note::Judged { by: model.id().into(), premises: premises.len() };
    Ok(StepResult::value(var, Some(shown(context, Value::read(&judged))?), support)?.with_note(note))
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

/// The predicates along which a deduction may walk.
fn concept_predicates(deduction: Deduction) -> Option<&'static [&'static str]> {
    Some(match deduction {
        Deduction::BelongTo => &["belongTo", "isA"],
        Deduction::IsA => &["isA"],
        Deduction::PartOf => &["isPartOf", "locateAt"],
        Deduction::Causes => &["leadTo", "causes"],
        _ => return None,
    })
}

fn nodes(context: &Context<'_>, values: &[Value]) -> Result<Vec<NodeId>> {
    let mut nodes = Vec::new();
    for value in values {
        match value {
            Value::Node(node) => nodes.push(*node),
            other => nodes.extend(context.view.named(&kag_core::NameKey::of(&other.to_string()))?),
        }
    }
    Ok(nodes)
}

/// The facts of a shortest path from one of `from` to one of `to` along `predicates`, the
/// smallest ids first among equals.
fn path(
    context: &Context<'_>,
    from: &[NodeId],
    to: &[NodeId],
    predicates: &[&str],
) -> Result<Option<Vec<kag_core::FactId>>> {
    let mut reached: BTreeMap<NodeId, Option<(NodeId, kag_core::FactId)>> = from.iter().map(|id| (*id, None)).collect();
    let mut waiting: VecDeque<NodeId> = reached.keys().copied().collect();
    while let Some(node) = waiting.pop_front() {
        if to.contains(&node) {
            let mut facts = Vec::new();
            let mut at = node;
            while let Some(Some((before, fact))) = reached.get(&at) {
                facts.push(*fact);
                at = *before;
            }
            facts.reverse();
            return Ok(Some(facts));
        }
        for record in context.view.outgoing(node)? {
            let along = predicates.contains(&record.fact.predicate.as_str());
            let Some(next) = record.fact.object_node().filter(|next| along && !reached.contains_key(next)) else {
                continue;
            };
            reached.insert(next, Some((node, record.id)));
            waiting.push_back(next);
        }
    }
    Ok(None)
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
                if let Support::Fact(id) = support
                    && let Some(record) = context.view.fact(*id)?
                {
                    premises.push(record.statement.to_string());
                }
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    premises.retain(|premise| seen.insert(premise.clone()));
    Ok(premises)
}
