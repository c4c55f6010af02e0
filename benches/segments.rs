//! Indexes that change by segments, at 10,000 and at 100,000 rows (texts of about 100 words;
//! 384 dimensions; seven edges a vertex): building, searching, replacing one document of ten
//! rows, opening. Prints the bytes each takes.
#![allow(clippy::expect_used, missing_docs, reason = "benches")]

use std::{fs::File, hint::black_box, sync::Arc};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use kag_benches::{Random, graph, seeds, texts, vectors};
use kag_core::{
    graph::{Direction, Graph, PageRankOptions, Patch, PatchedCsr, PushOptions, forward_push, pagerank},
    text::{Bm25, Bm25Options, SegmentedBm25},
    vector::{ExactIndex, SegmentedVectors, VectorSegment},
};

const SIZES: [usize; 2] = [10_000, 100_000];
const DIM: usize = 384;
/// Rows of one document.
const DOCUMENT: usize = 10;

/// The documents of `rows` rows over and over: the keys of the next one.
fn documents(rows: usize) -> impl Iterator<Item = std::ops::Range<u32>> {
    // A stride without a common divisor, so that documents are met in no order.
    (0..).map(move |at| (at * 7_919 % (rows / DOCUMENT) * DOCUMENT) as u32).map(|first| first..first + DOCUMENT as u32)
}

fn text(criterion: &mut Criterion) {
    for count in SIZES {
        let rows = texts(count, 100);
        let questions = texts(64, 12);
        let all = || (0u32..).zip(rows.iter().map(|text| [text.as_str()]));
        let empty = SegmentedBm25::new([1.0], Bm25Options::default());
        let mut group = criterion.benchmark_group("segmented text");
        group.sample_size(10);
        group.bench_function(BenchmarkId::new("build", count), |bench| bench.iter(|| empty.with(all(), [])));
        let index = empty.with(all(), []);
        let (memory, postings) =
            index.segments().fold((0, 0), |(m, p), segment| (m + segment.memory(), p + segment.postings()));
        let mut written = Vec::new();
        index.write(&mut written).expect("memory");
        let bytes = rows.iter().map(String::len).sum::<usize>();
        eprintln!(
            "text {count}: {bytes} bytes of text, {memory} in memory, {} on file, {postings} postings",
            written.len()
        );
        group.bench_function(BenchmarkId::new("read", count), |bench| {
            bench.iter(|| SegmentedBm25::<u32, 1>::read(&mut written.as_slice()).expect("as written"));
        });
        let fresh = Bm25::new((0u32..).zip(&rows));
        // As it is after some time: documents replaced, segments of all sizes.
        let mut aged = index.clone();
        let mut next = documents(count);
        let mut replace = |index: &mut SegmentedBm25<u32>| {
            let keys = next.next().unwrap_or_default();
            let new = keys.clone().zip(rows.iter().cycle().skip(keys.start as usize + 5).map(|text| [text.as_str()]));
            *index = index.with(new, keys);
        };
        (0..count / DOCUMENT / 10).for_each(|_| replace(&mut aged));
        eprintln!("text {count}: {} segments after a tenth was replaced", aged.segments().len());
        group.sample_size(50);
        for k in [10, 1_000] {
            let mut questions = questions.iter().cycle();
            group.bench_function(BenchmarkId::new(format!("search {k}"), count), |bench| {
                bench.iter(|| questions.next().map(|question| index.search(black_box(question), k)));
            });
        }
        let mut asked = questions.iter().cycle();
        group.bench_function(BenchmarkId::new("search 10, aged", count), |bench| {
            bench.iter(|| asked.next().map(|question| aged.search(black_box(question), 10)));
        });
        let mut asked = questions.iter().cycle();
        group.bench_function(BenchmarkId::new("search 10, Bm25", count), |bench| {
            bench.iter(|| asked.next().map(|question| fresh.search(black_box(question), 10)));
        });
        group.bench_function(BenchmarkId::new("prefix 10", count), |bench| {
            bench.iter(|| aged.search_prefix(black_box("kare to"), 10));
        });
        group.bench_function(BenchmarkId::new("replace a document", count), |bench| {
            bench.iter(|| replace(&mut aged));
        });
        group.finish();
    }
}

fn vector(criterion: &mut Criterion) {
    for count in SIZES {
        let made = vectors(count + 64, DIM);
        let (rows, queries) = made.split_at(count);
        let all = || (0u32..).zip(rows.iter().cloned());
        let empty = SegmentedVectors::new(DIM);
        let mut group = criterion.benchmark_group("segmented vectors");
        group.sample_size(10);
        group.bench_function(BenchmarkId::new("build", count), |bench| {
            bench.iter(|| empty.with(all(), []).expect("equal dimensions"));
        });
        let index = empty.with(all(), []).expect("equal dimensions");
        let filed = index.segments().fold(index.clone(), |filed, segment| filed.replacing(&on_file(segment)));
        let memory = |index: &SegmentedVectors<u32>| index.segments().map(|segment| segment.memory()).sum::<usize>();
        eprintln!("vectors {count}: {} in memory, {} with the vectors on file", memory(&index), memory(&filed));
        let mut aged = filed.clone();
        let mut next = documents(count);
        let mut replace = |index: &mut SegmentedVectors<u32>| {
            let keys = next.next().unwrap_or_default();
            let new = keys.clone().zip(rows.iter().cycle().skip(keys.start as usize + 5).cloned());
            *index = index.with(new, keys).expect("equal dimensions");
        };
        group.sample_size(50);
        let fresh = ExactIndex::new(DIM, all()).expect("equal dimensions");
        let mut asked = queries.iter().cycle();
        group.bench_function(BenchmarkId::new("search 10, ExactIndex", count), |bench| {
            bench.iter(|| asked.next().map(|query| fresh.search(black_box(query), 10)));
        });
        drop(fresh);
        for (name, index) in [("memory", &index), ("file", &filed)] {
            let mut queries = queries.iter().cycle();
            group.bench_function(BenchmarkId::new(format!("search 10, {name}"), count), |bench| {
                bench.iter(|| queries.next().map(|query| index.search(black_box(query), 10)));
            });
        }
        group.bench_function(BenchmarkId::new("64 queries", count), |bench| {
            bench.iter(|| filed.search_batch(black_box(queries), 10).expect("equal dimensions"));
        });
        group.bench_function(BenchmarkId::new("replace a document", count), |bench| {
            bench.iter(|| replace(&mut aged));
        });
        group.finish();
    }
}

/// The same segment with its vectors in a file.
fn on_file(segment: &Arc<VectorSegment<u32>>) -> Arc<VectorSegment<u32>> {
    let path = std::env::temp_dir().join(format!("kag-bench-{}-{}", std::process::id(), segment.name()));
    let written = segment.sealed().and_then(|sealed| sealed.write(&mut File::create(&path).expect("a file")));
    written.expect("room for a file");
    let opened = VectorSegment::open(File::open(&path).expect("the file"));
    // What is open can be read though it has no name any more.
    drop(std::fs::remove_file(&path));
    Arc::new(opened.expect("as written"))
}

fn ranks(criterion: &mut Criterion) {
    for count in SIZES {
        let vertices = 2 * count as u32;
        let csr = graph(vertices, 14 * count, Direction::Undirected);
        let seeds = seeds(vertices);
        let mut graph = PatchedCsr::new(csr.clone()).expect("undirected");
        let mut random = Random::new(5);
        let mut replace = |graph: &mut PatchedCsr| {
            let mut patch = Patch::new();
            let gone: Vec<u32> = (0..DOCUMENT).map(|_| random.below(vertices)).collect();
            gone.iter().for_each(|vertex| patch.remove(*vertex));
            let first = graph.vertices() as u32;
            for new in first..first + DOCUMENT as u32 {
                patch.add(new);
                for _ in 0..14 {
                    let other = random.below(vertices);
                    if graph.contains(other) && !gone.contains(&other) {
                        patch.set(new, other, 1.0);
                    }
                }
            }
            *graph = graph.with(&patch).expect("edges between vertices");
        };
        (0..count / 1_000).for_each(|_| replace(&mut graph));
        let mut group = criterion.benchmark_group("patched graph");
        group.sample_size(20);
        let (options, push) = (PageRankOptions::default(), PushOptions::default());
        let seeds: Vec<_> = seeds.into_iter().filter(|(vertex, _)| graph.contains(*vertex)).collect();
        group.bench_function(BenchmarkId::new("pagerank, Csr", count), |bench| {
            bench.iter(|| pagerank(&csr, black_box(&seeds), &options).expect("valid seeds"));
        });
        group.bench_function(BenchmarkId::new("pagerank", count), |bench| {
            bench.iter(|| pagerank(&graph, black_box(&seeds), &options).expect("valid seeds"));
        });
        group.bench_function(BenchmarkId::new("push, Csr", count), |bench| {
            bench.iter(|| forward_push(&csr, black_box(&seeds), &push).expect("valid seeds"));
        });
        group.bench_function(BenchmarkId::new("push", count), |bench| {
            bench.iter(|| forward_push(&graph, black_box(&seeds), &push).expect("valid seeds"));
        });
        group.bench_function(BenchmarkId::new("replace a document", count), |bench| {
            bench.iter(|| replace(&mut graph));
        });
        let mut written = Vec::new();
        graph.write(&mut written).expect("memory");
        eprintln!("graph {count}: {} bytes on file", written.len());
        group.bench_function(BenchmarkId::new("read", count), |bench| {
            bench.iter(|| PatchedCsr::read(&mut written.as_slice()).expect("as written"));
        });
        group.finish();
    }
}

criterion_group!(benches, text, vector, ranks);
criterion_main!(benches);
