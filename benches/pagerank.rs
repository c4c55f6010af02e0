//! Personalised PageRank, whole and around the seeds, and building the graph; throughput in
//! arcs of the graph, when building in edges.
#![allow(clippy::expect_used, missing_docs, reason = "benches")]

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kag_benches::{edges, graph, seeds};
use kag_core::graph::{Direction, PageRankOptions, PushOptions, forward_push, pagerank};

fn ranks(criterion: &mut Criterion) {
    for (vertices, edges) in [(10_000, 50_000), (100_000, 1_000_000)] {
        for direction in [Direction::Directed, Direction::Undirected] {
            let graph = graph(vertices, edges, direction);
            let seeds = seeds(vertices);
            let size = format!("{vertices}x{edges}/{direction:?}");
            let mut group = criterion.benchmark_group("pagerank");
            group.sample_size(20).throughput(Throughput::Elements(graph.arcs() as u64));
            group.bench_function(BenchmarkId::new("whole 1e-6", &size), |bench| {
                let options = PageRankOptions::default();
                bench.iter(|| pagerank(&graph, black_box(&seeds), &options).expect("valid seeds"));
            });
            group.bench_function(BenchmarkId::new("push 1e-5", &size), |bench| {
                let options = PushOptions::default();
                bench.iter(|| forward_push(&graph, black_box(&seeds), &options).expect("valid seeds"));
            });
            group.finish();
        }
    }
}

fn build(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("csr");
    for (vertices, count) in [(10_000, 50_000), (100_000, 1_000_000)] {
        let edges = edges(vertices, count);
        group.sample_size(10).throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("build", format!("{vertices}x{count}/Undirected")), |bench| {
            let fresh = || edges.clone();
            bench.iter_batched(fresh, |edges| edges.build(Direction::Undirected), BatchSize::LargeInput);
        });
    }
    group.finish();
}

criterion_group!(benches, ranks, build);
criterion_main!(benches);
