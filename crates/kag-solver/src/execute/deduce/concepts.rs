//! Conclusions from the concept graph.

use kag_core::{NodeId, Score};
use kag_reason::{ConceptGraph, ConceptPath};

use super::{
    super::{Context, names},
    Shown,
};
use crate::{
    Result,
    logical::Deduction,
    trace::{LayerCounts, Note},
};

/// Why one of `from` has the relation to one of `to`: by the shortest path between two of
/// them; only where there is none, by one that begins or ends with synonyms. What is named
/// twice is itself, and of its own kind.
pub(super) fn show(
    context: &Context<'_>,
    deduction: Deduction,
    from: &[NodeId],
    to: &[NodeId],
) -> Result<Option<Shown>> {
    let concepts = context.concepts();
    let reflexive = matches!(deduction, Deduction::IsA | Deduction::BelongTo);
    if reflexive && from.iter().any(|node| to.contains(node)) {
        return shown(context, None).map(Some);
    }
    let direct = |nodes: &[NodeId]| nodes.iter().map(|node| (*node, None)).collect::<Vec<_>>();
    let mut path = between(&concepts, deduction, &direct(from), &direct(to))?;
    if path.is_none() {
        path =
            between(&concepts, deduction, &called(&concepts, from, Side::Left)?, &called(&concepts, to, Side::Right)?)?;
    }
    path.map(|path| shown(context, Some(&path))).transpose()
}

fn shown(context: &Context<'_>, path: Option<&ConceptPath>) -> Result<Shown> {
    let facts: Vec<_> = path.map(|path| path.facts().collect()).unwrap_or_default();
    let mut layers = LayerCounts::default();
    for fact in &facts {
        if let Some(record) = context.view.fact(*fact)? {
            layers.count(record.layer());
        }
    }
    let note = Note::ConceptPath { path: names::statements(context, &facts)?, facts: facts.clone() };
    let score = path.map_or(Score::ONE, |path| Score::new(path.confidence.get()));
    Ok(Shown { facts, notes: vec![note], layers, score })
}

/// A node, and the path between it and the node that was named, where it is another.
type End = (NodeId, Option<ConceptPath>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The nodes and their synonyms. Paths lead from the left side's nodes and to the right side's.
fn called(concepts: &ConceptGraph<'_>, nodes: &[NodeId], side: Side) -> Result<Vec<End>> {
    let mut ends: Vec<End> = Vec::new();
    for node in nodes {
        ends.push((*node, None));
        for synonym in concepts.synonyms(*node)?.nodes() {
            let path = match side {
                Side::Left => concepts.synonyms(*node)?.path(*synonym),
                Side::Right => concepts.synonyms(*synonym)?.path(*node),
            };
            ends.push((*synonym, path));
        }
    }
    Ok(ends)
}

/// The shortest path between an end of the left and one of the right, the first of equals.
fn between(concepts: &ConceptGraph<'_>, deduction: Deduction, from: &[End], to: &[End]) -> Result<Option<ConceptPath>> {
    let mut best: Option<ConceptPath> = None;
    for ((left, before), (right, after)) in from.iter().flat_map(|left| to.iter().map(move |right| (left, right))) {
        let Some(middle) = related(concepts, deduction, *left, *right)? else { continue };
        let whole = match before {
            Some(before) => before.clone().then(middle),
            None => middle,
        };
        let whole = match after {
            Some(after) => whole.then(after.clone()),
            None => whole,
        };
        if best.as_ref().is_none_or(|best| whole.steps.len() < best.steps.len()) {
            best = Some(whole);
        }
    }
    Ok(best)
}

fn related(
    concepts: &ConceptGraph<'_>,
    deduction: Deduction,
    left: NodeId,
    right: NodeId,
) -> Result<Option<ConceptPath>> {
    Ok(match deduction {
        Deduction::IsA | Deduction::BelongTo => match concepts.belongs_to(left, right)? {
            Some(path) => Some(path),
            None => concepts.is_a(left, right)?,
        },
        Deduction::PartOf => match concepts.part_of(left, right)? {
            Some(path) => Some(path),
            None => concepts.located_at(left, right)?,
        },
        Deduction::Causes => match concepts.leads_to(left, right)? {
            Some(path) => Some(path),
            None => leads_to_member(concepts, left, right)?,
        },
        _ => None,
    })
}

/// Why `cause` leads to something that belongs to `concept`: to the nearest such thing.
fn leads_to_member(concepts: &ConceptGraph<'_>, cause: NodeId, concept: NodeId) -> Result<Option<ConceptPath>> {
    let effects = concepts.effects_of(cause, usize::MAX)?;
    if effects.nodes().is_empty() {
        return Ok(None);
    }
    let members = concepts.members(concept)?;
    let nearest = effects.nodes().iter().find(|effect| members.contains(**effect));
    let paths = nearest.and_then(|effect| Some((effects.path(*effect)?, members.path(*effect)?)));
    Ok(paths.map(|(effect, member)| effect.then(member)))
}
