//! Whether a text has one of several.

use std::collections::HashSet;

use super::{Arguments, Term, Why};

/// Whether one of the parts occurs in the text; false of an empty text.
pub(super) fn contains_any(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let [text, parts] = arguments.exactly()?;
    let Some(text) = text.single(1)? else {
        return Ok(Term::Missing);
    };
    let text = context.text(&text, 1)?;
    for part in parts.into_values()? {
        if !text.is_empty() && text.contains(&*context.text(&part, 2)?) {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

/// Whether two lists in texts have an item in common; false where one is empty. White space
/// around the items of the second does not count.
pub(super) fn contains_tag(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let ([value, tags], separator) = arguments.and_optional()?;
    let separator = separator.unwrap_or_else(|| Term::Value(",".into()));
    let (Some(value), Some(tags), Some(separator)) = (value.single(1)?, tags.single(2)?, separator.single(3)?) else {
        return Ok(Term::Missing);
    };
    let (value, tags) = (context.text(&value, 1)?, context.text(&tags, 2)?);
    let separator = context.text(&separator, 3)?;
    if value.is_empty() || tags.is_empty() {
        return Ok(false.into());
    }
    if separator.is_empty() {
        return Ok((*value == *tags.trim()).into());
    }
    let has: HashSet<&str> = value.split(&*separator).collect();
    Ok(tags.split(&*separator).any(|tag| has.contains(tag.trim())).into())
}
