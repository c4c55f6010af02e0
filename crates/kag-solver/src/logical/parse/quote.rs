//! Texts in quotes: where they end, what they say, how they are written.

use std::fmt::Write as _;

/// How far the end of a text in single or curly quotes is looked for, in bytes.
const FAR: usize = 1024;

/// The length of the quoted text that `text` begins with, quotes included; `None` where it
/// begins with no quote or the quote is never closed.
///
/// A straight single quote opens a text only if the closing one stands before a separator
/// or bracket on the same line, so that an apostrophe is not taken for a quote.
pub(super) fn length(text: &str) -> Option<usize> {
    let open = text.chars().next()?;
    let body = text.get(open.len_utf8()..)?;
    let end = match open {
        '`' | '"' => escaped_end(body, open).or_else(|| body.find(open))?,
        '“' => near(body).find('”')?,
        '\'' => closing_apostrophe(near(body), '\'')?,
        '‘' => closing_apostrophe(near(body), '’')?,
        _ => return None,
    };
    let close = body.get(end..)?.chars().next()?;
    Some(open.len_utf8() + end + close.len_utf8())
}

/// What a quoted text says, given with its quotes.
///
/// `\"`, `` \` ``, `\'`, `\\` and `\u{…}` are read, and `\n`, `\r`, `\t` unless a letter
/// follows; any other backslash, as in LaTeX, stands for itself.
pub(super) fn decode(quoted: &str) -> String {
    let mut inside = quoted.chars();
    inside.next();
    inside.next_back();
    let mut rest = inside.as_str();
    let mut text = String::with_capacity(rest.len());
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        text.push_str(before);
        let (c, length) = unescape(escape).unwrap_or(('\\', 1));
        text.push(c);
        rest = escape.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// `text` between two `quote`s, so that [`decode`] gives it back and it keeps to one line.
pub(in super::super) fn encode(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        if c == '\\' || c == quote {
            out.push('\\');
            out.push(c);
        } else if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out.push(quote);
    out
}

/// The character that the escape at the start of `text` stands for, and its length.
fn unescape(text: &str) -> Option<(char, usize)> {
    let mut chars = text.chars().skip(1);
    let (kind, next) = (chars.next()?, chars.next());
    let letter_follows = next.is_some_and(|c| c.is_ascii_alphabetic());
    Some(match kind {
        '\\' | '"' | '`' | '\'' => (kind, 2),
        'n' if !letter_follows => ('\n', 2),
        'r' if !letter_follows => ('\r', 2),
        't' if !letter_follows => ('\t', 2),
        'u' => {
            let (digits, _) = text.get(3..)?.split_once('}')?;
            let valid = next == Some('{') && (1..=6).contains(&digits.len());
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| valid)?;
            (char::from_u32(code)?, digits.len() + 4)
        }
        _ => return None,
    })
}

/// Where `close` stands first without a backslash before it.
fn escaped_end(body: &str, close: char) -> Option<usize> {
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == close {
            return Some(at);
        }
        if c == '\\' {
            chars.next();
        }
    }
    None
}

/// The part of `body` in which a quote may end: its first line, and not too much of it.
fn near(body: &str) -> &str {
    let line = body.find('\n').unwrap_or(body.len()).min(FAR);
    body.get(..body.floor_char_boundary(line)).unwrap_or_default()
}

fn closing_apostrophe(body: &str, close: char) -> Option<usize> {
    let ends = |(at, _): &(usize, &str)| {
        let after = body.get(at + close.len_utf8()..).unwrap_or_default();
        let next = after.trim_start().chars().next();
        next.is_none_or(|c| ")）]］】,，|｜".contains(c))
    };
    body.match_indices(close).find(ends).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apostrophe_is_no_quote() {
        assert_eq!(length("'s book, and"), None);
        assert_eq!(length("'John's book']"), Some("'John's book'".len()));
    }

    #[test]
    fn latex_survives_and_escapes_are_read() {
        assert_eq!(decode(r#""\frac{1}{2} \times \neq""#), r"\frac{1}{2} \times \neq");
        assert_eq!(decode(r#""a\"b\\c\u{a}d""#), "a\"b\\c\nd");
    }

    #[test]
    fn a_last_backslash_does_not_swallow_the_quote() {
        assert_eq!(length("`C:\\`"), Some(5));
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(text in "\\PC{0,12}|[\\\\`\"'u{}a\n\t]{0,12}", after in "[a`\" ]{0,3}") {
            for quote in ['"', '`'] {
                let written = encode(&text, quote);
                let followed = format!("{written}{after}");
                proptest::prop_assert_eq!(length(&followed), Some(written.len()), "{}", followed);
                proptest::prop_assert_eq!(decode(&written), text.clone());
                proptest::prop_assert!(!written.contains('\n'));
            }
        }
    }
}
