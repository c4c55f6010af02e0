//! Paths as a tree that they share: each is an earlier one and one more edge.

use super::world::NONE;

/// The path without edges.
pub(super) const EMPTY: u32 = 0;

/// Every path that has been found.
pub(super) struct Paths {
    list: Vec<PathEnd>,
}

/// The last edge of a path.
#[derive(Clone, Copy)]
struct PathEnd {
    before: u32,
    fact: u32,
    /// The node it leads to.
    node: u32,
    length: u32,
}

impl Default for Paths {
    fn default() -> Self {
        Self { list: vec![PathEnd { before: NONE, fact: NONE, node: NONE, length: 0 }] }
    }
}

impl Paths {
    /// The path `before` and the edge `fact` to `node`.
    pub(super) fn add(&mut self, before: u32, fact: u32, node: u32) -> u32 {
        let at = u32::try_from(self.list.len()).unwrap_or(NONE);
        self.list.push(PathEnd { before, fact, node, length: self.length(before) + 1 });
        at
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn length(&self, path: u32) -> u32 {
        self.list.get(path as usize).map_or(0, |end| end.length)
    }

    /// Its edges and the nodes they lead to, last first.
    pub(super) fn backwards(&self, path: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let at = |path: u32| self.list.get(path as usize).filter(|end| end.length > 0);
        std::iter::successors(at(path), move |end| at(end.before)).map(|end| (end.fact, end.node))
    }

    /// Its facts, first to last.
    pub(super) fn facts(&self, path: u32) -> Vec<u32> {
        let mut facts: Vec<u32> = self.backwards(path).map(|(fact, _)| fact).collect();
        facts.reverse();
        facts
    }

    /// The nodes after the first, first to last.
    pub(super) fn nodes(&self, path: u32) -> Vec<u32> {
        let mut nodes: Vec<u32> = self.backwards(path).map(|(_, node)| node).collect();
        nodes.reverse();
        nodes
    }

    pub(super) fn holds(&self, path: u32, fact: u32) -> bool {
        self.backwards(path).any(|(held, _)| held == fact)
    }
}
