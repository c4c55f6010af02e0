//! Figures for people.

use std::collections::BTreeSet;

use crate::{
    arguments::{Part, Plan},
    manifest::{Difference, Linking, Manifest, Measured, Published},
};

/// Prints what was measured.
pub(crate) fn print(manifest: &Manifest) {
    let Manifest { data, embedder, questions, counts, .. } = manifest;
    let of = match manifest.part {
        Part::All => "",
        Part::Even => " of even places",
        Part::Odd => " of odd places",
    };
    let plan = match manifest.plan {
        Plan::Single => "",
        Plan::Gold => ", asked by gold sub-questions",
    };
    println!("{data}: {questions} questions{of}{plan}, embedder {embedder}");
    println!(
        "{} documents, {} chunks, {} nodes, {} facts, {} mentions, {} synonym edges",
        counts.documents, counts.chunks, counts.nodes, counts.facts, counts.mentions, counts.synonyms
    );
    println!(
        "index {:.1} s (of which embedding {:.1} s), peak memory {:.0} MB\n",
        manifest.index_seconds, manifest.embed_seconds, manifest.peak_memory_mb
    );
    if let Some(Published { entities, facts, edges }) = manifest.published {
        println!("HippoRAG's graph: {entities} entities, {facts} facts, {edges} edges\n");
    }
    println!(
        "{:<10} {:>19} {:>19} {:>19} {:>19} {:>9} {:>9}",
        "retriever", "recall@2", "recall@5", "recall@10", "recall@20", "p50 µs", "p95 µs"
    );
    for measured in &manifest.retrievers {
        print_row(measured);
    }
    print_differences(&manifest.retrievers);
    if let Some(linking) = manifest.linking {
        let Linking { names, exact, similar, in_gold, found_alone } = linking;
        println!(
            "\nof {names} names in questions, {exact} are a node's and {similar} are like one; {in_gold} of these \
             nodes are in a gold passage; {found_alone} are found in the question without the list of names"
        );
    }
}

/// Prints each retriever's difference to those that all are compared with.
fn print_differences(retrievers: &[Measured]) {
    let others: BTreeSet<&String> = retrievers.iter().flat_map(|measured| measured.against.keys()).collect();
    for other in others {
        println!("\nagainst {other}, question by question, with the interval of a paired bootstrap");
        for measured in retrievers {
            let Some(Difference { mean, interval }) = measured.against.get(other) else { continue };
            let [at_2, at_5, at_10, at_20] = ["recall@2", "recall@5", "recall@10", "recall@20"].map(|at| {
                let [low, high] = interval.get(at).copied().unwrap_or_default();
                format!("{:+.1} [{low:+.1}, {high:+.1}]", mean.get(at).copied().unwrap_or_default())
            });
            println!("{:<10} {at_2:>19} {at_5:>19} {at_10:>19} {at_20:>19}", measured.name);
        }
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
