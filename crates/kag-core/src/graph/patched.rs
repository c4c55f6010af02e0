//! A graph that changes a little at a time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Arcs, BaseCsr, Csr, Direction, Graph, Patch};
use crate::{Error, Result};

const OPERATION: &str = "graph.patch";

/// Vertices whose patches are kept, and copied, together.
pub(super) const PAGE: usize = 1 << 10;
/// A new base is made when patches are more than this part of the old one, and more than
/// `SMALL` arcs and vertices.
const PART: usize = 8;
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
/// assert_eq!((old.arcs_of(0).targets, new.arcs_of(0).targets), (&[1][..], &[2][..]));
/// let ranks = pagerank(&new, &[(0, 1.0)], &PageRankOptions::default())?;
/// assert_eq!((ranks.scores[1], new.contains(1), new.vertices()), (0.0, false, 4));
/// # Ok::<(), kag_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PatchedCsr {
    pub(super) base: Arc<BaseCsr>,
    pub(super) vertices: usize,
    pub(super) pages: Vec<Option<Arc<Page>>>,
    /// Arcs and vertices of all patches.
    patched: usize,
}

/// The patched ones of some adjacent vertices.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// By vertex its place in `rows` and 1, or 0 if it is not patched.
    slots: [u16; PAGE],
    rows: Vec<Arc<Row>>,
}

/// One vertex that is not as in the base.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) present: bool,
    targets: Box<[u32]>,
    weights: Box<[f32]>,
    strength: f64,
}

impl Row {
    pub(super) fn new(present: bool, targets: Vec<u32>, weights: Vec<f32>) -> Self {
        let strength = weights.iter().map(|weight| f64::from(*weight)).sum();
        Self { present, targets: targets.into(), weights: weights.into(), strength }
    }

    pub(super) fn arcs(&self) -> Arcs<'_> {
        Arcs { targets: &self.targets, weights: &self.weights, strength: self.strength }
    }
}

impl Page {
    fn get(&self, vertex: u32) -> Option<&Row> {
        let slot = usize::from(*self.slots.get(vertex as usize % PAGE)?);
        self.rows.get(slot.checked_sub(1)?).map(|row| &**row)
    }

    fn set(&mut self, vertex: u32, row: Row) {
        let Some(slot) = self.slots.get_mut(vertex as usize % PAGE) else { return };
        match usize::from(*slot).checked_sub(1).and_then(|at| self.rows.get_mut(at)) {
            Some(known) => *known = Arc::new(row),
            None => {
                self.rows.push(Arc::new(row));
                *slot = self.rows.len() as u16;
            }
        }
    }
}

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
        Self { base, vertices, pages: vec![None; vertices.div_ceil(PAGE)], patched: 0 }
    }

    /// The next version.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if an edge is set at a number that is
    /// no vertex then, or a weight is below 0 or not finite.
    pub fn with(&self, patch: &Patch) -> Result<Self> {
        let mut next = self.clone();
        for (vertex, edits) in self.edits(patch)? {
            let kept = if patch.removed.contains(&vertex) { Arcs::default() } else { self.arcs_of(vertex) };
            let present = patch.added.contains(&vertex) || (self.contains(vertex) && !patch.removed.contains(&vertex));
            next.put(vertex, edited(present, kept, &edits));
        }
        Ok(if next.patched > SMALL.max(next.base.size() / PART) { next.rebased() } else { next })
    }

    /// By vertex that changes, the weights of its arcs that do, 0 for those that go.
    fn edits(&self, patch: &Patch) -> Result<BTreeMap<u32, BTreeMap<u32, f32>>> {
        let mut edits: BTreeMap<u32, BTreeMap<u32, f32>> = BTreeMap::new();
        let mut changed: BTreeSet<u32> = patch.removed.iter().copied().filter(|v| self.contains(*v)).collect();
        for vertex in &changed {
            for target in self.arcs_of(*vertex).targets.iter().filter(|target| *target != vertex) {
                edits.entry(*target).or_default().insert(*vertex, 0.0);
            }
        }
        changed.extend(patch.added.iter().filter(|vertex| !self.contains(**vertex)));
        for vertex in changed {
            edits.entry(vertex).or_default();
        }
        for ((left, right), weight) in &patch.weights {
            if !weight.is_finite() || *weight < 0.0 {
                return Err(Error::invalid(OPERATION, "a weight is a finite number, 0 or above")
                    .with("from", left)
                    .with("to", right)
                    .with("weight", weight));
            }
            for (from, to) in [(*left, *right), (*right, *left)] {
                let there = self.contains(from) && !patch.removed.contains(&from);
                if !there && !patch.added.contains(&from) {
                    return Err(Error::invalid(OPERATION, "no such vertex").with("vertex", from));
                }
                edits.entry(from).or_default().insert(to, *weight);
            }
        }
        Ok(edits)
    }

    /// Puts `row` in place of the arcs of `vertex`.
    pub(super) fn put(&mut self, vertex: u32, row: Row) {
        self.grow(vertex as usize + 1);
        let Some(page) = self.pages.get_mut(vertex as usize / PAGE) else { return };
        let empty = || Arc::new(Page { slots: [0; PAGE], rows: Vec::new() });
        let page = page.get_or_insert_with(empty);
        let before = page.get(vertex).map_or(0, |row| 1 + row.targets.len());
        self.patched = self.patched + 1 + row.targets.len() - before;
        Arc::make_mut(page).set(vertex, row);
    }

    /// Makes room for numbers below `vertices`.
    pub(super) fn grow(&mut self, vertices: usize) {
        self.vertices = self.vertices.max(vertices);
        self.pages.resize(self.vertices.div_ceil(PAGE), None);
    }

    /// The same graph with all patches in a new base.
    fn rebased(&self) -> Self {
        let mut offsets = Vec::with_capacity(self.vertices + 1);
        let (mut targets, mut weights) = (Vec::new(), Vec::new());
        offsets.push(0);
        for vertex in (0u32..).take(self.vertices) {
            let arcs = self.arcs_of(vertex);
            targets.extend_from_slice(arcs.targets);
            weights.extend_from_slice(arcs.weights);
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
        let pages = (0u32..).zip(&self.pages).filter_map(|(at, page)| Some((at, page.as_deref()?)));
        pages.flat_map(|(at, page)| {
            let first = at * PAGE as u32;
            (first..first + PAGE as u32).filter_map(|vertex| Some((vertex, page.get(vertex)?)))
        })
    }

    fn patch(&self, vertex: u32) -> Option<&Row> {
        self.pages.get(vertex as usize / PAGE)?.as_ref()?.get(vertex)
    }
}

impl Graph for PatchedCsr {
    fn vertices(&self) -> usize {
        self.vertices
    }

    fn contains(&self, vertex: u32) -> bool {
        self.patch(vertex).map_or_else(|| self.base.contains(vertex), |row| row.present)
    }

    fn arcs_of(&self, vertex: u32) -> Arcs<'_> {
        self.patch(vertex).map_or_else(|| self.base.arcs_of(vertex), Row::arcs)
    }

    fn degree(&self, vertex: u32) -> usize {
        self.patch(vertex).map_or_else(|| self.base.degree(vertex), |row| row.targets.len())
    }
}

/// `arcs` with `edits`, by target.
fn edited(present: bool, arcs: Arcs<'_>, edits: &BTreeMap<u32, f32>) -> Row {
    let room = arcs.targets.len() + edits.len();
    let (mut targets, mut weights) = (Vec::with_capacity(room), Vec::with_capacity(room));
    let mut push = |target: u32, weight: f32| {
        if weight > 0.0 {
            targets.push(target);
            weights.push(weight);
        }
    };
    let mut edits = edits.iter().peekable();
    for (target, weight) in arcs.targets.iter().zip(arcs.weights) {
        while let Some((edit, weight)) = edits.next_if(|(edit, _)| *edit < target) {
            push(*edit, *weight);
        }
        let edit = edits.next_if(|(edit, _)| *edit == target);
        push(*target, edit.map_or(*weight, |(_, weight)| *weight));
    }
    edits.for_each(|(edit, weight)| push(*edit, *weight));
    Row::new(present, targets, weights)
}
