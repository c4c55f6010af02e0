//! From earlier versions of the tables to this one.
//!
//! A version is a number in the table of settings. The steps from the version that is found
//! to this one are taken in the transaction that opens the store: a store is of one version
//! or of the next, whatever happens meanwhile.

use std::sync::Arc;

use kag_core::{Result, dump};
use redb::{ReadableTable, TableDefinition, WriteTransaction};

use crate::{
    error::{damaged, of_redb},
    meta::FORMAT,
    truth::{Prepared, put_new},
};

const MIGRATE: &str = "store.migrate";

/// Brings the tables from one version to the next.
type Step = fn(&WriteTransaction) -> Result<()>;

/// The step at place `n` leads from version `n` to `n + 1`.
const STEPS: [Step; FORMAT as usize] = [from_0, from_1, from_2];

/// Version 0: document -> a dump of what it contributed, and nothing else.
const CONTRIBUTIONS: TableDefinition<'static, &'static [u8; 16], &'static str> = TableDefinition::new("contributions");

/// Takes the steps from version `found` on.
pub(crate) fn up_from(found: u32, transaction: &WriteTransaction) -> Result<()> {
    let steps = STEPS.get(found as usize..).unwrap_or_default();
    steps.iter().try_for_each(|step| step(transaction))
}

/// Version 1 had no settings; their table was made when the store was opened.
fn from_1(_transaction: &WriteTransaction) -> Result<()> {
    Ok(())
}

/// Version 2 had no pages of chunks and no media types of documents. Rows without them read the same.
fn from_2(_transaction: &WriteTransaction) -> Result<()> {
    Ok(())
}

fn from_0(transaction: &WriteTransaction) -> Result<()> {
    {
        let old = transaction.open_table(CONTRIBUTIONS).map_err(|error| of_redb(MIGRATE, error))?;
        for row in old.iter().map_err(|error| of_redb(MIGRATE, error))? {
            let (id, text) = row.map_err(|error| of_redb(MIGRATE, error))?;
            let broken = |error| damaged(MIGRATE, "contributions", id.value()).because(error);
            for contribution in dump::read(text.value().as_bytes()) {
                let contribution = contribution.map_err(broken)?;
                put_new(transaction, &Prepared::of(Arc::new(contribution))?)?;
            }
        }
    }
    transaction.delete_table(CONTRIBUTIONS).map_err(|error| of_redb(MIGRATE, error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use futures::executor::block_on;
    use kag_core::{ChangeSet, Contribution, KnowledgeBase, Scope, conformance, memory::MemoryKnowledgeBase};
    use redb::Database;

    use super::*;
    use crate::{
        EmbeddedKnowledgeBase, StoreOptions, meta,
        open::{Locks, TRUTH, file_backend, new_database},
        truth::META,
    };

    fn notes() -> Vec<Contribution> {
        let clubs = ["Real Madrid", "曼联"];
        let note = |at| conformance::contribution(&format!("note:{at}"), "Real Madrid met 曼联 in 1902.", &clubs, &[]);
        (0..3).map(note).collect()
    }

    fn database(dir: &std::path::Path) -> Database {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(dir.join(TRUTH)).unwrap();
        new_database(&StoreOptions::default(), Locks::OfRanges, file_backend(file).unwrap()).unwrap()
    }

    fn dump(base: &dyn KnowledgeBase) -> String {
        block_on(conformance::dump_of(base, &Scope::All))
    }

    #[test]
    fn a_store_of_version_0_is_brought_up() {
        let (dir, memory) = (tempfile::tempdir().unwrap(), MemoryKnowledgeBase::new());
        block_on(memory.commit(notes().into_iter().collect())).unwrap();
        let old = database(dir.path());
        let transaction = old.begin_write().unwrap();
        {
            let mut table = transaction.open_table(CONTRIBUTIONS).unwrap();
            for note in notes() {
                let (id, alone) = (note.document().id, MemoryKnowledgeBase::new());
                block_on(alone.commit(ChangeSet::new().put(note))).unwrap();
                table.insert(&id.to_u128().to_be_bytes(), dump(&alone).as_str()).unwrap();
            }
            let mut table = transaction.open_table(META).unwrap();
            meta::write_format(&mut table, 0).unwrap();
            meta::write(&mut table, &meta::Meta { commit: kag_core::CommitId(7), ..meta::Meta::new() }).unwrap();
        }
        transaction.commit().unwrap();
        drop(old);

        let refused = StoreOptions::default().with_access(crate::Access::Read).open(dir.path()).unwrap_err();
        assert!(refused.to_string().contains("earlier version"), "{refused}");
        for _ in 0..2 {
            let base = EmbeddedKnowledgeBase::open(dir.path()).unwrap();
            assert_eq!(dump(&base), dump(&memory));
            assert!(block_on(base.verify()).unwrap().is_clean());
            assert_eq!(block_on(base.stats()).unwrap().commit, kag_core::CommitId(7));
        }
    }

    #[test]
    fn a_store_of_a_later_version_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        drop(EmbeddedKnowledgeBase::open(dir.path()).unwrap());
        let later = database(dir.path());
        let transaction = later.begin_write().unwrap();
        meta::write_format(&mut transaction.open_table(META).unwrap(), FORMAT + 1).unwrap();
        transaction.commit().unwrap();
        drop(later);
        for access in [crate::Access::Write, crate::Access::Read] {
            let refused = StoreOptions::default().with_access(access).open(dir.path()).unwrap_err();
            assert_eq!(refused.kind(), kag_core::ErrorKind::Unsupported);
            let told = refused.to_string();
            assert!(told.contains(&format!("format = {}", FORMAT + 1)), "{told}");
            assert!(told.contains(&format!("supported = {FORMAT}")), "{told}");
        }
    }

    #[test]
    fn a_file_of_a_later_layout_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        drop(EmbeddedKnowledgeBase::open(dir.path()).unwrap());
        let path = dir.path().join(TRUTH);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[12] = 9;
        std::fs::write(&path, bytes).unwrap();
        let refused = EmbeddedKnowledgeBase::open(dir.path()).unwrap_err();
        assert_eq!(refused.kind(), kag_core::ErrorKind::Unsupported);
        assert!(format!("{refused:?}").contains('9'), "{refused:?}");
        std::fs::write(&path, "something else entirely, and long enough to be looked at").unwrap();
        assert_eq!(EmbeddedKnowledgeBase::open(dir.path()).unwrap_err().kind(), kag_core::ErrorKind::Corrupt);
    }
}
