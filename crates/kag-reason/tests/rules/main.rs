//! Rules and queries over small graphs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod actions;
mod basics;
mod blocks;
mod circles;
mod derive;
mod limits;
mod oracle;
mod questions;
mod rounds;
mod short_form;
mod unnumbered;
mod world;
