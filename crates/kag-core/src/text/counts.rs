//! How often each term stands in each row.

use super::{Analyser, dictionary::Dictionary};

/// How often each term stands in each field of each of some adjacent rows.
pub(super) struct Counts<const FIELDS: usize> {
    terms: Dictionary,
    /// Terms in each field of each row.
    lengths: Vec<[u32; FIELDS]>,
    /// By row.
    counts: Vec<Count<FIELDS>>,
    /// By term, where its latest count is in `counts`.
    latest: Vec<usize>,
}

/// How often `term` stands in the fields of `row`.
#[derive(Clone, Copy)]
pub(super) struct Count<const FIELDS: usize> {
    pub(super) term: u32,
    pub(super) row: u32,
    pub(super) times: [u32; FIELDS],
}

impl<const FIELDS: usize> Default for Counts<FIELDS> {
    fn default() -> Self {
        Self { terms: Dictionary::default(), lengths: Vec::new(), counts: Vec::new(), latest: Vec::new() }
    }
}

impl<const FIELDS: usize> Counts<FIELDS> {
    /// Adds a row of texts and the places of their fields.
    pub(super) fn add_row<'t>(&mut self, fields: impl Iterator<Item = (usize, &'t str)>, analyser: &Analyser) {
        let row = self.lengths.len() as u32;
        let first = self.counts.len();
        let mut lengths = [0_u32; FIELDS];
        for (field, text) in fields {
            analyser.each_term(text, |term| {
                add_one(&mut lengths, field);
                let term = self.terms.number(term);
                if term as usize == self.latest.len() {
                    self.latest.push(usize::MAX);
                }
                self.count(first, term, row, field);
            });
        }
        self.lengths.push(lengths);
    }

    /// Counts one `term` in the row whose counts begin at `first`.
    fn count(&mut self, first: usize, term: u32, row: u32, field: usize) {
        let Some(latest) = self.latest.get_mut(term as usize) else { return };
        match self.counts.get_mut(*latest) {
            Some(known) if *latest >= first => add_one(&mut known.times, field),
            _ => {
                *latest = self.counts.len();
                let mut times = [0; FIELDS];
                add_one(&mut times, field);
                self.counts.push(Count { term, row, times });
            }
        }
    }

    /// The rows of all `blocks`, one after the other.
    pub(super) fn join(blocks: Vec<Self>) -> Joined<FIELDS> {
        let mut terms = Dictionary::default();
        let (mut lengths, mut counts) = (Vec::new(), Vec::new());
        for block in blocks {
            let numbers = terms.merge(block.terms);
            let first = lengths.len() as u32;
            counts.extend(block.counts.into_iter().filter_map(|Count { term, row, times }| {
                Some(Count { term: *numbers.get(term as usize)?, row: first + row, times })
            }));
            lengths.extend(block.lengths);
        }
        Joined { terms, lengths, counts }
    }
}

fn add_one<const FIELDS: usize>(counts: &mut [u32; FIELDS], field: usize) {
    if let Some(count) = counts.get_mut(field) {
        *count = count.saturating_add(1);
    }
}

/// Counts of many rows, by row.
///
/// Numbers of terms may differ from one run to the next; nothing outside depends on them.
pub(super) struct Joined<const FIELDS: usize> {
    pub(super) terms: Dictionary,
    pub(super) lengths: Vec<[u32; FIELDS]>,
    pub(super) counts: Vec<Count<FIELDS>>,
}
