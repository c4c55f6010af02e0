//! Rules that need each other: run in rounds until nothing new follows.
//!
//! After the first round only what is new is followed: each place of a pattern that new facts
//! or nodes can stand in is begun at with those (semi-naive evaluation).

use std::{collections::BTreeMap, sync::Arc};

use kag_core::TypeName;
use kag_schema::ExprKind;

use crate::rule::{
    Bound, RuleBase, RuleError,
    base::{
        Output, Rule,
        body::{LabelTest, Mentioned, ObjectTypes, Step, Target},
        can_be, is_hypernym, parts,
    },
    engine::Engine,
    join::Start,
    table::distinct,
    world::NONE,
};

/// What a round has brought.
#[derive(Default)]
struct News {
    /// New facts by predicate.
    facts: BTreeMap<u32, Vec<u32>>,
    /// New nodes by type.
    nodes: BTreeMap<TypeName, Vec<u32>>,
}

/// How much there was of everything after a round.
#[derive(Default)]
struct Mark {
    facts: BTreeMap<u32, usize>,
    nodes: BTreeMap<TypeName, usize>,
}

impl Engine<'_> {
    /// Runs the set of rules that `rule` belongs to, to its end.
    pub(super) fn ensure_set(&mut self, base: &Arc<RuleBase>, rule: u32) -> Result<(), RuleError> {
        let strata = base.strata();
        let Some(set) = strata.set_of.get(rule as usize).copied() else { return Ok(()) };
        let at = set as usize;
        let is = |list: &[bool]| list.get(at).copied().unwrap_or(true);
        if is(&self.sets_done) || is(&self.sets_active) {
            return Ok(());
        }
        let rules = strata.sets.get(at).cloned().unwrap_or_default();
        self.sets_active.iter_mut().skip(at).take(1).for_each(|active| *active = true);
        let result = self.run_rounds(base, &rules);
        self.sets_active.iter_mut().skip(at).take(1).for_each(|active| *active = false);
        result?;
        self.sets_done.iter_mut().skip(at).take(1).for_each(|done| *done = true);
        for rule in rules {
            self.states.iter_mut().skip(rule as usize).take(1).for_each(|state| state.all = true);
        }
        Ok(())
    }

    fn run_rounds(&mut self, base: &Arc<RuleBase>, rules: &[u32]) -> Result<(), RuleError> {
        let mut mark = self.mark(base, rules);
        for rule in rules {
            self.run_in_set(base, *rule, Start::Anywhere)?;
        }
        let mut rounds = 0;
        loop {
            let next = self.mark(base, rules);
            let news = self.news(&mark, &next);
            if news.facts.is_empty() && news.nodes.is_empty() {
                return Ok(());
            }
            mark = next;
            rounds += 1;
            for rule in rules {
                let Some(compiled) = base.rule(*rule) else { continue };
                if rounds > self.limits.rounds {
                    return Err(self.bound(&compiled.body, Bound::Rounds(self.limits.rounds)));
                }
                for start in self.starts(compiled, &news) {
                    self.run_in_set(base, *rule, start)?;
                }
            }
        }
    }

    fn run_in_set(&mut self, base: &Arc<RuleBase>, rule: u32, start: Start) -> Result<(), RuleError> {
        let Some(compiled) = base.rule(rule) else { return Ok(()) };
        if self.depth >= self.limits.depth {
            return Err(self.bound(&compiled.body, Bound::Depth(self.limits.depth)));
        }
        self.depth += 1;
        let result = self.run(&compiled.body, start).and_then(|table| self.conclude(rule, compiled, table));
        self.depth = self.depth.saturating_sub(1);
        result
    }

    fn mark(&mut self, base: &Arc<RuleBase>, rules: &[u32]) -> Mark {
        let mut mark = Mark::default();
        for output in rules.iter().filter_map(|rule| base.rule(*rule)).flat_map(|rule| &rule.outputs) {
            match output {
                Output::Fact { predicate, .. } => {
                    let predicate = self.world.predicate(predicate);
                    let count = self.world.relation(predicate).map_or(0, |relation| relation.derived.len());
                    mark.facts.insert(predicate, count);
                }
                Output::Nodes { types } => {
                    for name in types.iter() {
                        mark.nodes.insert(name.clone(), self.world.added_of(std::slice::from_ref(name)).len());
                    }
                }
            }
        }
        mark
    }

    fn news(&self, before: &Mark, now: &Mark) -> News {
        let mut news = News::default();
        for (predicate, count) in &now.facts {
            let begin = before.facts.get(predicate).copied().unwrap_or_default();
            let derived = self.world.relation(*predicate).map_or(&[][..], |relation| &relation.derived);
            let new = derived.get(begin..*count).unwrap_or_default();
            if !new.is_empty() {
                news.facts.insert(*predicate, new.to_vec());
            }
        }
        for (name, count) in &now.nodes {
            let begin = before.nodes.get(name).copied().unwrap_or_default();
            let added = self.world.added_of(std::slice::from_ref(name));
            let new = added.get(begin..*count).unwrap_or_default();
            if !new.is_empty() {
                news.nodes.insert(name.clone(), new.to_vec());
            }
        }
        news
    }

    /// Where `rule` has to begin to find what follows from the news; anywhere, where that
    /// cannot be said.
    fn starts(&mut self, rule: &Rule, news: &News) -> Vec<Start> {
        let body = &rule.body;
        let mut starts = Vec::new();
        for (at, edge) in body.edges.iter().enumerate() {
            let names = match &edge.target {
                Target::Predicates(names) => Some(names),
                Target::Any => None,
                Target::Linked(_) => continue,
            };
            let met = |predicate: &u32| {
                let said = self.world.predicate_name(*predicate);
                names.is_none_or(|names| said.is_some_and(|said| names.contains(said)))
            };
            let new: Vec<u32> =
                news.facts.iter().filter(|(at, _)| met(at)).flat_map(|(_, facts)| facts.iter().copied()).collect();
            if new.is_empty() {
                continue;
            }
            if edge.hops.is_some() || edge.unit.is_some() || edge.limit.is_some() {
                return vec![Start::Anywhere];
            }
            starts.push(Start::Facts(at, new));
        }
        for (at, node) in body.nodes.iter().enumerate() {
            let mut new: Vec<u32> = Vec::new();
            for test in node.labels.iter().flatten() {
                match test {
                    LabelTest::Types(types) => {
                        let made = news.nodes.iter().filter(|(name, _)| types.contains(name));
                        new.extend(made.flat_map(|(_, nodes)| nodes.iter().copied()));
                    }
                    LabelTest::Concepts { .. } => {
                        for (predicate, facts) in &news.facts {
                            let Some(name) = self.world.predicate_name(*predicate) else { continue };
                            if is_hypernym(self.base.schema(), name) {
                                return vec![Start::Anywhere];
                            }
                            if self.is_membership(name) {
                                let entries = facts.iter().filter_map(|fact| self.world.facts.get(*fact));
                                new.extend(entries.map(|entry| entry.subject));
                            }
                        }
                    }
                }
            }
            let alone = node.labels.is_empty() && !body.edges.iter().any(|edge| edge.from == at || edge.to == at);
            if (alone && !news.nodes.is_empty()) || (node.optional && !new.is_empty()) {
                return vec![Start::Anywhere];
            }
            if !new.is_empty() {
                starts.push(Start::Nodes(at, distinct(&new)));
            }
        }
        match self.property_starts(rule, news) {
            Some(more) => starts.extend(more),
            None => return vec![Start::Anywhere],
        }
        if !body.paths.is_empty() {
            return vec![Start::Anywhere];
        }
        starts
    }

    /// Where to begin as properties that the rule reads are new; `None` where only running it
    /// anew tells.
    fn property_starts(&self, rule: &Rule, news: &News) -> Option<Vec<Start>> {
        let body = &rule.body;
        let checks = body.checks.iter().map(|check| &check.asked.expr);
        let steps = body.steps.iter().filter_map(|step| match step {
            Step::Project { asked, .. } | Step::Decide { asked, .. } | Step::Keep { asked, .. } => Some(&asked.expr),
            _ => None,
        });
        let mut starts = Vec::new();
        for part in checks.chain(steps).flat_map(parts) {
            let ExprKind::Property { of, name } = &part.kind else { continue };
            let mentioned = Mentioned::Property { name: Arc::clone(name), of: None };
            let mut new: Vec<u32> = Vec::new();
            for (predicate, facts) in &news.facts {
                let Some(said) = self.world.predicate_name(*predicate) else { continue };
                let output = Output::Fact { predicate: said.clone(), subject: None, object: ObjectTypes::Any };
                if can_be(self.base.schema(), &mentioned, &output) {
                    let entries = facts.iter().filter_map(|fact| self.world.facts.get(*fact));
                    new.extend(entries.map(|entry| entry.subject).filter(|subject| *subject != NONE));
                }
            }
            if new.is_empty() {
                continue;
            }
            let ExprKind::Variable(of) = &of.kind else { return None };
            if body.edges.iter().any(|edge| edge.name == *of) {
                continue;
            }
            let at = body.nodes.iter().position(|node| node.name == *of && !node.optional)?;
            starts.push(Start::Nodes(at, distinct(&new)));
        }
        Some(starts)
    }
}
