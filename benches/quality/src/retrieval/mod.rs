//! Recall of every retriever over one index.

mod ask;
mod linking;
mod measure;

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use kag::{
    Bm25, CpuPool, Dense, Embedder, Fusion, HippoRag, HippoRag2, HippoRag2Options, HippoRagOptions, Hybrid, PageRank,
    PageRankOptions, Query, Retriever,
};

pub(crate) use crate::manifest::Difference;
use crate::{
    Result,
    arguments::{Plan, Retrieval},
    dataset::Dataset,
    embedder::TimedEmbedder,
    index::{Index, Nodes, PARAMETERS, Place},
    manifest::{Manifest, Measured, Published, peak_memory_mb},
    table,
};
pub(crate) use measure::{Run, measure};

/// The queries of each question of `dataset`, each the question itself.
pub(crate) async fn queries(dataset: &Dataset, embedder: Option<&TimedEmbedder>) -> Result<Vec<Vec<Query>>> {
    ask::queries(dataset, Plan::Single, embedder).await
}

/// The retrievers that every other one is compared with, question by question.
const COMPARED_WITH: [&str; 2] = ["dense", "hipporag2"];

/// Builds the index of a data set and measures every retriever on its questions.
pub(crate) async fn run(arguments: &Retrieval) -> Result<()> {
    let mut dataset = Dataset::read(&arguments.data)?;
    dataset.keep(arguments.part);
    let embedder = TimedEmbedder::open(&arguments.embedder, arguments.cache.as_deref())?;
    let start = Instant::now();
    let index = Index::build(&dataset, Nodes::Own, embedder.clone(), &arguments.place).await?;
    let index_seconds = start.elapsed().as_secs_f64();
    let embed_seconds = embedder.as_ref().map_or(Duration::ZERO, |embedder| embedder.spent()).as_secs_f64();

    let queries = ask::queries(&dataset, arguments.plan, embedder.as_deref()).await?;
    let retrievers: [Arc<dyn Retriever>; 5] = [
        Arc::new(Bm25),
        Arc::new(Dense),
        Arc::new(Fusion::default()),
        Arc::new(PageRank::default()),
        Arc::new(Hybrid::new(arguments.hybrid.clone(), CpuPool::default())),
    ];
    let mut runs = Vec::new();
    for retriever in &retrievers {
        runs.push(measure(&**retriever, &index, &dataset.questions, &queries).await?);
    }
    let published = published(&dataset, embedder.as_ref(), &queries, &mut runs).await?;
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION"),
        data: dataset.name.clone(),
        data_hash: dataset.hash.to_string(),
        embedder: embedder.as_ref().map_or("none", |embedder| embedder.id()).to_owned(),
        questions: dataset.questions.len(),
        part: arguments.part,
        plan: arguments.plan,
        counts: index.counts().await?,
        published,
        linking: linking::linking(&dataset, &index, embedder.as_deref()).await?,
        index_seconds,
        embed_seconds,
        peak_memory_mb: peak_memory_mb(),
        parameters: vec![
            PARAMETERS.to_owned(),
            format!("{:?}", Fusion::default()),
            format!("{:?}", PageRankOptions::default()),
            format!("{:?}", HippoRagOptions::default()),
            format!("{:?}", HippoRag2Options::default()),
            format!("{:?}", arguments.hybrid),
        ],
        retrievers: compared(runs),
    };
    table::print(&manifest);
    if let Some(file) = &arguments.json {
        fs::write(file, serde_json::to_vec_pretty(&manifest)?)?;
    }
    Ok(())
}

/// Measures HippoRAG over an index built as its programs build theirs, where triples were
/// recorded. Without triples its second form is dense, and its first has no graph.
async fn published(
    dataset: &Dataset,
    embedder: Option<&Arc<TimedEmbedder>>,
    queries: &[Vec<Query>],
    runs: &mut Vec<Run>,
) -> Result<Option<Published>> {
    let Some(embedder) = embedder.filter(|_| dataset.recorded) else { return Ok(None) };
    let index = Index::build(dataset, Nodes::Published, Some(Arc::clone(embedder)), &Place::Memory).await?;
    let second = HippoRag2::default();
    runs.push(measure(&HippoRag::default(), &index, &dataset.questions, queries).await?);
    runs.push(measure(&second, &index, &dataset.questions, queries).await?);
    let size = second.size(index.snapshot()).await?;
    let facts = index.counts().await?.facts;
    Ok(Some(Published { entities: size.entities, facts, edges: size.edges }))
}

/// The figures with their differences to what they are compared with.
fn compared(mut runs: Vec<Run>) -> Vec<Measured> {
    for name in COMPARED_WITH {
        let Some(recalls) = runs.iter().find(|run| run.measured.name == name).map(Run::recalls) else { continue };
        for run in runs.iter_mut().filter(|run| run.measured.name != name) {
            run.compare(name, &recalls);
        }
    }
    runs.into_iter().map(|run| run.measured).collect()
}
