//! Arrays of numbers as sections, and back.

use super::{Format, Frame, SealedSegment, SegmentKey};
use crate::Result;

/// Collects sections.
#[derive(Debug, Default)]
pub(crate) struct Writing(Vec<Vec<u8>>);

macro_rules! arrays {
    ($($name:ident: $number:ty),*) => {
        impl Writing {
            $(
                pub(crate) fn $name(mut self, numbers: impl IntoIterator<Item = $number>) -> Self {
                    let numbers = numbers.into_iter();
                    let mut bytes = Vec::with_capacity(numbers.size_hint().0 * size_of::<$number>());
                    numbers.for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
                    self.0.push(bytes);
                    self
                }
            )*
        }

        impl Reading {
            $(
                pub(crate) fn $name(&mut self) -> Result<Vec<$number>> {
                    let bytes = self.bytes()?;
                    let (numbers, rest) = bytes.as_chunks::<{ size_of::<$number>() }>();
                    if rest.is_empty() {
                        Ok(numbers.iter().map(|bytes| <$number>::from_le_bytes(*bytes)).collect())
                    } else {
                        Err(self.format.corrupt("a section of another length than its numbers have"))
                    }
                }
            )*
        }
    };
}

arrays!(u16s: u16, u32s: u32, u64s: u64, f32s: f32);

impl Writing {
    pub(crate) fn bytes(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.push(bytes.into());
        self
    }

    pub(crate) fn keys<K: SegmentKey>(mut self, keys: &[K]) -> Self {
        let mut bytes = Vec::with_capacity(keys.len() * K::WIDTH);
        keys.iter().for_each(|key| key.write(&mut bytes));
        self.0.push(bytes);
        self
    }

    pub(crate) fn sealed(self, format: &Format) -> SealedSegment {
        SealedSegment::new(format, self.0)
    }
}

/// Hands out sections in the order in which they were written.
#[derive(Debug)]
pub(crate) struct Reading {
    format: Format,
    sections: std::vec::IntoIter<Vec<u8>>,
}

impl Reading {
    /// The sections behind `frame`, all but the last `without`.
    pub(crate) fn new(format: &Format, frame: &Frame, without: usize, from: &mut impl std::io::Read) -> Result<Self> {
        let sections = frame.sections(frame.len().saturating_sub(without), from)?;
        Ok(Self { format: *format, sections: sections.into_iter() })
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>> {
        self.sections.next().ok_or_else(|| self.format.corrupt("a section is missing"))
    }

    pub(crate) fn keys<K: SegmentKey>(&mut self) -> Result<Vec<K>> {
        let bytes = self.bytes()?;
        let corrupt = || self.format.corrupt("what should be a key is none");
        if !bytes.len().is_multiple_of(K::WIDTH.max(1)) {
            return Err(corrupt());
        }
        bytes.chunks_exact(K::WIDTH.max(1)).map(|key| K::read(key).ok_or_else(corrupt)).collect()
    }
}

/// The places of `keys`, by ascending key.
///
/// Stable, and quick where `keys` are several ascending runs one after the other.
pub(crate) fn order_of_keys<K: Ord>(keys: &[K]) -> Vec<u32> {
    let mut order: Vec<u32> = (0u32..).take(keys.len()).collect();
    order.sort_by_key(|at| keys.get(*at as usize));
    order
}

/// Whether `order` has each place of `keys` once, by strictly ascending key.
pub(crate) fn keys_in_order<K: Ord>(keys: &[K], order: &[u32]) -> bool {
    let key = |at: &u32| keys.get(*at as usize);
    // Strictly ascending keys are all different, so as many of them as there are is all.
    order.len() == keys.len()
        && order.iter().all(|at| (*at as usize) < keys.len())
        && order.is_sorted_by(|left, right| key(left) < key(right))
}
