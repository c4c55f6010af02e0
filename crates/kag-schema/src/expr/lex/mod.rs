//! From text to words. Nothing is dropped: what is no word is a diagnostic.

mod number;
mod text;

use kag_core::{Span, Value};
use unicode_width::UnicodeWidthChar;

use super::{
    Dialect, literal,
    token::{Keyword, Symbol, Token, TokenKind, narrow},
};
use crate::Diagnostic;

/// The words of the part `span` of `source`; their spans count from the start of `source`.
pub(crate) fn lex(source: &str, span: Span, dialect: Dialect) -> (Vec<Token>, Vec<Diagnostic>) {
    let end = source.floor_char_boundary(span.end);
    let at = source.ceil_char_boundary(span.start.min(end));
    let text = source.get(..end).unwrap_or("");
    let mut lexer = Lexer { text, at, dialect, without_end: Vec::new(), tokens: Vec::new(), diagnostics: Vec::new() };
    while lexer.word() {}
    (lexer.tokens, lexer.diagnostics)
}

/// Whether `c` can begin a name.
pub(super) fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether `c` can follow in a name; a combining mark can.
pub(crate) fn continues_name(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    c.is_alphanumeric() || (c.width() == Some(0) && !is_blank(c) && !c.is_control())
}

/// Whether `c` can follow in a name of a rule, where signs of currencies can too.
fn continues_rule_name(c: char) -> bool {
    continues_name(c) || matches!(c, '$' | '€' | '£' | '¥')
}

/// White space, and what looks like nothing at all.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')
}

/// White space of rules, which has control characters of old.
fn is_rule_blank(c: char) -> bool {
    is_blank(c) || matches!(c, '\u{1c}'..='\u{1f}' | '\u{180e}')
}

struct Lexer<'s> {
    /// The source up to the end of what is to be read.
    text: &'s str,
    at: usize,
    dialect: Dialect,
    /// The ends of quotations that do not stand in the rest of the text.
    without_end: Vec<char>,
    tokens: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
}

impl<'s> Lexer<'s> {
    /// Reads one word; `false` at the end.
    fn word(&mut self) -> bool {
        self.blanks();
        let Some(first) = self.rest().chars().next() else {
            return false;
        };
        let start = self.at;
        match narrow(first) {
            '0'..='9' => self.number(),
            '.' if self.dialect == Dialect::Rule && self.begins_fraction() => self.number(),
            '"' | '\'' => self.text(first, first),
            '“' => self.text(first, '”'),
            '‘' => self.text(first, '’'),
            '「' => self.text(first, '」'),
            '”' | '’' if self.dialect == Dialect::Rule => self.reversed_text(first),
            '`' => self.quoted_name(first),
            '#' => self.reference(first),
            _ if begins_name(first) => self.name(start),
            _ => self.symbol(first),
        }
        true
    }

    /// Skips what separates words.
    fn blanks(&mut self) {
        if self.dialect == Dialect::Formula {
            self.take_while(is_blank);
            return;
        }
        loop {
            self.take_while(is_rule_blank);
            if self.rest().starts_with("//") {
                self.take_while(|c| !matches!(c, '\n' | '\r'));
            } else if self.rest().starts_with("/*") {
                self.block_comment();
            } else {
                return;
            }
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        match self.rest().get(2..).and_then(|rest| rest.find("*/")) {
            Some(length) => self.at += length + 4,
            None => {
                self.at = self.text.len();
                let wrong = Diagnostic::error(Span::new(start, start + 2), "comment without an end");
                self.diagnostics.push(wrong.with_expected("`*/`"));
            }
        }
    }

    fn name(&mut self, start: usize) {
        let rule = self.dialect == Dialect::Rule;
        let word = self.take_while(if rule { continues_rule_name } else { continues_name });
        let kind = match Keyword::of(word) {
            // Functions or plain names in rules.
            Some(Keyword::Then | Keyword::Else | Keyword::Mod | Keyword::Contains) if rule => {
                TokenKind::Name(word.into())
            }
            Some(keyword) => TokenKind::Keyword(keyword),
            None => TokenKind::Name(word.into()),
        };
        self.push(start, kind);
    }

    fn symbol(&mut self, first: char) {
        let start = self.at;
        if self.dialect == Dialect::Rule && self.rest().starts_with(">>>") {
            self.embedded(start);
            return;
        }
        if let Some((symbol, length)) = Symbol::at(self.rest(), self.dialect) {
            self.at += length;
            self.push(start, TokenKind::Symbol(symbol));
            return;
        }
        if self.dialect == Dialect::Formula {
            if let Some((value, length)) = literal::money_at(self.rest()) {
                self.at += length;
                self.push(start, TokenKind::Literal(value));
                return;
            }
            if first == '$' && self.rest().chars().nth(1).is_some_and(|c| begins_name(c) || c == '`') {
                self.at += 1;
                self.push(start, TokenKind::Symbol(Symbol::Dollar));
                return;
            }
        }
        self.at += first.len_utf8();
        let wrong = Diagnostic::error(self.since(start), format!("unexpected character `{first}`"));
        let hint = if first == '~' {
            "a text is held against a regular expression by `rlike`"
        } else {
            "a name with such characters goes in back-quotes"
        };
        self.diagnostics.push(wrong.with_hint(hint));
    }

    /// SQL that is embedded in a rule.
    fn embedded(&mut self, start: usize) {
        let rest = self.rest();
        self.at += rest.find("<<<").map_or(rest.len(), |at| at + 3);
        let wrong = Diagnostic::error(Span::new(start, start + 3), "embedded SQL is not run")
            .with_hint("what it computes goes into the rule itself");
        self.diagnostics.push(wrong);
        self.push(start, TokenKind::Broken);
    }

    fn reference(&mut self, first: char) {
        let start = self.at;
        self.at += first.len_utf8();
        let name = self.take_while(continues_name);
        if name.is_empty() {
            let wrong = Diagnostic::error(self.since(start), "`#` without a number")
                .with_expected("the number or name of a step, as in `#1`");
            self.diagnostics.push(wrong);
            self.push(start, TokenKind::Broken);
        } else {
            self.push(start, TokenKind::Name(format!("#{name}").into()));
        }
    }

    fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn since(&self, start: usize) -> Span {
        Span::new(start, self.at)
    }

    fn push(&mut self, start: usize, kind: TokenKind) {
        let span = self.since(start);
        self.tokens.push(Token { kind, span });
    }
}

/// Whether `name` is read back as one name without quotes.
pub(super) fn is_plain(name: &str) -> bool {
    let (body, reference) = match name.strip_prefix('#') {
        Some(body) => (body, true),
        None => (name, false),
    };
    let mut chars = body.chars();
    let first = chars.next();
    first.is_some_and(|c| begins_name(c) || (reference && continues_name(c)))
        && chars.all(continues_name)
        && (reference || !is_reserved(name))
}

/// Whether `name` is one word without quotes, though it may be a keyword.
pub(super) fn is_word(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(begins_name) && chars.all(continues_name)
}

/// Whether `word` means something by itself where a value or an operator can stand.
fn is_reserved(word: &str) -> bool {
    const OPERATORS: [&str; 4] = ["null", "is", "like", "rlike"];
    Keyword::of(word).is_some() || OPERATORS.iter().any(|operator| operator.eq_ignore_ascii_case(word))
}

/// Whether `value` is what the whole of `text` is read as.
pub(super) fn reads_as(text: &str, value: &Value) -> bool {
    let (tokens, diagnostics) = lex(text, Span::new(0, text.len()), Dialect::Formula);
    diagnostics.is_empty()
        && matches!(tokens.as_slice(), [Token { kind: TokenKind::Literal(read), .. }] if read == value)
}
