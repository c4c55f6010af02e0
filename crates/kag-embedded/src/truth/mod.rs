//! The truth: contributions as rows of redb, committed whole or not at all.
//!
//! Every row is a function of one contribution: those that hold its records, under its
//! document's number, and those that lead to them from elsewhere, with that number behind
//! their key. So a document is put and taken away by its own rows alone, whatever others say
//! of the same nodes and facts, and nothing is ever counted up or down.

mod journal;
mod key;
mod lookup;
mod prepare;
mod range;
mod read;
mod rows;
mod settings;
mod stored;
mod table;
mod write;

pub(crate) use key::{Number, hash_of};
pub(crate) use prepare::Prepared;
pub(crate) use read::Tables;
pub(crate) use rows::{Rows, rows_of};
pub(crate) use table::*;
pub(crate) use write::{Point, Step, Touched, apply, put_new, steps_of};

const READ: &str = "store.read";
