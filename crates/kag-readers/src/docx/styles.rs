//! Which styles are headings and lists.

use std::collections::BTreeMap;

use super::{
    DocxError,
    numbering::Place,
    package::Part,
    xml::{Node, Xml},
};

/// The styles of paragraphs, by id.
#[derive(Debug, Default)]
pub(super) struct Styles(BTreeMap<String, Style>);

#[derive(Debug, Default)]
struct Style {
    /// What it is called. Those that Word brings have English names in every language.
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    place: Place,
}

/// Styles that are based on each other are followed so far.
const LONGEST: usize = 16;

/// The outline level of text that is no heading.
const BODY: u8 = 9;

impl Styles {
    pub(super) fn read(part: &Part) -> Result<Self, DocxError> {
        let mut styles = Self::default();
        let mut current: Option<(String, Style)> = None;
        let mut xml = Xml::new(part);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(element) if element.name() == "style" => {
                    current = element.attribute("styleId").map(|id| (id, Style::default()));
                }
                Node::Start(element) => {
                    let Some((_, style)) = &mut current else { continue };
                    match element.name() {
                        "name" => style.name = element.value().unwrap_or_default(),
                        "basedOn" => style.based_on = element.value(),
                        "outlineLvl" => style.outline = element.number(),
                        "numId" => style.place.list = element.value(),
                        "ilvl" => style.place.level = element.number(),
                        _ => {}
                    }
                }
                Node::End(name) if name == "style" => styles.0.extend(current.take()),
                Node::End(_) | Node::Text(_) => {}
            }
        }
        Ok(styles)
    }

    /// The level of headings in the style `id`, from 1.
    pub(super) fn level(&self, id: &str) -> Option<u8> {
        let level = self.chain(id).find_map(|style| style.outline.or_else(|| level_of(&style.name)))?;
        heading_level(level)
    }

    /// Where in which list paragraphs in the style `id` are.
    pub(super) fn place(&self, id: &str) -> Place {
        let mut place = Place::default();
        for style in self.chain(id) {
            place.list = place.list.or_else(|| style.place.list.clone());
            place.level = place.level.or(style.place.level);
        }
        place
    }

    pub(super) fn is_title(&self, id: &str) -> bool {
        self.chain(id).any(|style| style.name.eq_ignore_ascii_case("title"))
    }

    /// The style `id` and those it is based on.
    fn chain(&self, id: &str) -> impl Iterator<Item = &Style> {
        let next = |style: &&Style| style.based_on.as_ref().and_then(|id| self.0.get(id));
        std::iter::successors(self.0.get(id), next).take(LONGEST)
    }
}

/// The level of a heading, from 1, of an outline level, from 0.
pub(super) fn heading_level(outline: u8) -> Option<u8> {
    (outline < BODY).then_some(outline + 1)
}

/// The outline level of a style called `heading 2`.
fn level_of(name: &str) -> Option<u8> {
    let number = name.to_ascii_lowercase().strip_prefix("heading ")?.trim().parse::<u8>().ok()?;
    number.checked_sub(1).filter(|level| *level < BODY)
}
