//! A graph that changes a little at a time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Arcs, BaseCsr, Csr, Direction, Graph, MAX_WEIGHT, Patch, piece::Row, weight};
use crate::{Error, Result};

const OPERATION: &str = "graph.patch";

/// Vertices of a page, pages of a leaf: what is copied when one of them changes.
const FAN: usize = 1 << 5;
const LEAF: usize = FAN * FAN;
/// A new base is made when patches are more than this part of the old one, and more than
/// `SMALL` arcs and vertices. Not smaller, as a few vertices may have a good part of all arcs.
const PART: usize = 4;
const SMALL: usize = 1 << 12;

/// An undirected weighted graph of which new versions are made in time proportional to what
/// changes.
///
/// It is a large base, which versions share, and the rows of the vertices that have changed
/// since. Vertices keep their numbers: a new one gets the next number, and the number of one
/// that is removed is no vertex any more, without arcs, score or share of anything. Rows are
/// those of a [`Csr`] of the same edges and numbers, to the last bit, and so is what
/// algorithms find. When patches have gathered, a new base is made of them, which is the one
/// step that takes time in proportion to the whole graph.
///
/// ```
/// use kag_core::graph::{Graph, PageRankOptions, Patch, PatchedCsr, pagerank};
///
/// let mut patch = Patch::new();
/// (0..4).for_each(|vertex| patch.add(vertex));
/// patch.set(0, 1, 1.0);
/// patch.set(1, 2, 2.0);
/// let old = PatchedCsr::default().with(&patch)?;
///
/// let mut patch = Patch::new();
/// patch.remove(1);
/// patch.set(0, 2, 0.5);
/// let new = old.with(&patch)?;
///
/// let arcs = |graph: &PatchedCsr| graph.arcs_of(0).iter().collect::<Vec<_>>();
/// assert_eq!((arcs(&old), arcs(&new)), (vec![(1, 1.0)], vec![(2, 0.5)]));
/// let ranks = pagerank(&new, &[(0, 1.0)], &PageRankOptions::default())?;
/// assert_eq!((ranks.scores[1], new.contains(1), new.vertices()), (0.0, false, 4));
/// # Ok::<(), kag_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PatchedCsr {
    pub(super) base: Arc<BaseCsr>,
    pub(super) vertices: usize,
    /// The rows of vertices that are not as in the base: a tree, of which versions share
    /// what is equal.
    leaves: Vec<Option<Arc<Leaf>>>,
    /// Arcs and vertices of all patches.
    patched: usize,
}

type Leaf = [Option<Arc<Page>>; FAN];
type Page = [Option<Arc<Row>>; FAN];

impl Default for PatchedCsr {
    /// The graph without vertices.
    fn default() -> Self {
        Self::over(Arc::new(BaseCsr::new(Csr::from_rows(Direction::Undirected, vec![0], vec![], vec![]), [])))
    }
}

impl PatchedCsr {
    /// The same graph as `csr`, ready to be changed.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if `csr` is directed.
    pub fn new(csr: Csr) -> Result<Self> {
        match csr.direction() {
            Direction::Undirected => Ok(Self::over(Arc::new(BaseCsr::new(csr, [])))),
            Direction::Directed => Err(Error::invalid(OPERATION, "only undirected graphs can be patched")),
        }
    }

    /// `base` without patches.
    pub(super) fn over(base: Arc<BaseCsr>) -> Self {
        let vertices = base.vertices();
        Self { base, vertices, leaves: vec![None; vertices.div_ceil(LEAF)], patched: 0 }
    }

    /// The next version.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if an edge is set at a number that is
    /// no vertex then, or a weight is not from 0 to [`MAX_WEIGHT`].
    pub fn with(&self, patch: &Patch) -> Result<Self> {
        let mut next = self.clone();
        for (vertex, edits) in self.edits(patch)? {
            let kept = if patch.removed.contains(&vertex) { Arcs::default() } else { self.arcs_of(vertex) };
            let present = patch.added.contains(&vertex) || (self.contains(vertex) && !patch.removed.contains(&vertex));
            next.put(vertex, Row::edited(present, kept, &edits));
        }
        Ok(if next.patched > SMALL.max(next.base.size() / PART) { next.rebased() } else { next })
    }

    /// By vertex that changes, the weights of its arcs that do, 0 for those that go.
    fn edits(&self, patch: &Patch) -> Result<BTreeMap<u32, BTreeMap<u32, u32>>> {
        let mut edits: BTreeMap<u32, BTreeMap<u32, u32>> = BTreeMap::new();
        let mut changed: BTreeSet<u32> = patch.removed.iter().copied().filter(|v| self.contains(*v)).collect();
        for vertex in &changed {
            for (target, _) in self.arcs_of(*vertex).iter().filter(|(target, _)| target != vertex) {
                edits.entry(target).or_default().insert(*vertex, 0);
            }
        }
        changed.extend(patch.added.iter().filter(|vertex| !self.contains(**vertex)));
        for vertex in changed {
            edits.entry(vertex).or_default();
        }
        for ((left, right), weight) in &patch.weights {
            let units = weight::units(*weight).ok_or_else(|| {
                Error::invalid(OPERATION, "no such weight")
                    .with("from", left)
                    .with("to", right)
                    .with("weight", weight)
                    .with("largest", MAX_WEIGHT)
            })?;
            for (from, to) in [(*left, *right), (*right, *left)] {
                let there = self.contains(from) && !patch.removed.contains(&from);
                if !there && !patch.added.contains(&from) {
                    return Err(Error::invalid(OPERATION, "no such vertex").with("vertex", from));
                }
                edits.entry(from).or_default().insert(to, units);
            }
        }
        Ok(edits)
    }

    /// Puts `row` in place of the arcs of `vertex`.
    pub(super) fn put(&mut self, vertex: u32, row: Row) {
        self.grow(vertex as usize + 1);
        let before = self.patch(vertex).map_or(0, |row| 1 + row.degree());
        self.patched = self.patched + 1 + row.degree() - before;
        let at = vertex as usize;
        let Some(leaf) = self.leaves.get_mut(at / LEAF) else { return };
        let leaf = Arc::make_mut(leaf.get_or_insert_with(Arc::default));
        let Some(page) = leaf.get_mut(at % LEAF / FAN) else { return };
        let page = Arc::make_mut(page.get_or_insert_with(Arc::default));
        if let Some(slot) = page.get_mut(at % FAN) {
            *slot = Some(Arc::new(row));
        }
    }

    /// Makes room for numbers below `vertices`.
    pub(super) fn grow(&mut self, vertices: usize) {
        self.vertices = self.vertices.max(vertices);
        self.leaves.resize(self.vertices.div_ceil(LEAF), None);
    }

    /// The same graph with all patches in a new base.
    fn rebased(&self) -> Self {
        let mut offsets = Vec::with_capacity(self.vertices + 1);
        let (mut targets, mut weights) = (Vec::new(), Vec::new());
        offsets.push(0);
        for vertex in (0u32..).take(self.vertices) {
            for (to, weight) in self.arcs_of(vertex).pieces() {
                targets.extend_from_slice(to);
                weights.extend_from_slice(weight);
            }
            offsets.push(targets.len());
        }
        let absent = (0u32..).take(self.vertices).filter(|vertex| !self.contains(*vertex));
        let csr = Csr::from_rows(Direction::Undirected, offsets, targets, weights);
        Self::over(Arc::new(BaseCsr::new(csr, absent)))
    }

    /// The part shared with other versions.
    #[must_use]
    pub fn base(&self) -> &Arc<BaseCsr> {
        &self.base
    }

    /// The vertices that are not as in the base, ascending.
    pub(super) fn patches(&self) -> impl Iterator<Item = (u32, &Row)> {
        let leaves = (0u32..).zip(&self.leaves).filter(|(_, leaf)| leaf.is_some());
        let vertices = leaves.flat_map(|(leaf, _)| leaf * LEAF as u32..(leaf + 1) * LEAF as u32);
        vertices.filter_map(|vertex| Some((vertex, self.patch(vertex)?)))
    }

    #[inline]
    fn patch(&self, vertex: u32) -> Option<&Row> {
        let at = vertex as usize;
        self.page(at)?.get(at % FAN)?.as_deref()
    }

    /// The page of the number `at`, if a vertex on it is not as in the base.
    #[inline]
    fn page(&self, at: usize) -> Option<&Page> {
        self.leaves.get(at / LEAF)?.as_ref()?.get(at % LEAF / FAN)?.as_deref()
    }
}

impl Graph for PatchedCsr {
    #[inline]
    fn vertices(&self) -> usize {
        self.vertices
    }

    #[inline]
    fn contains(&self, vertex: u32) -> bool {
        self.patch(vertex).map_or_else(|| self.base.contains(vertex), |row| row.present)
    }

    #[inline]
    fn arcs_of(&self, vertex: u32) -> Arcs<'_> {
        self.patch(vertex).map_or_else(|| self.base.arcs_of(vertex), Row::arcs)
    }

    #[inline]
    fn degree(&self, vertex: u32) -> usize {
        self.patch(vertex).map_or_else(|| self.base.degree(vertex), Row::degree)
    }

    fn direction(&self) -> Direction {
        Direction::Undirected
    }

    /// Goes through the base in one run, and then through what is not as in it.
    fn weigh(&self, first: u32, values: &[i16], sums: &mut [i64]) {
        self.base.weigh(first, values, sums);
        let (first, end) = (first as usize, first as usize + sums.len());
        let mut at = first;
        while at < end {
            let next = end.min((at / FAN + 1) * FAN);
            let rows = self.page(at).map(|page| page.iter().enumerate()).into_iter().flatten();
            for (place, row) in rows.filter_map(|(place, row)| Some((place, row.as_deref()?))) {
                let vertex = at / FAN * FAN + place;
                if let Some(sum) = vertex.checked_sub(first).and_then(|at| sums.get_mut(at)) {
                    *sum = row.arcs().weighed(values);
                }
            }
            at = next;
        }
    }
}
