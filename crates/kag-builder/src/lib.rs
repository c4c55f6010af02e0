//! Documents to change sets: readers, splitters, extractors, aligners and the pipeline.
//!
//! A [`Reader`](kag_core::Reader) turns bytes into text, a [`Splitter`] cuts text into chunks, an
//! [`Extractor`] reads names and facts in a chunk, [`OfficialNames`] say what things are to
//! be called, and a [`BuildPipeline`] runs them over many documents, finds every quote in the
//! text it came from, embeds, and commits. A [`TableMapping`] does for tables what the first
//! three do for text, and a [`TableSet`] derives the mappings of many tables from a schema. [`SynonymEdges`] and
//! [`InstanceFusion`] are derived in the knowledge base, since they depend on all documents together.
//!
//! This crate must not know how anything is stored, or how questions are answered.
//!
#![doc = include_str!("../../../docs/guides/build-a-knowledge-base.md")]

mod align;
mod assemble;
mod cast;
mod error;
mod extract;
mod map;
mod pipeline;
mod read;
mod report;
mod split;
mod vocabulary;

pub use align::{
    Acronyms, Agreement, AliasProblem, AliasTable, AlignmentWork, AmbiguousName, CompletionReport, ConceptCompletion,
    ConceptMembership, Decision, Decisions, Doubtful, FindKinds, FoundKinds, FusionJudge, FusionWork, InstanceFusion,
    Judged, KindFinder, KindsOf, Misspellings, NameStage, OfficialNames, Profile, Profiles, Resemblance, SameThing,
    SameThingVerdict, SharedNames, Spellings, SynonymEdges, Taxonomy, TaxonomyProblem, TaxonomyReport, Witness,
    WordOrder,
};
pub use cast::{Cast, CastError};
pub use error::{Error, Result};
pub use extract::{
    AnsweredQuestion, Chain, Dictionary, DictionaryError, DictionaryExtractor, DictionaryFields, EntityRef, Estimate,
    ExtractBySchema, ExtractEntities, ExtractOpen, ExtractQuestions, ExtractTriples, ExtractUnits, ExtractedEntity,
    ExtractedFact, Extraction, Extractor, KnowledgeUnit, KnowledgeUnits, MentionExtractor, NotRecorded, Object,
    ObjectOf, OpenEntities, OpenEntity, OpenExtractor, OpenTriple, OpenTriples, OutlineExtractor, Passage, Pattern,
    PatternError, PatternExtractor, PatternFileError, PatternProblem, Patterns, QuestionExtractor, Questions,
    RecordedExtractor, RecordedNames, RecordedNodes, RecordedPassage, RecordedProblem, SchemaExtraction,
    SchemaExtractor, SubjectOf, Summarise, SummaryExtractor, TableExtractor, Term, UnitExtractor, Within, split_list,
};
pub use map::{
    CellLink, Column, MapError, MapProblem, Mapped, SetReport, SkippedTable, TableMapping, TableReport, TableSet,
    TableShape, Target, UnknownColumn, Unlisted,
};
pub use pipeline::{BuildEvent, BuildPipeline, DryRun, Intended, Intent, Observer, OnViolation};
pub use read::{
    CsvReader, DecodeError, Decoded, Directory, Found, GlobError, Hidden, HtmlReader, JsonError, JsonReader,
    JsonlReader, Links, MarkdownReader, ReaderSet, RecordFields, TextReader, decode, decode_any,
};
pub use report::{BuildReport, ChunkProblem, DocumentReport, Outcome, StageTimes, Unread};
pub use split::{
    Characters, FindTopics, LengthSplitter, OutlineSplitter, PatternSplitter, SemanticSplitter, Splitter,
    TokenEstimate, TopicSplitter, sentences,
};
pub use vocabulary::VocabularyError;

/// The code of the guides to documents, tables, updates and alignment, compiled and run with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/keep-an-index-up-to-date.md")]
struct KeepAnIndexUpToDateGuide;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/align-entities.md")]
struct AlignEntitiesGuide;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/know-what-it-will-cost.md")]
struct KnowWhatItWillCostGuide;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/load-documents.md")]
struct LoadDocumentsGuide;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/load-tables.md")]
struct LoadTablesGuide;
