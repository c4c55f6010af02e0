//! The arcs of one vertex that has changed, in pieces.

use std::{collections::BTreeMap, sync::Arc};

use super::{Arcs, weight};

/// Arcs of a piece, which is what is copied when one of them changes; twice as many at most.
const PIECE: usize = 1 << 9;

/// Some of the arcs of one vertex, by target.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) targets: Box<[u32]>,
    pub(super) weights: Box<[u32]>,
    strength: u64,
}

impl Piece {
    fn new(targets: &[u32], weights: &[u32]) -> Self {
        Self { targets: targets.into(), weights: weights.into(), strength: weight::total(weights) }
    }
}

/// One vertex that is not as in the base.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) present: bool,
    first: Piece,
    more: Vec<Arc<Piece>>,
    /// The sum of those of the pieces.
    strength: u64,
}

impl Row {
    /// The row of these arcs.
    pub(super) fn new(present: bool, targets: &[u32], weights: &[u32]) -> Self {
        Self::of(present, pieces(targets, weights).collect())
    }

    fn of(present: bool, pieces: Vec<Arc<Piece>>) -> Self {
        let strength = pieces.iter().map(|piece| piece.strength).sum();
        let mut pieces = pieces.into_iter();
        let first = pieces.next().map_or_else(|| Piece::new(&[], &[]), Arc::unwrap_or_clone);
        Self { present, first, more: pieces.collect(), strength }
    }

    #[inline]
    pub(super) fn arcs(&self) -> Arcs<'_> {
        let Piece { targets, weights, .. } = &self.first;
        Arcs { targets, weights, more: &self.more, strength: self.strength }
    }

    #[inline]
    pub(super) fn degree(&self) -> usize {
        self.first.targets.len() + self.more.iter().map(|piece| piece.targets.len()).sum::<usize>()
    }

    /// The row of `arcs` with these weights by target, 0 for arcs that go. Pieces where
    /// nothing changes are shared.
    pub(super) fn edited(present: bool, arcs: Arcs<'_>, edits: &BTreeMap<u32, u32>) -> Self {
        let mut edits = edits.iter().map(|(target, weight)| (*target, *weight)).peekable();
        let mut built = Vec::with_capacity(1 + arcs.more.len());
        let first = arcs.targets.chunks(PIECE).zip(arcs.weights.chunks(PIECE)).map(|part| (part, None));
        let more = arcs.more.iter().map(|piece| ((&*piece.targets, &*piece.weights), Some(piece)));
        let mut parts = first.chain(more).peekable();
        while let Some(((targets, weights), shared)) = parts.next() {
            let last = targets.last().copied().filter(|_| parts.peek().is_some()).unwrap_or(u32::MAX);
            match shared {
                Some(piece) if edits.peek().is_none_or(|(target, _)| *target > last) => built.push(Arc::clone(piece)),
                _ => {
                    let here = std::iter::from_fn(|| edits.next_if(|(target, _)| *target <= last));
                    let (targets, weights) = merged(targets, weights, here);
                    built.extend(pieces(&targets, &weights));
                }
            }
        }
        let (targets, weights) = merged(&[], &[], edits);
        built.extend(pieces(&targets, &weights));
        Self::of(present, built)
    }
}

/// These arcs in pieces; none for none.
fn pieces<'a>(targets: &'a [u32], weights: &'a [u32]) -> impl Iterator<Item = Arc<Piece>> + use<'a> {
    let size = if targets.len() > 2 * PIECE { PIECE } else { 2 * PIECE };
    let parts = targets.chunks(size).zip(weights.chunks(size));
    parts.map(|(targets, weights)| Arc::new(Piece::new(targets, weights)))
}

/// Arcs with these weights in place of theirs, both by target; those of weight 0 go.
fn merged(targets: &[u32], weights: &[u32], edits: impl Iterator<Item = (u32, u32)>) -> (Vec<u32>, Vec<u32>) {
    let mut edits = edits.peekable();
    let (mut new_targets, mut new_weights) = (Vec::with_capacity(targets.len()), Vec::with_capacity(targets.len()));
    let mut push = |target: u32, weight: u32| {
        if weight > 0 {
            new_targets.push(target);
            new_weights.push(weight);
        }
    };
    for (target, weight) in targets.iter().zip(weights) {
        while let Some((edit, weight)) = edits.next_if(|(edit, _)| edit < target) {
            push(edit, weight);
        }
        let edit = edits.next_if(|(edit, _)| edit == target);
        push(*target, edit.map_or(*weight, |(_, weight)| weight));
    }
    edits.for_each(|(edit, weight)| push(edit, weight));
    (new_targets, new_weights)
}
