//! A diagnostic as text, with its source line underlined.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

use super::{Diagnostic, LineColumn, place::line_start};

/// How many display columns a tab takes.
const TAB: usize = 4;

pub(super) fn render(diagnostic: &Diagnostic, name: &str, source: &str) -> String {
    let start = source.floor_char_boundary(diagnostic.span.start);
    let end = source.ceil_char_boundary(diagnostic.span.end.min(source.len())).max(start);
    let place = LineColumn::of(source, start);
    let (_, line_at) = line_start(source, start);
    let rest = source.get(line_at..).unwrap_or("");
    let line = rest.split(['\n', '\r']).next().unwrap_or("");
    let line_end = line_at + line.len();

    let before = columns(source.get(line_at..start.min(line_end)).unwrap_or(""));
    let inside = source.get(start.min(line_end)..end.min(line_end));
    let marks = columns(inside.unwrap_or("")).max(1);
    let shown: String = line
        .chars()
        .flat_map(|c| match c {
            '\t' => [Some(' '); TAB],
            c if c.is_control() => [Some('\u{fffd}'), None, None, None],
            c => [Some(c), None, None, None],
        })
        .flatten()
        .collect();

    let number = place.line.to_string();
    let gutter = " ".repeat(number.len());
    let mut out = format!("{}: {}\n", diagnostic.severity, diagnostic.message);
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{gutter}--> {name}:{place}");
    let _ = writeln!(out, "{gutter} |");
    let _ = writeln!(out, "{number} | {shown}");
    let _ = writeln!(out, "{gutter} | {}{}", " ".repeat(before), "^".repeat(marks));
    if let Some(expected) = &diagnostic.expected {
        let _ = writeln!(out, "{gutter} = expected: {expected}");
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = writeln!(out, "{gutter} = hint: {hint}");
    }
    out
}

/// The display columns that `text` takes in a terminal.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '\t' => TAB,
            c if c.is_control() => 1,
            c => c.width().unwrap_or(0),
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use kag_core::Span;

    use super::*;

    #[track_caller]
    fn check(source: &str, span: Span, expect: &Expect) {
        let wrong = Diagnostic::error(span, "wrong").with_expected("right");
        expect.assert_eq(&wrong.render("a.txt", source));
    }

    #[test]
    fn the_underline_is_below_wide_text() {
        check(
            "x\n\t球队 = “皇马”",
            Span::new(12, 24),
            &expect![[r#"
                error: wrong
                 --> a.txt:2:7
                  |
                2 |     球队 = “皇马”
                  |            ^^^^^^
                  = expected: right
            "#]],
        );
    }

    #[test]
    fn a_span_over_several_lines_shows_the_first() {
        check(
            "one two\r\nthree",
            Span::new(4, 12),
            &expect![[r#"
                error: wrong
                 --> a.txt:1:5
                  |
                1 | one two
                  |     ^^^
                  = expected: right
            "#]],
        );
    }

    #[test]
    fn the_end_and_beyond_are_shown_as_one_mark() {
        let expect = expect![[r#"
            error: wrong
             --> a.txt:1:3
              |
            1 | 1+
              |   ^
              = expected: right
        "#]];
        check("1+", Span::new(2, 2), &expect);
        check("1+", Span::new(50, 40), &expect);
    }
}
