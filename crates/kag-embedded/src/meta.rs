//! What the store says of itself.

use kag_core::{CommitId, ContentHash, EmbeddingSpace, Error, ErrorKind, Result};
use redb::{ReadableTable, Table};

use crate::{
    codec::{Reader, Writer, open, seal},
    error::{damaged, of_redb},
};

/// The version of the tables that this code writes.
pub(crate) const FORMAT: u32 = 3;

const FORMAT_KEY: &str = "format";
const COMMIT_KEY: &str = "commit";
const STAMP_KEY: &str = "stamp";
const SPACE_KEY: &str = "space";

/// The settings of a store and the number of its last commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meta {
    pub(crate) commit: CommitId,
    /// The hash of everything that happened up to it: states with equal stamps are equal.
    pub(crate) stamp: ContentHash,
    pub(crate) space: Option<EmbeddingSpace>,
}

/// The version of the tables; `None` where there are none yet.
///
/// # Errors
/// [`Corrupt`](ErrorKind::Corrupt) where it cannot be read; [`Unsupported`](ErrorKind::Unsupported),
/// naming both versions, where it is a later one.
pub(crate) fn format(table: &impl ReadableTable<&'static str, &'static [u8]>) -> Result<Option<u32>> {
    let Some(value) = value_of(table, FORMAT_KEY)? else { return Ok(None) };
    let found = value.try_into().map(u32::from_be_bytes).map_err(|_| broken(FORMAT_KEY))?;
    if found > FORMAT {
        return Err(Error::new(ErrorKind::Unsupported, "store.open")
            .reason("the store was written by a later version")
            .with("format", found)
            .with("supported", FORMAT));
    }
    Ok(Some(found))
}

impl Meta {
    /// That of a store in which nothing has happened.
    pub(crate) fn new() -> Self {
        Self { commit: CommitId(0), stamp: ContentHash::from_u128(0), space: None }
    }
}

pub(crate) fn read(table: &impl ReadableTable<&'static str, &'static [u8]>) -> Result<Meta> {
    let commit = value_of(table, COMMIT_KEY)?.ok_or_else(|| broken(COMMIT_KEY))?;
    let commit = commit.try_into().map(u64::from_be_bytes).map_err(|_| broken(COMMIT_KEY))?;
    let stamp = value_of(table, STAMP_KEY)?.ok_or_else(|| broken(STAMP_KEY))?;
    let stamp = stamp.try_into().map(u128::from_be_bytes).map_err(|_| broken(STAMP_KEY))?;
    let space = value_of(table, SPACE_KEY)?.map(|value| {
        let mut reader = Reader::new(&value);
        let space = reader.text().zip(reader.length()).filter(|_| reader.is_at_end());
        space.map(|(model, dim)| EmbeddingSpace::new(model, dim)).ok_or_else(|| broken(SPACE_KEY))
    });
    Ok(Meta { commit: CommitId(commit), stamp: ContentHash::from_u128(stamp), space: space.transpose()? })
}

pub(crate) fn write_format(table: &mut Table<'_, &'static str, &'static [u8]>, format: u32) -> Result<()> {
    put(table, FORMAT_KEY, format.to_be_bytes().to_vec())
}

pub(crate) fn write(table: &mut Table<'_, &'static str, &'static [u8]>, meta: &Meta) -> Result<()> {
    put(table, COMMIT_KEY, meta.commit.0.to_be_bytes().to_vec())?;
    put(table, STAMP_KEY, meta.stamp.to_u128().to_be_bytes().to_vec())?;
    let Some(space) = &meta.space else { return Ok(()) };
    let mut out = Writer::default();
    out.text(&space.model);
    out.length(space.dim);
    put(table, SPACE_KEY, out.into_bytes())
}

fn put(table: &mut Table<'_, &'static str, &'static [u8]>, key: &'static str, value: Vec<u8>) -> Result<()> {
    let sealed = seal(key.as_bytes(), value);
    table.insert(key, sealed.as_slice()).map_err(|error| of_redb("store.write", error))?;
    Ok(())
}

fn value_of(table: &impl ReadableTable<&'static str, &'static [u8]>, key: &'static str) -> Result<Option<Vec<u8>>> {
    let found = table.get(key).map_err(|error| of_redb("store.read", error))?;
    let Some(found) = found else { return Ok(None) };
    let value = open(key.as_bytes(), found.value()).ok_or_else(|| broken(key))?;
    Ok(Some(value.to_vec()))
}

fn broken(key: &str) -> Error {
    damaged("store.read", "meta", key.as_bytes()).with("name", key)
}
