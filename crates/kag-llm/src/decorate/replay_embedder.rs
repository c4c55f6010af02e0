//! Embedding from a recording.

use std::{collections::HashMap, fmt, path::Path};

use async_trait::async_trait;
use kag_core::{ContentHash, Embedding};

use super::recording::{RecordedEmbeddings, load, only, storage};
use crate::{Embedder, Error, ErrorKind, Purpose, Result};

/// An embedder that returns the vectors another one did, text by text, whatever the batches.
pub struct ReplayEmbedder {
    id: String,
    dim: usize,
    vectors: HashMap<ContentHash, Embedding>,
}

impl ReplayEmbedder {
    /// The recording at `path` of its only embedder. Of a text recorded several times the
    /// last vector counts.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] when the file cannot be read or holds vectors of the wrong
    /// number or length; [`ErrorKind::InvalidInput`] when it holds several embedders or none.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let (_, lines) = load(path)?;
        let embedders = lines.iter().map(|line| line.embedder.as_str()).collect();
        let id = only(embedders, path, "embedders")?;
        let dim = lines.first().map_or(0, |line| line.dim);
        let fits = |line: &RecordedEmbeddings| {
            line.vectors.len() == line.texts.len()
                && line.dim == dim
                && line.vectors.iter().all(|vector| vector.dim() == dim)
        };
        if !lines.iter().all(fits) {
            return Err(storage("replay.open", path)
                .reason("vectors of the wrong number or length")
                .with("embedder", id));
        }
        let vectors = lines.into_iter().flat_map(|line| {
            let keys: Vec<_> = line.texts.iter().map(|text| key(text, line.purpose)).collect();
            keys.into_iter().zip(line.vectors)
        });
        let vectors = vectors.collect();
        Ok(Self { id, dim, vectors })
    }
}

fn key(text: &str, purpose: Purpose) -> ContentHash {
    let purpose: &[u8] = match purpose {
        Purpose::Document => b"document",
        Purpose::Query => b"query",
    };
    ContentHash::of_parts(&[purpose, text.as_bytes()])
}

impl fmt::Debug for ReplayEmbedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayEmbedder")
            .field("id", &self.id)
            .field("dim", &self.dim)
            .field("vectors", &self.vectors.len())
            .finish()
    }
}

#[async_trait]
impl Embedder for ReplayEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dim(&self) -> usize {
        self.dim
    }

    async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
        let recorded = |(at, text): (usize, &&str)| {
            self.vectors.get(&key(text, purpose)).cloned().ok_or_else(|| {
                Error::new(ErrorKind::NotRecorded, "replay.embed").with("embedder", &self.id).with("text", at)
            })
        };
        texts.iter().enumerate().map(recorded).collect()
    }
}
