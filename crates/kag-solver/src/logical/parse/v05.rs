//! The operators of version 0.5, as far as they say what those of the paper say:
//! `get_spo(..)`, `get(..)`, `search_s(..)`, `sum(..)->n`, `compare(set=[..], op=max)`,
//! `filter(left_expr=.., right_expr=.., op=..)`, `verify(..)`, `extractor(..)`.

use kag_schema::{BinaryOp, Diagnostic, Expr};

use super::{
    Operator,
    arguments::{Key, Keys, UnknownKey, Written, arguments, span},
    call::Call,
    formula::{self, Grouped},
    paper,
    reader::Reader,
    v07,
};
use crate::logical::{Comparison, Deduce, Deduction, Filter, LogicalOp, Math, Operand, Path};

/// The operators of version 0.5; `sort`, `count` and `deduce` are the paper's.
pub(super) const OPERATORS: &[Operator] = &[
    Operator::new("get_spo", paper::retrieval).with_terms(),
    Operator::new("search_s", paper::retrieval).with_terms(),
    Operator::new("get", paper::output),
    Operator::new("sum", sum),
    Operator::new("compare", compare),
    Operator::new("Filter", filter),
    Operator::new("verify", verify),
    Operator::new("extractor", extractor),
];

const COMPARE: Keys = &[("set", &["content", "alias"]), ("op", &["operation", "direction"])];
pub(super) const SIDES: Keys =
    &[("set", &["alias"]), ("left", &["left_expr"]), ("right", &["right_expr"]), ("op", &["operation"])];
const EXTRACTOR: Keys = &[("content", &["contents", "set", "alias"]), ("target", &["question", "goal"])];

/// `sum(o1, 5)->n` is the expression `sum([o1, 5])`, and of one argument `sum(o1)`.
fn sum(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let Grouped { rest, by } = formula::grouped(reader, call);
    let mut summands = Vec::new();
    for piece in rest {
        summands.push(formula::expression(reader, piece)?);
    }
    let summed = match summands.len() {
        0 => {
            let wrong = Diagnostic::error(call.span, "nothing is given to sum");
            reader.report(wrong.with_expected("a variable or numbers"));
            return None;
        }
        1 => summands.pop()?,
        _ => Expr::list(summands),
    };
    Some(Math::Formula { expr: Expr::call("sum", [summed]), by }.into())
}

/// `compare(set=[o3, o4], op=max)` is the expression `max([o3, o4])`; with `op=greater` it is
/// a conclusion about two sides.
fn compare(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let (mut set, mut op) = (Vec::new(), None);
    for argument in arguments(reader, call, COMPARE, UnknownKey::Reported) {
        match &argument.key {
            Key::Named(key) if key == "op" => op = Some(argument),
            _ => set.extend(v07::content(reader, argument.value)),
        }
    }
    let wanted = "`set=` with what is compared, and `op=`, as `max` or `greater`";
    let Some(op) = op.filter(|_| !set.is_empty()) else {
        let wrong = Diagnostic::error(call.span, "nothing is compared");
        reader.report(wrong.with_expected(wanted));
        return None;
    };
    let text = reader.plain(op.value);
    if let Some(direction) = paper::direction(&text) {
        let function = match direction {
            crate::logical::SortDirection::Ascending => "min",
            crate::logical::SortDirection::Descending => "max",
        };
        let items = set.iter().map(expression_of);
        let items = match set.len() {
            1 => items.into_iter().next()?,
            _ => Expr::list(items),
        };
        return Some(Math::formula(Expr::call(function, [items])).into());
    }
    match (Deduction::read(&text).filter(|deduction| deduction.is_comparison()), set.as_slice()) {
        (Some(deduction), [left, right]) => Some(Deduce::between(left.clone(), deduction, right.clone()).into()),
        _ => {
            let wrong = Diagnostic::error(op.span, format!("`{text}` compares nothing"));
            reader.report(wrong.with_expected(wanted));
            None
        }
    }
}

/// `filter(left_expr=o1.age, right_expr=30, op=大于)`, or with a condition: `Filter(o1.age > 30)`.
fn filter(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let read = arguments(reader, call, SIDES, UnknownKey::Value);
    let (sides, conditions): (Vec<_>, Vec<_>) = read.into_iter().partition(|read| matches!(read.key, Key::Named(_)));
    if sides.is_empty() {
        let Some(inside) = span(&call.inside) else {
            let wrong = Diagnostic::error(call.span, "nothing is given to filter by");
            reader.report(wrong.with_expected("a condition, as `o1 > 3`"));
            return None;
        };
        return Some(Filter::new(formula::expression(reader, inside)?).into());
    }
    let Sides { set, left, right, op } = Sides::read(reader, sides);
    let mut condition = None;
    for piece in &conditions {
        let expr = formula::expression(reader, piece.span)?;
        condition = Some(match condition {
            Some(before) => Expr::binary(before, BinaryOp::And, expr),
            None => expr,
        });
    }
    if let (Some(left), Some(op), Some(right)) = (left.or(set), op, right) {
        let compared = operator(reader, &op)?;
        let compared = expression_of(&left).binary(compared, expression_of(&right));
        condition = Some(match condition {
            Some(before) => compared.binary(BinaryOp::And, before),
            None => compared,
        });
    }
    if condition.is_none() {
        let wrong = Diagnostic::error(call.span, "the filter has no condition");
        reader.report(wrong.with_expected("`left_expr=`, `op=` and `right_expr=`, or a condition"));
    }
    Some(Filter::new(condition?).into())
}

/// `verify(left_expr=o1, right_expr=o2, op=等于)` is a conclusion; of a condition, its value.
fn verify(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let read = arguments(reader, call, SIDES, UnknownKey::Value);
    if !read.iter().any(|argument| matches!(argument.key, Key::Named(_))) {
        let Some(inside) = span(&call.inside) else {
            let wrong = Diagnostic::error(call.span, "nothing is given to verify");
            reader.report(wrong.with_expected("`left_expr=`, `op=` and `right_expr=`, or a condition"));
            return None;
        };
        return Some(Math::formula(formula::expression(reader, inside)?).into());
    }
    let (sides, others): (Vec<_>, Vec<_>) = read.into_iter().partition(|read| matches!(read.key, Key::Named(_)));
    for other in others {
        let text = reader.text(other.span);
        reader.report(Diagnostic::error(other.span, format!("`{text}` is not read")));
    }
    let Sides { set, left, right, op } = Sides::read(reader, sides);
    let (Some(left), Some(op), Some(right)) = (left.or(set), op, right) else {
        let wrong = Diagnostic::error(call.span, "two sides and how they compare are wanted");
        reader.report(wrong.with_expected("`left_expr=`, `op=` and `right_expr=`"));
        return None;
    };
    let text = reader.plain(op.value);
    if let Some(Comparison::In | Comparison::Contains) = Comparison::read(&text) {
        let compared = operator(reader, &op)?;
        return Some(Math::formula(expression_of(&left).binary(compared, expression_of(&right))).into());
    }
    Some(Deduce::between(left, v07::deduction(reader, &op)?, right).into())
}

/// `extractor(o1, o2)` takes out of what is found what the question asks for.
fn extractor(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let (mut content, mut target) = (Vec::new(), None);
    for argument in arguments(reader, call, EXTRACTOR, UnknownKey::Reported) {
        match &argument.key {
            Key::Named(key) if key == "target" => target = Some(reader.plain(argument.value).into()),
            _ => content.extend(v07::content(reader, argument.value)),
        }
    }
    if content.is_empty() && target.is_none() {
        let wrong = Diagnostic::error(call.span, "nothing is given to extract from");
        reader.report(wrong.with_expected("variables, or `content=` and `target=`"));
        return None;
    }
    Some(Deduce { deduction: Deduction::Extract, left: None, right: None, content, target }.into())
}

/// What a comparison of version 0.5 says.
#[derive(Default)]
struct Sides<'t> {
    set: Option<Operand>,
    left: Option<Operand>,
    right: Option<Operand>,
    op: Option<Written<'t>>,
}

impl<'t> Sides<'t> {
    fn read(reader: &mut Reader<'_, '_>, given: Vec<Written<'t>>) -> Self {
        let mut sides = Self::default();
        for argument in given {
            match &argument.key {
                Key::Named(key) if key == "op" => sides.op = Some(argument),
                Key::Named(key) if key == "left" => sides.left = Some(reader.reference(argument.value)),
                Key::Named(key) if key == "right" => sides.right = Some(reader.reference(argument.value)),
                _ => sides.set = Some(reader.reference(argument.value)),
            }
        }
        sides
    }
}

/// The operator that `op=` names; what is none is reported.
fn operator(reader: &mut Reader<'_, '_>, argument: &Written<'_>) -> Option<BinaryOp> {
    let text = reader.plain(argument.value);
    let Some(comparison) = Comparison::read(&text) else {
        let wrong = Diagnostic::error(argument.span, format!("`{text}` compares nothing"));
        reader.report(wrong.with_expected("one of = != < <= > >= in contains"));
        return None;
    };
    Some(match comparison {
        Comparison::Equal => BinaryOp::Equal,
        Comparison::NotEqual => BinaryOp::NotEqual,
        Comparison::Less => BinaryOp::Less,
        Comparison::LessOrEqual => BinaryOp::LessOrEqual,
        Comparison::Greater => BinaryOp::Greater,
        Comparison::GreaterOrEqual => BinaryOp::GreaterOrEqual,
        Comparison::In => BinaryOp::In,
        Comparison::Contains => BinaryOp::Contains,
    })
}

/// The expression that says what `operand` does.
fn expression_of(operand: &Operand) -> Expr {
    match operand {
        Operand::Value(value) => Expr::literal(value.clone()),
        Operand::Path(Path { var, property: None }) => Expr::variable(var.as_str()),
        Operand::Path(Path { var, property: Some(name) }) => Expr::variable(var.as_str()).property(name.clone()),
        Operand::List(items) => Expr::list(items.iter().map(expression_of)),
    }
}
