//! Expressions as arguments, and what their rows are grouped by.

use kag_core::Span;
use kag_schema::Expr;

use super::{
    arguments::{Key, Keys, UnknownKey, Written, arguments},
    call::Call,
    reader::{Reader, elements},
};
use crate::logical::Var;

/// The arguments of a computation besides `by=`, and what `by=` names.
pub(super) struct Grouped<'t> {
    pub(super) rest: Vec<Written<'t>>,
    pub(super) by: Vec<Var>,
}

pub(super) const BY: Keys = &[("by", &["group_by", "groupby", "per"])];

/// The arguments of `call`, `by=` apart.
pub(super) fn grouped<'t>(reader: &mut Reader<'_, '_>, call: &'t Call<'_>) -> Grouped<'t> {
    let read = arguments(reader, call, BY, UnknownKey::Value);
    let (keyed, rest) = read.into_iter().partition(|read| matches!(read.key, Key::Named(_)));
    Grouped { rest, by: vars(reader, &keyed) }
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
