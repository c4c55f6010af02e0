//! What can be wrong with a model directory.

use std::{error::Error as StdError, io, path::PathBuf};

/// A result whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a model directory cannot be used; every variant names the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file is missing or cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A configuration file is not JSON, or a field of it is missing or of another type.
    #[error("cannot understand {}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: serde_json::Error,
    },
    /// A configuration file asks for what this crate does not do.
    #[error("{field} = {value} is not supported ({})", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
    },
    /// The tokenizer file is not understood, or does not fit the model.
    #[error("cannot use {}", path.display())]
    Tokenizer {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The weights are not safetensors, or one is missing or of another shape.
    #[error("cannot use {}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// Which one, and why.
        #[source]
        source: candle_core::Error,
    },
    /// The option `max_tokens` leaves no place for text.
    #[error("max_tokens = {max_tokens} leaves no place for text beside {special} special tokens")]
    MaxTokens {
        /// The limit asked for, or found in the directory.
        max_tokens: usize,
        /// Tokens that are added to every text.
        special: usize,
    },
}
