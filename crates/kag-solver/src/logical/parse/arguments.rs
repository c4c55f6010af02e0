//! The arguments of an operation as written.

use kag_core::Span;
use kag_schema::Diagnostic;

use super::{
    call::{Call, is_equals},
    lex::{Bracket, Kind, Token},
    quote,
    reader::Reader,
};
use crate::logical::{Comparison, Var};

/// One argument.
#[derive(Clone, Debug)]
pub(super) struct Written<'t> {
    pub(super) key: Key,
    /// How it compares; [`Comparison::Equal`] for a positional one.
    pub(super) comparison: Comparison,
    /// The value, which may hold commas.
    pub(super) value: &'t [Token],
    /// Key and value.
    pub(super) span: Span,
}

/// What an argument is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Told by its position.
    None,
    /// `key=`, by its name in the operator's table, or as written where that has none.
    Named(String),
    /// `s.property=`.
    Property {
        /// A role's letter or a variable.
        of: String,
        property: String,
    },
}

/// The keys that an operator knows: each with what else it is called.
pub(super) type Keys = &'static [(&'static str, &'static [&'static str])];

/// What a word in front of `=` is when the operator does not know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnknownKey {
    /// A mistake.
    Reported,
    /// A key all the same.
    Taken,
    /// Part of a value.
    Value,
}

/// The arguments of `call`. A comma ends one only if another key follows, or if it has no
/// key itself: `s.location=West Lake, Hangzhou` is one argument.
pub(super) fn arguments<'t>(
    reader: &mut Reader<'_, '_>,
    call: &'t Call<'_>,
    keys: Keys,
    unknown: UnknownKey,
) -> Vec<Written<'t>> {
    let mut found: Vec<(Key, Comparison, Span, Option<usize>, usize)> = Vec::new();
    for (start, end) in split(&call.inside, |kind| kind == Kind::Comma) {
        let piece = call.inside.get(start..end).unwrap_or_default();
        let Some(whole) = span(piece) else {
            continue;
        };
        match key(reader, piece, keys, unknown) {
            Some((key, comparison, length)) => {
                found.push((key, comparison, whole, Some(start + length), end));
            }
            None => match found.last_mut() {
                Some((Key::Named(_) | Key::Property { .. }, _, span, _, until)) => {
                    span.end = whole.end;
                    *until = end;
                }
                _ => found.push((Key::None, Comparison::Equal, whole, Some(start), end)),
            },
        }
    }
    let written = found.into_iter().map(|(key, comparison, span, start, end)| {
        let value = start.and_then(|start| call.inside.get(start..end));
        Written { key, comparison, value: value.unwrap_or_default(), span }
    });
    let written: Vec<Written<'t>> = written.collect();
    written.into_iter().filter(|argument| is_usable(reader, call, argument, keys, unknown)).collect()
}

/// Whether the operator knows an argument and the argument has a value; what is not so is
/// reported.
fn is_usable(
    reader: &mut Reader<'_, '_>,
    call: &Call<'_>,
    argument: &Written<'_>,
    keys: Keys,
    unknown: UnknownKey,
) -> bool {
    if let Key::Named(name) = &argument.key
        && unknown == UnknownKey::Reported
        && !keys.iter().any(|(known, _)| known == name)
    {
        let wrong = Diagnostic::error(argument.span, format!("{} has no argument `{name}`", call.name));
        reader.report(wrong.with_nearest(name, keys.iter().map(|(known, _)| *known)));
        return false;
    }
    if argument.value.is_empty() {
        let text = reader.text(argument.span);
        reader.report(Diagnostic::error(argument.span, format!("`{text}` has no value")));
        return false;
    }
    true
}

/// The parts of `tokens` between those for which `separates` holds outside brackets, as
/// ranges.
pub(super) fn split(tokens: &[Token], separates: impl Fn(Kind) -> bool) -> impl Iterator<Item = (usize, usize)> {
    let mut depth = 0_usize;
    let mut bounds = vec![0];
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            kind if depth == 0 && separates(kind) => bounds.extend([at, at + 1]),
            _ => {}
        }
    }
    bounds.push(tokens.len());
    let starts = bounds.clone().into_iter().step_by(2);
    starts.zip(bounds.into_iter().skip(1).step_by(2))
}

/// From the first token to the last; `None` where there is none.
pub(super) fn span(tokens: &[Token]) -> Option<Span> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    Some(Span::new(first.span.start, last.span.end))
}

/// The key that `piece` begins with, the comparison, and the number of tokens of both.
fn key(
    reader: &mut Reader<'_, '_>,
    piece: &[Token],
    keys: Keys,
    unknown: UnknownKey,
) -> Option<(Key, Comparison, usize)> {
    let (first, second) = (piece.first()?, piece.get(1)?);
    let name = reader.text(first.span);
    let first_is_word = first.kind == Kind::Word;
    if let Some((of, _)) = name.split_once('.')
        && first_is_word
        && Var::new(of).is_some()
        && unknown != UnknownKey::Value
    {
        return property(reader, piece, of);
    }
    let name = name.to_lowercase();
    let known = keys.iter().find(|(key, aliases)| *key == name || aliases.contains(&name.as_str()));
    let named = known.map_or(name, |(key, _)| (*key).to_owned());
    if !first_is_word || (known.is_none() && unknown == UnknownKey::Value) {
        return None;
    }
    if second.kind == Kind::Compare && (known.is_some() || Var::new(&named).is_some()) {
        let comparison = reader.comparison(second.span)?;
        return Some((Key::Named(named), comparison, 2));
    }
    let adjacent = first.span.end == second.span.start;
    if known.is_some() && adjacent && second.kind == Kind::Open(Bracket::Square) {
        let wrong = Diagnostic::error(first.span, format!("`=` is missing after `{named}`"));
        reader.report(wrong.with_hint(format!("write `{named}=[…]`")));
        return Some((Key::Named(named), Comparison::Equal, 1));
    }
    None
}

/// A key `of.property`, the property being one word, several, or one in quotes.
fn property(reader: &mut Reader<'_, '_>, piece: &[Token], of: &str) -> Option<(Key, Comparison, usize)> {
    let word = |token: &Token| match reader.text(token.span) {
        "in" | "IN" | "In" => Some(Comparison::In),
        "contains" | "CONTAINS" | "Contains" | "包含" => Some(Comparison::Contains),
        _ => None,
    };
    let compares = |(at, token): &(usize, &Token)| {
        *at > 0
            && match token.kind {
                Kind::Compare => true,
                Kind::Word => word(token).is_some(),
                _ => false,
            }
    };
    let plain = piece.iter().take_while(|token| !matches!(token.kind, Kind::Open(_) | Kind::Comma | Kind::Colon));
    let (at, symbol) = plain.enumerate().find(compares)?;
    let comparison = match word(symbol) {
        Some(comparison) => comparison,
        None => reader.comparison(symbol.span)?,
    };
    let before = piece.get(..at)?;
    let whole = span(before)?;
    let inside = Span::new(whole.start + of.len() + '.'.len_utf8(), whole.end);
    let name = reader.text(inside).trim();
    let property = match before {
        [_, quoted] if matches!(quoted.kind, Kind::Quoted(_)) && quoted.span == inside => quote::decode(name),
        _ => name.to_owned(),
    };
    if name.ends_with(" not") || name.is_empty() {
        let message = format!("`{}` is no property", reader.text(whole));
        reader.report(Diagnostic::error(whole, message).with_expected("a name after the point"));
    }
    let of = of.to_owned();
    Some((Key::Property { of, property }, comparison, at + 1))
}

impl Reader<'_, '_> {
    /// The comparison written at `span`; what is none is reported.
    pub(super) fn comparison(&mut self, span: Span) -> Option<Comparison> {
        let text = self.text(span);
        let narrow: String = text.chars().map(narrow).collect();
        let found = match narrow.as_str() {
            _ if is_equals(&narrow) => Comparison::Equal,
            "==" => Comparison::Equal,
            "!=" | "<>" | "≠" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" | "=<" | "≤" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" | "≥" => Comparison::GreaterOrEqual,
            "=>" => {
                let warning = Diagnostic::warning(span, "`=>` is read as `>=`");
                self.report(warning);
                Comparison::GreaterOrEqual
            }
            _ => {
                let wrong = Diagnostic::error(span, format!("`{text}` compares nothing"))
                    .with_expected("one of = != < <= > >= in contains");
                self.report(wrong);
                return None;
            }
        };
        Some(found)
    }
}

/// The ASCII character that a wide one stands for.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}
