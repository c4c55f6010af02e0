//! Sorting, computing, and naming the answer.

use std::collections::{BTreeSet, HashMap};

use kag_core::Value;
use kag_llm::{ErrorKind, LanguageModelExt};
use kag_reason::{EvalErrorKind, Prepared, evaluate};
use kag_schema::{Diagnostic, Expr, ExprType, Functions, check_expr};

use super::{
    Context, Effect, StepResult, constraint::property_values, environment::MemoryEnvironment, filter::is_of_the_row,
    names, write_expression::WriteExpression,
};
use crate::{
    BindingTable, Cell, Error, Memory, Result, Row, Support,
    known::told,
    logical::{Math, Output, Path, Sort, Step, Var, read_formula},
    memory::Unmatched,
    trace::Note,
};

/// Orders the rows in which `sort.set` is bound, and keeps the first.
pub(super) fn sort(context: &Context<'_>, at: usize, step: &Step, sort: &Sort, memory: &Memory) -> Result<StepResult> {
    let unbound = |var: &Var| Error::Unbound { step: at + 1, var: var.clone() };
    let mut table = memory.table_of(&sort.set).ok_or_else(|| unbound(&sort.set))?.clone();
    let before: BTreeSet<Var> = table.columns().iter().cloned().collect();
    let mut by = Vec::new();
    for path in &sort.by {
        if table.position(&path.var).is_none() {
            return Err(unbound(&path.var));
        }
        let (with, column) = with_property(context, table, path)?;
        table = with;
        by.push(column);
    }
    let top = table.top(&sort.set, &by, sort.direction, sort.limit.map(Into::into))?;
    let kept: Vec<Var> = top.table.columns().iter().filter(|var| before.contains(*var)).cloned().collect();
    let mut narrowed = top.table.project(&kept)?;
    let renamed = step.output.clone().map(|output| (sort.set.clone(), output));
    if let Some((set, output)) = &renamed {
        narrowed = narrowed.renamed(set, output);
    }
    let mut result = StepResult::computed(Effect::Replace(narrowed, renamed));
    if !top.tied.is_empty() {
        let tied = top.tied.iter().map(|cell| cell.to_string().into()).collect();
        result = result.with_note(Note::Tied { left_out: tied });
    }
    Ok(result)
}

/// The table with one more column that holds what `path` leads to, and that column.
fn with_property(context: &Context<'_>, table: BindingTable, path: &Path) -> Result<(BindingTable, Var)> {
    let Some(property) = &path.property else { return Ok((table, path.var.clone())) };
    let column = Var::new(&format!("{}_{}", path.var, property.replace(|c: char| !c.is_alphanumeric(), "_")));
    let column = column.unwrap_or_else(|| path.var.clone());
    let at = table.position(&path.var);
    let mut failed = None;
    let with = table.with_column(column.clone(), |row| {
        let Value::Node(node) = row.cell(at?)?.value else { return None };
        match property_values(context, node, property) {
            Ok(values) => values.into_iter().min_by(Value::total_cmp).map(Cell::from),
            Err(error) => {
                failed = Some(error);
                None
            }
        }
    });
    failed.map_or(Ok((with, column)), Err)
}

/// Computes a value and binds it to the step's output; where it is grouped, one value for
/// each group of rows. The least, greatest or mean of nothing is null.
pub(super) async fn math(
    context: &Context<'_>,
    at: usize,
    step: &Step,
    math: &Math,
    memory: &Memory,
) -> Result<StepResult> {
    let (expr, notes) = match math {
        Math::Formula { expr, by } if by.is_empty() => (expr.clone(), Vec::new()),
        Math::Formula { expr, by } => return by_group(context, at, step, (expr, by), memory),
        Math::Task { target, .. } => match expression_for(context, at, target, memory).await? {
            (Some(expr), notes) => (expr, notes),
            (None, notes) => {
                let var = step.output.clone().unwrap_or_else(|| Var::of_step(at + 1));
                let result = StepResult::value(var, None, BTreeSet::from([Support::Step(at)]))?;
                return Ok(StepResult { notes, ..result });
            }
        },
    };
    let environment = MemoryEnvironment::new(context, memory, &expr);
    let (value, nothing) = match evaluate(&expr, &environment) {
        Ok(value) => (value, None),
        Err(error) if matches!(error.kind, EvalErrorKind::Empty { .. }) => {
            (None, Some(Note::NothingToCompute { expression: error.expr.into() }))
        }
        Err(source) => return Err(Error::Evaluate { step: at + 1, source }),
    };
    let var = step.output.clone().unwrap_or_else(|| Var::of_step(at + 1));
    let names: Vec<Var> = expr.variables().into_iter().filter_map(|name| Var::new(name)).collect();
    let cell = value.map(|value| shown(context, value)).transpose()?;
    let mut result = StepResult::value(var, cell, support_of(memory, &names, at))?;
    result.notes = notes;
    result.notes.extend(nothing);
    Ok(result)
}

/// What `expr` is of the rows that agree in `by`: one row for each group, resting on what its
/// rows rest on; null where it has no value. Rows in which one of `by` is null have none.
fn by_group(
    context: &Context<'_>,
    at: usize,
    step: &Step,
    (expr, by): (&Expr, &[Var]),
    memory: &Memory,
) -> Result<StepResult> {
    let unbound = |var: &Var| Error::Unbound { step: at + 1, var: var.clone() };
    let table = by.first().and_then(|var| memory.table_of(var));
    let table = table.ok_or_else(|| unbound(by.first().unwrap_or(&Var::of_step(at + 1))))?;
    let places = by.iter().map(|var| table.position(var).ok_or_else(|| unbound(var)));
    let places = places.collect::<Result<Vec<usize>>>()?;
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    let mut place_of: HashMap<Vec<&Value>, usize> = HashMap::new();
    for row in table.rows() {
        let key = places.iter().map(|at| row.cell(*at).map(|cell| &cell.value)).collect::<Option<Vec<_>>>();
        let Some(key) = key else { continue };
        let place = *place_of.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    let prepared = Prepared::new(expr.clone());
    let mut environment = MemoryEnvironment::new(context, memory, expr);
    let var = step.output.clone().unwrap_or_else(|| Var::of_step(at + 1));
    let mut found = BindingTable::new(by.iter().cloned().chain([var]));
    for group in groups {
        environment.within(table, group.iter().copied(), expr);
        let value = match prepared.evaluate(&environment) {
            Ok(value) => value.map(|value| shown(context, value)).transpose()?,
            Err(error) if is_of_the_row(&error) => None,
            Err(source) => return Err(Error::Evaluate { step: at + 1, source }),
        };
        let cells = group.first().map(|row| places.iter().map(|at| row.cell(*at).cloned())).into_iter().flatten();
        let support = group.iter().flat_map(|row| row.support.iter().cloned()).chain([Support::Step(at)]);
        found.push(Row::new(cells.chain([value])).with_support(support))?;
    }
    Ok(StepResult::computed(Effect::Join(found, Unmatched::Stay)))
}

/// How often a model may write an expression for one step.
const TRIES: usize = 2;

/// The expression that `target` is, or that a model writes for it; `None` where what it writes
/// is refused twice. A model writes an expression, never a program: it is parsed, its functions
/// and operands are checked, and it may only use variables that are bound.
async fn expression_for(
    context: &Context<'_>,
    at: usize,
    target: &str,
    memory: &Memory,
) -> Result<(Option<Expr>, Vec<Note>)> {
    let known = |name: &str| memory.vars().iter().any(|var| var.as_str() == name);
    if let Some(expr) = read_formula(target).filter(|expr| expr.variables().iter().all(|name| known(name))) {
        return Ok((Some(expr), Vec::new()));
    }
    let Some(model) = &context.model else {
        let reason = "it is not an expression, and there is no model to write one".into();
        return Err(Error::NoExpression { step: at + 1, target: target.into(), reason });
    };
    let tables: Vec<String> = memory.tables().iter().map(|table| told(memory, table, 8)).collect();
    let (mut notes, mut refused) = (Vec::new(), None);
    for _ in 0..TRIES {
        let prompt = WriteExpression { target, tables: &tables, refused: refused.as_ref() };
        let written = match model.ask(&prompt).await {
            Ok(written) => written,
            Err(error) if error.kind() == ErrorKind::Unusable => {
                notes.push(Note::ReplyUnusable { reason: error.to_string().into() });
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        match checked(&written, known) {
            Ok(expr) => {
                notes.push(Note::ExpressionWritten { expression: written.into() });
                return Ok((Some(expr), notes));
            }
            Err(reason) => {
                let (expression, reason_text) = (written.as_str().into(), reason.as_str().into());
                notes.push(Note::ExpressionRefused { expression, reason: reason_text });
                refused = Some((written, reason));
            }
        }
    }
    Ok((None, notes))
}

/// The expression that was written, or why it is refused.
fn checked(written: &str, known: impl Fn(&str) -> bool) -> Result<Expr, String> {
    let expr = read_formula(written).ok_or_else(|| "it is not an expression".to_owned())?;
    if let Some(unknown) = expr.variables().into_iter().find(|name| !known(name)) {
        return Err(format!("{unknown:?} is no column"));
    }
    let (_, mistakes) = check_expr(&expr, &|_: &str| Some(ExprType::Any), &Functions::standard());
    match mistakes.into_iter().find(Diagnostic::is_error) {
        Some(mistake) => Err(mistake.message),
        None => Ok(expr),
    }
}

/// What rows that bind `vars` rest on, and the step that computed with them.
pub(super) fn support_of(memory: &Memory, vars: &[Var], at: usize) -> BTreeSet<Support> {
    let tables = memory.tables().iter().filter(|table| vars.iter().any(|var| table.position(var).is_some()));
    let rows = tables.flat_map(|table| table.rows());
    rows.flat_map(|row| row.support.iter().cloned()).chain([Support::Step(at)]).collect()
}

/// The cell of a computed value; nodes show their names.
pub(super) fn shown(context: &Context<'_>, value: Value) -> Result<Cell> {
    Ok(match &value {
        Value::Node(node) => Cell::shown(*node, names::name_of(context, *node)?),
        Value::List(items) => {
            let items = items.iter().map(|item| Ok(shown(context, item.clone())?.to_string()));
            let text = items.collect::<Result<Vec<_>>>()?.join(", ");
            Cell::shown(value, text)
        }
        _ => Cell::from(value),
    })
}

/// The rows of the answer: the columns that `output` names, joined where they belong together.
///
/// Parts that have nothing to do with each other stand side by side in every combination;
/// a part without rows is null, and where the combinations would be too many the parts
/// stand below each other.
pub(super) fn output(context: &Context<'_>, output: &Output, memory: &Memory) -> Result<StepResult> {
    let mut answer: Option<BindingTable> = None;
    let mut taken: Vec<&Var> = Vec::new();
    for path in &output.paths {
        if taken.contains(&&path.var) {
            continue;
        }
        let Some(table) = memory.table_of(&path.var) else { continue };
        let mut table = table.clone();
        let mut columns = Vec::new();
        let here: Vec<&Path> = output.paths.iter().filter(|path| table.position(&path.var).is_some()).collect();
        for path in here {
            let (with, column) = with_property(context, table.clone(), path)?;
            table = with;
            columns.push(column);
            taken.push(&path.var);
        }
        let part = table.project(&columns)?;
        answer = Some(match answer {
            None => part,
            Some(before) => beside(before, part, context.options().max_rows)?,
        });
    }
    Ok(StepResult::computed(Effect::Answer(answer.unwrap_or_default())))
}

fn beside(left: BindingTable, right: BindingTable, max_rows: usize) -> Result<BindingTable> {
    let (left, right) = (or_null(left)?, or_null(right)?);
    let combinations = left.len().saturating_mul(right.len());
    Ok(if combinations > max_rows { left.union(&right) } else { left.join(&right) })
}

/// The table, or one row of nulls where it has none.
fn or_null(mut table: BindingTable) -> Result<BindingTable> {
    if table.is_empty() {
        let nulls: Vec<Option<Cell>> = table.columns().iter().map(|_| None).collect();
        table.push(Row::new(nulls))?;
    }
    Ok(table)
}
