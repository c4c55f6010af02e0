//! Drawing conclusions: by value, then by the concept graph, then by rules, then by a model.

mod concepts;
mod derived;
mod judge;
mod premises;

use std::collections::BTreeSet;

use kag_core::{FactId, NameKey, NodeId, Score, Value};
use kag_reason::holds;

use super::{
    Context, Effect, StepResult,
    compute::support_of,
    constraint::{compare_all, operand_values},
    environment::MemoryEnvironment,
};
use crate::{
    BindingTable, Cell, Memory, Result, Row, Support,
    logical::{Comparison, Deduce, Deduction, Operand, Step, Var, read_formula},
    memory::Unmatched,
    trace::{AnswerLayer, LayerAnswer, LayerCounts, Note, Why},
};

/// Concludes, and binds the conclusion to the step's output.
///
/// Comparisons are of values, and so is a judgement whose target is a condition on variables
/// (`o1 > o2`); membership, kinds, parts and causes are paths in the concept graph, or follow
/// by the rules of the host, and the facts of the path support the conclusion. That there is
/// no path decides nothing. What is not decided so a model judges, from the premises it is
/// shown and nothing else; the premises that it names support it. Without a model, or where
/// the premises do not decide it, the conclusion is null. Several choices are several rows.
pub(super) async fn deduce(
    context: &Context<'_>,
    at: usize,
    step: &Step,
    deduce: &Deduce,
    memory: &Memory,
) -> Result<StepResult> {
    let mut ladder = Vec::new();
    let concluded = conclude(context, deduce, memory, &mut ladder).await?;
    let var = step.output.clone().unwrap_or_else(|| Var::of_step(at + 1));
    let mut table = BindingTable::new([var]);
    let Concluded { cells, support, facts, notes, layers, score } = concluded;
    let mut support = support.unwrap_or_else(|| support_of(memory, &needed(deduce), at));
    support.extend(facts.into_iter().map(Support::Fact).chain([Support::Step(at)]));
    for cell in cells {
        table.push(Row::new([cell]).with_support(support.iter().cloned()).with_score(score))?;
    }
    Ok(StepResult { effect: Effect::Join(table, Unmatched::Stay), layers, answers: ladder, notes })
}

/// A conclusion and what it rests on.
struct Concluded {
    /// One a row; null where nothing is decided.
    cells: Vec<Option<Cell>>,
    /// What supports it; `None` stands for all that the step needs.
    support: Option<BTreeSet<Support>>,
    /// Facts that support it besides.
    facts: Vec<FactId>,
    notes: Vec<Note>,
    layers: LayerCounts,
    score: Score,
}

impl Concluded {
    fn new(cell: Option<Cell>) -> Self {
        let (facts, notes, layers) = (Vec::new(), Vec::new(), LayerCounts::default());
        Self { cells: vec![cell], support: None, facts, notes, layers, score: Score::ONE }
    }
}

/// Goes down the ladder to the first rung that decides, and says what each one said.
async fn conclude(
    context: &Context<'_>,
    deduce: &Deduce,
    memory: &Memory,
    ladder: &mut Vec<LayerAnswer>,
) -> Result<Concluded> {
    if let Some(decided) = by_value(context, deduce, memory)? {
        if let Some(holds) = decided {
            ladder.push(LayerAnswer::answered(AnswerLayer::Values, 1, Score::ONE));
            return Ok(Concluded::new(Some(Cell::from(Value::Boolean(holds)))));
        }
        ladder.push(LayerAnswer::nothing(AnswerLayer::Values, Why::Undecided));
    }
    if deduce.deduction.is_conceptual()
        && let Some(Shown { facts, notes, layers, score }) = shown(context, deduce, memory, ladder).await?
    {
        let mut concluded = Concluded::new(Some(Cell::from(Value::Boolean(true))));
        (concluded.facts, concluded.notes, concluded.layers, concluded.score) = (facts, notes, layers, score);
        return Ok(concluded);
    }
    judge::judge(context, deduce, memory, ladder).await
}

/// What the values say: `None` where they are not asked, an undecided `Some(None)`.
fn by_value(context: &Context<'_>, deduce: &Deduce, memory: &Memory) -> Result<Option<Option<bool>>> {
    if let Some(comparison) = comparison(deduce.deduction) {
        let (left, right) = sides(context, deduce, memory)?;
        return Ok(Some(compare_all(context, &left, comparison, &right)?));
    }
    let target = deduce.target.as_deref().filter(|_| deduce.deduction == Deduction::Judgement);
    let Some(condition) = target.and_then(read_formula) else { return Ok(None) };
    let vars: Vec<Option<Var>> = condition.variables().into_iter().map(|name| Var::new(name)).collect();
    let bound = |var: &Option<Var>| var.as_ref().is_some_and(|var| memory.table_of(var).is_some());
    if vars.is_empty() || !vars.iter().all(bound) {
        return Ok(None);
    }
    // What is no condition, or compares what does not compare, is for the next rung.
    Ok(holds(&condition, &MemoryEnvironment::new(context, memory, &condition)).ok())
}

/// What the concept graph shows, and else rules.
async fn shown(
    context: &Context<'_>,
    deduce: &Deduce,
    memory: &Memory,
    ladder: &mut Vec<LayerAnswer>,
) -> Result<Option<Shown>> {
    let (left, right) = sides(context, deduce, memory)?;
    let (from, to) = (nodes(context, &left).await?, nodes(context, &right).await?);
    let found = concepts::show(context, deduce.deduction, &from, &to)?;
    let said = |layer, found: &Option<Shown>, why| match found {
        Some(shown) => LayerAnswer::answered(layer, shown.facts.len(), shown.score),
        None => LayerAnswer::nothing(layer, why),
    };
    ladder.push(said(AnswerLayer::Concepts, &found, Why::NoPath));
    if found.is_some() {
        return Ok(found);
    }
    if context.rules.is_none() {
        ladder.push(LayerAnswer::not_asked(AnswerLayer::Rules, Why::NoRules));
        return Ok(None);
    }
    let found = derived::show(context, deduce.deduction, &from, &to).await?;
    ladder.push(said(AnswerLayer::Rules, &found, Why::NotDerived));
    Ok(found)
}

/// What shows that a conclusion holds.
struct Shown {
    /// The facts, in order.
    facts: Vec<FactId>,
    /// The path or the proofs.
    notes: Vec<Note>,
    layers: LayerCounts,
    /// How sure the least sure of them is.
    score: Score,
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
