//! Where a walk over the graph starts: the nodes that a query is about.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{GraphView, NameKey, NodeId, RecordKind, Result, Scored, Snapshot};

use unicode_segmentation::UnicodeSegmentation;

use super::Query;

/// Where a personalised walk restarts: the weights by node, all above 0.
pub(super) type Seeds = BTreeMap<NodeId, f32>;

/// How the graph is entered.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeedOptions {
    /// How many facts are linked.
    pub(super) facts: usize,
    /// How many nodes keep their weight.
    pub(super) nodes: usize,
}

/// Weighs the nodes that `query` is about.
///
/// As in HippoRAG 2 (arXiv 2502.14802, §3): the facts nearest to the query by vector, or by
/// words where there is none, give their score to both of their nodes; a node's weight is
/// the mean over its facts, divided by the number of passages that name it (node
/// specificity), and only the best keep it. Beyond that paper, nodes given with the query
/// and nodes whose name stands in the query count as facts of score 1 would, the former
/// always; and where no fact is near, the nodes nearest by name do.
pub(super) async fn seeds_of(
    snapshot: &Snapshot,
    view: &dyn GraphView,
    query: &Query,
    options: SeedOptions,
) -> Result<Seeds> {
    let mut linked: BTreeMap<NodeId, Vec<f32>> = BTreeMap::new();
    for hit in nearest(snapshot, RecordKind::Fact, query, options.facts).await? {
        let Some(record) = hit.item.fact().map(|id| view.fact(id)).transpose()?.flatten() else { continue };
        for node in std::iter::once(record.fact.subject).chain(record.fact.object_node()) {
            linked.entry(node).or_default().push(hit.weight);
        }
    }
    let given: BTreeMap<NodeId, f32> = query.nodes.iter().map(|given| (given.item, given.score.get())).collect();
    let mut named: BTreeMap<NodeId, f32> = named_in(view, &query.text)?.into_iter().map(|node| (node, 1.0)).collect();
    named.extend(&given);
    for (node, score) in named {
        linked.entry(node).or_default().push(score);
    }
    if linked.is_empty() {
        for hit in nearest(snapshot, RecordKind::Node, query, options.facts).await? {
            if let Some(node) = hit.item.node() {
                linked.entry(node).or_default().push(hit.weight);
            }
        }
    }
    let mut weighed = Vec::new();
    for (node, links) in &linked {
        let mean = links.iter().sum::<f32>() / links.len() as f32;
        let passages: BTreeSet<_> = view.mentions_of(*node)?.into_iter().map(|mention| mention.chunk).collect();
        weighed.push(Scored::new(*node, mean / passages.len().max(1) as f32));
    }
    weighed.retain(|seed| seed.score.get() > 0.0);
    // What the caller knows the query to be about is kept however common it is; the best
    // others fill up.
    let (kept, others): (Vec<_>, Vec<_>) = weighed.into_iter().partition(|seed| given.contains_key(&seed.item));
    let others = kag_core::rank::top_k(others, options.nodes.saturating_sub(kept.len()));
    Ok(kept.into_iter().chain(others).map(|seed| (seed.item, seed.score.get())).collect())
}

/// A record, with its score over the best one's.
struct Near {
    item: kag_core::RecordId,
    weight: f32,
}

/// The `k` records of `kind` nearest to `query`: by vector where there is one, else by words.
async fn nearest(snapshot: &Snapshot, kind: RecordKind, query: &Query, k: usize) -> Result<Vec<Near>> {
    let found = match (snapshot.vectors(), &query.vector) {
        (Some(vectors), Some(vector)) => vectors.search(kind, std::slice::from_ref(vector), k).await?,
        _ => snapshot.text().search(kind, &[&query.text], k).await?,
    };
    let found: Vec<_> = found.into_iter().flatten().filter(|hit| hit.score.get() > 0.0).collect();
    let top = found.first().map_or(1.0, |hit| hit.score.get());
    Ok(found.into_iter().map(|hit| Near { item: hit.item, weight: hit.score.get() / top }).collect())
}

/// The nodes one of whose names stands in `text` as whole words, longest names only: of
/// «Real Madrid» the node so called, and not one called «Madrid». In the order of the text;
/// several that bear one name by id.
///
/// # Errors
/// Those of reading the view.
pub fn named_in(view: &dyn GraphView, text: &str) -> Result<Vec<NodeId>> {
    // Unicode words; each Han character is one.
    let names: Vec<_> = text.unicode_word_indices().map(|(start, word)| start..start + word.len()).collect();
    let mut found = Vec::new();
    let mut from = 0;
    while from < names.len() {
        let mut next = from + 1;
        for to in (from + 1..=names.len().min(from + LONGEST_NAME)).rev() {
            let span = names.get(from).zip(names.get(to - 1)).map(|(first, last)| first.start..last.end);
            let Some(name) = span.and_then(|span| text.get(span)) else { continue };
            let bearers = if worth_looking_up(name) { view.named(&NameKey::of(name))? } else { Vec::new() };
            if !bearers.is_empty() {
                found.extend(bearers);
                next = to;
                break;
            }
        }
        from = next;
    }
    Ok(found)
}

/// The most words (or CJK characters) that a name in a question is looked for.
const LONGEST_NAME: usize = 12;

/// Single letters and digits name nothing.
fn worth_looking_up(name: &str) -> bool {
    name.chars().count() > 1
}
