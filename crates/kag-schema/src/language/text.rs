//! White space, and quotes around what has odd characters in it.

use kag_core::Span;

pub(super) use crate::expr::is_blank;

/// `span` without the white space at its ends.
pub(super) fn trimmed(source: &str, span: Span) -> Span {
    let text = span.of(source).unwrap_or("");
    let start = span.start + (text.len() - text.trim_start_matches(is_blank).len());
    let end = span.end - (text.len() - text.trim_end_matches(is_blank).len());
    Span::new(start.min(span.end), end.max(start.min(span.end)))
}

/// Whether `text` can stand on a line as it is: it is one line, begins and ends with
/// something visible, and does not look quoted.
pub(super) fn is_plain_line(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('"')
        && !text.contains(char::is_control)
        && text.trim_matches(is_blank) == text
}

/// `text` between two `mark`s, with escapes for what could not stand there.
pub(super) fn quoted(text: &str, mark: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(mark);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == mark => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push_str(&c.escape_unicode().to_string()),
            c => out.push(c),
        }
    }
    out.push(mark);
    out
}

/// The length of the quoted text that `text` begins with, both quotes included; `None`
/// where it does not begin with `open` or there is no `close` on the line.
pub(super) fn quoted_length(text: &str, open: char, close: char) -> Option<usize> {
    let inside = text.strip_prefix(open)?;
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '\n' | '\r' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == close => return Some(open.len_utf8() + at + close.len_utf8()),
            _ => {}
        }
    }
    None
}

/// What stands between the quotes of `text`, if the whole of it is quoted; a backslash that
/// begins no escape stands for itself.
pub(super) fn unquoted(text: &str, mark: char) -> Option<String> {
    if quoted_length(text, mark, mark) != Some(text.len()) {
        return None;
    }
    let inside = text.get(mark.len_utf8()..text.len() - mark.len_utf8())?;
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (c, length) = escape(from, mark).unwrap_or(('\\', 1));
        out.push(c);
        rest = from.get(length..).unwrap_or("");
    }
    out.push_str(rest);
    Some(out)
}

/// The character that the escape at the start of `text` stands for, and the escape's length.
fn escape(text: &str, mark: char) -> Option<(char, usize)> {
    let second = text.chars().nth(1)?;
    let simple = match second {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '\\' => '\\',
        c if c == mark => c,
        'u' => {
            let (digits, _) = text.get(2..)?.strip_prefix('{')?.split_once('}')?;
            let short = (1..=6).contains(&digits.len());
            let c = char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| short)?)?;
            return Some((c, 4 + digits.len()));
        }
        _ => return None,
    };
    Some((simple, 1 + second.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read_back() {
        for text in ["", "plain", "两行\nof text", "a\"b\\c\\n", "tab\tand \u{7}", "`", "\\", "\\u{41}"] {
            for mark in ['"', '`'] {
                assert_eq!(unquoted(&quoted(text, mark), mark).as_deref(), Some(text), "{text:?}");
            }
        }
    }

    #[test]
    fn a_backslash_without_a_meaning_stands_for_itself() {
        assert_eq!(unquoted(r#""^\d+\.$""#, '"').as_deref(), Some(r"^\d+\.$"));
        assert_eq!(unquoted(r#""\u{zz}\u{}""#, '"').as_deref(), Some(r"\u{zz}\u{}"));
        assert_eq!(unquoted(r#""open"#, '"'), None);
        assert_eq!(unquoted(r#""one" two"#, '"'), None);
    }

    #[test]
    fn trimming_keeps_the_place() {
        assert_eq!(trimmed(" \u{3000}a b\t", Span::new(0, 8)), Span::new(4, 7));
        assert_eq!(trimmed("   ", Span::new(0, 3)), Span::new(3, 3));
    }
}
