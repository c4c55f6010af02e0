//! Stored rows as records, each compared with its checksum.

use kag_core::{
    Chunk, ChunkFailure, ChunkId, ContentHash, Document, DocumentId, Embedding, EmbeddingSpace, FactEntry, FactId,
    NodeEntry, NodeId, Result,
};

use super::{
    READ,
    key::{Number, bytes, id_at},
};
use crate::{
    codec::{Reader, open, read_chunk, read_document, read_fact_entry, read_media_type, read_node_entry},
    error::damaged,
};

/// A document as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredDocument {
    pub(crate) number: Number,
    pub(crate) digest: ContentHash,
    pub(crate) document: Document,
    pub(crate) space: Option<EmbeddingSpace>,
}

pub(super) fn read_stored_document(id: &[u8; 16], stored: &[u8]) -> Result<StoredDocument> {
    let read = || {
        let mut reader = Reader::new(open(id, stored)?);
        let number = Number(u32::from_be_bytes(reader.array()?));
        let digest = ContentHash::from_u128(reader.id()?);
        let mut document = read_document(&mut reader)?;
        let space = match reader.byte()? {
            0 => None,
            1 => Some(EmbeddingSpace::new(reader.text()?, reader.length()?)),
            _ => return None,
        };
        document.media_type = read_media_type(&mut reader)?;
        let whole = reader.is_at_end() && bytes(document.id.to_u128()) == *id;
        whole.then_some(StoredDocument { number, digest, document, space })
    };
    read().ok_or_else(|| damaged(READ, "documents", id))
}

pub(super) fn read_stored_chunk(document: DocumentId, id: &[u8; 16], stored: &[u8]) -> Result<Chunk> {
    let read = || {
        let mut reader = Reader::new(open(id, stored)?);
        let chunk = read_chunk(document, ChunkId::from_u128(id_at(id, 0)).ordinal(), &mut reader)?;
        reader.is_at_end().then_some(chunk)
    };
    read().ok_or_else(|| damaged(READ, "chunks", id))
}

pub(super) fn read_stored_failure(id: &[u8; 16], stored: &[u8]) -> Result<ChunkFailure> {
    let reason = open(id, stored).and_then(|reason| std::str::from_utf8(reason).ok());
    let reason = reason.ok_or_else(|| damaged(READ, "failures", id))?;
    Ok(ChunkFailure { chunk: ChunkId::from_u128(id_at(id, 0)), reason: reason.into() })
}

pub(super) fn read_stored_node(id: &[u8; 20], stored: &[u8]) -> Result<NodeEntry> {
    let read = || {
        let mut reader = Reader::new(open(id, stored)?);
        let entry = read_node_entry(NodeId::from_u128(id_at(id, 4)), &mut reader)?;
        reader.is_at_end().then_some(entry)
    };
    read().ok_or_else(|| damaged(READ, "nodes", id))
}

pub(super) fn read_stored_fact(id: &[u8; 20], stored: &[u8]) -> Result<FactEntry> {
    let read = || {
        let mut reader = Reader::new(open(id, stored)?);
        let entry = read_fact_entry(FactId::from_u128(id_at(id, 4)), &mut reader)?;
        reader.is_at_end().then_some(entry)
    };
    read().ok_or_else(|| damaged(READ, "facts", id))
}

pub(super) fn bits_of(id: &[u8; 32], stored: &[u8]) -> Result<Vec<u32>> {
    let vector = open(id, stored).ok_or_else(|| damaged(READ, "vectors", id))?;
    Ok(vector.as_chunks().0.iter().map(|bits| u32::from_be_bytes(*bits)).collect())
}

pub(super) fn embedding(bits: &[u32]) -> Embedding {
    Embedding::new(bits.iter().map(|bits| f32::from_bits(*bits)).collect::<Vec<_>>())
}
