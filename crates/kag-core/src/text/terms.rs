//! Terms by their bytes.

use std::ops::Range;

/// Terms of a block, of which one is looked at first.
const BLOCK: usize = 16;

/// Terms in ascending order, each once, in one string.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    text: String,
    /// Where each term ends in `text`.
    ends: Vec<usize>,
    /// The first bytes of the first term of each block as a number, which orders terms as far
    /// as it goes.
    heads: Vec<u64>,
}

impl Terms {
    /// The terms that are so long each, one after the other; nothing if they are not in order,
    /// each once.
    pub(super) fn read(text: Vec<u8>, lengths: &[u32]) -> Option<Self> {
        let mut terms =
            Self { text: String::from_utf8(text).ok()?, ends: Vec::with_capacity(lengths.len()), heads: Vec::new() };
        let (mut start, mut last) = (0, None);
        for length in lengths {
            let end = start + *length as usize;
            let term = terms.text.get(start..end)?;
            if last.is_some_and(|last| last >= term) {
                return None;
            }
            if terms.ends.len().is_multiple_of(BLOCK) {
                terms.heads.push(head(term));
            }
            terms.ends.push(end);
            (start, last) = (end, Some(term));
        }
        (start == terms.text.len()).then_some(terms)
    }

    /// Adds `term`, which is greater than all so far.
    pub(super) fn push(&mut self, term: &str) {
        if self.ends.len().is_multiple_of(BLOCK) {
            self.heads.push(head(term));
        }
        self.text.push_str(term);
        self.ends.push(self.text.len());
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The term at this place.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..end)
    }

    /// The place of `term`.
    pub(super) fn find(&self, term: &str) -> Option<usize> {
        let at = self.first_from(term);
        (self.get(at) == Some(term)).then_some(at)
    }

    /// The places of the terms that begin with `prefix`.
    pub(super) fn beginning_with(&self, prefix: &str) -> Range<usize> {
        let first = self.first_from(prefix);
        let rest = partition_point(first..self.len(), |at| self.get(at).is_some_and(|term| term.starts_with(prefix)));
        first..rest
    }

    /// The place of the first term that is `term` or greater.
    fn first_from(&self, term: &str) -> usize {
        let head = head(term);
        let first = self.heads.partition_point(|other| *other < head);
        let alike = self.heads.get(first..).unwrap_or_default();
        let last = first + alike.partition_point(|other| *other == head);
        let within = first.saturating_sub(1) * BLOCK..(last * BLOCK).min(self.len());
        partition_point(within, |at| self.get(at).is_some_and(|other| other < term))
    }

    /// All terms in one string, and how long each is.
    pub(super) fn parts(&self) -> (&str, impl Iterator<Item = u32>) {
        let starts = std::iter::once(&0).chain(&self.ends);
        (&self.text, self.ends.iter().zip(starts).map(|(end, start)| (end - start) as u32))
    }

    /// Bytes of memory.
    pub(super) fn memory(&self) -> usize {
        self.text.len() + size_of_val(self.ends.as_slice()) + size_of_val(self.heads.as_slice())
    }
}

/// The first place of `within` for which `before` does not hold; it holds for none after that.
fn partition_point(within: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let Range { mut start, mut end } = within;
    while start < end {
        let middle = start + (end - start) / 2;
        if before(middle) {
            start = middle + 1;
        } else {
            end = middle;
        }
    }
    start
}

/// The first eight bytes of `term`, zeros behind it if it has fewer.
fn head(term: &str) -> u64 {
    let mut head = [0; 8];
    head.iter_mut().zip(term.bytes()).for_each(|(to, byte)| *to = byte);
    u64::from_be_bytes(head)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn terms_are_found_as_in_an_ordered_set(
            set in prop::collection::btree_set("[ab\0巴]{0,12}", 0..70),
            asked in "[ab\0巴]{0,10}",
        ) {
            let mut terms = Terms::default();
            set.iter().for_each(|term| terms.push(term));
            for (at, term) in set.iter().enumerate() {
                prop_assert_eq!((terms.find(term), terms.get(at)), (Some(at), Some(term.as_str())));
            }
            prop_assert_eq!(terms.find(&asked).is_some(), set.contains(&asked));
            let found: BTreeSet<&str> = terms.beginning_with(&asked).filter_map(|at| terms.get(at)).collect();
            let expect: BTreeSet<&str> = set.iter().map(String::as_str).filter(|t| t.starts_with(&asked)).collect();
            prop_assert_eq!(found, expect);
            let (text, lengths) = terms.parts();
            let read = Terms::read(text.as_bytes().to_vec(), &lengths.collect::<Vec<_>>()).unwrap();
            prop_assert_eq!((&read.text, &read.ends, &read.heads), (&terms.text, &terms.ends, &terms.heads));
        }
    }

    #[test]
    fn what_is_out_of_order_is_refused() {
        let read = |text: &[u8], lengths: &[u32]| Terms::read(text.to_vec(), lengths).is_some();
        assert!(read(b"ab", &[1, 1]) && read(b"", &[]) && read(b"a", &[0, 1]));
        assert!(!read(b"ba", &[1, 1]), "descending");
        assert!(!read(b"aa", &[1, 1]), "twice");
        assert!(!read(b"ab", &[1]) && !read(b"ab", &[1, 2]) && !read(b"ab", &[2, 0]));
        assert!(!read(&[0xff], &[1]) && !read("é".as_bytes(), &[1, 1]) && !read(b"a", &[u32::MAX]));
    }
}
