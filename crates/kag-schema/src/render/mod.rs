//! The schema as a model is shown it: as text, and as the form of its answer.

mod extraction;
mod text;

pub use extraction::ExtractionForm;
pub use text::{SchemaText, TextOptions};
