//! Sets of nodes that reach each other.

/// The strongly connected components of a graph, as numbers of nodes in order (Tarjan,
/// without recursion).
pub(super) fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search =
        Search { edges, state: vec![State::default(); edges.len()], stack: Vec::new(), next: 1, sets: Vec::new() };
    for root in 0..edges.len() {
        search.visit(root);
    }
    search.sets
}

#[derive(Clone, Copy, Default)]
struct State {
    /// When it was met first, from 1; 0 before.
    index: usize,
    low: usize,
    on_stack: bool,
}

struct Search<'e> {
    edges: &'e [Vec<usize>],
    state: Vec<State>,
    stack: Vec<usize>,
    next: usize,
    sets: Vec<Vec<usize>>,
}

#[expect(clippy::indexing_slicing, reason = "every number is that of a node")]
impl Search<'_> {
    fn visit(&mut self, root: usize) {
        if self.state[root].index > 0 {
            return;
        }
        let mut calls = vec![(root, 0)];
        while let Some((at, tried)) = calls.pop() {
            if tried == 0 {
                self.state[at] = State { index: self.next, low: self.next, on_stack: true };
                self.next += 1;
                self.stack.push(at);
            }
            if let Some(next) = self.edges[at].get(tried).copied() {
                calls.push((at, tried + 1));
                if self.state[next].index == 0 {
                    calls.push((next, 0));
                } else if self.state[next].on_stack {
                    self.state[at].low = self.state[at].low.min(self.state[next].index);
                }
                continue;
            }
            if self.state[at].low == self.state[at].index {
                self.close(at);
            }
            if let Some((parent, _)) = calls.last() {
                self.state[*parent].low = self.state[*parent].low.min(self.state[at].low);
            }
        }
    }

    /// Takes the set that `root` was met first of.
    fn close(&mut self, root: usize) {
        let mut set = Vec::new();
        while let Some(member) = self.stack.pop() {
            self.state[member].on_stack = false;
            set.push(member);
            if member == root {
                break;
            }
        }
        set.sort_unstable();
        self.sets.push(set);
    }
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn what_reaches_each_other_is_one_set() {
        let sets = components(&[vec![1], vec![2], vec![0], vec![2, 3], vec![]]);
        assert_eq!(sets, [vec![0, 1, 2], vec![3], vec![4]]);
    }
}
