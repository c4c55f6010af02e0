//! Which rules rest on which, and whether that makes sense.

use super::{compile::Rule, mentions::can_be};
use kag_schema::Schema;

/// How rules depend on each other.
#[derive(Clone, Debug, Default)]
pub(in crate::rule) struct Strata {
    /// By rule, the number of the set of rules that need each other to which it belongs.
    /// What a rule rests on has a number that is not greater.
    pub(in crate::rule) set_of: Vec<u32>,
    /// By set, its rules in order.
    pub(in crate::rule) sets: Vec<Vec<u32>>,
    /// By set, whether its rules need themselves or each other.
    pub(in crate::rule) recursive: Vec<bool>,
}

/// Rules that rest on the negation or an aggregate of themselves.
pub(super) struct Circle(pub(super) Vec<u32>);

impl Strata {
    /// The order of `rules`, and the circles among them that have no meaning.
    pub(super) fn of(schema: &Schema, rules: &[Rule]) -> (Self, Vec<Circle>) {
        // By rule, what it rests on and whether it grows with it.
        let mut edges: Vec<Vec<(u32, bool)>> = Vec::with_capacity(rules.len());
        for rule in rules {
            let mut needs: Vec<(u32, bool)> = Vec::new();
            for (other, at) in rules.iter().zip(0_u32..) {
                let met = rule
                    .body
                    .mentions
                    .iter()
                    .filter(|mention| other.outputs.iter().any(|output| can_be(schema, &mention.what, output)));
                let grows = met.map(|mention| mention.grows).reduce(|all, grows| all && grows);
                needs.extend(grows.map(|grows| (at, grows)));
            }
            edges.push(needs);
        }
        let needs: Vec<Vec<u32>> = edges.iter().map(|of| of.iter().map(|(at, _)| *at).collect()).collect();
        let (set_of, sets) = components(&needs);
        let set = |rule: u32| set_of.get(rule as usize).copied();
        let mut recursive = vec![false; sets.len()];
        let mut circles: Vec<Circle> = Vec::new();
        for (of, at) in edges.iter().zip(0_u32..) {
            let inside = of.iter().filter(|(other, _)| set(*other) == set(at));
            for (_, grows) in inside {
                let Some(number) = set(at) else { continue };
                if let Some(place) = recursive.get_mut(number as usize) {
                    *place = true;
                }
                let members = sets.get(number as usize).cloned().unwrap_or_default();
                if !grows && !circles.iter().any(|circle| circle.0 == members) {
                    circles.push(Circle(members));
                }
            }
        }
        (Self { set_of, sets, recursive }, circles)
    }

    pub(in crate::rule) fn is_recursive(&self, rule: u32) -> bool {
        self.set_of.get(rule as usize).and_then(|set| self.recursive.get(*set as usize)).copied().unwrap_or(false)
    }
}

/// The strongly connected components (Tarjan), what others rest on first; without recursion,
/// as rules may be many.
fn components(needs: &[Vec<u32>]) -> (Vec<u32>, Vec<Vec<u32>>) {
    let count = needs.len();
    let mut state = Search {
        index: vec![u32::MAX; count],
        low: vec![0; count],
        on_stack: vec![false; count],
        stack: Vec::new(),
        next: 0,
        set_of: vec![0; count],
        sets: Vec::new(),
    };
    for root in 0..count {
        if state.index.get(root) == Some(&u32::MAX) {
            state.visit(root, needs);
        }
    }
    (state.set_of, state.sets)
}

struct Search {
    index: Vec<u32>,
    low: Vec<u32>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    next: u32,
    set_of: Vec<u32>,
    sets: Vec<Vec<u32>>,
}

impl Search {
    #[expect(clippy::indexing_slicing, reason = "every number is that of a rule")]
    fn visit(&mut self, root: usize, needs: &[Vec<u32>]) {
        let mut calls = vec![(root, 0)];
        while let Some((at, tried)) = calls.pop() {
            if tried == 0 {
                (self.index[at], self.low[at]) = (self.next, self.next);
                self.next += 1;
                self.stack.push(at);
                self.on_stack[at] = true;
            }
            if let Some(next) = needs[at].get(tried).map(|next| *next as usize) {
                calls.push((at, tried + 1));
                if self.index[next] == u32::MAX {
                    calls.push((next, 0));
                } else if self.on_stack[next] {
                    self.low[at] = self.low[at].min(self.index[next]);
                }
                continue;
            }
            if self.low[at] == self.index[at] {
                let mut set = Vec::new();
                while let Some(member) = self.stack.pop() {
                    self.on_stack[member] = false;
                    self.set_of[member] = self.sets.len() as u32;
                    set.push(member as u32);
                    if member == at {
                        break;
                    }
                }
                set.sort_unstable();
                self.sets.push(set);
            }
            if let Some((parent, _)) = calls.last() {
                self.low[*parent] = self.low[*parent].min(self.low[at]);
            }
        }
    }
}
