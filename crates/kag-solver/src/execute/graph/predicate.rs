//! Which predicates around a node mean what a plan says in other words.
//!
//! Free extraction calls one relation by many words, and a plan knows none of them. Where no
//! fact of a node has the predicate of the plan, the words of the plan are compared with those
//! of each predicate that the node has, in either direction, by the cosine of their vectors.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{FactRecord, NodeId, SYNONYM, Value};
use kag_llm::Purpose;

use super::super::Context;
use crate::{PredicateLinkOptions, Result, logical::subquestion, retrieve::cosine::cosine};

/// A predicate of a node's facts, with the facts.
pub(super) struct Alike {
    /// The predicate, as the graph has it.
    pub(super) predicate: Arc<str>,
    /// The cosine of its words with the plan's.
    pub(super) score: f32,
    /// The score of the next predicate; none where the node has no other.
    pub(super) next: Option<f32>,
    /// The facts with it, each with its end that is not the node; in the order of their ids.
    pub(super) facts: Vec<(Arc<FactRecord>, Value)>,
}

/// The predicate around `node` that is most like `words`: of equally good ones the first by
/// bytes; none where the node has no facts, or there is no embedder.
pub(super) async fn most_alike(context: &Context<'_>, words: &str, node: NodeId) -> Result<Option<Alike>> {
    let Some(embedder) = &context.parts.embedder else { return Ok(None) };
    let mut around: BTreeMap<String, Vec<(Arc<FactRecord>, Value)>> = BTreeMap::new();
    for record in context.view.outgoing(node)? {
        let end = record.fact.object.clone();
        around.entry(record.fact.predicate.to_string()).or_default().push((record, end));
    }
    for record in context.view.incoming(node)? {
        let end = Value::Node(record.fact.subject);
        around.entry(record.fact.predicate.to_string()).or_default().push((record, end));
    }
    around.remove(SYNONYM);
    if around.is_empty() {
        return Ok(None);
    }
    let texts: Vec<&str> = std::iter::once(words).chain(around.keys().map(String::as_str)).collect();
    let vectors = embedder.embed(&texts, Purpose::Query).await?;
    let Some((asked, others)) = vectors.split_first() else { return Ok(None) };
    let mut scored: Vec<_> =
        around.into_iter().zip(others).map(|(around, vector)| (cosine(asked, vector), around)).collect();
    // Stable: of equal ones the first by bytes stays first.
    scored.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    let next = scored.get(1).map(|(score, _)| *score);
    let Some((score, (predicate, mut facts))) = scored.into_iter().next() else { return Ok(None) };
    facts.sort_by_key(|(record, _)| record.id);
    Ok(Some(Alike { predicate: predicate.into(), score, next, facts }))
}

impl Alike {
    /// Whether it is like enough, and so much more than the next one.
    pub(super) fn is_sure(&self, options: &PredicateLinkOptions) -> bool {
        self.score >= options.threshold && self.next.is_none_or(|next| self.score - next >= options.margin)
    }
}

/// The words in which a plan names its predicates, without references to other steps.
pub(super) fn words_of(names: impl IntoIterator<Item = impl ToString>) -> String {
    let names = names.into_iter().map(|name| subquestion::replaced(&name.to_string(), |_| Some(String::new())));
    names.collect::<Vec<_>>().join(" ")
}
