//! From earlier versions of the tables to this one.

use kag_core::{Error, ErrorKind, Result};
use redb::WriteTransaction;

use crate::meta::FORMAT;

/// Brings the tables from one version to the next, within the transaction that opens the store.
type Step = fn(&WriteTransaction) -> Result<()>;

/// The step at place `n` leads from version `n` to `n + 1`.
const STEPS: [Step; FORMAT as usize] = [from_0];

/// Takes the steps from version `found` on.
pub(crate) fn up_from(found: u32, transaction: &WriteTransaction) -> Result<()> {
    let steps = STEPS.get(found as usize..).unwrap_or_default();
    steps.iter().try_for_each(|step| step(transaction))
}

/// Version 0 kept each contribution as one text, the lines of its dump.
fn from_0(transaction: &WriteTransaction) -> Result<()> {
    let _ = transaction;
    Err(Error::new(ErrorKind::Unsupported, "store.migrate").with("from", 0))
}
