//! From a directory to a knowledge base.

use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
};

use kag_core::{Error, ErrorKind, Result};
use redb::{
    Builder, ConcurrencyMode, Database, ReadOnlyDatabase, ReadableDatabase, StorageBackend, backends::FileBackend,
};

use crate::{
    Access, EmbeddedKnowledgeBase, StoreOptions,
    base::Handle,
    error::{of_io, of_redb},
    meta::{self, Meta},
    migrate,
    storage::{Blocks, WriterLock},
    truth::*,
};

const OPEN: &str = "store.open";
/// The file of the truth.
pub(crate) const TRUTH: &str = "truth.kag";
/// Its name while it is made.
const MAKING: &str = "truth.kag.new";

pub(crate) fn in_directory(options: StoreOptions, dir: &Path) -> Result<EmbeddedKnowledgeBase> {
    let path = dir.join(TRUTH);
    let here = |error: Error| error.with("path", dir.display());
    let io = |error| here(of_io(OPEN, error));
    if options.access == Access::Read {
        if !path.is_file() {
            return Err(here(Error::invalid(OPEN, "there is no store here")));
        }
        let file = File::open(&path).map_err(io)?;
        return reading(options, dir, Locks::OfRanges, file_backend(file)?).map_err(here);
    }
    fs::create_dir_all(dir).map_err(io)?;
    let lock = WriterLock::take(dir)?;
    if !path.is_file() {
        make(&options, dir).map_err(here)?;
    }
    let file = OpenOptions::new().read(true).write(true).open(&path).map_err(io)?;
    writing(options, dir, Some(lock), file_backend(file)?).map_err(here)
}

#[cfg(feature = "storage")]
pub(crate) fn on_storage(
    options: StoreOptions,
    dir: &Path,
    storage: impl StorageBackend,
) -> Result<EmbeddedKnowledgeBase> {
    match options.access {
        Access::Read => reading(options, dir, Locks::None, storage),
        Access::Write => writing(options, dir, None, storage),
    }
}

/// Makes an empty store under another name first, so that a store is whole as soon as it is there.
fn make(options: &StoreOptions, dir: &Path) -> Result<()> {
    let (making, path) = (dir.join(MAKING), dir.join(TRUTH));
    let io = |error| of_io(OPEN, error);
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&making).map_err(io)?;
    let database = new_database(options, Locks::OfRanges, file_backend(file)?)?;
    prepare(&database, options)?;
    database.close().map_err(|error| of_redb(OPEN, error))?;
    fs::rename(&making, &path).map_err(io)?;
    sync_directory(dir).map_err(io)
}

/// Makes the names in `dir` as durable as the files they name.
pub(crate) fn sync_directory(dir: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

pub(crate) fn file_backend(file: File) -> Result<FileBackend> {
    FileBackend::new(file).map_err(|error| of_redb(OPEN, error))
}

/// How redb is opened: with locks by which other processes can read meanwhile, where the
/// storage has such.
fn builder(options: &StoreOptions, locks: Locks) -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(options.cache);
    if locks == Locks::OfRanges && cfg!(any(target_os = "linux", target_vendor = "apple", windows)) {
        builder.set_concurrency_mode(ConcurrencyMode::SingleWriter);
    }
    builder
}

/// Whether the storage can lock a part of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Locks {
    OfRanges,
    None,
}

pub(crate) fn new_database(options: &StoreOptions, locks: Locks, storage: impl StorageBackend) -> Result<Database> {
    let blocks = Blocks::new(storage).map_err(|error| of_io(OPEN, error))?;
    builder(options, locks).create_with_backend(blocks).map_err(|error| of_redb(OPEN, error))
}

fn writing(
    options: StoreOptions,
    dir: &Path,
    lock: Option<WriterLock>,
    storage: impl StorageBackend,
) -> Result<EmbeddedKnowledgeBase> {
    let locks = if lock.is_some() { Locks::OfRanges } else { Locks::None };
    let database = new_database(&options, locks, storage)?;
    prepare(&database, &options)?;
    EmbeddedKnowledgeBase::of(options, dir, Handle::Write(database, lock))
}

fn reading(
    options: StoreOptions,
    dir: &Path,
    locks: Locks,
    storage: impl StorageBackend,
) -> Result<EmbeddedKnowledgeBase> {
    let blocks = Blocks::new(storage).map_err(|error| of_io(OPEN, error))?;
    let opened = builder(&options, locks).open_read_only_with_backend(blocks);
    let database: ReadOnlyDatabase = opened.map_err(|error| of_redb(OPEN, error))?;
    let transaction = database.begin_read().map_err(|error| of_redb(OPEN, error))?;
    let table = transaction.open_table(META).map_err(|error| of_redb(OPEN, error))?;
    if meta::format(&table)? != Some(meta::FORMAT) {
        return Err(Error::new(ErrorKind::Unavailable, OPEN)
            .reason("the store is of an earlier version; open it for writing once"));
    }
    check_space(&meta::read(&table)?, &options)?;
    drop((table, transaction));
    EmbeddedKnowledgeBase::of(options, dir, Handle::Read(database))
}

/// Makes the tables of a new store, brings those of an earlier version up to this one, and
/// takes the space that `options` name. Writes nothing where there is nothing to do.
fn prepare(database: &Database, options: &StoreOptions) -> Result<()> {
    let failed = |error: redb::Error| of_redb(OPEN, error);
    let read = database.begin_read().map_err(|error| failed(error.into()))?;
    let found = match read.open_table(META) {
        Ok(table) => match meta::format(&table)? {
            Some(meta::FORMAT) => {
                let found = meta::read(&table)?;
                check_space(&found, options)?;
                if options.space.is_none() || found.space.is_some() {
                    return Ok(());
                }
                Some(meta::FORMAT)
            }
            other => other,
        },
        Err(redb::TableError::TableDoesNotExist(_)) => None,
        Err(error) => return Err(failed(error.into())),
    };
    drop(read);
    let mut transaction = database.begin_write().map_err(|error| failed(error.into()))?;
    transaction.set_quick_repair(true);
    make_tables(&transaction)?;
    if let Some(found) = found {
        migrate::up_from(found, &transaction)?;
    }
    {
        let mut table = transaction.open_table(META).map_err(|error| failed(error.into()))?;
        let mut meta = if found.is_some() { meta::read(&table)? } else { Meta::new() };
        check_space(&meta, options)?;
        meta.space = meta.space.or_else(|| options.space.clone());
        meta::write_format(&mut table, meta::FORMAT)?;
        meta::write(&mut table, &meta)?;
    }
    transaction.commit().map_err(|error| failed(error.into()))
}

pub(crate) fn make_tables(transaction: &redb::WriteTransaction) -> Result<()> {
    macro_rules! make {
        ($($table:ident)*) => {
            $(drop(transaction.open_table($table).map_err(|error| of_redb(OPEN, error))?);)*
        };
    }
    each_table!(make);
    make!(META SETTINGS JOURNAL);
    Ok(())
}

fn check_space(found: &Meta, options: &StoreOptions) -> Result<()> {
    match (&found.space, &options.space) {
        (Some(stored), Some(asked)) if stored != asked => {
            Err(Error::invalid(OPEN, "the store takes vectors of another space")
                .with("store", stored)
                .with("asked", asked))
        }
        _ => Ok(()),
    }
}

/// Where the files of `dir` that are derived lie.
pub(crate) fn derived(dir: &Path) -> PathBuf {
    dir.join("derived")
}
