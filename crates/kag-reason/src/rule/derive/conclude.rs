//! What the matches of a rule say.

use std::sync::Arc;

use kag_core::{Fact, Qualifiers, Value};

use crate::rule::{
    RuleError,
    base::{Head, HeadObject, Rule},
    engine::Engine,
    partition::{First, refine},
    table::Table,
    world::{DerivedEntry, End, FastMap, NONE, Origin},
};

use super::{Created, Evaluation};

/// The rows that something was derived from, in the order in which they were needed.
pub(super) struct Witnesses {
    pub(super) evaluation: u32,
    rows: Vec<u32>,
    at: FastMap<u32, u32>,
}

impl Witnesses {
    /// The origin that is a row of the table.
    pub(super) fn origin(&self, row: usize) -> Origin {
        let row = u32::try_from(row).unwrap_or(NONE);
        let next = u32::try_from(self.rows.len()).unwrap_or(NONE);
        Origin { evaluation: self.evaluation, row: self.at.get(&row).copied().unwrap_or(next) }
    }

    /// Says that something was derived from a row.
    pub(super) fn used(&mut self, row: usize) {
        let row = u32::try_from(row).unwrap_or(NONE);
        let next = u32::try_from(self.rows.len()).unwrap_or(NONE);
        if *self.at.entry(row).or_insert(next) == next {
            self.rows.push(row);
        }
    }
}

impl Engine<'_> {
    /// Adds what the rows of `table` say and create; gives how many rows are kept for proofs.
    pub(super) fn conclude(&mut self, rule: u32, compiled: &Arc<Rule>, table: Table) -> Result<usize, RuleError> {
        let table = self.in_order_of_facts(&compiled.body, table);
        let evaluation = u32::try_from(self.evaluations.len()).unwrap_or(NONE);
        let mut witnesses = Witnesses { evaluation, rows: Vec::new(), at: FastMap::default() };
        if let Some(head) = &compiled.head {
            self.say(rule, compiled, head, &table, &mut witnesses)?;
        }
        if !compiled.makes.is_empty() {
            self.create(rule, compiled, &table, &mut witnesses)?;
        }
        if witnesses.rows.is_empty() {
            return Ok(0);
        }
        let table = table.gather(&witnesses.rows).narrowed();
        let kept = table.kept();
        self.evaluations.push(Evaluation { rule: Some(rule), body: Arc::clone(&compiled.body), table });
        Ok(kept)
    }

    fn say(
        &mut self,
        rule: u32,
        compiled: &Arc<Rule>,
        head: &Head,
        table: &Table,
        witnesses: &mut Witnesses,
    ) -> Result<(), RuleError> {
        let Some(subjects) = table.node(compiled.subject).cloned() else { return Ok(()) };
        let concept = match &head.object {
            HeadObject::Concept(concept) if table.rows > 0 => {
                let (node, new) = self.concept_node(concept)?;
                if new {
                    let origin = witnesses.origin(0);
                    witnesses.used(0);
                    self.created.insert(node, Created { firings: 0, origin, by_action: false });
                }
                Some(node)
            }
            _ => None,
        };
        let said = said(head, table, &subjects);
        let mut first = First::default();
        let ids = self.world.nodes.ids(&subjects);
        for (row, (subject, id)) in subjects.iter().zip(ids).enumerate() {
            let new = said.as_ref().and_then(|said| said.get(row)).is_none_or(|said| first.is_new(*said));
            self.in_bounds(&compiled.body, table.rows)?;
            if *subject == NONE {
                continue;
            }
            let object = match &head.object {
                HeadObject::Node(at) => table.node(*at).and_then(|column| column.get(row)).copied(),
                HeadObject::Concept(_) => concept,
                HeadObject::Linked { name, types } => {
                    match table.value(name).and_then(|value| value.of(row)).cloned() {
                        Some(value) => self.linked_node(types, &value, witnesses.origin(row))?,
                        None => None,
                    }
                }
                HeadObject::Value(_) => None,
            };
            let object_value = match &head.object {
                HeadObject::Value(name) => {
                    table.value(name).and_then(|value| value.of(row)).map(|value| self.stored_value(value))
                }
                _ => object.filter(|at| *at != NONE).map(|at| Value::Node(self.world.nodes.id(at))),
            };
            let Some(value) = object_value else { continue };
            if head.single {
                self.one_value(rule, head, *subject, &value)?;
            }
            if !new {
                continue;
            }
            let mut qualifiers = Qualifiers::new();
            for (qualifier, name) in &head.qualifiers {
                if let Some(value) = table.value(name).and_then(|value| value.of(row)) {
                    qualifiers.insert(Arc::clone(qualifier), self.stored_value(value));
                }
            }
            let object = match object.filter(|at| *at != NONE) {
                Some(object) => object,
                None => self.world.nodes.object(&value),
            };
            let ends = (*subject, object);
            let fact = Fact { subject: id, predicate: head.predicate.clone(), object: value, qualifiers };
            self.add_between(ends, fact, row, witnesses)?;
        }
        Ok(())
    }

    /// Reports that a property with one value is given a second one. Where rules need each other
    /// it is an error: what follows further would hang on which of them was there first.
    fn one_value(&mut self, rule: u32, head: &Head, subject: u32, value: &Value) -> Result<(), RuleError> {
        let predicate = self.world.predicate(&head.predicate);
        self.world.prepare(predicate, End::Subject, &[subject])?;
        let known = self.world.at(predicate, End::Subject, subject).filter_map(|fact| self.world.facts.get(fact));
        let other = known.map(|entry| &entry.fact().object).find(|object| *object != value).cloned();
        let base = Arc::clone(&self.base);
        let (Some(other), Some(compiled)) = (other, base.rule(rule)) else { return Ok(()) };
        let error = RuleError::SeveralValues {
            rule: Arc::clone(&compiled.name),
            property: head.predicate.as_str().into(),
            node: self.words(&Value::Node(self.world.nodes.id(subject))),
            values: Box::new((other, value.clone())),
        };
        if base.strata().is_recursive(rule) {
            return Err(error);
        }
        self.fault(&compiled.body, &Arc::from(head.predicate.as_str()), error.to_string(), Vec::new());
        Ok(())
    }

    /// Adds a fact that follows from a row; whether it is new.
    pub(super) fn add_fact(&mut self, fact: Fact, row: usize, witnesses: &mut Witnesses) -> Result<bool, RuleError> {
        let ends = self.world.nodes.ends(&fact);
        self.add_between(ends, fact, row, witnesses)
    }

    /// The same where the numbers of its ends are known.
    fn add_between(
        &mut self,
        ends: (u32, u32),
        fact: Fact,
        row: usize,
        witnesses: &mut Witnesses,
    ) -> Result<bool, RuleError> {
        let entry = DerivedEntry { id: fact.id(), fact, origin: witnesses.origin(row) };
        let added = self.world.derive(entry, ends)?.is_some();
        if added {
            witnesses.used(row);
        }
        Ok(added)
    }

    /// A value as facts hold it: edges by the ids of their facts.
    fn stored_value(&self, value: &Value) -> Value {
        self.told(value.clone())
    }
}

/// By row, a number for what it says, the same only where it says the same, in the order of the
/// first rows; `None` where what is said is not in columns.
fn said(head: &Head, table: &Table, subjects: &[u32]) -> Option<Vec<u32>> {
    let object = match &head.object {
        HeadObject::Node(at) => Some(table.node(*at)?),
        HeadObject::Concept(_) => None,
        HeadObject::Linked { .. } | HeadObject::Value(_) => return None,
    };
    let mut said = vec![0; subjects.len()];
    refine(&mut said, subjects);
    if let Some(objects) = object {
        refine(&mut said, objects);
    }
    for value in head.qualifiers.iter().filter_map(|(_, name)| table.value(name)) {
        refine(&mut said, &value.at);
    }
    Some(said)
}
