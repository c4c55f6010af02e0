//! Running a rule for all its subjects, block after block.
//!
//! The matches of a block stay in the caches of a processor until the facts that follow from them
//! are there, and those of one subject lie together. That is worth while where matching has to begin
//! with everything anyway. Where few subjects have a match, matching begins with what is rare, for all
//! subjects at once.

use std::{collections::BTreeMap, sync::Arc};

use kag_schema::{Expr, ExprKind};

use super::super::{
    Bound, RuleError,
    base::{
        Rule,
        body::{Body, EdgeVar, LabelTest, NodeVar, Step, Target},
    },
    engine::Engine,
    join::Start,
    world::End,
};

/// So many subjects tell whether most have a match.
const SAMPLE: usize = 128;

impl Engine<'_> {
    /// Runs a rule for everything.
    pub(super) fn run_for_all(&mut self, rule: u32, compiled: &Arc<Rule>) -> Result<(), RuleError> {
        let Some(subjects) = self.subjects_of_blocks(compiled)? else {
            return self.run_from(rule, compiled, Start::Anywhere).map(drop);
        };
        self.reads_whole = true;
        for block in subjects.chunks(self.limits.subjects.max(1)) {
            let kept = self.run_from(rule, compiled, Start::Nodes(compiled.subject, block.to_vec()))?;
            // What a table may have at once, all that is kept for proofs may have together.
            let Some(state) = self.states.get_mut(rule as usize) else { continue };
            state.kept = state.kept.saturating_add(kept);
            if state.kept > self.limits.rows {
                return Err(self.bound(&compiled.body, Bound::Rows(self.limits.rows)));
            }
        }
        Ok(())
    }

    /// All subjects that `compiled` may speak of, where they are many and most have a match.
    fn subjects_of_blocks(&mut self, compiled: &Rule) -> Result<Option<Vec<u32>>, RuleError> {
        let (body, subject) = (&compiled.body, compiled.subject);
        if !self.can_run_in_blocks(compiled) {
            return Ok(None);
        }
        // Where the graph does not number its nodes, those of a type are met first, so that their numbers
        // follow each other.
        let sizes = (0..body.nodes.len()).map(|node| self.size_of(body, node)).collect::<Result<Vec<_>, _>>()?;
        if sizes.get(subject).is_none_or(|size| *size <= self.limits.subjects) {
            return Ok(None);
        }
        let subjects = self.candidates(body, subject)?;
        Ok(self.most_match(body, subject, &subjects)?.then_some(subjects))
    }

    /// Whether the rule says the same, and reports the same of what it cannot compute, when it
    /// runs for some subjects after others: its pattern hangs together by stored facts, and it computes
    /// nothing of what several subjects may share.
    fn can_run_in_blocks(&self, compiled: &Rule) -> bool {
        let (body, subject) = (&compiled.body, compiled.subject);
        let is_stored = |(edge, var): (usize, &EdgeVar)| {
            let is_one = var.hops.is_none() && var.unit.is_none() && var.limit.is_none() && !var.either;
            is_one && matches!(var.target, Target::Predicates(_)) && !self.is_derived_edge(body, edge)
        };
        compiled.for_subjects
            && compiled.makes.is_empty()
            && body.nodes.iter().all(is_of_types)
            && is_tree(body, subject)
            && body.edges.iter().enumerate().all(is_stored)
            && body.checks.iter().all(|check| speaks_of(body, subject, &check.asked.expr))
            && body
                .steps
                .iter()
                .all(|step| exprs(step).is_some_and(|all| all.iter().all(|expr| speaks_of(body, subject, expr))))
    }

    /// Whether most of `subjects` have a match: of some of them, and of what they lead to, at least
    /// half go on at each edge.
    fn most_match(&mut self, body: &Body, subject: usize, subjects: &[u32]) -> Result<bool, RuleError> {
        let some = subjects.iter().copied().step_by((subjects.len() / SAMPLE).max(1)).collect();
        let mut reached: BTreeMap<usize, Vec<u32>> = BTreeMap::from([(subject, some)]);
        let mut left: Vec<usize> = (0..body.edges.len()).collect();
        let at = |edge: usize| body.edges.get(edge).map(|edge| (edge.from, edge.to));
        while let Some(place) = left.iter().position(|edge| {
            at(*edge).is_some_and(|(from, to)| reached.contains_key(&from) || reached.contains_key(&to))
        }) {
            let edge = left.swap_remove(place);
            let Some((from, to)) = at(edge) else { continue };
            let (end, near, beyond) =
                if reached.contains_key(&from) { (End::Subject, from, to) } else { (End::Object, to, from) };
            let here = reached.get(&near).map_or(&[][..], Vec::as_slice);
            let there = self.some_beyond(body, edge, end, here, beyond)?;
            if there.len() < here.len().div_ceil(2) {
                return Ok(false);
            }
            reached.insert(beyond, there);
        }
        Ok(true)
    }

    /// For each of `nodes` at the `end` of `edge` where there is any, one that may be `beyond` it.
    fn some_beyond(
        &mut self,
        body: &Body,
        edge: usize,
        end: End,
        nodes: &[u32],
        beyond: usize,
    ) -> Result<Vec<u32>, RuleError> {
        let mut found: Vec<(u32, u32)> = Vec::new();
        for predicate in self.predicates_of(body, edge)? {
            found.extend(self.world.some_at(predicate, end, nodes)?);
        }
        let labels = body.nodes.get(beyond).map_or(&[][..], |var| &var.labels);
        for tests in labels {
            let others: Vec<u32> = found.iter().map(|(_, other)| *other).collect();
            let passing = self.passing(tests, &others)?;
            found.retain(|(_, other)| passing.contains(*other));
        }
        let one: BTreeMap<u32, u32> = found.into_iter().collect();
        Ok(one.into_values().collect())
    }
}

/// Whether all that is asked of a node by itself is its type.
fn is_of_types(node: &NodeVar) -> bool {
    node.keys.is_empty() && node.labels.iter().flatten().all(LabelTest::is_of_types)
}

/// Whether edges lead from `node` to all nodes of the pattern, in one way each.
fn is_tree(body: &Body, node: usize) -> bool {
    let mut met = vec![false; body.nodes.len()];
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        if met.get_mut(node).is_some_and(|met| !std::mem::replace(met, true)) {
            waiting.extend(body.edges.iter().filter(|edge| edge.from == node).map(|edge| edge.to));
            waiting.extend(body.edges.iter().filter(|edge| edge.to == node).map(|edge| edge.from));
        }
    }
    met.iter().all(|met| *met) && body.edges.len() + 1 == body.nodes.len()
}

/// Whether `expr` is just a name, or computes with nothing of the pattern but `subject` and edges at it.
fn speaks_of(body: &Body, subject: usize, expr: &Expr) -> bool {
    let is_near = |edge: &EdgeVar| edge.from == subject || edge.to == subject;
    let is_far = |name: &str| {
        let mut others = body.nodes.iter().enumerate().filter(|(at, _)| *at != subject);
        others.any(|(_, node)| &*node.name == name)
            || body.edges.iter().any(|edge| &*edge.name == name && !is_near(edge))
            || body.path_names.iter().any(|(path, _)| &**path == name)
    };
    matches!(expr.kind, ExprKind::Variable(_)) || !expr.variables().iter().any(|name| is_far(name))
}

/// What a clause computes; `None` where it does not say so in expressions alone.
fn exprs(step: &Step) -> Option<Vec<&Expr>> {
    match step {
        Step::Group { group, .. } => Some(group.exprs().collect()),
        Step::Project { asked, .. } | Step::Decide { asked, .. } | Step::Keep { asked, .. } => Some(vec![&asked.expr]),
        Step::Total => Some(Vec::new()),
        Step::Exists { .. } | Step::KeepEach { .. } | Step::Choose { .. } => None,
    }
}
