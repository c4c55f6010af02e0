//! How many passages a second one thread embeds; needs the model directory in `KAG_EMBEDDER_DIR`.
#![allow(clippy::expect_used, missing_docs, reason = "a bench")]

use std::{env, hint::black_box, num::NonZeroUsize};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures::executor::block_on;
use kag_candle::CandleEmbedder;
use kag_core::CpuPool;
use kag_llm::{Embedder, Purpose};

/// About 95 words and 125 tokens.
const PASSAGE: &str = "Marlowe Estates v. Harbour Authority is a decision of the Court of Appeal \
    on the duty of a lessor to disclose known defects. The claimant, a fund registered in Zürich, \
    had leased three warehouses – built between 1961 and 1974 – for a term of twelve years. In the \
    spring of 2003 a survey found that the foundations had been weakened by tidal erosion, which \
    the authority's engineers had reported as early as 1998. Lord Justice Ashdown held that silence \
    about a structural defect amounts to misrepresentation when the lessor knows of it.";

fn embed(c: &mut Criterion) {
    let Some(dir) = env::var_os("KAG_EMBEDDER_DIR") else {
        eprintln!("skipped: KAG_EMBEDDER_DIR is not set");
        return;
    };
    let embedder = CandleEmbedder::from_dir(dir).expect("a model");
    let embedder = embedder.with_cpu(CpuPool::new(NonZeroUsize::MIN));
    let texts: Vec<String> = (0..32).map(|n| format!("{n} {PASSAGE}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut group = c.benchmark_group("candle");
    group.sample_size(10);
    group.throughput(Throughput::Elements(32));
    group.bench_function("embed/32 passages", |b| {
        b.iter(|| black_box(block_on(embedder.embed(&texts, Purpose::Document))));
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("embed/1 question", |b| {
        let question = ["Which court held that silence about a defect is a misrepresentation?"];
        b.iter(|| black_box(block_on(embedder.embed(&question, Purpose::Query))));
    });
    group.finish();
}

criterion_group!(benches, embed);
criterion_main!(benches);
