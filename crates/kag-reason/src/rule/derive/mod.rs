//! Running rules: for what is asked, once, and to a fixed point where they need each other.

mod blocks;
mod conclude;
mod create;
mod fixpoint;
mod order;

use std::sync::Arc;

use kag_core::{Predicate, TypeName};

use super::{
    Bound, RuleError, RuleProblem,
    base::{
        HeadObject, Output, Rule,
        body::{Body, LabelTest, Mentioned, ObjectTypes, Target},
        can_be,
    },
    engine::Engine,
    join::Start,
    table::Table,
    world::{End, FastSet, NONE, Origin},
};

/// For what the facts of a rule are asked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Demand<'n> {
    All,
    Subjects(&'n [u32]),
    Objects(&'n [u32]),
}

/// How far a rule has been run.
#[derive(Default)]
pub(super) struct RuleState {
    pub(super) all: bool,
    pub(super) running: bool,
    /// How many rows of its blocks are kept for proofs.
    kept: usize,
    subjects: FastSet<u32>,
    objects: FastSet<u32>,
    /// The rows that an action has fired for, where it may meet one twice.
    fired: std::collections::HashSet<Box<[u32]>>,
}

/// Rows that something was derived from.
pub(super) struct Evaluation {
    /// The rule; `None` for a query.
    pub(super) rule: Option<u32>,
    pub(super) body: Arc<Body>,
    pub(super) table: Table,
}

/// A node that the graph does not have, and why it is there.
pub(super) struct Created {
    pub(super) firings: u64,
    pub(super) origin: Origin,
    /// Whether an action created it; others are named by what rules say.
    pub(super) by_action: bool,
}

impl Engine<'_> {
    /// Makes sure that what `rule` says is known, for what is asked.
    pub(super) fn ensure(&mut self, rule: u32, demand: Demand<'_>) -> Result<(), RuleError> {
        let base = Arc::clone(&self.base);
        let Some(compiled) = base.rule(rule) else { return Ok(()) };
        if self.states.get(rule as usize).is_none_or(|state| state.all) {
            return Ok(());
        }
        if base.strata().is_recursive(rule) {
            return self.ensure_set(&base, rule);
        }
        let (start, demanded) = match demand {
            Demand::Subjects(nodes) if compiled.for_subjects && compiled.makes.is_empty() => {
                let fresh = self.fresh(rule, nodes, End::Subject);
                (Some(Start::Nodes(compiled.subject, fresh.clone())), Some(fresh))
            }
            Demand::Objects(nodes) if compiled.makes.is_empty() && compiled.for_objects.is_some() => {
                let fresh = self.fresh(rule, nodes, End::Object);
                (Some(Start::Nodes(compiled.for_objects.unwrap_or_default(), fresh.clone())), Some(fresh))
            }
            _ => (None, None),
        };
        if demanded.as_ref().is_some_and(Vec::is_empty) {
            return Ok(());
        }
        self.run_rule(rule, compiled, start)?;
        if let Some(state) = self.states.get_mut(rule as usize) {
            match (demand, demanded) {
                (Demand::Subjects(_), Some(fresh)) => state.subjects.extend(fresh),
                (Demand::Objects(_), Some(fresh)) => state.objects.extend(fresh),
                _ => state.all = true,
            }
        }
        Ok(())
    }

    /// Those of `nodes` for which the rule has not been run.
    fn fresh(&self, rule: u32, nodes: &[u32], end: End) -> Vec<u32> {
        let state = self.states.get(rule as usize);
        let known = state.map(|state| if end == End::Subject { &state.subjects } else { &state.objects });
        nodes.iter().copied().filter(|node| known.is_some_and(|known| !known.contains(node))).collect()
    }

    /// Runs a rule that does not need itself, from `start` or for everything.
    fn run_rule(&mut self, rule: u32, compiled: &Arc<Rule>, start: Option<Start>) -> Result<(), RuleError> {
        if self.depth >= self.limits.depth {
            return Err(self.bound(&compiled.body, Bound::Depth(self.limits.depth)));
        }
        if let Some(state) = self.states.get_mut(rule as usize) {
            if state.running {
                return Err(rests_on_itself(compiled));
            }
            state.running = true;
        }
        self.depth += 1;
        let reads_whole = std::mem::replace(&mut self.reads_whole, false);
        let result = match start {
            Some(start) => self.run_from(rule, compiled, start).map(drop),
            None => self.run_for_all(rule, compiled),
        };
        self.reads_whole = reads_whole;
        self.depth = self.depth.saturating_sub(1);
        if let Some(state) = self.states.get_mut(rule as usize) {
            state.running = false;
        }
        result
    }

    /// Matches a rule and adds what it says; gives how many rows are kept for proofs.
    fn run_from(&mut self, rule: u32, compiled: &Arc<Rule>, start: Start) -> Result<usize, RuleError> {
        let table = self.run(&compiled.body, start)?;
        self.conclude(rule, compiled, table)
    }

    /// Makes sure that what rules say with the predicate `predicate` is known, of anything.
    pub(super) fn demand_predicate(&mut self, predicate: u32) -> Result<(), RuleError> {
        let Some(name) = self.world.predicate_name(predicate).cloned() else { return Ok(()) };
        let base = Arc::clone(&self.base);
        base.saying(&name).iter().try_for_each(|rule| self.ensure(*rule, Demand::All))
    }

    /// Whether rules may say what `edge` looks for.
    pub(super) fn is_derived_edge(&self, body: &Body, edge: usize) -> bool {
        !self.rules_of_edge(body, edge).is_empty()
    }

    fn rules_of_edge(&self, body: &Body, edge: usize) -> Vec<u32> {
        let Some(var) = body.edges.get(edge) else { return Vec::new() };
        let predicates = match &var.target {
            Target::Any => None,
            Target::Predicates(names) => Some(names.clone()),
            Target::Linked(_) => return Vec::new(),
        };
        let candidates: Vec<u32> = match &predicates {
            Some(names) => names.iter().flat_map(|name| self.base.saying(name)).copied().collect(),
            None => self.base.rule_numbers().collect(),
        };
        let types = |node: usize| body.nodes.get(node).and_then(|node| node.types.clone());
        let ways = [(var.from, var.to), (var.to, var.from)];
        let wanted: Vec<Mentioned> = ways
            .into_iter()
            .take(if var.either { 2 } else { 1 })
            .map(|(from, to)| Mentioned::Facts {
                predicates: predicates.clone(),
                subject: types(from),
                object: types(to).map_or(ObjectTypes::Any, ObjectTypes::Types),
            })
            .collect();
        let mut rules: Vec<u32> = candidates
            .into_iter()
            .filter(|rule| {
                let outputs = self.base.rule(*rule).map(|rule| &rule.outputs);
                outputs
                    .into_iter()
                    .flatten()
                    .any(|output| wanted.iter().any(|wanted| can_be(self.base.schema(), wanted, output)))
            })
            .collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// Makes sure that what rules say for `edge` is known: for what is bound at one end, or
    /// all of it.
    pub(super) fn demand_edge(
        &mut self,
        body: &Body,
        edge: usize,
        bound: Option<(End, &[u32])>,
    ) -> Result<(), RuleError> {
        let either = body.edges.get(edge).is_some_and(|var| var.either);
        let demand = match bound {
            Some((End::Subject, nodes)) if !either => Demand::Subjects(nodes),
            Some((End::Object, nodes)) if !either => Demand::Objects(nodes),
            _ => Demand::All,
        };
        for rule in self.rules_of_edge(body, edge) {
            if either || self.can_lead_there(body, edge, rule)? {
                self.ensure(rule, demand)?;
            }
        }
        Ok(())
    }

    /// Whether what `rule` says can lead to the concepts that `edge` leads to: not where it
    /// says another, which is none of those below them.
    fn can_lead_there(&mut self, body: &Body, edge: usize, rule: u32) -> Result<bool, RuleError> {
        let base = Arc::clone(&self.base);
        let Some(compiled) = base.rule(rule).filter(|rule| rule.makes.is_empty()) else { return Ok(true) };
        let Some(HeadObject::Concept(said)) = compiled.head.as_ref().map(|head| &head.object) else { return Ok(true) };
        let to = body.edges.get(edge).and_then(|edge| body.nodes.get(edge.to));
        for tests in to.into_iter().flat_map(|to| &to.labels) {
            let mut can = false;
            for test in tests {
                can |= match test {
                    LabelTest::Concepts { concepts, itself: true } if !concepts.contains(said) => {
                        let below = self.below_all(concepts)?;
                        self.concept_itself(said)?.iter().any(|node| below.contains(node))
                    }
                    _ => true,
                };
            }
            if !can {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes sure that all nodes of `types` are there.
    pub(super) fn demand_nodes(&mut self, types: &[TypeName]) -> Result<(), RuleError> {
        let rules: Vec<u32> = self.base.making(types).collect();
        rules.into_iter().try_for_each(|rule| self.ensure(rule, Demand::All))
    }

    pub(super) fn demand_all_nodes(&mut self) -> Result<(), RuleError> {
        let base = Arc::clone(&self.base);
        let makes = |rule: &u32| base.rule(*rule).is_some_and(|rule| !rule.makes.is_empty());
        base.rule_numbers().filter(makes).try_for_each(|rule| self.ensure(rule, Demand::All))
    }

    /// Makes ready the property `name` of `nodes`: what is stored and what rules say.
    pub(super) fn ready_property(&mut self, nodes: &[u32], name: &Arc<str>) -> Result<(), RuleError> {
        let mut by_kind: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
        for node in nodes {
            let kind = self.world.kind(*node)?;
            by_kind.entry(kind).or_default().push(*node);
        }
        for (kind, nodes) in by_kind {
            let predicate = self.property_of_kind(kind, name);
            let Some(said) = self.world.predicate_name(predicate).cloned() else { continue };
            let base = Arc::clone(&self.base);
            for rule in base.saying(&said) {
                if self.can_say(*rule, &said, kind) {
                    self.ensure(*rule, Demand::Subjects(&nodes))?;
                }
            }
            self.world.prepare(predicate, End::Subject, &nodes)?;
        }
        Ok(())
    }

    fn property_of_kind(&mut self, kind: u32, name: &Arc<str>) -> u32 {
        if let Some(known) = self.property_names.get(&(kind, Arc::clone(name))) {
            return *known;
        }
        let schema = Arc::clone(self.base.schema());
        let resolved = self.world.type_name(kind).and_then(|kind| schema.resolve_predicate(kind.as_str(), name));
        let predicate = resolved.map_or_else(|| Predicate::new(Arc::clone(name)), |property| property.name.clone());
        let predicate = self.world.predicate(&predicate);
        self.property_names.insert((kind, Arc::clone(name)), predicate);
        predicate
    }

    /// Whether `rule` may say something with `predicate` of nodes of the type `kind`.
    pub(super) fn can_say(&self, rule: u32, predicate: &Predicate, kind: u32) -> bool {
        let name = self.world.type_name(kind).filter(|_| kind != NONE);
        let outputs = self.base.rule(rule).map(|rule| &rule.outputs);
        outputs.into_iter().flatten().any(|output| match output {
            Output::Fact { predicate: said, subject, .. } if said == predicate => match (subject, name) {
                (Some(types), Some(name)) => types.contains(name),
                _ => true,
            },
            _ => false,
        })
    }
}

/// Rules of a set found to need each other while they run: by hypernyms of the graph, which
/// nobody could know before.
fn rests_on_itself(rule: &Rule) -> RuleError {
    let message = "the rule rests on itself through what is below a concept in the graph";
    let diagnostic = kag_schema::Diagnostic::error(kag_core::Span::default(), message);
    RuleError::Invalid { problems: vec![RuleProblem { rule: Arc::clone(&rule.name), diagnostic }] }
}
