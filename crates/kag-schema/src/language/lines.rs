//! The lines of a source, with their indentation.

use kag_core::Span;

use super::text::{is_blank, trimmed};

/// How many columns a tab takes, as in OpenSPG.
const TAB: usize = 2;

/// A line on which something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The columns before what stands on it.
    pub(super) indent: usize,
    /// What stands on it, without white space at its ends.
    pub(super) span: Span,
}

/// Reads the lines of a source one after the other, without those that are blank.
///
/// Lines end with `\n`, `\r\n` or a lone `\r`, as diagnostics count them.
#[derive(Clone, Debug)]
pub(super) struct Lines<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lines<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self::from(source, 0)
    }

    /// The lines from byte `at` on.
    pub(super) fn from(source: &'s str, at: usize) -> Self {
        Self { source, at }
    }

    /// Goes on with the line after the one that byte `offset` is on.
    pub(super) fn go_on_after(&mut self, offset: usize) {
        self.at = self.next_start(offset);
    }

    /// The first byte of the line after the one that byte `offset` is on.
    fn next_start(&self, offset: usize) -> usize {
        let rest = self.source.get(offset..).unwrap_or("");
        let Some(end) = rest.find(['\n', '\r']) else { return self.source.len() };
        let two = rest.get(end..).is_some_and(|end| end.starts_with("\r\n"));
        offset + end + if two { 2 } else { 1 }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        while self.at < self.source.len() {
            let start = self.at;
            self.at = self.next_start(start);
            let span = trimmed(self.source, Span::new(start, self.at));
            if !span.is_empty() {
                let before = self.source.get(start..span.start).unwrap_or("");
                return Some(Line { indent: before.chars().map(columns).sum(), span });
            }
        }
        None
    }
}

fn columns(blank: char) -> usize {
    match blank {
        '\t' => TAB,
        '\u{3000}' => 2,
        c if is_blank(c) && !c.is_whitespace() => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ends_of_lines_are_known_and_blank_lines_passed_over() {
        let source = "\u{feff}a\r\n\r\n  \tb\r\u{3000}c \n\n";
        let lines: Vec<(usize, &str)> =
            Lines::new(source).map(|line| (line.indent, line.span.of(source).unwrap())).collect();
        assert_eq!(lines, [(0, "a"), (4, "b"), (2, "c")]);
        let mut rest = Lines::new("a\nb\nc");
        rest.go_on_after(0);
        assert_eq!(rest.next().map(|line| line.span), Some(Span::new(2, 3)));
    }
}
