//! What leads to nodes and facts: by id, name, type, predicate, end and mention.

use kag_core::{ChunkId, ContentHash, DocumentId, Embedding, FactEntry, FactId, Mention, NodeEntry, NodeId, Result};
use redb::ReadableTable;

use super::{
    READ, Tables,
    key::{Number, bytes, chunks_of, id_at, key, mention_in_chunk, mention_of_node, number_at, span_of},
    range::*,
    read::failed,
    stored::*,
};
use crate::error::damaged;

impl Tables {
    /// What everybody says of `node`, by the number of the document.
    pub(crate) fn node_entries(&self, node: NodeId) -> Result<Vec<NodeEntry>> {
        let owners = documents_behind(&self.node_documents, &bytes(node.to_u128()))?;
        let entry = |owner: &Number| {
            let key = key::<20>(&[&owner.bytes(), &bytes(node.to_u128())]);
            let stored = self.nodes.get(&key).map_err(failed)?.ok_or_else(|| damaged(READ, "nodes", &key))?;
            read_stored_node(&key, stored.value())
        };
        owners.iter().map(entry).collect()
    }

    /// Whether anybody speaks of `node`.
    pub(crate) fn has_node(&self, node: NodeId) -> Result<bool> {
        let range = range_of::<20>(&bytes(node.to_u128()));
        let mut rows = self.node_documents.range::<&[u8; 20]>(range.start()..=range.end()).map_err(failed)?;
        Ok(rows.next().transpose().map_err(failed)?.is_some())
    }

    /// The documents that state `fact`.
    pub(crate) fn owners_of(&self, fact: FactId) -> Result<Vec<Number>> {
        documents_behind(&self.fact_documents, &bytes(fact.to_u128()))
    }

    /// What the document `owner` says for `fact`, which it states.
    pub(crate) fn fact_entry_of(&self, owner: Number, fact: FactId) -> Result<FactEntry> {
        let key = key::<20>(&[&owner.bytes(), &bytes(fact.to_u128())]);
        let stored = self.facts.get(&key).map_err(failed)?.ok_or_else(|| damaged(READ, "facts", &key))?;
        read_stored_fact(&key, stored.value())
    }

    /// Every node that somebody speaks of, by id.
    pub(crate) fn node_ids(&self) -> Result<impl Iterator<Item = Result<NodeId>> + '_> {
        Ok(distinct(&self.node_documents, 0)?.map(|id| id.map(NodeId::from_u128)))
    }

    /// Every node that somebody speaks of, with those of one document together, those of several
    /// more than once.
    pub(crate) fn node_ids_by_document(&self) -> Result<impl Iterator<Item = Result<NodeId>> + '_> {
        let all = self.nodes.iter().map_err(failed)?;
        Ok(all.map(|row| Ok(NodeId::from_u128(id_at(row.map_err(failed)?.0.value(), 4)))))
    }

    /// Every chunk, in the order in which documents came.
    pub(crate) fn chunk_ids_by_document(&self) -> Result<Vec<ChunkId>> {
        let mut ids = Vec::new();
        for row in self.numbers.iter().map_err(failed)? {
            let document = DocumentId::from_u128(u128::from_be_bytes(*row.map_err(failed)?.1.value()));
            let (first, last) = chunks_of(document);
            for row in self.chunks.range::<&[u8; 16]>(&first..=&last).map_err(failed)? {
                ids.push(ChunkId::from_u128(id_at(row.map_err(failed)?.0.value(), 0)));
            }
        }
        Ok(ids)
    }

    /// Every fact that somebody states, by id.
    pub(crate) fn fact_ids(&self) -> Result<impl Iterator<Item = Result<FactId>> + '_> {
        Ok(distinct(&self.fact_documents, 0)?.map(|id| id.map(FactId::from_u128)))
    }

    /// The facts with this subject and the documents that state them, by fact.
    pub(crate) fn outgoing(&self, node: NodeId) -> Result<Vec<(FactId, Number)>> {
        facts_behind(&self.outgoing, &bytes(node.to_u128()))
    }

    /// The facts with this object and the documents that state them, by fact.
    pub(crate) fn incoming(&self, node: NodeId) -> Result<Vec<(FactId, Number)>> {
        facts_behind(&self.incoming, &bytes(node.to_u128()))
    }

    /// The facts whose predicate has this hash and the documents that state them, by fact.
    pub(crate) fn with_predicate(&self, hash: [u8; 8]) -> Result<Vec<(FactId, Number)>> {
        let rows = keys_behind(&self.predicates, &hash)?;
        let fact = |key: &[u8; 28]| (FactId::from_u128(id_at(key, 8)), number_at(key, 24));
        Ok(rows.iter().map(fact).collect())
    }

    /// The nodes one of whose names has this hash, by id, without duplicates.
    pub(crate) fn named(&self, hash: [u8; 8]) -> Result<Vec<NodeId>> {
        nodes_behind(&self.names, hash)
    }

    /// The nodes whose type has this hash, by id, without duplicates.
    pub(crate) fn of_type(&self, hash: [u8; 8]) -> Result<Vec<NodeId>> {
        nodes_behind(&self.types, hash)
    }

    pub(crate) fn mentions_of(&self, node: NodeId) -> Result<Vec<Mention>> {
        let keys = keys_behind(&self.mentions_of, &bytes(node.to_u128()))?;
        Ok(keys.iter().map(mention_of_node).collect())
    }

    pub(crate) fn mentions_in(&self, chunk: ChunkId) -> Result<Vec<Mention>> {
        let keys = keys_behind(&self.mentions_in, &bytes(chunk.to_u128()))?;
        Ok(keys.iter().map(mention_in_chunk).collect())
    }

    /// The vector of a text: of several, the smaller in the order of bits.
    pub(crate) fn vector_of(&self, text: ContentHash) -> Result<Option<Embedding>> {
        let mut best: Option<Vec<u32>> = None;
        let (first, last) = span_of::<32>(&bytes(text.to_u128()));
        for row in self.vectors.range::<&[u8; 32]>(&first..=&last).map_err(failed)? {
            let (id, stored) = row.map_err(failed)?;
            let bits = bits_of(id.value(), stored.value())?;
            if best.as_ref().is_none_or(|best| bits < *best) {
                best = Some(bits);
            }
        }
        Ok(best.map(|bits| embedding(&bits)))
    }

    /// The vector of `text` that is `version`.
    pub(super) fn vector(&self, text: [u8; 16], version: [u8; 16]) -> Result<Embedding> {
        let id = key::<32>(&[&text, &version]);
        let stored = self.vectors.get(&id).map_err(failed)?.ok_or_else(|| damaged(READ, "vectors", &id))?;
        Ok(embedding(&bits_of(&id, stored.value())?))
    }

    /// Calls `with` with what each document says of each node, as they lie.
    pub(crate) fn each_node_entry(&self, mut with: impl FnMut(NodeEntry) -> Result<()>) -> Result<()> {
        for row in self.nodes.iter().map_err(failed)? {
            let (id, value) = row.map_err(failed)?;
            with(read_stored_node(id.value(), value.value())?)?;
        }
        Ok(())
    }

    /// Calls `with` with what each document says for each fact, as they lie, and its number.
    pub(crate) fn each_fact_entry(&self, mut with: impl FnMut(Number, FactEntry) -> Result<()>) -> Result<()> {
        for row in self.facts.iter().map_err(failed)? {
            let (id, value) = row.map_err(failed)?;
            with(number_at(id.value(), 0), read_stored_fact(id.value(), value.value())?)?;
        }
        Ok(())
    }

    /// Calls `with` with every mention, by chunk, node and span.
    pub(crate) fn each_mention(&self, mut with: impl FnMut(Mention) -> Result<()>) -> Result<()> {
        for row in self.mentions_in.iter().map_err(failed)? {
            with(mention_in_chunk(row.map_err(failed)?.0.value()))?;
        }
        Ok(())
    }
}
