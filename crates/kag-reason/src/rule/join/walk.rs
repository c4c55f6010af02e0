//! Edges that stand for several.

use super::{
    each::Sieve,
    expand::Followed,
    neighbours::{Clash, Neighbours},
};
use crate::rule::{
    RuleError,
    base::body::Body,
    engine::{Engine, Matching},
    paths::EMPTY,
    table::{Column, Table},
    world::{End, NONE},
};

impl Engine<'_> {
    /// The paths from what `column` holds, no fact twice in one, to what `target` holds or
    /// anywhere. A path is told from subject to object whichever way it is found. What is asked
    /// of each edge is asked before it is passed.
    pub(super) fn walk(
        &mut self,
        body: &Body,
        table: &Table,
        edge: usize,
        neighbours: &Neighbours,
        column: &Column,
        target: Option<&Column>,
    ) -> Result<Followed, RuleError> {
        let clash = self.clash(body, table, edge);
        let mut followed = Followed::default();
        let mut sieve = Sieve::of(body, edge);
        // The facts of later nodes are looked up too.
        let mut prepared = false;
        let hops = body.edges.get(edge).and_then(|var| var.hops);
        let Some(hops) = hops else { return Ok(followed) };
        let longest = hops.most.unwrap_or(u32::MAX);
        if longest > 1 {
            self.demand_edge(body, edge, None)?;
        }
        for (row, begin) in column.iter().enumerate() {
            let wanted = target.and_then(|target| target.get(row)).copied();
            if *begin == NONE || wanted == Some(NONE) {
                self.keep_missing(body, edge, row, &mut followed);
                continue;
            }
            let ends = |node: u32| wanted.is_none_or(|wanted| wanted == node);
            if hops.least == 0 && ends(*begin) {
                followed.push(row, EMPTY, *begin);
            }
            let mut waiting = vec![(*begin, EMPTY)];
            while let Some((node, path)) = waiting.pop() {
                let length = self.paths.length(path);
                if length >= longest {
                    continue;
                }
                if length == 1 && !prepared {
                    prepared = true;
                    for predicate in &neighbours.predicates {
                        self.world.prepare_all(*predicate, neighbours.end)?;
                        if neighbours.either {
                            self.world.prepare_all(*predicate, neighbours.end.other())?;
                        }
                    }
                }
                let mut next = self.steps_from(neighbours, &clash, row, (node, path));
                self.sift(&mut sieve, &mut next)?;
                for (fact, other) in next {
                    let longer = self.paths.add(path, fact, other);
                    if length + 1 >= hops.least && ends(other) {
                        let told = self.forwards(neighbours.end, longer, *begin);
                        followed.push(row, told, other);
                    }
                    // Where no node is passed twice, a circle ends where it began.
                    if self.matching != Matching::DistinctNodes || other != *begin {
                        waiting.push((other, longer));
                    }
                }
                self.in_bounds(body, followed.rows.len() + waiting.len())?;
            }
        }
        Ok(followed)
    }

    /// The edges that lead on from the end of `path`, the last to be followed first.
    fn steps_from(
        &self,
        neighbours: &Neighbours,
        clash: &Clash,
        row: usize,
        (node, path): (u32, u32),
    ) -> Vec<(u32, u32)> {
        let mut next = Vec::new();
        neighbours.each(&self.world, node, |fact, other| {
            let passed = |(held, passed): (u32, u32)| {
                // A fact passed twice would make circles without end.
                held == fact || (self.matching == Matching::DistinctNodes && passed == other)
            };
            let again = self.paths.backwards(path).any(passed);
            if !again && !self.clashes(clash, row, fact) {
                next.push((fact, other));
            }
        });
        next.reverse();
        next
    }

    /// The path from subject to object.
    fn forwards(&mut self, end: End, path: u32, begin: u32) -> u32 {
        if end == End::Subject {
            return path;
        }
        let passed: Vec<(u32, u32)> = self.paths.backwards(path).collect();
        let mut told = EMPTY;
        for (at, (fact, _)) in passed.iter().enumerate() {
            let next = passed.get(at + 1).map_or(begin, |(_, node)| *node);
            told = self.paths.add(told, *fact, next);
        }
        told
    }
}
