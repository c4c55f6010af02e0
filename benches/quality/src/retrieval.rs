//! Recall of every retriever over one index.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use kag::{
    Bm25, ChunkId, Dense, Embedder, Fusion, Hybrid, HybridOptions, PageRank, PageRankOptions, Purpose, Query,
    Retriever, Scored,
};

use crate::{
    Result,
    arguments::Retrieval,
    dataset::{Dataset, Question},
    embedder::TimedEmbedder,
    index::{Index, PARAMETERS},
    interval::bootstrap,
    manifest::{Intervals, Manifest, Measured, peak_memory_mb},
    table,
};

/// The cut-offs at which recall is measured.
const CUT_OFFS: [usize; 4] = [2, 5, 10, 20];

/// Builds the index of a data set and measures every retriever on its questions.
pub(crate) async fn run(arguments: &Retrieval) -> Result<()> {
    let dataset = Dataset::read(&arguments.data)?;
    let embedder = TimedEmbedder::open(&arguments.embedder, arguments.cache.as_deref())?;
    let start = Instant::now();
    let index = Index::build(&dataset, embedder.clone(), &arguments.place).await?;
    let index_seconds = start.elapsed().as_secs_f64();
    let embed_seconds = embedder.as_ref().map_or(Duration::ZERO, |embedder| embedder.spent()).as_secs_f64();

    let queries = queries(&dataset.questions, embedder.as_deref()).await?;
    let retrievers: [Arc<dyn Retriever>; 5] = [
        Arc::new(Bm25),
        Arc::new(Dense),
        Arc::new(Fusion::default()),
        Arc::new(PageRank::default()),
        Arc::new(Hybrid::default()),
    ];
    let mut measured = Vec::new();
    for retriever in &retrievers {
        measured.push(measure(&**retriever, &index, &dataset.questions, &queries).await?);
    }
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION"),
        data: dataset.name.clone(),
        data_hash: dataset.hash.to_string(),
        embedder: embedder.as_ref().map_or("none", |embedder| embedder.id()).to_owned(),
        questions: dataset.questions.len(),
        counts: index.counts().await?,
        index_seconds,
        embed_seconds,
        peak_memory_mb: peak_memory_mb(),
        parameters: vec![
            PARAMETERS.to_owned(),
            format!("{:?}", Fusion::default()),
            format!("{:?}", PageRankOptions::default()),
            format!("{:?}", HybridOptions::default()),
        ],
        retrievers: measured,
    };
    table::print(&manifest);
    if let Some(file) = &arguments.json {
        fs::write(file, serde_json::to_vec_pretty(&manifest)?)?;
    }
    Ok(())
}

async fn queries(questions: &[Question], embedder: Option<&TimedEmbedder>) -> Result<Vec<Query>> {
    let texts: Vec<&str> = questions.iter().map(|question| question.question.as_str()).collect();
    let Some(embedder) = embedder else { return Ok(texts.into_iter().map(Query::new).collect()) };
    let vectors = embedder.embed(&texts, Purpose::Query).await?;
    Ok(texts.into_iter().zip(vectors).map(|(text, vector)| Query::new(text).with_vector(vector)).collect())
}

async fn measure(
    retriever: &dyn Retriever,
    index: &Index,
    questions: &[Question],
    queries: &[Query],
) -> Result<Measured> {
    let deepest = CUT_OFFS.into_iter().max().unwrap_or_default();
    let mut recalls: [Vec<f64>; 4] = Default::default();
    let mut times = Vec::new();
    let mut degradations: BTreeMap<String, usize> = BTreeMap::new();
    if let Some(first) = queries.first() {
        // What is built once a snapshot is not part of a query's time.
        retriever.retrieve(index.snapshot(), first, deepest).await?;
    }
    for (question, query) in questions.iter().zip(queries) {
        let start = Instant::now();
        let retrieved = retriever.retrieve(index.snapshot(), query, deepest).await?;
        times.push(start.elapsed());
        for degradation in &retrieved.degradations {
            *degradations.entry(degradation.to_string()).or_default() += 1;
        }
        let passages = passages(index, &retrieved.hits);
        for (cut_off, recalls) in CUT_OFFS.iter().zip(&mut recalls) {
            let found: BTreeSet<_> = passages.iter().take(*cut_off).copied().collect();
            let gold = question.gold_passage_ids.iter().filter(|id| found.contains(id.as_str())).count();
            recalls.push(100.0 * gold as f64 / question.gold_passage_ids.len() as f64);
        }
    }
    times.sort_unstable();
    let percentile = |share: f64| {
        let at = (share * times.len().saturating_sub(1) as f64).round() as usize;
        times.get(at).map_or(0, |time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
    };
    let [(recall_2, at_2), (recall_5, at_5), (recall_10, at_10), (recall_20, at_20)] =
        recalls.map(|recalls| bootstrap(&recalls));
    Ok(Measured {
        name: retriever.name().to_owned(),
        recall_2,
        recall_5,
        recall_10,
        recall_20,
        interval: Intervals { recall_2: at_2, recall_5: at_5, recall_10: at_10, recall_20: at_20 },
        p50_us: percentile(0.5),
        p95_us: percentile(0.95),
        degradations,
    })
}

/// The passages that the hits belong to, each once, best first.
fn passages<'i>(index: &'i Index, hits: &[Scored<ChunkId>]) -> Vec<&'i str> {
    let mut seen = BTreeSet::new();
    let passages = hits.iter().filter_map(|hit| index.passage_of(hit.item));
    passages.filter(|passage| seen.insert(*passage)).collect()
}
