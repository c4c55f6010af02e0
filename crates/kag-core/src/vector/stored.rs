//! The form in which a [`SegmentedVectors`] is written.

use std::{
    fs::File,
    io::{Read, Write},
    sync::{Arc, OnceLock},
};

use super::{
    SegmentedVectors,
    codes::Scale,
    segment::{VectorSegment, Vectors},
    segmented::Live,
    stored_rows::{self, ByPosition, FileRows, MemoryRows, stride},
};
use crate::{
    ContentHash, Error, ErrorKind, Result,
    segment::{Dead, Format, Frame, Manifest, Reading, SealedSegment, SegmentKey, Writing, keys_in_order},
};

const MANIFEST: Format = Format { kind: *b"VECT", version: 1, operation: "vector.manifest" };
const SEGMENT: Format = Format { kind: *b"vect", version: 1, operation: "vector.segment" };

/// Longer vectors than anyone makes.
const MOST_DIM: usize = 1 << 24;

const NO_FIT: &str = "the parts do not fit together";

impl<K: SegmentKey> SegmentedVectors<K> {
    /// This version without its segments: their names and which of their rows are gone.
    #[must_use]
    pub fn manifest(&self) -> Vec<u8> {
        let segments = self.segments.iter().map(|live| (live.segment.name(), live.dead.words().to_vec()));
        Manifest { settings: vec![self.dim as u64], segments: segments.collect() }.write(&MANIFEST)
    }

    /// The version that `manifest` tells of, of the segments that `segment` gives for their
    /// names: [opened](VectorSegment::open), [read](VectorSegment::read), or shared with
    /// another version.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if the manifest is damaged, or a segment is another
    /// than asked for; [`Unsupported`](ErrorKind::Unsupported) if it was written in a newer
    /// form; those of `segment`.
    pub fn open(manifest: &[u8], segment: impl FnMut(ContentHash) -> Result<Arc<VectorSegment<K>>>) -> Result<Self> {
        Self::assemble(Manifest::of(&MANIFEST, manifest)?, segment)
    }

    /// Writes this version and its segments, one behind the other.
    ///
    /// # Errors
    /// [`Unavailable`](ErrorKind::Unavailable) with the error of `to` as its cause; those of
    /// reading vectors that are not in memory.
    pub fn write(&self, to: &mut impl Write) -> Result<()> {
        let failed = |error| Error::new(ErrorKind::Unavailable, MANIFEST.operation).because(error);
        to.write_all(&self.manifest()).map_err(failed)?;
        self.segments().try_for_each(|segment| segment.sealed()?.write(to))
    }

    /// The index that [`write`](Self::write) has written, all of it in memory.
    ///
    /// # Errors
    /// Those of [`open`](Self::open) and of [`VectorSegment::read`].
    pub fn read(from: &mut impl Read) -> Result<Self> {
        let manifest = Manifest::read(&MANIFEST, from)?;
        Self::assemble(manifest, |_| VectorSegment::read(from).map(Arc::new))
    }

    fn assemble(
        manifest: Manifest,
        mut segment: impl FnMut(ContentHash) -> Result<Arc<VectorSegment<K>>>,
    ) -> Result<Self> {
        let [dim] = manifest.settings.as_slice() else { return Err(MANIFEST.corrupt("settings that are none")) };
        let dim = *dim as usize;
        let segments = manifest.segments.into_iter().map(|(name, dead)| {
            let segment = segment(name)?;
            if segment.name() != name || segment.dim != dim {
                return Err(SEGMENT.corrupt("another segment than asked for").with("name", name));
            }
            let dead = Dead::read(dead, segment.keys().len());
            let dead = dead.ok_or_else(|| MANIFEST.corrupt("rows are gone that never were").with("name", name))?;
            Ok(Live { segment, dead })
        });
        Ok(Self::of(dim, segments.collect::<Result<_>>()?))
    }
}

impl<K: SegmentKey> VectorSegment<K> {
    pub(super) fn seal(&self) -> Result<SealedSegment> {
        let mut rows = Vec::with_capacity(self.keys.len() * stride(self.dim));
        let mut buffer = Vec::new();
        for row in 0..self.keys.len() {
            stored_rows::write(self.vector(row, &mut buffer)?, &mut rows);
        }
        let writing = Writing::default()
            .u64s([self.dim as u64])
            .keys(&self.keys)
            .u32s(self.order.iter().copied())
            .f32s(self.scales.iter().flat_map(|scale| scale.parts()))
            .bytes(self.codes.iter().map(|code| code.cast_unsigned()).collect::<Vec<_>>())
            .bytes(rows);
        Ok(writing.sealed(&SEGMENT))
    }

    /// Reads what [`sealed`](Self::sealed) has written, the vectors into memory.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), damaged vectors included.
    pub fn read(from: &mut impl Read) -> Result<Self> {
        let frame = Frame::read(&SEGMENT, from)?;
        let mut reading = Reading::new(&SEGMENT, &frame, 0, from)?;
        Self::assemble_segment(frame.name, &mut reading, |dim, rows, reading| {
            let bytes = reading.bytes()?;
            let read = (bytes.len() == rows * stride(dim)).then(|| MemoryRows::read(dim, &bytes));
            let vectors = read.flatten().ok_or_else(|| SEGMENT.corrupt("a vector does not match its checksum"))?;
            Ok(Vectors::Memory(Arc::new(vectors)))
        })
    }

    pub(super) fn read_from_file(file: File) -> Result<Self> {
        let frame = Frame::read(&SEGMENT, &mut &file)?;
        let mut reading = Reading::new(&SEGMENT, &frame, 1, &mut &file)?;
        let place = frame.len().checked_sub(1).and_then(|last| frame.place(last));
        Self::assemble_segment(frame.name, &mut reading, |dim, rows, _| {
            let unavailable = |error| Error::new(ErrorKind::Unavailable, SEGMENT.operation).because(error);
            let (size, room) = (file.metadata().map_err(unavailable)?.len(), (rows * stride(dim)) as u64);
            let start = place.filter(|(start, length)| *length == room && start.checked_add(room) <= Some(size));
            let (start, _) = start.ok_or_else(|| SEGMENT.corrupt("cut short"))?;
            Ok(Vectors::Elsewhere(Arc::new(FileRows { file: ByPosition::new(file), start, dim })))
        })
    }

    fn assemble_segment(
        name: ContentHash,
        reading: &mut Reading,
        vectors: impl FnOnce(usize, usize, &mut Reading) -> Result<Vectors>,
    ) -> Result<Self> {
        let dim = reading.u64s()?;
        let (keys, order, scales) = (reading.keys()?, reading.u32s()?, reading.f32s()?);
        let codes: Vec<i8> = reading.bytes()?.into_iter().map(u8::cast_signed).collect();
        let (scales, rest) = scales.as_chunks();
        let scales: Option<Vec<Scale>> = scales.iter().map(|parts| Scale::from_parts(*parts)).collect();
        let (Some(scales), [dim]) = (scales, dim.as_slice()) else { return Err(SEGMENT.corrupt(NO_FIT)) };
        let room = usize::try_from(*dim).ok().filter(|dim| *dim <= MOST_DIM).map(|dim| dim * keys.len());
        let fits = rest.is_empty()
            && scales.len() == keys.len()
            && room == Some(codes.len())
            && keys_in_order(&keys, &order)
            // The least value of all, which no code has, could make a product overflow.
            && !codes.contains(&i8::MIN);
        if !fits {
            return Err(SEGMENT.corrupt(NO_FIT));
        }
        let dim = *dim as usize;
        let vectors = vectors(dim, keys.len(), reading)?;
        Ok(Self { dim, keys, order, scales, codes, vectors, name: OnceLock::from(name) })
    }

    pub(super) fn check_vectors(&self) -> Result<()> {
        let (mut buffer, mut code) = (Vec::new(), Vec::new());
        for (row, (integers, scale)) in self.codes(0, self.keys.len()).enumerate() {
            code.clear();
            let again = Scale::encode_bytes(self.vector(row, &mut buffer)?, &mut code);
            if code != integers || again.parts() != scale.parts() {
                return Err(SEGMENT.corrupt("a vector does not match its code").with("row", row));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Embedding, segment::tampered};

    proptest! {
        #[test]
        fn what_was_made_to_look_sound_is_read_or_refused(section in 0usize..8, at: usize, to: u8) {
            let rows = (0u32..6).map(|key| (key, Embedding::normalised((0..5).map(|c| (key * c) as f32).collect())));
            let index = SegmentedVectors::new(5).with(rows.clone(), []).unwrap();
            let mut bytes = Vec::new();
            index.segments().next().unwrap().sealed().unwrap().write(&mut bytes).unwrap();
            let bytes = tampered(&[SEGMENT], &bytes, 0, section, at, to);
            if let Ok(segment) = VectorSegment::<u32>::read(&mut bytes.as_slice()) {
                let dim = segment.dim;
                let index = SegmentedVectors::of(dim, vec![Live { segment: Arc::new(segment), dead: Dead::default() }]);
                let query = Embedding::new(vec![0.5; dim]);
                index.search(&query, 9).unwrap();
                index.with([(3, query)], [0]).unwrap();
            }
        }
    }
}
