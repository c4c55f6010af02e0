//! From words to tree: precedence climbing that reports and reads on.

mod call;

use kag_core::{Span, Value};

use super::{
    BinaryOp, Expr, ExprKind, UnaryOp,
    lex::lex,
    literal::{self, Constructor},
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
        let (tokens, diagnostics) = lex(source, span);
        let mut parser =
            Parser { source, tokens, at: 0, end: source.floor_char_boundary(span.end), nesting: 0, diagnostics };
        let tree = parser.binary(Precedence::Or);
        if tree.is_some() && parser.peek().is_some() {
            let _: Option<()> = parser.unexpected("an operator or the end");
        }
        let mut diagnostics = parser.diagnostics;
        diagnostics.sort_by_key(|d| (d.span.start, d.span.end));
        let failed = diagnostics.iter().any(Diagnostic::is_error);
        (tree.map(|tree| tree.expr).filter(|_| !failed), diagnostics)
    }
}

/// An expression and how many levels it has.
struct Tree {
    expr: Expr,
    height: usize,
}

struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    /// Where the text ends.
    end: usize,
    nesting: usize,
    diagnostics: Vec<Diagnostic>,
}

impl<'s> Parser<'s> {
    /// An expression whose operators bind at least as tightly as `least`. `None` after a
    /// mistake, which is reported.
    fn binary(&mut self, least: Precedence) -> Option<Tree> {
        if self.nesting >= MAX_NESTING {
            return self.too_deep();
        }
        self.nesting += 1;
        let tree = self.climb(least);
        self.nesting -= 1;
        tree
    }

    fn climb(&mut self, least: Precedence) -> Option<Tree> {
        let mut left = self.prefix(least)?;
        let mut compared = false;
        while let Some((op, negated, words)) = self.operator() {
            let binding = op.binding();
            if binding.this < least {
                break;
            }
            if binding.this == Precedence::Comparison && compared {
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
        }
        Some(left)
    }

    fn grown(&mut self, left: Tree, right: Tree, op: BinaryOp) -> Option<Tree> {
        let height = left.height.max(right.height) + 1;
        if height > MAX_HEIGHT {
            return self.too_deep();
        }
        let span = Span::new(left.expr.span.start, right.expr.span.end);
        let expr = left.expr.binary(op, right.expr).at(span);
        Some(Tree { expr, height })
    }

    /// The operator that comes next, whether it is negated, and its number of words.
    fn operator(&self) -> Option<(BinaryOp, bool, usize)> {
        let kind = &self.peek()?.kind;
        if *kind == TokenKind::Keyword(Keyword::Not) {
            return match self.tokens.get(self.at + 1)?.kind {
                TokenKind::Keyword(Keyword::In) => Some((BinaryOp::In, true, 2)),
                TokenKind::Keyword(Keyword::Contains) => Some((BinaryOp::Contains, true, 2)),
                _ => None,
            };
        }
        binary_op(kind).map(|op| (op, false, 1))
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
                let operand = self.binary(Precedence::Negation)?;
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
        let follows = self.tokens.get(self.at + 1).map(|token| &token.kind);
        if let Some(TokenKind::Symbol(Symbol::Caret | Symbol::Dot)) = follows {
            return None;
        }
        let negative = literal::negated(value)?;
        let span = Span::new(start, token.span.end);
        self.at += 1;
        Some(Tree::leaf(ExprKind::Literal(negative), span))
    }

    fn postfix(&mut self) -> Option<Tree> {
        let mut tree = self.primary()?;
        while self.take(Symbol::Dot).is_some() {
            let name = match self.peek().map(|t| (&t.kind, t.span)) {
                Some((TokenKind::Name(name) | TokenKind::Quoted(name), span)) => Some((name.clone(), span)),
                // `s.in` is a property: a keyword cannot stand here.
                Some((TokenKind::Keyword(_), span)) => Some((self.written(span).to_owned(), span)),
                _ => None,
            };
            let Some((name, span)) = name else {
                return self.unexpected("the name of a property");
            };
            self.at += 1;
            tree.height += 1;
            if tree.height > MAX_HEIGHT {
                return self.too_deep();
            }
            let whole = Span::new(tree.expr.span.start, span.end);
            tree.expr = tree.expr.property(name).at(whole);
        }
        Some(tree)
    }

    fn primary(&mut self) -> Option<Tree> {
        let Some(token) = self.peek().cloned() else {
            return self.expected_value();
        };
        let kind = match token.kind {
            TokenKind::Literal(value) => ExprKind::Literal(value),
            TokenKind::Text(text) => ExprKind::Literal(Value::Text(text.into())),
            TokenKind::Keyword(Keyword::True) => ExprKind::Literal(Value::Boolean(true)),
            TokenKind::Keyword(Keyword::False) => ExprKind::Literal(Value::Boolean(false)),
            TokenKind::Keyword(Keyword::If) => return self.conditional(),
            // The word operators are functions too: `contains(a, b)`.
            TokenKind::Keyword(Keyword::Contains) if self.calls_next() => {
                return self.operator_call(BinaryOp::Contains, token.span);
            }
            TokenKind::Keyword(Keyword::Mod) if self.calls_next() => {
                return self.operator_call(BinaryOp::Remainder, token.span);
            }
            TokenKind::Name(name) if self.calls_next() => {
                return match Constructor::of(&name) {
                    Some(constructor) => self.constructed(constructor, name, token.span),
                    None => self.call(name, token.span),
                };
            }
            TokenKind::Quoted(name) if self.calls_next() => return self.call(name, token.span),
            TokenKind::Name(name) | TokenKind::Quoted(name) => ExprKind::Variable(name.into()),
            TokenKind::Symbol(Symbol::LeftParen) => return self.parenthesised(token.span),
            TokenKind::Symbol(Symbol::LeftBracket) => {
                self.at += 1;
                let list = self.items(token.span, Symbol::RightBracket)?;
                return Some(list.into_tree(token.span.start, ExprKind::List));
            }
            TokenKind::Broken => {
                self.at += 1;
                return None;
            }
            TokenKind::Keyword(_) | TokenKind::Symbol(_) => return self.expected_value(),
        };
        self.at += 1;
        Some(Tree::leaf(kind, token.span))
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
            None => self.unclosed(open, "`)`", tree.is_some()),
        }
    }

    /// Expressions between commas up to `close`. One that is wrong is reported and skipped,
    /// so that mistakes in the others are found too; then there is no list.
    fn items(&mut self, open: Span, close: Symbol) -> Option<Listed> {
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
    fn skip_to_close(&mut self, close: Symbol) {
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

    fn bounded(&mut self, expr: Expr, height: usize) -> Option<Tree> {
        if height > MAX_HEIGHT {
            return self.too_deep();
        }
        Some(Tree { expr, height })
    }

    fn too_deep(&mut self) -> Option<Tree> {
        let span = self.here();
        let wrong = Diagnostic::error(span, "expression nested too deeply")
            .with_hint("compute the inner parts in steps of their own");
        self.diagnostics.push(wrong);
        // Nothing after this can be reported sensibly.
        self.at = self.tokens.len();
        None
    }

    fn unclosed<T>(&mut self, open: Span, close: &str, report: bool) -> Option<T> {
        if report {
            let wrong = match self.peek() {
                Some(token) => {
                    let found = format!("unexpected `{}`", self.written(token.span));
                    Diagnostic::error(token.span, found).with_expected(format!("an operator, `,` or {close}"))
                }
                None => Diagnostic::error(open, "bracket without an end").with_expected(close),
            };
            self.diagnostics.push(wrong);
        }
        None
    }

    fn expected_value<T>(&mut self) -> Option<T> {
        self.unexpected("a value, a name or `(`")
    }

    fn unexpected<T>(&mut self, expected: &str) -> Option<T> {
        let found = match self.peek() {
            Some(token) if token.kind == TokenKind::Broken => return None,
            Some(token) => format!("unexpected `{}`", self.written(token.span)),
            None => "unexpected end".to_owned(),
        };
        let wrong = Diagnostic::error(self.here(), found).with_expected(expected);
        self.diagnostics.push(wrong);
        None
    }

    fn keyword(&mut self, keyword: Keyword, text: &str) -> Option<()> {
        match self.peek() {
            Some(token) if token.kind == TokenKind::Keyword(keyword) => {
                self.at += 1;
                Some(())
            }
            _ => self.unexpected(text),
        }
    }

    fn written(&self, span: Span) -> &'s str {
        span.of(self.source).unwrap_or("")
    }

    fn calls_next(&self) -> bool {
        let next = self.tokens.get(self.at + 1).map(|token| &token.kind);
        next == Some(&TokenKind::Symbol(Symbol::LeftParen))
    }

    fn take(&mut self, symbol: Symbol) -> Option<Span> {
        let token = self.peek()?;
        if token.kind != TokenKind::Symbol(symbol) {
            return None;
        }
        let span = token.span;
        self.at += 1;
        Some(span)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn here(&self) -> Span {
        let end = Span::new(self.end, self.end);
        self.peek().map_or(end, |token| token.span)
    }
}

/// What stood between brackets.
struct Listed {
    items: Vec<Expr>,
    height: usize,
    end: usize,
}

impl Listed {
    fn into_tree(self, start: usize, kind: impl FnOnce(Vec<Expr>) -> ExprKind) -> Tree {
        let span = Span::new(start, self.end);
        Tree { expr: Expr::from(kind(self.items)).at(span), height: self.height + 1 }
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

fn binary_op(kind: &TokenKind) -> Option<BinaryOp> {
    Some(match kind {
        TokenKind::Keyword(keyword) => match keyword {
            Keyword::Or => BinaryOp::Or,
            Keyword::Xor => BinaryOp::Xor,
            Keyword::And => BinaryOp::And,
            Keyword::In => BinaryOp::In,
            Keyword::Contains => BinaryOp::Contains,
            Keyword::Mod => BinaryOp::Remainder,
            _ => return None,
        },
        TokenKind::Symbol(symbol) => match symbol {
            Symbol::Or => BinaryOp::Or,
            Symbol::And => BinaryOp::And,
            Symbol::Equal => BinaryOp::Equal,
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
            _ => return None,
        },
        _ => return None,
    })
}
