//! Reading the truth as of one commit.

use std::{collections::BTreeSet, ops::RangeInclusive, sync::Arc};

use kag_core::{
    Chunk, ChunkFailure, ChunkId, CommitId, ContentHash, Contribution, ContributionDraft, Document, DocumentId,
    Embedding, EmbeddingSpace, FactEntry, FactId, Mention, NodeEntry, NodeId, RecordId, Result, TextVector,
};
use redb::{Key, ReadOnlyTable, ReadTransaction, ReadableTable, TableDefinition, Value};

use super::{
    Point, Prepared, Touched,
    key::{Number, bytes, chunks_of, id_at, key, mention_in_chunk, mention_of_node, number_at, span_of},
    table::*,
};
use crate::{
    base::Handle,
    codec::{Reader, open, read_chunk, read_document, read_fact_entry, read_node_entry},
    error::{damaged, of_redb},
    meta::{self, Meta},
};

const READ: &str = "store.read";

type RecordTable<const N: usize> = ReadOnlyTable<&'static [u8; N], &'static [u8]>;
type KeyTable<const N: usize> = ReadOnlyTable<&'static [u8; N], ()>;

/// Every table as of one commit, which stays readable as long as this lives.
pub(crate) struct Tables {
    meta: Meta,
    documents: RecordTable<16>,
    numbers: ReadOnlyTable<u32, &'static [u8; 16]>,
    chunks: RecordTable<16>,
    failures: RecordTable<16>,
    nodes: RecordTable<20>,
    facts: RecordTable<20>,
    mentions_in: KeyTable<41>,
    mentions_of: KeyTable<41>,
    node_documents: KeyTable<20>,
    fact_documents: KeyTable<20>,
    outgoing: KeyTable<36>,
    incoming: KeyTable<36>,
    predicates: KeyTable<28>,
    names: KeyTable<28>,
    types: KeyTable<28>,
    document_vectors: ReadOnlyTable<&'static [u8; 20], &'static [u8; 16]>,
    vectors: RecordTable<32>,
    journal: ReadOnlyTable<u64, &'static [u8]>,
    /// Keeps the pages of this commit.
    transaction: ReadTransaction,
    /// Dropped last: keeps the file open.
    _handle: Arc<Handle>,
}

/// A document as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredDocument {
    pub(crate) number: Number,
    pub(crate) digest: ContentHash,
    pub(crate) document: Document,
    pub(crate) space: Option<EmbeddingSpace>,
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
        let chunk = owner.and_then(|(owner, _)| {
            let mut reader = Reader::new(open(&key, stored.value())?);
            let chunk = read_chunk(DocumentId::from_u128(id_at(owner.value(), 0)), id.ordinal(), &mut reader)?;
            reader.is_at_end().then_some(chunk)
        });
        chunk.map(Some).ok_or_else(|| damaged(READ, "chunks", &key))
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

    fn vector(&self, text: [u8; 16], version: [u8; 16]) -> Result<Embedding> {
        let id = key::<32>(&[&text, &version]);
        let stored = self.vectors.get(&id).map_err(failed)?.ok_or_else(|| damaged(READ, "vectors", &id))?;
        Ok(embedding(&bits_of(&id, stored.value())?))
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

    /// Which commit this is, and which state.
    pub(crate) fn point(&self) -> Point {
        Point { commit: self.meta.commit, stamp: self.meta.stamp }
    }

    /// The records touched by the commits behind `after`; `None` where the journal does not lead
    /// from there to here.
    pub(crate) fn touched_since(&self, after: Point) -> Result<Option<BTreeSet<RecordId>>> {
        let mut touched = Touched::default();
        if after.commit >= self.meta.commit {
            return Ok((after == self.point()).then_some(touched.0));
        }
        let mut expected = after.commit.0 + 1;
        for row in self.journal.range(expected..).map_err(failed)? {
            let (commit, stored) = row.map_err(failed)?;
            let key = commit.value().to_be_bytes();
            let read = || {
                let mut reader = Reader::new(open(&key, stored.value())?);
                let from = reader.id()?;
                Some((from, reader))
            };
            let (from, records) = read().ok_or_else(|| damaged(READ, "journal", &key))?;
            let leads_here = expected > after.commit.0 + 1 || from == after.stamp.to_u128();
            if commit.value() != expected || !leads_here {
                return Ok(None);
            }
            touched.decode(records).ok_or_else(|| damaged(READ, "journal", &key))?;
            expected += 1;
        }
        Ok((expected == self.meta.commit.0 + 1).then_some(touched.0))
    }

    /// The first commit in the journal, and the bytes that all of it takes.
    pub(crate) fn journal(&self) -> Result<(Option<u64>, u64)> {
        let (mut first, mut bytes) = (None, 0);
        for row in self.journal.iter().map_err(failed)? {
            let (commit, stored) = row.map_err(failed)?;
            let key = commit.value().to_be_bytes();
            open(&key, stored.value()).ok_or_else(|| damaged(READ, "journal", &key))?;
            first = first.or(Some(commit.value()));
            bytes += stored.value().len() as u64;
        }
        Ok((first, bytes))
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

fn failed(error: impl Into<redb::Error>) -> kag_core::Error {
    of_redb(READ, error)
}

pub(super) fn read_stored_document(id: &[u8; 16], stored: &[u8]) -> Result<StoredDocument> {
    let read = || {
        let mut reader = Reader::new(open(id, stored)?);
        let number = Number(u32::from_be_bytes(reader.array()?));
        let digest = ContentHash::from_u128(reader.id()?);
        let document = read_document(&mut reader)?;
        let space = match reader.byte()? {
            0 => None,
            1 => Some(EmbeddingSpace::new(reader.text()?, reader.length()?)),
            _ => return None,
        };
        let whole = reader.is_at_end() && bytes(document.id.to_u128()) == *id;
        whole.then_some(StoredDocument { number, digest, document, space })
    };
    read().ok_or_else(|| damaged(READ, "documents", id))
}

fn read_stored_chunk(document: DocumentId, id: &[u8; 16], stored: &[u8]) -> Result<Chunk> {
    let read = || {
        let mut reader = Reader::new(open(id, stored)?);
        let chunk = read_chunk(document, ChunkId::from_u128(id_at(id, 0)).ordinal(), &mut reader)?;
        reader.is_at_end().then_some(chunk)
    };
    read().ok_or_else(|| damaged(READ, "chunks", id))
}

fn read_stored_failure(id: &[u8; 16], stored: &[u8]) -> Result<ChunkFailure> {
    let reason = open(id, stored).and_then(|reason| std::str::from_utf8(reason).ok());
    let reason = reason.ok_or_else(|| damaged(READ, "failures", id))?;
    Ok(ChunkFailure { chunk: ChunkId::from_u128(id_at(id, 0)), reason: reason.into() })
}

fn read_stored_node(id: &[u8; 20], stored: &[u8]) -> Result<NodeEntry> {
    let read = || {
        let mut reader = Reader::new(open(id, stored)?);
        let entry = read_node_entry(NodeId::from_u128(id_at(id, 4)), &mut reader)?;
        reader.is_at_end().then_some(entry)
    };
    read().ok_or_else(|| damaged(READ, "nodes", id))
}

fn read_stored_fact(id: &[u8; 20], stored: &[u8]) -> Result<FactEntry> {
    let read = || {
        let mut reader = Reader::new(open(id, stored)?);
        let entry = read_fact_entry(FactId::from_u128(id_at(id, 4)), &mut reader)?;
        reader.is_at_end().then_some(entry)
    };
    read().ok_or_else(|| damaged(READ, "facts", id))
}

fn bits_of(id: &[u8; 32], stored: &[u8]) -> Result<Vec<u32>> {
    let vector = open(id, stored).ok_or_else(|| damaged(READ, "vectors", id))?;
    Ok(vector.as_chunks().0.iter().map(|bits| u32::from_be_bytes(*bits)).collect())
}

fn embedding(bits: &[u32]) -> Embedding {
    Embedding::new(bits.iter().map(|bits| f32::from_bits(*bits)).collect::<Vec<_>>())
}

fn range_of<const N: usize>(prefix: &[u8]) -> RangeInclusive<[u8; N]> {
    let (first, last) = span_of::<N>(prefix);
    first..=last
}

/// The keys of `table` that begin with `prefix`.
fn keys_behind<const N: usize>(table: &KeyTable<N>, prefix: &[u8]) -> Result<Vec<[u8; N]>> {
    let range = range_of::<N>(prefix);
    let rows = table.range::<&[u8; N]>(range.start()..=range.end()).map_err(failed)?;
    rows.map(|row| Ok(*row.map_err(failed)?.0.value())).collect()
}

/// The documents in a table of ids and documents.
fn documents_behind(table: &KeyTable<20>, id: &[u8; 16]) -> Result<Vec<Number>> {
    Ok(keys_behind(table, id)?.iter().map(|key| number_at(key, 16)).collect())
}

fn facts_behind(table: &KeyTable<36>, node: &[u8; 16]) -> Result<Vec<(FactId, Number)>> {
    let keys = keys_behind(table, node)?;
    Ok(keys.iter().map(|key| (FactId::from_u128(id_at(key, 16)), number_at(key, 32))).collect())
}

/// The nodes behind a hash, each once; what many documents say of one is jumped over.
fn nodes_behind(table: &KeyTable<28>, hash: [u8; 8]) -> Result<Vec<NodeId>> {
    let mut found = Vec::new();
    let (mut first, last) = span_of::<28>(&hash);
    loop {
        let mut rows = table.range::<&[u8; 28]>(&first..=&last).map_err(failed)?;
        let Some(row) = rows.next() else { return Ok(found) };
        let node = id_at(row.map_err(failed)?.0.value(), 8);
        found.push(NodeId::from_u128(node));
        let Some(next) = node.checked_add(1) else { return Ok(found) };
        first = key(&[&hash, &bytes(next), &[0; 4]]);
    }
}

/// The ids at byte `at` of the keys of `table`, each once.
fn distinct(table: &KeyTable<20>, at: usize) -> Result<impl Iterator<Item = Result<u128>> + '_> {
    let rows = table.iter().map_err(failed)?;
    let mut last = None;
    Ok(rows.filter_map(move |row| {
        let id = match row {
            Ok((key, _)) => id_at(key.value(), at),
            Err(error) => return Some(Err(failed(error))),
        };
        (last.replace(id) != Some(id)).then_some(Ok(id))
    }))
}
