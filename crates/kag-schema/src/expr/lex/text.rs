//! Quoted text and names.

use super::Lexer;
use crate::{Diagnostic, Dialect, expr::token::TokenKind};

impl Lexer<'_> {
    pub(super) fn text(&mut self, open: char, close: char) {
        let start = self.at;
        self.at += open.len_utf8();
        let text = self.until(start, close, "text");
        self.push(start, text.map_or(TokenKind::Broken, |text| TokenKind::Text(text.into())));
    }

    /// A text whose quotation marks stand the wrong way round, as a keyboard may write them:
    /// `”价格“`.
    pub(super) fn reversed_text(&mut self, open: char) {
        let start = self.at;
        let other = if open == '”' { '“' } else { '‘' };
        let rest = self.rest().get(open.len_utf8()..).unwrap_or("");
        let close = rest.chars().find(|c| *c == open || *c == other || *c == '\n').unwrap_or(other);
        if close == '\n' {
            self.at += open.len_utf8();
            let wrong = Diagnostic::error(self.since(start), format!("`{open}` ends a text that has not begun"));
            self.diagnostics.push(wrong.with_expected("`\"`"));
            self.push(start, TokenKind::Broken);
            return;
        }
        self.text(open, close);
        let warning = Diagnostic::warning(self.since(start), format!("a text that begins with `{open}`"));
        self.diagnostics.push(warning.with_hint("quotation marks are \"…\", '…' or “…”"));
    }

    pub(super) fn quoted_name(&mut self, quote: char) {
        let start = self.at;
        self.at += quote.len_utf8();
        let kind = match self.until(start, quote, "name") {
            Some(name) if name.is_empty() => {
                let wrong = Diagnostic::error(self.since(start), "empty name");
                self.diagnostics.push(wrong);
                TokenKind::Broken
            }
            Some(name) => TokenKind::Quoted(name.into()),
            None => TokenKind::Broken,
        };
        self.push(start, kind);
    }

    /// What stands before `close`, escapes resolved; `None` where `close` is missing.
    fn until(&mut self, start: usize, close: char, what: &str) -> Option<String> {
        let mut read = String::new();
        if self.without_end.contains(&close) {
            return self.unclosed(start, close, what);
        }
        loop {
            let rest = self.rest();
            let plain = rest.find([close, '\\']).unwrap_or(rest.len());
            read.push_str(rest.get(..plain).unwrap_or(""));
            self.at += plain;
            let Some(c) = self.rest().chars().next() else {
                return self.unclosed(start, close, what);
            };
            let at = self.at;
            self.at += c.len_utf8();
            if c == close {
                return Some(read);
            }
            if let Some(c) = self.escape() {
                read.push(c);
            } else {
                let wrong = Diagnostic::error(self.since(at), "unknown escape")
                    .with_expected(r#"one of \" \' \` \\ \n \r \t \u{…}"#)
                    .with_hint(r"a backslash itself is written \\");
                self.diagnostics.push(wrong);
            }
        }
    }

    /// Reports that `close` is missing. A rule is read on from the next line.
    fn unclosed(&mut self, start: usize, close: char, what: &str) -> Option<String> {
        if !self.without_end.contains(&close) {
            self.without_end.push(close);
        }
        self.at = self.text.len();
        if self.dialect == Dialect::Rule {
            let rest = self.text.get(start..).unwrap_or("");
            self.at = start + rest.find(['\n', '\r']).unwrap_or(rest.len());
        }
        let wrong = Diagnostic::error(self.since(start), format!("{what} without an end"));
        self.diagnostics.push(wrong.with_expected(format!("`{close}`")));
        None
    }

    /// The character that an escape stands for; the backslash is read already.
    fn escape(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(match c {
            'n' | 'N' => '\n',
            'r' | 'R' => '\r',
            't' | 'T' => '\t',
            'b' | 'B' => '\u{8}',
            'f' | 'F' => '\u{c}',
            '\\' | '"' | '\'' | '`' | '”' | '’' | '」' => c,
            'u' => match self.rest().strip_prefix('{') {
                Some(inside) => {
                    let (digits, _) = inside.split_once('}').filter(|(d, _)| d.len() <= 6)?;
                    let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
                    self.at += digits.len() + 2;
                    c
                }
                None => self.code_point(4)?,
            },
            'U' => self.code_point(8)?,
            _ => return None,
        })
    }

    /// The character whose number is the next `length` hexadecimal digits.
    fn code_point(&mut self, length: usize) -> Option<char> {
        let digits = self.rest().get(..length).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
        self.at += length;
        Some(c)
    }
}
