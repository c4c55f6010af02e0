//! Figures for people.

use crate::manifest::{Manifest, Measured};

/// Prints what was measured.
pub(crate) fn print(manifest: &Manifest) {
    let Manifest { data, embedder, questions, counts, .. } = manifest;
    println!("{data}: {questions} questions, embedder {embedder}");
    println!(
        "{} documents, {} chunks, {} nodes, {} facts, {} mentions, {} synonym edges",
        counts.documents, counts.chunks, counts.nodes, counts.facts, counts.mentions, counts.synonyms
    );
    println!(
        "index {:.1} s (of which embedding {:.1} s), peak memory {:.0} MB\n",
        manifest.index_seconds, manifest.embed_seconds, manifest.peak_memory_mb
    );
    println!(
        "{:<10} {:>19} {:>19} {:>19} {:>19} {:>9} {:>9}",
        "retriever", "recall@2", "recall@5", "recall@10", "recall@20", "p50 µs", "p95 µs"
    );
    for measured in &manifest.retrievers {
        print_row(measured);
    }
}

fn print_row(measured: &Measured) {
    let cell = |recall: f64, [low, high]: [f64; 2]| format!("{recall:.1} [{low:.1}, {high:.1}]");
    let Measured { name, interval, p50_us, p95_us, .. } = measured;
    println!(
        "{name:<10} {:>19} {:>19} {:>19} {:>19} {p50_us:>9} {p95_us:>9}",
        cell(measured.recall_2, interval.recall_2),
        cell(measured.recall_5, interval.recall_5),
        cell(measured.recall_10, interval.recall_10),
        cell(measured.recall_20, interval.recall_20),
    );
    for (degradation, queries) in &measured.degradations {
        println!("{:<10} {degradation}: {queries} queries", "");
    }
}
