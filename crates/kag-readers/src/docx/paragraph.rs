//! A paragraph in the making.

use super::{numbering::Place, xml::Element};

/// What is known of a paragraph so far.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    pub(super) style: Option<String>,
    /// Its own outline level, from 0.
    pub(super) outline: Option<u8>,
    /// Its own place in a list.
    pub(super) place: Place,
    pub(super) text: String,
    /// Whether what comes speaks of the paragraph, not of a run in it.
    pub(super) in_properties: bool,
    /// Whether what comes speaks of a run.
    in_run_properties: bool,
    /// Whether the run is not shown.
    is_hidden: bool,
}

impl Paragraph {
    /// Takes what an element says of the paragraph or the run.
    pub(super) fn start(&mut self, element: &Element<'_>) {
        match element.name() {
            "pPr" => self.in_properties = true,
            "r" => self.is_hidden = false,
            "rPr" if !self.in_properties => self.in_run_properties = true,
            "vanish" if self.in_run_properties => self.is_hidden = element.is_on(),
            "pStyle" => self.style = element.value(),
            "outlineLvl" if self.in_properties => self.outline = element.number(),
            "numId" if self.in_properties => self.place.list = element.value(),
            "ilvl" if self.in_properties => self.place.level = element.number(),
            "tab" if !self.in_properties => self.push(" "),
            "br" if element.attribute("type").is_some_and(|kind| kind != "textWrapping") => self.push(" "),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            _ => {}
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        match name {
            "pPr" => self.in_properties = false,
            "rPr" => self.in_run_properties = false,
            _ => {}
        }
    }

    /// Adds text of the run, if it is shown.
    pub(super) fn push(&mut self, text: &str) {
        if !self.is_hidden {
            self.text.push_str(text);
        }
    }
}
