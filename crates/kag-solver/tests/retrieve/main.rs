//! What each retriever finds in a small bilingual world, and what it says it did without.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod hippo;
mod hybrid;
mod world;
