//! Which nodes are one thing.
//!
//! [`Profile`]s say what is known of a thing, [`Profiles::compare`] says how much two of them
//! look like one, and [`InstanceFusion`] derives [`SAME_AS`](kag_core::SAME_AS) from that. Nothing
//! is rewritten: who wants one thing in the place of many asks
//! [`Clusters`](kag_core::Clusters), and what a host [decides](Decisions) stands above what is derived.

mod block;
mod codes;
mod common;
mod decide;
mod deriver;
mod known;
mod profile;
mod resemblance;
mod thing;
mod words;

pub use decide::{Decision, Decisions};
pub use deriver::{Doubtful, InstanceFusion};
pub use known::FusionWork;
pub use profile::{Profile, Profiles};
pub use resemblance::Resemblance;
