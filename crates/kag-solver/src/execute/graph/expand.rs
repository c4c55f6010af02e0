//! What else counts for the nodes that a pattern names: what is below them, above them, or
//! called otherwise.
//!
//! What is said of a general thing is true of its kinds and members, so a question about a
//! thing of which nothing is said goes up, to the nearest thing of which something is. What
//! is sought is found under every more special name, so types and objects go down.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{NameKey, NodeId, Score, TypeName};
use kag_reason::{ConceptPath, Member};
use kag_schema::TypeKind;

use super::{
    super::Context,
    end::{End, Known, Standing, Way},
};
use crate::{Error, Result, link::synonyms_of, trace::Expansion};

/// What a general thing does not hand down: its own name and description.
const OWN: [&str; 6] = ["id", "name", "alias", "description", "summary", "supporting_chunks"];

/// Why rules could not say what is above or below something. It is told and not an error: the
/// question did not ask for what they derive.
pub(super) type Failures = BTreeSet<String>;

/// Whether what `predicate` says of a general thing is true of what is below it.
pub(super) fn hands_down(predicate: &str) -> bool {
    !OWN.contains(&predicate)
}

/// What is under the concepts that `types` name, where all of them name concepts and no
/// type of the schema or of a node: concepts below, and members. `None` otherwise.
pub(super) async fn things_of(
    context: &Context<'_>,
    types: &[TypeName],
    failures: &mut Failures,
) -> Result<Option<Known>> {
    let mut known = Known::default();
    for written in types {
        let is_type =
            context.parts.schema.as_ref().is_some_and(|schema| schema.resolve_type(written.as_str()).is_some());
        if is_type || !context.view.of_type(written)?.is_empty() {
            return Ok(None);
        }
        let before = known.nodes.len();
        let mut concepts = context.view.named(&NameKey::of(written.as_str()))?;
        if let Some(rules) = &context.rules {
            concepts.extend(rules.named(written.as_str(), None));
        }
        for concept in concepts {
            add_below(context, (concept, Score::ONE), &mut known, failures).await?;
        }
        if known.nodes.len() == before {
            return Ok(None);
        }
    }
    Ok(Some(known).filter(|known| !known.nodes.is_empty()))
}

/// `end`, and where the plan names its nodes, what is below them besides.
pub(super) async fn with_below(context: &Context<'_>, end: &End, failures: &mut Failures) -> Result<End> {
    let End::Known(known) = end else { return Ok(end.clone()) };
    let mut wide = known.clone();
    for node in end.nodes().into_iter().filter(|_| end.is_fixed()) {
        add_below(context, (node, end.score(node)), &mut wide, failures).await?;
    }
    Ok(End::Known(wide))
}

/// What is below `nodes`, which stand at `end`.
pub(super) async fn below(context: &Context<'_>, end: &End, nodes: &[NodeId], failures: &mut Failures) -> Result<End> {
    let mut known = Known::default();
    for node in nodes {
        add_below(context, (*node, end.score(*node)), &mut known, failures).await?;
    }
    Ok(End::Known(known))
}

/// What is above each of `nodes`, which stand at `end`, by distance: it stands for the node.
pub(super) async fn above(
    context: &Context<'_>,
    end: &End,
    nodes: &[NodeId],
    failures: &mut Failures,
) -> Result<BTreeMap<usize, Vec<(NodeId, Standing)>>> {
    let concepts = context.concepts();
    let mut levels: BTreeMap<usize, Vec<(NodeId, Standing)>> = BTreeMap::new();
    for node in nodes {
        for reach in [concepts.ancestors(*node)?, concepts.concepts_of(*node)?] {
            let paths = reach.nodes().iter().filter(|found| *found != node).filter_map(|found| reach.path(*found));
            for path in paths {
                if !is_concept(context, path.end())? {
                    continue;
                }
                let (general, distance) = (path.end(), path.steps.len());
                let score = end.score(*node).min(Score::new(path.confidence.get()));
                let via = Some(way(&path, Expansion::Up, *node, general));
                let standing = Standing { shown: *node, asked: *node, score, via };
                levels.entry(distance).or_default().push((general, standing));
            }
        }
        let Some(rules) = &context.rules else { continue };
        for member in told(rules.concepts_of(*node).await, failures)?.into_iter().filter(is_derived) {
            let (general, distance) = (member.concept, member.path.len());
            let via = Some(derived_way(member, Expansion::Up, *node, general));
            let standing = Standing { shown: *node, asked: *node, score: end.score(*node), via };
            levels.entry(distance).or_default().push((general, standing));
        }
    }
    Ok(levels)
}

/// The synonyms of `nodes`, which stand at `end`: they stand for them.
pub(super) fn synonyms(context: &Context<'_>, end: &End, nodes: &[NodeId]) -> Result<End> {
    let mut known = Known::default();
    for node in nodes {
        for synonym in synonyms_of(&*context.view, *node)? {
            let score = end.score(*node).min(synonym.score);
            let standing = Standing { shown: *node, asked: *node, score, via: None };
            known.add(synonym.item, standing);
        }
    }
    Ok(End::Known(known))
}

/// Whether `node` is a general notion: of a concept type of the schema; where the schema does
/// not know its type, something that a taxonomy orders. What belongs to a club is not a club.
fn is_concept(context: &Context<'_>, node: NodeId) -> Result<bool> {
    let Some(known) = context.node(node)? else { return Ok(false) };
    let schema = context.parts.schema.as_ref();
    if let Some(type_def) = schema.and_then(|schema| schema.get(known.type_name.as_str())) {
        return Ok(type_def.kind == TypeKind::Concept);
    }
    let concepts = context.concepts();
    Ok(!concepts.ancestors(node)?.nodes().is_empty() || !concepts.descendants(node)?.nodes().is_empty())
}

/// Adds what is below `node`: each thing shows itself, and answers for the node.
async fn add_below(
    context: &Context<'_>,
    (node, score): (NodeId, Score),
    known: &mut Known,
    failures: &mut Failures,
) -> Result<()> {
    if !is_concept(context, node)? {
        return Ok(());
    }
    let concepts = context.concepts();
    for reach in [concepts.descendants(node)?, concepts.members(node)?] {
        for path in reach.nodes().iter().filter_map(|found| reach.path(*found)) {
            let found = path.start;
            if found != node && !known.nodes.contains_key(&found) {
                let score = score.min(Score::new(path.confidence.get()));
                let via = Some(way(&path, Expansion::Down, node, found));
                known.add(found, Standing { shown: found, asked: node, score, via });
            }
        }
    }
    let (Some(rules), Some(concept)) = (&context.rules, context.node(node)?) else { return Ok(()) };
    for member in told(rules.members(&concept).await, failures)?.into_iter().filter(is_derived) {
        let found = member.node;
        if !known.nodes.contains_key(&found) {
            let via = Some(derived_way(member, Expansion::Down, node, found));
            known.add(found, Standing { shown: found, asked: node, score, via });
        }
    }
    Ok(())
}

/// What rules found; where they could not be run, nothing, and why is noted.
fn told(found: Result<Vec<Member>>, failures: &mut Failures) -> Result<Vec<Member>> {
    match found {
        Err(Error::Rules { source }) => {
            let causes = std::iter::successors(Some(&*source as &dyn std::error::Error), |error| error.source());
            failures.insert(causes.map(ToString::to_string).collect::<Vec<_>>().join(": "));
            Ok(Vec::new())
        }
        found => found,
    }
}

/// Whether a rule has a part in the membership; the concept graph knows the others.
fn is_derived(member: &Member) -> bool {
    member.path.iter().any(|fact| fact.rule.is_some())
}

fn derived_way(member: Member, expansion: Expansion, asked: NodeId, node: NodeId) -> Arc<Way> {
    let facts = member.path.iter().map(|fact| fact.id).collect();
    let derived = member.path.into_iter().filter(|fact| fact.rule.is_some()).collect();
    Arc::new(Way { expansion, asked, node, facts, derived })
}

fn way(path: &ConceptPath, expansion: Expansion, asked: NodeId, node: NodeId) -> Arc<Way> {
    Arc::new(Way { expansion, asked, node, facts: path.facts().collect(), derived: Vec::new() })
}
