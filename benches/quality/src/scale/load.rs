//! Filling the store.

use std::{path::Path, time::Instant};

use kag::StoreOptions;
use kag::core::{ChangeSet, KnowledgeBase, RecordKind, Scope};

use super::{
    Measures, memory, put, size_of,
    world::{World, question, space, vector},
};
use crate::Result;

/// Documents of one commit.
const BATCH: usize = 256;

pub(super) async fn run(world: World, store: &Path) -> Result<Measures> {
    let mut measured = Measures::new();
    let base = StoreOptions::default().with_space(space()).open(store)?;
    let (mut raw, mut spent) = (0.0, 0.0);
    for first in (0..world.documents).step_by(BATCH) {
        let mut change = ChangeSet::new();
        for number in first..(first + BATCH).min(world.documents) {
            let contribution = world.document(number)?;
            let texts = contribution.chunks().iter().map(|chunk| chunk.text.len());
            let facts = contribution.facts().iter().map(|fact| fact.statement.len());
            let vectors = contribution.vectors().len() * 4 * super::world::DIM;
            raw += (texts.chain(facts).sum::<usize>() + vectors) as f64 / (1 << 20) as f64;
            change = change.put(contribution);
        }
        let began = Instant::now();
        base.commit(change).await?;
        spent += began.elapsed().as_secs_f64();
        eprintln!("{} documents in {spent:.1} s, {:.0} MB", first + BATCH, memory("VmRSS:"));
    }
    put(&mut measured, "chunks", (world.documents * super::world::CHUNKS) as f64);
    put(&mut measured, "load_s", spent);
    let began = Instant::now();
    let snapshot = base.snapshot(&Scope::All).await?;
    let mut random = super::world::Random::new(1);
    for kind in [RecordKind::Chunk, RecordKind::Node, RecordKind::Fact] {
        snapshot.text().search(kind, &[&question(&mut random)], 10).await?;
        eprintln!("text of {kind:?}: {:.1} s, {:.0} MB", began.elapsed().as_secs_f64(), memory("VmRSS:"));
    }
    for kind in [RecordKind::Chunk, RecordKind::Node] {
        let index = snapshot.vectors().ok_or("the store has no vectors")?;
        index.search(kind, &[vector("query")], 10).await?;
        eprintln!("vectors of {kind:?}: {:.1} s, {:.0} MB", began.elapsed().as_secs_f64(), memory("VmRSS:"));
    }
    let view = snapshot.graph().view(&kag::core::GraphNeed::Everything).await?;
    view.mutual()?;
    eprintln!("mutual graph: {:.1} s, {:.0} MB", began.elapsed().as_secs_f64(), memory("VmRSS:"));
    base.checkpoint().await?;
    put(&mut measured, "derive_s", began.elapsed().as_secs_f64());
    drop((view, snapshot, base));
    put(&mut measured, "load_peak_mb", memory("VmHWM:"));
    put(&mut measured, "dir_mb", size_of(store)?);
    put(&mut measured, "raw_mb", raw);
    Ok(measured)
}
