//! The operators as the paper writes them (KAG §2.3, table 2).

use kag_core::Span;
use kag_schema::{Diagnostic, Expr};

use super::{
    Operator,
    arguments::{Key, Keys, UnknownKey, Written, arguments, span},
    call::Call,
    reader::{Reader, elements},
    terms, v07,
};
use crate::logical::{
    Comparison, Constraint, Deduce, Deduction, LogicalOp, Math, Output, Place, Retrieval, Role, Sort, SortDirection,
};

/// The operators of the paper; `Math` and `Deduce` take the later dialect's arguments too.
pub(super) const OPERATORS: &[Operator] = &[
    Operator::new("Retrieval", retrieval).with_terms(),
    Operator::new("Sort", sort),
    Operator::new("Math", math),
    Operator::new("Count", count),
    Operator::new("Deduce", deduce),
    Operator::new("Output", output),
];

const RETRIEVAL: Keys =
    &[("s", &["subject", "主语", "主体"]), ("p", &["predicate", "谓语", "谓词"]), ("o", &["object", "宾语", "客体"])];
const SORT: Keys = &[
    ("set", &["alias", "a"]),
    ("orderby", &["order_by", "by", "key", "sortby", "sort_by"]),
    ("direction", &["order", "dir"]),
    ("limit", &["n", "k", "top"]),
];
const DEDUCE: Keys = &[
    ("op", &["operation", "type"]),
    ("left", &["left_expr"]),
    ("right", &["right_expr"]),
    ("content", &["contents", "premises"]),
    ("target", &["question", "goal"]),
];

/// The values of the arguments subject, predicate and object, for finding variables.
pub(super) fn term_values<'t>(reader: &mut Reader<'_, '_>, call: &'t Call<'_>) -> Vec<(Role, Written<'t>)> {
    let arguments = arguments(reader, call, RETRIEVAL, UnknownKey::Reported);
    let roles = arguments.into_iter().filter_map(|argument| {
        let Key::Named(key) = &argument.key else {
            return None;
        };
        Some((role(key)?, argument))
    });
    roles.collect()
}

fn role(letter: &str) -> Option<Role> {
    let roles = [Role::Subject, Role::Predicate, Role::Object];
    roles.into_iter().find(|role| role.letter() == letter)
}

pub(super) fn retrieval(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let mut retrieval = Retrieval::default();
    let mut constraints = Vec::new();
    let mut given = Vec::new();
    for argument in arguments(reader, call, RETRIEVAL, UnknownKey::Reported) {
        match &argument.key {
            Key::Named(key) => {
                let Some(role) = role(key) else {
                    continue;
                };
                if argument.comparison != Comparison::Equal || given.contains(&role) {
                    let message = match given.contains(&role) {
                        true => format!("`{role}` is given twice"),
                        false => format!("`{role}` takes `=`"),
                    };
                    reader.report(Diagnostic::error(argument.span, message));
                    continue;
                }
                given.push(role);
                match role {
                    Role::Subject => retrieval.subject = terms::term(reader, argument.value),
                    Role::Object => retrieval.object = terms::term(reader, argument.value),
                    Role::Predicate => {
                        retrieval.predicate = terms::predicate(reader, argument.value);
                    }
                }
            }
            Key::Property { of, property } => {
                constraints.push((of.clone(), property.clone(), argument));
            }
            Key::None => {
                let text = reader.text(argument.span);
                let wrong = Diagnostic::error(argument.span, format!("`{text}` is not read"));
                reader.report(wrong.with_expected("`s=`, `p=`, `o=` or a constraint on one"));
            }
        }
    }
    for (of, property, argument) in constraints {
        let Some(on) = owner(reader, &retrieval, &of, argument.span) else {
            continue;
        };
        retrieval.constraints.push(Constraint {
            on,
            property: property.into(),
            comparison: argument.comparison,
            value: reader.operand(argument.value),
            place: Place(argument.span),
        });
    }
    let pattern = Retrieval { constraints: Vec::new(), ..retrieval.clone() };
    if pattern == Retrieval::default() {
        let wrong = Diagnostic::error(call.span, "the retrieval has no pattern");
        reader.report(wrong.with_expected("`s=`, `p=` and `o=`"));
    }
    Some(retrieval.into())
}

/// The place in the pattern that `of` names by its letter or variable.
fn owner(reader: &mut Reader<'_, '_>, retrieval: &Retrieval, of: &str, place: Span) -> Option<Role> {
    let roles = [Role::Subject, Role::Predicate, Role::Object];
    let named = |role: &Role| retrieval.var(*role).is_some_and(|var| var.as_str() == of);
    let found = role(of).or_else(|| roles.into_iter().find(named));
    if found.is_none() {
        let wrong = Diagnostic::error(place, format!("`{of}` is not part of this pattern"))
            .with_expected("`s`, `p`, `o` or a variable of the pattern");
        reader.report(wrong);
    }
    found
}

fn sort(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let (mut set, mut by, mut direction, mut limit) = (None, Vec::new(), None, None);
    for argument in arguments(reader, call, SORT, UnknownKey::Reported) {
        match &argument.key {
            Key::None if set.is_none() => set = reader.required_path(argument.value),
            Key::Named(key) if key == "set" => set = reader.required_path(argument.value),
            Key::Named(key) if key == "orderby" => {
                for piece in elements(argument.value) {
                    by.extend(reader.required_path(piece));
                }
            }
            Key::Named(key) if key == "direction" => {
                direction = sort_direction(reader, &argument);
            }
            Key::Named(key) if key == "limit" => {
                let text = reader.plain(argument.value);
                limit = text.parse().ok();
                if limit.is_none() {
                    let wrong = Diagnostic::error(argument.span, format!("limit `{text}`"));
                    reader.report(wrong.with_expected("a whole number from 1"));
                }
            }
            _ => {
                let text = reader.text(argument.span);
                let wrong = Diagnostic::error(argument.span, format!("`{text}` is not read"));
                reader.report(wrong.with_expected("`orderby=`, `direction=` or `limit=`"));
            }
        }
    }
    let Some(set) = set else {
        let wrong = Diagnostic::error(call.span, "nothing is given to sort");
        reader.report(wrong.with_expected("`set=` and a variable"));
        return None;
    };
    if set.property.is_some() {
        let wrong = Diagnostic::error(call.span, "a sort orders a variable, not its property");
        reader.report(wrong.with_hint("give the property as `orderby=`"));
    }
    let direction = direction.unwrap_or_else(|| {
        let warning = Diagnostic::warning(call.span, "no direction; read as `direction=min`");
        reader.report(warning);
        SortDirection::Ascending
    });
    Some(LogicalOp::Sort(Sort { set: set.var, by, direction, limit }))
}

fn sort_direction(reader: &mut Reader<'_, '_>, argument: &Written<'_>) -> Option<SortDirection> {
    let text = reader.plain(argument.value);
    match text.trim().to_lowercase().as_str() {
        "min" | "asc" | "ascending" | "smallest" | "升序" | "最小" | "最早" => Some(SortDirection::Ascending),
        "max" | "desc" | "descending" | "largest" | "降序" | "最大" | "最晚" => Some(SortDirection::Descending),
        _ => {
            let wrong = Diagnostic::error(argument.span, format!("direction `{text}`"));
            reader.report(wrong.with_expected("`min` or `max`"));
            None
        }
    }
}

fn math(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    if let Some(task) = v07::math(reader, call) {
        return Some(task);
    }
    let Some(inside) = span(&call.inside) else {
        let wrong = Diagnostic::error(call.span, "nothing is given to compute");
        reader.report(wrong.with_expected("an expression, or `content=` and `target=`"));
        return None;
    };
    Some(LogicalOp::Math(match reader.expression(inside) {
        Ok(expr) => Math::Formula(expr),
        Err(problems) => {
            let text = reader.plain(&call.inside);
            let why = problems.into_iter().find(Diagnostic::is_error);
            let why = why.map_or_else(String::new, |why| format!(": {}", why.message));
            let message = format!("no expression, so it is taken in words{why}");
            reader.report(Diagnostic::warning(inside, message));
            Math::Task { content: Vec::new(), target: text.into() }
        }
    }))
}

/// `Count(o3)->n` is the expression `count(o3)`.
fn count(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let inside = span(&call.inside);
    let counted = inside.map(|inside| reader.expression(inside));
    match counted {
        Some(Ok(expr)) => Some(LogicalOp::Math(Math::Formula(Expr::call("count", [expr])))),
        Some(Err(problems)) => {
            for problem in problems {
                reader.report(problem);
            }
            None
        }
        None => {
            let wrong = Diagnostic::error(call.span, "nothing is given to count");
            reader.report(wrong.with_expected("a variable"));
            None
        }
    }
}

fn deduce(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let mut deduce =
        Deduce { deduction: Deduction::Entailment, left: None, right: None, content: Vec::new(), target: None };
    let mut deduction = None;
    for argument in arguments(reader, call, DEDUCE, UnknownKey::Reported) {
        match &argument.key {
            Key::Named(key) => match key.as_str() {
                "op" => deduction = v07::deduction(reader, &argument),
                "left" => deduce.left = Some(reader.reference(argument.value)),
                "right" => deduce.right = Some(reader.reference(argument.value)),
                "content" => deduce.content = v07::content(reader, argument.value),
                _ => deduce.target = Some(reader.plain(argument.value).into()),
            },
            _ => {
                let text = reader.text(argument.span);
                let wrong = Diagnostic::error(argument.span, format!("`{text}` is not read"));
                reader.report(wrong.with_expected("`op=`, `content=`, `target=`, `left=`, `right=`"));
            }
        }
    }
    deduce.deduction = deduction.unwrap_or_else(|| {
        let warning = Diagnostic::warning(call.span, "no operation; read as `op=entailment`");
        reader.report(warning);
        Deduction::Entailment
    });
    Some(deduce.into())
}

pub(super) fn output(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let pieces: Vec<_> = elements(&call.inside).collect();
    let mut output = Output::default();
    for piece in pieces {
        output.paths.extend(reader.required_path(piece));
    }
    if call.inside.is_empty() {
        let wrong = Diagnostic::error(call.span, "nothing is given to output");
        reader.report(wrong.with_expected("a variable"));
    }
    Some(output.into())
}
