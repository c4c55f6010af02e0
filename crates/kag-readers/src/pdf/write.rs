//! From lines to paragraphs and headings.

use kag_core::TextBuilder;

use super::{
    form::{Break, Form},
    line::Line,
    outline::Sizes,
    page::PageText,
};

/// Writes the lines of a document.
pub(super) struct Writer {
    text: TextBuilder,
    sizes: Sizes,
    /// The level of the heading that may go on.
    heading: Option<u8>,
    /// The line before, on this page or another.
    before: Option<Line>,
    /// Whether a hyphen at its end is not written yet.
    hyphen: bool,
}

impl Writer {
    pub(super) fn new(sizes: Sizes) -> Self {
        Self { text: TextBuilder::new(), sizes, heading: None, before: None, hyphen: false }
    }

    pub(super) fn page(&mut self, page: &PageText) {
        let form = Form::of(page);
        for (at, line) in page.lines.iter().enumerate() {
            let between = self.before.as_ref().map_or(Break::Paragraph, |before| form.between(before, line, at == 0));
            if at == 0 && between != Break::None {
                self.end_hyphen();
            }
            if at == 0 {
                self.text.begin_page(page.number);
            }
            self.line(line, between);
        }
        if page.lines.is_empty() {
            self.text.begin_page(page.number);
        }
    }

    pub(super) fn finish(mut self) -> TextBuilder {
        self.end_hyphen();
        self.text.end_heading();
        self.text
    }

    fn line(&mut self, line: &Line, between: Break) {
        let level = self.sizes.level(line);
        let goes_on = between != Break::Paragraph && level == self.heading;
        let is_word = goes_on && line.text.trim_start().starts_with(char::is_lowercase);
        if self.hyphen && is_word {
            // A word that was divided.
            self.hyphen = false;
        } else {
            self.end_hyphen();
            self.begin(level, goes_on, between);
        }
        let text = line.text.trim();
        let divided = text.strip_suffix('-').filter(|word| word.ends_with(char::is_lowercase));
        self.hyphen = divided.is_some();
        self.text.words(divided.unwrap_or(text));
        self.before = Some(line.clone());
    }

    fn begin(&mut self, level: Option<u8>, goes_on: bool, between: Break) {
        match (level, between) {
            (Some(_), _) | (None, Break::None) if goes_on => self.text.words("\n"),
            (Some(level), _) => self.text.begin_heading(level),
            (None, Break::Line) if goes_on => self.text.line(),
            (None, _) => {
                self.text.end_heading();
                self.text.paragraph();
            }
        }
        self.heading = level;
    }

    /// Writes a hyphen that divides no word.
    fn end_hyphen(&mut self) {
        if std::mem::take(&mut self.hyphen) {
            self.text.words("-");
        }
    }
}
