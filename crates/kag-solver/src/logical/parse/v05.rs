//! The operators of version 0.5, as far as they say what those of the paper say:
//! `get_spo(..)`, `get(..)`, `sum(..)->n`.

use kag_schema::{Diagnostic, Expr};

use super::{
    Operator,
    arguments::{span, split},
    call::Call,
    lex::Kind,
    paper,
    reader::Reader,
};
use crate::logical::{LogicalOp, Math};

/// The operators of version 0.5; `sort`, `count` and `deduce` are the paper's.
pub(super) const OPERATORS: &[Operator] = &[
    Operator::new("get_spo", paper::retrieval).with_terms(),
    Operator::new("get", paper::output),
    Operator::new("sum", sum),
];

/// `sum(o1, 5)->n` is the expression `sum([o1, 5])`, and of one argument `sum(o1)`.
fn sum(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let mut summands = Vec::new();
    for (start, end) in split(&call.inside, |kind| kind == Kind::Comma) {
        let Some(piece) = call.inside.get(start..end).and_then(span) else {
            continue;
        };
        match reader.expression(piece) {
            Ok(expr) => summands.push(expr),
            Err(problems) => {
                reader.diagnostics.extend(problems);
                return None;
            }
        }
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
    Some(LogicalOp::Math(Math::Formula(Expr::call("sum", [summed]))))
}
