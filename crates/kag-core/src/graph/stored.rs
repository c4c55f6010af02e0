//! The form in which graphs that change, and the numbers of their vertices, are written.

use std::{
    io::{Read, Write},
    sync::{Arc, OnceLock},
};

use super::{BaseCsr, Csr, Direction, Graph, PatchedCsr, VertexNumbers, numbers::BaseNumbers, piece::Row};
use crate::{
    ContentHash, Error, ErrorKind, Result,
    segment::{Format, Frame, Reading, SealedSegment, SegmentKey, Writing, keys_in_order},
};

const BASE: Format = Format { kind: *b"csr ", version: 2, operation: "graph.base" };
const PATCHES: Format = Format { kind: *b"CSRP", version: 2, operation: "graph.patches" };
const KEYS: Format = Format { kind: *b"keys", version: 1, operation: "graph.numbers" };
const NEWER: Format = Format { kind: *b"KEYS", version: 1, operation: "graph.newer_numbers" };

const NO_FIT: &str = "the parts do not fit together";

impl BaseCsr {
    pub(super) fn seal(&self) -> SealedSegment {
        let (offsets, targets, weights) = self.csr.rows();
        Writing::default()
            .u64s(offsets.iter().map(|offset| *offset as u64))
            .u32s(targets.iter().copied())
            .u32s(weights.iter().copied())
            .u64s(self.absent.iter().copied())
            .sealed(&BASE)
    }

    fn read(from: &mut impl Read) -> Result<Self> {
        let frame = Frame::read(&BASE, from)?;
        let mut reading = Reading::new(&BASE, &frame, 0, from)?;
        let offsets: Vec<usize> = reading.u64s()?.into_iter().map(|offset| offset as usize).collect();
        let (targets, weights, absent) = (reading.u32s()?, reading.u32s()?, reading.u64s()?);
        let vertices = offsets.len().saturating_sub(1);
        let rows_fit = offsets.windows(2).all(|bounds| match bounds {
            [from, to] => targets.get(*from..*to).is_some_and(|row| is_row(row, vertices)),
            _ => false,
        });
        let fits = offsets.first() == Some(&0)
            && offsets.last() == Some(&targets.len())
            && weights.len() == targets.len()
            && rows_fit
            && are_weights(&weights)
            && absent.len() <= vertices.div_ceil(u64::BITS as usize);
        if !fits {
            return Err(BASE.corrupt(NO_FIT));
        }
        let csr = Csr::from_rows(Direction::Undirected, offsets, targets, weights);
        Ok(Self { csr, absent, name: OnceLock::from(frame.name) })
    }
}

/// Whether these can be the targets of one vertex.
fn is_row(targets: &[u32], vertices: usize) -> bool {
    targets.is_sorted_by(|left, right| left < right) && targets.last().is_none_or(|last| (*last as usize) < vertices)
}

fn are_weights(weights: &[u32]) -> bool {
    weights.iter().all(|weight| *weight > 0)
}

impl PatchedCsr {
    /// This version without its [`base`](Self::base): its name and what differs from it.
    #[must_use]
    pub fn manifest(&self) -> Vec<u8> {
        let patches: Vec<_> = self.patches().collect();
        let pieces = || patches.iter().flat_map(|(_, row)| row.arcs().pieces());
        let sealed = Writing::default()
            .bytes(self.base.name().to_u128().to_le_bytes())
            .u64s([self.vertices as u64])
            .u32s(patches.iter().map(|(vertex, _)| *vertex))
            .bytes(patches.iter().map(|(_, row)| u8::from(row.present)).collect::<Vec<_>>())
            .u32s(patches.iter().map(|(_, row)| row.degree() as u32))
            .u32s(pieces().flat_map(|(targets, _)| targets.iter().copied()))
            .u32s(pieces().flat_map(|(_, weights)| weights.iter().copied()))
            .sealed(&PATCHES);
        sealed.into_bytes()
    }

    /// The version that `manifest` tells of, its base read from what `file` gives for its
    /// name.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if anything is damaged, cut short, or another base than
    /// asked for; [`Unsupported`](ErrorKind::Unsupported) if it was written in a newer form;
    /// those of `file`.
    pub fn open<R: Read>(mut manifest: &[u8], file: impl FnOnce(ContentHash) -> Result<R>) -> Result<Self> {
        let opened = Self::assemble(&mut manifest, |_, name| BaseCsr::read(&mut file(name)?))?;
        if manifest.is_empty() { Ok(opened) } else { Err(PATCHES.corrupt("something behind the end")) }
    }

    /// Writes this version and its base, one behind the other.
    ///
    /// # Errors
    /// [`Unavailable`](ErrorKind::Unavailable) with the error of `to` as its cause.
    pub fn write(&self, to: &mut impl Write) -> Result<()> {
        let failed = |error| Error::new(ErrorKind::Unavailable, PATCHES.operation).because(error);
        to.write_all(&self.manifest()).map_err(failed)?;
        self.base.sealed().write(to)
    }

    /// The graph that [`write`](Self::write) has written.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn read(from: &mut impl Read) -> Result<Self> {
        Self::assemble(from, |from, _| BaseCsr::read(from))
    }

    fn assemble<R: Read>(from: &mut R, base: impl FnOnce(&mut R, ContentHash) -> Result<BaseCsr>) -> Result<Self> {
        let frame = Frame::read(&PATCHES, from)?;
        let mut reading = Reading::new(&PATCHES, &frame, 0, from)?;
        let (name, vertices) = (name_of(&PATCHES, &reading.bytes()?)?, reading.u64s()?);
        let (patched, present, lengths) = (reading.u32s()?, reading.bytes()?, reading.u32s()?);
        let (targets, weights) = (reading.u32s()?, reading.u32s()?);
        let base = base(from, name)?;
        if base.name() != name {
            return Err(BASE.corrupt("another base than asked for").with("name", name));
        }
        let vertices = match vertices.as_slice() {
            [vertices] if u32::try_from(*vertices).is_ok() => *vertices as usize,
            _ => return Err(PATCHES.corrupt(NO_FIT)),
        };
        let fits = vertices >= base.vertices()
            && is_row(&patched, vertices)
            && (patched.len(), patched.len()) == (present.len(), lengths.len())
            && lengths.iter().map(|length| u64::from(*length)).sum::<u64>() == targets.len() as u64
            && targets.len() == weights.len()
            && are_weights(&weights);
        if !fits {
            return Err(PATCHES.corrupt(NO_FIT));
        }
        let mut graph = Self::over(Arc::new(base));
        let (mut targets, mut weights) = (targets.as_slice(), weights.as_slice());
        for ((vertex, present), length) in patched.into_iter().zip(present).zip(lengths) {
            let length = length as usize;
            let row = targets.split_off(..length).zip(weights.split_off(..length));
            let row = row.filter(|(targets, _)| is_row(targets, vertices));
            let (targets, weights) = row.ok_or_else(|| PATCHES.corrupt(NO_FIT))?;
            graph.put(vertex, Row::new(present != 0, targets, weights));
        }
        graph.grow(vertices);
        Ok(graph)
    }
}

fn name_of(format: &Format, bytes: &[u8]) -> Result<ContentHash> {
    let bytes = bytes.try_into().map_err(|_| format.corrupt("a name that is none"))?;
    Ok(ContentHash::from_u128(u128::from_le_bytes(bytes)))
}

impl<K: SegmentKey> BaseNumbers<K> {
    pub(super) fn seal(&self) -> SealedSegment {
        Writing::default().keys(&self.keys).u32s(self.order.iter().copied()).sealed(&KEYS)
    }

    fn read(from: &mut impl Read) -> Result<Self> {
        let frame = Frame::read(&KEYS, from)?;
        let mut reading = Reading::new(&KEYS, &frame, 0, from)?;
        let (keys, order) = (reading.keys()?, reading.u32s()?);
        if !keys_in_order(&keys, &order) {
            return Err(KEYS.corrupt("what should be in order is not"));
        }
        Ok(Self { keys, order, name: OnceLock::from(frame.name) })
    }
}

impl<K: SegmentKey> VertexNumbers<K> {
    /// This version without its [`base`](Self::base): its name and the newer keys.
    #[must_use]
    pub fn manifest(&self) -> Vec<u8> {
        let name = self.base.name().to_u128().to_le_bytes();
        Writing::default().bytes(name).keys(&self.newer).sealed(&NEWER).into_bytes()
    }

    /// The version that `manifest` tells of, its base read from what `file` gives for its
    /// name.
    ///
    /// # Errors
    /// Those of [`PatchedCsr::open`].
    pub fn open<R: Read>(mut manifest: &[u8], file: impl FnOnce(ContentHash) -> Result<R>) -> Result<Self> {
        let opened = Self::assemble(&mut manifest, |_, name| BaseNumbers::read(&mut file(name)?))?;
        if manifest.is_empty() { Ok(opened) } else { Err(NEWER.corrupt("something behind the end")) }
    }

    /// Writes this version and its base, one behind the other.
    ///
    /// # Errors
    /// [`Unavailable`](ErrorKind::Unavailable) with the error of `to` as its cause.
    pub fn write(&self, to: &mut impl Write) -> Result<()> {
        let failed = |error| Error::new(ErrorKind::Unavailable, NEWER.operation).because(error);
        to.write_all(&self.manifest()).map_err(failed)?;
        self.base.sealed().write(to)
    }

    /// The numbers that [`write`](Self::write) has written.
    ///
    /// # Errors
    /// Those of [`PatchedCsr::open`].
    pub fn read(from: &mut impl Read) -> Result<Self> {
        Self::assemble(from, |from, _| BaseNumbers::read(from))
    }

    fn assemble<R: Read>(
        from: &mut R,
        base: impl FnOnce(&mut R, ContentHash) -> Result<BaseNumbers<K>>,
    ) -> Result<Self> {
        let frame = Frame::read(&NEWER, from)?;
        let mut reading = Reading::new(&NEWER, &frame, 0, from)?;
        let (name, newer) = (name_of(&NEWER, &reading.bytes()?)?, reading.keys()?);
        let base = base(from, name)?;
        if base.name() != name {
            return Err(KEYS.corrupt("another base than asked for").with("name", name));
        }
        let mut numbers = Self::over(Arc::new(base));
        for key in newer {
            if numbers.number(key).is_some() {
                return Err(NEWER.corrupt("one key has two numbers"));
            }
            numbers.push(key)?;
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        graph::{CsrBuilder, PageRankOptions, Patch, pagerank},
        segment::tampered,
    };

    proptest! {
        #[test]
        fn what_was_made_to_look_sound_is_read_or_refused(part in 0usize..2, section in 0usize..8, at: usize, to: u8) {
            let mut edges = CsrBuilder::new(6);
            (0..6).for_each(|vertex| edges.add(vertex, (vertex + 2) % 6, 1.5).unwrap());
            let mut patch = Patch::new();
            patch.remove(2);
            patch.add(6);
            patch.set(6, 1, 0.5);
            let graph = PatchedCsr::new(edges.build(Direction::Undirected)).unwrap().with(&patch).unwrap();
            let (mut base, manifest) = (Vec::new(), graph.manifest());
            graph.base().sealed().write(&mut base).unwrap();
            let tamper = |bytes: &[u8], here: usize| tampered(&[BASE, PATCHES], bytes, usize::from(part != here), section, at, to);
            let (base, manifest) = (tamper(&base, 0), tamper(&manifest, 1));
            let Ok(base) = BaseCsr::read(&mut base.as_slice()) else { return Ok(()) };
            // The name of what was changed is another than the one asked for.
            let opened = PatchedCsr::assemble(&mut manifest.as_slice(), |_, asked| {
                Ok(BaseCsr { name: OnceLock::from(asked), ..base })
            });
            // Numbers far beyond take memory and no harm.
            if let Some(graph) = opened.ok().filter(|graph| graph.vertices() < 1 << 20) {
                pagerank(&graph, &[], &PageRankOptions::default()).unwrap();
                let mut patch = Patch::new();
                patch.remove(1);
                graph.with(&patch).unwrap();
            }
        }
    }
}
