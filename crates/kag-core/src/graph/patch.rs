//! What one version of a graph changes.

use std::collections::{BTreeMap, BTreeSet};

/// Changes of a [`PatchedCsr`](super::PatchedCsr): first vertices go, then vertices come,
/// then edges get their weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    pub(super) removed: BTreeSet<u32>,
    pub(super) added: BTreeSet<u32>,
    pub(super) weights: BTreeMap<(u32, u32), f32>,
}

impl Patch {
    /// No change.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a vertex away, and with it every edge at it. One that is not there is no error.
    pub fn remove(&mut self, vertex: u32) {
        self.removed.insert(vertex);
    }

    /// Makes this number a vertex, so far without edges if it was none. Numbers below it that
    /// were no vertices are none still.
    pub fn add(&mut self, vertex: u32) {
        self.added.insert(vertex);
    }

    /// Gives the edge between these two vertices this weight, whatever it had; 0 takes it
    /// away. Of several weights for one edge the last counts. It is kept to 2⁻¹⁶, as by
    /// [`CsrBuilder`](super::CsrBuilder).
    pub fn set(&mut self, left: u32, right: u32, weight: f32) {
        self.weights.insert((left.min(right), left.max(right)), weight);
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty() && self.weights.is_empty()
    }
}
