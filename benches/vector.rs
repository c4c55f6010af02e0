//! Exact vector search in 384 dimensions; throughput in comparisons of two vectors.
#![allow(clippy::expect_used, missing_docs, reason = "benches")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kag_benches::vectors;
use kag_core::vector::{ExactIndex, pairs_over};

const DIM: usize = 384;
const QUERIES: usize = 64;

fn search(criterion: &mut Criterion) {
    for count in [10_000, 50_000] {
        let all = vectors(count + QUERIES, DIM);
        let (rows, queries) = all.split_at(count);
        let index = ExactIndex::new(DIM, (0u32..).zip(rows.iter().cloned())).expect("equal dimensions");
        let mut group = criterion.benchmark_group("vector");
        group.sample_size(20).throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("one query", count), |bench| {
            let mut queries = queries.iter().cycle();
            bench.iter(|| queries.next().map(|query| index.search(black_box(query), 10)));
        });
        group.sample_size(10).throughput(Throughput::Elements((count * QUERIES) as u64));
        group.bench_function(BenchmarkId::new("64 queries", count), |bench| {
            bench.iter(|| index.search_batch(black_box(queries), 10).expect("equal dimensions"));
        });
        group.finish();
    }
}

fn pairs(criterion: &mut Criterion) {
    let count = 5_000;
    let rows: Vec<_> = (0u32..).zip(vectors(count, DIM)).collect();
    let mut group = criterion.benchmark_group("pairs");
    group.sample_size(10).throughput(Throughput::Elements((count * (count - 1) / 2) as u64));
    group.bench_function(BenchmarkId::new("over 0.8", count), |bench| {
        bench.iter(|| pairs_over(black_box(&rows), 0.8).expect("equal dimensions"));
    });
    group.finish();
}

criterion_group!(benches, search, pairs);
criterion_main!(benches);
