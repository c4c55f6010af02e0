//! The index of a data set, built by the library's own builder.

use std::{
    collections::BTreeMap,
    sync::Arc,
};

use kag::{
    BuildPipeline, ChunkId, EmbeddingSpace, Embedder, Extractor, GraphNeed, JsonlReader, KnowledgeBase, LengthSplitter,
    MemoryKnowledgeBase, MentionExtractor, RecordedExtractor, SYNONYM, Scope, Snapshot, Source, SynonymEdges,
};

use crate::{Result, dataset::Dataset, embedder::TimedEmbedder, manifest::Counts};

/// How every index is built.
pub(crate) const PARAMETERS: &str = "one chunk a passage; recorded extraction where there is one, else names in the \
     text; synonym edges at cosine 0.8; embedded: passages, names, statements";
