//! How long it takes to align many names.

use std::{
    collections::BTreeSet,
    fs,
    time::{Duration, Instant},
};

use kag::{
    ChangeSet, ContentHash, ContributionDraft, Document, Embedder, KnowledgeBase, Layer, MemoryKnowledgeBase, Purpose,
    Scope, core::TextVector,
};
use serde::Serialize;

use super::{kag_space, stage::Stage};
use crate::{Result, arguments::Names, embedder::TimedEmbedder, manifest::peak_memory_mb};

/// Names embedded at once.
const BATCH: usize = 512;

#[derive(Debug, Serialize)]
struct Times {
    names: usize,
    embedder: String,
    embed_s: f64,
    align_s: f64,
    synonyms: usize,
    names_compared: u64,
    vectors_compared: u64,
    one_more_ms: f64,
    peak_memory_mb: f64,
}

/// Aligns the names in a file, a line each, by every name stage and by vectors.
pub(crate) async fn align_names(arguments: &Names) -> Result<()> {
    let text =
        fs::read_to_string(&arguments.names).map_err(|error| format!("{}: {error}", arguments.names.display()))?;
    let names: BTreeSet<&str> = text.lines().map(str::trim).filter(|name| !name.is_empty()).collect();
    let embedder = TimedEmbedder::open(&arguments.embedder, arguments.cache.as_deref())?;
    let names: Vec<&str> = names.into_iter().collect();
    let (last, others) = names.split_last().ok_or("no names")?;
    let stage = Stage::every_name();
    let base = embedder
        .as_deref()
        .map(kag_space)
        .into_iter()
        .fold(MemoryKnowledgeBase::new(), MemoryKnowledgeBase::with_space);
    let base = stage.on(base);
    base.commit(document("names:many", others, embedder.as_deref()).await?).await?;
    let start = Instant::now();
    let snapshot = base.snapshot(&Scope::All).await?;
    println!("snapshot with everything in it: {:.1} s", start.elapsed().as_secs_f64());
    let (work, align) = stage.work();
    let view = snapshot.graph().view(&kag::GraphNeed::Everything).await?;
    base.commit(document("names:last", &[last], embedder.as_deref()).await?).await?;
    base.snapshot(&Scope::All).await?;
    let times = Times {
        names: names.len(),
        embedder: embedder.as_ref().map_or("none", |embedder| embedder.id()).to_owned(),
        embed_s: embedder.as_ref().map_or(Duration::ZERO, |embedder| embedder.spent()).as_secs_f64(),
        align_s: align.as_secs_f64(),
        synonyms: view.with_predicate(&kag::SYNONYM.into())?.len(),
        names_compared: work.names_compared,
        vectors_compared: work.vectors_compared,
        one_more_ms: 1e3 * stage.work().1.as_secs_f64(),
        peak_memory_mb: peak_memory_mb(),
    };
    println!("{times:#?}");
    if let Some(file) = &arguments.json {
        fs::write(file, serde_json::to_vec_pretty(&times)?)?;
    }
    Ok(())
}

/// A document that names all of `names`.
async fn document(uri: &str, names: &[&str], embedder: Option<&TimedEmbedder>) -> Result<ChangeSet> {
    let mut draft = ContributionDraft::new(Document::new(uri, ContentHash::of(names.join("\n"))));
    for name in names {
        draft.add_node("Entity", *name, Layer::Information);
    }
    if let Some(embedder) = embedder {
        draft.space = Some(kag_space(embedder));
        for batch in names.chunks(BATCH) {
            let vectors = embedder.embed(batch, Purpose::Document).await?;
            let rows = batch.iter().zip(vectors);
            draft.vectors.extend(rows.map(|(name, vector)| TextVector { text: ContentHash::of(name), vector }));
        }
    }
    Ok(ChangeSet::new().put(draft.seal()?))
}
