//! Passages by words.

use async_trait::async_trait;
use kag_core::{RecordKind, Result, Scored, Snapshot};

use super::{Query, Retrieved, Retriever};

/// Passages by BM25 over title, headings and text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bm25;

#[async_trait]
impl Retriever for Bm25 {
    fn name(&self) -> &str {
        "bm25"
    }

    async fn retrieve(&self, snapshot: &Snapshot, query: &Query, k: usize) -> Result<Retrieved> {
        let found = snapshot.text().search(RecordKind::Chunk, &[&query.text], k).await?;
        let hits = found.into_iter().flatten();
        let hits = hits.filter_map(|hit| Some(Scored { item: hit.item.chunk()?, score: hit.score })).collect();
        Ok(Retrieved { hits, ..Retrieved::default() })
    }
}
