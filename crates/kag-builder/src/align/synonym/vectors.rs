//! Nodes whose names have vectors that are near each other.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use kag_core::{Embedding, NameKey, Node, NodeId, Result, vector};

use super::SHORT;
use crate::align::name::are_two_by_key;

/// The pairs that were found, and how many were looked at.
pub(super) struct Near {
    pub(super) near: Vec<((NodeId, NodeId), f32)>,
    pub(super) compared: u64,
}

/// The pairs of nodes, one of them among `fresh`, whose vectors have a cosine of `threshold`
/// or more, smaller id first.
pub(super) fn near(
    nodes: &[Arc<Node>],
    rows: &[(NodeId, Embedding)],
    fresh: &HashSet<NodeId>,
    threshold: f32,
) -> Result<Near> {
    let nodes: HashMap<NodeId, &Node> = nodes.iter().map(|node| (node.id, &**node)).collect();
    let long = rows.iter().filter(|(node, _)| nodes.get(node).is_some_and(|node| is_long(&node.name)));
    let (fresh, known): (Vec<_>, Vec<_>) = long.cloned().partition(|(node, _)| fresh.contains(node));
    let within = (fresh.len() as u64 * (fresh.len() as u64).saturating_sub(1)) / 2;
    let compared = within + fresh.len() as u64 * known.len() as u64;
    let may_be_near = |one: &NodeId, other: &NodeId| match (nodes.get(one), nodes.get(other)) {
        // Two with the very same name that are two by their keys are not one by their vectors.
        (Some(one), Some(other)) => NameKey::of(&one.name) != NameKey::of(&other.name) || !are_two_by_key(one, other),
        _ => false,
    };
    let found = vector::new_pairs_over(&fresh, &known, threshold)?.into_iter();
    let near = found.filter(|(one, other, _)| may_be_near(one, other));
    Ok(Near { near: near.map(|(one, other, cosine)| ((one, other), cosine)).collect(), compared })
}

fn is_long(name: &str) -> bool {
    name.chars().filter(|character| character.is_alphanumeric()).take(SHORT + 1).count() > SHORT
}
