//! The index of a data set, built by the library's own builder.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use kag::{
    BuildPipeline, ChunkId, Clusters, Contribution, Embedder, EmbeddingSpace, GraphNeed, JsonlReader, KnowledgeBase,
    LengthSplitter, MemoryKnowledgeBase, MentionExtractor, RecordFields, RecordedExtractor, SYNONYM, Scope, Snapshot,
    Source, StoreOptions, SynonymEdges,
    builder::{RecordedNames, RecordedNodes},
};

use crate::{Result, dataset::Dataset, embedder::TimedEmbedder, manifest::Counts};

/// How every index is built.
pub(crate) const PARAMETERS: &str = "one chunk a passage; recorded extraction where there is one, else names in the \
     text; synonym edges at cosine 0.8; vectors of passages, names and statements";

/// Tokens of a chunk: more than any passage has, so that a passage is one chunk.
const CHUNK_TOKENS: usize = 100_000;

/// Where an index is kept.
#[derive(Debug)]
pub(crate) enum Place {
    /// In memory.
    Memory,
    /// In a durable store in this directory.
    Store(PathBuf),
    /// In a durable store that is removed in the end.
    Scratch(PathBuf),
}

impl Place {
    /// A directory of this process for the time it runs.
    pub(crate) fn scratch() -> Self {
        Self::Scratch(std::env::temp_dir().join(format!("kag-quality-{}", std::process::id())))
    }

    /// An empty base, which derives synonym edges.
    fn open(&self, embedder: Option<&TimedEmbedder>) -> Result<Box<dyn KnowledgeBase>> {
        let space = embedder.map(|embedder| EmbeddingSpace::new(embedder.id(), embedder.dim()));
        Ok(match self {
            Self::Memory => {
                let base = MemoryKnowledgeBase::new().with_deriver(SynonymEdges::new());
                Box::new(space.into_iter().fold(base, MemoryKnowledgeBase::with_space))
            }
            Self::Store(dir) | Self::Scratch(dir) => {
                let options = StoreOptions::default().with_deriver(SynonymEdges::new());
                Box::new(space.into_iter().fold(options, StoreOptions::with_space).open(dir)?)
            }
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Scratch(dir) = self {
            // A directory that stays is a nuisance, not a wrong figure.
            drop(std::fs::remove_dir_all(dir));
        }
    }
}

/// Which nodes a recording gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nodes {
    /// All that was recorded, by our names.
    Own,
    /// The ends of triples by names in ASCII, as HippoRAG's programs have it.
    Published,
}

/// A snapshot, and which passage each of its chunks is.
pub(crate) struct Index {
    snapshot: Snapshot,
    passages: BTreeMap<ChunkId, String>,
}

impl Index {
    /// Builds the index of `dataset`.
    pub(crate) async fn build(
        dataset: &Dataset,
        nodes: Nodes,
        embedder: Option<Arc<TimedEmbedder>>,
        place: &Place,
    ) -> Result<Self> {
        let base = place.open(embedder.as_deref())?;
        let reader = JsonlReader::new(RecordFields::default());
        let splitter = LengthSplitter::new(CHUNK_TOKENS);
        let mut pipeline = if dataset.recorded {
            let (extractor, problems) = RecordedExtractor::read("recorded", &dataset.passages[..])?;
            if let Some(problem) = problems.first() {
                return Err(format!("passages.jsonl line {}: {}", problem.line, problem.reason).into());
            }
            let extractor = match nodes {
                Nodes::Own => extractor,
                Nodes::Published => extractor.with_names(RecordedNames::AsciiOnly).with_nodes(RecordedNodes::InTriples),
            };
            BuildPipeline::new(reader, splitter, extractor)
        } else {
            BuildPipeline::new(reader, splitter, MentionExtractor::new())
        };
        if let Some(embedder) = embedder {
            pipeline = pipeline.with_embedder(embedder).with_commit_every(256).with_embed_batch(512);
        }
        let report = pipeline.run(&*base, [Source::new("passages.jsonl", Arc::clone(&dataset.passages))]).await?;
        if let Some(unread) = report.unread.first() {
            return Err(format!("{} {}: {}", unread.uri, unread.place, unread.reason).into());
        }
        Self::of(&*base).await
    }

    /// The index that `base` holds.
    pub(crate) async fn of(base: &dyn KnowledgeBase) -> Result<Self> {
        let snapshot = base.snapshot(&Scope::All).await?;
        let passages = passages(&snapshot).await?;
        Ok(Self { snapshot, passages })
    }

    /// What every document brings, in the order of their ids.
    pub(crate) async fn contributions(&self) -> Result<Vec<Arc<Contribution>>> {
        let documents = self.snapshot.chunks().documents(None, usize::MAX).await?;
        Ok(self.snapshot.chunks().contributions(&documents).await?.into_iter().flatten().collect())
    }

    /// How many clusters of nodes are held to be one thing each.
    pub(crate) async fn clusters(&self) -> Result<usize> {
        Ok(Clusters::of(&*self.snapshot.graph().view(&GraphNeed::Everything).await?)?.iter().count())
    }

    /// The snapshot.
    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The id of the passage that `chunk` is.
    pub(crate) fn passage_of(&self, chunk: ChunkId) -> Option<&str> {
        self.passages.get(&chunk).map(String::as_str)
    }

    /// How many records there are.
    pub(crate) async fn counts(&self) -> Result<Counts> {
        let view = self.snapshot.graph().view(&GraphNeed::Everything).await?;
        let mut counts = Counts { documents: self.passages.len(), chunks: view.chunks().count(), ..Counts::default() };
        for node in view.nodes() {
            counts.nodes += 1;
            counts.mentions += view.mentions_of(node?.id)?.len();
        }
        for record in view.facts() {
            match record?.fact.predicate.as_str() {
                SYNONYM => counts.synonyms += 1,
                _ => counts.facts += 1,
            }
        }
        Ok(counts)
    }
}

/// Each chunk's passage: what follows the `#` in the URI of its document.
async fn passages(snapshot: &Snapshot) -> Result<BTreeMap<ChunkId, String>> {
    let documents = snapshot.chunks().documents(None, usize::MAX).await?;
    let mut passages = BTreeMap::new();
    for contribution in snapshot.chunks().contributions(&documents).await?.into_iter().flatten() {
        let uri = &contribution.document().uri;
        let id = uri.rsplit_once('#').map_or(&**uri, |(_, id)| id);
        passages.extend(contribution.chunks().iter().map(|chunk| (chunk.id, id.to_owned())));
    }
    Ok(passages)
}
