//! The embedder over the table.

use std::{borrow::Cow, fmt, fs, path::Path};

use async_trait::async_trait;
use kag_core::Embedding;
use kag_llm::{Embedder, Purpose};
use rayon::prelude::*;

use crate::{
    Error, Result,
    table::Table,
    vocabulary::Vocabulary,
    wordpiece::{Scratch, pieces},
};

const SHIPPED_ID: &str = "kag-static/minilm-128/1";
const SHIPPED_TABLE: &[u8] = include_bytes!("../data/static-minilm-128.bin");
const SHIPPED_VOCABULARY: &str = include_str!("../data/vocab.txt");

/// Texts given to one thread at a time; as many or fewer are embedded on the caller's.
const SHARE: usize = 256;

/// An embedder that adds up the rows of a table, one a WordPiece; English only.
///
/// Queries and documents are treated alike. A text of which half of the pieces or more are
/// unknown is [embedded](Embedder::embed) as all zero, like nothing else: the few pieces known
/// of 西班牙 (Spain) and 巴西 (Brazil) are the same. Vectors are the same bits on every machine and in
/// whatever batch a text comes. Use it fused with a text index, never alone (see the crate's page).
///
/// A short passage takes about 10 µs, so [`embed`](Embedder::embed) computes on the calling
/// thread; more than 256 texts are shared among the threads of rayon, and the caller is
/// blocked until they are done. Hosts that embed thousands of texts on an async executor
/// give it batches, as the builder does, or call it from a thread of their own.
///
/// ```
/// use kag_llm::{Embedder, Purpose};
/// use kag_static::StaticEmbedder;
///
/// # futures::executor::block_on(async {
/// let embedder = StaticEmbedder::new();
/// let texts = ["The fund fell by 3 %.", "基金"];
/// let vectors = embedder.embed(&texts, Purpose::Document).await?;
/// assert_eq!(vectors.len(), 2);
/// assert_eq!(vectors[0], embedder.vector(texts[0]));
/// # Ok::<(), kag_llm::Error>(())
/// # }).unwrap();
/// ```
pub struct StaticEmbedder {
    id: String,
    table: Table,
    vocabulary: Vocabulary,
}

impl StaticEmbedder {
    /// The table that ships with this crate: 128 dimensions, English.
    ///
    /// Takes a few milliseconds; make one and share it.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the two files are part of this crate, and every test reads them")]
    pub fn new() -> Self {
        Self::from_bytes(SHIPPED_ID, SHIPPED_TABLE, SHIPPED_VOCABULARY)
            .expect("the shipped table and vocabulary are whole")
    }

    /// A table of the caller's in the format KSE1 (see `scripts/README.md` in this crate) and its
    /// vocabulary, one piece a line. `id` must change whenever either does.
    ///
    /// # Errors
    /// The table is not KSE1, its length is not what its header says, a scale is not finite; the
    /// vocabulary has another number of pieces, has one twice, or has no `[UNK]`.
    pub fn from_bytes(id: impl Into<String>, table: impl Into<Cow<'static, [u8]>>, vocabulary: &str) -> Result<Self> {
        let (id, table) = (id.into(), Table::parse(table.into())?);
        let vocabulary = Vocabulary::parse(vocabulary)?;
        let (rows, pieces) = (table.rows(), vocabulary.len());
        if rows != pieces {
            return Err(Error::Pieces { pieces, rows });
        }
        Ok(Self { id, table, vocabulary })
    }

    /// As [`from_bytes`](Self::from_bytes), from two files.
    ///
    /// # Errors
    /// Also when a file cannot be read, or the vocabulary is not UTF-8.
    pub fn from_files(id: impl Into<String>, table: impl AsRef<Path>, vocabulary: impl AsRef<Path>) -> Result<Self> {
        fn unread(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
            let path = path.to_owned();
            move |source| Error::Read { path, source }
        }
        let (table, vocabulary) = (table.as_ref(), vocabulary.as_ref());
        let bytes = fs::read(table).map_err(unread(table))?;
        let text = fs::read_to_string(vocabulary).map_err(unread(vocabulary))?;
        Self::from_bytes(id, bytes, &text)
    }

    /// Name and version of the table.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Length of every vector.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.table.dim()
    }

    /// The vector of `text`, of length 1, whatever share of it is known; all zero when no
    /// piece of it has weight.
    #[must_use]
    pub fn vector(&self, text: &str) -> Embedding {
        self.sum(pieces(&self.vocabulary, text, &mut Scratch::default()))
    }

    /// The rows of the table that `text` is made of, in reading order.
    #[must_use]
    pub fn token_ids(&self, text: &str) -> Vec<u32> {
        pieces(&self.vocabulary, text, &mut Scratch::default()).to_vec()
    }

    fn sum(&self, pieces: &[u32]) -> Embedding {
        Embedding::normalised(self.table.sum(pieces))
    }

    /// The vectors of what can be read, zeros for the rest.
    fn vectors(&self, texts: &[&str]) -> Vec<Embedding> {
        let mut scratch = Scratch::default();
        let vector = |text: &&str| {
            let pieces = pieces(&self.vocabulary, text, &mut scratch);
            let unknown = pieces.iter().filter(|piece| **piece == self.vocabulary.unknown()).count();
            if unknown * 2 >= pieces.len() { self.sum(&[]) } else { self.sum(pieces) }
        };
        texts.iter().map(vector).collect()
    }
}

impl Default for StaticEmbedder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for StaticEmbedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticEmbedder")
            .field("id", &self.id)
            .field("rows", &self.table.rows())
            .field("dim", &self.table.dim())
            .finish()
    }
}

#[async_trait]
impl Embedder for StaticEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dim(&self) -> usize {
        self.table.dim()
    }

    async fn embed(&self, texts: &[&str], _: Purpose) -> kag_llm::Result<Vec<Embedding>> {
        if texts.len() <= SHARE {
            return Ok(self.vectors(texts));
        }
        let shares = texts.par_chunks(SHARE);
        Ok(shares.flat_map_iter(|texts| self.vectors(texts)).collect())
    }
}
