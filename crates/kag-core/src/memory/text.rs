//! BM25 in memory.

use std::sync::Arc;

use async_trait::async_trait;

use super::MemoryGraph;
use crate::{Contribution, RecordId, RecordKind, Result, Scored, TextIndex, text::Bm25};

/// One BM25 index a kind of record.
#[derive(Debug)]
pub(super) struct MemoryText {
    chunks: Bm25<RecordId>,
    nodes: Bm25<RecordId>,
    facts: Bm25<RecordId>,
}

impl MemoryText {
    pub(super) fn of(visible: &[Arc<Contribution>], graph: &MemoryGraph) -> Self {
        let (chunks, (nodes, facts)) = rayon::join(
            || {
                let passages: Vec<_> = visible
                    .iter()
                    .flat_map(|c| c.chunks().iter().map(|chunk| (chunk.id, c.document().passage(chunk))))
                    .collect();
                Bm25::new(passages.iter().map(|(id, passage)| (RecordId::Chunk(*id), passage.as_str())))
            },
            || {
                rayon::join(
                    || {
                        let names: Vec<_> = graph
                            .all_nodes()
                            .iter()
                            .map(|node| {
                                let aliases = node.aliases.iter().map(|alias| &**alias);
                                let names: Vec<_> = std::iter::once(&*node.name).chain(aliases).collect();
                                (node.id, names.join("\n"))
                            })
                            .collect();
                        Bm25::new(names.iter().map(|(id, names)| (RecordId::Node(*id), names.as_str())))
                    },
                    || Bm25::new(graph.all_facts().iter().map(|fact| (RecordId::Fact(fact.id), &*fact.statement))),
                )
            },
        );
        Self { chunks, nodes, facts }
    }
}

#[async_trait]
impl TextIndex for MemoryText {
    async fn search(&self, kind: RecordKind, queries: &[&str], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>> {
        let index = match kind {
            RecordKind::Chunk => &self.chunks,
            RecordKind::Node => &self.nodes,
            RecordKind::Fact => &self.facts,
        };
        Ok(queries.iter().map(|query| index.search(query, k)).collect())
    }
}
