//! Numbers, dates and amounts.

use kag_core::{Span, Value};

use super::{Lexer, continues_name, is_blank, is_reserved};
use crate::{
    Diagnostic,
    expr::{
        Dialect, literal,
        token::{Symbol, Token, TokenKind, narrow},
    },
};

impl Lexer<'_> {
    pub(super) fn number(&mut self) {
        let start = self.at;
        if let Some((date, length)) = literal::date_at(self.rest()) {
            self.at += length;
            self.push(start, TokenKind::Literal(date));
            return;
        }
        if self.dialect == Dialect::Rule {
            self.rule_number(start);
            return;
        }
        let (digits, length, exponent) = literal::digits_at(self.rest());
        self.at += length;
        let Some(number) = self.exact(start, &digits, exponent) else {
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

    /// A number of a rule: never with a unit, so that `5` and the name that begins the next
    /// line are two words; `.5`, `0x1f` and `017` too.
    fn rule_number(&mut self, start: usize) {
        let rest = self.rest();
        let radix = match rest.as_bytes() {
            [b'0', b'x' | b'X', digit, ..] if digit.is_ascii_hexdigit() => Some((16, 2)),
            [b'0', digit, ..] if digit.is_ascii_digit() => {
                let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let (run, after) = rest.split_at_checked(digits).unwrap_or((rest, ""));
                let octal = run.bytes().all(|b| b < b'8') && !after.starts_with(['.', 'e', 'E']);
                octal.then_some((8, 1))
            }
            _ => None,
        };
        if let Some((radix, prefix)) = radix {
            self.whole_number(start, radix, prefix);
            return;
        }
        if rest.starts_with('.') {
            let (digits, length, exponent) = literal::digits_at(rest.get(1..).unwrap_or(""));
            self.at += 1 + length;
            // What `digits_at` took for a fraction would be a second point.
            let read = if digits.contains('.') { None } else { self.exact(start, &format!("0.{digits}"), exponent) };
            match read {
                Some(number) => self.push(start, TokenKind::Literal(number)),
                None if digits.contains('.') => self.broken(start, "number with two points"),
                None => {}
            }
            return;
        }
        let (digits, length, exponent) = literal::digits_at(rest);
        self.at += length;
        if let Some(number) = self.exact(start, &digits, exponent) {
            self.push(start, TokenKind::Literal(number));
        }
    }

    fn whole_number(&mut self, start: usize, radix: u32, prefix: usize) {
        self.at += prefix;
        let digits = self.take_while(|c| c.is_digit(radix));
        match i64::from_str_radix(digits, radix) {
            Ok(number) => {
                self.push(start, TokenKind::Literal(Value::Integer(number)));
                if radix == 8 {
                    let warning = Diagnostic::warning(self.since(start), "a number that begins with 0 is octal");
                    self.diagnostics.push(warning.with_hint(format!("it is {number}; to mean so, write that")));
                }
            }
            Err(_) => self.broken(start, "number with too many digits"),
        }
    }

    /// Whether a number that begins with its point comes next, and not a property.
    pub(super) fn begins_fraction(&self) -> bool {
        let digit = self.rest().chars().nth(1).is_some_and(|c| c.is_ascii_digit());
        let owner = self.tokens.last().is_some_and(|token| {
            token.span.end == self.at
                && matches!(
                    token.kind,
                    TokenKind::Name(_)
                        | TokenKind::Quoted(_)
                        | TokenKind::Symbol(Symbol::RightParen | Symbol::RightBracket)
                )
        });
        digit && !owner
    }

    fn exact(&mut self, start: usize, digits: &str, exponent: bool) -> Option<Value> {
        let number = literal::number(digits, exponent);
        if number.is_none() {
            let wrong = Diagnostic::error(self.since(start), "number with too many digits")
                .with_hint("up to 28 digits are exact; beyond that write an exponent: 1.5e30");
            self.diagnostics.push(wrong);
            self.push(start, TokenKind::Broken);
        }
        number
    }

    fn broken(&mut self, start: usize, message: &str) {
        self.diagnostics.push(Diagnostic::error(self.since(start), message));
        self.push(start, TokenKind::Broken);
    }

    /// Reports a percentage before another value: `10 % 3`.
    fn refuse_remainder(&mut self) {
        let written = self.text.get(..self.at).unwrap_or("");
        let Some(sign) = written.chars().next_back().filter(|c| narrow(*c) == '%') else {
            return;
        };
        let after = self.rest().trim_start_matches(is_blank);
        let word = after.find(|c| !continues_name(c)).and_then(|end| after.get(..end)).unwrap_or(after);
        let value = after.starts_with(['`', '#']) || !word.is_empty() && !is_reserved(word);
        if value || Symbol::at(after, Dialect::Formula).is_some_and(|(symbol, _)| symbol == Symbol::LeftParen) {
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
}
