//! Numbers for terms.

use std::{collections::HashMap, hash::Hash};

/// Terms numbered from 0.
///
/// Short terms, which nearly all are, are kept within the table: no allocation, and equal if
/// two numbers are. The hash is seeded, since texts come from strangers.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    short: HashMap<u128, u32>,
    long: HashMap<Box<str>, u32>,
}

impl Dictionary {
    pub(super) fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }

    /// The number of `term`, if it has one.
    pub(super) fn get(&self, term: &str) -> Option<u32> {
        match packed(term) {
            Some(short) => self.short.get(&short).copied(),
            None => self.long.get(term).copied(),
        }
    }

    /// The number of `term`, which is the next one if it is new.
    pub(super) fn number(&mut self, term: &str) -> u32 {
        let next = self.len() as u32;
        match packed(term) {
            Some(short) => *self.short.entry(short).or_insert(next),
            None => match self.long.get(term) {
                Some(number) => *number,
                None => *self.long.entry(term.into()).or_insert(next),
            },
        }
    }

    /// The terms and their numbers, by the bytes of the terms.
    pub(super) fn into_sorted(self) -> Vec<(Box<str>, u32)> {
        let short = self.short.into_iter().map(|(term, number)| (unpacked(term), number));
        let mut terms: Vec<_> = short.chain(self.long).collect();
        terms.sort_unstable();
        terms
    }

    /// Adds the terms of `other`; gives their numbers here by their numbers there.
    ///
    /// New terms are numbered in an order that differs from one run to the next.
    pub(super) fn merge(&mut self, other: Self) -> Vec<u32> {
        let mut numbers = vec![0; other.len()];
        let long = self.long.len();
        merge(&mut self.short, other.short, long, &mut numbers);
        let short = self.short.len();
        merge(&mut self.long, other.long, short, &mut numbers);
        numbers
    }
}

fn merge<T: Eq + Hash>(terms: &mut HashMap<T, u32>, other: HashMap<T, u32>, elsewhere: usize, numbers: &mut [u32]) {
    for (term, there) in other {
        let next = (terms.len() + elsewhere) as u32;
        let here = *terms.entry(term).or_insert(next);
        if let Some(number) = numbers.get_mut(there as usize) {
            *number = here;
        }
    }
}

/// The bytes and the length of a short term in one number.
fn packed(term: &str) -> Option<u128> {
    let mut bytes = [0; 16];
    let [short @ .., length] = &mut bytes;
    short.get_mut(..term.len())?.copy_from_slice(term.as_bytes());
    *length = term.len() as u8;
    Some(u128::from_le_bytes(bytes))
}

/// The term that was [`packed`].
fn unpacked(term: u128) -> Box<str> {
    let [bytes @ .., length] = term.to_le_bytes();
    let bytes = bytes.get(..usize::from(length)).unwrap_or_default();
    String::from_utf8_lossy(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: [&str; 8] = ["", "a", "a\0", "巴塞", "fifteen letters", "fifteen letterss", "巴塞罗那足球俱乐部", "b"];

    #[test]
    fn every_term_has_a_number_of_its_own() {
        let mut dictionary = Dictionary::default();
        for _ in 0..2 {
            let numbers: Vec<u32> = TERMS.iter().map(|term| dictionary.number(term)).collect();
            assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7]);
        }
        assert_eq!((dictionary.len(), dictionary.get("fifteen letters"), dictionary.get("c")), (8, Some(4), None));
    }

    #[test]
    fn terms_come_back_sorted_with_their_numbers() {
        let mut dictionary = Dictionary::default();
        TERMS.iter().for_each(|term| {
            dictionary.number(term);
        });
        let mut expect: Vec<_> = TERMS.iter().zip(0u32..).map(|(term, number)| (Box::from(*term), number)).collect();
        expect.sort();
        assert_eq!(dictionary.into_sorted(), expect);
    }

    #[test]
    fn merging_keeps_numbers_and_adds_new_ones() {
        let (mut left, mut right) = (Dictionary::default(), Dictionary::default());
        TERMS[..5].iter().for_each(|term| {
            left.number(term);
        });
        let there: Vec<u32> = TERMS[3..].iter().map(|term| right.number(term)).collect();
        let numbers = left.merge(right);
        for (term, there) in TERMS[3..].iter().zip(there) {
            assert_eq!(left.get(term), Some(numbers[there as usize]), "{term}");
        }
        let mut all: Vec<_> = TERMS.iter().map(|term| left.get(term).unwrap()).collect();
        assert_eq!(all[..5], [0, 1, 2, 3, 4]);
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
