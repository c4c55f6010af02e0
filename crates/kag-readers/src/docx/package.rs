//! The archive and its parts.

use std::io::{Cursor, ErrorKind, Read as _};

use zip::{ZipArchive, result::ZipError};

use super::{
    DocxError,
    xml::{Node, Xml},
};

/// The archive.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    limit: u64,
}

/// A part of it, as text.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) text: String,
}

const MAIN: &str = "word/document.xml";
const RELATIONSHIPS: &str = "_rels/.rels";
const PROPERTIES: &str = "docProps/core.xml";

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8], limit: u64) -> Result<Self, DocxError> {
        Ok(Self { archive: ZipArchive::new(Cursor::new(bytes))?, limit })
    }

    /// The part that holds the text: the one that the relationships of the package name.
    pub(super) fn main_part(&mut self) -> Result<Part, DocxError> {
        let named = match self.part(RELATIONSHIPS)? {
            Some(relationships) => main_target(&relationships)?,
            None => None,
        };
        let name = named.unwrap_or_else(|| MAIN.to_owned());
        self.part(&name)?.ok_or_else(|| DocxError::NoPart { part: name.into() })
    }

    /// The part `name` in the folder of `part`.
    pub(super) fn beside(&mut self, part: &Part, name: &str) -> Result<Option<Part>, DocxError> {
        let folder = part.name.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.part(format!("{folder}/{name}").trim_start_matches('/'))
    }

    /// The title among the properties of the document.
    pub(super) fn title(&mut self) -> Result<Option<String>, DocxError> {
        let Some(part) = self.part(PROPERTIES)? else { return Ok(None) };
        let (mut title, mut inside) = (String::new(), false);
        let mut xml = Xml::new(&part);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(element) if element.name() == "title" => inside = true,
                Node::End(name) if name == "title" => inside = false,
                Node::Text(text) if inside => title.push_str(&text),
                _ => {}
            }
        }
        let title = title.trim();
        Ok((!title.is_empty()).then(|| title.to_owned()))
    }

    fn part(&mut self, name: &str) -> Result<Option<Part>, DocxError> {
        let file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // What the archive says of the size is not to be believed.
        let mut bytes = Vec::new();
        file.take(self.limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|source| match source.kind() {
            ErrorKind::OutOfMemory => DocxError::TooLarge { part: name.into(), limit: self.limit },
            _ => DocxError::Unpack { part: name.into(), source },
        })?;
        if bytes.len() as u64 > self.limit {
            return Err(DocxError::TooLarge { part: name.into(), limit: self.limit });
        }
        let text = text_of(bytes).ok_or_else(|| DocxError::NotText { part: name.into() })?;
        Ok(Some(Part { name: name.to_owned(), text }))
    }
}

/// XML is UTF-8, or UTF-16 with a byte order mark.
fn text_of(bytes: Vec<u8>) -> Option<String> {
    let units = |pairs: &[u8], unit: fn([u8; 2]) -> u16| -> Option<String> {
        let units: Vec<u16> = pairs.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(unit)).collect();
        String::from_utf16(&units).ok()
    };
    match bytes.as_slice() {
        [0xff, 0xfe, pairs @ ..] => units(pairs, u16::from_le_bytes),
        [0xfe, 0xff, pairs @ ..] => units(pairs, u16::from_be_bytes),
        _ => String::from_utf8(bytes).ok(),
    }
}

fn main_target(relationships: &Part) -> Result<Option<String>, DocxError> {
    let mut xml = Xml::new(relationships);
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        if element.attribute("Type").is_some_and(|kind| kind.ends_with("/officeDocument")) {
            return Ok(element.attribute("Target").map(|target| target.trim_start_matches('/').to_owned()));
        }
    }
    Ok(None)
}
