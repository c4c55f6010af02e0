//! Maps and sets of dense numbers: an array where there are many, a hash table where there are
//! few, so that cost follows what is put in and memory is passed in order.

use super::{FastMap, FastSet, NONE};

/// So many times more numbers than keys may an array have.
const SPARE: usize = 16;

/// The numbers from the least to the greatest of some keys.
#[derive(Clone, Copy, Debug)]
pub(in crate::rule) struct Span {
    pub(in crate::rule) least: u32,
    /// How many numbers there are.
    pub(in crate::rule) len: usize,
}

impl Span {
    /// That of `keys` but [`NONE`]; `None` where it would be too long for so few.
    pub(in crate::rule) fn of(keys: &[u32]) -> Option<Self> {
        let span = Self::whole(keys);
        (span.len <= keys.len().saturating_mul(SPARE)).then_some(span)
    }

    /// That of `keys` but [`NONE`], however long.
    pub(in crate::rule) fn whole(keys: &[u32]) -> Self {
        let (mut least, mut end) = (NONE, 0);
        for key in keys {
            least = least.min(*key);
            // For NONE this is 0.
            end = end.max(key.wrapping_add(1));
        }
        Self { least, len: end.saturating_sub(least) as usize }
    }

    /// The place of a number in an array; `None` for one that is none of the keys, as for [`NONE`].
    pub(in crate::rule) fn place(self, number: u32) -> Option<usize> {
        let place = number.wrapping_sub(self.least) as usize;
        (place < self.len).then_some(place)
    }
}

/// Dense numbers, each with another number below [`NONE`].
pub(in crate::rule) enum NumberMap {
    Array(Span, Vec<u32>),
    Table(FastMap<u32, u32>),
}

impl NumberMap {
    /// An empty map for keys that are among `keys`.
    pub(in crate::rule) fn for_keys(keys: &[u32]) -> Self {
        match Span::of(keys) {
            Some(span) => Self::Array(span, vec![NONE; span.len]),
            None => Self::Table(FastMap::default()),
        }
    }

    pub(in crate::rule) fn get(&self, key: u32) -> Option<u32> {
        match self {
            Self::Array(span, array) => array.get(span.place(key)?).copied().filter(|number| *number != NONE),
            Self::Table(table) => table.get(&key).copied(),
        }
    }

    pub(in crate::rule) fn insert(&mut self, key: u32, number: u32) {
        match self {
            Self::Array(span, array) => {
                if let Some(place) = span.place(key).and_then(|place| array.get_mut(place)) {
                    *place = number;
                }
            }
            Self::Table(table) => {
                table.insert(key, number);
            }
        }
    }
}

/// A set of dense numbers.
pub(in crate::rule) enum NumberSet {
    Array(Span, Vec<bool>),
    Table(FastSet<u32>),
}

impl NumberSet {
    /// An empty set for keys that are among `keys`.
    pub(in crate::rule) fn for_keys(keys: &[u32]) -> Self {
        match Span::of(keys) {
            Some(span) => Self::Array(span, vec![false; span.len]),
            None => Self::Table(FastSet::default()),
        }
    }

    pub(in crate::rule) fn contains(&self, key: u32) -> bool {
        match self {
            Self::Array(span, array) => span.place(key).and_then(|place| array.get(place)) == Some(&true),
            Self::Table(table) => table.contains(&key),
        }
    }

    pub(in crate::rule) fn insert(&mut self, key: u32) {
        match self {
            Self::Array(span, array) => {
                span.place(key).and_then(|place| array.get_mut(place)).into_iter().for_each(|there| *there = true);
            }
            Self::Table(table) => {
                table.insert(key);
            }
        }
    }
}

/// The different numbers of a column, each once, in order of number, without [`NONE`].
pub(in crate::rule) fn distinct(column: &[u32]) -> Vec<u32> {
    let Some(span) = Span::of(column) else {
        let mut found: Vec<u32> = column.iter().copied().filter(|number| *number != NONE).collect();
        found.sort_unstable();
        found.dedup();
        return found;
    };
    let mut there = vec![false; span.len];
    for number in column {
        if let Some(place) = span.place(*number).and_then(|place| there.get_mut(place)) {
            *place = true;
        }
    }
    there.iter().zip(span.least..).filter(|(there, _)| **there).map(|(_, number)| number).collect()
}

/// By row of a column, the place of its number among the [different ones](distinct), and those; for
/// [`NONE`] the place after the last.
pub(in crate::rule) fn places_among_distinct(column: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let once = distinct(column);
    let mut places = NumberMap::for_keys(&once);
    once.iter().zip(0..).for_each(|(number, place)| places.insert(*number, place));
    let none = u32::try_from(once.len()).unwrap_or(NONE);
    (column.iter().map(|number| places.get(*number).unwrap_or(none)).collect(), once)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_numbers_are_told_apart_alike() {
        for (shift, apart) in [(0, 1), (1_000_000, 1), (0, 1_000_000)] {
            let number = |number: u32| shift + number * apart;
            let column = [5, 3, NONE, 5, 0, 3].map(|n: u32| if n == NONE { NONE } else { number(n) });
            assert_eq!(distinct(&column), [0, 3, 5].map(number));
            assert_eq!(places_among_distinct(&column), (vec![2, 1, 3, 2, 0, 1], distinct(&column)));
            let (mut map, mut set) = (NumberMap::for_keys(&column), NumberSet::for_keys(&column));
            map.insert(number(5), 7);
            set.insert(number(5));
            assert_eq!((map.get(number(5)), map.get(number(3)), map.get(NONE)), (Some(7), None, None));
            assert_eq!([5, 3].map(|n| set.contains(number(n))), [true, false]);
            assert!(!set.contains(NONE));
        }
        assert_eq!(distinct(&[]), [0; 0]);
        assert_eq!(distinct(&[NONE, NONE]), [0; 0]);
    }
}
