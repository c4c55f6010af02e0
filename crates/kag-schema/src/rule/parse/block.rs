//! `Structure` blocks: paths as they are drawn, and lines of the older form.

use std::sync::Arc;

use kag_core::Span;

use crate::{
    Diagnostic, Expr, PathPattern,
    expr::{Keyword, Parser, Symbol, TokenKind},
};

/// Paths and what must hold of them together.
pub(super) struct Structure {
    pub(super) paths: Vec<PathPattern>,
    pub(super) condition: Option<Expr>,
}

impl Parser<'_> {
    /// The paths up to the end of the block that `open` began.
    pub(super) fn structure(&mut self, open: Span) -> Structure {
        let mut structure = Structure { paths: Vec::new(), condition: None };
        while !self.closes(open, "`Structure`") {
            if self.take(Symbol::Comma).is_some() || self.separator() {
                continue;
            }
            if self.sees_word("WHERE") {
                self.at += 1;
                structure.condition = self.clause_body();
                continue;
            }
            self.structure_item(&mut structure.paths);
        }
        structure
    }

    /// One path or line, or a report of why there is none.
    pub(super) fn structure_item(&mut self, paths: &mut Vec<PathPattern>) {
        if self.kind_at(self.at) == Some(&TokenKind::Keyword(Keyword::Not)) && self.path_begins(self.at + 1) {
            let wrong = Diagnostic::error(self.here(), "a pattern says what is there, and not what is not")
                .with_hint("make it a condition: `R1: not (s)-[:pred]->(o)`");
            self.diagnostics.push(wrong);
            self.at += 1;
            self.structure_item(&mut Vec::new());
        } else if self.path_begins(self.at) {
            paths.extend(self.whole_path());
        } else if self.name_at(self.at) {
            self.line(paths);
        } else {
            let _: Option<()> = self.unexpected("a path, as in `(s)-[p:pred]->(o)`");
            self.skip_path();
        }
    }

    /// Whether `(s)…`, `p: (s)…` or `OPTIONAL (s)…` begins at the place `at`.
    pub(super) fn path_begins(&self, at: usize) -> bool {
        if self.symbol_at(at, Symbol::LeftParen) {
            return true;
        }
        let named = |at: usize| {
            self.name_at(at) && self.symbol_at(at + 1, Symbol::Colon) && self.symbol_at(at + 2, Symbol::LeftParen)
        };
        named(at) || self.word_at(at, "OPTIONAL") && (self.symbol_at(at + 1, Symbol::LeftParen) || named(at + 1))
    }

    /// A path with what stands before it.
    fn whole_path(&mut self) -> Option<PathPattern> {
        let start = self.here().start;
        let optional = self.word_at(self.at, "OPTIONAL") && !self.symbol_at(self.at + 1, Symbol::Colon);
        self.at += usize::from(optional);
        let mut variable: Option<Arc<str>> = None;
        if !self.sees(Symbol::LeftParen) {
            variable = self.name_here();
            self.at += 2;
        }
        let reported = self.diagnostics.len();
        let Some(mut path) = self.path() else {
            self.skip_path();
            return None;
        };
        (path.variable, path.optional) = (variable, optional);
        if optional && self.sees(Symbol::Comma) && self.symbol_at(self.at + 1, Symbol::LeftParen) {
            let span = Span::new(start, self.read_to());
            let warning = Diagnostic::warning(span, "OPTIONAL is about the one path that it stands before")
                .with_hint("repeat it before each that may be missing");
            self.diagnostics.push(warning);
        }
        if !self.path_ends() {
            if self.diagnostics.len() == reported {
                self.misplaced("an edge, `,` or the next path");
            }
            self.skip_path();
        }
        Some(path)
    }

    /// Whether what comes next can stand after a path.
    fn path_ends(&self) -> bool {
        matches!(self.ahead(0), None | Some(TokenKind::Symbol(Symbol::Comma | Symbol::RightBrace | Symbol::Semicolon)))
            || self.path_begins(self.at)
            || self.name_at(self.at) && (self.on_new_line(self.at) || self.sees_word("WHERE"))
            || self.sees_word("RETURN")
            || self.match_at(self.at)
            || self.outer_at(self.at)
    }

    /// Goes on to where another path may begin.
    pub(super) fn skip_path(&mut self) {
        if self.peek().is_some() && !self.sees(Symbol::RightBrace) {
            self.at += 1;
        }
        while self.peek().is_some() {
            let line = self.on_new_line(self.at) && (self.path_begins(self.at) || self.name_at(self.at));
            let end = self.sees(Symbol::Comma) && self.path_begins(self.at + 1) || self.sees(Symbol::RightBrace);
            if line || end || self.outer_at(self.at) || self.sees_word("RETURN") {
                return;
            }
            self.at += 1;
        }
    }
}
