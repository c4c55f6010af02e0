//! Concepts: where they come from, what belongs to them, and how they hang together.
//!
//! A [`Taxonomy`] is a vocabulary of concepts that the host brings, as a document of its own.
//! [`ConceptMembership`] derives which things belong to which concepts, and
//! [`ConceptCompletion`] which concepts are kinds of others though nobody said so.

mod completion;
mod head;
mod membership;
mod order;
mod taxonomy;

pub use completion::{CompletionReport, ConceptCompletion};
pub use membership::ConceptMembership;
pub use taxonomy::{Taxonomy, TaxonomyProblem, TaxonomyReport};

/// The predicate that orders concepts where none is named.
const IS_A: &str = "isA";
/// The predicate that puts a thing under a concept.
const BELONG_TO: &str = "belongTo";
