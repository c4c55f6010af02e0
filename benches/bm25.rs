//! BM25 over 10,000 texts of about 100 words, Chinese and English; throughput in bytes of
//! text when building, in texts when searching.
#![allow(missing_docs, reason = "benches")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kag_benches::texts;
use kag_core::text::{Analyser, Bm25};

fn bm25(criterion: &mut Criterion) {
    let rows = texts(10_000, 100);
    let bytes = rows.iter().map(String::len).sum::<usize>() as u64;
    let questions = texts(64, 12);
    let mut group = criterion.benchmark_group("bm25");
    group.sample_size(10).throughput(Throughput::Bytes(bytes));
    group.bench_function("analyse", |bench| {
        let analyser = Analyser::default();
        bench.iter(|| rows.iter().map(|text| analyser.terms(text).len()).sum::<usize>());
    });
    group.bench_function("build", |bench| bench.iter(|| Bm25::new((0u32..).zip(&rows))));
    let index = Bm25::new((0u32..).zip(&rows));
    group.sample_size(50).throughput(Throughput::Elements(rows.len() as u64));
    for k in [10, 1_000] {
        let mut questions = questions.iter().cycle();
        group.bench_function(format!("search top {k}"), |bench| {
            bench.iter(|| questions.next().map(|question| index.search(black_box(question), k)));
        });
    }
    group.finish();
}

criterion_group!(benches, bm25);
criterion_main!(benches);
