//! Which headings are above which piece of a document.

use std::sync::Arc;

use kag_core::{Heading, ReadDocument, Span};

/// The headings of a document, so that those above any piece of it are found.
pub(super) struct Headings {
    /// What stands between two headings and is not blank, in reading order, with the titles above it.
    bodies: Vec<(Span, Vec<Arc<str>>)>,
    /// Where each heading begins, and the titles from the outermost to it.
    paths: Vec<(usize, Vec<Arc<str>>)>,
}

impl Headings {
    pub(super) fn of(document: &ReadDocument) -> Self {
        let ReadDocument { text, headings, .. } = document;
        let (mut bodies, mut paths) = (Vec::new(), Vec::with_capacity(headings.len()));
        let mut above: Vec<&Heading> = Vec::new();
        let mut titles = Vec::new();
        let mut from = 0;
        let ends = headings.iter().map(Some).chain([None]);
        for heading in ends {
            let body = Span::new(from, heading.map_or(text.len(), |heading| heading.span.start));
            if body.of(text).is_some_and(|body| !body.trim().is_empty()) {
                bodies.push((body, titles.clone()));
            }
            let Some(heading) = heading else { break };
            above.retain(|outer| outer.level < heading.level);
            above.push(heading);
            titles = above.iter().map(|heading| Arc::clone(&heading.title)).collect();
            paths.push((heading.span.start, titles.clone()));
            from = heading.span.end.max(from);
        }
        Self { bodies, paths }
    }

    /// The titles above all that `piece` says, outermost first; of headings alone, those down to the last.
    pub(super) fn above(&self, piece: Span) -> Vec<Arc<str>> {
        let first = self.bodies.partition_point(|(body, _)| body.end <= piece.start);
        let said = self.bodies.iter().skip(first).take_while(|(body, _)| body.start < piece.end);
        let common = said.map(|(_, titles)| titles.as_slice()).reduce(|left, right| {
            let shared = left.iter().zip(right).take_while(|(left, right)| left == right).count();
            left.get(..shared).unwrap_or_default()
        });
        let last = || self.paths.get(self.paths.partition_point(|(start, _)| *start < piece.end).checked_sub(1)?);
        common.map_or_else(|| last().map(|(_, titles)| titles.clone()).unwrap_or_default(), <[_]>::to_vec)
    }
}

/// A stretch of text that a heading begins, and no other heading but those directly above its body.
pub(super) struct Section {
    pub(super) span: Span,
    /// The level of its outermost heading; 0 for what stands before the first.
    pub(super) level: u8,
}

/// The sections of `document`, which cover its text; one for a text without headings.
pub(super) fn sections(document: &ReadDocument) -> Vec<Section> {
    let ReadDocument { text, headings, .. } = document;
    let mut sections: Vec<Section> = Vec::new();
    let (mut start, mut level, mut after_heading) = (0, 0, 0);
    for heading in headings {
        let at = heading.span.start;
        let between = text.get(after_heading..at).unwrap_or_default();
        if at > start && !between.trim().is_empty() {
            sections.push(Section { span: Span::new(start, at), level });
            (start, level) = (at, heading.level);
        } else if after_heading == 0 {
            level = heading.level;
        } else {
            level = level.min(heading.level);
        }
        after_heading = heading.span.end.max(after_heading);
    }
    sections.push(Section { span: Span::new(start, text.len()), level });
    sections
}
