//! From text to words. Nothing is dropped: what is no word is a diagnostic.

use kag_core::{Span, Value};
use unicode_width::UnicodeWidthChar;

use super::{
    literal,
    token::{Keyword, Symbol, Token, TokenKind, narrow},
};
use crate::Diagnostic;

/// The words of the part `span` of `source`; their spans count from the start of `source`.
pub(super) fn lex(source: &str, span: Span) -> (Vec<Token>, Vec<Diagnostic>) {
    let end = source.floor_char_boundary(span.end);
    let at = source.ceil_char_boundary(span.start.min(end));
    let mut lexer = Lexer { text: source.get(..end).unwrap_or(""), at, tokens: Vec::new(), diagnostics: Vec::new() };
    while lexer.word() {}
    (lexer.tokens, lexer.diagnostics)
}

/// Whether `c` can begin a name.
pub(super) fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether `c` can follow in a name; a combining mark can.
pub(super) fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || (c.width() == Some(0) && !is_blank(c) && !c.is_control())
}

/// White space, and what looks like nothing at all.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')
}

struct Lexer<'s> {
    /// The source up to the end of what is to be read.
    text: &'s str,
    at: usize,
    tokens: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
}

impl<'s> Lexer<'s> {
    /// Reads one word; `false` at the end.
    fn word(&mut self) -> bool {
        self.take_while(is_blank);
        let Some(first) = self.rest().chars().next() else {
            return false;
        };
        let start = self.at;
        match narrow(first) {
            '0'..='9' => self.number(),
            '"' | '\'' => self.text(first, first),
            '“' => self.text(first, '”'),
            '‘' => self.text(first, '’'),
            '「' => self.text(first, '」'),
            '`' => self.quoted_name(first),
            '#' => self.reference(first),
            _ if begins_name(first) => {
                let word = self.take_while(continues_name);
                let kind = Keyword::of(word).map_or_else(|| TokenKind::Name(word.to_owned()), TokenKind::Keyword);
                self.push(start, kind);
            }
            _ => self.symbol(first),
        }
        true
    }

    fn symbol(&mut self, first: char) {
        let start = self.at;
        if let Some((symbol, length)) = Symbol::at(self.rest()) {
            self.at += length;
            self.push(start, TokenKind::Symbol(symbol));
            return;
        }
        if let Some((value, length)) = literal::money_at(self.rest()) {
            self.at += length;
            self.push(start, TokenKind::Literal(value));
            return;
        }
        self.at += first.len_utf8();
        let wrong = Diagnostic::error(self.since(start), format!("unexpected character `{first}`"));
        self.diagnostics.push(wrong.with_hint("a name with such characters goes in back-quotes"));
    }

    fn number(&mut self) {
        let start = self.at;
        if let Some((date, length)) = literal::date_at(self.rest()) {
            self.at += length;
            self.push(start, TokenKind::Literal(date));
            return;
        }
        let (digits, length, exponent) = literal::digits_at(self.rest());
        self.at += length;
        let Some(number) = literal::number(&digits, exponent) else {
            let wrong = Diagnostic::error(self.since(start), "number with too many digits")
                .with_hint("up to 28 digits are exact; beyond that write an exponent: 1.5e30");
            self.diagnostics.push(wrong);
            self.push(start, TokenKind::Broken);
            return;
        };
        if let Some((amount, length)) = literal::amount_at(&digits, self.rest()) {
            self.at += length;
            self.push(start, TokenKind::Literal(amount));
            self.refuse_remainder();
            return;
        }
        self.push(start, TokenKind::Literal(number));
        self.warn_of_month(start);
    }

    /// Reports a percentage before another value: `10 % 3`.
    fn refuse_remainder(&mut self) {
        let written = self.text.get(..self.at).unwrap_or("");
        let Some(sign) = written.chars().next_back().filter(|c| narrow(*c) == '%') else {
            return;
        };
        let after = self.rest().trim_start_matches(is_blank);
        let word = after.find(|c| !continues_name(c)).and_then(|end| after.get(..end)).unwrap_or(after);
        let value = after.starts_with(['`', '#']) || !word.is_empty() && Keyword::of(word).is_none();
        if value || Symbol::at(after).is_some_and(|(symbol, _)| symbol == Symbol::LeftParen) {
            let span = Span::new(self.at - sign.len_utf8(), self.at);
            let wrong = Diagnostic::error(span, "a percentage before another value")
                .with_hint("`%` means percent; for the remainder write `mod`");
            self.diagnostics.push(wrong);
        }
    }

    /// `2011-07` is a subtraction here, which is hardly what was meant.
    fn warn_of_month(&mut self, start: usize) {
        let [.., minus_left, minus, month] = self.tokens.as_slice() else {
            return;
        };
        let tight = |token: &Token| self.text.get(token.span.start..token.span.end);
        let year = tight(minus_left).filter(|t| t.len() == 4 && t.bytes().all(|b| b.is_ascii_digit()));
        let two = tight(month).filter(|t| t.len() == 2 && ("01"..="12").contains(t));
        let adjacent = minus_left.span.end == minus.span.start && minus.span.end == month.span.start;
        if let (TokenKind::Symbol(Symbol::Minus), Some(year), Some(month), true) = (&minus.kind, year, two, adjacent) {
            let span = Span::new(start.saturating_sub(5), self.at);
            let warning = Diagnostic::warning(span, format!("`{year}-{month}` is a subtraction"))
                .with_hint(format!("for the month write date(\"{year}-{month}\")"));
            self.diagnostics.push(warning);
        }
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
            self.push(start, TokenKind::Name(format!("#{name}")));
        }
    }

    fn text(&mut self, open: char, close: char) {
        let start = self.at;
        self.at += open.len_utf8();
        let text = self.until(start, close, "text");
        self.push(start, text.map_or(TokenKind::Broken, TokenKind::Text));
    }

    fn quoted_name(&mut self, quote: char) {
        let start = self.at;
        self.at += quote.len_utf8();
        let kind = match self.until(start, quote, "name") {
            Some(name) if name.is_empty() => {
                let wrong = Diagnostic::error(self.since(start), "empty name");
                self.diagnostics.push(wrong);
                TokenKind::Broken
            }
            Some(name) => TokenKind::Quoted(name),
            None => TokenKind::Broken,
        };
        self.push(start, kind);
    }

    /// What stands before `close`, escapes resolved; `None` where `close` is missing.
    fn until(&mut self, start: usize, close: char, what: &str) -> Option<String> {
        let mut read = String::new();
        loop {
            let Some(c) = self.rest().chars().next() else {
                let wrong = Diagnostic::error(self.since(start), format!("{what} without an end"))
                    .with_expected(format!("`{close}`"));
                self.diagnostics.push(wrong);
                return None;
            };
            let at = self.at;
            self.at += c.len_utf8();
            if c == close {
                return Some(read);
            }
            if c != '\\' {
                read.push(c);
            } else if let Some(c) = self.escape() {
                read.push(c);
            } else {
                let wrong = Diagnostic::error(self.since(at), "unknown escape")
                    .with_expected(r#"one of \" \' \` \\ \n \r \t \u{…}"#)
                    .with_hint(r"a backslash itself is written \\");
                self.diagnostics.push(wrong);
            }
        }
    }

    /// The character that an escape stands for; the backslash is read already.
    fn escape(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(match c {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '\\' | '"' | '\'' | '`' | '”' | '’' | '」' => c,
            'u' => {
                let inside = self.rest().strip_prefix('{')?;
                let (digits, _) = inside.split_once('}').filter(|(d, _)| d.len() <= 6)?;
                let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
                self.at += digits.len() + 2;
                c
            }
            _ => return None,
        })
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
        && (reference || Keyword::of(name).is_none())
}

/// Whether `value` is what the whole of `text` is read as.
pub(super) fn reads_as(text: &str, value: &Value) -> bool {
    let (tokens, diagnostics) = lex(text, Span::new(0, text.len()));
    diagnostics.is_empty()
        && matches!(tokens.as_slice(), [Token { kind: TokenKind::Literal(read), .. }] if read == value)
}
