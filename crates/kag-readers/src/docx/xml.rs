//! The parts as a sequence of elements and texts.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    escape::unescape,
    events::{BytesRef, BytesStart, Event},
};

use super::{DocxError, package::Part};

/// Elements may be nested so deep. Word itself stays below a hundred.
const DEEPEST: usize = 512;

/// Reads the elements and texts of a part, in order. Prefixes of names are left out.
pub(super) struct Xml<'p> {
    part: &'p Part,
    reader: Reader<&'p [u8]>,
    depth: usize,
}

/// What comes next.
pub(super) enum Node<'p> {
    Start(Element<'p>),
    /// The end of the element of this name.
    End(String),
    Text(Cow<'p, str>),
}

/// The start of an element.
pub(super) struct Element<'p>(BytesStart<'p>);

impl Element<'_> {
    /// Its name without the prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of an attribute, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let mut attributes = attributes.with_checks(false).flatten();
        let attribute = attributes.find(|attribute| attribute.key.local_name().into_inner() == name)?;
        Some(unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), Cow::into_owned))
    }

    /// The value of its attribute `val`, as most elements have it.
    pub(super) fn value(&self) -> Option<String> {
        self.attribute("val")
    }

    pub(super) fn number<N: std::str::FromStr>(&self) -> Option<N> {
        self.value()?.trim().parse().ok()
    }

    /// Whether it switches something on: it does, unless its value is against it.
    pub(super) fn is_on(&self) -> bool {
        !self.value().is_some_and(|value| matches!(&*value, "0" | "false" | "off" | "none"))
    }
}

impl<'p> Xml<'p> {
    pub(super) fn new(part: &'p Part) -> Self {
        let mut reader = Reader::from_str(part.text.trim_start_matches('\u{feff}'));
        reader.config_mut().expand_empty_elements = true;
        Self { part, reader, depth: 0 }
    }

    /// What comes next; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Node<'p>>, DocxError> {
        loop {
            let event = self.reader.read_event().map_err(|source| DocxError::Xml {
                part: self.part.name.as_str().into(),
                byte: self.reader.error_position(),
                source,
            })?;
            return Ok(Some(match event {
                Event::Start(element) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(DocxError::TooDeep { part: self.part.name.as_str().into(), limit: DEEPEST });
                    }
                    Node::Start(Element(element))
                }
                Event::End(element) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::End(element.local_name().into_inner().to_owned())
                }
                Event::Text(text) => Node::Text(text.into_inner()),
                Event::CData(text) => Node::Text(text.into_inner()),
                Event::GeneralRef(reference) => Node::Text(resolved(&reference).into()),
                Event::Eof if self.depth > 0 => {
                    return Err(DocxError::CutOff { part: self.part.name.as_str().into() });
                }
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }

    /// Passes over what is left of the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<(), DocxError> {
        let around = self.depth.saturating_sub(1);
        while self.depth > around && self.next()?.is_some() {}
        Ok(())
    }
}

/// The character that is referred to; XML has five by name, and a document declares no others.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    match &**reference {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "apos" => "'",
        "quot" => "\"",
        _ => "\u{fffd}",
    }
    .to_owned()
}
