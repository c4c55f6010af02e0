//! One change set, one transaction.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{
    Change, ChangeSet, ChunkId, Commit, CommitId, ContentHash, DocumentId, Error, ErrorKind, FactId, NodeId, RecordId,
    Result,
};
use redb::{ReadableTable, Table, WriteTransaction};

use super::{
    Prepared, Rows, Tables,
    key::{Number, bytes, span_of},
    rows_of,
    settings::write_settings,
    table::*,
};
use crate::{
    codec::{Reader, Writer, seal},
    error::of_redb,
    meta,
};

const COMMIT: &str = "commit";

/// The records that a commit may have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched(pub(crate) BTreeSet<RecordId>);

/// A commit, and which state of the truth it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) commit: CommitId,
    pub(crate) stamp: ContentHash,
}

/// What happens to one document, with what must be stored for it.
#[derive(Debug)]
pub(crate) enum Step {
    Put(Box<Prepared>),
    Remove(DocumentId),
}

/// The steps of `change`, by document.
///
/// # Errors
/// Where a value cannot be stored.
pub(crate) fn steps_of(change: &ChangeSet) -> Result<Vec<Step>> {
    let step = |(document, change): (DocumentId, &Change)| match change {
        Change::Put(contribution) => Ok(Step::Put(Box::new(Prepared::of(Arc::clone(contribution))?))),
        Change::Remove => Ok(Step::Remove(document)),
    };
    change.iter().map(step).collect()
}

/// Writes `steps`, and the settings of `change`, into `transaction`, on top of what is in `before`, and says what changed;
/// nothing is written where nothing does. The journal up to the commit `prune_to` goes. The
/// caller commits the transaction. Also says how many bytes the journal has got.
pub(crate) fn apply(
    transaction: &WriteTransaction,
    before: &Tables,
    change: &ChangeSet,
    steps: Vec<Step>,
    prune_to: u64,
) -> Result<(Commit, u64)> {
    let mut noted = 0;
    let mut done = Commit { id: before.commit(), ..Commit::default() };
    let (mut gone, mut new) = (Rows::default(), Rows::default());
    let mut touched = Touched::default();
    let mut next = next_number(transaction)?;
    let mut numbers = Vec::new();
    let mut history = Writer::default();
    history.id(before.meta().stamp.to_u128());
    for step in steps {
        let id = match &step {
            Step::Put(prepared) => prepared.contribution.document().id,
            Step::Remove(document) => *document,
        };
        let old = before.document(id)?;
        let number = old.as_ref().map(|old| old.number);
        match (&old, &step) {
            (Some(old), Step::Put(prepared)) if old.digest == prepared.digest => {
                done.unchanged += 1;
                continue;
            }
            (Some(_), Step::Put(_)) => done.replaced += 1,
            (Some(_), Step::Remove(_)) => done.removed += 1,
            (None, Step::Put(_)) => done.added += 1,
            (None, Step::Remove(_)) => {
                done.unchanged += 1;
                continue;
            }
        }
        history.id(id.to_u128());
        history.id(match &step {
            Step::Put(prepared) => prepared.digest.to_u128(),
            Step::Remove(_) => 0,
        });
        if let Some(old) = &old {
            let old_prepared = before.contribution(old)?;
            touched.add(&old_prepared);
            gone.append(rows_of(&old_prepared, old.number)?);
        }
        if let Step::Put(prepared) = step {
            let number = match number {
                Some(number) => number,
                None => {
                    let number = next.ok_or_else(|| {
                        Error::new(ErrorKind::Unsupported, COMMIT).reason("more than 2^32 documents were put")
                    })?;
                    next = number.0.checked_add(1).map(Number);
                    number
                }
            };
            touched.add(&prepared);
            new.append(rows_of(&prepared, number)?);
            numbers.push((number, Some(id)));
        } else if let Some(number) = number {
            numbers.push((number, None));
        }
    }
    done.settings = write_settings(transaction, before, change)?;
    if done.settings > 0 {
        note_settings(change, &mut history);
    }
    if done.added + done.replaced + done.removed + done.settings > 0 {
        done.id = before.commit().next();
        write_rows(transaction, gone, new)?;
        write_numbers(transaction, &numbers)?;
        write_meta(transaction, before, Point { commit: done.id, stamp: ContentHash::of(history.into_bytes()) })?;
        noted = write_journal(transaction, before, done.id.0, &touched, prune_to)?;
    }
    Ok((done, noted))
}

/// Takes the settings of `change` into the history of the state.
fn note_settings(change: &ChangeSet, history: &mut Writer) {
    for (name, text) in change.settings() {
        history.text(name);
        history.byte(u8::from(text.is_some()));
        history.text(text.as_deref().unwrap_or_default());
    }
}

fn next_number(transaction: &WriteTransaction) -> Result<Option<Number>> {
    let numbers = transaction.open_table(NUMBERS).map_err(failed)?;
    let last = numbers.last().map_err(failed)?.map(|(number, _)| number.value());
    Ok(last.map_or(Some(0), |last| last.checked_add(1)).map(Number))
}

fn write_numbers(transaction: &WriteTransaction, numbers: &[(Number, Option<DocumentId>)]) -> Result<()> {
    let mut table = transaction.open_table(NUMBERS).map_err(failed)?;
    for (number, document) in numbers {
        match document {
            Some(document) => drop(table.insert(number.0, &bytes(document.to_u128())).map_err(failed)?),
            None => drop(table.remove(number.0).map_err(failed)?),
        }
    }
    Ok(())
}

fn write_meta(transaction: &WriteTransaction, before: &Tables, after: Point) -> Result<()> {
    let mut table = transaction.open_table(META).map_err(failed)?;
    let Point { commit, stamp } = after;
    meta::write(&mut table, &meta::Meta { commit, stamp, ..before.meta().clone() })
}

/// Notes what a commit touched, and which state it was made from.
fn write_journal(
    transaction: &WriteTransaction,
    before: &Tables,
    commit: u64,
    touched: &Touched,
    prune_to: u64,
) -> Result<u64> {
    let mut table = transaction.open_table(JOURNAL).map_err(failed)?;
    let old: Vec<u64> = {
        let rows = table.range(..=prune_to).map_err(failed)?;
        rows.map(|row| Ok(row.map_err(failed)?.0.value())).collect::<Result<_>>()?
    };
    for commit in old {
        table.remove(commit).map_err(failed)?;
    }
    let mut entry = before.meta().stamp.to_u128().to_be_bytes().to_vec();
    entry.extend(touched.encode());
    let sealed = seal(&commit.to_be_bytes(), entry);
    table.insert(commit, sealed.as_slice()).map_err(failed)?;
    Ok(sealed.len() as u64)
}

fn write_rows(transaction: &WriteTransaction, gone: Rows, new: Rows) -> Result<()> {
    write_records(transaction, DOCUMENTS, gone.documents, new.documents)?;
    write_records(transaction, CHUNKS, gone.chunks, new.chunks)?;
    write_records(transaction, FAILURES, gone.failures, new.failures)?;
    write_records(transaction, NODES, gone.nodes, new.nodes)?;
    write_records(transaction, FACTS, gone.facts, new.facts)?;
    write_keys(transaction, MENTIONS_IN, gone.mentions_in, new.mentions_in)?;
    write_keys(transaction, MENTIONS_OF, gone.mentions_of, new.mentions_of)?;
    write_keys(transaction, NODE_DOCUMENTS, gone.node_documents, new.node_documents)?;
    write_keys(transaction, FACT_DOCUMENTS, gone.fact_documents, new.fact_documents)?;
    write_keys(transaction, OUTGOING, gone.outgoing, new.outgoing)?;
    write_keys(transaction, INCOMING, gone.incoming, new.incoming)?;
    write_keys(transaction, PREDICATES, gone.predicates, new.predicates)?;
    write_keys(transaction, NAMES, gone.names, new.names)?;
    write_keys(transaction, TYPES, gone.types, new.types)?;
    write_document_vectors(transaction, gone.document_vectors, new.document_vectors)?;
    write_keys(transaction, VECTOR_DOCUMENTS, gone.vector_documents, new.vector_documents)?;
    write_vectors(transaction, gone.vectors, new.vectors)
}

/// Takes the rows of `gone` out of a table and puts those of `new` in. A row in both stays or
/// gets its new value.
fn write_records<const N: usize>(
    transaction: &WriteTransaction,
    definition: Records<N>,
    gone: impl IntoIterator<Item = ([u8; N], Vec<u8>)>,
    new: impl IntoIterator<Item = ([u8; N], Vec<u8>)>,
) -> Result<()> {
    let mut table = transaction.open_table(definition).map_err(failed)?;
    let mut new: Vec<_> = new.into_iter().collect();
    new.sort_unstable();
    for (id, _) in gone {
        if new.binary_search_by_key(&&id, |(id, _)| id).is_err() {
            table.remove(&id).map_err(failed)?;
        }
    }
    for (id, value) in new {
        table.insert(&id, value.as_slice()).map_err(failed)?;
    }
    Ok(())
}

fn write_keys<const N: usize>(
    transaction: &WriteTransaction,
    definition: Keys<N>,
    gone: Vec<[u8; N]>,
    mut new: Vec<[u8; N]>,
) -> Result<()> {
    let mut table = transaction.open_table(definition).map_err(failed)?;
    new.sort_unstable();
    for id in &gone {
        if new.binary_search(id).is_err() {
            table.remove(id).map_err(failed)?;
        }
    }
    for id in &new {
        table.insert(id, ()).map_err(failed)?;
    }
    Ok(())
}

fn write_document_vectors(
    transaction: &WriteTransaction,
    gone: Vec<([u8; 20], [u8; 16])>,
    new: Vec<([u8; 20], [u8; 16])>,
) -> Result<()> {
    let mut table = transaction.open_table(DOCUMENT_VECTORS).map_err(failed)?;
    for (id, _) in &gone {
        table.remove(id).map_err(failed)?;
    }
    for (id, version) in &new {
        table.insert(id, version).map_err(failed)?;
    }
    Ok(())
}

/// A vector stays as long as a document brings it; the rows that say so are written already.
fn write_vectors(
    transaction: &WriteTransaction,
    gone: Vec<([u8; 32], Vec<u8>)>,
    new: Vec<([u8; 32], Vec<u8>)>,
) -> Result<()> {
    let owners = transaction.open_table(VECTOR_DOCUMENTS).map_err(failed)?;
    let mut table = transaction.open_table(VECTORS).map_err(failed)?;
    for (id, _) in &gone {
        if !is_brought(&owners, id)? {
            table.remove(id).map_err(failed)?;
        }
    }
    for (id, value) in &new {
        if table.get(id).map_err(failed)?.is_none() {
            table.insert(id, value.as_slice()).map_err(failed)?;
        }
    }
    Ok(())
}

fn is_brought(owners: &Table<'_, &'static [u8; 36], ()>, id: &[u8; 32]) -> Result<bool> {
    let (first, last) = span_of::<36>(id);
    let mut rows = owners.range::<&[u8; 36]>(&first..=&last).map_err(failed)?;
    Ok(rows.next().transpose().map_err(failed)?.is_some())
}

fn failed(error: impl Into<redb::Error>) -> Error {
    of_redb(COMMIT, error)
}

impl Rows {
    fn append(&mut self, other: Self) {
        let Self {
            documents,
            chunks,
            failures,
            nodes,
            facts,
            mentions_in,
            mentions_of,
            node_documents,
            fact_documents,
            outgoing,
            incoming,
            predicates,
            names,
            types,
            document_vectors,
            vector_documents,
            vectors,
        } = other;
        self.documents.extend(documents);
        self.chunks.extend(chunks);
        self.failures.extend(failures);
        self.nodes.extend(nodes);
        self.facts.extend(facts);
        self.mentions_in.extend(mentions_in);
        self.mentions_of.extend(mentions_of);
        self.node_documents.extend(node_documents);
        self.fact_documents.extend(fact_documents);
        self.outgoing.extend(outgoing);
        self.incoming.extend(incoming);
        self.predicates.extend(predicates);
        self.names.extend(names);
        self.types.extend(types);
        self.document_vectors.extend(document_vectors);
        self.vector_documents.extend(vector_documents);
        self.vectors.extend(vectors);
    }
}

impl Touched {
    fn add(&mut self, prepared: &Prepared) {
        let contribution = &prepared.contribution;
        self.0.extend(contribution.chunks().iter().map(|chunk| RecordId::Chunk(chunk.id)));
        self.0.extend(contribution.nodes().iter().map(|entry| RecordId::Node(entry.id)));
        self.0.extend(contribution.facts().iter().map(|entry| RecordId::Fact(entry.id)));
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        for record in &self.0 {
            let (kind, id) = match record {
                RecordId::Chunk(id) => (0, id.to_u128()),
                RecordId::Node(id) => (1, id.to_u128()),
                RecordId::Fact(id) => (2, id.to_u128()),
            };
            out.byte(kind);
            out.id(id);
        }
        out.into_bytes()
    }

    /// Adds what was encoded; `None` where that is damaged.
    pub(super) fn decode(&mut self, mut reader: Reader<'_>) -> Option<()> {
        while !reader.is_at_end() {
            let kind = reader.byte()?;
            let id = reader.id()?;
            self.0.insert(match kind {
                0 => RecordId::Chunk(ChunkId::from_u128(id)),
                1 => RecordId::Node(NodeId::from_u128(id)),
                2 => RecordId::Fact(FactId::from_u128(id)),
                _ => return None,
            });
        }
        Some(())
    }
}

/// Adds a document that is not there, outside any commit.
pub(crate) fn put_new(transaction: &WriteTransaction, prepared: &Prepared) -> Result<()> {
    let full = || Error::new(ErrorKind::Unsupported, COMMIT).reason("more than 2^32 documents were put");
    let number = next_number(transaction)?.ok_or_else(full)?;
    write_rows(transaction, Rows::default(), rows_of(prepared, number)?)?;
    write_numbers(transaction, &[(number, Some(prepared.contribution.document().id))])
}
