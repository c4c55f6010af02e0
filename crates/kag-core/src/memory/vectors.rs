//! Exact vector search in memory.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_trait::async_trait;

use super::MemoryGraph;
use crate::{
    ContentHash, Contribution, Embedding, EmbeddingSpace, NodeId, RecordId, RecordKind, Result, Scored, VectorIndex,
    vector::ExactIndex,
};

/// The vectors that the visible contributions bring, by the hash of their text.
///
/// Where two bring different vectors of one text (a model may round differently from batch
/// to batch), the smaller in the order of bits is taken, whatever order they came in.
#[derive(Debug)]
pub(super) struct TextVectors<'c>(HashMap<ContentHash, &'c Embedding>);

impl<'c> TextVectors<'c> {
    pub(super) fn of(visible: &'c [Arc<Contribution>]) -> Self {
        let mut vectors: HashMap<ContentHash, &Embedding> = HashMap::new();
        for brought in visible.iter().flat_map(|c| c.vectors()) {
            let kept = vectors.entry(brought.text).or_insert(&brought.vector);
            if bits(&brought.vector).lt(bits(kept)) {
                *kept = &brought.vector;
            }
        }
        Self(vectors)
    }

    fn get(&self, text: &str) -> Option<Embedding> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&ContentHash::of(text)).map(|vector| (*vector).clone())
    }

    /// The vectors of the names of `graph`'s nodes, by node.
    pub(super) fn of_nodes(&self, graph: &MemoryGraph) -> Vec<(NodeId, Embedding)> {
        graph.all_nodes().iter().filter_map(|node| Some((node.id, self.get(&node.name)?))).collect()
    }
}

fn bits(vector: &Embedding) -> impl Iterator<Item = u32> {
    vector.as_slice().iter().map(|component| component.to_bits())
}

/// One exact index a kind of record.
#[derive(Debug)]
pub(super) struct MemoryVectors {
    space: EmbeddingSpace,
    rows: BTreeMap<RecordId, Embedding>,
    chunks: ExactIndex<RecordId>,
    nodes: ExactIndex<RecordId>,
    facts: ExactIndex<RecordId>,
}

impl MemoryVectors {
    pub(super) fn of(
        space: EmbeddingSpace,
        visible: &[Arc<Contribution>],
        graph: &MemoryGraph,
        texts: &TextVectors<'_>,
    ) -> Result<Self> {
        let chunks: Vec<_> = visible
            .iter()
            .flat_map(|c| c.chunks().iter().map(|chunk| (chunk.id, c.document().passage(chunk))))
            .filter_map(|(id, passage)| Some((RecordId::Chunk(id), texts.get(&passage)?)))
            .collect();
        let nodes: Vec<_> = texts.of_nodes(graph).into_iter().map(|(id, v)| (RecordId::Node(id), v)).collect();
        let facts = graph.all_facts().iter();
        let facts: Vec<_> = facts.filter_map(|f| Some((RecordId::Fact(f.id), texts.get(&f.statement)?))).collect();
        let index = |rows: &[(RecordId, Embedding)]| ExactIndex::new(space.dim, rows.iter().cloned());
        Ok(Self {
            chunks: index(&chunks)?,
            nodes: index(&nodes)?,
            facts: index(&facts)?,
            rows: chunks.into_iter().chain(nodes).chain(facts).collect(),
            space,
        })
    }
}

#[async_trait]
impl VectorIndex for MemoryVectors {
    fn space(&self) -> &EmbeddingSpace {
        &self.space
    }

    async fn search(&self, kind: RecordKind, queries: &[Embedding], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>> {
        let index = match kind {
            RecordKind::Chunk => &self.chunks,
            RecordKind::Node => &self.nodes,
            RecordKind::Fact => &self.facts,
        };
        index.search_batch(queries, k)
    }

    async fn vectors(&self, ids: &[RecordId]) -> Result<Vec<Option<Embedding>>> {
        Ok(ids.iter().map(|id| self.rows.get(id).cloned()).collect())
    }
}
