//! From text to definitions, line by line.
//!
//! What a line is follows from its own form (a keyword, or a declaration), and what it
//! belongs to from its indentation compared with that of the last type, property and
//! sub-property. Indentation counts only as more or less, so that any width will do.

mod constraint;
mod declare;
mod setting;

pub(super) use declare::has_han;

use std::sync::Arc;

use kag_core::{Predicate, Span, TypeName};

use super::{
    comment::{Comment, CommentPlace, block_comment, comment_at, comment_text},
    declaration::declaration,
    draft::{Draft, PropertyPlace, TypePlace},
    keyword::{Keyword, word_line},
    lines::{Line, Lines},
    text::{is_blank, trimmed},
};
use crate::{Diagnostic, PropertyDef, PropertyKind, TypeDef, nearest};

/// What a text says, before anyone asks whether it makes sense.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) namespace: Option<Arc<str>>,
    pub(super) draft: Draft,
    pub(super) comments: Vec<Comment>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads all of `source`.
pub(super) fn read(source: &str) -> Read {
    let mut reader = Reader {
        source,
        lines: Lines::new(source),
        read: Read::default(),
        block: None,
        property: None,
        explicit: false,
        qualifier: None,
        pending: Vec::new(),
        last_end: 0,
    };
    while let Some(line) = reader.lines.next() {
        reader.line(line);
        let end = line.span.end.max(reader.last_end);
        reader.read.draft.reach(end, reader.property.is_some());
    }
    reader.finish()
}

struct Reader<'s> {
    source: &'s str,
    lines: Lines<'s>,
    read: Read,
    /// The open `properties:` or `relations:` of the last type, with its indentation.
    block: Option<(PropertyKind, usize)>,
    /// The indentation of the last property of the open block.
    property: Option<usize>,
    /// Whether its sub-properties follow a `properties:` of their own.
    explicit: bool,
    /// The indentation of its last sub-property.
    qualifier: Option<usize>,
    /// Comments not yet placed, with their indentation.
    pending: Vec<(Arc<str>, usize)>,
    /// The end of the last text over several lines.
    last_end: usize,
}

/// What a line says something of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Type,
    Property,
    Qualifier,
}

impl<'s> Reader<'s> {
    fn line(&mut self, line: Line) {
        let text = self.text(line.span);
        if let Some(comment) = comment_text(text) {
            self.pending.push((comment.into(), line.indent));
            return;
        }
        if text.starts_with("/*") {
            self.block_comment(line);
            return;
        }
        if let Some(name) = namespace(text) {
            self.namespace(line, name.len());
            return;
        }
        if let Some(found) = word_line(self.source, line.span)
            && let Some(keyword) = Keyword::of(found.word)
            && !self.names_a_property(keyword, line, found.value)
        {
            self.keyword(keyword, line, found.word_span, found.value);
            return;
        }
        let before = self.read.diagnostics.len();
        match declaration(self.source, line.span, &mut self.read.diagnostics) {
            Some(declared) => self.declare(line, &declared),
            None if self.read.diagnostics.len() == before => self.nothing_known(line),
            None => {}
        }
    }

    /// A comment over several lines, or one with something behind it.
    fn block_comment(&mut self, line: Line) {
        let Some((texts, end)) = block_comment(self.source, line.span.start) else {
            self.error(line.span, "a comment without an end").expected("`*/`");
            return;
        };
        self.pending.extend(texts.into_iter().map(|text| (text.into(), line.indent)));
        self.lines.go_on_after(end);
        let rest = self.source.get(end..).unwrap_or("");
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let rest = trimmed(self.source, Span::new(end, end + length));
        if !rest.is_empty() {
            self.error(rest, "unexpected text behind a comment").expected("the end of the line");
        }
    }

    /// Reports a line that has no known form, unless its first word shows what was meant.
    fn nothing_known(&mut self, line: Line) {
        let text = self.text(line.span);
        let words: Vec<&str> = text.split(is_blank).filter(|word| !word.is_empty()).collect();
        if let ([first, name], 0, None) = (words.as_slice(), line.indent, &self.read.namespace)
            && nearest(first, ["namespace"]).is_some()
        {
            let span = Span::new(line.span.start, line.span.start + first.len());
            if first.eq_ignore_ascii_case("namespace") {
                self.warning(span, "the keyword `namespace` begins with a small letter");
            } else {
                self.error(span, format!("unknown keyword `{first}`")).hint("did you mean `namespace`?");
            }
            self.namespace(line, name.len());
            return;
        }
        self.error(line.span, "a line that says nothing known")
            .expected("a type as in `Person(人物): EntityType`, a property as in `age(年龄): Integer`, or a keyword");
    }

    /// The namespace on a line whose last `length` bytes are its name.
    fn namespace(&mut self, line: Line, length: usize) {
        let span = trimmed(self.source, Span::new(line.span.end - length, line.span.end));
        let span = self.without_comment(span, line.indent);
        let name = self.text(span);
        let quoted = super::text::unquoted(name, '`');
        if name.is_empty() {
            self.error(line.span, "a namespace without a name").expected("a name, as in `namespace Football`");
            return;
        }
        if self.read.namespace.is_some() {
            self.error(line.span, "the namespace is said twice").hint("a file has one namespace, on its first line");
            return;
        }
        if quoted.is_none() && name.contains(|c: char| is_blank(c) || matches!(c, ':' | '：' | '(' | ')' | '`' | '.'))
        {
            self.error(span, "a namespace that is no name").expected("a single word, as in `namespace Football`");
        }
        if !self.read.draft.types.is_empty() {
            self.error(line.span, "a namespace after a type").hint("the namespace stands on the first line");
        }
        self.place_comments(&CommentPlace::Namespace);
        self.read.namespace = Some(quoted.unwrap_or_else(|| name.to_owned()).into());
    }

    /// What a line that is indented so says something of, and whether it stands where it
    /// should.
    fn target(&self, indent: usize) -> (Target, bool) {
        match (self.property, self.qualifier) {
            (Some(_), Some(qualifier)) if indent > qualifier => (Target::Qualifier, true),
            (Some(_), Some(qualifier)) if indent == qualifier && self.explicit => (Target::Qualifier, false),
            (Some(property), _) if indent > property => (Target::Property, true),
            (Some(property), _) if indent == property => (Target::Property, false),
            _ => (Target::Type, true),
        }
    }

    fn finish(mut self) -> Read {
        let end = self.source.len();
        if let Some(last) = self.read.draft.types.last() {
            let name = last.name.clone();
            let inside = self.pending.iter().take_while(|(_, indent)| *indent > 0).count();
            let rest = self.pending.split_off(inside);
            self.place_comments(&CommentPlace::EndOf(name));
            self.pending = rest;
        }
        self.place_comments(&CommentPlace::End);
        if self.read.namespace.is_none() {
            let first = self.read.draft.places.first().map_or(Span::new(end, end), |place| place.name);
            self.error(first, "no namespace").hint("the first line says it, as in `namespace Football`");
        }
        self.read
    }

    /// Puts the comments read since the last declaration to `place`.
    fn place_comments(&mut self, place: &CommentPlace) {
        let pending = std::mem::take(&mut self.pending);
        let comments = pending.into_iter().map(|(text, _)| Comment { text, place: place.clone() });
        self.read.comments.extend(comments);
    }

    /// `span` up to a comment behind it, which is put above the line.
    fn without_comment(&mut self, span: Span, indent: usize) -> Span {
        let text = self.text(span);
        let Some(at) = comment_at(text) else { return span };
        let comment = text.get(at..).unwrap_or("");
        match comment_text(comment) {
            Some(comment) => self.pending.push((comment.into(), indent)),
            None => {
                let span = Span::new(span.start + at, span.end);
                self.error(span, "a comment that does not end on its line").expected("`*/`");
            }
        }
        trimmed(self.source, Span::new(span.start, span.start + at))
    }

    fn text(&self, span: Span) -> &'s str {
        span.of(self.source).unwrap_or("")
    }

    fn last_type(&mut self) -> Option<(&mut TypeDef, &mut TypePlace)> {
        self.read.draft.types.last_mut().zip(self.read.draft.places.last_mut())
    }

    fn last_property(&mut self) -> Option<(&mut PropertyDef, &mut PropertyPlace)> {
        let (type_def, place) = self.last_type()?;
        type_def.properties.last_mut().zip(place.properties.last_mut())
    }

    /// The property or sub-property that `target` is.
    fn property_of(&mut self, target: Target) -> Option<(&mut PropertyDef, &mut PropertyPlace)> {
        let (property, place) = self.last_property()?;
        match target {
            Target::Qualifier => property.qualifiers.last_mut().zip(place.qualifiers.last_mut()),
            Target::Property => Some((property, place)),
            Target::Type => None,
        }
    }

    /// The names of the last type and property.
    fn path(&mut self) -> Option<(TypeName, Predicate)> {
        let (type_def, _) = self.last_type()?;
        Some((type_def.name.clone(), type_def.properties.last()?.name.clone()))
    }

    fn error(&mut self, span: Span, message: impl Into<String>) -> Reported<'_> {
        self.report(Diagnostic::error(span, message))
    }

    fn warning(&mut self, span: Span, message: impl Into<String>) -> Reported<'_> {
        self.report(Diagnostic::warning(span, message))
    }

    fn report(&mut self, diagnostic: Diagnostic) -> Reported<'_> {
        self.read.diagnostics.push(diagnostic);
        Reported(self.read.diagnostics.last_mut())
    }
}

/// A diagnostic just reported, of which more can be said.
struct Reported<'d>(Option<&'d mut Diagnostic>);

impl Reported<'_> {
    fn expected(self, expected: impl Into<String>) -> Self {
        self.more(|diagnostic| diagnostic.with_expected(expected))
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        self.more(|diagnostic| diagnostic.with_hint(hint))
    }

    fn nearest<'c>(self, name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Self {
        self.more(|diagnostic| diagnostic.with_nearest(name, candidates))
    }

    fn more(mut self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        if let Some(diagnostic) = &mut self.0 {
            **diagnostic = change(diagnostic.clone());
        }
        self
    }
}

/// What follows the word `namespace`, where a line begins with it and is no declaration.
pub(super) fn namespace(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("namespace")?;
    let name = rest.trim_start_matches(is_blank);
    (rest.is_empty() || name.len() < rest.len())
        .then_some(name)
        .filter(|name| !name.starts_with([':', '：', '(', '（']))
}
