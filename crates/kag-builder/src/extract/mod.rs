//! Reading the knowledge in one chunk.

mod chain;
mod dictionary;
mod estimate;
mod extraction;
mod list;
mod mention;
mod open;
mod outline;
mod pattern;
mod recorded;
pub(crate) mod reply;
mod schema_bound;
mod statement;
mod table;

use std::{fmt, sync::Arc};

use kag_core::{BoxError, Chunk, Document, async_trait};

pub use chain::Chain;
pub use dictionary::{Dictionary, DictionaryError, DictionaryExtractor, DictionaryFields, Term};
pub use estimate::Estimate;
pub use extraction::{EntityRef, ExtractedEntity, ExtractedFact, Extraction, Object};
pub use list::split_list;
pub use mention::MentionExtractor;
pub use open::{
    ExtractEntities, ExtractOpen, ExtractTriples, OpenEntities, OpenEntity, OpenExtractor, OpenTriple, OpenTriples,
};
pub use outline::{OutlineExtractor, Summarise, SummaryExtractor};
pub use pattern::{
    ObjectOf, Pattern, PatternError, PatternExtractor, PatternFileError, PatternProblem, Patterns, SubjectOf, Within,
};
pub use recorded::{NotRecorded, RecordedExtractor, RecordedNames, RecordedNodes, RecordedPassage, RecordedProblem};
pub use schema_bound::{ExtractBySchema, SchemaExtraction, SchemaExtractor};
pub use statement::{
    AnsweredQuestion, ExtractQuestions, ExtractUnits, KnowledgeUnit, KnowledgeUnits, QuestionExtractor, Questions,
    UnitExtractor,
};
pub use table::TableExtractor;

/// A chunk with the document it is a piece of and its other pieces: all that an extractor may look at.
#[derive(Clone, Copy, Debug)]
pub struct Passage<'p> {
    /// The document.
    pub document: &'p Document,
    /// The chunk.
    pub chunk: &'p Chunk,
    /// All chunks of the document in reading order, this one among them, for what is said of more than one;
    /// empty where they are not known.
    pub chunks: &'p [Arc<Chunk>],
}

impl<'p> Passage<'p> {
    /// `chunk` of `document`, by itself.
    #[must_use]
    pub fn new(document: &'p Document, chunk: &'p Chunk) -> Self {
        Self { document, chunk, chunks: &[] }
    }

    /// The same passage among all `chunks` of its document.
    #[must_use]
    pub fn among(mut self, chunks: &'p [Arc<Chunk>]) -> Self {
        self.chunks = chunks;
        self
    }

    /// The chunk's text, which spans are bytes of.
    #[must_use]
    pub fn text(&self) -> &'p str {
        &self.chunk.text
    }

    /// The document's title; may be empty.
    #[must_use]
    pub fn title(&self) -> &'p str {
        &self.document.title
    }

    /// The title, then the headings above the chunk, outermost first, a line each; may be empty.
    #[must_use]
    pub fn context(&self) -> String {
        let headings = self.chunk.headings.iter().filter(|heading| ***heading != *self.document.title);
        let lines = std::iter::once(&self.document.title).chain(headings).filter(|line| !line.is_empty());
        lines.map(|line| &**line).collect::<Vec<_>>().join("\n")
    }
}

/// Reads the knowledge in one chunk.
///
/// The pipeline runs many at once, so an extractor holds no state between chunks. What it
/// returns is a function of the passage (and, with a model, of the model's replies), never
/// of other documents. It returns names and quotes; the pipeline finds them in the text.
///
/// ```
/// use kag_builder::{EntityRef, ExtractedFact, Extraction, Extractor, Object, Passage};
/// use kag_core::{BoxError, async_trait};
///
/// /// Reads lines such as `France: Paris`.
/// #[derive(Debug)]
/// struct Capitals;
///
/// #[async_trait]
/// impl Extractor for Capitals {
///     fn version(&self) -> &str {
///         "capitals 1"
///     }
///
///     async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
///         let lines = passage.text().lines().filter_map(|line| line.split_once(": ").map(|ends| (line, ends)));
///         let facts = lines.map(|(line, (country, city))| {
///             let (country, city) = (EntityRef::new("Country", country), EntityRef::new("City", city));
///             ExtractedFact::new(country, "capital", Object::Entity(city)).with_quote(line)
///         });
///         Ok(Extraction { facts: facts.collect(), ..Extraction::default() })
///     }
/// }
/// ```
#[async_trait]
pub trait Extractor: fmt::Debug + Send + Sync + 'static {
    /// Changes whenever the same passage would be read otherwise: the extractor's name and
    /// version, its settings, and the model's id. Part of every fingerprint and all evidence.
    fn version(&self) -> &str;

    /// What [`extract`](Self::extract) would ask of a model for `passage`; by default nothing.
    ///
    /// # Errors
    /// A prompt that cannot be rendered.
    fn estimate(&self, passage: &Passage<'_>) -> Result<Estimate, BoxError> {
        let _ = passage;
        Ok(Estimate::default())
    }

    /// The knowledge in `passage`; nothing found is an empty extraction.
    ///
    /// # Errors
    /// The extractor's own; the pipeline reports the chunk as failed, goes on, and tries it
    /// again in the next run.
    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Extractor + ?Sized> Extractor for Arc<T> {
    fn version(&self) -> &str {
        (**self).version()
    }

    fn estimate(&self, passage: &Passage<'_>) -> Result<Estimate, BoxError> {
        (**self).estimate(passage)
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        (**self).extract(passage).await
    }
}
