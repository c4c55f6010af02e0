//! `constraint: NotNull, MultiValue, Enum="a,b", Regular="[0-9]+"`.

use std::sync::Arc;

use kag_core::{Span, Value};

use super::{Reader, Target};
use crate::{
    Constraint, Diagnostic,
    language::{
        fence::fenced,
        lines::Line,
        text::{is_blank, quoted_length},
    },
};

const NAMES: [&str; 4] = ["NotNull", "MultiValue", "Enum", "Regular"];

impl Reader<'_> {
    pub(super) fn constraints(&mut self, target: Target, line: Line, value: Span) {
        let mut scanner = Scanner {
            source: self.source,
            at: value.start,
            end: value.end,
            found: Vec::new(),
            comment: None,
            diagnostics: Vec::new(),
        };
        while scanner.constraint() {}
        if scanner.found.is_empty() && scanner.diagnostics.is_empty() {
            self.error(line.span, "no constraint").expected(NAMES.join(", "));
        }
        self.lines.go_on_after(scanner.end);
        self.last_end = scanner.end;
        self.read.diagnostics.append(&mut scanner.diagnostics);
        if let Some(comment) = scanner.comment {
            self.pending.push((comment.into(), line.indent));
        }
        for (constraint, span) in scanner.found {
            let Some((property, place)) = self.property_of(target) else { return };
            if property.constraints.contains(&constraint) {
                self.error(span, "a constraint that is said twice");
                continue;
            }
            property.constraints.push(constraint);
            place.constraints.push(span);
        }
    }
}

struct Scanner<'s> {
    source: &'s str,
    at: usize,
    /// The end of the line; a fence can move it to a later line.
    end: usize,
    found: Vec<(Constraint, Span)>,
    comment: Option<&'s str>,
    diagnostics: Vec<Diagnostic>,
}

impl<'s> Scanner<'s> {
    /// Reads one constraint and the comma after it; `false` at the end.
    fn constraint(&mut self) -> bool {
        self.skip(|c| is_blank(c) || is_comma(c));
        let start = self.at;
        if self.rest().is_empty() || self.is_comment() {
            return false;
        }
        let word = self.word();
        let kind = NAMES.into_iter().find(|name| name.eq_ignore_ascii_case(word));
        match kind {
            Some("NotNull") => self.found.push((Constraint::NotNull, self.since(start))),
            Some("MultiValue") => self.found.push((Constraint::MultiValue, self.since(start))),
            Some(kind) => self.with_value(kind, start),
            None => self.unknown(word, start),
        }
        self.skip(is_blank);
        if !(self.rest().is_empty() || self.rest().starts_with(is_comma) || self.rest().starts_with('#')) {
            let from = self.at;
            if !self.rest().starts_with(|c: char| c.is_alphabetic()) {
                self.skip(|c| !is_comma(c));
            }
            let span = Span::new(from, self.at.max(from));
            self.diagnostics
                .push(Diagnostic::error(span, "constraints run together").with_expected("`,` between them"));
        }
        true
    }

    /// What follows the name of a constraint that has a value.
    fn with_value(&mut self, kind: &str, start: usize) {
        self.skip(is_blank);
        if self.rest().starts_with(['=', '＝', ':', '：']) {
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            self.skip(is_blank);
        } else {
            let wrong = Diagnostic::error(self.since(start), format!("{kind} without a value"));
            self.diagnostics.push(wrong.with_expected(example(kind)));
            return;
        }
        let read =
            if kind == "Enum" { self.values().map(Constraint::Enum) } else { self.pattern().map(Constraint::Regular) };
        match read {
            Some(constraint) => self.found.push((constraint, self.since(start))),
            None => {
                self.skip(|c| !is_comma(c));
                let wrong = Diagnostic::error(self.since(start), format!("the value of {kind} cannot be read"));
                self.diagnostics.push(wrong.with_expected(example(kind)));
            }
        }
    }

    fn unknown(&mut self, word: &str, start: usize) {
        let quoted = |rest: &str| quoted_length(rest.strip_prefix('=')?.trim_start_matches(is_blank), '"', '"');
        if let Some(length) = quoted(self.rest()) {
            self.skip(|c| c == '=' || is_blank(c));
            self.at += length;
        } else {
            self.skip(|c| !is_comma(c) && c != '#');
        }
        let span = self.since(start);
        let name = if word.is_empty() { span.of(self.source).unwrap_or("").trim_end() } else { word };
        let wrong = Diagnostic::error(span, format!("unknown constraint `{name}`")).with_expected(NAMES.join(", "));
        self.diagnostics.push(wrong.with_nearest(name, NAMES));
    }

    /// `"a,b"`, or a list of JSON texts and values.
    fn values(&mut self) -> Option<Vec<Value>> {
        if self.rest().starts_with('[') {
            let mut listed = serde_json::Deserializer::from_str(self.rest()).into_iter::<Vec<Item>>();
            let values = listed.next()?.ok()?;
            self.at += listed.byte_offset();
            return Some(values.into_iter().map(Value::from).collect());
        }
        let text = self.raw()?;
        let values = text.split(is_comma).map(|value| value.trim_matches(is_blank)).filter(|value| !value.is_empty());
        Some(values.map(Value::from).collect())
    }

    /// A regular expression in quotes, or between `[=[` and `]=]`.
    fn pattern(&mut self) -> Option<Arc<str>> {
        if self.rest().starts_with("[=") {
            let found = fenced(self.source, self.at).filter(|found| found.closed)?;
            // Exactly what stands there: white space counts in an expression.
            let fence = self.rest().trim_start_matches(['[', '=']);
            let length = self.rest().len() - fence.len();
            let whole = Span::new(self.at + length, found.end.checked_sub(length)?);
            self.at = found.end;
            self.end = self.end.max(self.line_end(found.end));
            return whole.of(self.source).map(Arc::from);
        }
        self.raw().map(Arc::from)
    }

    /// What stands in quotes, as it is.
    fn raw(&mut self) -> Option<&'s str> {
        let open = self.rest().chars().next()?;
        let close = match open {
            '"' | '\'' => open,
            '“' | '”' => '”',
            _ => return None,
        };
        let length = quoted_length(self.rest(), open, close)?;
        let text = self.rest().get(open.len_utf8()..length - close.len_utf8())?;
        self.at += length;
        Some(text)
    }

    fn is_comment(&mut self) -> bool {
        let comment = self.rest().strip_prefix('#').map(|comment| comment.trim_end_matches(is_blank));
        self.comment = comment.or(self.comment);
        comment.is_some()
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = self.source.get(at..).unwrap_or("");
        at + rest.find(['\n', '\r']).unwrap_or(rest.len())
    }

    fn word(&mut self) -> &'s str {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn skip(&mut self, accept: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !accept(c)).unwrap_or(rest.len());
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..self.end).unwrap_or("")
    }

    fn since(&self, start: usize) -> Span {
        Span::new(start, self.at)
    }
}

/// A value in a list: a text that is read as the property's type, or a value of its own.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Item {
    Text(Arc<str>),
    Value(Value),
}

impl From<Item> for Value {
    fn from(item: Item) -> Self {
        match item {
            Item::Text(text) => Self::Text(text),
            Item::Value(value) => value,
        }
    }
}

fn is_comma(c: char) -> bool {
    matches!(c, ',' | '，' | '、')
}

fn example(kind: &str) -> &'static str {
    if kind == "Enum" {
        "values in quotes, as in `Enum=\"red,blue\"`"
    } else {
        "an expression in quotes, as in `Regular=\"[0-9]+\"`"
    }
}
