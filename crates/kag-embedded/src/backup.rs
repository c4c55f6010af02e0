//! Copies of a store while it is used.

use std::{
    fs::{self, OpenOptions},
    path::Path,
};

use kag_core::{CommitId, Error, ErrorKind, Result};
use redb::{Key, ReadTransaction, ReadableTable, TableDefinition, Value, WriteTransaction};

use crate::{
    EmbeddedKnowledgeBase, StoreOptions,
    error::{of_io, of_redb},
    meta,
    open::{Locks, TRUTH, file_backend, new_database, sync_directory},
    truth::*,
};

const BACKUP: &str = "store.backup";

impl EmbeddedKnowledgeBase {
    /// Writes the last commit into the directory `to`, as a store of its own, and says which
    /// commit that is. Readers and the writer go on meanwhile; what they commit is not in the
    /// copy. The copy holds no free space.
    ///
    /// # Errors
    /// [`Conflict`](ErrorKind::Conflict) where there is a store in `to`; those of reading, and of the file system.
    pub async fn backup_to(&self, to: impl AsRef<Path>) -> Result<CommitId> {
        let to = to.as_ref().to_owned();
        self.over_tables(BACKUP, move |tables, _| {
            copy_into(tables, &to).map_err(|error| error.with("to", to.display()))?;
            Ok(tables.commit())
        })
        .await
    }
}

fn copy_into(tables: &Tables, to: &Path) -> Result<()> {
    let io = |error| of_io(BACKUP, error);
    fs::create_dir_all(to).map_err(io)?;
    let (path, making) = (to.join(TRUTH), to.join("truth.kag.copy"));
    if path.exists() {
        return Err(Error::new(ErrorKind::Conflict, BACKUP).reason("there is a store already"));
    }
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&making).map_err(io)?;
    let database = new_database(&StoreOptions::default(), Locks::OfRanges, file_backend(file)?)?;
    let mut transaction = database.begin_write().map_err(|error| of_redb(BACKUP, error))?;
    transaction.set_quick_repair(true);
    copy_tables(tables, &transaction)?;
    transaction.commit().map_err(|error| of_redb(BACKUP, error))?;
    database.close().map_err(|error| of_redb(BACKUP, error))?;
    fs::rename(&making, &path).map_err(io)?;
    sync_directory(to).map_err(io)
}

fn copy_tables(tables: &Tables, to: &WriteTransaction) -> Result<()> {
    macro_rules! copy {
        ($($table:ident)*) => {
            $(copy(tables.transaction(), to, $table)?;)*
        };
    }
    each_table!(copy);
    copy!(SETTINGS);
    drop(to.open_table(JOURNAL).map_err(|error| of_redb(BACKUP, error))?);
    let mut table = to.open_table(META).map_err(|error| of_redb(BACKUP, error))?;
    meta::write_format(&mut table, meta::FORMAT)?;
    meta::write(&mut table, tables.meta())
}

fn copy<K: Key, V: Value>(
    from: &ReadTransaction,
    to: &WriteTransaction,
    definition: TableDefinition<'static, K, V>,
) -> Result<()> {
    let from = from.open_table(definition).map_err(|error| of_redb(BACKUP, error))?;
    let mut to = to.open_table(definition).map_err(|error| of_redb(BACKUP, error))?;
    for row in from.iter().map_err(|error| of_redb(BACKUP, error))? {
        let (key, value) = row.map_err(|error| of_redb(BACKUP, error))?;
        to.insert(key.value(), value.value()).map_err(|error| of_redb(BACKUP, error))?;
    }
    Ok(())
}
