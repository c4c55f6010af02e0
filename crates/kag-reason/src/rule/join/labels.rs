//! Asking what nodes are.

use std::sync::Arc;

use kag_schema::ConceptName;

use super::neighbours::FEW;
use crate::rule::{
    RuleError,
    base::body::{Body, LabelTest},
    engine::Engine,
    table::Table,
    world::{End, FastSet, NONE, NumberSet, distinct},
};

/// So many runs of numbers are looked through for each node.
const RUNS: usize = 8;

impl Engine<'_> {
    /// The rows in which `node` is what its labels say. What is missing is not asked.
    pub(super) fn test_labels(&mut self, body: &Body, mut table: Table, node: usize) -> Result<Table, RuleError> {
        let Some(var) = body.nodes.get(node) else { return Ok(table) };
        for tests in &var.labels {
            let Some(column) = table.node(node).cloned() else { continue };
            if self.all_of_types(tests, &column)? {
                continue;
            }
            let kept: Vec<bool> = if tests.iter().all(LabelTest::is_of_types) {
                let mut of_types = self.of_types(tests, column.len())?;
                column.iter().map(|node| Ok(*node == NONE || of_types(*node)?)).collect::<Result<_, RuleError>>()?
            } else {
                let passing = self.passing(tests, &distinct(&column))?;
                column.iter().map(|node| *node == NONE || passing.contains(*node)).collect()
            };
            table = table.keep(&kept);
        }
        Ok(table)
    }

    /// Whether it shows by numbers alone that all of a long column are of one of the types of `tests`.
    fn all_of_types(&mut self, tests: &[LabelTest], column: &[u32]) -> Result<bool, RuleError> {
        if column.len() <= FEW {
            return Ok(false);
        }
        let mut runs = Vec::new();
        for types in tests.iter().filter_map(LabelTest::types) {
            self.world.extent_size(types)?;
            runs.extend(self.world.runs_of(types));
        }
        if runs.len() > RUNS {
            return Ok(false);
        }
        Ok(column.chunks(FEW).all(|nodes| runs.iter().any(|run| nodes.iter().all(|node| run.contains(node)))))
    }

    /// Those of `nodes` for which one of `tests` holds.
    pub(in crate::rule) fn passing(&mut self, tests: &[LabelTest], nodes: &[u32]) -> Result<NumberSet, RuleError> {
        let mut passing = NumberSet::for_keys(nodes);
        for test in tests {
            match test {
                LabelTest::Types(_) => {
                    let mut of_types = self.of_types(std::slice::from_ref(test), nodes.len())?;
                    for node in nodes {
                        if of_types(*node)? {
                            passing.insert(*node);
                        }
                    }
                }
                LabelTest::Concepts { concepts, itself: true } => {
                    let below = self.below_all(concepts)?;
                    nodes.iter().filter(|node| below.contains(*node)).for_each(|node| passing.insert(*node));
                }
                LabelTest::Concepts { concepts, itself: false } => {
                    let members = self.members_among(concepts, nodes)?;
                    members.into_iter().for_each(|node| passing.insert(node));
                }
            }
        }
        Ok(passing)
    }

    /// Tells which of so many nodes are of one of the types of `tests`.
    fn of_types<'e>(
        &'e mut self,
        tests: &'e [LabelTest],
        nodes: usize,
    ) -> Result<impl FnMut(u32) -> Result<bool, RuleError> + 'e, RuleError> {
        let types = || tests.iter().filter_map(LabelTest::types);
        let many = nodes > FEW;
        if many {
            // Whoever is still unknown afterwards is of another type.
            for types in types() {
                self.world.extent_size(types)?;
            }
        }
        // Nodes of one type mostly come one after the other.
        let mut last = (NONE, false);
        Ok(move |node| {
            let kind = if many { self.world.known_kind(node) } else { self.world.kind(node)? };
            if kind != last.0 {
                let name = self.world.type_name(kind);
                last = (kind, name.is_some_and(|name| types().any(|types| types.contains(name))));
            }
            Ok(last.1)
        })
    }

    /// The concepts that are each of `concepts` or below.
    pub(in crate::rule) fn below_all(&mut self, concepts: &Arc<[ConceptName]>) -> Result<FastSet<u32>, RuleError> {
        let mut all: Option<FastSet<u32>> = None;
        for concept in concepts.iter() {
            let below = self.below(concept)?;
            all = Some(match all {
                None => (*below).clone(),
                Some(all) => all.intersection(&below).copied().collect(),
            });
        }
        Ok(all.unwrap_or_default())
    }

    /// Those of `nodes` that belong to each of `concepts`.
    fn members_among(&mut self, concepts: &Arc<[ConceptName]>, nodes: &[u32]) -> Result<Vec<u32>, RuleError> {
        let mut left = nodes.to_vec();
        for concept in concepts.iter() {
            let below = self.below(concept)?;
            self.demand_members(concept, &below, Some(&left))?;
            let predicates = self.membership();
            for predicate in &predicates {
                self.world.prepare(*predicate, End::Subject, &left)?;
            }
            left.retain(|node| {
                predicates.iter().any(|predicate| {
                    let facts = self.world.at(*predicate, End::Subject, *node);
                    let mut facts = facts.filter_map(|fact| self.world.facts.get(fact));
                    facts.any(|entry| below.contains(&entry.object))
                })
            });
        }
        Ok(left)
    }

    /// Everything that belongs to each of `concepts`, or they and what is below them
    /// themselves.
    pub(super) fn concept_nodes(&mut self, concepts: &Arc<[ConceptName]>, itself: bool) -> Result<Vec<u32>, RuleError> {
        if itself {
            let mut below: Vec<u32> = self.below_all(concepts)?.into_iter().collect();
            below.sort_unstable();
            return Ok(below);
        }
        let Some(first) = concepts.first() else { return Ok(Vec::new()) };
        let below = self.below(first)?;
        self.demand_members(first, &below, None)?;
        let mut found: Vec<u32> = Vec::new();
        let mut sorted: Vec<u32> = below.iter().copied().collect();
        sorted.sort_unstable();
        for predicate in self.membership() {
            self.world.prepare(predicate, End::Object, &sorted)?;
            for concept in &sorted {
                let facts = self.world.at(predicate, End::Object, *concept);
                let facts = facts.filter_map(|fact| self.world.facts.get(fact));
                found.extend(facts.map(|entry| entry.subject));
            }
        }
        found = distinct(&found);
        if concepts.len() > 1 {
            found = self.members_among(concepts, &found)?;
        }
        Ok(found)
    }
}
