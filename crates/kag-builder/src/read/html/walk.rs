//! From the tags of HTML to its text.

use std::collections::{BTreeMap, BTreeSet};

use html5gum::{DefaultEmitter, HtmlString, Spanned, Token, Tokenizer};
use kag_core::TextBuilder;

use super::element::{Kind, Listing, is_void, kind_of};

/// The readable part of a page.
pub(super) struct Page {
    pub(super) title: String,
    pub(super) text: TextBuilder,
}

/// Levels of elements that are followed.
const DEEPEST: usize = 512;

/// Tables inside of cells that are followed.
const TABLES: usize = 8;

/// Reads the page whose source is `html`.
pub(super) fn read_page(html: &str) -> Page {
    let (page, endless) = Walk::new(BTreeSet::new()).through(html);
    if endless.is_empty() {
        return page;
    }
    // What never ends is no navigation, but a mistake: all behind it would be lost.
    Walk::new(endless).through(html).0
}

type Name = Box<[u8]>;
type Attributes = BTreeMap<HtmlString, Spanned<HtmlString, ()>>;

/// An element that has begun.
struct Element {
    name: Name,
    kind: Kind,
}

/// A table that has begun.
#[derive(Default)]
struct Table {
    /// The cells of the row that has begun.
    row: Vec<TextBuilder>,
    /// Whether another table is in the row.
    nested: bool,
}

struct Walk {
    /// The elements that have not ended, outermost first.
    open: Vec<Element>,
    /// The place in `open` of the outermost that is left out.
    dropped: Option<usize>,
    page: TextBuilder,
    /// The cells in the making, outermost first.
    cells: Vec<TextBuilder>,
    tables: Vec<Table>,
    lists: Vec<(Listing, i64)>,
    code: usize,
    content: usize,
    title: Option<String>,
    /// The names of elements that are not left out.
    kept: BTreeSet<Name>,
}

impl Walk {
    fn new(kept: BTreeSet<Name>) -> Self {
        Self {
            open: Vec::new(),
            dropped: None,
            page: TextBuilder::new(),
            cells: Vec::new(),
            tables: Vec::new(),
            lists: Vec::new(),
            code: 0,
            content: 0,
            title: None,
            kept,
        }
    }

    /// The page, and the names of elements that are left out and never end.
    fn through(mut self, html: &str) -> (Page, BTreeSet<Name>) {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
            match token {
                Token::StartTag(tag) => self.start(&tag.name, &tag.attributes, tag.self_closing),
                Token::EndTag(tag) => self.end(&tag.name),
                Token::String(text) => self.text(&String::from_utf8_lossy(&text.value)),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        let endless = self.dropped.and_then(|at| self.open.get(at..)).unwrap_or_default();
        // Scripts and styles are no text, however far they reach.
        let is_text = |element: &&Element| !matches!(&*element.name, b"script" | b"style");
        let endless = endless.iter().filter(is_text).map(|element| element.name.clone()).collect();
        self.close_to(0);
        let text = self.page;
        let first = text.headings().iter().find(|heading| heading.level == 1).map(|heading| heading.title.to_string());
        let title = self.title.map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "));
        let title = title.filter(|title| !title.is_empty()).or(first).unwrap_or_default();
        (Page { title, text }, endless)
    }

    fn start(&mut self, name: &[u8], attributes: &Attributes, self_closing: bool) {
        let kind = kind_of(name);
        self.end_implied(kind);
        if is_void(name) {
            return self.void(name);
        }
        // In what is left out every element counts, so that its end is found.
        let follows = kind != Kind::Inline || self.dropped.is_some() || is_hidden(attributes);
        if !follows || (self_closing && kind == Kind::Dropped && name == b"svg") {
            return;
        }
        if self.open.len() >= DEEPEST {
            return if self.dropped.is_none() {
                self.current().line()
            };
        }
        let drops = match kind {
            Kind::Dropped | Kind::Reading => true,
            Kind::Aside => self.content == 0,
            Kind::Whole => false,
            _ => is_hidden(attributes),
        };
        if drops && self.dropped.is_none() && !self.kept.contains(name) {
            if kind == Kind::Aside || matches!(name, b"nav" | b"dialog") {
                self.current().line();
            }
            self.dropped = Some(self.open.len());
        }
        self.open.push(Element { name: name.into(), kind });
        if self.dropped.is_none() {
            self.enter(kind, attributes);
        }
    }

    fn end(&mut self, name: &[u8]) {
        let kind = kind_of(name);
        if name == b"br" {
            return self.void(name);
        }
        if kind == Kind::Whole {
            return;
        }
        let mut above = self.open.iter().enumerate().rev();
        let mut place = None;
        for (at, element) in &mut above {
            if *element.name == *name {
                place = Some(at);
                break;
            }
            if element.kind.is_boundary() && !kind.is_of_tables() {
                break;
            }
        }
        if let Some(at) = place {
            self.close_to(at);
        }
    }

    /// Ends the elements whose end is implied by the start of one of `kind`.
    fn end_implied(&mut self, kind: Kind) {
        use Kind::{Cell, Description, Heading, Item, List, Reading, Row, Rows, Ruby, Table, Text};
        if kind.ends_text() {
            self.end_nearest(|open| open == Text, |open| open.is_boundary() || matches!(open, Item | Description));
        }
        match kind {
            Item => self.end_nearest(|open| open == Item, |open| matches!(open, List(_)) || open.is_boundary()),
            Description => {
                self.end_nearest(|open| open == Description, |open| open == Kind::Paragraph || open.is_boundary())
            }
            Heading(_) => self.end_nearest(|open| matches!(open, Heading(_)), |open| open != Kind::Inline),
            Cell => self.end_nearest(|open| open == Cell, |open| matches!(open, Row | Table)),
            Row => self.end_nearest(|open| open == Row, |open| open == Table),
            Rows => self.end_nearest(|open| open == Rows, |open| open == Table),
            Reading => self.end_nearest(|open| open == Reading, |open| open == Ruby),
            _ => {}
        }
    }

    /// Ends the innermost element that is one of `which`, if none of `within` is between.
    fn end_nearest(&mut self, which: impl Fn(Kind) -> bool, within: impl Fn(Kind) -> bool) {
        let place = self.open.iter().rposition(|element| which(element.kind) || within(element.kind));
        if let Some(at) = place.filter(|at| self.open.get(*at).is_some_and(|element| which(element.kind))) {
            self.close_to(at);
        }
    }

    /// Ends the element at `place` and all in it.
    fn close_to(&mut self, place: usize) {
        while self.open.len() > place {
            let Some(element) = self.open.pop() else { return };
            match self.dropped {
                Some(at) if at < self.open.len() => {}
                Some(_) => self.dropped = None,
                None => self.leave(element.kind),
            }
        }
    }

    fn enter(&mut self, kind: Kind, attributes: &Attributes) {
        match kind {
            Kind::Heading(level) => self.current().begin_heading(level),
            Kind::Paragraph | Kind::Text | Kind::Aside => self.current().paragraph(),
            Kind::Content => {
                self.content += 1;
                self.current().paragraph();
            }
            Kind::Line | Kind::Description => self.current().line(),
            Kind::List(listing) => {
                if self.lists.is_empty() {
                    self.current().paragraph()
                } else {
                    self.current().line()
                }
                self.lists.push((listing, number(attributes, b"start").unwrap_or(1)));
            }
            Kind::Item => {
                let depth = self.lists.len();
                let marker = match self.lists.last_mut() {
                    Some((Listing::Numbers, next)) => {
                        let number = number(attributes, b"value").unwrap_or(*next);
                        *next = number.saturating_add(1);
                        format!("{number}.")
                    }
                    _ => "-".to_owned(),
                };
                self.current().begin_item(depth, &marker);
            }
            Kind::Table => {
                self.current().paragraph();
                self.tables.push(Table::default());
            }
            Kind::Rows | Kind::Row => self.end_row(),
            Kind::Cell if self.tables.len() > TABLES || self.tables.is_empty() => self.current().line(),
            Kind::Cell => self.cells.push(TextBuilder::new()),
            Kind::Code => {
                self.current().paragraph();
                self.code += 1;
            }
            Kind::Title => self.title = Some(self.title.take().unwrap_or_default()),
            Kind::Inline | Kind::Ruby | Kind::Reading | Kind::Dropped | Kind::Whole => {}
        }
    }

    fn leave(&mut self, kind: Kind) {
        match kind {
            Kind::Heading(_) => self.current().end_heading(),
            Kind::Paragraph | Kind::Text | Kind::Aside => self.current().paragraph(),
            Kind::Content => {
                self.content = self.content.saturating_sub(1);
                self.current().paragraph();
            }
            Kind::Line | Kind::Description => self.current().line(),
            Kind::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() { self.current().paragraph() } else { self.current().line() }
            }
            Kind::Item => self.current().end_item(),
            Kind::Table => {
                self.end_row();
                self.tables.pop();
                self.current().paragraph();
                if let Some(around) = self.tables.last_mut() {
                    around.nested = true;
                }
            }
            Kind::Rows | Kind::Row => self.end_row(),
            Kind::Cell if self.tables.len() > TABLES || self.tables.is_empty() => self.current().line(),
            Kind::Cell => {
                let cell = self.cells.pop().unwrap_or_default();
                if let Some(table) = self.tables.last_mut() {
                    table.row.push(cell);
                }
            }
            Kind::Code => {
                self.code = self.code.saturating_sub(1);
                self.current().paragraph();
            }
            Kind::Title | Kind::Inline | Kind::Ruby | Kind::Reading | Kind::Dropped | Kind::Whole => {}
        }
    }

    /// Writes the row that has begun in the innermost table.
    fn end_row(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let (row, nested) = (std::mem::take(&mut table.row), std::mem::take(&mut table.nested));
        if nested {
            row.into_iter().for_each(|cell| self.current().append(cell));
        } else {
            self.current().cells(row);
        }
    }

    fn void(&mut self, name: &[u8]) {
        match name {
            _ if self.dropped.is_some() => {}
            b"br" if self.code > 0 => self.current().verbatim("\n"),
            b"br" => self.current().line(),
            b"hr" => self.current().paragraph(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let in_title = self.open.last().is_some_and(|element| element.kind == Kind::Title);
        if self.dropped.is_some() {
        } else if let (true, Some(title)) = (in_title, &mut self.title) {
            title.push_str(text);
        } else if self.code > 0 {
            self.current().verbatim(text);
        } else {
            self.current().words(text);
        }
    }

    fn current(&mut self) -> &mut TextBuilder {
        self.cells.last_mut().unwrap_or(&mut self.page)
    }
}

/// Whether an element is not shown.
fn is_hidden(attributes: &Attributes) -> bool {
    let value = |name: &[u8]| attributes.get(name).map(|value| String::from_utf8_lossy(value).to_ascii_lowercase());
    let style = value(b"style").unwrap_or_default().replace(' ', "");
    attributes.contains_key(&b"hidden"[..])
        || value(b"aria-hidden").is_some_and(|value| value == "true")
        || value(b"role").is_some_and(|role| role == "navigation")
        || ["display:none", "visibility:hidden"].iter().any(|none| style.contains(none))
}

fn number(attributes: &Attributes, name: &[u8]) -> Option<i64> {
    std::str::from_utf8(attributes.get(name)?).ok()?.trim().parse().ok()
}
