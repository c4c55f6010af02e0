//! What was measured, on what, with what.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::arguments::{Part, Plan};

/// The record of one run, as it is written to the JSON file.
#[derive(Debug, Serialize)]
pub(crate) struct Manifest {
    /// The version of the library.
    pub(crate) version: &'static str,
    /// The data set's name.
    pub(crate) data: String,
    /// The hash of its two files.
    pub(crate) data_hash: String,
    /// The embedder's id; `none` without one.
    pub(crate) embedder: String,
    /// Number of questions with gold passages.
    pub(crate) questions: usize,
    /// Which of them: every other one, or all.
    pub(crate) part: Part,
    /// What was asked for each.
    pub(crate) plan: Plan,
    /// Number of documents, chunks, nodes, facts, mentions and synonym edges.
    pub(crate) counts: Counts,
    /// The graph that HippoRAG 2 walked, where there are recorded triples.
    pub(crate) published: Option<Published>,
    /// What became of the names that a model once found in the questions, where recorded.
    pub(crate) linking: Option<Linking>,
    /// Seconds to build the index, embedding included.
    pub(crate) index_seconds: f64,
    /// Seconds of that in which the embedder was at work.
    pub(crate) embed_seconds: f64,
    /// Most memory the process ever held, in megabytes (10^6 bytes).
    pub(crate) peak_memory_mb: f64,
    /// How the index was built and every retriever's options.
    pub(crate) parameters: Vec<String>,
    /// One a retriever.
    pub(crate) retrievers: Vec<Measured>,
}

/// How many records the index holds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Counts {
    pub(crate) documents: usize,
    pub(crate) chunks: usize,
    pub(crate) nodes: usize,
    pub(crate) facts: usize,
    pub(crate) mentions: usize,
    pub(crate) synonyms: usize,
}

/// The size of HippoRAG 2's graph; an edge in each direction is two.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Published {
    pub(crate) entities: usize,
    pub(crate) facts: usize,
    pub(crate) edges: usize,
}

/// What became of names in questions.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Linking {
    /// The names.
    pub(crate) names: usize,
    /// Those that are a node's name.
    pub(crate) exact: usize,
    /// Those linked to a node with a similar name.
    pub(crate) similar: usize,
    /// Those linked to a node that a gold passage of the question mentions.
    pub(crate) in_gold: usize,
    /// Those whose linked node the retrievers find in the question by themselves.
    pub(crate) found_alone: usize,
}

/// By how much one retriever differs from another, question by question.
#[derive(Debug, Serialize)]
pub(crate) struct Difference {
    /// The mean difference of each recall, in points.
    #[serde(flatten)]
    pub(crate) mean: BTreeMap<String, f64>,
    /// The paired bootstrap interval of each, 95 %.
    pub(crate) interval: BTreeMap<String, [f64; 2]>,
}

/// One retriever's figures. Recall is the share of a question's gold passages among the
/// first k, averaged over questions, in percent.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) name: String,
    #[serde(rename = "recall@2")]
    pub(crate) recall_2: f64,
    #[serde(rename = "recall@5")]
    pub(crate) recall_5: f64,
    #[serde(rename = "recall@10")]
    pub(crate) recall_10: f64,
    #[serde(rename = "recall@20")]
    pub(crate) recall_20: f64,
    /// The 95 % bootstrap interval of each, in percent.
    pub(crate) interval: Intervals,
    /// The difference to each of the retrievers that the others are compared with.
    pub(crate) against: BTreeMap<String, Difference>,
    /// Microseconds a query, embedding not included: half of the queries take at most this.
    pub(crate) p50_us: u64,
    /// And 95 % of them at most this.
    pub(crate) p95_us: u64,
    /// Queries that a retriever answered with less than it wanted, by what it did without.
    pub(crate) degradations: BTreeMap<String, usize>,
}

/// Intervals by cut-off.
#[derive(Debug, Serialize)]
pub(crate) struct Intervals {
    #[serde(rename = "recall@2")]
    pub(crate) recall_2: [f64; 2],
    #[serde(rename = "recall@5")]
    pub(crate) recall_5: [f64; 2],
    #[serde(rename = "recall@10")]
    pub(crate) recall_10: [f64; 2],
    #[serde(rename = "recall@20")]
    pub(crate) recall_20: [f64; 2],
}

/// The most memory this process ever held, in megabytes; 0 where the system does not say.
pub(crate) fn peak_memory_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|peak| peak.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kibibytes.unwrap_or_default() * 1024.0 / 1e6
}
