//! Keys of rows.

use std::fmt;

use crate::{ChunkId, FactId, NodeId, RecordId, Vertex};

/// A key of rows that can be written into a segment.
///
/// What is written must tell all keys apart and be read back as what it was.
///
/// ```
/// use kag_core::segment::SegmentKey;
///
/// #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
/// struct Line(u16);
///
/// impl SegmentKey for Line {
///     const WIDTH: usize = 2;
///
///     fn write(self, to: &mut Vec<u8>) {
///         to.extend(self.0.to_be_bytes());
///     }
///
///     fn read(bytes: &[u8]) -> Option<Self> {
///         bytes.try_into().ok().map(u16::from_be_bytes).map(Line)
///     }
/// }
///
/// let mut bytes = Vec::new();
/// Line(7).write(&mut bytes);
/// assert_eq!(Line::read(&bytes), Some(Line(7)));
/// ```
pub trait SegmentKey: Copy + Ord + fmt::Debug + Send + Sync + 'static {
    /// How many bytes a key takes, whichever it is; at least 1.
    const WIDTH: usize;

    /// Appends the key, in [`WIDTH`](Self::WIDTH) bytes.
    fn write(self, to: &mut Vec<u8>);

    /// The key that was written as `bytes`, which are [`WIDTH`](Self::WIDTH) long; nothing
    /// if they are no key.
    fn read(bytes: &[u8]) -> Option<Self>;
}

macro_rules! number {
    ($($number:ty)*) => { $(
        impl SegmentKey for $number {
            const WIDTH: usize = size_of::<$number>();

            fn write(self, to: &mut Vec<u8>) {
                to.extend(self.to_be_bytes());
            }

            fn read(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self::from_be_bytes)
            }
        }
    )* };
}

number!(u32 u64 u128);

macro_rules! id {
    ($($id:ty)*) => { $(
        impl SegmentKey for $id {
            const WIDTH: usize = u128::WIDTH;

            fn write(self, to: &mut Vec<u8>) {
                self.to_u128().write(to);
            }

            fn read(bytes: &[u8]) -> Option<Self> {
                u128::read(bytes).map(Self::from_u128)
            }
        }
    )* };
}

id!(ChunkId NodeId FactId);

impl SegmentKey for RecordId {
    const WIDTH: usize = 1 + u128::WIDTH;

    fn write(self, to: &mut Vec<u8>) {
        let (kind, bits) = match self {
            Self::Chunk(id) => (0, id.to_u128()),
            Self::Node(id) => (1, id.to_u128()),
            Self::Fact(id) => (2, id.to_u128()),
        };
        to.push(kind);
        bits.write(to);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (kind, id) = bytes.split_first()?;
        match kind {
            0 => ChunkId::read(id).map(Self::Chunk),
            1 => NodeId::read(id).map(Self::Node),
            2 => FactId::read(id).map(Self::Fact),
            _ => None,
        }
    }
}

impl SegmentKey for Vertex {
    const WIDTH: usize = 1 + u128::WIDTH;

    fn write(self, to: &mut Vec<u8>) {
        let (kind, bits) = match self {
            Self::Node(id) => (0, id.to_u128()),
            Self::Chunk(id) => (1, id.to_u128()),
        };
        to.push(kind);
        bits.write(to);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (kind, id) = bytes.split_first()?;
        match kind {
            0 => NodeId::read(id).map(Self::Node),
            1 => ChunkId::read(id).map(Self::Chunk),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<K: SegmentKey>(key: K) {
        let mut bytes = Vec::new();
        key.write(&mut bytes);
        assert_eq!((bytes.len(), K::read(&bytes)), (K::WIDTH, Some(key)));
        assert_eq!(K::read(bytes.get(1..).unwrap_or_default()), None, "{key:?}");
    }

    #[test]
    fn keys_are_read_as_they_were_written() {
        check(7u32);
        check(u64::MAX - 1);
        let (node, chunk, fact) = (NodeId::from_u128(1), ChunkId::from_u128(2 << 100), FactId::from_u128(u128::MAX));
        check(node);
        check(chunk);
        check(fact);
        [RecordId::Chunk(chunk), RecordId::Node(node), RecordId::Fact(fact)].into_iter().for_each(check);
        [Vertex::Node(node), Vertex::Chunk(chunk)].into_iter().for_each(check);
    }

    #[test]
    fn an_unknown_kind_is_no_key() {
        let mut bytes = Vec::new();
        Vertex::Node(NodeId::from_u128(1)).write(&mut bytes);
        bytes[0] = 9;
        assert_eq!((Vertex::read(&bytes), RecordId::read(&bytes)), (None, None));
    }
}
