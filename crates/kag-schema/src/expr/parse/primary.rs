//! Values, names and what follows them after points.

use std::sync::Arc;

use kag_core::{Span, Value};

use super::{MAX_HEIGHT, Parser, Tree};
use crate::{
    BinaryOp, Diagnostic, ExprKind,
    expr::{
        literal::Constructor,
        precedence::Precedence,
        token::{Keyword, Symbol, TokenKind},
    },
};

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Option<Tree> {
        let mut tree = self.primary()?;
        while self.take(Symbol::Dot).is_some() {
            let Some((name, span)) = self.name_after_point() else {
                return self.unexpected("the name of a property");
            };
            self.at += 1;
            let start = tree.expr.span.start;
            tree = if self.sees(Symbol::LeftParen) {
                self.method(tree, name, start)?
            } else {
                let whole = Span::new(start, span.end);
                Tree { expr: tree.expr.property(name).at(whole), height: tree.height + 1 }
            };
            if tree.height > MAX_HEIGHT {
                return self.too_deep();
            }
        }
        Some(tree)
    }

    fn name_after_point(&self) -> Option<(Arc<str>, Span)> {
        let token = self.peek()?;
        match &token.kind {
            TokenKind::Name(name) | TokenKind::Quoted(name) => Some((Arc::clone(name), token.span)),
            // `s.in` is a property: a keyword cannot stand here.
            TokenKind::Keyword(_) => Some((self.written(token.span).into(), token.span)),
            _ => None,
        }
    }

    /// `of.name(arguments)`; the bracket comes next.
    fn method(&mut self, of: Tree, name: Arc<str>, start: usize) -> Option<Tree> {
        let open = self.here();
        self.at += 1;
        let sign = match self.ahead(0) {
            Some(TokenKind::Symbol(Symbol::Plus)) => Some("+"),
            Some(TokenKind::Symbol(Symbol::Star)) => Some("*"),
            _ => None,
        };
        let closed = self.ahead(1) == Some(&TokenKind::Symbol(Symbol::RightParen));
        if let Some(sign) = sign.filter(|_| closed && name.eq_ignore_ascii_case("accumulate")) {
            let sign = Tree::leaf(ExprKind::Literal(Value::Text(sign.into())), self.here());
            self.at += 2;
            let span = Span::new(start, self.read_to());
            let kind = ExprKind::Method { of: Box::new(of.expr), name, arguments: vec![sign.expr] };
            return Some(Tree { expr: crate::Expr::from(kind).at(span), height: of.height + 1 });
        }
        if self.in_rule() && name.eq_ignore_ascii_case("count") && self.star_alone() {
            self.at += 2;
            let span = Span::new(start, self.read_to());
            let kind = ExprKind::Method { of: Box::new(of.expr), name, arguments: Vec::new() };
            return Some(Tree { expr: crate::Expr::from(kind).at(span), height: of.height + 1 });
        }
        let list = self.items(open, Symbol::RightParen)?;
        let height = of.height;
        let mut tree = list.into_tree(start, |arguments| ExprKind::Method { of: Box::new(of.expr), name, arguments });
        tree.height = tree.height.max(height + 1);
        Some(tree)
    }

    fn primary(&mut self) -> Option<Tree> {
        let Some(token) = self.peek() else {
            return self.expected_value();
        };
        let span = token.span;
        let kind = match &token.kind {
            TokenKind::Literal(value) => ExprKind::Literal(value.clone()),
            TokenKind::Text(_) => return Some(self.quoted_text()),
            TokenKind::Keyword(Keyword::True) => ExprKind::Literal(Value::Boolean(true)),
            TokenKind::Keyword(Keyword::False) => ExprKind::Literal(Value::Boolean(false)),
            TokenKind::Keyword(Keyword::If) => return self.conditional(),
            // The word operators are functions too: `contains(a, b)`.
            TokenKind::Keyword(Keyword::Contains) if self.calls_next() => {
                return self.operator_call(BinaryOp::Contains, span);
            }
            TokenKind::Keyword(Keyword::Mod) if self.calls_next() => {
                return self.operator_call(BinaryOp::Remainder, span);
            }
            TokenKind::Name(name) | TokenKind::Quoted(name) => {
                let (name, quoted) = (Arc::clone(name), matches!(token.kind, TokenKind::Quoted(_)));
                return self.named(name, quoted, span);
            }
            TokenKind::Symbol(Symbol::LeftParen) => return self.bracket(span),
            TokenKind::Symbol(Symbol::LeftBracket) => {
                self.at += 1;
                let list = self.items(span, Symbol::RightBracket)?;
                return Some(list.into_tree(span.start, ExprKind::List));
            }
            TokenKind::Symbol(Symbol::Dollar) => return self.given(span),
            TokenKind::Broken => {
                self.at += 1;
                return None;
            }
            TokenKind::Keyword(_) if self.ahead(1) == Some(&TokenKind::Symbol(Symbol::Dot)) => {
                return self.keyword_as_name(span);
            }
            TokenKind::Keyword(_) | TokenKind::Symbol(_) => return self.expected_value(),
        };
        self.at += 1;
        Some(Tree::leaf(kind, span))
    }

    /// Reports a word of the language that is used as a name.
    fn keyword_as_name(&mut self, span: Span) -> Option<Tree> {
        let word = self.written(span).to_owned();
        let wrong = Diagnostic::error(span, format!("`{word}` is a word of the language"))
            .with_expected("a value, a name or `(`")
            .with_hint(format!("a name that is written so goes into back-quotes: `` `{word}` ``"));
        self.diagnostics.push(wrong);
        None
    }

    /// What begins with a name: a concept, a call, `null`, or a variable.
    fn named(&mut self, name: Arc<str>, quoted: bool, span: Span) -> Option<Tree> {
        if self.in_rule()
            && let Some(concept) = self.concept_ahead()
        {
            let whole = Span::new(span.start, self.read_to());
            return Some(Tree::leaf(ExprKind::Concept(concept), whole));
        }
        if self.calls_next() {
            return match Constructor::of(&name).filter(|_| !quoted) {
                Some(constructor) => self.constructed(constructor, name, span),
                None => self.call(name, span),
            };
        }
        let kind = if !quoted && name.eq_ignore_ascii_case("null") { ExprKind::Null } else { ExprKind::Variable(name) };
        self.at += 1;
        Some(Tree::leaf(kind, span))
    }

    /// A text; in a rule several in a row are one.
    fn quoted_text(&mut self) -> Tree {
        let start = self.here().start;
        let mut whole: Option<Arc<str>> = None;
        while let Some(TokenKind::Text(text)) = self.ahead(0) {
            whole = Some(match whole {
                None => Arc::clone(text),
                Some(_) if !self.in_rule() => break,
                Some(before) => format!("{before}{text}").into(),
            });
            self.at += 1;
        }
        let span = Span::new(start, self.read_to());
        Tree::leaf(ExprKind::Literal(Value::Text(whole.unwrap_or_default())), span)
    }

    /// `$x`
    fn given(&mut self, sign: Span) -> Option<Tree> {
        let (name, span) = match self.tokens.get(self.at + 1).filter(|_| self.at + 1 < self.stop) {
            Some(token) => match &token.kind {
                TokenKind::Name(name) | TokenKind::Quoted(name) => (Arc::clone(name), token.span),
                TokenKind::Keyword(_) => (self.written(token.span).into(), token.span),
                _ => {
                    self.at += 1;
                    return self.unexpected("the name of a parameter after `$`");
                }
            },
            None => {
                self.at += 1;
                return self.unexpected("the name of a parameter after `$`");
            }
        };
        self.at += 2;
        Some(Tree::leaf(ExprKind::Parameter(name), Span::new(sign.start, span.end)))
    }

    /// What begins with `(`: a path or a lambda of a rule, or an expression in brackets.
    fn bracket(&mut self, open: Span) -> Option<Tree> {
        if self.lambda_ahead() {
            return self.lambda(open);
        }
        if self.path_ahead() {
            return self.path_condition(open);
        }
        self.parenthesised(open)
    }

    fn parenthesised(&mut self, open: Span) -> Option<Tree> {
        self.at += 1;
        let tree = self.binary(Precedence::Or);
        if tree.is_none() {
            self.skip_to_close(Symbol::RightParen);
        }
        match self.take(Symbol::RightParen) {
            Some(close) => tree.map(|mut tree| {
                tree.expr.span = Span::new(open.start, close.end);
                tree
            }),
            None => {
                let (list, known) = (self.in_rule() && self.sees(Symbol::Comma), self.diagnostics.len());
                let nothing = self.unclosed(open, "`)`", tree.is_some());
                if let Some(wrong) = self.diagnostics.get_mut(known).filter(|_| list) {
                    wrong.hint = Some("a list is written `[1, 2]`".to_owned());
                }
                nothing
            }
        }
    }
}

impl Parser<'_> {
    pub(super) fn unclosed<T>(&mut self, open: Span, close: &str, report: bool) -> Option<T> {
        if report {
            let wrong = match self.peek() {
                Some(token) => {
                    let found = format!("unexpected `{}`", self.shown(token.span));
                    Diagnostic::error(token.span, found).with_expected(format!("an operator, `,` or {close}"))
                }
                None => Diagnostic::error(open, "bracket without an end").with_expected(close),
            };
            self.diagnostics.push(wrong);
        }
        None
    }
}
