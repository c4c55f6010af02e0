//! Ranked lists: taking the best of many, and joining several lists into one.
//!
//! A ranked list is a `[Scored<T>]`, best first, ties by the smaller item
//! ([`Scored::best_first`](crate::Scored::best_first)). Everything here is a pure function
//! of its input; nothing knows what the items are.
//!
//! ```
//! use kag_core::{Scored, rank};
//!
//! let words = [Scored::new("巴黎", 9.0), Scored::new("lyon", 3.0)];
//! let vectors = [Scored::new("lyon", 0.8), Scored::new("巴黎", 0.7), Scored::new("nice", 0.1)];
//! let fused = rank::reciprocal_rank_fusion(&[&words, &vectors], rank::RRF_K);
//! assert_eq!(fused.iter().map(|hit| hit.item).collect::<Vec<_>>(), ["lyon", "巴黎", "nice"]);
//! ```

mod fusion;
mod top;

pub use fusion::{RRF_K, reciprocal_rank_fusion, weighted_fusion};
pub(crate) use top::TopK;
pub use top::top_k;
