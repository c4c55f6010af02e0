//! Reading subjects, predicates and objects: `s1:Person|Coach[C罗][id]`.

use std::sync::Arc;

use kag_core::{Predicate, TypeName};
use kag_schema::Diagnostic;

use super::{
    arguments::{span, split},
    lex::{Bracket, Kind, Token},
    reader::Reader,
};
use crate::logical::{Constant, Place, PredicateTerm, Term, Var};

/// A term before it is known whether it is a node or a predicate.
struct Parts<'t> {
    var: Option<&'t [Token]>,
    /// What stands behind the colon, if there is one, up to the first bracket.
    types: Option<&'t [Token]>,
    /// The content of each pair of square brackets.
    brackets: Vec<&'t [Token]>,
    /// What follows the brackets.
    rest: &'t [Token],
}

/// The variable that a term's tokens name, for knowing all variables before reading.
pub(super) fn term_var(reader: &Reader<'_, '_>, tokens: &[Token]) -> Option<Var> {
    let parts = parts(tokens);
    let text = reader.plain(parts.var?);
    let var = Var::new(&text)?;
    (parts.types.is_some() || parts.brackets.is_empty() || looks_like_var(&text)).then_some(var)
}

/// Whether tokens of a term say anything but a variable.
pub(super) fn is_constant(tokens: &[Token]) -> bool {
    !parts(tokens).brackets.is_empty()
}

/// Whether a bare word is rather a variable than a name: small letters, then digits.
pub(in super::super) fn looks_like_var(name: &str) -> bool {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let small = |c: char| c.is_ascii_lowercase() || c == '_';
    !letters.is_empty() && letters.chars().all(small) && (letters.len() < name.len() || name.len() == 1)
}

/// Reads a subject or object.
pub(super) fn term(reader: &mut Reader<'_, '_>, tokens: &[Token]) -> Term {
    let place = Place(span(tokens).unwrap_or_default());
    let parts = parts(tokens);
    let mut term = Term { place, ..Term::default() };
    if let Some(before) = parts.var {
        let text = reader.plain(before);
        let bare = parts.types.is_none();
        let known = looks_like_var(&text) || reader.scope.vars.contains(text.as_str());
        let is_type = bare && !parts.brackets.is_empty() && !known;
        let quoted = matches!(before, [token] if matches!(token.kind, Kind::Quoted(_)));
        let numbered = reader.numbered(&text, place.0);
        match Var::new(&text) {
            _ if numbered.is_some() => term.var = numbered.flatten(),
            _ if is_type => term.types = types(reader, before),
            Some(var) if !(bare && quoted) => term.var = Some(var),
            _ if bare => {
                term.names.push(Constant::Name(text.as_str().into()));
                let warning = Diagnostic::warning(place.0, format!("`{text}` is read as a name"));
                reader.report(warning.with_hint("a name goes in brackets: `s1:Type[name]`"));
            }
            _ => {
                let wrong = Diagnostic::error(place.0, format!("`{text}` is no variable"))
                    .with_expected("a letter or `_`, then letters, digits and `_`");
                reader.report(wrong);
            }
        }
    }
    term.types.extend(types(reader, parts.types.unwrap_or_default()));
    let only_names = parts.brackets.len() == 1;
    let mut brackets = parts.brackets.into_iter();
    if let Some(names) = brackets.next() {
        term.names.extend(constants(reader, names));
    }
    if only_names && term.names.is_empty() {
        reader.report(Diagnostic::warning(place.0, "brackets without a name"));
    }
    if let Some(ids) = brackets.next() {
        let ids = alternatives(ids).map(|id| Arc::from(reader.plain(id)));
        term.ids = ids.collect();
    }
    let unread = brackets.next().or(Some(parts.rest)).unwrap_or_default();
    unread_rest(reader, unread);
    term
}

/// Reads a predicate.
pub(super) fn predicate(reader: &mut Reader<'_, '_>, tokens: &[Token]) -> PredicateTerm {
    let place = Place(span(tokens).unwrap_or_default());
    let parts = parts(tokens);
    let mut predicate = PredicateTerm { place, ..PredicateTerm::default() };
    if let Some(before) = parts.var {
        let text = reader.plain(before);
        let quoted = matches!(before, [token] if matches!(token.kind, Kind::Quoted(_)));
        let bare = parts.types.is_none();
        match Var::new(&text) {
            Some(var) if !bare || (looks_like_var(&text) && !quoted) => predicate.var = Some(var),
            _ if bare => predicate.names = names(reader, before),
            _ => {
                let wrong = Diagnostic::error(place.0, format!("`{text}` is no variable"))
                    .with_expected("a letter or `_`, then letters, digits and `_`");
                reader.report(wrong);
            }
        }
    }
    predicate.names.extend(names(reader, parts.types.unwrap_or_default()));
    for unread in parts.brackets {
        unread_rest(reader, unread);
    }
    unread_rest(reader, parts.rest);
    predicate
}

fn parts(tokens: &[Token]) -> Parts<'_> {
    let square = |kind| kind == Kind::Open(Bracket::Square);
    let open = tokens.iter().position(|token| square(token.kind));
    let (head, mut rest) = tokens.split_at(open.unwrap_or(tokens.len()));
    let colon = head.iter().position(|token| token.kind == Kind::Colon);
    let (before, types) = match colon {
        Some(at) => (head.get(..at), head.get(at + 1..)),
        None => (Some(head), None),
    };
    let mut brackets = Vec::new();
    while rest.first().is_some_and(|token| square(token.kind)) {
        let mut depth = 0_usize;
        let close = rest.iter().position(|token| {
            match token.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let Some(close) = close else {
            break;
        };
        brackets.push(rest.get(1..close).unwrap_or_default());
        rest = rest.get(close + 1..).unwrap_or_default();
    }
    Parts { var: before.filter(|before| !before.is_empty()), types, brackets, rest }
}

fn unread_rest(reader: &mut Reader<'_, '_>, tokens: &[Token]) {
    if let Some(unread) = span(tokens) {
        let message = format!("`{}` is not read", reader.text(unread));
        let wrong = Diagnostic::error(unread, message);
        reader.report(wrong.with_expected("the end of the term, as in `s1:Type[name]`"));
    }
}

/// The parts between `|`, empty ones left out.
fn alternatives(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    split(tokens, |kind| kind == Kind::Pipe)
        .filter_map(|(start, end)| tokens.get(start..end))
        .filter(|piece| !piece.is_empty())
}

fn texts(reader: &mut Reader<'_, '_>, tokens: &[Token]) -> Vec<String> {
    let mut found = Vec::new();
    for piece in alternatives(tokens) {
        found.push(reader.plain(piece));
        let comma = piece.iter().find(|token| token.kind == Kind::Comma);
        if let Some(comma) = comma {
            let warning = Diagnostic::warning(comma.span, "a comma within a type or predicate")
                .with_hint("alternatives are separated by `|`");
            reader.report(warning);
        }
    }
    found
}

fn types(reader: &mut Reader<'_, '_>, tokens: &[Token]) -> Vec<TypeName> {
    let texts = texts(reader, tokens).into_iter();
    texts.map(TypeName::new).collect()
}

fn names(reader: &mut Reader<'_, '_>, tokens: &[Token]) -> Vec<Predicate> {
    let texts = texts(reader, tokens).into_iter();
    texts.map(Predicate::new).collect()
}

/// Names between brackets: alternatives by `|`; texts in quotes with commas between them
/// are one key; a comma in a name without quotes is part of it.
fn constants(reader: &mut Reader<'_, '_>, tokens: &[Token]) -> Vec<Constant> {
    let mut found = Vec::new();
    for piece in alternatives(tokens) {
        let parts: Vec<&[Token]> = split(piece, |kind| kind == Kind::Comma)
            .filter_map(|(start, end)| piece.get(start..end))
            .filter(|part| !part.is_empty())
            .collect();
        let quoted = |part: &&[Token]| matches!(part, [token] if matches!(token.kind, Kind::Quoted(_)));
        found.push(if parts.len() > 1 && parts.iter().any(quoted) {
            let parts = parts.into_iter().map(|part| reader.plain(part).into());
            Constant::Key(parts.collect())
        } else {
            Constant::Name(reader.plain(piece).into())
        });
    }
    found
}
