//! Passages by meaning.

use async_trait::async_trait;
use kag_core::{RecordKind, Result, Scored, Snapshot};

use super::{Degradation, Query, Retrieved, Retriever};

/// Passages by the cosine of their vector and the query's. Finds nothing, and says so,
/// where there are no vectors.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dense;

#[async_trait]
impl Retriever for Dense {
    fn name(&self) -> &str {
        "dense"
    }

    async fn retrieve(&self, snapshot: &Snapshot, query: &Query, k: usize) -> Result<Retrieved> {
        let (Some(vectors), Some(vector)) = (snapshot.vectors(), &query.vector) else {
            return Ok(Retrieved { degradations: [Degradation::NoVectors].into(), ..Retrieved::default() });
        };
        let found = vectors.search(RecordKind::Chunk, std::slice::from_ref(vector), k).await?;
        let hits = found.into_iter().flatten();
        let hits = hits.filter_map(|hit| Some(Scored { item: hit.item.chunk()?, score: hit.score })).collect();
        Ok(Retrieved { hits, ..Retrieved::default() })
    }
}
