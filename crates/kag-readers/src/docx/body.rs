//! The text of the main part.

use kag_core::TextBuilder;

use super::{
    DocxError,
    notes::Notes,
    numbering::{Numbering, Place},
    package::Part,
    paragraph::Paragraph,
    styles::{Styles, heading_level},
    xml::{Element, Node, Xml},
};

/// Tables inside of cells are followed so deep.
const TABLES: usize = 16;

/// Reads the main part.
pub(super) struct Body {
    styles: Styles,
    numbering: Numbering,
    /// Footnotes, then endnotes.
    notes: Vec<Notes>,
    page: TextBuilder,
    /// The cells in the making, outermost first.
    cells: Vec<TextBuilder>,
    /// For each table, the cells of the row that has begun.
    tables: Vec<Vec<TextBuilder>>,
    /// The paragraphs in the making: those of a text box are inside of another.
    paragraphs: Vec<Paragraph>,
    title: Option<String>,
}

impl Body {
    pub(super) fn new(styles: Styles, numbering: Numbering, notes: Vec<Notes>) -> Self {
        Self {
            styles,
            numbering,
            notes,
            page: TextBuilder::new(),
            cells: Vec::new(),
            tables: Vec::new(),
            paragraphs: Vec::new(),
            title: None,
        }
    }

    /// The text of `part`, and the paragraph in the style of titles.
    pub(super) fn read(mut self, part: &Part) -> Result<(TextBuilder, Option<String>), DocxError> {
        let mut in_text = false;
        let mut xml = Xml::new(part);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(element) if is_left_out(element.name()) => xml.skip()?,
                Node::Start(element) => {
                    in_text = element.name() == "t";
                    self.start(&element);
                }
                Node::End(name) => {
                    in_text = false;
                    self.end(&name);
                }
                Node::Text(text) if in_text => {
                    if let Some(paragraph) = self.paragraphs.last_mut() {
                        paragraph.push(&text);
                    }
                }
                Node::Text(_) => {}
            }
        }
        Ok((self.page, self.title))
    }

    fn start(&mut self, element: &Element<'_>) {
        match element.name() {
            "p" => self.paragraphs.push(Paragraph::default()),
            "tbl" => {
                self.current().paragraph();
                self.tables.push(Vec::new());
            }
            "tc" if self.is_followed() => self.cells.push(TextBuilder::new()),
            "footnoteReference" => self.refer(0, element),
            "endnoteReference" => self.refer(1, element),
            _ => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.start(element);
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.write(&paragraph);
                }
            }
            "tc" if self.is_followed() => {
                let cell = self.cells.pop().unwrap_or_default();
                self.tables.last_mut().into_iter().for_each(|row| row.push(cell.clone()));
            }
            "tr" if self.is_followed() => {
                let row = self.tables.last_mut().map(std::mem::take).unwrap_or_default();
                self.current().cells(row);
            }
            "tbl" => {
                self.tables.pop();
                self.current().paragraph();
            }
            _ => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.end(name);
                }
            }
        }
    }

    /// Whether the innermost table is not too deep to be one.
    fn is_followed(&self) -> bool {
        (1..=TABLES).contains(&self.tables.len())
    }

    /// Writes a note where it is referred to.
    fn refer(&mut self, which: usize, element: &Element<'_>) {
        let note = element.attribute("id").and_then(|id| self.notes.get(which)?.get(&id));
        if let (Some(note), Some(paragraph)) = (note, self.paragraphs.last_mut()) {
            paragraph.push(&format!(" [{}]", note.trim()));
        }
    }

    fn write(&mut self, paragraph: &Paragraph) {
        let style = paragraph.style.as_deref().unwrap_or_default();
        let of_style = self.styles.place(style);
        let place = Place {
            list: paragraph.place.list.clone().or(of_style.list),
            level: paragraph.place.level.or(of_style.level),
        };
        let marker = self.numbering.next(&place);
        if paragraph.text.trim().is_empty() {
            return;
        }
        let level = paragraph.outline.map_or_else(|| self.styles.level(style), heading_level);
        if self.styles.is_title(style) && self.title.is_none() {
            self.title = Some(paragraph.text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        match (level, marker) {
            (Some(level), marker) => {
                self.current().begin_heading(level);
                if let Some((_, number)) = marker.filter(|(_, marker)| marker != "-") {
                    self.current().words(&number);
                    self.current().words(" ");
                }
                self.lines(&paragraph.text);
                self.current().end_heading();
            }
            (None, Some((depth, marker))) => {
                self.current().begin_item(depth + 1, &marker);
                self.lines(&paragraph.text);
                self.current().end_item();
            }
            (None, None) => {
                self.current().paragraph();
                self.lines(&paragraph.text);
                self.current().paragraph();
            }
        }
    }

    fn lines(&mut self, text: &str) {
        for (number, line) in text.lines().enumerate() {
            if number > 0 {
                self.current().line();
            }
            self.current().words(line);
        }
    }

    fn current(&mut self) -> &mut TextBuilder {
        self.cells.last_mut().unwrap_or(&mut self.page)
    }
}

/// What was deleted or moved away, what properties were before, and what stands for programs
/// that do not know the element beside it.
fn is_left_out(name: &str) -> bool {
    matches!(
        name,
        "del" | "moveFrom" | "pPrChange" | "rPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange" | "Fallback"
    )
}
