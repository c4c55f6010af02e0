//! Tables in text, without a model.

use std::ops::Range;

use kag_core::{BoxError, Span, TypeName, Value, async_trait};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{EntityRef, ExtractedFact, Extraction, Extractor, Object, Passage};

/// Cells that say nothing.
const BLANK: [&str; 8] = ["", "-", "–", "—", "/", "无", "n/a", "N/A"];

/// Reads the tables of Markdown in a passage: each cell is a fact.
///
/// The first cell of a row names what the row is about; the heading of a column is the predicate of its
/// cells. A cell that is a number, date or quantity is a value, any other an entity; both ends are of one
/// type, by default `Entity`. Evidence is the row. Empty cells, and those of `-` or `无`, say nothing; a row
/// whose first cell is empty is a problem. Of a table that a splitter cut, only the piece with the headings
/// is read: keep tables whole by a target that holds them.
///
/// ```
/// use kag_builder::{Passage, TableExtractor};
/// use kag_core::{Chunk, ContentHash, Document};
///
/// let text = "| Club | founded | ground |\n|---|---|---|\n| 皇马 | 1902年 | 伯纳乌 |\n";
/// let document = Document::new("note:1", ContentHash::of(text));
/// let found = TableExtractor::new().read(&Passage::new(&document, &Chunk::new(document.id, 0, 0, text)));
/// assert_eq!(found.facts.len(), 2);
/// assert_eq!(found.facts[1].span.and_then(|span| span.of(text)), Some("| 皇马 | 1902年 | 伯纳乌 |"));
/// ```
#[derive(Clone, Debug)]
pub struct TableExtractor {
    type_name: TypeName,
    version: String,
}

impl TableExtractor {
    /// The extractor, whose nodes are of type `Entity`.
    #[must_use]
    pub fn new() -> Self {
        Self { type_name: TypeName::from("Entity"), version: String::new() }.with_type("Entity")
    }

    /// The same extractor, whose nodes are of `type_name`.
    #[must_use]
    pub fn with_type(mut self, type_name: impl Into<TypeName>) -> Self {
        self.type_name = type_name.into();
        self.version = format!("tables 1 {}", self.type_name);
        self
    }

    /// What the tables in `passage` say: [`Extractor::extract`] without waiting.
    #[must_use]
    pub fn read(&self, passage: &Passage<'_>) -> Extraction {
        let mut found = Extraction::default();
        for table in tables(passage.text()) {
            for (number, row) in (1..).zip(&table.rows) {
                self.add_row(&mut found, &table, row, number, passage.text());
            }
        }
        found
    }

    fn add_row(&self, found: &mut Extraction, table: &Table, row: &Row, number: usize, text: &str) {
        let says = |cell: &&String| !BLANK.contains(&cell.trim());
        let Some(name) = row.cells.first().filter(says) else {
            if row.cells.iter().any(|cell| says(&cell)) {
                found.problems.push(format!("row {number} of a table has no name").into());
            }
            return;
        };
        let part = row.span.of(text).unwrap_or_default();
        let start = row.span.start + (part.len() - part.trim_start().len());
        let span = Span::new(start, start + part.trim().len());
        let subject = EntityRef::new(self.type_name.clone(), name.trim());
        let columns = table.headings.iter().zip(&row.cells).skip(1);
        for (heading, cell) in columns.filter(|(heading, cell)| !heading.trim().is_empty() && says(cell)) {
            let object = match Value::read(cell.trim()) {
                Value::Text(name) => Object::Entity(EntityRef::new(self.type_name.clone(), name)),
                value => Object::Literal(value),
            };
            found.facts.push(ExtractedFact::new(subject.clone(), heading.trim(), object).at(span));
        }
    }
}

impl Default for TableExtractor {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Extractor for TableExtractor {
    fn version(&self) -> &str {
        &self.version
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        Ok(self.read(passage))
    }
}

/// A table: the headings of its columns, and its rows.
#[derive(Default)]
struct Table {
    headings: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    span: Span,
    cells: Vec<String>,
}

/// The tables in `text`, in reading order.
fn tables(text: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut cells: Vec<String> = Vec::new();
    let mut in_cell = false;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Table(_)) => tables.push(Table::default()),
            Event::Start(Tag::TableCell) => {
                in_cell = true;
                cells.push(String::new());
            }
            Event::End(TagEnd::TableCell) => in_cell = false,
            Event::End(TagEnd::TableHead) => {
                if let Some(table) = tables.last_mut() {
                    table.headings = std::mem::take(&mut cells);
                }
            }
            Event::End(TagEnd::TableRow) => add(&mut tables, std::mem::take(&mut cells), range),
            Event::Text(words) | Event::Code(words) if in_cell => {
                cells.last_mut().into_iter().for_each(|cell| cell.push_str(&words));
            }
            Event::SoftBreak | Event::HardBreak if in_cell => {
                cells.last_mut().into_iter().for_each(|cell| cell.push(' '));
            }
            _ => {}
        }
    }
    tables
}

fn add(tables: &mut [Table], cells: Vec<String>, range: Range<usize>) {
    if let Some(table) = tables.last_mut() {
        table.rows.push(Row { span: range.into(), cells });
    }
}

#[cfg(test)]
mod tests {
    use kag_core::{Chunk, ContentHash, Document};

    use super::*;

    fn read(text: &str) -> (Vec<String>, usize) {
        let document = Document::new("note:1", ContentHash::of(text));
        let chunk = Chunk::new(document.id, 0, 0, text);
        let found = TableExtractor::new().read(&Passage::new(&document, &chunk));
        let shown = |fact: &ExtractedFact| {
            let object = match &fact.object {
                Object::Entity(entity) => format!("<{}>", entity.name),
                Object::Literal(value) => value.to_string(),
            };
            assert!(fact.span.unwrap().of(text).unwrap().contains(&*fact.subject.name));
            format!("{} {} {object}", fact.subject.name, fact.predicate)
        };
        (found.facts.iter().map(shown).collect(), found.problems.len())
    }

    #[test]
    fn cells_are_facts_of_the_first_of_their_row() {
        let text = "前言。\n\n| 俱乐部 | 成立 | **主场** | |\n|:--|--:|---|---|\n| 皇马 | 1902年 | [伯纳乌](x) | y |\n| 曼联 | - | `Old Trafford` |\n| | 1 | |\n| | | |\n\nAfter.\n\n|a|b|\n|-|-|\n|x|2.5|\n";
        let (facts, problems) = read(text);
        assert_eq!(facts, ["皇马 成立 1902", "皇马 主场 <伯纳乌>", "曼联 主场 <Old Trafford>", "x b 2.5"]);
        assert_eq!(problems, 1);
    }

    #[test]
    fn text_without_tables_says_nothing() {
        for text in ["", "a | b", "| a |\n| b |", "|a|b|\n|-|-|\n"] {
            assert_eq!(read(text), (Vec::new(), 0), "{text}");
        }
    }
}
