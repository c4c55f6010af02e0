//! Fusion of three ranked lists and the best of many; throughput in items.
#![allow(missing_docs, reason = "benches")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kag_benches::ranked;
use kag_core::{
    Scored,
    rank::{RRF_K, reciprocal_rank_fusion, top_k, weighted_fusion},
};

fn fusion(criterion: &mut Criterion) {
    for count in [100, 1_000] {
        let lists: Vec<_> = [1, 2, 3].map(|seed| ranked(seed, count, 10 * count as u32)).into();
        let plain: Vec<&[Scored<u32>]> = lists.iter().map(Vec::as_slice).collect();
        let weighed: Vec<_> = plain.iter().map(|list| (0.5, *list)).collect();
        let mut group = criterion.benchmark_group("fusion");
        group.throughput(Throughput::Elements(lists.iter().map(Vec::len).sum::<usize>() as u64));
        group.bench_function(BenchmarkId::new("reciprocal rank", count), |bench| {
            bench.iter(|| reciprocal_rank_fusion(black_box(&plain), RRF_K));
        });
        group.bench_function(BenchmarkId::new("weighted", count), |bench| {
            bench.iter(|| weighted_fusion(black_box(&weighed)));
        });
        group.finish();
    }
}

fn best(criterion: &mut Criterion) {
    let mut hits = ranked(5, 100_000, u32::MAX);
    hits.sort_by_key(|hit| hit.item);
    let mut group = criterion.benchmark_group("top k");
    group.throughput(Throughput::Elements(hits.len() as u64));
    for k in [10, 1_000] {
        group.bench_function(BenchmarkId::new("of 100000", k), |bench| {
            bench.iter(|| top_k(black_box(&hits).iter().copied(), k));
        });
    }
    group.finish();
}

criterion_group!(benches, fusion, best);
criterion_main!(benches);
