//! Rules that need each other: run in rounds until nothing new follows.
//!
//! After the first round only what is new is followed: each place of a pattern that new facts
//! or nodes can stand in is begun at with those (semi-naive evaluation). What a round costs
//! hangs on what the one before brought, and not on how much there is.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use kag_core::TypeName;
use kag_schema::ExprKind;

use crate::rule::{
    Bound, RuleBase, RuleError,
    base::{
        Output, Rule,
        body::{Body, EdgeVar, LabelTest, Mentioned, ObjectTypes, Step, Target},
        can_be, parts,
    },
    engine::Engine,
    join::Start,
    world::{End, FastSet, NONE, distinct},
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
    /// By predicate that the rules can say, how many facts have been derived.
    facts: BTreeMap<u32, usize>,
    /// How many nodes have been added.
    nodes: usize,
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
                for start in self.starts(compiled, &news)? {
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
        let result = self.run(&compiled.body, start).and_then(|table| self.conclude(rule, compiled, table)).map(drop);
        self.depth = self.depth.saturating_sub(1);
        result
    }

    fn mark(&mut self, base: &Arc<RuleBase>, rules: &[u32]) -> Mark {
        let mut mark = Mark { facts: BTreeMap::new(), nodes: self.world.nodes.added_in_order().len() };
        for output in rules.iter().filter_map(|rule| base.rule(*rule)).flat_map(|rule| &rule.outputs) {
            let Output::Fact { predicate, .. } = output else { continue };
            let predicate = self.world.predicate(predicate);
            let count = self.world.relation(predicate).map_or(0, |relation| relation.derived.len());
            mark.facts.insert(predicate, count);
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
        for node in self.world.nodes.added_in_order().get(before.nodes..now.nodes).unwrap_or_default() {
            if let Some(name) = self.world.type_name(self.world.known_kind(*node)) {
                news.nodes.entry(name.clone()).or_default().push(*node);
            }
        }
        news
    }

    /// Where `rule` has to begin to find what follows from the news; anywhere, where that
    /// cannot be said. No rule of a set rests on news by what may be missing, a negation or a
    /// limit: such sets are refused.
    fn starts(&mut self, rule: &Rule, news: &News) -> Result<Vec<Start>, RuleError> {
        let mut starts = self.edge_starts(&rule.body, news)?;
        let Some(of_nodes) = self.node_starts(&rule.body, news) else { return Ok(vec![Start::Anywhere]) };
        starts.extend(of_nodes);
        match self.property_starts(rule, news) {
            Some(of_properties) => starts.extend(of_properties),
            None => return Ok(vec![Start::Anywhere]),
        }
        Ok(starts)
    }

    /// Where to begin as facts are new that edges of the pattern can be.
    fn edge_starts(&mut self, body: &Body, news: &News) -> Result<Vec<Start>, RuleError> {
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
            if new.is_empty() || edge.unit.is_some() || edge.limit.is_some() {
                continue;
            }
            starts.push(match edge.hops {
                None => Start::Facts(at, new),
                Some(hops) => Start::Nodes(edge.from, self.leading_to(body, at, edge, &new, hops.most)?),
            });
        }
        Ok(starts)
    }

    /// The nodes from which a walk along `edge` of up to `most` steps can pass one of `facts`.
    fn leading_to(
        &mut self,
        body: &Body,
        at: usize,
        edge: &EdgeVar,
        facts: &[u32],
        most: Option<u32>,
    ) -> Result<Vec<u32>, RuleError> {
        let predicates = self.predicates_of(body, at)?;
        let ends: &[End] = if edge.either { &[End::Object, End::Subject] } else { &[End::Object] };
        let mut seen = FastSet::default();
        let mut waiting: VecDeque<(u32, u32)> = VecDeque::new();
        for entry in facts.iter().filter_map(|fact| self.world.facts.get(*fact)) {
            let begins = [entry.subject, entry.object];
            let begins = begins.into_iter().take(ends.len()).filter(|node| *node != NONE && seen.insert(*node));
            waiting.extend(begins.map(|node| (node, 1)));
        }
        while let Some((node, length)) = waiting.pop_front() {
            if most.is_some_and(|most| length >= most) {
                continue;
            }
            for (predicate, end) in
                predicates.iter().flat_map(|predicate| ends.iter().map(move |end| (*predicate, *end)))
            {
                self.world.prepare(predicate, end, &[node])?;
                for entry in self.world.at(predicate, end, node).filter_map(|fact| self.world.facts.get(fact)) {
                    let before = if end == End::Object { entry.subject } else { entry.object };
                    if before != NONE && seen.insert(before) {
                        waiting.push_back((before, length + 1));
                    }
                }
            }
        }
        let mut found: Vec<u32> = seen.into_iter().collect();
        found.sort_unstable();
        Ok(found)
    }

    /// Where to begin as nodes are new that have a label of the pattern; `None` where only
    /// running the rule anew tells.
    fn node_starts(&self, body: &Body, news: &News) -> Option<Vec<Start>> {
        let mut starts = Vec::new();
        for (at, node) in body.nodes.iter().enumerate().filter(|(_, node)| !node.optional) {
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
                            if self.base.hypernyms().contains(name) {
                                // Who belongs to what is below changes with it.
                                return None;
                            }
                            if self.base.memberships().contains(name) {
                                let entries = facts.iter().filter_map(|fact| self.world.facts.get(*fact));
                                new.extend(entries.map(|entry| entry.subject));
                            }
                        }
                    }
                }
            }
            if node.labels.is_empty() && !body.edges.iter().any(|edge| edge.from == at || edge.to == at) {
                new.extend(news.nodes.values().flatten());
            }
            if !new.is_empty() {
                starts.push(Start::Nodes(at, distinct(&new)));
            }
        }
        Some(starts)
    }

    /// Where to begin as properties that the rule reads are new; `None` where only running it
    /// anew tells.
    fn property_starts(&self, rule: &Rule, news: &News) -> Option<Vec<Start>> {
        let body = &rule.body;
        let checks = body.checks.iter().map(|check| &check.asked.expr);
        let steps = body.steps.iter().filter_map(|step| match step {
            Step::Project { asked, .. }
            | Step::Decide { asked, .. }
            | Step::Keep { asked, .. }
            | Step::KeepEach { asked, .. } => Some(&asked.expr),
            _ => None,
        });
        let mut starts = Vec::new();
        for part in checks.chain(steps).flat_map(parts) {
            let ExprKind::Property { of, name } = &part.kind else { continue };
            let known = match &of.kind {
                ExprKind::Variable(of) => body.nodes.iter().find(|node| node.name == *of),
                _ => None,
            };
            let of_types = known.and_then(|node| node.types.clone());
            let mentioned = Mentioned::Property { name: Arc::clone(name), of: of_types };
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
