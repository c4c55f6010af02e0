//! `Constraint` and `Rule` blocks: what is computed and what must hold.

use std::sync::Arc;

use kag_core::{Span, Value};

use crate::{
    BinaryOp, Clause, Diagnostic, Expr, ExprKind,
    expr::{Parser, Symbol, TokenKind},
};

/// Whether conditions need names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    Required,
    Optional,
}

impl Parser<'_> {
    /// The clauses up to the end of the block that `open` began.
    pub(super) fn constraint(&mut self, open: Span) -> Vec<Clause> {
        let mut clauses = Vec::new();
        while !self.closes(open, "`Constraint`") {
            if !self.separator() {
                self.clause(Naming::Required, &mut clauses);
            }
        }
        clauses
    }

    /// Reads one clause, or reports why there is none and goes on after it.
    pub(super) fn clause(&mut self, naming: Naming, clauses: &mut Vec<Clause>) {
        let start = self.here().start;
        let Some((sign, _)) = self.clause_at(self.at) else {
            self.nameless(naming, start, clauses);
            return;
        };
        let name = self.name_here().unwrap_or_default();
        let property = self.symbol_at(self.at + 1, Symbol::Dot).then(|| self.name_of(self.at + 2)).flatten();
        let explanation = match self.kind_at(sign - 1) {
            Some(TokenKind::Symbol(Symbol::RightParen)) => self.explanation(sign - 1),
            Some(TokenKind::Text(text)) => {
                let (text, open) = (Arc::clone(text), self.tokens.get(sign - 2).map_or(Span::default(), |t| t.span));
                let wrong = Diagnostic::error(open, "bracket without an end").with_expected("`)`");
                self.diagnostics.push(wrong);
                Some(text)
            }
            _ => None,
        };
        let asks = self.symbol_at(sign, Symbol::Colon);
        let place = Span::new(start, self.tokens.get(sign - 1).map_or(start, |token| token.span.end));
        self.at = sign + 1;
        let Some(expr) = self.clause_body() else {
            return;
        };
        let span = self.span_from(start);
        if !asks {
            clauses.push(Clause::Projection { name, property, explanation, expr, span });
            return;
        }
        if property.is_some() {
            let wrong = Diagnostic::error(place, "a condition cannot be called like a property")
                .with_hint("to give the property a value write `=`");
            self.diagnostics.push(wrong);
        }
        clauses.push(Clause::Condition { name: Some(name), explanation, expr, span });
    }

    /// A condition without a name.
    fn nameless(&mut self, naming: Naming, start: usize, clauses: &mut Vec<Clause>) {
        let word = self.here();
        let at = self.at;
        let reported = self.diagnostics.len();
        let expr = self.clause_body();
        if self.at == at {
            // Whatever it is, it is reported: nothing is read twice.
            self.at += 1;
        }
        let span = self.span_from(start);
        let fine = expr.is_some() && self.diagnostics.len() == reported;
        let given = expr.as_ref().and_then(compared);
        if let Some(expr) = expr {
            clauses.push(Clause::Condition { name: None, explanation: None, expr, span });
        }
        if naming == Naming::Required && fine {
            let wrong = Diagnostic::error(word, "a condition without a name")
                .with_expected("`name: condition` or `name = value`");
            self.diagnostics.push(match given {
                Some(name) => wrong.with_hint(format!("to give `{name}` a value write `{name} = …`")),
                None => wrong,
            });
        }
    }

    /// The expression that comes next and fills its clause.
    pub(super) fn clause_body(&mut self) -> Option<Expr> {
        let end = self.clause_end(self.at);
        let outer = self.stop;
        self.stop = end;
        let tree = self.expression();
        let goes_on = tree.is_some() && self.peek().is_some();
        // Two clauses on one line need nothing between them.
        let next = goes_on && self.clause_at(self.at).is_some();
        if goes_on && !next {
            self.leftover();
        }
        if !next {
            self.at = end;
        }
        self.stop = outer;
        tree.map(|tree| tree.expr)
    }

    /// Reports what stands after an expression and does not belong to it.
    fn leftover(&mut self) {
        let span = self.here();
        let wrong = Diagnostic::error(span, format!("unexpected `{}`", self.shown(span)))
            .with_expected("an operator or the next clause");
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map(|token| &token.kind);
        let before_is_name = matches!(before, Some(TokenKind::Name(_)));
        let wrong = match (self.ahead(0), before) {
            (Some(TokenKind::Broken), _) => return,
            (Some(TokenKind::Symbol(Symbol::Colon)), Some(TokenKind::Symbol(Symbol::RightParen))) => {
                wrong.with_hint("the name of a clause is a word of its own: put it on a new line")
            }
            _ => match self.foreign_hint() {
                Some(hint) => wrong.with_hint(hint),
                None if self.on_new_line(self.at) || self.name_at(self.at) && before_is_name => {
                    wrong.with_hint("a clause begins with its name: `R1: condition` or `name = value`")
                }
                None => wrong,
            },
        };
        self.diagnostics.push(wrong);
    }

    /// The name that comes next.
    pub(super) fn name_here(&self) -> Option<Arc<str>> {
        self.name_of(self.at)
    }

    /// The name at the place `at`; a keyword too.
    pub(super) fn name_of(&self, at: usize) -> Option<Arc<str>> {
        match self.kind_at(at)? {
            TokenKind::Name(name) | TokenKind::Quoted(name) => Some(Arc::clone(name)),
            TokenKind::Keyword(_) => self.tokens.get(at).map(|token| self.written(token.span).into()),
            _ => None,
        }
    }

    /// The text in the brackets that end at the place `close`.
    fn explanation(&mut self, close: usize) -> Option<Arc<str>> {
        let open = self.partner(close)?;
        let at = std::mem::replace(&mut self.at, open + 1);
        let text = self.up_to_text(close);
        self.at = at;
        text
    }

    /// The text that fills what stands before the place `close`.
    fn up_to_text(&mut self, close: usize) -> Option<Arc<str>> {
        let outer = std::mem::replace(&mut self.stop, close);
        let tree = self.expression();
        if tree.is_some() && self.peek().is_some() {
            let _: Option<()> = self.unexpected("`)`");
        }
        self.stop = outer;
        match tree?.expr {
            Expr { kind: ExprKind::Literal(Value::Text(text)), .. } => Some(text),
            Expr { span, .. } => {
                self.diagnostics.push(Diagnostic::error(span, "an explanation is a text"));
                None
            }
        }
    }
}

/// The name, or property of a name, that is compared for equality: its writer may have meant to
/// give it a value.
fn compared(expr: &Expr) -> Option<String> {
    let ExprKind::Binary { op: BinaryOp::Equal, left, .. } = &expr.kind else { return None };
    matches!(left.kind, ExprKind::Variable(_) | ExprKind::Property { .. }).then(|| left.to_rule_text())
}
