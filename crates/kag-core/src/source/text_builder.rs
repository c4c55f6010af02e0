//! Writing the text of a document whose source is not text: what readers of HTML, DOCX and PDF share.

use super::{Heading, Page, ReadDocument};
use crate::{Document, Span};

/// Writes the readable text of a document, with its headings and pages.
///
/// Words are given as they come; white space between them becomes one space, and a line end
/// between two Chinese or Japanese characters becomes nothing. What stands apart is separated
/// by a line end or an empty line, however often that is asked for, and there is none at the
/// beginning and at the end. Control characters are left out. Spans are bytes of the text.
///
/// ```
/// use kag_core::{ContentHash, Document, TextBuilder};
///
/// let mut text = TextBuilder::new();
/// text.begin_page(1);
/// text.begin_heading(1);
/// text.words("俱乐部");
/// text.end_heading();
/// text.words("Founded  in\n1902.");
/// text.begin_item(1, "-");
/// text.words("皇马");
/// let read = text.finish(Document::new("file:clubs.html", ContentHash::of("")));
/// assert_eq!(&*read.text, "俱乐部\n\nFounded in 1902.\n- 皇马");
/// assert_eq!(read.headings[0].span.of(&read.text), Some("俱乐部"));
/// assert_eq!(read.pages[0].span.of(&read.text), Some(&*read.text));
/// ```
#[derive(Clone, Debug, Default)]
pub struct TextBuilder {
    text: String,
    headings: Vec<Heading>,
    pages: Vec<Page>,
    gap: Gap,
    /// White space behind the last word.
    space: Space,
    /// What the item begins with of which nothing is written yet.
    prefix: String,
    /// The heading in the making: its level, and where it begins once something of it is written.
    heading: Option<(u8, Option<usize>)>,
}

/// What stands between what is written and what comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Line,
    Paragraph,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Space {
    #[default]
    None,
    Between,
    /// With a line end in it.
    LineEnd,
}

/// What stands between two cells of a row.
const CELLS: &str = " | ";

/// A cell of more bytes with several lines is no value but a piece of the page.
const LONG_CELL: usize = 400;

/// Items are indented by no more lists than this.
const DEEPEST: usize = 16;

impl TextBuilder {
    /// The builder of an empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The headings that are written, in order.
    #[must_use]
    pub fn headings(&self) -> &[Heading] {
        &self.headings
    }

    /// Writes `words`, collapsing white space.
    pub fn words(&mut self, words: &str) {
        let mut from = 0;
        for (at, character) in words.char_indices().filter(|(_, character)| is_space(*character)) {
            self.word(words.get(from..at).unwrap_or_default());
            let seen = if matches!(character, '\n' | '\r') { Space::LineEnd } else { Space::Between };
            self.space = self.space.max(seen);
            from = at + character.len_utf8();
        }
        self.word(words.get(from..).unwrap_or_default());
    }

    /// Writes `text` with its white space, as code has it.
    pub fn verbatim(&mut self, text: &str) {
        for (number, line) in text.split('\n').enumerate() {
            // White space before the first words is not kept.
            if number > 0 && self.gap == Gap::None && !self.text.is_empty() {
                self.text.push('\n');
            }
            if line.chars().any(is_visible) || self.gap == Gap::None {
                self.begin();
                self.text.extend(line.chars().filter(|character| *character == '\t' || !character.is_control()));
            }
        }
        self.space = Space::None;
    }

    /// Has what comes begin on a line of its own.
    pub fn line(&mut self) {
        self.apart(Gap::Line);
    }

    /// Has what comes begin behind an empty line.
    pub fn paragraph(&mut self) {
        self.apart(Gap::Paragraph);
    }

    /// Has what comes be an item of a list, `depth` lists deep (from 1), behind `marker` and a space; the first of a
    /// list with which an item begins stands on its line.
    pub fn begin_item(&mut self, depth: usize, marker: &str) {
        if self.prefix.is_empty() {
            self.line();
            self.prefix = "  ".repeat(depth.saturating_sub(1).min(DEEPEST));
        }
        self.prefix.push_str(marker);
        self.prefix.push(' ');
    }

    /// Ends an item; one without words is none.
    pub fn end_item(&mut self) {
        self.prefix.clear();
        self.line();
    }

    /// Begins a heading of `level`, from 1, which stands apart.
    pub fn begin_heading(&mut self, level: u8) {
        self.end_heading();
        self.paragraph();
        self.heading = Some((level.max(1), None));
    }

    /// Ends the heading that was begun, if any; one without words is none.
    pub fn end_heading(&mut self) {
        let Some((level, start)) = self.heading.take() else { return };
        self.prefix.clear();
        self.paragraph();
        let Some(start) = start else { return };
        let words: Vec<&str> = self.text.get(start..).unwrap_or_default().split_whitespace().collect();
        let span = Span::new(start, self.text.trim_end().len());
        self.headings.push(Heading { level, title: words.join(" ").into(), span });
    }

    /// Writes the cells of a row on a line of its own, ` | ` between them, each with its white
    /// space collapsed. A row without words leaves nothing.
    pub fn row<C: AsRef<str>>(&mut self, cells: &[C]) {
        if cells.iter().all(|cell| cell.as_ref().trim().is_empty()) {
            return;
        }
        self.line();
        self.begin();
        for (number, cell) in cells.iter().enumerate() {
            if number > 0 {
                self.text.push_str(CELLS);
            }
            self.space = Space::None;
            self.words(cell.as_ref());
        }
        self.text.truncate(self.text.trim_end().len());
        self.line();
    }

    /// Writes the cells of a row: values stand on one line, as by [`row`](Self::row). Where a cell has
    /// headings, or several lines and is long or alone in its row, the table only lays out the
    /// page, and the cells are pieces that stand apart.
    pub fn cells(&mut self, cells: Vec<Self>) {
        let is_piece = |cell: &Self| {
            let lines = cell.text.contains('\n');
            !cell.headings.is_empty() || (lines && (cells.len() == 1 || cell.text.len() > LONG_CELL))
        };
        if cells.iter().any(is_piece) {
            return cells.into_iter().for_each(|cell| self.append(cell));
        }
        let values: Vec<String> = cells.iter().map(|cell| cell.text.replace('\n', " ")).collect();
        self.row(&values);
    }

    /// Writes what `part` holds, apart from what is before and behind it; without its pages. A heading
    /// that was begun ends where the part has headings of its own.
    pub fn append(&mut self, part: Self) {
        let part = part.finish(Document::new("", crate::ContentHash::from_u128(0)));
        if part.text.is_empty() {
            return;
        }
        if !part.headings.is_empty() {
            self.end_heading();
        }
        self.paragraph();
        self.begin();
        let start = self.text.len();
        self.text.push_str(&part.text);
        let moved = part.headings.into_iter().map(|heading| Heading { span: heading.span.shifted(start), ..heading });
        self.headings.extend(moved);
        self.paragraph();
    }

    /// Begins page `number`, from 1; what is written stands on those before it.
    pub fn begin_page(&mut self, number: u32) {
        self.end_page();
        self.pages.push(Page { number, span: Span::new(self.text.len(), self.text.len()) });
    }

    /// `document`, with all that was written.
    #[must_use]
    pub fn finish(mut self, document: Document) -> ReadDocument {
        self.end_heading();
        self.end_page();
        ReadDocument::new(document, self.text).with_headings(self.headings).with_pages(self.pages)
    }

    fn end_page(&mut self) {
        let end = self.text.trim_end().len();
        if end < self.text.len() {
            self.text.truncate(end);
            self.gap = self.gap.max(Gap::Line);
        }
        if let Some(page) = self.pages.last_mut() {
            page.span.end = self.text.len();
        }
    }

    /// Items begin where they began, whatever stands apart in them.
    fn apart(&mut self, gap: Gap) {
        self.space = Space::None;
        if self.prefix.is_empty() {
            self.gap = self.gap.max(gap);
        }
    }

    fn word(&mut self, word: &str) {
        let Some(first) = word.chars().find(|character| is_visible(*character)) else { return };
        let space = std::mem::take(&mut self.space);
        let joined = match space {
            Space::None => true,
            Space::Between => false,
            Space::LineEnd => is_ideographic(first) && self.text.chars().next_back().is_some_and(is_ideographic),
        };
        let goes_on = self.gap == Gap::None && self.prefix.is_empty() && !self.text.is_empty();
        if !joined && goes_on && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
        self.begin();
        self.text.extend(word.chars().filter(|character| is_visible(*character)));
    }

    /// Writes what stands before what comes.
    fn begin(&mut self) {
        let gap = match std::mem::take(&mut self.gap) {
            _ if self.text.is_empty() => "",
            Gap::None => "",
            Gap::Line => "\n",
            Gap::Paragraph => "\n\n",
        };
        if !gap.is_empty() {
            self.text.truncate(self.text.trim_end().len());
            self.text.push_str(gap);
        }
        self.text.push_str(&std::mem::take(&mut self.prefix));
        if let Some((_, start @ None)) = &mut self.heading {
            *start = Some(self.text.len());
        }
    }
}

/// What HTML collapses, and the space that is not to be broken.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{a0}')
}

/// Neither white space nor a sign to a machine: controls, and marks of byte order and of where a word may break.
fn is_visible(character: char) -> bool {
    !is_space(character) && !character.is_control() && !matches!(character, '\u{ad}' | '\u{200b}' | '\u{feff}')
}

/// Whether words are not told apart by spaces beside it.
fn is_ideographic(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ContentHash;

    fn written(write: impl FnOnce(&mut TextBuilder)) -> ReadDocument {
        let mut text = TextBuilder::new();
        write(&mut text);
        text.finish(Document::new("a", ContentHash::of("")))
    }

    #[test]
    fn white_space_says_only_that_words_are_apart() {
        let read = written(|text| {
            text.words("  The\u{a0}club \t");
            text.words("\nis  old。\n");
            text.words("\n皇家\n马德里 Real\u{0}\u{200b}\n");
            text.line();
            text.paragraph();
            text.words(" \n ");
            text.paragraph();
            text.words("Ma");
            text.words("drid");
            text.line();
        });
        assert_eq!(&*read.text, "The club is old。皇家马德里 Real\n\nMadrid");
    }

    #[test]
    fn a_part_with_headings_of_its_own_ends_the_heading_it_stands_in() {
        let mut part = TextBuilder::new();
        part.begin_heading(3);
        part.words("inner");
        part.end_heading();
        for outer in ["", "outer"] {
            let read = written(|text| {
                text.begin_heading(2);
                text.words(outer);
                text.append(part.clone());
                text.words("behind");
                text.end_heading();
            });
            let titles: Vec<&str> = read.headings.iter().map(|heading| &*heading.title).collect();
            assert_eq!(titles, [outer, "inner"].into_iter().filter(|title| !title.is_empty()).collect::<Vec<_>>());
            assert!(read.headings.is_sorted_by_key(|heading| heading.span.start), "{:?}", read.headings);
        }
    }

    #[test]
    fn items_keep_their_marker_and_empty_ones_leave_none() {
        let read = written(|text| {
            text.begin_item(1, "-");
            text.paragraph();
            text.words("one");
            text.begin_item(2, "1.");
            text.begin_item(3, "-");
            text.words("二");
            text.begin_item(3, "-");
            text.words("三");
            text.begin_item(1, "-");
            text.end_item();
            text.words("after");
        });
        assert_eq!(&*read.text, "- one\n  1. - 二\n    - 三\nafter");
    }

    #[test]
    fn rows_and_parts_stand_apart() {
        let read = written(|text| {
            text.words("a");
            text.row(&["年份", " ", "x\ny"]);
            text.row(&["", ""]);
            text.row(&["1902", ""]);
            let mut part = TextBuilder::new();
            part.begin_heading(2);
            part.words("Part  one");
            part.end_heading();
            text.append(part);
            text.append(TextBuilder::new());
            text.words("b");
        });
        assert_eq!(&*read.text, "a\n年份 |  | x y\n1902 |\n\nPart one\n\nb");
        assert_eq!(read.headings[0].span.of(&read.text), Some("Part one"));
    }

    #[test]
    fn code_keeps_its_white_space_and_pages_their_bytes() {
        let read = written(|text| {
            text.begin_page(1);
            text.paragraph();
            text.verbatim("\n  if x:\r\n\n\ty\n");
            text.paragraph();
            text.begin_page(2);
            text.begin_page(3);
            text.begin_heading(1);
            text.words("末");
            text.begin_heading(2);
        });
        assert_eq!(&*read.text, "  if x:\n\n\ty\n\n末");
        let pages: Vec<_> = read.pages.iter().map(|page| (page.number, page.span.of(&read.text).unwrap())).collect();
        assert_eq!(pages, [(1, "  if x:\n\n\ty"), (2, ""), (3, "\n\n末")]);
        assert_eq!((read.headings.len(), read.headings[0].span.of(&read.text)), (1, Some("末")));
    }
}
