//! Questions solved over a small bilingual world, with and without a (scripted) model.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod batch;
mod compute;
mod concepts;
mod deduce;
mod graph;
mod injection;
mod known;
mod layers;
mod merging;
mod optimise;
mod page;
mod passages;
mod planners;
mod predicates;
mod prompts;
mod rounds;
mod rules;
mod world;
