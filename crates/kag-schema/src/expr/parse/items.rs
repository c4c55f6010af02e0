//! Expressions between commas, and how reading goes on after a mistake among them.

use kag_core::Span;

use super::{Parser, Tree};
use crate::{
    Expr, ExprKind,
    expr::{
        precedence::Precedence,
        token::{Symbol, TokenKind},
    },
};

/// What stood between brackets.
pub(super) struct Listed {
    pub(super) items: Vec<Expr>,
    pub(super) height: usize,
    pub(super) end: usize,
}

impl Listed {
    pub(super) fn into_tree(self, start: usize, kind: impl FnOnce(Vec<Expr>) -> ExprKind) -> Tree {
        let span = Span::new(start, self.end);
        Tree { expr: Expr::from(kind(self.items)).at(span), height: self.height + 1 }
    }
}

impl Parser<'_> {
    /// Expressions between commas up to `close`. One that is wrong is reported and skipped,
    /// so that mistakes in the others are found too; then there is no list.
    pub(super) fn items(&mut self, open: Span, close: Symbol) -> Option<Listed> {
        let mut items = Vec::new();
        let (mut height, mut failed) = (0, false);
        if let Some(end) = self.take(close) {
            return Some(Listed { items, height, end: end.end });
        }
        loop {
            match self.binary(Precedence::Or) {
                Some(tree) => {
                    height = height.max(tree.height);
                    items.push(tree.expr);
                }
                None => {
                    failed = true;
                    self.skip_to_close(close);
                }
            }
            if let Some(end) = self.take(close) {
                let listed = Listed { items, height, end: end.end };
                return (!failed).then_some(listed);
            }
            if self.take(Symbol::Comma).is_some() {
                continue;
            }
            let wanted = if close == Symbol::RightParen { "`)`" } else { "`]`" };
            let _: Option<()> = self.unclosed(open, wanted, !failed);
            failed = true;
            self.skip_to_close(close);
            if self.take(Symbol::Comma).is_none() {
                self.take(close);
                return None;
            }
        }
    }

    /// Skips to the next comma or `close` outside of brackets.
    pub(super) fn skip_to_close(&mut self, close: Symbol) {
        let mut depth = 0usize;
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Symbol(symbol) if depth == 0 && symbol == close => return,
                TokenKind::Symbol(Symbol::Comma) if depth == 0 => return,
                TokenKind::Symbol(Symbol::LeftParen | Symbol::LeftBracket) => depth += 1,
                TokenKind::Symbol(Symbol::RightParen | Symbol::RightBracket) => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}
