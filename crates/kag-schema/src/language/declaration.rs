//! Lines that declare something: `name(label): Type`, `Name(label) -> Parent:`.

use kag_core::Span;

use super::text::{is_blank, quoted_length, trimmed, unquoted};
use crate::{Diagnostic, TypeKind};

/// A line that declares a type, a property or a sub-property.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    /// The word before `#`, with its place.
    pub(super) group: Option<(String, Span)>,
    /// The name.
    pub(super) name: String,
    /// Where it stands.
    pub(super) name_span: Span,
    /// Whether it stands in back-quotes, so that it is no more than a name.
    pub(super) is_quoted: bool,
    /// What stands in the parentheses.
    pub(super) label: Option<String>,
    /// What follows.
    pub(super) tail: Tail,
}

/// What follows the name and the label; the spans are without white space at their ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tail {
    /// `:` and the rest of the line.
    Colon(Span),
    /// `->` and the rest of the line.
    Arrow(Span),
    /// Something else, or nothing.
    Neither(Span),
}

impl Declaration {
    /// Whether there is a name alone before the colon, so that it may be meant for a word of
    /// the language.
    pub(super) fn is_bare(&self) -> bool {
        self.group.is_none() && self.label.is_none() && !self.is_quoted && matches!(self.tail, Tail::Colon(_))
    }

    /// The kind of type that follows the colon, with the place of the word and what comes
    /// after it.
    pub(super) fn kind(&self, source: &str) -> Option<(TypeKind, Span)> {
        let Tail::Colon(rest) = self.tail else { return None };
        let word = first_word(source, rest);
        kind_called(word.of(source)?).map(|kind| (kind, word))
    }
}

/// The kind of type called `name`, whatever the case.
pub(super) fn kind_called(name: &str) -> Option<TypeKind> {
    TypeKind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
}

/// The word that `span` begins with: up to white space, a comma, an arrow or a comment.
pub(super) fn first_word(source: &str, span: Span) -> Span {
    let text = span.of(source).unwrap_or("");
    let end = text.find(|c: char| is_blank(c) || matches!(c, ',' | '，' | '、' | '#')).unwrap_or(text.len());
    let word = text.get(..end).unwrap_or("");
    let end = word.find("->").unwrap_or(end);
    Span::new(span.start, span.start + end)
}

/// Whether a line declares a type, as far as can be told without knowing what is around it.
pub(super) fn begins_type(source: &str, span: Span) -> bool {
    let mut ignored = Vec::new();
    declaration(source, span, &mut ignored).is_some_and(|declaration| {
        ignored.is_empty() && (matches!(declaration.tail, Tail::Arrow(_)) || declaration.kind(source).is_some())
    })
}

/// What `span`, a line, declares; `None` where there is no name at its start.
pub(super) fn declaration(source: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<Declaration> {
    let mut scanner = Scanner { source, at: span.start, end: span.end };
    let group = scanner.group();
    let (name, name_span, is_quoted) = scanner.name(diagnostics)?;
    scanner.blanks();
    let label = scanner.label(diagnostics);
    scanner.blanks();
    let tail = scanner.tail();
    Some(Declaration { group, name, name_span, is_quoted, label, tail })
}

struct Scanner<'s> {
    source: &'s str,
    at: usize,
    end: usize,
}

impl<'s> Scanner<'s> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..self.end).unwrap_or("")
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_blank).len();
    }

    /// `CAU#`: letters and a number sign before a name.
    fn group(&mut self) -> Option<(String, Span)> {
        let (word, _) = self.rest().split_once('#')?;
        let word = word.trim_end_matches(is_blank);
        if word.is_empty() || !word.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let span = Span::new(self.at, self.at + word.len());
        let after = self.rest().find('#').map_or(0, |at| at + 1);
        self.at += after;
        self.blanks();
        Some((word.to_owned(), span))
    }

    fn name(&mut self, diagnostics: &mut Vec<Diagnostic>) -> Option<(String, Span, bool)> {
        let rest = self.rest();
        if rest.starts_with('`') {
            let Some(length) = quoted_length(rest, '`', '`') else {
                let span = Span::new(self.at, self.end);
                diagnostics.push(Diagnostic::error(span, "name without an end").with_expected("'`'"));
                return None;
            };
            let span = Span::new(self.at, self.at + length);
            self.at += length;
            let name = unquoted(rest.get(..length)?, '`').filter(|name| !name.trim_matches(is_blank).is_empty());
            if name.is_none() {
                diagnostics.push(Diagnostic::error(span, "empty name"));
            }
            return Some((name?, span, true));
        }
        let mut end = rest.find(['(', '（', ':', '：']).unwrap_or(rest.len());
        end = rest.get(..end).and_then(|name| name.find("->")).unwrap_or(end);
        let span = trimmed(self.source, Span::new(self.at, self.at + end));
        self.at += end;
        let name = span.of(self.source).filter(|name| !name.is_empty())?;
        Some((name.to_owned(), span, false))
    }

    /// What stands in parentheses; those inside it are matched.
    fn label(&mut self, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
        let rest = self.rest();
        let first = rest.chars().next().filter(|c| matches!(c, '(' | '（'))?;
        let opening = Span::new(self.at, self.at + first.len_utf8());
        let inside = rest.get(first.len_utf8()..).unwrap_or("");
        let quoted = inside.trim_start_matches(is_blank);
        let skip = quoted_length(quoted, '"', '"').map_or(0, |length| inside.len() - quoted.len() + length);
        let mut depth = 1usize;
        for (at, c) in inside.char_indices().skip_while(|(at, _)| *at < skip) {
            match c {
                '(' | '（' => depth += 1,
                ')' | '）' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at += first.len_utf8() + at + c.len_utf8();
                return read_label(inside.get(..at).unwrap_or(""));
            }
        }
        // As far as the colon, so that what follows it can be read.
        let length = inside.rfind([':', '：']).unwrap_or(inside.len());
        self.at += first.len_utf8() + length;
        diagnostics.push(Diagnostic::error(opening, "parenthesis without an end").with_expected("`)` after the label"));
        read_label(inside.get(..length).unwrap_or(""))
    }

    fn tail(&self) -> Tail {
        let rest = self.rest();
        let after = |length: usize| trimmed(self.source, Span::new(self.at + length, self.end));
        match rest.chars().next() {
            Some(colon @ (':' | '：')) => Tail::Colon(after(colon.len_utf8())),
            _ if rest.starts_with("->") => Tail::Arrow(after(2)),
            _ => Tail::Neither(after(0)),
        }
    }
}

/// The label in parentheses, which may be quoted; an empty one is none.
fn read_label(text: &str) -> Option<String> {
    let text = text.trim_matches(is_blank);
    match unquoted(text, '"') {
        Some(label) => Some(label),
        None => (!text.is_empty()).then(|| text.to_owned()),
    }
}
