//! What commits touched.

use std::collections::BTreeSet;

use kag_core::{RecordId, Result};
use redb::ReadableTable;

use super::{Point, READ, Tables, Touched, read::failed};
use crate::{
    codec::{Reader, open},
    error::damaged,
};

impl Tables {
    /// Which commit this is, and which state.
    pub(crate) fn point(&self) -> Point {
        Point { commit: self.meta.commit, stamp: self.meta.stamp }
    }

    /// The records touched by the commits behind `after`; `None` where the journal does not lead
    /// from there to here.
    pub(crate) fn touched_since(&self, after: Point) -> Result<Option<BTreeSet<RecordId>>> {
        let mut touched = Touched::default();
        if after.commit >= self.meta.commit {
            return Ok((after == self.point()).then_some(touched.0));
        }
        let mut expected = after.commit.0 + 1;
        for row in self.journal.range(expected..).map_err(failed)? {
            let (commit, stored) = row.map_err(failed)?;
            let key = commit.value().to_be_bytes();
            let read = || {
                let mut reader = Reader::new(open(&key, stored.value())?);
                let from = reader.id()?;
                Some((from, reader))
            };
            let (from, records) = read().ok_or_else(|| damaged(READ, "journal", &key))?;
            let leads_here = expected > after.commit.0 + 1 || from == after.stamp.to_u128();
            if commit.value() != expected || !leads_here {
                return Ok(None);
            }
            touched.decode(records).ok_or_else(|| damaged(READ, "journal", &key))?;
            expected += 1;
        }
        Ok((expected == self.meta.commit.0 + 1).then_some(touched.0))
    }

    /// The first commit in the journal, and the bytes that all of it takes.
    pub(crate) fn journal(&self) -> Result<(Option<u64>, u64)> {
        let (mut first, mut bytes) = (None, 0);
        for row in self.journal.iter().map_err(failed)? {
            let (commit, stored) = row.map_err(failed)?;
            let key = commit.value().to_be_bytes();
            open(&key, stored.value()).ok_or_else(|| damaged(READ, "journal", &key))?;
            first = first.or(Some(commit.value()));
            bytes += stored.value().len() as u64;
        }
        Ok((first, bytes))
    }
}
