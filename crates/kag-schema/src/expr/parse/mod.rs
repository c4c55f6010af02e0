//! From words to tree: precedence climbing that reports and reads on.
//!
//! The reader of rules builds on the same [`Parser`]: it adds statements, blocks and patterns.

mod call;
mod climb;
mod forms;
mod items;
mod primary;

use std::borrow::Cow;

use kag_core::Span;

use super::{
    Dialect, Expr, ExprKind, UnaryOp,
    lex::lex,
    precedence::Precedence,
    token::{Keyword, Symbol, Token, TokenKind},
};
use crate::Diagnostic;

/// Deepest nesting of brackets and prefixes that is read.
const MAX_NESTING: usize = 64;
/// Highest tree that is built, so that walking it cannot exhaust the stack.
const MAX_HEIGHT: usize = 256;

impl Expr {
    /// Reads an expression.
    ///
    /// The expression is there exactly when no diagnostic is an error. Besides the printed
    /// form it reads wide punctuation (`（），＋－×÷＝≤≥`), `==`, `<>`, `&&`, `||`, `!`, `**`,
    /// Chinese words for the connectives (`且`, `或`, `非`), `a not in b`, and
    /// `if c then a else b`. Nesting over 64 levels is an error.
    #[must_use]
    pub fn parse(source: &str) -> (Option<Self>, Vec<Diagnostic>) {
        Self::parse_within(source, Span::new(0, source.len()))
    }

    /// Reads the expression that is the part `span` of `source`; all spans count from the
    /// start of `source`.
    #[must_use]
    pub fn parse_within(source: &str, span: Span) -> (Option<Self>, Vec<Diagnostic>) {
        Self::parse_as(Dialect::Formula, source, span)
    }

    /// Reads an expression as it is written in a rule: `==` or `=` for equality, `%` for the
    /// remainder, names of concepts (`` 疾病/`高血压` ``), paths, methods and `$x`, but no
    /// units and no percentages.
    #[must_use]
    pub fn parse_in_rule(source: &str) -> (Option<Self>, Vec<Diagnostic>) {
        Self::parse_as(Dialect::Rule, source, Span::new(0, source.len()))
    }

    fn parse_as(dialect: Dialect, source: &str, span: Span) -> (Option<Self>, Vec<Diagnostic>) {
        let mut parser = Parser::new(dialect, source, span, 0);
        let tree = parser.binary(Precedence::Or);
        if tree.is_some() && parser.peek().is_some() {
            let _: Option<()> = parser.unexpected("an operator or the end");
        }
        let diagnostics = parser.finish();
        let failed = diagnostics.iter().any(Diagnostic::is_error);
        (tree.map(|tree| tree.expr).filter(|_| !failed), diagnostics)
    }
}

/// An expression and how many levels it has.
pub(crate) struct Tree {
    pub(crate) expr: Expr,
    pub(crate) height: usize,
}

/// The words of a text and how far they are read.
pub(crate) struct Parser<'s> {
    pub(crate) source: &'s str,
    pub(crate) dialect: Dialect,
    /// Where the source begins in the text that spans count in.
    base: usize,
    pub(crate) tokens: Vec<Token>,
    /// The next word.
    pub(crate) at: usize,
    /// The word before which reading stops for now.
    pub(crate) stop: usize,
    /// Where the text ends.
    end: usize,
    /// For each bracket that has one, the word that is its other end. Of rules only.
    partners: Vec<u32>,
    nesting: usize,
    /// The most levels that an expression in the path at hand has.
    pub(crate) inner_height: usize,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'s> Parser<'s> {
    /// The words of the part `span` of `source`. All spans are `base` greater than they are in
    /// `source`.
    pub(crate) fn new(dialect: Dialect, source: &'s str, span: Span, base: usize) -> Self {
        let (mut tokens, mut diagnostics) = lex(source, span, dialect);
        if base > 0 {
            tokens.iter_mut().for_each(|token| token.span = token.span.shifted(base));
            diagnostics = diagnostics.into_iter().map(|diagnostic| diagnostic.shifted(base)).collect();
        }
        let partners = if dialect == Dialect::Rule { forms::partners(&tokens) } else { Vec::new() };
        let (stop, end) = (tokens.len(), source.floor_char_boundary(span.end) + base);
        Self { source, dialect, base, tokens, at: 0, stop, end, partners, nesting: 0, inner_height: 0, diagnostics }
    }

    /// What was wrong, in the order of the text.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|d| (d.span.start, d.span.end));
        self.diagnostics
    }

    pub(crate) fn in_rule(&self) -> bool {
        self.dialect == Dialect::Rule
    }

    pub(crate) fn too_deep<T>(&mut self) -> Option<T> {
        let span = self.here();
        let wrong = Diagnostic::error(span, "expression nested too deeply")
            .with_hint("compute the inner parts in steps of their own");
        self.diagnostics.push(wrong);
        // Nothing after this can be reported sensibly.
        self.at = self.stop;
        None
    }

    fn expected_value<T>(&mut self) -> Option<T> {
        self.unexpected("a value, a name or `(`")
    }

    pub(crate) fn unexpected<T>(&mut self, expected: &str) -> Option<T> {
        let found = match self.peek() {
            Some(token) if token.kind == TokenKind::Broken => return None,
            Some(token) => format!("unexpected `{}`", self.shown(token.span)),
            None => "unexpected end".to_owned(),
        };
        let wrong = Diagnostic::error(self.here(), found).with_expected(expected);
        self.diagnostics.push(wrong);
        None
    }

    fn keyword(&mut self, keyword: Keyword, text: &str) -> Option<()> {
        // In rules the words of `if c then a else b` are names.
        match self.peek() {
            Some(token) if token.kind == TokenKind::Keyword(keyword) => {
                self.at += 1;
                Some(())
            }
            _ => self.unexpected(text),
        }
    }

    pub(crate) fn written(&self, span: Span) -> &'s str {
        let start = span.start.saturating_sub(self.base);
        self.source.get(start..span.end.saturating_sub(self.base)).unwrap_or("")
    }

    /// What stands at `span` as a message shows it: a long text by its beginning.
    pub(crate) fn shown(&self, span: Span) -> Cow<'s, str> {
        let written = self.written(span);
        match written.char_indices().nth(40) {
            Some((end, _)) => Cow::Owned(format!("{}…", written.get(..end).unwrap_or(""))),
            None => Cow::Borrowed(written),
        }
    }

    fn calls_next(&self) -> bool {
        self.ahead(1) == Some(&TokenKind::Symbol(Symbol::LeftParen))
    }

    pub(crate) fn take(&mut self, symbol: Symbol) -> Option<Span> {
        let token = self.peek()?;
        if token.kind != TokenKind::Symbol(symbol) {
            return None;
        }
        let span = token.span;
        self.at += 1;
        Some(span)
    }

    pub(crate) fn sees(&self, symbol: Symbol) -> bool {
        self.ahead(0) == Some(&TokenKind::Symbol(symbol))
    }

    pub(crate) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).filter(|_| self.at < self.stop)
    }

    /// The word so many places further on.
    pub(crate) fn ahead(&self, places: usize) -> Option<&TokenKind> {
        let at = self.at + places;
        self.tokens.get(at).filter(|_| at < self.stop).map(|token| &token.kind)
    }

    /// Where the next word stands; at the end of what is read, where one would.
    pub(crate) fn here(&self) -> Span {
        self.peek().map_or_else(|| self.gap(), |token| token.span)
    }

    /// The place before which reading stops.
    fn gap(&self) -> Span {
        let end = match self.tokens.get(self.stop) {
            Some(token) => {
                self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(token.span.start, |t| t.span.end)
            }
            None => self.end,
        };
        Span::new(end, end)
    }

    /// Where the word before the next one ends.
    pub(crate) fn read_to(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(self.base, |token| token.span.end)
    }
}

impl Tree {
    fn leaf(kind: ExprKind, span: Span) -> Self {
        let expr = Expr::from(kind).at(span);
        Self { expr, height: 1 }
    }

    fn under(self, op: UnaryOp, start: usize) -> Self {
        let span = Span::new(start, self.expr.span.end);
        Self { expr: self.expr.unary(op).at(span), height: self.height + 1 }
    }
}
