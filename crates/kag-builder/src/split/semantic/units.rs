//! The sentences between which a topic may end.

use kag_core::{ReadDocument, Span};

use crate::split::{LengthSplitter, headings::sections, sentence::sentences};

/// A sentence, with the blank ones behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) span: Span,
    /// Whether a section begins with it.
    pub(super) opens: bool,
}

/// The sentences of `document`: they cover its text, and none is blank unless all is.
pub(super) fn units(document: &ReadDocument) -> Vec<Unit> {
    let text = &document.text;
    let mut units: Vec<Unit> = Vec::new();
    // Where the first sentence that is not blank begins: what is before it belongs to it.
    let words = text.len() - text.trim_start().len();
    for section in sections(document) {
        let part = section.span.of(text).unwrap_or_default();
        for (number, sentence) in sentences(part).enumerate() {
            let span = sentence.shifted(section.span.start);
            let blank = span.of(text).is_none_or(|sentence| sentence.trim().is_empty());
            match units.last_mut() {
                Some(last) if blank || last.span.end <= words => last.span.end = span.end,
                _ => units.push(Unit { span, opens: number == 0 }),
            }
        }
    }
    units
}

/// Stretches of `units` that begin with a section or where `begins` says so of the unit's number; one
/// shorter than `least` tokens takes in the next of its section.
pub(super) fn stretches(
    text: &str,
    units: &[Unit],
    begins: impl Fn(usize) -> bool,
    length: &LengthSplitter,
    least: usize,
) -> Vec<Span> {
    let mut stretches: Vec<Span> = Vec::new();
    let mut so_far = 0;
    for (number, unit) in units.iter().enumerate() {
        match stretches.last_mut() {
            Some(last) if !unit.opens && (so_far < least || !begins(number)) => last.end = unit.span.end,
            _ => {
                stretches.push(unit.span);
                so_far = 0;
            }
        }
        so_far += length.measure(unit.span.of(text).unwrap_or_default());
    }
    stretches
}
