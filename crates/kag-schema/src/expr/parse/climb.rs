//! Operators and what they stand between.

use kag_core::{Span, Value};

use super::{MAX_HEIGHT, MAX_NESTING, Parser, Tree};
use crate::{
    BinaryOp, Diagnostic, Expr, ExprKind, UnaryOp,
    expr::{
        literal,
        precedence::Precedence,
        token::{Keyword, Symbol, TokenKind},
    },
};

impl Parser<'_> {
    /// A whole expression; in a rule, an implication too.
    pub(crate) fn expression(&mut self) -> Option<Tree> {
        self.binary(Precedence::Or)
    }

    /// An expression whose operators bind at least as tightly as `least`. `None` after a
    /// mistake, which is reported.
    pub(super) fn binary(&mut self, least: Precedence) -> Option<Tree> {
        if self.nesting >= MAX_NESTING {
            return self.too_deep();
        }
        self.nesting += 1;
        let mut tree = self.climb(least);
        if least == Precedence::Or && self.in_rule() && self.sees(Symbol::FatArrow) {
            tree = tree.and_then(|tree| self.implication(tree));
        }
        self.nesting -= 1;
        tree
    }

    /// `a => b`, which holds where `a` does not or `b` does.
    fn implication(&mut self, premise: Tree) -> Option<Tree> {
        self.at += 1;
        let conclusion = self.bracketed(Precedence::Or)?;
        let start = premise.expr.span.start;
        self.grown(premise.under(UnaryOp::Not, start), conclusion, BinaryOp::Or)
    }

    /// An operand that is printed in brackets though it was read without: what can be read
    /// can be read again.
    fn bracketed(&mut self, least: Precedence) -> Option<Tree> {
        self.nesting += 1;
        let tree = self.binary(least);
        self.nesting -= 1;
        tree
    }

    fn climb(&mut self, least: Precedence) -> Option<Tree> {
        let mut left = self.prefix(least)?;
        let mut compared = false;
        loop {
            if least <= Precedence::Comparison && self.sees_word("is") {
                left = self.is_what(left)?;
                compared = true;
                continue;
            }
            let Some((op, negated, words)) = self.operator() else {
                break;
            };
            let binding = op.binding();
            if binding.this < least {
                break;
            }
            if binding.this == Precedence::Comparison && compared && !self.compares_truth(op) {
                let span = self.peek().map_or(Span::default(), |t| t.span);
                let wrong = Diagnostic::error(span, "comparisons do not chain").with_hint("write `a < b and b < c`");
                self.diagnostics.push(wrong);
            }
            compared |= binding.this == Precedence::Comparison;
            self.at += words;
            let right = self.binary(binding.right)?;
            left = self.grown(left, right, op)?;
            if negated {
                let span = left.expr.span;
                left.expr = left.expr.unary(UnaryOp::Not).at(span);
                left.height += 1;
            }
            // A connective begins a new comparison.
            compared &= binding.this == Precedence::Comparison;
        }
        Some(left)
    }

    /// Whether the equality that comes next asks a comparison for its truth: `a > b == true`.
    fn compares_truth(&self, op: BinaryOp) -> bool {
        self.in_rule()
            && matches!(op, BinaryOp::Equal | BinaryOp::NotEqual)
            && matches!(self.ahead(1), Some(TokenKind::Keyword(Keyword::True | Keyword::False)))
    }

    /// `is null`, `is not null`, `is true`, `is not false`.
    fn is_what(&mut self, left: Tree) -> Option<Tree> {
        self.at += 1;
        let negated = self.ahead(0) == Some(&TokenKind::Keyword(Keyword::Not));
        self.at += usize::from(negated);
        let null = self.sees_word("null");
        let truth = match self.ahead(0) {
            _ if null => None,
            Some(TokenKind::Keyword(Keyword::True)) => Some(true),
            Some(TokenKind::Keyword(Keyword::False)) => Some(false),
            _ => return self.unexpected("`null`, `true` or `false`"),
        };
        let word = self.here();
        self.at += 1;
        let span = Span::new(left.expr.span.start, word.end);
        let Some(truth) = truth else {
            let expr = left.expr.unary(UnaryOp::IsNull).at(span);
            let expr = if negated { expr.unary(UnaryOp::Not).at(span) } else { expr };
            return self.bounded(expr, left.height + 1 + usize::from(negated));
        };
        let op = if negated { BinaryOp::NotEqual } else { BinaryOp::Equal };
        let right = Expr::from(ExprKind::Literal(Value::Boolean(truth))).at(word);
        self.bounded(left.expr.binary(op, right).at(span), left.height + 1)
    }

    fn grown(&mut self, left: Tree, right: Tree, op: BinaryOp) -> Option<Tree> {
        let height = left.height.max(right.height) + 1;
        let span = Span::new(left.expr.span.start, right.expr.span.end);
        self.bounded(left.expr.binary(op, right.expr).at(span), height)
    }

    /// The operator that comes next, whether it is negated, and its number of words.
    fn operator(&self) -> Option<(BinaryOp, bool, usize)> {
        let kind = self.ahead(0)?;
        if *kind == TokenKind::Keyword(Keyword::Not) {
            let op = self.word_operator(self.ahead(1)?)?;
            return Some((op, true, 2));
        }
        let op = self.word_operator(kind).or_else(|| symbol_operator(kind))?;
        Some((op, false, 1))
    }

    /// The operators that are words and that `not` can stand before.
    fn word_operator(&self, kind: &TokenKind) -> Option<BinaryOp> {
        Some(match kind {
            TokenKind::Keyword(Keyword::In) => BinaryOp::In,
            TokenKind::Keyword(Keyword::Contains) => BinaryOp::Contains,
            TokenKind::Name(name) if name.eq_ignore_ascii_case("like") => BinaryOp::Like,
            TokenKind::Name(name) if name.eq_ignore_ascii_case("rlike") => BinaryOp::RegexLike,
            TokenKind::Name(name) if self.in_rule() && name.eq_ignore_ascii_case("contains") => BinaryOp::Contains,
            _ => return None,
        })
    }

    /// Whether the next word is `word`, in any case and without quotes.
    pub(crate) fn sees_word(&self, word: &str) -> bool {
        matches!(self.ahead(0), Some(TokenKind::Name(name)) if name.eq_ignore_ascii_case(word))
    }

    fn prefix(&mut self, least: Precedence) -> Option<Tree> {
        let Some(token) = self.peek() else {
            return self.expected_value();
        };
        let start = token.span.start;
        match token.kind {
            TokenKind::Keyword(Keyword::Not) => {
                if least > Precedence::Not {
                    let wrong = Diagnostic::error(token.span, "`not` beside a tighter operator")
                        .with_hint("put it in parentheses: `(not …)`");
                    self.diagnostics.push(wrong);
                }
                self.at += 1;
                let operand = self.binary(Precedence::Not)?;
                Some(operand.under(UnaryOp::Not, start))
            }
            TokenKind::Symbol(Symbol::Bang) => {
                self.at += 1;
                // In a rule it is another spelling of `not`.
                let loose = self.in_rule() && least <= Precedence::Not;
                let operand = if loose { self.binary(Precedence::Not)? } else { self.bracketed(Precedence::Negation)? };
                Some(operand.under(UnaryOp::Not, start))
            }
            TokenKind::Symbol(Symbol::Minus) => {
                self.at += 1;
                if let Some(literal) = self.negative_literal(start) {
                    return Some(literal);
                }
                let operand = self.binary(Precedence::Negation)?;
                Some(operand.under(UnaryOp::Negate, start))
            }
            TokenKind::Symbol(Symbol::Plus) => {
                self.at += 1;
                self.binary(Precedence::Negation)
            }
            _ => self.postfix(),
        }
    }

    /// The number that comes next with its sign changed, unless it is a base or an owner.
    fn negative_literal(&mut self, start: usize) -> Option<Tree> {
        let token = self.peek()?;
        let TokenKind::Literal(value) = &token.kind else {
            return None;
        };
        if let Some(TokenKind::Symbol(Symbol::Caret | Symbol::Dot)) = self.ahead(1) {
            return None;
        }
        let negative = literal::negated(value)?;
        let span = Span::new(start, token.span.end);
        self.at += 1;
        Some(Tree::leaf(ExprKind::Literal(negative), span))
    }

    pub(super) fn bounded(&mut self, expr: Expr, height: usize) -> Option<Tree> {
        if height > MAX_HEIGHT {
            return self.too_deep();
        }
        Some(Tree { expr, height })
    }
}

fn symbol_operator(kind: &TokenKind) -> Option<BinaryOp> {
    Some(match kind {
        TokenKind::Keyword(keyword) => match keyword {
            Keyword::Or => BinaryOp::Or,
            Keyword::Xor => BinaryOp::Xor,
            Keyword::And => BinaryOp::And,
            Keyword::Mod => BinaryOp::Remainder,
            _ => return None,
        },
        TokenKind::Symbol(symbol) => match symbol {
            Symbol::Or => BinaryOp::Or,
            Symbol::And => BinaryOp::And,
            Symbol::Equal | Symbol::Assign => BinaryOp::Equal,
            Symbol::NotEqual => BinaryOp::NotEqual,
            Symbol::Less => BinaryOp::Less,
            Symbol::LessOrEqual => BinaryOp::LessOrEqual,
            Symbol::Greater => BinaryOp::Greater,
            Symbol::GreaterOrEqual => BinaryOp::GreaterOrEqual,
            Symbol::Plus => BinaryOp::Add,
            Symbol::Minus => BinaryOp::Subtract,
            Symbol::Star => BinaryOp::Multiply,
            Symbol::Slash => BinaryOp::Divide,
            Symbol::Caret => BinaryOp::Power,
            Symbol::Percent => BinaryOp::Remainder,
            _ => return None,
        },
        _ => return None,
    })
}
