//! Chunks of one topic each.

mod breaks;
mod embedded;
mod judged;
mod units;

pub use embedded::SemanticSplitter;
pub use judged::{FindTopics, TopicSplitter};
