//! The rows of a table whose keys begin alike.

use std::ops::RangeInclusive;

use kag_core::{FactId, NodeId, Result};
use redb::ReadableTable;

use super::{
    key::{Number, bytes, id_at, key, number_at, span_of},
    read::{KeyTable, failed},
};

/// The keys of `N` bytes that begin with `prefix`.
pub(super) fn range_of<const N: usize>(prefix: &[u8]) -> RangeInclusive<[u8; N]> {
    let (first, last) = span_of::<N>(prefix);
    first..=last
}

/// The keys of `table` that begin with `prefix`.
pub(super) fn keys_behind<const N: usize>(table: &KeyTable<N>, prefix: &[u8]) -> Result<Vec<[u8; N]>> {
    let range = range_of::<N>(prefix);
    let rows = table.range::<&[u8; N]>(range.start()..=range.end()).map_err(failed)?;
    rows.map(|row| Ok(*row.map_err(failed)?.0.value())).collect()
}

/// The documents in a table of ids and documents.
pub(super) fn documents_behind(table: &KeyTable<20>, id: &[u8; 16]) -> Result<Vec<Number>> {
    Ok(keys_behind(table, id)?.iter().map(|key| number_at(key, 16)).collect())
}

/// The facts in a table of nodes, facts and documents, and those documents.
pub(super) fn facts_behind(table: &KeyTable<36>, node: &[u8; 16]) -> Result<Vec<(FactId, Number)>> {
    let keys = keys_behind(table, node)?;
    Ok(keys.iter().map(|key| (FactId::from_u128(id_at(key, 16)), number_at(key, 32))).collect())
}

/// The nodes behind a hash, each once; what many documents say of one is jumped over.
pub(super) fn nodes_behind(table: &KeyTable<28>, hash: [u8; 8]) -> Result<Vec<NodeId>> {
    let mut found = Vec::new();
    let (mut first, last) = span_of::<28>(&hash);
    loop {
        let mut rows = table.range::<&[u8; 28]>(&first..=&last).map_err(failed)?;
        let Some(row) = rows.next() else { return Ok(found) };
        let node = id_at(row.map_err(failed)?.0.value(), 8);
        found.push(NodeId::from_u128(node));
        let Some(next) = node.checked_add(1) else { return Ok(found) };
        first = key(&[&hash, &bytes(next), &[0; 4]]);
    }
}

/// The ids at byte `at` of the keys of `table`, each once.
pub(super) fn distinct(table: &KeyTable<20>, at: usize) -> Result<impl Iterator<Item = Result<u128>> + '_> {
    let rows = table.iter().map_err(failed)?;
    let mut last = None;
    Ok(rows.filter_map(move |row| {
        let id = match row {
            Ok((key, _)) => id_at(key.value(), at),
            Err(error) => return Some(Err(failed(error))),
        };
        (last.replace(id) != Some(id)).then_some(Ok(id))
    }))
}
