//! Footnotes and endnotes.

use std::collections::BTreeMap;

use super::{
    DocxError,
    package::Part,
    xml::{Node, Xml},
};

/// The texts of notes, by id.
pub(super) type Notes = BTreeMap<String, String>;

/// The notes in `part`; separators have no text and are none.
pub(super) fn read_notes(part: &Part) -> Result<Notes, DocxError> {
    let mut notes = Notes::new();
    let mut note: Option<(String, String)> = None;
    let mut in_text = false;
    let mut xml = Xml::new(part);
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(element) => match element.name() {
                "footnote" | "endnote" => note = element.attribute("id").map(|id| (id, String::new())),
                "t" => in_text = true,
                "del" | "moveFrom" => xml.skip()?,
                "tab" | "br" => append(&mut note, " "),
                _ => {}
            },
            Node::End(name) => match &*name {
                "footnote" | "endnote" => notes.extend(note.take().filter(|(_, text)| !text.trim().is_empty())),
                "t" => in_text = false,
                "p" => append(&mut note, " "),
                _ => {}
            },
            Node::Text(text) if in_text => append(&mut note, &text),
            Node::Text(_) => {}
        }
    }
    Ok(notes)
}

fn append(note: &mut Option<(String, String)>, text: &str) {
    if let Some((_, written)) = note {
        written.push_str(text);
    }
}
