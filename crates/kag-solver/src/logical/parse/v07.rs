//! The operators as later versions write them: `Math(content=[..], target=..)->m`,
//! `Deduce(op=.., content=[..], target=..)->d`.

use kag_schema::Diagnostic;

use super::{
    arguments::{Key, Keys, UnknownKey, Written, arguments},
    call::Call,
    lex::Token,
    reader::Reader,
};
use crate::logical::{Deduction, LogicalOp, Math, Operand};

pub(super) const MATH: Keys = &[("content", &["contents"]), ("target", &["question", "goal"])];

/// A computation told in words; `None` where the arguments are not this dialect's.
pub(super) fn math(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let arguments = arguments(reader, call, MATH, UnknownKey::Value);
    if !matches!(arguments.first()?.key, Key::Named(_)) {
        return None;
    }
    let (mut content_read, mut target) = (Vec::new(), None);
    for argument in arguments {
        match &argument.key {
            Key::Named(key) if key == "content" => {
                content_read.extend(content(reader, argument.value));
            }
            _ => target = Some(reader.plain(argument.value)),
        }
    }
    let target = target.unwrap_or_else(|| {
        let wrong = Diagnostic::error(call.span, "the computation has no target");
        reader.report(wrong.with_expected("`target=` and what is wanted"));
        String::new()
    });
    Some(LogicalOp::Math(Math::Task { content: content_read, target: target.into() }))
}

/// The elements of a `content=`; one without brackets is a list of one.
pub(super) fn content(reader: &mut Reader<'_, '_>, tokens: &[Token]) -> Vec<Operand> {
    match reader.reference(tokens) {
        Operand::List(items) => items,
        single => vec![single],
    }
}

/// The kind of conclusion that `op=` names.
pub(super) fn deduction(reader: &mut Reader<'_, '_>, argument: &Written<'_>) -> Option<Deduction> {
    let text = reader.plain(argument.value);
    let text = text.trim_matches(['[', ']', '`', '"', '\'']);
    if let Some(deduction) = Deduction::read(text) {
        return Some(deduction);
    }
    let mut names = text.split(['|', ',', '，', '｜']).map(str::trim);
    if names.next().and_then(Deduction::read).is_some() {
        let wrong = Diagnostic::error(argument.span, format!("`{text}` are several kinds of conclusion"));
        reader.report(wrong.with_expected("one of them"));
        return None;
    }
    let wrong = Diagnostic::error(argument.span, format!("`{text}` is no kind of conclusion"))
        .with_nearest(text, Deduction::names())
        .with_expected(Deduction::names().collect::<Vec<_>>().join(", "));
    reader.report(wrong);
    None
}
