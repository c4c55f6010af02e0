//! The file that the truth lies in: blocks with checksums below redb, and who may write it.

mod blocks;
mod layout;
mod lock;

pub(crate) use blocks::{Blocks, Damaged, Foreign};
pub(crate) use lock::WriterLock;
