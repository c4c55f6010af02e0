//! Where the cells of a row are in the file.

use std::sync::Arc;

use kag_core::Span;

/// A cell, or a part of one, with its bytes in the row.
#[derive(Clone)]
pub(super) struct Cell {
    pub(super) text: Arc<str>,
    /// The bytes; those of the whole cell where a part has none of its own.
    pub(super) span: Option<Span>,
    /// Whether the bytes are the text, so that parts of it have bytes too.
    exact: bool,
}

impl Cell {
    /// The cell that reads `text` and takes the bytes `span` of `row`; `None` where it is blank.
    pub(super) fn of(text: &str, span: Option<Span>, row: &str) -> Option<Self> {
        let trimmed = text.trim();
        let span = span.filter(|span| span.of(row).is_some());
        // Escaped quotes take more bytes in the file than in the cell.
        let exact = span.is_some_and(|span| span.of(row) == Some(text));
        let indent = text.len() - text.trim_start().len();
        let inner = |span: Span| Span::new(span.start + indent, span.start + indent + trimmed.len());
        let span = if exact { span.map(inner) } else { span };
        (!trimmed.is_empty()).then(|| Self { text: trimmed.into(), span, exact })
    }

    /// A text that no cell holds.
    pub(super) fn given(text: Arc<str>) -> Self {
        Self { text, span: None, exact: false }
    }

    /// The same place, read as `text`.
    pub(super) fn read_as(&self, text: Arc<str>) -> Self {
        Self { text, span: self.span, exact: false }
    }

    /// The parts between `separators`, trimmed, none of them empty.
    pub(super) fn parts(self, separators: &[Arc<str>]) -> Vec<Self> {
        let mut cuts = Vec::new();
        let (mut start, mut at) = (0, 0);
        while let Some(rest) = self.text.get(at..).filter(|rest| !rest.is_empty()) {
            match separators.iter().find(|separator| !separator.is_empty() && rest.starts_with(&***separator)) {
                Some(separator) => {
                    cuts.push((start, at));
                    at += separator.len();
                    start = at;
                }
                None => at += rest.chars().next().map_or(1, char::len_utf8),
            }
        }
        cuts.push((start, self.text.len()));
        cuts.into_iter().filter_map(|(start, end)| self.part(start, end)).collect()
    }

    fn part(&self, start: usize, end: usize) -> Option<Self> {
        let part = self.text.get(start..end)?;
        let from = start + (part.len() - part.trim_start().len());
        let text: Arc<str> = part.trim().into();
        let own = |span: Span| if self.exact { Span::new(from, from + text.len()).shifted(span.start) } else { span };
        let span = self.span.map(own);
        (!text.is_empty()).then_some(Self { text, span, exact: self.exact })
    }
}

/// The bytes of each cell of `row`, which is one record of CSV with line ends around it,
/// without the quotes around them.
pub(super) fn cell_spans(row: &str, delimiter: u8) -> Vec<Span> {
    let bytes = row.as_bytes();
    let is_line_end = |at: usize| matches!(bytes.get(at), Some(b'\n' | b'\r'));
    let mut at = (0..bytes.len()).find(|at| !is_line_end(*at)).unwrap_or(bytes.len());
    let mut spans = Vec::new();
    loop {
        let quoted = bytes.get(at) == Some(&b'"');
        let start = at + usize::from(quoted);
        at = if quoted { closing_quote(bytes, start) } else { at };
        let inner_end = at;
        while at < bytes.len() && bytes.get(at) != Some(&delimiter) && !is_line_end(at) {
            at += 1;
        }
        spans.push(Span::new(start, if quoted { inner_end } else { at }));
        if bytes.get(at) != Some(&delimiter) {
            return spans;
        }
        at += 1;
    }
}

/// The quote that ends the cell which begins at `at`; the end of the row where none does.
fn closing_quote(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'"', Some(b'"')) => at += 2,
            (b'"', _) => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(row: &str) -> Vec<&str> {
        cell_spans(row, b',').iter().map(|span| span.of(row).unwrap()).collect()
    }

    #[test]
    fn cells_are_found_within_their_quotes() {
        assert_eq!(cells("RM,皇家马德里,1902\r\n"), ["RM", "皇家马德里", "1902"]);
        assert_eq!(cells("\n\"a, b\",\"say \"\"hi\"\"\",\"two\nlines\"\n"), ["a, b", "say \"\"hi\"\"", "two\nlines"]);
        assert_eq!(cells(",,"), ["", "", ""]);
        assert_eq!(cells("\"open, never closed"), ["open, never closed"]);
    }

    #[test]
    fn parts_have_bytes_of_their_own_where_they_can() {
        let row = "x,\" 皇马 | 白衣军团|\"";
        let span = cell_spans(row, b',')[1];
        let cell = Cell::of(" 皇马 | 白衣军团|", Some(span), row).unwrap();
        let parts = cell.parts(&["|".into()]);
        let found: Vec<_> = parts.iter().map(|part| (&*part.text, part.span.unwrap().of(row).unwrap())).collect();
        assert_eq!(found, [("皇马", "皇马"), ("白衣军团", "白衣军团")]);

        let row = "\"a \"\"b\"\"|c\"";
        let cell = Cell::of("a \"b\"|c", Some(cell_spans(row, b',')[0]), row).unwrap();
        assert!(cell.parts(&["|".into()]).iter().all(|part| part.span == Some(Span::new(1, 10))));
        assert!(Cell::of(" ", None, "").is_none());
    }

    proptest! {
        #[test]
        fn spans_agree_with_the_reader(row in proptest::collection::vec("[a-c,\"\n 皇马]{0,6}", 1..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&row).unwrap();
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let found: Vec<String> =
                cell_spans(&text, b',').iter().map(|span| span.of(&text).unwrap().replace("\"\"", "\"")).collect();
            prop_assert_eq!(found, row);
        }
    }
}
