//! Queries: `MATCH … RETURN …`, and blocks with `get(…)`.

use std::sync::Arc;

use kag_core::{Span, Value};

use super::boundary::Block;
use crate::{
    Diagnostic, Expr, ExprKind, ReturnItem, RuleQuery, SourceSpan,
    expr::{Parser, Symbol, TokenKind},
};

/// What a query can show: anything, or what `get` can.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Anything,
    Known,
}

impl Parser<'_> {
    /// `Structure {…} Rule {…} Action { get(…) }`; the first block comes next.
    pub(super) fn block_query(&mut self) -> RuleQuery {
        let start = self.here().start;
        let mut query = empty();
        let mut seen: Vec<Block> = Vec::new();
        while let Some(block) = self.block_at(self.at) {
            let span = self.here();
            if !seen.is_empty() && block == Block::Structure {
                break;
            }
            if seen.is_empty() && block != Block::Structure {
                let wrong = Diagnostic::error(span, format!("`{}` without a `Structure` before it", block.name()));
                self.diagnostics.push(wrong);
            } else if seen.contains(&block) {
                self.diagnostics.push(Diagnostic::error(span, format!("a second `{}`", block.name())));
            }
            seen.push(block);
            self.at += 1;
            let Some(open) = self.opening() else {
                break;
            };
            match block {
                Block::Structure => {
                    let structure = self.structure(open);
                    query.structure.extend(structure.paths);
                    query.condition = query.condition.or(structure.condition);
                }
                Block::Constraint => query.constraint.extend(self.constraint(open)),
                Block::Action => self.get_block(open, &mut query),
            }
        }
        query.span = self.span_from(start);
        query
    }

    fn get_block(&mut self, open: Span, query: &mut RuleQuery) {
        let mut shown = false;
        while !self.closes(open, "`Action`") {
            let span = self.here();
            let distinct = self.begins_with("distinctGet", Symbol::LeftParen);
            if !distinct && !self.begins_with("get", Symbol::LeftParen) {
                let mut wrong = Diagnostic::error(span, format!("unexpected `{}`", self.shown(span)))
                    .with_expected("`get(…)` or `distinctGet(…)`");
                if let Some(name) = self.name_here() {
                    wrong = wrong.with_nearest(&name, ["get", "distinctGet"]);
                    if name.starts_with("create") || self.symbol_at(self.at + 1, Symbol::Assign) {
                        wrong = wrong.with_hint("what is created stands in a `Define`");
                    }
                }
                if self.ahead(0) != Some(&TokenKind::Broken) {
                    self.diagnostics.push(wrong);
                }
                self.skip_words();
                continue;
            }
            if std::mem::replace(&mut shown, true) {
                self.diagnostics.push(Diagnostic::error(span, "a second `get`"));
            }
            query.distinct = distinct;
            self.at += 1;
            self.get(query);
        }
    }

    /// Goes on to the end of the block, or to the next word with brackets on its own line.
    fn skip_words(&mut self) {
        self.at += 1;
        while self.peek().is_some() && !self.sees(Symbol::RightBrace) && !self.outer_at(self.at) {
            if self.name_at(self.at) && self.symbol_at(self.at + 1, Symbol::LeftParen) && self.on_new_line(self.at) {
                return;
            }
            self.at = self.partner(self.at).filter(|other| *other > self.at).unwrap_or(self.at) + 1;
        }
    }

    /// `(a.id, b as c).as(view(x, y))`
    fn get(&mut self, query: &mut RuleQuery) {
        let open = self.here();
        let Some(close) = self.partner(self.at) else {
            let wrong = Diagnostic::error(open, "bracket without an end").with_expected("`)`");
            self.diagnostics.push(wrong);
            self.at = self.clause_end(self.at + 1);
            return;
        };
        self.at += 1;
        query.items = self.up_to(close, |parser| parser.return_items(Shows::Known));
        self.at = close + 1;
        while self.take(Symbol::Dot).is_some() {
            let span = self.here();
            let named = self.name_here().unwrap_or_default();
            self.at += usize::from(self.name_at(self.at));
            let Some(close) = self.partner(self.at).filter(|_| self.sees(Symbol::LeftParen)) else {
                let _: Option<()> = self.unexpected("`(`");
                return;
            };
            self.at += 1;
            self.up_to(close, |parser| match &*named.to_lowercase() {
                "as" => parser.view(query),
                "limit" => query.limit = parser.limit(),
                "sql" => {
                    let wrong = Diagnostic::error(span, "SQL after `get` is not run")
                        .with_hint("what it computes goes into the rule itself");
                    if !matches!(parser.ahead(0), Some(TokenKind::Broken)) {
                        parser.diagnostics.push(wrong);
                    }
                    parser.at = parser.stop;
                }
                _ => {
                    let wrong = Diagnostic::error(span, format!("unknown operation `{named}` after `get`"))
                        .with_expected("`.as(…)`");
                    parser.diagnostics.push(wrong);
                    parser.at = parser.stop;
                }
            });
            self.at = close + 1;
        }
    }

    /// `view(a, b)`, or names of the columns alone.
    fn view(&mut self, query: &mut RuleQuery) {
        let span = Span::new(self.here().start, self.here().end);
        let name = self.name_here().filter(|_| self.symbol_at(self.at + 1, Symbol::LeftParen));
        if name.is_some() {
            self.at += 2;
        }
        let mut columns: Vec<Arc<str>> = Vec::new();
        while self.peek().is_some() && !self.sees(Symbol::RightParen) {
            let Some(column) = self.name_here() else {
                let _: Option<()> = self.unexpected("the name of a column");
                self.at = self.stop;
                return;
            };
            self.at += 1;
            let comment = self.comment();
            if let Some(item) = query.items.get_mut(columns.len()) {
                item.comment = item.comment.take().or(comment);
            }
            columns.push(column);
            if self.take(Symbol::Comma).is_none() {
                break;
            }
        }
        if name.is_some() && self.take(Symbol::RightParen).is_none() || self.peek().is_some() {
            let _: Option<()> = self.unexpected("`,` or `)`");
            self.at = self.stop;
        }
        if columns.len() != query.items.len() {
            let (names, shown) = (columns.len(), query.items.len());
            let wrong = Diagnostic::error(span, format!("columns shown: {shown}, names for them: {names}"));
            self.diagnostics.push(wrong);
            return;
        }
        match name {
            Some(name) => query.view = Some((name, columns)),
            None => query.items.iter_mut().zip(columns).for_each(|(item, column)| item.alias = Some(column)),
        }
    }

    /// `MATCH … [WHERE …] RETURN …`
    pub(super) fn match_query(&mut self) -> RuleQuery {
        let start = self.here().start;
        let mut query = empty();
        while self.match_at(self.at) {
            let optional = !self.word_at(self.at, "MATCH");
            self.at += 1 + usize::from(optional);
            let before = query.structure.len();
            while self.peek().is_some() && !self.match_ends() {
                if self.take(Symbol::Comma).is_none() {
                    self.match_path(&mut query);
                }
            }
            if optional {
                query.structure.iter_mut().skip(before).for_each(|path| path.optional = true);
            }
        }
        if self.sees_word("WHERE") {
            self.at += 1;
            query.condition = self.query_expression("`RETURN`");
        }
        if self.sees_word("RETURN") {
            self.at += 1;
            self.returned(&mut query);
        } else {
            // A text without an end may have swallowed it.
            let swallowed = self.at > 0 && self.kind_at(self.at - 1) == Some(&TokenKind::Broken);
            if !swallowed {
                let _: Option<()> = self.unexpected("`RETURN`");
            }
            while self.peek().is_some() && !self.statement_at(self.at) {
                self.at += 1;
            }
        }
        query.span = self.span_from(start);
        query
    }

    fn match_path(&mut self, query: &mut RuleQuery) {
        if self.path_begins(self.at) {
            self.structure_item(&mut query.structure);
            return;
        }
        let known = self.diagnostics.len();
        let _: Option<()> = self.unexpected("a path, as in `(s)-[p:pred]->(o)`");
        let named = self.name_at(self.at) && self.symbol_at(self.at + 1, Symbol::Assign);
        if let Some(wrong) = self.diagnostics.get_mut(known).filter(|_| named) {
            wrong.hint = Some("a path is named with a colon: `p: (s)-[]->(o)`".to_owned());
        }
        self.at += 1;
        while self.peek().is_some() && !self.match_ends() && !self.path_begins(self.at) {
            self.at += 1;
        }
    }

    fn match_ends(&self) -> bool {
        self.sees_word("WHERE") || self.sees_word("RETURN") || self.statement_at(self.at)
    }

    /// The expression that comes next, up to `RETURN` or the next statement.
    fn query_expression(&mut self, expected: &str) -> Option<Expr> {
        let end = (self.at..self.stop)
            .find(|at| self.returns_at(*at) || self.outer_at(*at) && self.on_new_line(*at))
            .unwrap_or(self.stop);
        self.up_to(end, |parser| {
            let tree = parser.expression();
            if tree.is_some() && parser.peek().is_some() {
                parser.misplaced(&format!("an operator or {expected}"));
            }
            parser.at = parser.stop;
            tree.map(|tree| tree.expr)
        })
    }

    /// Whether what is shown begins at the place `at`; after a point it is what something is
    /// called.
    fn returns_at(&self, at: usize) -> bool {
        self.word_at(at, "RETURN") && !(at > 0 && self.symbol_at(at - 1, Symbol::Dot))
    }

    fn returned(&mut self, query: &mut RuleQuery) {
        query.distinct = self.sees_word("DISTINCT");
        self.at += usize::from(query.distinct);
        let end = (self.at..self.stop).find(|at| self.outer_at(*at)).unwrap_or(self.stop);
        self.up_to(end, |parser| {
            if parser.sees(Symbol::Star) {
                parser.misplaced("what is shown, as in `s.name, count(o)`");
                parser.at = parser.stop;
                return;
            }
            query.items = parser.return_items(Shows::Anything);
            if parser.sees_word("LIMIT") {
                parser.at += 1;
                query.limit = parser.limit();
                if query.limit.is_none() {
                    parser.at = parser.stop;
                }
            }
            if parser.peek().is_some() {
                parser.misplaced("`,`, `AS`, `LIMIT` or the end");
                parser.at = parser.stop;
            }
        });
    }

    fn limit(&mut self) -> Option<u64> {
        match self.ahead(0) {
            Some(TokenKind::Literal(Value::Integer(number))) if u64::try_from(*number).is_ok() => {
                let number = u64::try_from(*number).ok();
                self.at += 1;
                number
            }
            _ => self.unexpected("a number of rows"),
        }
    }

    fn return_items(&mut self, shows: Shows) -> Vec<ReturnItem> {
        let mut items = Vec::new();
        loop {
            match self.return_item(shows) {
                Some(item) => items.push(item),
                None => self.skip_item(),
            }
            if self.take(Symbol::Comma).is_none() {
                break;
            }
        }
        if shows == Shows::Known && self.peek().is_some() {
            let _: Option<()> = self.unexpected("`,`, `as` or `)`");
            self.at = self.stop;
        }
        items
    }

    fn return_item(&mut self, shows: Shows) -> Option<ReturnItem> {
        let expr = self.expression()?.expr;
        let mut item = ReturnItem { expr, alias: None, comment: None };
        if self.sees_word("AS") {
            self.at += 1;
            match self.name_here() {
                Some(name) => {
                    item.alias = Some(name);
                    self.at += 1;
                }
                None => {
                    let _: Option<()> = self.unexpected("the name of the column");
                }
            }
        }
        item.comment = self.comment();
        if shows == Shows::Known {
            self.refuse_computed(&item);
        }
        Some(item)
    }

    /// `COMMENT 'text'`
    fn comment(&mut self) -> Option<Arc<str>> {
        if !self.sees_word("COMMENT") {
            return None;
        }
        self.at += 1;
        match self.ahead(0) {
            Some(TokenKind::Text(text)) => {
                let text = Arc::clone(text);
                self.at += 1;
                Some(text)
            }
            _ => self.unexpected("a text"),
        }
    }

    /// `get` shows what is known by a name.
    fn refuse_computed(&mut self, item: &ReturnItem) {
        let mut shown = &item.expr;
        while let ExprKind::Property { of, .. } = &shown.kind {
            shown = of;
        }
        let known = match &shown.kind {
            ExprKind::Variable(_) | ExprKind::Parameter(_) => true,
            ExprKind::Literal(_) => item.alias.is_some(),
            _ => false,
        };
        if !known {
            let span = item.expr.span;
            let wrong = Diagnostic::error(span, "`get` shows variables and properties, not what is computed")
                .with_hint("give it a name in the `Rule` block and show that, or write `MATCH … RETURN …`");
            self.diagnostics.push(wrong);
        }
    }

    fn skip_item(&mut self) {
        while self.peek().is_some() && !self.sees(Symbol::Comma) && !self.sees_word("LIMIT") {
            self.at = self.partner(self.at).filter(|other| *other > self.at).unwrap_or(self.at) + 1;
        }
    }
}

fn empty() -> RuleQuery {
    RuleQuery {
        structure: Vec::new(),
        condition: None,
        constraint: Vec::new(),
        items: Vec::new(),
        distinct: false,
        limit: None,
        view: None,
        span: SourceSpan::default(),
    }
}
