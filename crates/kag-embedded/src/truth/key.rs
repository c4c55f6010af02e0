//! Keys of rows: fixed widths, highest byte first, so that the order of bytes is that of ids.

use kag_core::{ChunkId, ContentHash, DocumentId, Mention, NodeId, Span};

/// What a document is called within the store: short, and in the order in which they came,
/// so that the rows of a new one lie together at the end of each table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Number(pub(crate) u32);

/// Puts the parts of a key, which fill it exactly, one behind the other.
pub(crate) fn key<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut key = [0; N];
    debug_assert_eq!(parts.iter().map(|part| part.len()).sum::<usize>(), N, "the parts of a key fill it");
    key.iter_mut().zip(parts.iter().flat_map(|part| part.iter())).for_each(|(to, from)| *to = *from);
    key
}

/// The first and the last key of `N` bytes that begin with `prefix`.
pub(crate) fn span_of<const N: usize>(prefix: &[u8]) -> ([u8; N], [u8; N]) {
    let (mut first, mut last) = ([0; N], [u8::MAX; N]);
    for key in [&mut first, &mut last] {
        key.iter_mut().zip(prefix).for_each(|(to, from)| *to = *from);
    }
    (first, last)
}

/// The part of `key` from byte `at` on that is as long as what is asked for; zero where the
/// key is shorter.
pub(crate) fn part<const N: usize>(key: &[u8], at: usize) -> [u8; N] {
    key.get(at..).and_then(|rest| rest.first_chunk().copied()).unwrap_or([0; N])
}

/// The id at byte `at` of `key`.
pub(crate) fn id_at(key: &[u8], at: usize) -> u128 {
    u128::from_be_bytes(part(key, at))
}

/// The document's number at byte `at` of `key`.
pub(crate) fn number_at(key: &[u8], at: usize) -> Number {
    Number(u32::from_be_bytes(part(key, at)))
}

/// What stands for a name, a type or a predicate in a key: half of the hash of its bytes.
/// Two that share it are told apart by the record, which the reader of the row reads.
pub(crate) fn hash_of(text: &str) -> [u8; 8] {
    part(&ContentHash::of(text).to_u128().to_be_bytes(), 0)
}

pub(crate) fn bytes(id: u128) -> [u8; 16] {
    id.to_be_bytes()
}

impl Number {
    pub(crate) fn bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }
}

/// The first and last id that a chunk of `document` can have.
pub(crate) fn chunks_of(document: DocumentId) -> ([u8; 16], [u8; 16]) {
    (bytes(ChunkId::new(document, 0).to_u128()), bytes(ChunkId::new(document, u32::MAX).to_u128()))
}

/// A span in a key: none before any, then by start and end. `None` for a span in a text of
/// more than four gigabytes.
pub(crate) fn span_bytes(span: Option<Span>) -> Option<[u8; 9]> {
    let Some(span) = span else { return Some([0; 9]) };
    let (start, end) = (u32::try_from(span.start).ok()?, u32::try_from(span.end).ok()?);
    Some(key(&[&[1], &start.to_be_bytes(), &end.to_be_bytes()]))
}

fn span_at(key: &[u8], at: usize) -> Option<Span> {
    let number = |at| u32::from_be_bytes(part(key, at)) as usize;
    (part::<1>(key, at) == [1]).then(|| Span::new(number(at + 1), number(at + 5)))
}

/// The mention whose key in the table by node is `key`.
pub(crate) fn mention_of_node(key: &[u8; 41]) -> Mention {
    let (node, chunk) = (NodeId::from_u128(id_at(key, 0)), ChunkId::from_u128(id_at(key, 16)));
    Mention { node, chunk, span: span_at(key, 32) }
}

/// The mention whose key in the table by chunk is `key`.
pub(crate) fn mention_in_chunk(key: &[u8; 41]) -> Mention {
    let (chunk, node) = (ChunkId::from_u128(id_at(key, 0)), NodeId::from_u128(id_at(key, 16)));
    Mention { node, chunk, span: span_at(key, 32) }
}
