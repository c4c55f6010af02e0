//! Maps and sets of dense numbers: an array where there are many, a hash table where there are
//! few, so that cost follows what is put in and memory is passed in order.

use super::{FastMap, NONE};

/// So many times more numbers than keys may an array have.
const SPARE: usize = 16;

/// Dense numbers, each with another number below [`NONE`].
pub(in crate::rule) enum NumberMap {
    Array(Vec<u32>),
    Table(FastMap<u32, u32>),
}

impl NumberMap {
    /// An empty map for keys that are among `keys`.
    pub(in crate::rule) fn for_keys(keys: &[u32]) -> Self {
        match span(keys) {
            Some(span) => Self::Array(vec![NONE; span]),
            None => Self::Table(FastMap::default()),
        }
    }

    pub(in crate::rule) fn get(&self, key: u32) -> Option<u32> {
        match self {
            Self::Array(array) => array.get(key as usize).copied().filter(|number| *number != NONE),
            Self::Table(table) => table.get(&key).copied(),
        }
    }

    pub(in crate::rule) fn insert(&mut self, key: u32, number: u32) {
        match self {
            Self::Array(array) => {
                if let Some(place) = array.get_mut(key as usize) {
                    *place = number;
                }
            }
            Self::Table(table) => {
                table.insert(key, number);
            }
        }
    }
}

/// How long an array is that has a place for each of `keys` but [`NONE`]; `None` where it would be
/// too long for so few.
pub(in crate::rule) fn span(keys: &[u32]) -> Option<usize> {
    let span = keys.iter().filter(|key| **key != NONE).max().map_or(0, |most| *most as usize + 1);
    (span <= keys.len().saturating_mul(SPARE)).then_some(span)
}

/// The different numbers of a column, each once, in order of number, without [`NONE`].
pub(in crate::rule) fn distinct(column: &[u32]) -> Vec<u32> {
    let Some(span) = span(column) else {
        let mut found: Vec<u32> = column.iter().copied().filter(|number| *number != NONE).collect();
        found.sort_unstable();
        found.dedup();
        return found;
    };
    let mut there = vec![false; span];
    for number in column {
        if let Some(place) = there.get_mut(*number as usize) {
            *place = true;
        }
    }
    there.iter().zip(0..).filter(|(there, _)| **there).map(|(_, number)| number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_numbers_are_told_apart_alike() {
        for shift in [0, 1_000_000] {
            let column: Vec<u32> = [5, 3, NONE, 5, 0, 3].iter().map(|n: &u32| n.saturating_add(shift)).collect();
            assert_eq!(distinct(&column), [shift, 3 + shift, 5 + shift]);
            let mut map = NumberMap::for_keys(&column);
            map.insert(5 + shift, 7);
            assert_eq!((map.get(5 + shift), map.get(3 + shift), map.get(NONE)), (Some(7), None, None));
        }
        assert_eq!(distinct(&[]), [0; 0]);
    }
}
