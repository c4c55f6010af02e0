//! One version of an index: which segments, and which of their rows are gone.

use std::io::Read;

use super::{Format, Frame, Reading, Writing};
use crate::{ContentHash, Result};

/// What tells one version of an index, apart from the segments themselves.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    /// What the index is like.
    pub(crate) settings: Vec<u64>,
    /// Each segment's name, and a bit for each of its rows, set if the row is gone.
    pub(crate) segments: Vec<(ContentHash, Vec<u64>)>,
}

impl Manifest {
    pub(crate) fn write(&self, format: &Format) -> Vec<u8> {
        let names = self.segments.iter().map(|(name, _)| name.to_u128());
        let sealed = Writing::default()
            .u64s(self.settings.iter().copied())
            .bytes(names.flat_map(u128::to_le_bytes).collect::<Vec<u8>>())
            .u64s(self.segments.iter().map(|(_, dead)| dead.len() as u64))
            .u64s(self.segments.iter().flat_map(|(_, dead)| dead.iter().copied()))
            .sealed(format);
        sealed.into_bytes()
    }

    pub(crate) fn read(format: &Format, from: &mut impl Read) -> Result<Self> {
        let frame = Frame::read(format, from)?;
        let mut reading = Reading::new(format, &frame, 0, from)?;
        let (settings, names) = (reading.u64s()?, reading.bytes()?);
        let (counts, words) = (reading.u64s()?, reading.u64s()?);
        let (names, rest) = names.as_chunks::<16>();
        let total = counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count));
        if !rest.is_empty() || names.len() != counts.len() || total != Some(words.len() as u64) {
            return Err(format.corrupt("the parts do not fit together"));
        }
        let mut words = words.into_iter();
        let segments = names.iter().zip(counts).map(|(name, count)| {
            let name = ContentHash::from_u128(u128::from_le_bytes(*name));
            (name, words.by_ref().take(count as usize).collect())
        });
        Ok(Self { settings, segments: segments.collect() })
    }

    /// The manifest that `bytes` are, to the last one.
    pub(crate) fn of(format: &Format, mut bytes: &[u8]) -> Result<Self> {
        let manifest = Self::read(format, &mut bytes)?;
        if bytes.is_empty() { Ok(manifest) } else { Err(format.corrupt("something behind the end")) }
    }
}
