//! BM25 in memory.

use std::sync::Arc;

use async_trait::async_trait;

use super::MemoryGraph;
use crate::{Contribution, RecordId, RecordKind, Result, Scored, TextIndex, text::SegmentedBm25};

/// Made at once, an index of segments holds and finds what [`Bm25`](crate::text::Bm25) does.
type Index = SegmentedBm25<RecordId, 1>;

/// One BM25 index a kind of record.
#[derive(Debug)]
pub(super) struct MemoryText {
    chunks: Index,
    nodes: Index,
    facts: Index,
}

impl MemoryText {
    pub(super) fn of(visible: &[Arc<Contribution>], graph: &MemoryGraph) -> Self {
        let (chunks, (nodes, facts)) = rayon::join(
            || {
                let passages: Vec<_> = visible
                    .iter()
                    .flat_map(|c| c.chunks().iter().map(|chunk| (chunk.id, c.document().passage(chunk))))
                    .collect();
                index_of(passages.iter().map(|(id, passage)| (RecordId::Chunk(*id), passage.as_str())))
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
                        index_of(names.iter().map(|(id, names)| (RecordId::Node(*id), names.as_str())))
                    },
                    || index_of(graph.all_facts().iter().map(|fact| (RecordId::Fact(fact.id), &*fact.statement))),
                )
            },
        );
        Self { chunks, nodes, facts }
    }
}

fn index_of<'t>(rows: impl Iterator<Item = (RecordId, &'t str)>) -> Index {
    Index::new([1.0], Default::default()).with(rows.map(|(record, text)| (record, [text])), [])
}

impl MemoryText {
    fn of_kind(&self, kind: RecordKind) -> &Index {
        match kind {
            RecordKind::Chunk => &self.chunks,
            RecordKind::Node => &self.nodes,
            RecordKind::Fact => &self.facts,
        }
    }
}

#[async_trait]
impl TextIndex for MemoryText {
    async fn search(&self, kind: RecordKind, queries: &[&str], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>> {
        Ok(queries.iter().map(|query| self.of_kind(kind).search(query, k)).collect())
    }

    async fn search_prefix(&self, kind: RecordKind, queries: &[&str], k: usize) -> Result<Vec<Vec<Scored<RecordId>>>> {
        Ok(queries.iter().map(|query| self.of_kind(kind).search_prefix(query, k)).collect())
    }
}
