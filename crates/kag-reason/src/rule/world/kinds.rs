//! The types of nodes, by number.

use std::ops::Range;

use super::NONE;

/// Of which type nodes are. What a graph has of a type mostly has numbers one after the other, and
/// takes no place then.
#[derive(Default)]
pub(in crate::rule) struct Kinds {
    /// Numbers one after the other that are of one type, and that type; in order, none in two.
    runs: Vec<(Range<u32>, u32)>,
    /// By node, the type of those that are in none; [`NONE`] where nobody has looked.
    singles: Vec<u32>,
}

impl Kinds {
    /// The number of the type of a node; [`NONE`] where nobody has looked.
    pub(in crate::rule) fn get(&self, node: u32) -> u32 {
        let single = self.singles.get(node as usize).copied().filter(|kind| *kind != NONE);
        single.or_else(|| self.of_run(node)).unwrap_or(NONE)
    }

    fn of_run(&self, node: u32) -> Option<u32> {
        let after = self.runs.partition_point(|(run, _)| run.start <= node);
        let (run, kind) = self.runs.get(after.checked_sub(1)?)?;
        run.contains(&node).then_some(*kind)
    }

    pub(super) fn set(&mut self, node: u32, kind: u32) {
        let place = node as usize;
        if self.singles.len() <= place {
            self.singles.resize(place + 1, NONE);
        }
        self.singles.iter_mut().skip(place).take(1).for_each(|single| *single = kind);
    }

    /// Says of all of `nodes` that they are of one type.
    pub(super) fn set_all(&mut self, nodes: &[u32], kind: u32) {
        match run(nodes) {
            Some(run) => {
                let place = self.runs.partition_point(|(other, _)| other.start < run.start);
                self.runs.insert(place, (run, kind));
            }
            None => nodes.iter().for_each(|node| self.set(*node, kind)),
        }
    }

    /// The runs that are of types for which `is_meant` holds.
    pub(super) fn runs(&self, is_meant: impl Fn(u32) -> bool) -> impl Iterator<Item = Range<u32>> {
        self.runs.iter().filter(move |(_, kind)| is_meant(*kind)).map(|(run, _)| run.clone())
    }
}

/// The numbers from first to last, where `nodes` are those and no others.
fn run(nodes: &[u32]) -> Option<Range<u32>> {
    let (first, last) = (*nodes.first()?, *nodes.last()?);
    let follows = nodes.iter().zip(first..).all(|(node, number)| *node == number);
    follows.then(|| first..last.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_have_the_type_that_was_said() {
        let mut kinds = Kinds::default();
        kinds.set_all(&[10, 11, 12], 1);
        kinds.set_all(&[3, 5], 2);
        kinds.set_all(&[6, 7], 3);
        kinds.set_all(&[], 4);
        kinds.set(20, 5);
        let all = [2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 20, 21].map(|node| kinds.get(node));
        assert_eq!(all, [NONE, 2, NONE, 2, 3, 3, NONE, 1, 1, NONE, 5, NONE]);
        assert_eq!(kinds.get(NONE), NONE);
        assert_eq!(kinds.runs(|kind| kind == 3).collect::<Vec<_>>(), [6..8]);
        assert_eq!(kinds.runs(|_| true).collect::<Vec<_>>(), [6..8, 10..13]);
    }
}
