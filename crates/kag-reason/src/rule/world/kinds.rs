//! The types of nodes, by number.

use std::ops::Range;

use super::{FastMap, NONE};

/// So many numbers one after the other are a run.
const LONG: usize = 16;

/// Of which type nodes are. What a graph has of a type mostly has numbers one after the other, and
/// takes no place then.
#[derive(Default)]
pub(in crate::rule) struct Kinds {
    /// Numbers one after the other that are of one type, and that type; in order.
    runs: Vec<(Range<u32>, u32)>,
    /// The types of others that somebody has looked at.
    singles: FastMap<u32, u32>,
}

impl Kinds {
    /// The number of the type of a node; [`NONE`] where nobody has looked.
    pub(in crate::rule) fn get(&self, node: u32) -> u32 {
        self.of_run(node).or_else(|| self.singles.get(&node).copied()).unwrap_or(NONE)
    }

    fn of_run(&self, node: u32) -> Option<u32> {
        let after = self.runs.partition_point(|(run, _)| run.start <= node);
        let (run, kind) = self.runs.get(after.checked_sub(1)?)?;
        run.contains(&node).then_some(*kind)
    }

    pub(super) fn set(&mut self, node: u32, kind: u32) {
        self.singles.insert(node, kind);
    }

    /// Says of all of `nodes` that they are of one type.
    pub(super) fn set_all(&mut self, nodes: &[u32], kind: u32) {
        for together in nodes.chunk_by(|node, next| node.checked_add(1) == Some(*next)) {
            match together {
                [first, .., last] if together.len() >= LONG => self.runs.push((*first..last.saturating_add(1), kind)),
                _ => together.iter().for_each(|node| self.set(*node, kind)),
            }
        }
        self.runs.sort_by_key(|(run, _)| run.start);
    }

    /// The runs that are of types for which `is_meant` holds.
    pub(super) fn runs(&self, is_meant: impl Fn(u32) -> bool) -> impl Iterator<Item = Range<u32>> {
        self.runs.iter().filter(move |(_, kind)| is_meant(*kind)).map(|(run, _)| run.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_have_the_type_that_was_said() {
        let mut kinds = Kinds::default();
        let of_one: Vec<u32> = (100..120).chain([7]).chain(40..60).collect();
        kinds.set_all(&of_one, 1);
        kinds.set_all(&[3, 5], 2);
        kinds.set_all(&[], 4);
        kinds.set(20, 5);
        let all = [3, 4, 5, 7, 20, 39, 40, 59, 60, 99, 100, 119, 120].map(|node| kinds.get(node));
        assert_eq!(all, [2, NONE, 2, 1, 5, NONE, 1, 1, NONE, NONE, 1, 1, NONE]);
        assert_eq!(kinds.get(NONE), NONE);
        assert_eq!(kinds.runs(|_| true).collect::<Vec<_>>(), [40..60, 100..120]);
        assert_eq!(kinds.runs(|kind| kind == 2).count(), 0);
    }
}
