//! The line above a rule, which says what the rule is about.

use std::sync::Arc;

use kag_core::{Predicate, Span, TypeName};

use super::ConceptRuleHead;
use crate::{
    ConceptName, Diagnostic,
    language::text::{is_blank, quoted_length, unquoted},
};

/// A head and what stands behind it.
pub(super) struct HeadLine {
    pub(super) head: ConceptRuleHead,
    /// What could not be read.
    pub(super) rest: Option<Span>,
}

/// What the line `span` is about.
pub(super) fn head(source: &str, span: Span, namespace: &str) -> Result<HeadLine, Diagnostic> {
    let mut scanner = Scanner { source, at: span.start, end: span.end, namespace };
    let read = scanner.head();
    scanner.blanks();
    match read {
        Some(head) => {
            // The colon is often forgotten behind an effect.
            scanner.eat(":");
            scanner.blanks();
            let rest = Span::new(scanner.at, scanner.end);
            Ok(HeadLine { head, rest: (!rest.is_empty()).then_some(rest) })
        }
        None => Err(Diagnostic::error(Span::new(scanner.at, span.end), "this is no concept")
            .with_expected(scanner.expected())
            .with_hint("a head looks like `` `Industry`/`chemicals`: `` or `` `A`/`a`:B/`b` ``")),
    }
}

struct Scanner<'s> {
    source: &'s str,
    at: usize,
    end: usize,
    namespace: &'s str,
}

impl<'s> Scanner<'s> {
    fn head(&mut self) -> Option<ConceptRuleHead> {
        if self.rest().starts_with(['(', '（']) {
            self.eat("(");
            let subject = self.concept()?;
            let with = self.with();
            self.must(")")?;
            if !self.eat("-") {
                // Only the last concept of a head can have a second part.
                return with.is_none().then_some(ConceptRuleHead::Definition(subject));
            }
            let predicate = self.predicate()?;
            let (object, with) = self.object()?;
            return Some(ConceptRuleHead::Relation { subject, predicate, object, with });
        }
        if self.rest().starts_with('[') {
            let predicate = self.predicate()?;
            let (object, with) = self.object()?;
            return Some(ConceptRuleHead::Conclusion { predicate, object, with });
        }
        if let Some(priority) = self.priority() {
            return Some(priority);
        }
        let concept = self.concept()?;
        self.must(":")?;
        if self.rest().is_empty() {
            return Some(ConceptRuleHead::Membership(concept));
        }
        Some(ConceptRuleHead::Causation { cause: concept, effect: self.concept()? })
    }

    /// ``Priority(`Type`):``
    fn priority(&mut self) -> Option<ConceptRuleHead> {
        let start = self.at;
        let word = self.word().filter(|word| word.eq_ignore_ascii_case("Priority"));
        let found = word.is_some() && self.eat("(");
        let type_name = if found { self.type_name() } else { None };
        if let Some(type_name) = type_name.filter(|_| self.eat(")")) {
            return Some(ConceptRuleHead::Priority(type_name));
        }
        self.at = start;
        None
    }

    /// `[predicate]->`
    fn predicate(&mut self) -> Option<Predicate> {
        self.must("[")?;
        self.eat(":");
        let name = self.word()?;
        self.must("]")?;
        self.must("->")?;
        Some(Predicate::new(name))
    }

    /// ``(`Type`/`name`)``, perhaps with a second part.
    fn object(&mut self) -> Option<(ConceptName, Option<Arc<str>>)> {
        self.must("(")?;
        let concept = self.concept()?;
        let with = self.with();
        self.must(")")?;
        Some((concept, with))
    }

    fn with(&mut self) -> Option<Arc<str>> {
        self.eat("+").then(|| self.word()).flatten().map(Arc::from)
    }

    fn concept(&mut self) -> Option<ConceptName> {
        let type_name = self.type_name()?;
        self.must("/")?;
        let name = self.word()?;
        Some(ConceptName { type_name, name: name.into() })
    }

    fn type_name(&mut self) -> Option<TypeName> {
        let name = self.word()?;
        let own = name.strip_prefix(self.namespace).and_then(|rest| rest.strip_prefix('.'));
        Some(TypeName::new(own.filter(|own| !own.is_empty() && !self.namespace.is_empty()).unwrap_or(&name)))
    }

    /// A name, in back-quotes or without white space and punctuation.
    fn word(&mut self) -> Option<String> {
        self.blanks();
        let rest = self.rest();
        if rest.starts_with('`') {
            let length = quoted_length(rest, '`', '`')?;
            let name = unquoted(rest.get(..length)?, '`').filter(|name| !name.trim_matches(is_blank).is_empty())?;
            self.at += length;
            return Some(name);
        }
        let ends =
            |c: char| is_blank(c) || matches!(c, '`' | '/' | ':' | '：' | '(' | '（' | ')' | '）' | '[' | ']' | '+');
        let length = rest.find(ends).unwrap_or(rest.len());
        let name = rest.get(..length).filter(|name| !name.is_empty())?;
        self.at += length;
        Some(name.to_owned())
    }

    /// Passes over `mark`, which may be wide.
    fn eat(&mut self, mark: &str) -> bool {
        self.blanks();
        let wide = match mark {
            ":" => "：",
            "(" => "（",
            ")" => "）",
            mark => mark,
        };
        let found = [mark, wide].into_iter().find(|mark| self.rest().starts_with(mark));
        self.at += found.map_or(0, str::len);
        self.blanks();
        found.is_some()
    }

    fn must(&mut self, mark: &str) -> Option<()> {
        self.eat(mark).then_some(())
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_blank).len();
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..self.end).unwrap_or("")
    }

    /// What could have stood where reading stopped.
    fn expected(&self) -> &'static str {
        if self.rest().is_empty() { "`:` at the end" } else { "a type, `/` and a name" }
    }
}
