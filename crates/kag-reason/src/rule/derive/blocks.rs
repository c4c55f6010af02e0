//! Running a rule for all its subjects, block after block.
//!
//! The matches of a block stay in the caches of a processor until the facts that follow from them
//! are there, and those of one subject lie together. That is worth while where matching has to begin
//! with everything anyway. Where something in the pattern is rare, matching begins there, for all
//! subjects at once.

use std::sync::Arc;

use super::super::{
    Bound, RuleError,
    base::{
        Rule,
        body::{Body, Check, EdgeVar, LabelTest, Target},
    },
    engine::Engine,
    join::{First, Start},
    table::Table,
    world::End,
};

/// So many subjects are a block.
const SUBJECTS: usize = 4096;

/// So many facts tell which part of a relation's facts has an end of some types.
const SAMPLE: usize = 128;

impl Engine<'_> {
    /// Runs a rule that does not need itself for everything.
    pub(super) fn run_for_all(&mut self, rule: u32, compiled: &Arc<Rule>) -> Result<(), RuleError> {
        let Some(subjects) = self.subjects_of_blocks(compiled)? else {
            return self.run_rule(rule, compiled, Start::Anywhere);
        };
        let mut kept = 0;
        let before = std::mem::replace(&mut self.reads_whole, true);
        let result = subjects.chunks(SUBJECTS).try_for_each(|block| {
            let evaluations = self.evaluations.len();
            self.run_rule(rule, compiled, Start::Nodes(compiled.subject, block.to_vec()))?;
            kept += self.evaluations.iter().skip(evaluations).map(|made| rows_behind(&made.table)).sum::<usize>();
            if kept > self.limits.rows {
                return Err(self.bound(&compiled.body, Bound::Rows(self.limits.rows)));
            }
            Ok(())
        });
        self.reads_whole = before;
        result
    }

    /// All subjects that `compiled` may speak of, where they are many, and nothing in its pattern
    /// is so rare that it were better to begin there.
    fn subjects_of_blocks(&mut self, compiled: &Rule) -> Result<Option<Vec<u32>>, RuleError> {
        let body = &compiled.body;
        if !compiled.for_subjects || !compiled.makes.is_empty() || !self.is_plain(body, compiled.subject) {
            return Ok(None);
        }
        let Some((first, count)) = self.first_start(body)? else { return Ok(None) };
        let subjects = self.size_of(body, compiled.subject)?;
        if subjects <= SUBJECTS {
            return Ok(None);
        }
        let begins_with_all = match first {
            First::Node(node) if node == compiled.subject => true,
            First::Node(node) => self.covers(body, node)?,
            First::Edge(_) => count >= subjects / 2,
        };
        if begins_with_all { self.candidates(body, compiled.subject).map(Some) } else { Ok(None) }
    }

    /// Whether the pattern hangs together by edges that are stored facts, one each, and asks for nothing
    /// that is not of `subject` or of an edge at it.
    fn is_plain(&self, body: &Body, subject: usize) -> bool {
        let is_plain = |(edge, var): (usize, &EdgeVar)| {
            let is_one = var.hops.is_none() && var.unit.is_none() && var.limit.is_none();
            is_one && matches!(var.target, Target::Predicates(_)) && !self.is_derived_edge(body, edge)
        };
        let at_subject =
            |edge: &usize| body.edges.get(*edge).is_some_and(|edge| [edge.from, edge.to].contains(&subject));
        let is_near =
            |check: &Check| check.nodes.iter().all(|node| *node == subject) && check.edges.iter().all(at_subject);
        let mut met = vec![false; body.nodes.len()];
        let mut waiting = vec![subject];
        while let Some(node) = waiting.pop() {
            if met.get_mut(node).is_some_and(|met| !std::mem::replace(met, true)) {
                waiting.extend(body.edges.iter().filter(|edge| edge.from == node).map(|edge| edge.to));
                waiting.extend(body.edges.iter().filter(|edge| edge.to == node).map(|edge| edge.from));
            }
        }
        met.iter().all(|met| *met) && body.edges.iter().enumerate().all(is_plain) && body.checks.iter().all(is_near)
    }

    /// Whether the nodes that `node` may stand for are at the ends of most facts that its edges may be.
    fn covers(&mut self, body: &Body, node: usize) -> Result<bool, RuleError> {
        let Some(var) = body.nodes.get(node) else { return Ok(false) };
        if !var.keys.is_empty() || !var.labels.iter().flatten().all(LabelTest::is_of_types) {
            return Ok(false);
        }
        for (at, edge) in body.edges.iter().enumerate() {
            let ends = [(edge.from, End::Subject), (edge.to, End::Object)];
            for (_, end) in ends.into_iter().filter(|(at, _)| *at == node) {
                for predicate in self.predicates_of(body, at)? {
                    let Some(sample) = self.world.sample(predicate, end, SAMPLE)? else { return Ok(false) };
                    let mut fitting = sample.clone();
                    for tests in &var.labels {
                        let passing = self.passing(tests, &fitting)?;
                        fitting.retain(|node| passing.contains(*node));
                    }
                    if fitting.len() < sample.len().div_ceil(2) {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }
}

/// The rows that a proof of something in `table` may ask for.
fn rows_behind(table: &Table) -> usize {
    let grouped = table.values.iter().filter_map(|value| value.group.as_ref());
    grouped.map(|groups| groups.of.table.rows).max().unwrap_or_default()
}
