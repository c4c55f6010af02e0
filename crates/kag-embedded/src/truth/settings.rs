//! What the host keeps beside its documents.

use std::sync::Arc;

use kag_core::{ChangeSet, Result, Settings};
use redb::{ReadableTable, WriteTransaction};

use super::{READ, Tables, read::failed, table::SETTINGS};
use crate::{
    codec::{open, seal},
    error::{damaged, of_redb},
};

impl Tables {
    /// Every setting.
    pub(crate) fn settings(&self) -> Result<Settings> {
        let rows = self.settings.iter().map_err(failed)?;
        let setting = |row| {
            let (name, stored): (redb::AccessGuard<'_, &str>, redb::AccessGuard<'_, &[u8]>) = row;
            let text = open(name.value().as_bytes(), stored.value()).and_then(|text| std::str::from_utf8(text).ok());
            let text = text.ok_or_else(|| damaged(READ, "settings", name.value().as_bytes()))?;
            Ok((Arc::<str>::from(name.value()), Arc::<str>::from(text)))
        };
        rows.map(|row| setting(row.map_err(failed)?)).collect()
    }
}

/// Writes the settings that `change` changes; how many are other than `before`, of which
/// nothing is written where they are none.
pub(super) fn write_settings(transaction: &WriteTransaction, before: &Tables, change: &ChangeSet) -> Result<usize> {
    let changed = before.settings()?.apply(change);
    if changed == 0 {
        return Ok(0);
    }
    let written = |error: redb::Error| of_redb("commit", error);
    let mut table = transaction.open_table(SETTINGS).map_err(|error| written(error.into()))?;
    for (name, text) in change.settings() {
        match text {
            Some(text) => {
                let sealed = seal(name.as_bytes(), text.as_bytes().to_vec());
                table.insert(&**name, sealed.as_slice()).map_err(|error| written(error.into()))?;
            }
            None => drop(table.remove(&**name).map_err(|error| written(error.into()))?),
        }
    }
    Ok(changed)
}
