//! From a byte of a text to its line and column.

use std::fmt;

/// A place in a text as an editor shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line, from 1. Lines end with `\n`, `\r\n` or a lone `\r`.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl LineColumn {
    /// The place of byte `offset` of `source`. An offset inside a character counts as its
    /// first byte; one after the end as the end.
    #[must_use]
    pub fn of(source: &str, offset: usize) -> Self {
        let (line, start) = line_start(source, offset);
        let end = source.floor_char_boundary(offset);
        let column = source.get(start..end).unwrap_or("").chars().count() + 1;
        Self { line, column }
    }
}

impl fmt::Display for LineColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The number of the line that byte `offset` is on, from 1, and its first byte.
pub(super) fn line_start(source: &str, offset: usize) -> (usize, usize) {
    let bytes = source.as_bytes();
    let (mut line, mut start) = (1, 0);
    for (at, byte) in bytes.iter().enumerate().take(offset) {
        let ends = match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        if ends {
            (line, start) = (line + 1, at + 1);
        }
    }
    (line, start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, offset: usize, line: usize, column: usize) {
        assert_eq!(LineColumn::of(source, offset), LineColumn { line, column });
    }

    #[test]
    fn columns_count_characters_and_lines_know_all_ends() {
        check("", 0, 1, 1);
        check("球队", 3, 1, 2);
        check("球队", 4, 1, 2);
        check("球队", 99, 1, 3);
        check("a\nb", 2, 2, 1);
        check("a\r\nb", 3, 2, 1);
        check("a\r\nb", 2, 1, 3);
        check("a\rb", 2, 2, 1);
    }
}
