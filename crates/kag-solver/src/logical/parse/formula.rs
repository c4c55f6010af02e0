//! Expressions as arguments, and what their rows are grouped by.

use kag_core::Span;
use kag_schema::Expr;

use super::{
    arguments::{Key, Keys, UnknownKey, Written, arguments, span},
    call::Call,
    reader::{Reader, elements},
};
use crate::logical::Var;

/// The arguments of a computation besides `by=`, and what `by=` names.
pub(super) struct Grouped {
    pub(super) rest: Vec<Span>,
    pub(super) by: Vec<Var>,
}

pub(super) const FORMULA: Keys =
    &[("by", &["group_by", "groupby", "per"]), ("expr", &["expression", "formula", "set", "alias"])];

/// The arguments of `call`, `by=` apart; what is computed may stand behind `expr=` or `set=`.
pub(super) fn grouped(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Grouped {
    let (mut rest, mut by) = (Vec::new(), Vec::new());
    for argument in arguments(reader, call, FORMULA, UnknownKey::Value) {
        match &argument.key {
            Key::Named(key) if key == "by" => by.push(argument),
            Key::Named(_) => rest.extend(span(argument.value)),
            _ => rest.push(argument.span),
        }
    }
    Grouped { rest, by: vars(reader, &by) }
}

/// The variables that the arguments `by=` name; what is none is reported.
pub(super) fn vars(reader: &mut Reader<'_, '_>, by: &[Written<'_>]) -> Vec<Var> {
    let mut vars = Vec::new();
    for piece in by.iter().flat_map(|argument| elements(argument.value)) {
        vars.extend(reader.required_var(piece));
    }
    vars
}

/// The expression at `span`; what is wrong with it is reported.
pub(super) fn expression(reader: &mut Reader<'_, '_>, span: Span) -> Option<Expr> {
    reader.expression(span).map_err(|problems| reader.diagnostics.extend(problems)).ok()
}
