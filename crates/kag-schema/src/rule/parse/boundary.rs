//! Where clauses, blocks and statements begin and end.

use super::WORDS;
use crate::{
    Diagnostic,
    expr::{Keyword, Parser, Symbol, TokenKind},
};
use kag_core::Span;

/// A block of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Structure,
    Constraint,
    Action,
}

impl Block {
    /// The block that `word` begins, in any case.
    fn of(word: &str) -> Option<Self> {
        const NAMES: [(&str, Block); 5] = [
            ("Structure", Block::Structure),
            ("GraphStructure", Block::Structure),
            ("Constraint", Block::Constraint),
            ("Rule", Block::Constraint),
            ("Action", Block::Action),
        ];
        NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, block)| *block)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Structure => "Structure",
            Self::Constraint => "Constraint",
            Self::Action => "Action",
        }
    }
}

impl Parser<'_> {
    /// Whether `word` and then `symbol` come next.
    pub(super) fn begins_with(&self, word: &str, symbol: Symbol) -> bool {
        self.word_at(self.at, word) && self.symbol_at(self.at + 1, symbol)
    }

    pub(super) fn word_at(&self, at: usize, word: &str) -> bool {
        matches!(self.kind_at(at), Some(TokenKind::Name(name)) if name.eq_ignore_ascii_case(word))
    }

    /// The block that begins at the place `at`.
    pub(super) fn block_at(&self, at: usize) -> Option<Block> {
        match self.kind_at(at) {
            Some(TokenKind::Name(name)) if self.symbol_at(at + 1, Symbol::LeftBrace) => Block::of(name),
            _ => None,
        }
    }

    /// Whether a query in the form `MATCH …` begins at the place `at`.
    pub(super) fn match_at(&self, at: usize) -> bool {
        let optional = usize::from(self.word_at(at, "OPTIONAL"));
        let after = at + optional + 1;
        self.word_at(at + optional, "MATCH")
            && (self.symbol_at(after, Symbol::LeftParen)
                || matches!(self.kind_at(after), Some(TokenKind::Name(_) | TokenKind::Quoted(_))))
    }

    /// Whether a statement begins at the place `at`.
    pub(super) fn statement_at(&self, at: usize) -> bool {
        // After a point it is what something is called.
        if at > 0 && self.symbol_at(at - 1, Symbol::Dot) {
            return false;
        }
        let define = self.word_at(at, "Define") || self.word_at(at, "DefinePriority");
        define && self.symbol_at(at + 1, Symbol::LeftParen)
            || self.block_at(at) == Some(Block::Structure)
            || self.match_at(at)
    }

    /// Whether no clause but a block or a statement begins at the place `at`.
    pub(super) fn outer_at(&self, at: usize) -> bool {
        matches!(self.kind_at(at), Some(TokenKind::Name(_)))
            && (self.block_at(at).is_some() || self.statement_at(at) && (!self.match_at(at) || self.on_new_line(at)))
    }

    /// Whether a name can stand at the place `at`.
    pub(super) fn name_at(&self, at: usize) -> bool {
        matches!(self.kind_at(at), Some(TokenKind::Name(_) | TokenKind::Quoted(_) | TokenKind::Keyword(_)))
    }

    /// The place of the `:` or `=` of the clause that begins at the place `at`, and whether
    /// it begins beyond doubt, so that nothing before it needs to end the line.
    pub(super) fn clause_at(&self, at: usize) -> Option<(usize, bool)> {
        if !self.name_at(at) {
            return None;
        }
        let mut sign = at + 1;
        if self.symbol_at(sign, Symbol::Dot) && self.name_at(sign + 1) {
            sign += 2;
        }
        let mut explained = false;
        if self.symbol_at(sign, Symbol::LeftParen) && matches!(self.kind_at(sign + 1), Some(TokenKind::Text(_))) {
            // Without its end the bracket goes no further than its text.
            sign = self.partner(sign).map_or(sign + 2, |close| close + 1);
            explained = true;
        }
        if self.symbol_at(sign, Symbol::Colon) {
            return Some((sign, true));
        }
        self.symbol_at(sign, Symbol::Assign).then_some((sign, explained))
    }

    /// Whether an expression may have ended with the word at the place `at`.
    fn ends_value(&self, at: usize) -> bool {
        match self.kind_at(at) {
            Some(TokenKind::Keyword(word)) => matches!(word, Keyword::True | Keyword::False),
            Some(TokenKind::Symbol(symbol)) => {
                matches!(symbol, Symbol::RightParen | Symbol::RightBracket | Symbol::RightBrace | Symbol::Semicolon)
            }
            kind => kind.is_some(),
        }
    }

    /// Whether a line begins with the word at the place `at`.
    pub(super) fn on_new_line(&self, at: usize) -> bool {
        let end = |at: usize| self.tokens.get(at).map(|token| token.span);
        match (at.checked_sub(1).and_then(end), end(at)) {
            (Some(before), Some(this)) => self.written(Span::new(before.end, this.start)).contains(['\n', '\r']),
            _ => true,
        }
    }

    /// The place before which what begins at the place `from` ends, if it is a clause: the
    /// next clause, block or statement, or the end of the block.
    pub(super) fn clause_end(&self, from: usize) -> usize {
        let mut depth = 0usize;
        for at in from..self.stop {
            match self.kind_at(at) {
                Some(TokenKind::Symbol(Symbol::LeftBrace)) => depth += 1,
                Some(TokenKind::Symbol(Symbol::RightBrace)) if depth == 0 => return at,
                Some(TokenKind::Symbol(Symbol::RightBrace)) => depth -= 1,
                Some(TokenKind::Symbol(Symbol::Semicolon)) if depth == 0 => return at,
                Some(TokenKind::Name(_) | TokenKind::Quoted(_) | TokenKind::Keyword(_)) => {
                    if self.outer_at(at) {
                        return at;
                    }
                    let begins = at > from && self.ends_value(at - 1);
                    let clause = self.clause_at(at).filter(|_| begins && depth == 0);
                    if clause.is_some_and(|(_, sure)| sure || self.on_new_line(at)) {
                        return at;
                    }
                }
                _ => {}
            }
        }
        self.stop
    }

    /// Takes the `{` that comes next.
    pub(super) fn opening(&mut self) -> Option<Span> {
        match self.take(Symbol::LeftBrace) {
            Some(open) => Some(open),
            None => self.unexpected("`{`"),
        }
    }

    /// Whether the block that `open` began ends here; a missing end is reported. What was not
    /// opened ends with the text.
    pub(super) fn closes(&mut self, open: impl Into<Option<Span>>, what: &str) -> bool {
        let Some(open) = open.into() else {
            return self.peek().is_none();
        };
        if self.take(Symbol::RightBrace).is_some() {
            return true;
        }
        let lost = self.peek().is_none() || self.outer_at(self.at);
        // A text without an end, which is reported already, may have swallowed it.
        let swallowed = self.at > 0 && self.kind_at(self.at - 1) == Some(&TokenKind::Broken);
        if lost && !swallowed {
            let wrong = Diagnostic::error(open, format!("{what} without an end")).with_expected("`}`");
            self.diagnostics.push(wrong);
        }
        lost
    }

    /// Reports a word that does not belong in a block; `true` where it separates what
    /// needs no separator.
    pub(super) fn separator(&mut self) -> bool {
        let Some(TokenKind::Symbol(Symbol::Semicolon)) = self.ahead(0) else {
            return false;
        };
        let wrong = Diagnostic::error(self.here(), "unexpected `;`").with_hint("clauses need no separator");
        self.diagnostics.push(wrong);
        self.at += 1;
        true
    }

    /// Reports the next word, with the block that was probably meant.
    pub(super) fn no_block(&mut self, expected: &str) {
        let span = self.here();
        let mut wrong = Diagnostic::error(span, format!("unexpected `{}`", self.shown(span))).with_expected(expected);
        if let Some(TokenKind::Name(name)) = self.ahead(0) {
            wrong = wrong.with_nearest(name, WORDS);
        }
        if self.ahead(0) != Some(&TokenKind::Broken) {
            self.diagnostics.push(wrong);
        }
    }
}
