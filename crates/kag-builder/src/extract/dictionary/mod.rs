//! Extraction by a fixed vocabulary, without a model.

mod read;
mod run;
mod term;

pub use read::DictionaryFields;
pub use run::{DictionaryError, DictionaryExtractor};
pub use term::{Dictionary, Term};
