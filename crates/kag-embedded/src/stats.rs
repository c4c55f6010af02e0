//! How large a store is.

use std::fs;

use kag_core::{CommitId, Result};
use redb::{ReadableTableMetadata, TableHandle};

use crate::{
    EmbeddedKnowledgeBase,
    error::of_redb,
    open::{TRUTH, derived},
    truth::*,
};

/// How large a store is, as of one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The last commit.
    pub commit: CommitId,
    /// Number of documents.
    pub documents: u64,
    /// Number of chunks.
    pub chunks: u64,
    /// Number of nodes, each counted once for every document that speaks of it.
    pub node_entries: u64,
    /// Number of facts, each counted once for every document that states it.
    pub fact_entries: u64,
    /// Number of different vectors of texts.
    pub vectors: u64,
    /// Bytes of the file of the truth.
    pub truth_bytes: u64,
    /// Bytes of what is derived and may be deleted.
    pub derived_bytes: u64,
    /// Each table, in a fixed order.
    pub tables: Vec<TableStats>,
}

/// How large one table is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableStats {
    /// Its name.
    pub name: String,
    /// Number of rows.
    pub rows: u64,
    /// Bytes of keys and values.
    pub stored_bytes: u64,
    /// Bytes of the pages they lie in.
    pub page_bytes: u64,
}

impl EmbeddedKnowledgeBase {
    /// How large the store is. Walks through every table.
    ///
    /// # Errors
    /// Those of reading it.
    pub async fn stats(&self) -> Result<Stats> {
        let truth = file_size(&self.dir().join(TRUTH));
        let derived = fs::read_dir(derived(self.dir())).into_iter().flatten().flatten();
        let derived_bytes = derived.map(|file| file_size(&file.path())).sum();
        self.over_tables("store.stats", move |tables, _| {
            let rows = tables_of(tables)?;
            let count = |name: &str| rows.iter().find(|table| table.name == name).map_or(0, |table| table.rows);
            Ok(Stats {
                commit: tables.commit(),
                documents: count(DOCUMENTS.name()),
                chunks: count(CHUNKS.name()),
                node_entries: count(NODES.name()),
                fact_entries: count(FACTS.name()),
                vectors: count(VECTORS.name()),
                truth_bytes: truth,
                derived_bytes,
                tables: rows,
            })
        })
        .await
    }
}

fn file_size(path: &std::path::Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn tables_of(tables: &Tables) -> Result<Vec<TableStats>> {
    let failed = |error: redb::Error| of_redb("store.stats", error);
    let mut found = Vec::new();
    macro_rules! measure {
        ($($table:ident)*) => {$(
            let table = tables.transaction().open_table($table).map_err(|error| failed(error.into()))?;
            let stats = table.stats().map_err(|error| failed(error.into()))?;
            found.push(TableStats {
                name: $table.name().to_owned(),
                rows: table.len().map_err(|error| failed(error.into()))?,
                stored_bytes: stats.stored_bytes(),
                page_bytes: stats.stored_bytes() + stats.metadata_bytes() + stats.fragmented_bytes(),
            });
        )*};
    }
    each_table!(measure);
    measure!(META SETTINGS JOURNAL);
    Ok(found)
}
