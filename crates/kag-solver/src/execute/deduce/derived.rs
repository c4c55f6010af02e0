//! Conclusions from rules.

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{NodeId, Predicate, Score};
use kag_reason::InferredFact;

use super::{
    super::{Context, names, rules::Rules},
    Shown,
};
use crate::{
    Result,
    logical::Deduction,
    trace::{LayerCounts, Note},
};

/// Why one of `from` has the relation to one of `to` by facts of which rules derive at least
/// one: membership with the hypernyms above it, or a chain of parts, places or causes.
pub(super) async fn show(
    context: &Context<'_>,
    deduction: Deduction,
    from: &[NodeId],
    to: &[NodeId],
) -> Result<Option<Shown>> {
    let Some(rules) = &context.rules else { return Ok(None) };
    let chains: &[&str] = match deduction {
        Deduction::IsA | Deduction::BelongTo => {
            for node in from {
                if let Some(path) = membership(rules, *node, to).await? {
                    return shown(context, path).map(Some);
                }
            }
            &["isA"]
        }
        Deduction::PartOf => &["isPartOf", "locateAt"],
        Deduction::Causes => &["leadTo"],
        _ => &[],
    };
    for predicate in chains.iter().map(|name| Predicate::from(*name)).filter(|name| rules.define(name)) {
        let facts = rules.facts(None, &predicate, None).await?;
        if let Some(path) = chain(&facts, from, to) {
            return shown(context, path).map(Some);
        }
        if deduction == Deduction::Causes
            && let Some(path) = causes(context, &facts, from, to).await?
        {
            return shown(context, path).map(Some);
        }
    }
    Ok(None)
}

/// The facts by which `node` belongs to the first of `concepts` that it belongs to.
async fn membership(rules: &Rules, node: NodeId, concepts: &[NodeId]) -> Result<Option<Vec<InferredFact>>> {
    let members = rules.concepts_of(node).await?;
    let found = members.into_iter().find(|member| concepts.contains(&member.concept));
    Ok(found.map(|member| member.path))
}

/// A chain of `facts` from what belongs to one of the concepts `from`, or is one of them, to
/// what belongs to one of `to`, with the facts that show the memberships.
async fn causes(
    context: &Context<'_>,
    facts: &[InferredFact],
    from: &[NodeId],
    to: &[NodeId],
) -> Result<Option<Vec<InferredFact>>> {
    let (mut causes, mut effects) = (under(context, from).await?, under(context, to).await?);
    let nodes = |under: &BTreeMap<NodeId, Vec<InferredFact>>| under.keys().copied().collect::<Vec<_>>();
    let Some(path) = chain(facts, &nodes(&causes), &nodes(&effects)) else { return Ok(None) };
    let cause = path.first().and_then(|first| causes.remove(&first.fact.subject));
    let effect = path.last().and_then(|last| effects.remove(&last.fact.object_node()?));
    Ok(Some([cause.unwrap_or_default(), path, effect.unwrap_or_default()].concat()))
}

/// The concepts themselves and what belongs to them, each with the facts that show it.
async fn under(context: &Context<'_>, concepts: &[NodeId]) -> Result<BTreeMap<NodeId, Vec<InferredFact>>> {
    let mut under: BTreeMap<NodeId, Vec<InferredFact>> = concepts.iter().map(|node| (*node, Vec::new())).collect();
    for concept in concepts {
        let (Some(rules), Some(concept)) = (&context.rules, context.node(*concept)?) else { continue };
        for member in rules.members(&concept).await? {
            under.entry(member.node).or_insert(member.path);
        }
    }
    Ok(under)
}

/// The shortest chain of `facts` from one of `from` to one of `to`; of those, the first in
/// the order of the facts.
fn chain(facts: &[InferredFact], from: &[NodeId], to: &[NodeId]) -> Option<Vec<InferredFact>> {
    let mut leaving: BTreeMap<NodeId, Vec<&InferredFact>> = BTreeMap::new();
    for fact in facts {
        leaving.entry(fact.fact.subject).or_default().push(fact);
    }
    let wanted: BTreeSet<NodeId> = to.iter().copied().collect();
    let mut reached: BTreeMap<NodeId, &InferredFact> = BTreeMap::new();
    let mut level: Vec<NodeId> = from.to_vec();
    let starts: BTreeSet<NodeId> = from.iter().copied().collect();
    while !level.is_empty() {
        let mut next_level = Vec::new();
        for node in level {
            for fact in leaving.get(&node).into_iter().flatten() {
                let Some(next) = fact.fact.object_node() else { continue };
                if reached.contains_key(&next) {
                    continue;
                }
                reached.insert(next, fact);
                if wanted.contains(&next) {
                    return Some(back(&reached, &starts, next));
                }
                next_level.push(next);
            }
        }
        level = next_level;
    }
    None
}

/// The facts by which `node` was reached from a start.
fn back(reached: &BTreeMap<NodeId, &InferredFact>, starts: &BTreeSet<NodeId>, node: NodeId) -> Vec<InferredFact> {
    let mut path = Vec::new();
    let mut at = node;
    while let Some(fact) = reached.get(&at) {
        path.push((*fact).clone());
        at = fact.fact.subject;
        if starts.contains(&at) {
            break;
        }
    }
    path.reverse();
    path
}

fn shown(context: &Context<'_>, path: Vec<InferredFact>) -> Result<Shown> {
    let mut layers = LayerCounts::default();
    let mut proofs = Vec::new();
    let mut score = Score::ONE;
    for fact in &path {
        if fact.rule.is_some() {
            layers.rules += 1;
            let Some(derivation) = context.derivation(fact)? else { continue };
            score = score.min(Score::new(derivation.confidence.get()));
            proofs.push(derivation.note());
        } else if let Some(record) = context.view.fact(fact.id)? {
            score = score.min(Score::new(record.confidence().get()));
            layers.count(record.layer());
        }
    }
    let facts: Vec<_> = path.iter().map(|fact| fact.id).collect();
    let mut notes = vec![Note::ConceptPath { path: names::statements(context, &facts)?, facts: facts.clone() }];
    let most = context.options().max_proofs;
    let left_out = proofs.len().saturating_sub(most);
    notes.extend(proofs.into_iter().take(most));
    notes.extend(Some(Note::NotShown { reasons: left_out }).filter(|_| left_out > 0));
    Ok(Shown { facts, notes, layers, score })
}
