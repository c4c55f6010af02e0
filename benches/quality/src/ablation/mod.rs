//! What each stage of alignment brings.

mod added;
mod many;
mod stage;

use std::{fs, sync::Arc};

use kag::{
    ChangeSet, Contribution, EmbeddingSpace, Hybrid, KnowledgeBase, MemoryKnowledgeBase, PageRank, Query, Retriever,
    Scope,
};
use serde::Serialize;

use crate::{
    Result,
    arguments::Ablation,
    dataset::Dataset,
    embedder::TimedEmbedder,
    index::{Index, Nodes, Place},
    manifest::Counts,
    retrieval::{Difference, Run, measure, queries},
};
use added::{Added, add_one};
pub(crate) use many::align_names;
use stage::Stage;

/// Passages to which one is added, besides all.
const FEWER: usize = 1000;

/// The record of one run, as it is written to the JSON file.
#[derive(Debug, Serialize)]
struct Table {
    version: &'static str,
    data: String,
    data_hash: String,
    embedder: String,
    questions: usize,
    rows: Vec<Row>,
    added: Vec<Added>,
}

/// One stage, or several together.
#[derive(Debug, Serialize)]
struct Row {
    stage: &'static str,
    counts: Counts,
    clusters: usize,
    derive_ms: f64,
    retrievers: Vec<Recall>,
}

#[derive(Debug, Serialize)]
struct Recall {
    name: String,
    #[serde(rename = "recall@2")]
    recall_2: f64,
    #[serde(rename = "recall@5")]
    recall_5: f64,
    /// Against the same retriever without alignment, paired; none for that one.
    against_none: Option<Difference>,
}

/// Measures PageRank and the hybrid with each stage switched on.
pub(crate) async fn run(arguments: &Ablation) -> Result<()> {
    let mut dataset = Dataset::read(&arguments.data)?;
    dataset.keep(arguments.part);
    let embedder = TimedEmbedder::open(&arguments.embedder, arguments.cache.as_deref())?;
    let space = embedder.as_deref().map(kag_space);
    let index = Index::build(&dataset, Nodes::Own, embedder.clone(), &Place::Memory).await?;
    let documents = index.contributions().await?;
    let asked: Vec<Vec<Query>> = queries(&dataset, embedder.as_deref()).await?;

    let (mut rows, mut without): (Vec<Row>, Vec<Run>) = (Vec::new(), Vec::new());
    println!(
        "{}: {} passages, {} questions, embedder {}\n\n{HEAD}",
        dataset.name,
        documents.len(),
        dataset.questions.len(),
        embedder.as_ref().map_or("none", |embedder| kag::Embedder::id(&**embedder))
    );
    for stage in Stage::all() {
        let index = Index::of(&*based_on(&stage, space.as_ref(), &documents).await?).await?;
        let mut runs = Vec::new();
        for retriever in [&PageRank::default() as &dyn Retriever, &Hybrid::default()] {
            runs.push(measure(retriever, &index, &dataset.questions, &asked).await?);
        }
        let retrievers = runs.iter().enumerate().map(|(at, run)| Recall {
            name: run.measured.name.clone(),
            recall_2: run.measured.recall_2,
            recall_5: run.measured.recall_5,
            against_none: without.get(at).map(|without| run.difference(without)),
        });
        let row = Row {
            stage: stage.name,
            counts: index.counts().await?,
            clusters: index.clusters().await?,
            derive_ms: 1e3 * stage.work().1.as_secs_f64(),
            retrievers: retrievers.collect(),
        };
        print(&row);
        rows.push(row);
        if without.is_empty() {
            without = runs;
        }
    }
    let mut added = Vec::new();
    for to in [FEWER, documents.len().saturating_sub(1)] {
        added.extend(add_one(&documents, to, space.as_ref()).await?);
    }
    print_added(&added);
    let table = Table {
        version: env!("CARGO_PKG_VERSION"),
        data: dataset.name.clone(),
        data_hash: dataset.hash.to_string(),
        embedder: embedder.as_ref().map_or("none", |embedder| kag::Embedder::id(&**embedder)).to_owned(),
        questions: dataset.questions.len(),
        rows,
        added,
    };
    if let Some(file) = &arguments.json {
        fs::write(file, serde_json::to_vec_pretty(&table)?)?;
    }
    Ok(())
}

fn kag_space(embedder: &TimedEmbedder) -> EmbeddingSpace {
    EmbeddingSpace::new(kag::Embedder::id(embedder), kag::Embedder::dim(embedder))
}

/// A base in memory that holds `documents`, aligned by `stage`.
async fn based_on(
    stage: &Stage,
    space: Option<&EmbeddingSpace>,
    documents: &[Arc<Contribution>],
) -> Result<Box<dyn KnowledgeBase>> {
    let base = space.cloned().into_iter().fold(MemoryKnowledgeBase::new(), MemoryKnowledgeBase::with_space);
    let base = stage.on(base);
    base.commit(documents.iter().map(Arc::clone).fold(ChangeSet::new(), ChangeSet::put)).await?;
    base.snapshot(&Scope::All).await?;
    Ok(Box::new(base))
}

const HEAD: &str = "stage                      nodes   facts mentions synonyms clusters derive ms | PageRank @2, @5 (against none)  \
                    | hybrid @2, @5 (against none)";

fn print(row: &Row) {
    let Row { stage, counts, clusters, derive_ms, retrievers } = row;
    print!(
        "{stage:<24} {:>7} {:>7} {:>8} {:>8} {clusters:>8} {derive_ms:>9.0}",
        counts.nodes, counts.facts, counts.mentions, counts.synonyms
    );
    for recall in retrievers {
        let against = |at: &str| match &recall.against_none {
            Some(Difference { mean, interval }) => {
                let [low, high] = interval.get(at).copied().unwrap_or_default();
                format!(" ({:+.1} [{low:+.1}, {high:+.1}])", mean.get(at).copied().unwrap_or_default())
            }
            None => String::new(),
        };
        print!(" | {:.1}{}, {:.1}{}", recall.recall_2, against("recall@2"), recall.recall_5, against("recall@5"));
    }
    println!();
}

fn print_added(added: &[Added]) {
    println!();
    for Added { to, all_ms, all_compared, one_ms, one_changed, one_compared, snapshot_ms } in added {
        println!(
            "{to} passages: {all_ms:.0} ms, {} names and {} vectors compared; one more, with {one_changed} nodes new or \
             with other names: {one_ms:.1} ms, {} and {} compared; commit and snapshot in memory {snapshot_ms:.0} ms",
            all_compared[0], all_compared[1], one_compared[0], one_compared[1]
        );
    }
}
