//! The form in which a [`SegmentedBm25`] is written.

use std::{
    io::{Read, Write},
    sync::{Arc, OnceLock},
};

use super::{
    Analyser, Bm25Options, Plurals, SegmentedBm25,
    formula::Weights,
    segment::{MOST_ROWS, TextSegment},
    segmented::Live,
    terms::Terms,
    tuples::{Places, Tuples},
};
use crate::{
    ContentHash, Error, ErrorKind, Result,
    segment::{Dead, Format, Frame, Manifest, Reading, SealedSegment, SegmentKey, Writing, keys_in_order},
};

const MANIFEST: Format = Format { kind: *b"TEXT", version: 1, operation: "text.manifest" };

const SEGMENT: Format = Format { kind: *b"text", version: 1, operation: "text.segment" };

/// How [`Analyser`] cuts text; another number when it cuts otherwise than it did, since rows
/// already cut must be cut again then.
const ANALYSIS: u64 = 1;

impl<K: SegmentKey, const FIELDS: usize> SegmentedBm25<K, FIELDS> {
    /// This version without its segments: their names, which of their rows are gone, and the
    /// settings of the index.
    #[must_use]
    pub fn manifest(&self) -> Vec<u8> {
        let Bm25Options { k1, b, analyser } = &self.options;
        let plurals = match analyser.plurals {
            Plurals::Keep => 0,
            Plurals::Singular => 1,
        };
        let settings = [ANALYSIS, u64::from(k1.to_bits()), u64::from(b.to_bits()), plurals];
        let settings = settings.into_iter().chain(self.weights.to_bits()).collect();
        let segments = self.segments.iter().map(|live| (live.segment.name(), live.dead.words().to_vec()));
        Manifest { settings, segments: segments.collect() }.write(&MANIFEST)
    }

    /// The version that `manifest` tells of, its segments read from what `file` gives for
    /// their names.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if anything is damaged, cut short, or another segment
    /// than asked for; [`Unsupported`](ErrorKind::Unsupported) if it was written in a newer
    /// form, or its texts were cut into terms otherwise than now; those of `file`.
    pub fn open<R: Read>(manifest: &[u8], mut file: impl FnMut(ContentHash) -> Result<R>) -> Result<Self> {
        let manifest = Manifest::of(&MANIFEST, manifest)?;
        Self::assemble(manifest, |name, weights| TextSegment::read(&mut file(name)?, weights))
    }

    /// Writes this version and its segments, one behind the other.
    ///
    /// # Errors
    /// [`Unavailable`](ErrorKind::Unavailable) with the error of `to` as its cause.
    pub fn write(&self, to: &mut impl Write) -> Result<()> {
        let failed = |error| Error::new(ErrorKind::Unavailable, MANIFEST.operation).because(error);
        to.write_all(&self.manifest()).map_err(failed)?;
        self.segments().try_for_each(|segment| segment.sealed().write(to))
    }

    /// The index that [`write`](Self::write) has written.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn read(from: &mut impl Read) -> Result<Self> {
        let manifest = Manifest::read(&MANIFEST, from)?;
        Self::assemble(manifest, |_, weights| TextSegment::read(from, weights))
    }

    fn assemble(
        manifest: Manifest,
        mut segment: impl FnMut(ContentHash, Weights<FIELDS>) -> Result<TextSegment<K, FIELDS>>,
    ) -> Result<Self> {
        let (options, weights) = settings(&manifest.settings)?;
        let segments = manifest.segments.into_iter().map(|(name, dead)| {
            let segment = segment(name, weights)?;
            if segment.name() != name {
                return Err(SEGMENT.corrupt("another segment than asked for").with("name", name));
            }
            let dead = Dead::read(dead, segment.rows());
            let dead = dead.ok_or_else(|| MANIFEST.corrupt("rows are gone that never were").with("name", name))?;
            Ok(Live::shared(Arc::new(segment), dead))
        });
        Ok(Self::of(options, weights, segments.collect::<Result<_>>()?))
    }
}

fn settings<const FIELDS: usize>(settings: &[u64]) -> Result<(Bm25Options, Weights<FIELDS>)> {
    let corrupt = || MANIFEST.corrupt("settings that are none");
    let Some(([analysis, k1, b, plurals], weights)) = settings.split_first_chunk() else { return Err(corrupt()) };
    if *analysis != ANALYSIS {
        return Err(Error::new(ErrorKind::Unsupported, MANIFEST.operation)
            .reason("texts were cut into terms in another way")
            .with("way", analysis)
            .with("known", ANALYSIS));
    }
    let weights = weights.try_into().map_err(|_| {
        MANIFEST.corrupt("another number of fields").with("fields", weights.len()).with("expected", FIELDS)
    })?;
    let weights = Weights::from_bits(weights).ok_or_else(corrupt)?;
    let number = |bits: &u64| u32::try_from(*bits).map(f32::from_bits).map_err(|_| corrupt());
    let plurals = match plurals {
        0 => Plurals::Keep,
        1 => Plurals::Singular,
        _ => return Err(corrupt()),
    };
    let analyser = Analyser::default().with_plurals(plurals);
    Ok((Bm25Options { k1: number(k1)?, b: number(b)?, analyser }, weights))
}

impl<K: SegmentKey, const FIELDS: usize> TextSegment<K, FIELDS> {
    pub(super) fn seal(&self) -> SealedSegment {
        let (text, lengths) = self.terms.parts();
        let writing = Writing::default()
            .keys(&self.keys)
            .u32s(self.order.iter().copied())
            .u16s(self.length_of.iter().copied())
            .u32s(self.lengths.all().as_flattened().iter().copied())
            .bytes(text)
            .u32s(lengths)
            .u32s(self.starts.iter().zip(self.starts.iter().skip(1)).map(|(from, to)| (to - from) as u32))
            .u16s(self.rows.iter().copied())
            .u32s(self.times.all().as_flattened().iter().copied());
        let writing = match &self.times_of {
            Places::Bytes(places) => writing.bytes(places.as_slice()),
            Places::Pairs(places) => writing.u16s(places.iter().copied()),
            Places::Quads(places) => writing.u32s(places.iter().copied()),
        };
        writing.sealed(&SEGMENT)
    }

    /// Reads what [`sealed`](Self::sealed) has written.
    pub(super) fn read(from: &mut impl Read, weights: Weights<FIELDS>) -> Result<Self> {
        let frame = Frame::read(&SEGMENT, from)?;
        let mut reading = Reading::new(&SEGMENT, &frame, 0, from)?;
        let (keys, order, length_of) = (reading.keys()?, reading.u32s()?, reading.u16s()?);
        let lengths = Tuples::read(&reading.u32s()?, weights);
        let terms = Terms::read(reading.bytes()?, &reading.u32s()?);
        let mut starts = vec![0];
        let mut total = 0;
        starts.extend(reading.u32s()?.into_iter().map(|count| {
            total += count as usize;
            total
        }));
        let rows = reading.u16s()?;
        let times = Tuples::read(&reading.u32s()?, weights);
        let no_order = || SEGMENT.corrupt("what should be in order is not");
        let (lengths, terms, times) =
            (lengths.ok_or_else(no_order)?, terms.ok_or_else(no_order)?, times.ok_or_else(no_order)?);
        let times_of = match Places::new(0, times.len()) {
            Places::Bytes(_) => Places::Bytes(reading.bytes()?),
            Places::Pairs(_) => Places::Pairs(reading.u16s()?),
            Places::Quads(_) => Places::Quads(reading.u32s()?),
        };
        let name = OnceLock::from(frame.name);
        let segment = Self { keys, order, length_of, lengths, terms, starts, rows, times_of, times, name };
        if segment.is_sound() { Ok(segment) } else { Err(SEGMENT.corrupt("the parts do not fit together")) }
    }

    /// Whether every number stands for something that is there.
    fn is_sound(&self) -> bool {
        let rows = self.keys.len();
        rows <= MOST_ROWS
            && keys_in_order(&self.keys, &self.order)
            && self.length_of.len() == rows
            && self.length_of.iter().max().is_none_or(|last| usize::from(*last) < self.lengths.len())
            && self.starts.len() == self.terms.len() + 1
            && self.starts.last() == Some(&self.rows.len())
            && self.rows.iter().max().is_none_or(|last| usize::from(*last) < rows)
            && self.times_of.len() == self.rows.len()
            && self.times_of.all_below(self.times.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::segment::tampered;

    proptest! {
        #[test]
        fn what_was_made_to_look_sound_is_read_or_refused(
            part in 0usize..3, section in 0usize..16, at: usize, to: u8,
        ) {
            let rows = |first: u32| (first..first + 6).map(|key| (key, ["Messi 梅西 played", "for 巴塞罗那 for Messi"]));
            let index = SegmentedBm25::new([2.0, 1.0], Bm25Options::default());
            let index = index.with(rows(0), []).with(rows(4), [1]);
            let mut bytes = Vec::new();
            index.write(&mut bytes).unwrap();
            let bytes = tampered(&[MANIFEST, SEGMENT], &bytes, part, section, at, to);
            // The name of what was changed is another, so the manifest has to be told.
            let mut rest = bytes.as_slice();
            let manifest = Manifest::read(&MANIFEST, &mut rest);
            let Ok(mut manifest) = manifest else { return Ok(()) };
            for (name, _) in &mut manifest.segments {
                let frame = Frame::read(&SEGMENT, &mut rest).unwrap();
                frame.sections(frame.len(), &mut rest).unwrap();
                *name = frame.name;
            }
            let start = bytes.len() - index.segments().map(|s| s.sealed().size() as usize).sum::<usize>();
            let bytes = [manifest.write(&MANIFEST), bytes[start..].to_vec()].concat();
            if let Ok(index) = SegmentedBm25::<u32, 2>::read(&mut bytes.as_slice()) {
                let changed = index.with(rows(2), [0]);
                let found = [index.search("Messi 巴塞罗那", 4), index.search_prefix("p", 4), changed.search("for", 4)];
                prop_assert!(found.iter().all(|hits| hits.len() <= 4));
            }
        }
    }
}
