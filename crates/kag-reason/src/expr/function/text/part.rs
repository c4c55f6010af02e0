//! Parts of a text and their places, counted in characters.

use kag_core::Value;

use super::{Arguments, Term, Why, count, reading, whole};

/// The characters from place `start` on, counted from 1, and at most so many of them. Place
/// 0 is the last character, and what is less counts on towards the beginning.
pub(super) fn sub_str(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let ([text, start], length) = arguments.and_optional()?;
    let (Some(text), Some(start)) = (text.single(1)?, start.single(2)?) else {
        return Ok(Term::Missing);
    };
    let text = context.text(&text, 1)?;
    let from = whole(&start, 2)?.saturating_sub(1);
    let until = match length.map(|length| length.single(3)).transpose()? {
        Some(Some(length)) => Some(from.saturating_add(whole(&length, 3)?)),
        Some(None) => return Ok(Term::Missing),
        None => None,
    };
    let size = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let from_the_end = |place: i64| if place < 0 { place.saturating_add(size).max(0) } else { place };
    let (from, until) = (from_the_end(from), until.map_or(size, from_the_end));
    let skipped = usize::try_from(from).unwrap_or(usize::MAX);
    let taken = usize::try_from(until.saturating_sub(from)).unwrap_or_default();
    Ok(Term::Value(text.chars().skip(skipped).take(taken).collect::<String>().into()))
}

/// The place, from 1, where a text first occurs at or after a place; 0 where it does not.
pub(super) fn in_str(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let ([text, sought], from) = arguments.and_optional()?;
    let (Some(text), Some(sought)) = (text.single(1)?, sought.single(2)?) else {
        return Ok(Term::Missing);
    };
    let from = match from.map(|from| from.single(3)).transpose()? {
        Some(Some(from)) => usize::try_from(whole(&from, 3)?.saturating_sub(1)).unwrap_or_default(),
        Some(None) => return Ok(Term::Missing),
        None => 0,
    };
    let (text, sought) = (context.text(&text, 1)?, reading::shown(&sought, context.environment));
    let Some((skipped, _)) = text.char_indices().nth(from).or((from == 0).then_some((0, ' '))) else {
        return Ok(count(0));
    };
    let found = text.get(skipped..).and_then(|rest| Some(rest.get(..rest.find(&sought)?)?.chars().count()));
    Ok(count(found.map_or(0, |before| from + before + 1)))
}

/// The parts between separators, empty ones too.
pub(super) fn split(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let ([text], separator) = arguments.and_optional()?;
    let Some(text) = text.single(1)? else {
        return Ok(Term::Missing);
    };
    let separator = separator.unwrap_or_else(|| Term::Value(",".into()));
    let Some(separator) = separator.single(2)? else {
        return Ok(Term::Missing);
    };
    let (text, separator) = (context.text(&text, 1)?, context.text(&separator, 2)?);
    if separator.is_empty() {
        return Ok(vec![Value::Text(text)].into());
    }
    Ok(text.split(&*separator).map(Value::from).collect::<Vec<_>>().into())
}

/// The part at a place, from 0, between any of the separating characters, empty parts left
/// out; the last where the place is negative, empty where there is none.
pub(super) fn split_part(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let Some([text, separators, place]) = arguments.values_of()? else {
        return Ok(Term::Missing);
    };
    let (text, separators) = (context.text(&text, 1)?, context.text(&separators, 2)?);
    let mut parts = text.split(|c| separators.contains(c)).filter(|part| !part.is_empty());
    let part = match usize::try_from(whole(&place, 3)?) {
        Ok(place) => parts.nth(place),
        Err(_) => parts.next_back(),
    };
    Ok(Term::Value(part.unwrap_or_default().into()))
}
