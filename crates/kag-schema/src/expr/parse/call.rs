//! What is written like a call: functions, literals by their constructor, conditions.

use std::sync::Arc;

use kag_core::Span;

use super::{Parser, Tree};
use crate::{
    BinaryOp, Diagnostic, Expr, ExprKind,
    expr::{
        literal::{self, Constructor},
        precedence::Precedence,
        token::{Keyword, Symbol, TokenKind},
    },
};

impl Parser<'_> {
    pub(super) fn call(&mut self, function: Arc<str>, name: Span) -> Option<Tree> {
        let open = self.tokens.get(self.at + 1).map_or(name, |t| t.span);
        self.at += 2;
        if self.in_rule() && function.eq_ignore_ascii_case("count") && self.star_alone() {
            self.at += 2;
            let span = Span::new(name.start, self.read_to());
            return Some(Tree::leaf(ExprKind::Call { function, arguments: Vec::new() }, span));
        }
        let function = if self.in_rule() { self.distinct_call(function) } else { function };
        let list = self.items(open, Symbol::RightParen)?;
        Some(list.into_tree(name.start, |arguments| ExprKind::Call { function, arguments }))
    }

    /// Whether `*)` comes next: of everything.
    pub(super) fn star_alone(&self) -> bool {
        self.sees(Symbol::Star) && self.ahead(1) == Some(&TokenKind::Symbol(Symbol::RightParen))
    }

    /// The function that is meant: `count(DISTINCT x)` is `count_distinct(x)`.
    fn distinct_call(&mut self, function: Arc<str>) -> Arc<str> {
        let word = self.sees_word("DISTINCT")
            && matches!(
                self.ahead(1),
                Some(TokenKind::Name(_) | TokenKind::Quoted(_) | TokenKind::Symbol(Symbol::Dollar))
            );
        if !word {
            return function;
        }
        let span = self.here();
        self.at += 1;
        if function.eq_ignore_ascii_case("count") {
            return "count_distinct".into();
        }
        let wrong = Diagnostic::error(span, format!("`{function}` does not take `DISTINCT`"));
        let hint = "every node and edge counts once in its group; for values write `count_distinct(x)`";
        self.diagnostics.push(wrong.with_hint(hint));
        function
    }

    pub(super) fn operator_call(&mut self, op: BinaryOp, name: Span) -> Option<Tree> {
        let Tree { expr, height } = self.call(op.symbol().into(), name)?;
        let ExprKind::Call { arguments, .. } = expr.kind else {
            return None;
        };
        let Ok([left, right]) = <[Expr; 2]>::try_from(arguments) else {
            let wrong = Diagnostic::error(expr.span, format!("`{op}` takes two arguments"));
            self.diagnostics.push(wrong);
            return None;
        };
        self.bounded(left.binary(op, right).at(expr.span), height)
    }

    /// `date("2011-07")` is a literal; with another argument it is a call.
    pub(super) fn constructed(&mut self, constructor: Constructor, name: Arc<str>, span: Span) -> Option<Tree> {
        let kind = |ahead: usize| self.ahead(ahead);
        let minus =
            usize::from(constructor == Constructor::Quantity && kind(2) == Some(&TokenKind::Symbol(Symbol::Minus)));
        let (value, words) = match (kind(2 + minus), kind(3 + minus), kind(4 + minus)) {
            (Some(TokenKind::Text(text)), _, _) if minus == 0 => (constructor.read(text), 1),
            (Some(TokenKind::Literal(number)), Some(TokenKind::Symbol(Symbol::Comma)), Some(TokenKind::Text(unit)))
                if constructor == Constructor::Quantity =>
            {
                let signed = if minus == 1 { literal::negated(number) } else { Some(number.clone()) };
                (signed.and_then(|number| literal::quantity(&number, unit)), 3 + minus)
            }
            _ => return self.call(name, span),
        };
        if kind(2 + words) != Some(&TokenKind::Symbol(Symbol::RightParen)) {
            return self.call(name, span);
        }
        let place = |ahead: usize| self.tokens.get(self.at + ahead).map_or(span, |token| token.span);
        let inside = Span::new(place(2).start, place(1 + words).end);
        let whole = Span::new(span.start, place(2 + words).end);
        self.at += 3 + words;
        if let Some(value) = value {
            return Some(Tree::leaf(ExprKind::Literal(value), whole));
        }
        let wrong = Diagnostic::error(inside, format!("`{}` cannot be read", self.written(inside)))
            .with_expected(constructor.expects());
        self.diagnostics.push(wrong);
        None
    }

    /// `if(c, a, b)` or `if c then a else b`.
    pub(super) fn conditional(&mut self) -> Option<Tree> {
        let start = self.peek()?.span;
        self.at += 1;
        if self.is_call_of_if() {
            let open = self.peek()?.span;
            self.at += 1;
            let list = self.items(open, Symbol::RightParen)?;
            let (height, end) = (list.height, list.end);
            let span = Span::new(start.start, end);
            let Ok([condition, then, otherwise]) = <[Expr; 3]>::try_from(list.items) else {
                let wrong = Diagnostic::error(span, "`if` takes three arguments")
                    .with_expected("`if(condition, value, other value)`");
                self.diagnostics.push(wrong);
                return None;
            };
            let expr = condition.if_else(then, otherwise).at(span);
            return self.bounded(expr, height + 1);
        }
        let condition = self.binary(Precedence::Or)?;
        self.keyword(Keyword::Then, "`then`")?;
        let then = self.binary(Precedence::Or)?;
        self.keyword(Keyword::Else, "`else`")?;
        let otherwise = self.binary(Precedence::Or)?;
        let height = condition.height.max(then.height).max(otherwise.height) + 1;
        let span = Span::new(start.start, otherwise.expr.span.end);
        let expr = condition.expr.if_else(then.expr, otherwise.expr).at(span);
        self.bounded(expr, height)
    }

    /// Whether the bracket that comes next holds a comma of its own.
    fn is_call_of_if(&self) -> bool {
        let mut depth = 0usize;
        for token in self.tokens.get(self.at..self.stop).unwrap_or(&[]) {
            match token.kind {
                TokenKind::Symbol(Symbol::LeftParen | Symbol::LeftBracket) => depth += 1,
                TokenKind::Symbol(Symbol::RightParen | Symbol::RightBracket) => {
                    depth = depth.saturating_sub(1);
                }
                TokenKind::Symbol(Symbol::Comma) if depth == 1 => return true,
                _ => {}
            }
            if depth == 0 {
                return false;
            }
        }
        false
    }
}
