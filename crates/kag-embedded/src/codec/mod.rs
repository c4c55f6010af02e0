//! The stored form of records: small, fixed, and read back equal.
//!
//! The codec is our own. What is stored must not change because an attribute of a record's
//! JSON form does, and a store is read a record at a time, with nothing around it that says
//! what the bytes are.

mod bytes;
mod record;
mod seal;
mod value;

pub(crate) use bytes::{Reader, Writer};
pub(crate) use record::{
    read_chunk, read_document, read_fact_entry, read_media_type, read_node_entry, write_chunk, write_document,
    write_fact_entry, write_media_type, write_node_entry,
};
pub(crate) use seal::{open, seal};
