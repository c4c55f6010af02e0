//! Which lines are headings, by their size.

use std::collections::BTreeMap;

use super::{line::Line, page::PageText};

/// The sizes of the text of a document.
pub(super) struct Sizes {
    /// The size of most characters, in halves of a point.
    body: u32,
    /// The sizes of headings, the largest first.
    headings: Vec<u32>,
}

/// How much larger than the text a heading is, at least.
const LARGER: f64 = 1.12;

/// Longer lines are no headings: a page of large print is not an outline.
const LONGEST: usize = 160;

/// Levels that are told apart; smaller headings are all of the last.
const LEVELS: usize = 6;

impl Sizes {
    pub(super) fn of(pages: &[PageText]) -> Self {
        let mut characters: BTreeMap<u32, usize> = BTreeMap::new();
        let lines = || pages.iter().flat_map(|page| &page.lines);
        for line in lines() {
            *characters.entry(halves(line.size)).or_default() += line.text.chars().count();
        }
        // Of two sizes that are as frequent, the smaller is the text.
        let body = characters.iter().rev().max_by_key(|(_, count)| **count).map_or(0, |(size, _)| *size);
        let mut sizes = Self { body, headings: Vec::new() };
        let mut headings: Vec<u32> =
            lines().filter(|line| sizes.is_heading(line)).map(|line| halves(line.size)).collect();
        headings.sort_unstable_by(|one, other| other.cmp(one));
        headings.dedup();
        // Sizes that differ by rounding are one.
        headings.dedup_by(|next, before| *before - *next <= 1);
        sizes.headings = headings;
        sizes
    }

    /// The level of the heading that `line` is, from 1.
    pub(super) fn level(&self, line: &Line) -> Option<u8> {
        if !self.is_heading(line) {
            return None;
        }
        let size = halves(line.size);
        let above = self.headings.iter().filter(|known| **known > size + 1).count();
        u8::try_from(above.min(LEVELS - 1) + 1).ok()
    }

    fn is_heading(&self, line: &Line) -> bool {
        f64::from(halves(line.size)) >= LARGER * f64::from(self.body)
            && line.text.chars().any(char::is_alphabetic)
            && line.text.chars().count() <= LONGEST
    }
}

fn halves(size: f64) -> u32 {
    (size * 2.0).round().clamp(0.0, 100_000.0) as u32
}
