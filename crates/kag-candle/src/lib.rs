//! Sentence embeddings in-process from BERT-family safetensors.
//!
//! [`CandleEmbedder`] reads a model directory as it is published for sentence-transformers
//! (`config.json`, `tokenizer.json`, `model.safetensors`) and computes on the processor, in f32,
//! without any network. `all-MiniLM-L6-v2` is the model it is checked against; others of the
//! `bert` family (BGE, E5, GTE of the same architecture, English, Chinese or multilingual) are read
//! the same way. What a directory asks for and this crate does not do is an [`Error`] naming the
//! file, never a different vector. [`TokenizerCounter`] counts the tokens of texts by a `tokenizer.json`
//! alone, so that documents are cut into chunks of the length that a model reads.
//!
//! ```no_run
//! use kag_candle::CandleEmbedder;
//! use kag_llm::{Embedder, Purpose};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let embedder = CandleEmbedder::from_dir("models/all-MiniLM-L6-v2")?;
//! let vectors = embedder.embed(&["A fund fell.", "基金下跌。"], Purpose::Document).await?;
//! assert_eq!(vectors[0].dim(), embedder.dim());
//! # Ok(())
//! # }
//! ```

mod activation;
mod config;
mod counter;
mod embedder;
mod encoder;
mod error;
mod model;
mod reader;
mod rows;

pub use config::Pooling;
pub use counter::TokenizerCounter;
pub use embedder::{CandleEmbedder, Options};
pub use error::{Error, Result};
