//! One writer at a time, known by name.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use kag_core::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

const NAME: &str = "writer.lock";

/// Held by the process that may write. The system lets go of it when the process ends,
/// however it ends; the file stays and names the last holder.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

/// Who holds the lock.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    process: u32,
    host: String,
    /// Seconds since 1970.
    since: u64,
}

impl WriterLock {
    /// Takes the lock of the store in `dir`.
    ///
    /// # Errors
    /// [`Conflict`](ErrorKind::Conflict), naming process, host and time, where another holds it;
    /// [`Unavailable`](ErrorKind::Unavailable) where the file cannot be written.
    pub(crate) fn take(dir: &Path) -> Result<Self> {
        let path = dir.join(NAME);
        let failed =
            |error| Error::new(ErrorKind::Unavailable, "store.lock").with("path", path.display()).because(error);
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = options.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&path, &mut file)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        write_holder(&mut file).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

fn held(path: &Path, file: &mut File) -> Error {
    let error = Error::new(ErrorKind::Conflict, "store.lock")
        .reason("another has the store open for writing")
        .with("path", path.display());
    let mut text = String::new();
    let holder = file.read_to_string(&mut text).ok().and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    match holder {
        Some(Holder { process, host, since }) => {
            error.with("process", process).with("host", host).with("since", format_args!("{since} s after 1970"))
        }
        None => error.with("process", "unknown"),
    }
}

fn write_holder(file: &mut File) -> std::io::Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let holder = Holder { process: std::process::id(), host: host(), since };
    file.set_len(0)?;
    file.rewind()?;
    serde_json::to_writer(&mut *file, &holder)?;
    file.flush()
}

/// The name of this machine, where it can be had from a file.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname");
    name.map_or_else(|_| "unknown".to_owned(), |name| name.trim().to_owned())
}
