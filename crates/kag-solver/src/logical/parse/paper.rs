//! The operators as the paper writes them (KAG §2.3, table 2).

use std::num::NonZeroUsize;

use kag_core::Span;
use kag_schema::{Diagnostic, Expr};

use super::{
    Operator,
    arguments::{Key, Keys, UnknownKey, Written, arguments},
    call::Call,
    formula::{self, Grouped},
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
    ("set", &["alias", "a", "集合"]),
    ("orderby", &["order_by", "by", "key", "sortby", "sort_by", "排序", "排序字段"]),
    ("direction", &["order", "dir", "方向"]),
    ("limit", &["n", "k", "top", "数量"]),
];
const DEDUCE: Keys = &[
    ("op", &["operation", "type"]),
    ("left", &["left_expr", "lhs", "a"]),
    ("right", &["right_expr", "rhs", "b"]),
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
    for argument in arguments(reader, call, RETRIEVAL, UnknownKey::Taken) {
        match &argument.key {
            Key::Named(key) => {
                let compared = argument.comparison != Comparison::Equal;
                let Some(role) = role(key).filter(|_| !compared) else {
                    constraints.push((key.clone(), Constraint::VALUE.to_owned(), argument));
                    continue;
                };
                if given.contains(&role) {
                    reader.report(Diagnostic::error(argument.span, format!("`{role}` is given twice")));
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
        let Some(on) = owner(reader, &retrieval, (&of, &property), &argument) else {
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
fn owner(
    reader: &mut Reader<'_, '_>,
    retrieval: &Retrieval,
    (of, property): (&str, &str),
    argument: &Written<'_>,
) -> Option<Role> {
    let roles = [Role::Subject, Role::Predicate, Role::Object];
    let named = |role: &Role| retrieval.var(*role).is_some_and(|var| var.as_str() == of);
    let found = role(of).or_else(|| roles.into_iter().find(named));
    if found.is_none() {
        let is_argument = matches!(argument.key, Key::Named(_)) && property == Constraint::VALUE;
        let wrong = match is_argument {
            true => Diagnostic::error(argument.span, format!("Retrieval has no argument `{of}`"))
                .with_nearest(of, RETRIEVAL.iter().flat_map(|(_, names)| names.iter().copied())),
            false => Diagnostic::error(argument.span, format!("`{of}` is not part of this pattern")),
        };
        reader.report(wrong.with_expected("`s`, `p`, `o` or a variable of the pattern"));
    }
    found
}

fn sort(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    let (mut set, mut by, mut direction, mut limit) = (None, Vec::new(), None, None);
    for argument in arguments(reader, call, SORT, UnknownKey::Reported) {
        match &argument.key {
            Key::None if set.is_none() => set = reader.required_path(argument.value),
            // The same in their order: `Sort(o1, o2, max, 1)`.
            Key::None if limit.is_none() && reader.plain(argument.value).parse::<NonZeroUsize>().is_ok() => {
                limit = reader.plain(argument.value).parse().ok();
            }
            Key::None if direction.is_none() && self::direction(&reader.plain(argument.value)).is_some() => {
                direction = sort_direction(reader, &argument);
            }
            Key::None if direction.is_none() && limit.is_none() => by.extend(reader.required_path(argument.value)),
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
    let found = direction(&text);
    if found.is_none() {
        let wrong = Diagnostic::error(argument.span, format!("direction `{text}`"));
        reader.report(wrong.with_expected("`min` or `max`"));
    }
    found
}

/// The direction called `name`, in English or Chinese.
pub(super) fn direction(name: &str) -> Option<SortDirection> {
    match name.trim().to_lowercase().as_str() {
        "min" | "asc" | "ascending" | "smallest" | "lowest" | "least" | "earliest" | "first" | "升序" | "最小"
        | "最早" | "最低" | "最少" => Some(SortDirection::Ascending),
        "max" | "desc" | "descending" | "largest" | "highest" | "most" | "latest" | "last" | "降序" | "最大"
        | "最晚" | "最高" | "最多" => Some(SortDirection::Descending),
        _ => None,
    }
}

fn math(reader: &mut Reader<'_, '_>, call: &Call<'_>) -> Option<LogicalOp> {
    if let Some(task) = v07::math(reader, call) {
        return Some(task);
    }
    let Grouped { rest, by } = formula::grouped(reader, call);
    let inside = rest.first().zip(rest.last()).map(|(first, last)| Span::new(first.start, last.end));
    let Some(inside) = inside else {
        let wrong = Diagnostic::error(call.span, "nothing is given to compute");
        reader.report(wrong.with_expected("an expression, or `content=` and `target=`"));
        return None;
    };
    Some(LogicalOp::Math(match reader.expression(inside) {
        Ok(expr) => Math::Formula { expr, by },
        Err(problems) => {
            let text = reader.text(inside);
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
    let Grouped { rest, by } = formula::grouped(reader, call);
    let [counted] = rest.as_slice() else {
        let message = if rest.is_empty() { "nothing is given to count" } else { "several things are given to count" };
        reader.report(Diagnostic::error(call.span, message).with_expected("a variable"));
        return None;
    };
    let expr = formula::expression(reader, *counted)?;
    Some(Math::Formula { expr: Expr::call("count", [expr]), by }.into())
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
