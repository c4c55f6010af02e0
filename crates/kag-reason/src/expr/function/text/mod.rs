//! Functions of texts.

mod part;
mod tag;

use super::{Arguments, Family, Term, Why, count, reading, whole};
use crate::expr::pattern::PatternKind;

pub(super) const FAMILY: Family = &[
    ("length", length),
    ("lower", |arguments| of_text(arguments, str::to_lowercase)),
    ("upper", |arguments| of_text(arguments, str::to_uppercase)),
    ("trim", |arguments| of_text(arguments, |text| text.trim().to_owned())),
    ("concat", concatenated),
    ("concat_ws", joined),
    ("sub_str", part::sub_str),
    ("in_str", part::in_str),
    ("split", part::split),
    ("split_part", part::split_part),
    ("starts_with", |arguments| of_two(arguments, |text, start| text.starts_with(start))),
    ("ends_with", |arguments| of_two(arguments, |text, end| text.ends_with(end))),
    ("str_contains", str_contains),
    ("contains_any", tag::contains_any),
    ("contains_tag", tag::contains_tag),
    ("is_blank", |arguments| blank(arguments).map(Term::from)),
    ("is_not_blank", |arguments| blank(arguments).map(|blank| (!blank).into())),
    ("regex_match", regex_match),
    ("regex_like", |arguments| regex(arguments, |regex, text| Some(regex.matches(text).into()))),
];

/// How many characters a text, or values a list, has.
fn length(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let [term] = arguments.exactly()?;
    match term {
        Term::Column(items) => Ok(count(items.into_iter().flatten().count())),
        term => match term.single(1)? {
            Some(value) => Ok(count(context.text(&value, 1)?.chars().count())),
            None => Ok(Term::Missing),
        },
    }
}

fn of_text(arguments: Arguments<'_>, of: impl Fn(&str) -> String) -> Result<Term, Why> {
    let context = arguments.context;
    match arguments.value()? {
        Some(value) => Ok(Term::Value(of(&context.text(&value, 1)?).into())),
        None => Ok(Term::Missing),
    }
}

fn of_two(arguments: Arguments<'_>, of: impl Fn(&str, &str) -> bool) -> Result<Term, Why> {
    let context = arguments.context;
    match arguments.values_of()? {
        Some([left, right]) => Ok(of(&context.text(&left, 1)?, &context.text(&right, 2)?).into()),
        None => Ok(Term::Missing),
    }
}

fn concatenated(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let values = arguments.values()?;
    let text: String = values.iter().map(|value| reading::shown(value, context.environment)).collect();
    Ok(Term::Value(text.into()))
}

/// The values with the first text between them.
fn joined(mut arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    if arguments.terms.len() < 2 {
        let [_, _] = arguments.exactly()?;
        return Ok(Term::Missing);
    }
    let Some(between) = arguments.terms.remove(0).single(1)? else {
        return Ok(Term::Missing);
    };
    let values = arguments.values()?;
    let texts: Vec<String> = values.iter().map(|value| reading::shown(value, context.environment)).collect();
    Ok(Term::Value(texts.join(&context.text(&between, 1)?).into()))
}

/// Whether the second value, as it is written, occurs in the first text.
fn str_contains(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let Some([text, part]) = arguments.values_of()? else {
        return Ok(Term::Missing);
    };
    Ok(context.text(&text, 1)?.contains(&reading::shown(&part, context.environment)).into())
}

fn blank(arguments: Arguments<'_>) -> Result<bool, Why> {
    let context = arguments.context;
    match arguments.value()? {
        Some(value) => Ok(context.text(&value, 1)?.trim().is_empty()),
        None => Ok(true),
    }
}

fn regex_match(arguments: Arguments<'_>) -> Result<Term, Why> {
    regex(arguments, |regex, text| regex.find(text).map(|found| Term::Value(found.into())))
}

fn regex(
    arguments: Arguments<'_>,
    of: impl Fn(&crate::expr::pattern::Pattern, &str) -> Option<Term>,
) -> Result<Term, Why> {
    let (context, cache) = (arguments.context, arguments.cache);
    let Some([text, pattern]) = arguments.values_of()? else {
        return Ok(Term::Missing);
    };
    let (text, pattern) = (context.text(&text, 1)?, context.text(&pattern, 2)?);
    let found = match cache {
        Some(cache) => of(&*cache.get(PatternKind::Regex, &pattern)?, &text),
        None => of(&PatternKind::Regex.compile(&pattern)?, &text),
    };
    Ok(found.unwrap_or(Term::Missing))
}
