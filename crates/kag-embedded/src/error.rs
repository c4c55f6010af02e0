//! What redb and the file system report, in the terms of `kag-core`.

use std::{error::Error as StdError, io};

use kag_core::{Error, ErrorKind};

use crate::storage::{Damaged, Foreign};

/// Whether `error`, or what caused it, is that the disk is full.
///
/// Such an error is [`Unavailable`](ErrorKind::Unavailable): the commit that met it left
/// nothing behind, and the store opens again once there is room.
///
/// ```
/// use kag_core::{Error, ErrorKind};
///
/// let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
/// let error = Error::new(ErrorKind::Unavailable, "commit").because(full);
/// assert!(kag_embedded::is_storage_full(&error));
/// ```
#[must_use]
pub fn is_storage_full(error: &Error) -> bool {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
            return true;
        }
        next = error.source();
    }
    false
}

/// What redb reports while `operation` is done.
pub(crate) fn of_redb(operation: &'static str, error: impl Into<redb::Error>) -> Error {
    match error.into() {
        redb::Error::Io(error) => of_io(operation, error),
        redb::Error::Corrupted(reason) => {
            Error::new(ErrorKind::Corrupt, operation).reason("the store is damaged").because(reason)
        }
        redb::Error::DatabaseAlreadyOpen => {
            Error::new(ErrorKind::Conflict, operation).reason("another has the store open in a way that shuts us out")
        }
        redb::Error::UpgradeRequired(version) => Error::new(ErrorKind::Unsupported, operation)
            .reason("the file is of another version of redb")
            .with("version", version),
        redb::Error::RepairAborted => {
            Error::new(ErrorKind::Unavailable, operation).reason("the store was not closed; open it for writing once")
        }
        error @ (redb::Error::PreviousIo | redb::Error::DatabaseClosed) => {
            Error::new(ErrorKind::Unavailable, operation)
                .reason("an earlier failure; open the store again")
                .because(error)
        }
        error @ redb::Error::TransactionInProgress => {
            Error::new(ErrorKind::Conflict, operation).reason("snapshots are held").because(error)
        }
        error @ (redb::Error::TableTypeMismatch { .. } | redb::Error::TableDoesNotExist(_)) => {
            Error::new(ErrorKind::Corrupt, operation).reason("the tables are not those of a store").because(error)
        }
        error => Error::new(ErrorKind::Internal, operation).because(error),
    }
}

/// What the file system reports while `operation` is done.
pub(crate) fn of_io(operation: &'static str, error: io::Error) -> Error {
    let inner = error.get_ref();
    if let Some(Foreign::Version { found, known }) = inner.and_then(|inner| inner.downcast_ref()) {
        return Error::new(ErrorKind::Unsupported, operation)
            .reason("the file has a later layout")
            .with("layout", *found)
            .with("supported", *known)
            .because(error);
    }
    if let Some(Damaged { block }) = inner.and_then(|inner| inner.downcast_ref()) {
        let block = *block;
        return Error::new(ErrorKind::Corrupt, operation)
            .reason("the store is damaged")
            .with("block", block)
            .because(error);
    }
    match error.kind() {
        io::ErrorKind::InvalidData => Error::new(ErrorKind::Corrupt, operation).because(error),
        _ => Error::new(ErrorKind::Unavailable, operation).because(error),
    }
}

/// A record that is not what was written.
pub(crate) fn damaged(operation: &'static str, table: &'static str, key: &[u8]) -> Error {
    let record: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    Error::new(ErrorKind::Corrupt, operation).reason("a record is damaged").with("table", table).with("record", record)
}
