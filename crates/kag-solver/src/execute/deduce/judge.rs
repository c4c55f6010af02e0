//! The last rung: a model that judges premises, and is believed only as far as it can be checked.

use std::collections::BTreeSet;

use kag_core::{NameKey, Score, Value, text::Locator};
use kag_llm::{ErrorKind, LanguageModelExt};

use super::{
    super::{
        Context,
        judge_premises::{JudgePremises, Judgement},
    },
    Concluded,
    premises::{Premise, premises},
};
use crate::{
    Cell, Memory, Result,
    logical::{Deduce, Deduction},
    trace::{AnswerLayer, LayerAnswer, Note, Why},
};

/// Words for true, false and undecided, as their keys.
const TRUE: [&str; 6] = ["true", "yes", "是", "对", "正确", "成立"];
const FALSE: [&str; 7] = ["false", "no", "否", "不是", "错", "错误", "不成立"];
const UNKNOWN: [&str; 8] = ["", "unknown", "undecided", "null", "未知", "不知道", "无法判断", "不确定"];

/// Has a model conclude from the premises; null where there is no model, where the premises do
/// not decide it, and where what it says is refused. Where nothing was found to conclude from,
/// or one of two sides is bound to nothing, no model is asked: it could only guess.
///
/// A judgement must be true or false, what is extracted must stand in a premise, what is chosen
/// must be one of the premises or stand in the target; what follows is free.
pub(super) async fn judge(
    context: &Context<'_>,
    deduce: &Deduce,
    memory: &Memory,
    ladder: &mut Vec<LayerAnswer>,
) -> Result<Concluded> {
    let mut concluded = Concluded::new(None);
    let Some(model) = &context.model else {
        ladder.push(LayerAnswer::not_asked(AnswerLayer::Model, Why::NoModel));
        concluded.notes.push(Note::NotConcluded);
        return Ok(concluded);
    };
    let premises = premises(context, deduce, memory).await?;
    if premises.is_empty() || lacks_a_side(context, deduce, memory)? {
        ladder.push(LayerAnswer::not_asked(AnswerLayer::Model, Why::NothingBound));
        return Ok(concluded);
    }
    let texts: Vec<&str> = premises.iter().map(|premise| premise.text.as_str()).collect();
    let wanted = wanted(context, deduce, memory)?;
    let prompt =
        JudgePremises { wanted: &wanted, question: context.question, deduction: deduce.deduction, premises: &texts };
    let judged = match model.ask(&prompt).await {
        Ok(judged) => judged,
        Err(error) if error.kind() == ErrorKind::Unusable => {
            ladder.push(LayerAnswer::nothing(AnswerLayer::Model, Why::Unusable));
            concluded.notes.push(Note::ReplyUnusable { reason: error.to_string().into() });
            return Ok(concluded);
        }
        Err(error) => return Err(error.into()),
    };
    let used = used(&premises, &judged);
    concluded.support = Some(used.iter().flat_map(|premise| premise.support.iter().cloned()).collect());
    let shown = used.iter().map(|premise| premise.text.as_str().into()).collect();
    concluded.notes.push(Note::Judged { by: model.id().into(), premises: shown });
    let Judgement { conclusions, .. } = judged;
    let decided = conclusions.iter().filter(|said| !is_one_of(said, &UNKNOWN));
    let read: Vec<Result<Cell, &String>> =
        decided.map(|said| read(deduce.deduction, said, &premises, &wanted).ok_or(said)).collect();
    let refused = read.iter().filter(|read| read.is_err()).count();
    for said in read.iter().filter_map(|read| read.as_ref().err()) {
        concluded.notes.push(Note::ConclusionRefused { conclusion: said.as_str().into(), deduction: deduce.deduction });
    }
    let mut cells: Vec<Option<Cell>> = read.into_iter().filter_map(Result::ok).map(Some).collect();
    if cells.len() > 1 && deduce.deduction != Deduction::MultiChoice {
        cells.truncate(1);
    }
    ladder.push(match (cells.len(), refused) {
        (0, 0) => LayerAnswer::nothing(AnswerLayer::Model, Why::Unknown),
        (0, values) => LayerAnswer::nothing(AnswerLayer::Model, Why::Refused { values }),
        (count, _) => LayerAnswer::answered(AnswerLayer::Model, count, Score::new(context.options().read_score)),
    });
    if !cells.is_empty() {
        (concluded.cells, concluded.score) = (cells, Score::new(context.options().read_score));
    }
    Ok(concluded)
}

/// Whether two things are put side by side, and for one of them nothing was found.
fn lacks_a_side(context: &Context<'_>, deduce: &Deduce, memory: &Memory) -> Result<bool> {
    if deduce.target.is_some() || !compares_sides(deduce.deduction) {
        return Ok(false);
    }
    let (left, right) = super::sides(context, deduce, memory)?;
    Ok(left.is_empty() || right.is_empty())
}

fn compares_sides(deduction: Deduction) -> bool {
    deduction.is_comparison() || deduction.is_conceptual()
}

/// What is wanted, in words: the target; of two sides, what is asked of them; else the question.
fn wanted(context: &Context<'_>, deduce: &Deduce, memory: &Memory) -> Result<String> {
    if let Some(target) = &deduce.target {
        return Ok(target.to_string());
    }
    if !compares_sides(deduce.deduction) {
        return Ok(context.question.to_owned());
    }
    let (left, right) = super::sides(context, deduce, memory)?;
    let named = |values: Vec<Value>| -> Result<String> {
        let shown = values.into_iter().map(|value| Ok(super::super::compute::shown(context, value)?.to_string()));
        Ok(shown.collect::<Result<Vec<_>>>()?.join(", "))
    };
    Ok(format!("{} {} {}", named(left)?, deduce.deduction, named(right)?))
}

/// The premises that the model names; all where it names none that is there.
fn used<'p>(premises: &'p [Premise], judged: &Judgement) -> Vec<&'p Premise> {
    let numbers: BTreeSet<usize> = judged.premises.iter().copied().collect();
    let named: Vec<&Premise> = numbers.into_iter().filter_map(|number| premises.get(number.checked_sub(1)?)).collect();
    if named.is_empty() { premises.iter().collect() } else { named }
}

/// The conclusion as a value; `None` where it is none of its kind.
fn read(deduction: Deduction, said: &str, premises: &[Premise], target: &str) -> Option<Cell> {
    match deduction {
        Deduction::Entailment => Some(Cell::from(Value::read(said))),
        Deduction::Extract => {
            let stands = premises.iter().any(|premise| Locator::new(&premise.text).quote(said).is_some());
            stands.then(|| option(said, premises).unwrap_or_else(|| Cell::from(Value::read(said))))
        }
        Deduction::Choice | Deduction::MultiChoice => {
            let in_target = || Locator::new(target).quote(said).map(|_| Cell::from(Value::read(said)));
            option(said, premises).or_else(in_target)
        }
        _ if is_one_of(said, &TRUE) => Some(Cell::from(Value::Boolean(true))),
        _ if is_one_of(said, &FALSE) => Some(Cell::from(Value::Boolean(false))),
        _ => None,
    }
}

/// The value among the premises that is called so.
fn option(said: &str, premises: &[Premise]) -> Option<Cell> {
    let key = NameKey::of(said);
    let mut cells = premises.iter().filter_map(|premise| premise.cell.as_ref());
    cells.find(|cell| NameKey::of(&cell.to_string()) == key).cloned()
}

fn is_one_of(said: &str, words: &[&str]) -> bool {
    let key = NameKey::of(said.trim().trim_end_matches(['.', '。', '!', '！']));
    words.contains(&key.as_str())
}
