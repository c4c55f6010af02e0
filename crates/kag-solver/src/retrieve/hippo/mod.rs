//! HippoRAG as it was published, to compare with on our own ground.
//!
//! Both forms read their graph from the facts of a snapshot: entities are the ends of facts,
//! and a passage holds an entity where a fact at that entity has evidence in it. Mentions
//! that no fact stands behind, schemas and layers do not exist for them. To have the very
//! graph of the published programs, build the base with names in ASCII alone and with the
//! ends of facts as the only nodes (`RecordedNames::AsciiOnly` and `RecordedNodes::InTriples`
//! of `kag-builder`), and with synonym edges.

mod filter;
mod first;
mod graph;
mod model_filter;
mod second;

pub use filter::FactFilter;
pub use first::{HippoRag, HippoRagOptions};
pub use graph::HippoSize;
pub use model_filter::ModelFactFilter;
pub use second::{HippoRag2, HippoRag2Options};
