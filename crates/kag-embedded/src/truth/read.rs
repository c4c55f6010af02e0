//! Reading the truth as of one commit.

use std::sync::Arc;

use kag_core::{
    Chunk, ChunkId, CommitId, ContentHash, Contribution, ContributionDraft, DocumentId, Result, TextVector,
};
use redb::{Key, ReadOnlyTable, ReadTransaction, ReadableTable, TableDefinition, Value};

use super::{
    Prepared, READ,
    key::{Number, bytes, chunks_of, id_at, mention_in_chunk, span_of},
    stored::*,
    table::*,
};
use crate::{
    base::Handle,
    error::{damaged, of_redb},
    meta::{self, Meta},
};

pub(super) type RecordTable<const N: usize> = ReadOnlyTable<&'static [u8; N], &'static [u8]>;
pub(super) type KeyTable<const N: usize> = ReadOnlyTable<&'static [u8; N], ()>;

/// Every table as of one commit, which stays readable as long as this lives.
pub(crate) struct Tables {
    pub(super) meta: Meta,
    pub(super) documents: RecordTable<16>,
    pub(super) numbers: ReadOnlyTable<u32, &'static [u8; 16]>,
    pub(super) chunks: RecordTable<16>,
    pub(super) failures: RecordTable<16>,
    pub(super) nodes: RecordTable<20>,
    pub(super) facts: RecordTable<20>,
    pub(super) mentions_in: KeyTable<41>,
    pub(super) mentions_of: KeyTable<41>,
    pub(super) node_documents: KeyTable<20>,
    pub(super) fact_documents: KeyTable<20>,
    pub(super) outgoing: KeyTable<36>,
    pub(super) incoming: KeyTable<36>,
    pub(super) predicates: KeyTable<28>,
    pub(super) names: KeyTable<28>,
    pub(super) types: KeyTable<28>,
    pub(super) document_vectors: ReadOnlyTable<&'static [u8; 20], &'static [u8; 16]>,
    pub(super) vectors: RecordTable<32>,
    pub(super) settings: ReadOnlyTable<&'static str, &'static [u8]>,
    pub(super) journal: ReadOnlyTable<u64, &'static [u8]>,
    /// Keeps the pages of this commit.
    transaction: ReadTransaction,
    /// Dropped last: keeps the file open.
    _handle: Arc<Handle>,
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tables").field("commit", &self.meta.commit).finish_non_exhaustive()
    }
}

impl Tables {
    /// The tables as of the last commit.
    pub(crate) fn of(handle: Arc<Handle>) -> Result<Self> {
        fn table<K: Key, V: Value>(
            transaction: &ReadTransaction,
            definition: TableDefinition<'static, K, V>,
        ) -> Result<ReadOnlyTable<K, V>> {
            transaction.open_table(definition).map_err(|error| of_redb("store.open", error))
        }
        let transaction = handle.begin_read()?;
        let from = &transaction;
        Ok(Self {
            meta: meta::read(&table(from, META)?)?,
            documents: table(from, DOCUMENTS)?,
            numbers: table(from, NUMBERS)?,
            chunks: table(from, CHUNKS)?,
            failures: table(from, FAILURES)?,
            nodes: table(from, NODES)?,
            facts: table(from, FACTS)?,
            mentions_in: table(from, MENTIONS_IN)?,
            mentions_of: table(from, MENTIONS_OF)?,
            node_documents: table(from, NODE_DOCUMENTS)?,
            fact_documents: table(from, FACT_DOCUMENTS)?,
            outgoing: table(from, OUTGOING)?,
            incoming: table(from, INCOMING)?,
            predicates: table(from, PREDICATES)?,
            names: table(from, NAMES)?,
            types: table(from, TYPES)?,
            document_vectors: table(from, DOCUMENT_VECTORS)?,
            vectors: table(from, VECTORS)?,
            settings: table(from, SETTINGS)?,
            journal: table(from, JOURNAL)?,
            transaction,
            _handle: handle,
        })
    }

    pub(crate) fn commit(&self) -> CommitId {
        self.meta.commit
    }

    pub(crate) fn meta(&self) -> &Meta {
        &self.meta
    }

    pub(crate) fn transaction(&self) -> &ReadTransaction {
        &self.transaction
    }

    pub(crate) fn document(&self, id: DocumentId) -> Result<Option<StoredDocument>> {
        let id = bytes(id.to_u128());
        let Some(stored) = self.documents.get(&id).map_err(failed)? else { return Ok(None) };
        read_stored_document(&id, stored.value()).map(Some)
    }

    pub(crate) fn document_of(&self, number: Number) -> Result<Option<DocumentId>> {
        let found = self.numbers.get(number.0).map_err(failed)?;
        Ok(found.map(|id| DocumentId::from_u128(u128::from_be_bytes(*id.value()))))
    }

    /// Every document, by id.
    pub(crate) fn documents(&self) -> Result<impl Iterator<Item = Result<StoredDocument>> + '_> {
        let all = self.documents.iter().map_err(failed)?;
        Ok(all.map(|row| {
            let (id, stored) = row.map_err(failed)?;
            read_stored_document(id.value(), stored.value())
        }))
    }

    /// At most `limit` documents by id, behind `after`.
    pub(crate) fn document_ids(&self, after: Option<DocumentId>, limit: usize) -> Result<Vec<DocumentId>> {
        let Some(first) = after.map_or(Some(0), |after| after.to_u128().checked_add(1)) else { return Ok(Vec::new()) };
        let range = self.documents.range::<&[u8; 16]>(&bytes(first)..).map_err(failed)?;
        let ids = range.take(limit).map(|row| Ok(DocumentId::from_u128(id_at(row.map_err(failed)?.0.value(), 0))));
        ids.collect()
    }

    /// The chunk with this id.
    pub(crate) fn chunk(&self, id: ChunkId) -> Result<Option<Chunk>> {
        let key = bytes(id.to_u128());
        let Some(stored) = self.chunks.get(&key).map_err(failed)? else { return Ok(None) };
        // The chunk's id holds most of its document's: the only document between these two.
        let (first, last) = (id.to_u128() & !u128::from(u32::MAX), id.to_u128() | u128::from(u32::MAX));
        let mut owners = self.documents.range::<&[u8; 16]>(&bytes(first)..=&bytes(last)).map_err(failed)?;
        let owner = owners.next().transpose().map_err(failed)?;
        let (owner, _) = owner.ok_or_else(|| damaged(READ, "chunks", &key))?;
        read_stored_chunk(DocumentId::from_u128(id_at(owner.value(), 0)), &key, stored.value()).map(Some)
    }

    /// Whether there is a chunk with this id.
    pub(crate) fn has_chunk(&self, id: ChunkId) -> Result<bool> {
        Ok(self.chunks.get(&bytes(id.to_u128())).map_err(failed)?.is_some())
    }

    /// Every chunk, by id.
    pub(crate) fn chunk_ids(&self) -> Result<impl Iterator<Item = Result<ChunkId>> + '_> {
        let all = self.chunks.iter().map_err(failed)?;
        Ok(all.map(|row| Ok(ChunkId::from_u128(id_at(row.map_err(failed)?.0.value(), 0)))))
    }

    /// The chunks of `document`, in reading order.
    pub(crate) fn chunks_of(&self, document: DocumentId) -> Result<Vec<Chunk>> {
        let (first, last) = chunks_of(document);
        let rows = self.chunks.range::<&[u8; 16]>(&first..=&last).map_err(failed)?;
        let chunks = rows.map(|row| {
            let (id, value) = row.map_err(failed)?;
            read_stored_chunk(document, id.value(), value.value())
        });
        chunks.collect()
    }

    /// Everything that the document of `stored` contributed, checked against its digest.
    pub(crate) fn contribution(&self, stored: &StoredDocument) -> Result<Prepared> {
        let draft = self.draft(stored)?;
        let whole = || damaged(READ, "documents", &bytes(stored.document.id.to_u128()));
        let contribution = draft.seal().map_err(|error| whole().because(error))?;
        let prepared = Prepared::of(Arc::new(contribution))?;
        if prepared.digest == stored.digest {
            return Ok(prepared);
        }
        Err(whole().with("uri", &stored.document.uri))
    }

    fn draft(&self, stored: &StoredDocument) -> Result<ContributionDraft> {
        let document = stored.document.id;
        let number = stored.number.bytes();
        let mut draft = ContributionDraft::new(stored.document.clone());
        draft.space.clone_from(&stored.space);
        let (first, last) = chunks_of(document);
        draft.chunks = self.chunks_of(document)?.into_iter().map(Arc::new).collect();
        for row in self.failures.range::<&[u8; 16]>(&first..=&last).map_err(failed)? {
            let (id, value) = row.map_err(failed)?;
            draft.failures.push(read_stored_failure(id.value(), value.value())?);
        }
        let (first, last) = span_of::<20>(&number);
        for row in self.nodes.range::<&[u8; 20]>(&first..=&last).map_err(failed)? {
            let (id, value) = row.map_err(failed)?;
            draft.nodes.push(read_stored_node(id.value(), value.value())?);
        }
        for row in self.facts.range::<&[u8; 20]>(&first..=&last).map_err(failed)? {
            let (id, value) = row.map_err(failed)?;
            draft.facts.push(read_stored_fact(id.value(), value.value())?);
        }
        for row in self.document_vectors.range::<&[u8; 20]>(&first..=&last).map_err(failed)? {
            let (id, version) = row.map_err(failed)?;
            let text = bytes(id_at(id.value(), 4));
            let vector = self.vector(text, *version.value())?;
            draft.vectors.push(TextVector { text: ContentHash::from_u128(u128::from_be_bytes(text)), vector });
        }
        let (first, last) = chunks_of(document);
        let (first, _) = span_of::<41>(&first);
        let (_, last) = span_of::<41>(&last);
        for row in self.mentions_in.range::<&[u8; 41]>(&first..=&last).map_err(failed)? {
            draft.mentions.push(mention_in_chunk(row.map_err(failed)?.0.value()));
        }
        Ok(draft)
    }

    /// Everything that the documents `ids` contributed, in their order.
    pub(crate) fn contributions(&self, ids: &[DocumentId]) -> Result<Vec<Option<Arc<Contribution>>>> {
        ids.iter()
            .map(|id| {
                let stored = self.document(*id)?;
                stored.map(|stored| Ok(self.contribution(&stored)?.contribution)).transpose()
            })
            .collect()
    }
}

pub(super) fn failed(error: impl Into<redb::Error>) -> kag_core::Error {
    of_redb(READ, error)
}
