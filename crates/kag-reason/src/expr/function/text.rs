//! Functions of texts.

use super::{Arguments, Family, Term, Why, count, reading};

pub(super) const FAMILY: Family = &[
    ("length", length),
    ("lower", |arguments| of_text(arguments, str::to_lowercase)),
    ("upper", |arguments| of_text(arguments, str::to_uppercase)),
    ("trim", |arguments| of_text(arguments, |text| text.trim().to_owned())),
    ("concat", concatenated),
    ("starts_with", |arguments| of_two(arguments, |text, start| text.starts_with(start))),
    ("ends_with", |arguments| of_two(arguments, |text, end| text.ends_with(end))),
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
    let texts = arguments.values()?;
    let text: String = texts.iter().map(|value| reading::shown(value, context.environment)).collect();
    Ok(Term::Value(text.into()))
}
