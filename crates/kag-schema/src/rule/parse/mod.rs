//! From the text of rules to their tree. Mistakes are reported, and reading goes on.
//!
//! Clauses are separated by nothing but where they begin, so the end of each is found first:
//! what looks like the beginning of the next one, or the end of the block. A mistake then
//! spoils its own clause only.

mod action;
mod block;
mod boundary;
mod clause;
mod concept;
mod define;
mod foreign;
mod lines;
mod pattern;
mod query;
mod under;

use kag_core::Span;

pub use under::RuleHead;

use super::{RuleProgram, SourceSpan, Statement};
use crate::{
    Diagnostic, RuleText,
    expr::{Dialect, Parser, Symbol, TokenKind},
};

/// The words that begin a statement or a block, as messages and hints show them.
const WORDS: [&str; 10] = [
    "Define",
    "DefinePriority",
    "MATCH",
    "RETURN",
    "Structure",
    "GraphStructure",
    "Constraint",
    "Rule",
    "Action",
    "Description",
];

impl RuleProgram {
    /// Reads rules and queries.
    ///
    /// All mistakes are reported in the order of the text, and whatever can be read is in
    /// the program; where a diagnostic is an error, what it is about is missing there. Never
    /// fails otherwise: text of any kind gives a program and diagnostics, in time linear in
    /// its length. Nesting over 64 levels is an error.
    ///
    /// ```
    /// use kag_schema::RuleProgram;
    ///
    /// let (program, diagnostics) = RuleProgram::parse(
    ///     "Define (s:Film)-[p:starNum]->(o:Integer) {
    ///          Structure { (s)-[:starOfFilm]->(u:FilmStar) }
    ///          Constraint { o = group(s).count(u) }
    ///      }",
    /// );
    /// assert!(diagnostics.is_empty());
    /// assert_eq!(program.statements.len(), 1);
    /// assert_eq!(RuleProgram::parse(&program.to_string()).0, program);
    /// ```
    #[must_use]
    pub fn parse(source: &str) -> (Self, Vec<Diagnostic>) {
        Self::parse_within(source, Span::new(0, source.len()))
    }

    /// Reads the rules that are the part `span` of `source`, such as a `[[ ]]` of a schema's
    /// file; all spans count from the start of `source`.
    #[must_use]
    pub fn parse_within(source: &str, span: Span) -> (Self, Vec<Diagnostic>) {
        Parser::new(Dialect::Rule, source, span, 0).program()
    }

    /// Reads the rules of a schema; all spans count from the start of the schema's file.
    #[must_use]
    pub fn parse_text(rule: &RuleText) -> (Self, Vec<Diagnostic>) {
        let whole = Span::new(0, rule.text.len());
        Parser::new(Dialect::Rule, &rule.text, whole, rule.span.start).program()
    }
}

impl Parser<'_> {
    fn program(mut self) -> (RuleProgram, Vec<Diagnostic>) {
        let mut statements = Vec::new();
        while self.peek().is_some() {
            self.statement(&mut statements);
        }
        (RuleProgram { statements }, self.finish())
    }

    fn statement(&mut self, statements: &mut Vec<Statement>) {
        let span = self.here();
        if self.begins_with("DefinePriority", Symbol::LeftParen) {
            statements.extend(self.priority().map(Statement::Priority));
        } else if self.begins_with("Define", Symbol::LeftParen) {
            statements.extend(self.define());
        } else if self.block_at(self.at).is_some() {
            statements.push(Statement::Query(self.block_query()));
        } else if self.match_at(self.at) {
            statements.push(Statement::Query(self.match_query()));
        } else if self.take(Symbol::RightBrace).is_some() {
            let wrong = Diagnostic::error(span, "`}` closes nothing").with_hint("every block is closed already");
            self.diagnostics.push(wrong);
        } else {
            self.no_statement();
        }
    }

    /// Reports what is no statement and goes on to the next one.
    fn no_statement(&mut self) {
        let span = self.here();
        let word = self.shown(span);
        let mut wrong = Diagnostic::error(span, format!("unexpected `{word}`"))
            .with_expected("`Define`, `Structure`, `MATCH` or `DefinePriority`");
        if let Some(known) = WORDS.iter().find(|known| self.word_at(self.at, known)) {
            let expected = match *known {
                "Define" => "`(` behind it, as in `Define (s:Type)-[p:predicate]->(o:Type) {`",
                "MATCH" => "a path behind it, as in `MATCH (s:Type)-[:predicate]->(o)`",
                "RETURN" => "`MATCH` and a path before it",
                "Description" => "a definition before it",
                _ => "`{` or `(` behind it",
            };
            wrong = Diagnostic::error(span, format!("`{word}` does not stand so")).with_expected(expected);
        } else if let Some(TokenKind::Name(name)) = self.ahead(0) {
            wrong = wrong.with_nearest(name, WORDS);
        }
        if let Some(hint) = self.foreign_hint() {
            wrong = wrong.with_hint(hint);
        }
        if self.begins_with("Graph", Symbol::LeftBrace) {
            wrong = wrong.with_hint("a graph of examples is data and no rule");
        }
        if !matches!(self.ahead(0), Some(TokenKind::Broken)) {
            self.diagnostics.push(wrong);
        }
        self.at += 1;
        while self.peek().is_some() && !self.statement_at(self.at) {
            // What stands in braces belongs to what could not be read.
            let brace = self.sees(Symbol::LeftBrace);
            self.at = self.partner(self.at).filter(|other| brace && *other > self.at).unwrap_or(self.at) + 1;
        }
    }

    /// From the byte `start` to the last word read.
    fn span_from(&self, start: usize) -> SourceSpan {
        SourceSpan(Span::new(start, self.read_to().max(start)))
    }

    /// Reads with `read` what stands before the word at `stop`, and goes on there.
    fn up_to<T>(&mut self, stop: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.stop;
        self.stop = stop.min(outer);
        let result = read(self);
        self.at = self.stop.max(self.at);
        self.stop = outer;
        result
    }
}
