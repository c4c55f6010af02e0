//! Entity linking: which nodes a name in a question means.
//!
//! Exact name or alias first; then the nodes nearest by vector and by words, re-ranked by
//! type and by how alike the names are. Threshold and number are explicit, and every link
//! says how it was made.

use std::{collections::BTreeMap, fmt};

use kag_core::{
    Embedding, GraphView, NameKey, Node, NodeId, RecordId, RecordKind, Result, SYNONYM, Scored, Snapshot, TypeName,
};
use serde::{Deserialize, Serialize};

/// How names are linked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LinkOptions {
    /// The least score of a link that is not exact: 0.8, the synonym threshold of HippoRAG.
    pub threshold: f32,
    /// Most links of a name that is not exact: 1.
    pub top_k: usize,
    /// How many candidates vectors and words each propose: 10.
    pub candidates: usize,
    /// The score of a link to a node that bears the name but is of another type: 0.5. With 0
    /// there are none.
    pub other_type: f32,
}

impl Default for LinkOptions {
    fn default() -> Self {
        Self { threshold: 0.8, top_k: 1, candidates: 10, other_type: 0.5 }
    }
}

/// How a name was recognised in a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LinkKind {
    /// The node's name or alias, normalised, is the name.
    Exact,
    /// The names are alike in writing or in meaning.
    Similar,
    /// The node's name or alias, normalised, is the name, but the node is of a type that was
    /// not asked for: extraction may have mistaken it.
    OtherType,
}

impl fmt::Display for LinkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Similar => "similar",
            Self::OtherType => "of another type",
        })
    }
}

/// A node that a name may mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The node, with how surely.
    pub node: Scored<NodeId>,
    /// How it was recognised.
    pub kind: LinkKind,
}

/// A name to be linked.
#[derive(Clone, Copy, Debug)]
pub struct Name<'n> {
    /// The name as written.
    pub text: &'n str,
    /// Its vector, in the space of the snapshot.
    pub vector: Option<&'n Embedding>,
    /// Whether a node of this type may be meant; types are not asked where it is `None`.
    pub types: Option<&'n [TypeName]>,
}

/// The nodes that `name` means: best first, ties by id; none where none is likely enough.
///
/// All nodes that bear the name exactly and fit the types, with score 1; otherwise at most
/// `top_k` similar ones over the threshold; otherwise all that bear the name and are of
/// other types.
///
/// # Errors
/// Those of reading the snapshot.
pub async fn link(
    snapshot: &Snapshot,
    view: &dyn GraphView,
    name: Name<'_>,
    options: &LinkOptions,
) -> Result<Vec<Link>> {
    let mut links = BTreeMap::new();
    let mut of_other_types = Vec::new();
    for id in view.named(&NameKey::of(name.text))? {
        match view.node(id)? {
            Some(node) if fits(&node, name.types) => drop(links.insert(id, (1.0, LinkKind::Exact))),
            _ => of_other_types.push(id),
        }
    }
    if links.is_empty() {
        for similar in similar(snapshot, view, name, options).await? {
            links.insert(similar.item, (similar.score.get(), LinkKind::Similar));
        }
    }
    if links.is_empty() && options.other_type > 0.0 {
        links.extend(of_other_types.into_iter().map(|id| (id, (options.other_type, LinkKind::OtherType))));
    }
    let links = links.into_iter().map(|(id, (score, kind))| Link { node: Scored::new(id, score), kind });
    let mut links: Vec<_> = links.collect();
    links.sort_by(|left, right| Scored::best_first(&left.node, &right.node));
    Ok(links)
}

/// The nodes that a synonym edge joins to `node`, by id, with the edge's confidence.
///
/// # Errors
/// Those of reading the view.
pub fn synonyms_of(view: &dyn GraphView, node: NodeId) -> Result<Vec<Scored<NodeId>>> {
    let mut synonyms = BTreeMap::new();
    for record in view.outgoing(node)?.into_iter().chain(view.incoming(node)?) {
        if record.fact.predicate.as_str() != SYNONYM {
            continue;
        }
        let ends = std::iter::once(record.fact.subject).chain(record.fact.object_node());
        for end in ends.filter(|end| *end != node) {
            synonyms.insert(end, record.confidence().get());
        }
    }
    Ok(synonyms.into_iter().map(|(id, confidence)| Scored::new(id, confidence)).collect())
}

fn fits(node: &Node, types: Option<&[TypeName]>) -> bool {
    types.is_none_or(|types| types.contains(&node.type_name))
}

async fn similar(
    snapshot: &Snapshot,
    view: &dyn GraphView,
    name: Name<'_>,
    options: &LinkOptions,
) -> Result<Vec<Scored<NodeId>>> {
    let mut proposed: BTreeMap<NodeId, f32> = BTreeMap::new();
    if let (Some(vectors), Some(vector)) = (snapshot.vectors(), name.vector) {
        let found = vectors.search(RecordKind::Node, std::slice::from_ref(vector), options.candidates).await?;
        proposed.extend(found.into_iter().flatten().filter_map(|hit| Some((hit.item.node()?, hit.score.get()))));
    }
    let found = snapshot.text().search(RecordKind::Node, &[name.text], options.candidates).await?;
    for hit in found.into_iter().flatten() {
        if let RecordId::Node(id) = hit.item {
            proposed.entry(id).or_default();
        }
    }
    let mut alike = Vec::new();
    for (id, cosine) in proposed {
        let Some(node) = view.node(id)?.filter(|node| fits(node, name.types)) else { continue };
        let names = std::iter::once(&node.name).chain(&node.aliases);
        let written = names.map(|other| likeness(name.text, other)).fold(0.0, f32::max);
        let score = cosine.max(written);
        if score >= options.threshold {
            alike.push(Scored::new(id, score));
        }
    }
    Ok(kag_core::rank::top_k(alike, options.top_k))
}

/// How alike two names are in writing, from 0 to 1: the Dice coefficient of the character
/// pairs of their keys.
fn likeness(left: &str, right: &str) -> f32 {
    let pairs = |name: &str| {
        let key = NameKey::of(name);
        let letters: Vec<char> = key.as_str().chars().collect();
        let mut counts: BTreeMap<(char, char), usize> = BTreeMap::new();
        for pair in letters.windows(2) {
            if let [first, second] = pair {
                *counts.entry((*first, *second)).or_default() += 1;
            }
        }
        counts
    };
    let (left, right) = (pairs(left), pairs(right));
    let total = left.values().sum::<usize>() + right.values().sum::<usize>();
    let common: usize = left.iter().map(|(pair, count)| (*count).min(right.get(pair).copied().unwrap_or(0))).sum();
    if total == 0 { 0.0 } else { 2.0 * common as f32 / total as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_symmetric_and_ends_at_one() {
        assert_eq!(likeness("Real Madrid", "ＲＥＡＬ madrid"), 1.0);
        assert_eq!(likeness("曼联", "尤文图斯"), 0.0);
        assert_eq!(likeness("a", "a"), 0.0);
        assert_eq!(likeness("Juventus", "Juventus FC"), likeness("Juventus FC", "Juventus"));
    }
}
