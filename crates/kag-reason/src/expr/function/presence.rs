//! Functions of what may be missing.

use super::{Arguments, Family, Term, Why};

pub(super) const FAMILY: Family = &[
    ("exists", exists),
    ("coalesce", coalesce),
    ("is_null", |arguments| null(arguments).map(Term::from)),
    ("is_not_null", |arguments| null(arguments).map(|null| (!null).into())),
];

fn exists(arguments: Arguments<'_>) -> Result<Term, Why> {
    let [term] = arguments.exactly()?;
    Ok((!term.into_values()?.is_empty()).into())
}

fn null(arguments: Arguments<'_>) -> Result<bool, Why> {
    let [term] = arguments.exactly()?;
    Ok(term.is_null())
}

/// The first argument that is not missing, nor a column of nothing.
fn coalesce(arguments: Arguments<'_>) -> Result<Term, Why> {
    for term in arguments.some()? {
        match term {
            Term::Missing => {}
            Term::Column(items) if items.iter().all(Option::is_none) => {}
            Term::Undecided(error) => return Err(Why::Inside(error)),
            found => return Ok(found),
        }
    }
    Ok(Term::Missing)
}
