//! What one retriever finds.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use kag::{ChunkId, Query, Retriever, Scored};

use crate::{
    Result,
    dataset::Question,
    index::Index,
    interval::bootstrap,
    manifest::{Difference, Intervals, Measured},
};

/// The cut-offs at which recall is measured.
const CUT_OFFS: [usize; 4] = [2, 5, 10, 20];

/// A retriever's figures, and its recall at each cut-off question by question.
pub(crate) struct Run {
    pub(crate) measured: Measured,
    recalls: [Vec<f64>; 4],
}

/// Asks `retriever` all `queries`, those of one question one after the other.
pub(crate) async fn measure(
    retriever: &dyn Retriever,
    index: &Index,
    questions: &[Question],
    queries: &[Vec<Query>],
) -> Result<Run> {
    let deepest = CUT_OFFS.into_iter().max().unwrap_or_default();
    let mut recalls: [Vec<f64>; 4] = Default::default();
    let mut times = Vec::new();
    let mut degradations: BTreeMap<String, usize> = BTreeMap::new();
    if let Some(first) = queries.iter().flatten().next() {
        // What is built once a snapshot is not part of a query's time.
        retriever.retrieve(index.snapshot(), first, deepest).await?;
    }
    for (question, parts) in questions.iter().zip(queries) {
        let mut found = Vec::new();
        for query in parts {
            let start = Instant::now();
            let retrieved = retriever.retrieve(index.snapshot(), query, deepest).await?;
            times.push(start.elapsed());
            for degradation in &retrieved.degradations {
                *degradations.entry(degradation.to_string()).or_default() += 1;
            }
            found.push(retrieved.hits);
        }
        let passages = passages(index, &found);
        for (cut_off, recalls) in CUT_OFFS.iter().zip(&mut recalls) {
            let found: BTreeSet<_> = passages.iter().take(*cut_off).copied().collect();
            let gold = question.gold_passage_ids.iter().filter(|id| found.contains(id.as_str())).count();
            recalls.push(100.0 * gold as f64 / question.gold_passage_ids.len() as f64);
        }
    }
    times.sort_unstable();
    let percentile = |share: f64| {
        let at = (share * times.len().saturating_sub(1) as f64).round() as usize;
        times.get(at).map_or(0, |time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
    };
    let [(recall_2, at_2), (recall_5, at_5), (recall_10, at_10), (recall_20, at_20)] =
        recalls.each_ref().map(|recalls| bootstrap(recalls));
    let measured = Measured {
        name: retriever.name().to_owned(),
        recall_2,
        recall_5,
        recall_10,
        recall_20,
        interval: Intervals { recall_2: at_2, recall_5: at_5, recall_10: at_10, recall_20: at_20 },
        against: BTreeMap::new(),
        p50_us: percentile(0.5),
        p95_us: percentile(0.95),
        degradations,
    };
    Ok(Run { measured, recalls })
}

impl Run {
    /// Notes by how much this run differs from `other`.
    pub(super) fn compare(&mut self, other: &str, recalls: &[Vec<f64>; 4]) {
        let difference = self.difference_to(recalls);
        self.measured.against.insert(other.to_owned(), difference);
    }

    /// By how much this run differs from `other`, question by question.
    pub(crate) fn difference(&self, other: &Self) -> Difference {
        self.difference_to(&other.recalls)
    }

    fn difference_to(&self, recalls: &[Vec<f64>; 4]) -> Difference {
        let (mut mean, mut interval) = (BTreeMap::new(), BTreeMap::new());
        for (cut_off, (own, others)) in CUT_OFFS.iter().zip(self.recalls.iter().zip(recalls)) {
            let differences: Vec<f64> = own.iter().zip(others).map(|(own, other)| own - other).collect();
            let (middle, ends) = bootstrap(&differences);
            mean.insert(format!("recall@{cut_off}"), middle);
            interval.insert(format!("recall@{cut_off}"), ends);
        }
        Difference { mean, interval }
    }

    /// The recalls, for others to be compared with.
    pub(super) fn recalls(&self) -> [Vec<f64>; 4] {
        self.recalls.clone()
    }
}

/// The passages that the hits of several queries belong to, each once: the first of each
/// query in their order, then the second of each, and so on.
fn passages<'i>(index: &'i Index, found: &[Vec<Scored<ChunkId>>]) -> Vec<&'i str> {
    let deepest = found.iter().map(Vec::len).max().unwrap_or_default();
    let mut seen = BTreeSet::new();
    let hits = (0..deepest).flat_map(|rank| found.iter().filter_map(move |hits| hits.get(rank)));
    let passages = hits.filter_map(|hit| index.passage_of(hit.item));
    passages.filter(|passage| seen.insert(*passage)).collect()
}
