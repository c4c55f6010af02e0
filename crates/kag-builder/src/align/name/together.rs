//! What the graph says for two nodes' being of one thing.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{ChunkId, FactRecord, GraphView, Mention, NodeId, Result, SAME_AS, SYNONYM, Span, Value};

use super::Witness;

/// Most bytes between a name and its short form: a space and a bracket, or a full-width bracket. The graph does not
/// know what stands there; one other Chinese character would pass too.
const GAP: usize = 3;

/// Whether `graph` shows what `witness` asks for: a function of what is said of the two nodes,
/// and of nothing else.
pub(in crate::align) fn are_together(
    graph: &dyn GraphView,
    witness: Witness,
    one: NodeId,
    other: NodeId,
) -> Result<bool> {
    if witness == Witness::Names {
        return Ok(true);
    }
    let (left, right) = (graph.mentions_of(one)?, graph.mentions_of(other)?);
    let met = match witness {
        Witness::Adjacent => are_adjacent(&left, &right),
        _ => share_chunk(&left, &right),
    };
    Ok(met || say_the_same(graph, one, other)?)
}

fn share_chunk(left: &[Mention], right: &[Mention]) -> bool {
    let chunks: BTreeSet<ChunkId> = left.iter().map(|mention| mention.chunk).collect();
    right.iter().any(|mention| chunks.contains(&mention.chunk))
}

fn are_adjacent(left: &[Mention], right: &[Mention]) -> bool {
    let mut spans: BTreeMap<ChunkId, Vec<Span>> = BTreeMap::new();
    for mention in left {
        spans.entry(mention.chunk).or_default().extend(mention.span);
    }
    right.iter().any(|mention| {
        let (Some(spans), Some(own)) = (spans.get(&mention.chunk), mention.span) else { return false };
        spans.iter().any(|span| follows(*span, own) || follows(own, *span))
    })
}

/// Whether `second` begins right behind `first`.
fn follows(first: Span, second: Span) -> bool {
    second.start.checked_sub(first.end).is_some_and(|gap| (1..=GAP).contains(&gap))
}

/// Whether a fact says of `one` what another says of `other`, with the same node at its other end.
fn say_the_same(graph: &dyn GraphView, one: NodeId, other: NodeId) -> Result<bool> {
    let said = |node: NodeId| -> Result<BTreeSet<_>> {
        let out = graph.outgoing(node)?.into_iter().filter_map(|record| end(&record, record.fact.object_node(), true));
        let into =
            graph.incoming(node)?.into_iter().filter_map(|record| end(&record, Some(record.fact.subject), false));
        Ok(out.chain(into).filter(|(_, end, _)| *end != one && *end != other).collect())
    };
    Ok(!said(one)?.is_disjoint(&said(other)?))
}

fn end(record: &FactRecord, end: Option<NodeId>, forward: bool) -> Option<(kag_core::Predicate, NodeId, bool)> {
    let predicate = &record.fact.predicate;
    let is_alignment = [SYNONYM, SAME_AS].contains(&predicate.as_str());
    let is_node = matches!(record.fact.object, Value::Node(_));
    Some((predicate.clone(), end.filter(|_| is_node && !is_alignment)?, forward))
}
