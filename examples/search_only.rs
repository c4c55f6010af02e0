//! Shows search without questions, plans or a model: which passages each retriever finds, and why.
//!
//! `search_only ["words to search for"]`

mod football;

use std::sync::Arc;

use football::Failure;
use kag::{
    Bm25, Dense, Embedder, EmbeddingSpace, Fusion, Hybrid, KnowledgeBase, MemoryKnowledgeBase, Patterns, Purpose,
    Query, Retriever, Scope, Snapshot, StaticEmbedder,
};

const PASSAGES: usize = 3;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let text = std::env::args().nth(1).unwrap_or_else(|| "哪家俱乐部的主场是 Old Trafford？".to_owned());
    let embedder: Arc<dyn Embedder> = Arc::new(StaticEmbedder::new());
    let base = MemoryKnowledgeBase::new().with_space(EmbeddingSpace::new(embedder.id(), embedder.dim()));
    // Names alone make a graph: who is mentioned where. No extraction, no model.
    let names = Patterns::new("names").with_names(football::names()?).compile()?;
    football::build(&base, names, Arc::clone(&embedder)).await?;
    let snapshot = base.snapshot(&Scope::All).await?;

    let mut query = Query::new(text.as_str());
    query.vector = embedder.embed(&[&text], Purpose::Query).await?.pop();
    println!("{text}\n");
    let (fusion, hybrid) = (Fusion::default(), Hybrid::default());
    let retrievers: [&dyn Retriever; 4] = [&Bm25, &Dense, &fusion, &hybrid];
    for retriever in retrievers {
        show(&snapshot, retriever, &query).await?;
    }
    Ok(())
}

/// The best passages, with their scores and where they stand.
async fn show(snapshot: &Snapshot, retriever: &dyn Retriever, query: &Query) -> Result<(), Failure> {
    let found = retriever.retrieve(snapshot, query, PASSAGES).await?;
    println!("{}", retriever.name());
    let ids: Vec<_> = found.hits.iter().map(|hit| hit.item).collect();
    let chunks = snapshot.chunks().chunks(&ids).await?;
    for (hit, chunk) in found.hits.iter().zip(chunks) {
        let Some(chunk) = chunk else { continue };
        let document = snapshot.chunks().contributions(&[chunk.document]).await?.pop().flatten();
        let uri = document.as_ref().map_or("", |contribution| &*contribution.document().uri);
        let begin: String = chunk.text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
        println!("  {:.3}  {uri}  {begin}…", hit.score.get());
    }
    for degradation in &found.degradations {
        println!("  ({degradation})");
    }
    Ok(())
}
