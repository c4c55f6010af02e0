//! How fast the table is loaded and texts are embedded, on one thread.
#![allow(missing_docs, reason = "criterion writes the functions")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use kag_static::StaticEmbedder;

/// About 95 words and 580 bytes, with the accents and dashes of an encyclopaedia.
const PASSAGE: &str = "Marlowe Estates v. Harbour Authority is a decision of the Court of Appeal \
    on the duty of a lessor to disclose known defects. The claimant, a fund registered in Zürich, \
    had leased three warehouses – built between 1961 and 1974 – for a term of twelve years. In the \
    spring of 2003 a survey found that the foundations had been weakened by tidal erosion, which \
    the authority's engineers had reported as early as 1998. Lord Justice Ashdown held that silence \
    about a structural defect amounts to misrepresentation when the lessor knows of it.";

/// 12 words and 70 bytes.
const SENTENCE: &str = "Which court held that silence about a defect is a misrepresentation?";

fn passages(text: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{n} {}", &text[text.floor_char_boundary(n % 8)..])).collect()
}

fn embed(c: &mut Criterion) {
    let embedder = StaticEmbedder::new();
    let mut group = c.benchmark_group("static");
    for (name, text) in [("passage", PASSAGE), ("sentence", SENTENCE)] {
        let texts = passages(text, 1_000);
        group.throughput(Throughput::Elements(1_000));
        group.bench_function(format!("vector/{name}"), |b| {
            b.iter(|| {
                texts.iter().map(|text| embedder.vector(text)).for_each(|v| {
                    black_box(v);
                })
            });
        });
        group.bench_function(format!("token_ids/{name}"), |b| {
            b.iter(|| {
                texts.iter().for_each(|text| {
                    black_box(embedder.token_ids(text));
                })
            });
        });
    }
    group.throughput(Throughput::Elements(1));
    group.bench_function("load", |b| {
        b.iter_batched(|| (), |()| StaticEmbedder::new(), BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, embed);
criterion_main!(benches);
