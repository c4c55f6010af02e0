//! What was compared, and what of it holds after a commit.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use kag_core::{Confidence, ContentHash, Embedding, Node, NodeId, Result};

use super::{AlignmentWork, vectors};
use crate::align::{
    name::{NameStage, Witness},
    pair, remember,
};

/// What two nodes are by one stage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Agreed {
    /// The stage's place.
    pub(super) stage: usize,
    pub(super) confidence: Confidence,
    pub(super) reason: Arc<str>,
    pub(super) witness: Witness,
}

/// A node as it was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Print {
    node: NodeId,
    names: ContentHash,
    vector: Option<ContentHash>,
}

impl remember::Print for Print {
    fn node(&self) -> NodeId {
        self.node
    }
}

/// The prints of `nodes`, by id, with those of their vectors among `rows`.
pub(super) fn prints(nodes: &[Arc<Node>], rows: &[(NodeId, Embedding)]) -> Vec<Print> {
    let vectors: HashMap<NodeId, &Embedding> = rows.iter().map(|(node, vector)| (*node, vector)).collect();
    let print = |node: &Arc<Node>| {
        let names: Vec<&[u8]> = [node.type_name.as_str().as_bytes(), node.name.as_bytes()]
            .into_iter()
            .chain(node.aliases.iter().map(|alias| alias.as_bytes()))
            .collect();
        let vector = vectors.get(&node.id).map(|vector| {
            let bytes: Vec<u8> = vector.as_slice().iter().flat_map(|component| component.to_le_bytes()).collect();
            ContentHash::of(bytes)
        });
        Print { node: node.id, names: ContentHash::of_parts(&names), vector }
    };
    nodes.iter().map(print).collect()
}

/// What is known of one state's nodes: each pair that stages and vectors hold to be of one thing.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By node.
    prints: Vec<Print>,
    /// The hashes of each node's keys, by stage.
    keys: HashMap<NodeId, Arc<[Vec<u64>]>>,
    by_name: BTreeMap<(NodeId, NodeId), Vec<Agreed>>,
    by_vector: BTreeMap<(NodeId, NodeId), f32>,
}

impl remember::State for Known {
    type Print = Print;

    fn prints(&self) -> &[Print] {
        &self.prints
    }
}

impl Known {
    /// Each pair that a stage holds to be of one thing, smaller id first, in order.
    pub(super) fn by_name(&self) -> impl Iterator<Item = (&(NodeId, NodeId), &Agreed)> {
        self.by_name.iter().flat_map(|(nodes, agreed)| agreed.iter().map(move |agreed| (nodes, agreed)))
    }

    /// Each pair of nodes whose vectors are near, smaller id first, with the cosine.
    pub(super) fn by_vector(&self) -> impl Iterator<Item = (&(NodeId, NodeId), &f32)> {
        self.by_vector.iter()
    }

    /// What is known of the state of `prints`: what of this one still holds, and what comes
    /// of comparing what is new with everything.
    pub(super) fn become_state(
        &self,
        prints: Vec<Print>,
        nodes: &[Arc<Node>],
        rows: &[(NodeId, Embedding)],
        stages: &[Arc<dyn NameStage>],
        threshold: Option<f32>,
    ) -> Result<(Self, AlignmentWork)> {
        let changed = Changed::between(&self.prints, &prints);
        let mut work = AlignmentWork { nodes_changed: changed.names.len(), ..AlignmentWork::default() };
        let mut keys = HashMap::with_capacity(nodes.len());
        for node in nodes {
            let known = self.keys.get(&node.id).filter(|_| !changed.names.contains(&node.id));
            keys.insert(node.id, known.map_or_else(|| keys_of(node, stages), Arc::clone));
        }
        let mut by_name = self.by_name.clone();
        by_name.retain(|(one, other), _| !changed.stale_names.contains(one) && !changed.stale_names.contains(other));
        for (place, stage) in stages.iter().enumerate() {
            for (one, other) in candidates(place, nodes, &keys, &changed.names) {
                work.names_compared += 1;
                if let Some(agreement) = stage.agree(one, other) {
                    let (confidence, reason, witness) = (agreement.confidence, agreement.reason, agreement.witness);
                    let agreed = Agreed { stage: place, confidence, reason, witness };
                    by_name.entry(pair(one.id, other.id)).or_default().push(agreed);
                }
            }
        }
        let mut by_vector = self.by_vector.clone();
        by_vector
            .retain(|(one, other), _| !changed.stale_vectors.contains(one) && !changed.stale_vectors.contains(other));
        if let Some(threshold) = threshold {
            let found = vectors::near(nodes, rows, &changed.vectors, threshold)?;
            work.vectors_compared = found.compared;
            by_vector.extend(found.near);
        }
        Ok((Self { prints, keys, by_name, by_vector }, work))
    }
}

/// What is not the same in two states.
#[derive(Default)]
struct Changed {
    /// New, or with other names.
    names: HashSet<NodeId>,
    /// Gone, or with other names.
    stale_names: HashSet<NodeId>,
    /// New, or with other names or another vector.
    vectors: HashSet<NodeId>,
    /// Gone, or with other names or another vector.
    stale_vectors: HashSet<NodeId>,
}

impl Changed {
    fn between(before: &[Print], after: &[Print]) -> Self {
        let mut changed = Self::default();
        remember::joined(before, after, |before, after| {
            let other_names = before.map(|print| print.names) != after.map(|print| print.names);
            if let Some(print) = before.filter(|_| before != after) {
                changed.stale_vectors.insert(print.node);
                changed.stale_names.extend(other_names.then_some(print.node));
            }
            if let Some(print) = after.filter(|_| before != after) {
                changed.vectors.insert(print.node);
                changed.names.extend(other_names.then_some(print.node));
            }
        });
        changed
    }
}

/// The hashes of the keys of `node`, by stage. That two keys have one hash costs a comparison.
fn keys_of(node: &Node, stages: &[Arc<dyn NameStage>]) -> Arc<[Vec<u64>]> {
    let hash = |key: String| {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        hasher.finish()
    };
    stages.iter().map(|stage| stage.keys(node).into_iter().map(hash).collect()).collect()
}

/// The pairs of which one is among `fresh` and that share a key of the stage at `place`, each once, smaller
/// id first.
fn candidates<'n>(
    place: usize,
    nodes: &'n [Arc<Node>],
    keys: &HashMap<NodeId, Arc<[Vec<u64>]>>,
    fresh: &HashSet<NodeId>,
) -> Vec<(&'n Node, &'n Node)> {
    let keys_of = |node: &Node| keys.get(&node.id).and_then(|keys| keys.get(place)).map_or(&[][..], Vec::as_slice);
    let mut blocks: HashMap<u64, Block> = HashMap::new();
    for (at, node) in nodes.iter().enumerate().filter(|(_, node)| fresh.contains(&node.id)) {
        for key in keys_of(node) {
            blocks.entry(*key).or_default().fresh.push(at);
        }
    }
    for (at, node) in nodes.iter().enumerate().filter(|(_, node)| !fresh.contains(&node.id)) {
        for key in keys_of(node) {
            if let Some(block) = blocks.get_mut(key) {
                block.known.push(at);
            }
        }
    }
    let mut pairs: Vec<(usize, usize)> = blocks.values().flat_map(Block::pairs).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().filter_map(|(one, other)| Some((&**nodes.get(one)?, &**nodes.get(other)?))).collect()
}

/// The places of the nodes that share a key.
#[derive(Default)]
struct Block {
    fresh: Vec<usize>,
    known: Vec<usize>,
}

impl Block {
    /// Each pair with one that is fresh, smaller place first.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.fresh.iter().enumerate().flat_map(move |(at, one)| {
            let others = self.fresh.iter().skip(at + 1).chain(&self.known);
            others.map(move |other| (*one.min(other), *one.max(other)))
        })
    }
}
