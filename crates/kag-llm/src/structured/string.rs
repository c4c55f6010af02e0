//! Strings in model text, with the quotes that were not escaped.

use super::{
    parse::{Failure, Parser, Place, Read, bare_key, is_quote, narrow},
    repair::RepairKind,
};

impl Parser<'_> {
    /// The string that starts with the quote at hand, inside the bracket that `close` closes.
    pub(super) fn string(&mut self, place: Place, close: Option<char>) -> Result<Read<String>, Failure> {
        let start = self.at;
        let Some(open) = self.bump() else {
            return self.fail("a string");
        };
        if open != '"' {
            self.mend(RepairKind::Quotes, start);
        }
        let mut text = String::new();
        let mut raw_control = false;
        loop {
            let at = self.at;
            let Some(c) = self.bump() else {
                return Ok(Read::Cut(None));
            };
            match c {
                '\\' => {
                    if !self.escape(&mut text) {
                        return Ok(Read::Cut(None));
                    }
                }
                c if closes(open, c) => {
                    if ends_here(self.rest(), place, close) {
                        return Ok(Read::Whole(text));
                    }
                    self.mend(RepairKind::InnerQuote, at);
                    text.push(c);
                }
                c => {
                    if c < ' ' && !raw_control {
                        raw_control = true;
                        self.mend(RepairKind::RawControl, at);
                    }
                    text.push(c);
                }
            }
        }
    }

    /// Reads what follows a backslash; false when the text ends.
    fn escape(&mut self, text: &mut String) -> bool {
        let at = self.at - 1;
        let Some(c) = self.bump() else {
            return false;
        };
        let c = match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => match self.unicode() {
                Some(c) => c,
                None => {
                    self.mend(RepairKind::Escape, at);
                    text.push('\\');
                    'u'
                }
            },
            '\'' => {
                self.mend(RepairKind::Escape, at);
                c
            }
            c => {
                self.mend(RepairKind::Escape, at);
                text.push('\\');
                c
            }
        };
        text.push(c);
        true
    }

    /// The character whose code units follow; nothing is read unless they name one.
    fn unicode(&mut self) -> Option<char> {
        let unit = |text: &str| {
            let digits = text.get(..4)?;
            let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
            u16::from_str_radix(digits, 16).ok().filter(|_| hex)
        };
        let rest = self.rest();
        let first = unit(rest)?;
        if let Some(c) = char::from_u32(u32::from(first)) {
            self.at += 4;
            return Some(c);
        }
        let second = unit(rest.get(4..)?.strip_prefix("\\u")?)?;
        let c = char::decode_utf16([first, second]).next()?.ok()?;
        self.at += 10;
        Some(c)
    }
}

fn closes(open: char, c: char) -> bool {
    match open {
        '“' | '”' => matches!(c, '”' | '“' | '"'),
        '‘' | '’' => matches!(c, '’' | '‘' | '\''),
        '＂' => matches!(c, '＂' | '"'),
        open => c == open,
    }
}

/// Whether a quote before `rest` ends the string, rather than being part of what it says.
/// Keys have no quotes in them.
fn ends_here(rest: &str, place: Place, close: Option<char>) -> bool {
    let after = rest.trim_start();
    let spaced = after.len() < rest.len();
    let Some(next) = after.chars().next() else {
        return true;
    };
    let behind = after.get(next.len_utf8()..).unwrap_or_default();
    match narrow(next) {
        _ if place == Place::Key => true,
        ':' => close == Some(']'),
        '}' | ']' => true,
        ',' => starts_member(behind, close),
        '/' => behind.starts_with(['/', '*']),
        '#' => spaced,
        '`' => behind.starts_with("``"),
        c => spaced && is_quote(c),
    }
}

/// Whether what follows a comma can be the next member of the bracket that `close` closes.
fn starts_member(rest: &str, close: Option<char>) -> bool {
    let rest = rest.trim_start();
    let Some(next) = rest.chars().next().map(narrow) else {
        return true;
    };
    if is_quote(next) || next == '}' || next == ']' || rest.starts_with("//") || next == '#' {
        return true;
    }
    if close == Some('}') {
        let behind = rest.get(bare_key(rest)..).unwrap_or_default();
        let colon = behind.trim_start().chars().next().map(narrow);
        return behind.len() < rest.len() && colon == Some(':');
    }
    let words = ["true", "false", "null", "True", "False", "None", "..."];
    matches!(next, '{' | '[' | '-' | '+' | '0'..='9') || words.iter().any(|w| rest.starts_with(w))
}
