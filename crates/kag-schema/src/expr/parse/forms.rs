//! What only rules have among expressions: concepts, paths and lambdas.

use std::sync::Arc;

use kag_core::Span;

use super::{Parser, Tree};
use crate::{
    ConceptName, Expr, ExprKind,
    expr::{
        precedence::Precedence,
        token::{Symbol, Token, TokenKind},
    },
};

/// No other end.
const NONE: u32 = u32::MAX;

/// For each bracket of `tokens` the place of its other end, where it has one.
pub(super) fn partners(tokens: &[Token]) -> Vec<u32> {
    let mut partners = vec![NONE; tokens.len()];
    let mut open: Vec<(usize, Symbol)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let TokenKind::Symbol(symbol) = token.kind else {
            continue;
        };
        let close = match symbol {
            Symbol::LeftParen => Symbol::RightParen,
            Symbol::LeftBracket => Symbol::RightBracket,
            Symbol::LeftBrace => Symbol::RightBrace,
            Symbol::RightParen | Symbol::RightBracket | Symbol::RightBrace => {
                // What a brace closes stays closed, whatever was forgotten inside.
                while open.last().is_some_and(|(_, wanted)| *wanted != symbol && symbol == Symbol::RightBrace) {
                    open.pop();
                }
                if let Some((other, _)) = open.pop_if(|(_, wanted)| *wanted == symbol) {
                    let ends = [(other, at), (at, other)];
                    for (from, to) in ends {
                        if let (Some(place), Ok(to)) = (partners.get_mut(from), u32::try_from(to)) {
                            *place = to;
                        }
                    }
                }
                continue;
            }
            _ => continue,
        };
        open.push((at, close));
    }
    partners
}

impl Parser<'_> {
    /// The other end of the bracket at the place `at`.
    pub(crate) fn partner(&self, at: usize) -> Option<usize> {
        let other = *self.partners.get(at)?;
        (other != NONE).then_some(other as usize)
    }

    pub(crate) fn kind_at(&self, at: usize) -> Option<&TokenKind> {
        self.tokens.get(at).filter(|_| at < self.stop).map(|token| &token.kind)
    }

    pub(crate) fn symbol_at(&self, at: usize, symbol: Symbol) -> bool {
        self.kind_at(at) == Some(&TokenKind::Symbol(symbol))
    }

    /// Takes a concept, if one comes next: names between points, a slash, a name in
    /// back-quotes. A division by a name in back-quotes goes in brackets.
    pub(crate) fn concept_ahead(&mut self) -> Option<ConceptName> {
        let mut end = self.at + 1;
        while self.symbol_at(end, Symbol::Dot)
            && let Some(TokenKind::Name(_) | TokenKind::Quoted(_)) = self.kind_at(end + 1)
        {
            end += 2;
        }
        if !self.symbol_at(end, Symbol::Slash) {
            return None;
        }
        let Some(TokenKind::Quoted(name)) = self.kind_at(end + 1) else {
            return None;
        };
        let name = Arc::clone(name);
        let type_name = self.dotted(self.at, end);
        self.at = end + 2;
        Some(ConceptName::new(&*type_name, name))
    }

    /// The names at the places from `from` up to `end`, points between them.
    pub(crate) fn dotted(&self, from: usize, end: usize) -> String {
        let names = self.tokens.get(from..end).unwrap_or(&[]).iter().filter_map(|token| match &token.kind {
            TokenKind::Name(name) | TokenKind::Quoted(name) => Some(&**name),
            _ => None,
        });
        names.collect::<Vec<_>>().join(".")
    }

    /// Whether `(x, y) =>` comes next.
    pub(super) fn lambda_ahead(&self) -> bool {
        let Some(close) = self.partner(self.at) else {
            return false;
        };
        self.symbol_at(close + 1, Symbol::FatArrow)
            && (self.at + 1..close).enumerate().all(|(place, at)| match self.kind_at(at) {
                Some(TokenKind::Name(_) | TokenKind::Quoted(_)) => place % 2 == 0,
                Some(TokenKind::Symbol(Symbol::Comma)) => place % 2 == 1,
                _ => false,
            })
    }

    pub(super) fn lambda(&mut self, open: Span) -> Option<Tree> {
        let close = self.partner(self.at)?;
        let names = self.tokens.get(self.at..close).unwrap_or(&[]).iter();
        let parameters = names.filter_map(|token| match &token.kind {
            TokenKind::Name(name) | TokenKind::Quoted(name) => Some(Arc::clone(name)),
            _ => None,
        });
        let parameters = parameters.collect();
        self.at = close + 2;
        let body = self.binary(Precedence::Or)?;
        let span = Span::new(open.start, body.expr.span.end);
        let kind = ExprKind::Lambda { parameters, body: Box::new(body.expr) };
        self.bounded(Expr::from(kind).at(span), body.height + 1)
    }

    /// Whether a path with an edge comes next: `(a)-[..]->(b)`.
    pub(super) fn path_ahead(&self) -> bool {
        let Some(close) = self.partner(self.at) else {
            return false;
        };
        let less = usize::from(self.symbol_at(close + 1, Symbol::Less));
        let open = close + 2 + less;
        self.symbol_at(open - 1, Symbol::Minus)
            && self.symbol_at(open, Symbol::LeftBracket)
            && self.partner(open).is_some_and(|end| self.symbol_at(end + 1, Symbol::Minus))
    }

    /// A path as a condition: that there is such a one.
    pub(super) fn path_condition(&mut self, open: Span) -> Option<Tree> {
        let outer = std::mem::take(&mut self.inner_height);
        let path = self.path();
        let height = std::mem::replace(&mut self.inner_height, outer) + 1;
        let span = Span::new(open.start, self.read_to());
        self.bounded(Expr::from(ExprKind::Path(Box::new(path?))).at(span), height)
    }
}
