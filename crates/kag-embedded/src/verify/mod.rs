//! Whether a store is what it must be.

mod derived;

use std::collections::BTreeMap;

use kag_core::{CommitId, Error, ErrorKind, Result};
use redb::{Key, ReadTransaction, ReadableTable, ReadableTableMetadata, TableDefinition, TableHandle, Value};

pub use derived::{DerivedFile, DerivedState};

use crate::{EmbeddedKnowledgeBase, error::of_redb, truth::*};

const VERIFY: &str = "store.verify";
/// Problems behind these are counted and not kept.
const KEPT: usize = 100;

/// What [`verify`](EmbeddedKnowledgeBase::verify) found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The commit that was looked at.
    pub commit: CommitId,
    /// Documents that were read and fit their digest.
    pub documents: u64,
    /// Rows that must be there.
    pub rows: u64,
    /// The first hundred problems.
    pub problems: Vec<Problem>,
    /// Number of all of them.
    pub found: u64,
    /// The files of what is derived that there are; none where the truth has problems, as they
    /// are then compared with nothing.
    pub derived: Vec<DerivedFile>,
}

/// What is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The table, or the file of what is derived.
    pub table: String,
    /// What is wrong, in words.
    pub what: String,
}

impl Report {
    /// Whether everything is as it must be.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.found == 0
    }

    fn add(&mut self, table: &str, what: impl Into<String>) {
        self.found += 1;
        if self.problems.len() < KEPT {
            self.problems.push(Problem { table: table.to_owned(), what: what.into() });
        }
    }

    /// Keeps what is damage, and gives back what kept us from looking.
    fn note(&mut self, table: &str, error: Error) -> Result<()> {
        if error.kind() != ErrorKind::Corrupt {
            return Err(error);
        }
        self.add(table, error.to_string());
        Ok(())
    }
}

impl EmbeddedKnowledgeBase {
    /// Checks everything that must hold of the last commit: each document is read whole and
    /// compared with its digest; each row that follows from it is there, in both directions of
    /// every index; and there are no others. Then each file of what is derived is caught up in
    /// memory and compared, record by record and arc by arc, with what is made anew from the
    /// truth. Such a file may be damaged without harm: it is found out when it is read, and to
    /// delete the directory `derived` is to repair it.
    ///
    /// Takes time in proportion to the store, and reads what is in memory from there: to check
    /// the disk, verify right after opening. Damage is in the report, not an error. Open the
    /// store with its derivers: files made by others do not count.
    ///
    /// # Errors
    /// Where the file cannot be read at all; those of the derivers.
    pub async fn verify(&self) -> Result<Report> {
        self.over_tables(VERIFY, |tables, inner| {
            let mut report = verify(tables)?;
            if report.is_clean() {
                derived::check(tables, inner.derivers(), inner.files(), &mut report)?;
            }
            Ok(report)
        })
        .await
    }
}

fn verify(tables: &Tables) -> Result<Report> {
    let mut report = Report { commit: tables.commit(), ..Report::default() };
    let mut check = Check::of(tables)?;
    match tables.documents() {
        Err(error) => report.note(DOCUMENTS.name(), error)?,
        Ok(documents) => {
            for stored in documents {
                let one = stored.and_then(|stored| {
                    let rows = rows_of(&tables.contribution(&stored)?, stored.number)?;
                    let owner = tables.document_of(stored.number)?;
                    Ok((stored, rows, owner))
                });
                match one {
                    Err(error) => report.note(DOCUMENTS.name(), error)?,
                    Ok((stored, rows, owner)) => {
                        report.documents += 1;
                        if owner != Some(stored.document.id) {
                            report.add(NUMBERS.name(), format!("{} has not its number", stored.document.uri));
                        }
                        check.rows(&rows, &mut report)?;
                    }
                }
            }
        }
    }
    check.counts(&mut report)?;
    if let Err(error) = tables.settings() {
        report.note(SETTINGS.name(), error)?;
    }
    if let Err(error) = tables.journal() {
        report.note(JOURNAL.name(), error)?;
    }
    Ok(report)
}

/// Looks for rows and counts them.
struct Check<'t> {
    transaction: &'t ReadTransaction,
    /// How many rows each table must have, by name.
    expected: BTreeMap<String, u64>,
}

impl<'t> Check<'t> {
    fn of(tables: &'t Tables) -> Result<Self> {
        Ok(Self { transaction: tables.transaction(), expected: BTreeMap::new() })
    }

    fn rows(&mut self, rows: &Rows, report: &mut Report) -> Result<()> {
        self.records(DOCUMENTS, &rows.documents, report)?;
        self.records(CHUNKS, &rows.chunks, report)?;
        self.records(FAILURES, &rows.failures, report)?;
        self.records(NODES, &rows.nodes, report)?;
        self.records(FACTS, &rows.facts, report)?;
        self.keys(MENTIONS_IN, &rows.mentions_in, report)?;
        self.keys(MENTIONS_OF, &rows.mentions_of, report)?;
        self.keys(NODE_DOCUMENTS, &rows.node_documents, report)?;
        self.keys(FACT_DOCUMENTS, &rows.fact_documents, report)?;
        self.keys(OUTGOING, &rows.outgoing, report)?;
        self.keys(INCOMING, &rows.incoming, report)?;
        self.keys(PREDICATES, &rows.predicates, report)?;
        self.keys(NAMES, &rows.names, report)?;
        self.keys(TYPES, &rows.types, report)?;
        self.keys(VECTOR_DOCUMENTS, &rows.vector_documents, report)?;
        // The document was read through these; what is left to check is that there are no others.
        self.count(DOCUMENT_VECTORS.name(), rows.document_vectors.len());
        self.count(NUMBERS.name(), 1);
        Ok(())
    }

    fn count(&mut self, table: &str, rows: usize) {
        *self.expected.entry(table.to_owned()).or_default() += rows as u64;
    }

    fn records<const N: usize>(
        &mut self,
        definition: Records<N>,
        rows: &[([u8; N], Vec<u8>)],
        report: &mut Report,
    ) -> Result<()> {
        let name = definition.name().to_owned();
        let table = self.transaction.open_table(definition).map_err(failed)?;
        for (key, value) in rows {
            match table.get(key).map_err(failed) {
                Ok(Some(found)) if found.value() == value.as_slice() => {}
                Ok(Some(_)) => report.add(&name, format!("{} holds something else", hex(key))),
                Ok(None) => report.add(&name, format!("{} is missing", hex(key))),
                Err(error) => report.note(&name, error)?,
            }
        }
        self.count(&name, rows.len());
        report.rows += rows.len() as u64;
        Ok(())
    }

    fn keys<const N: usize>(&mut self, definition: Keys<N>, rows: &[[u8; N]], report: &mut Report) -> Result<()> {
        let name = definition.name().to_owned();
        let table = self.transaction.open_table(definition).map_err(failed)?;
        for key in rows {
            match table.get(key).map_err(failed) {
                Ok(Some(_)) => {}
                Ok(None) => report.add(&name, format!("{} is missing", hex(key))),
                Err(error) => report.note(&name, error)?,
            }
        }
        self.count(&name, rows.len());
        report.rows += rows.len() as u64;
        Ok(())
    }

    fn counts(&self, report: &mut Report) -> Result<()> {
        macro_rules! compare {
            ($($table:ident)*) => {
                $(self.compare($table, report)?;)*
            };
        }
        each_table!(compare);
        Ok(())
    }

    /// Walks through a table, so that every page of it is read, and counts.
    fn compare<K: Key, V: Value>(&self, definition: TableDefinition<'static, K, V>, report: &mut Report) -> Result<()> {
        let name = definition.name();
        let table = self.transaction.open_table(definition).map_err(failed)?;
        let mut found = 0;
        for row in table.iter().map_err(failed)? {
            match row.map_err(failed) {
                Ok(_) => found += 1,
                Err(error) => return report.note(name, error),
            }
        }
        let listed = table.len().map_err(failed)?;
        let expected =
            if name == VECTORS.name() { self.vectors()? } else { self.expected.get(name).copied().unwrap_or(0) };
        if found != expected || listed != expected {
            report.add(name, format!("has {found} rows, says {listed}, must have {expected}"));
        }
        Ok(())
    }

    /// The number of different vectors that documents bring.
    fn vectors(&self) -> Result<u64> {
        let owners = self.transaction.open_table(VECTOR_DOCUMENTS).map_err(failed)?;
        let (mut last, mut count) = ([0; 32], 0);
        for row in owners.iter().map_err(failed)? {
            let key = *row.map_err(failed)?.0.value();
            let vector: [u8; 32] = key.first_chunk().copied().unwrap_or_default();
            if count == 0 || vector != last {
                (last, count) = (vector, count + 1);
            }
        }
        Ok(count)
    }
}

fn failed(error: impl Into<redb::Error>) -> Error {
    of_redb(VERIFY, error)
}

fn hex(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}
