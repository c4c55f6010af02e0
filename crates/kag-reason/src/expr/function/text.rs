//! Functions of texts.

use kag_core::Value;

use super::{Answer, Arguments, Term, Why, text};

pub(super) fn call<'f>(name: &str, arguments: Arguments<'f>) -> Answer<'f> {
    Ok(match name {
        "length" => length(arguments),
        "lower" => of_text(arguments, str::to_lowercase),
        "upper" => of_text(arguments, str::to_uppercase),
        "trim" => of_text(arguments, |text| text.trim().to_owned()),
        "concat" => arguments.values().map(|values| Term::Value(joined(&values).into())),
        "starts_with" => of_two(arguments, |text, start| text.starts_with(start)),
        "ends_with" => of_two(arguments, |text, end| text.ends_with(end)),
        _ => return Err(arguments),
    })
}

/// How many characters a text, or values a list, has.
fn length(arguments: Arguments<'_>) -> Result<Term, Why> {
    let [term] = arguments.exactly()?;
    let length = match term {
        Term::Column(items) => items.into_iter().flatten().count(),
        term => match term.single(1)? {
            Some(value) => text(&value, 1)?.chars().count(),
            None => return Ok(Term::Missing),
        },
    };
    Ok(Term::Value(i64::try_from(length).unwrap_or(i64::MAX).into()))
}

fn of_text(arguments: Arguments<'_>, of: impl Fn(&str) -> String) -> Result<Term, Why> {
    match arguments.value()? {
        Some(value) => Ok(Term::Value(of(text(&value, 1)?).into())),
        None => Ok(Term::Missing),
    }
}

fn of_two(arguments: Arguments<'_>, of: impl Fn(&str, &str) -> bool) -> Result<Term, Why> {
    let [left, right] = arguments.exactly()?;
    match (left.single(1)?, right.single(2)?) {
        (Some(left), Some(right)) => Ok(of(text(&left, 1)?, text(&right, 2)?).into()),
        _ => Ok(Term::Missing),
    }
}

fn joined(values: &[Value]) -> String {
    values.iter().map(ToString::to_string).collect()
}
