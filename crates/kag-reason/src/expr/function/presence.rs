//! Functions of what may be missing.

use super::{Answer, Arguments, Term, Why};

pub(super) fn call<'f>(name: &str, arguments: Arguments<'f>) -> Answer<'f> {
    Ok(match name {
        "exists" => exists(arguments),
        "coalesce" => coalesce(arguments),
        _ => return Err(arguments),
    })
}

fn exists(arguments: Arguments<'_>) -> Result<Term, Why> {
    let [term] = arguments.exactly()?;
    Ok((!term.into_values()?.is_empty()).into())
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
