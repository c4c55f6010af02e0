//! Finding out why something holds.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::Value;
use kag_schema::{Expr, ExprKind};

use super::{Proof, ProofBinding, ProofClause, ProofStep, Reason, RuleStep};
use crate::rule::{
    ProofId, RuleError,
    answer::ProofKey,
    base::{
        body::{Asked, Body, LabelTest, Step},
        parts,
    },
    engine::Engine,
    eval::edge_value,
    scope::{Scope, Slot, Slots, slots},
    table::{Groups, Table},
    world::{End, FactSource, NONE, Origin},
};

/// Most facts that one proof shows.
const MOST_FACTS: usize = 2_000;
/// Most premises of one step that a proof shows.
const MOST_PREMISES: usize = 200;
/// How deep a proof goes.
const DEEPEST: usize = 48;

impl Engine<'_> {
    pub(in crate::rule) fn proof(&mut self, proof: ProofId) -> Result<Proof, RuleError> {
        let mut building = Building { seen: BTreeSet::new(), left_out: 0 };
        let conclusion = match proof.0 {
            ProofKey::Fact(fact) => self.fact_step(fact, &mut building, 0)?,
            ProofKey::Row { evaluation, row } => {
                let origin = Origin { evaluation, row };
                let statement = match self.evaluations.get(evaluation as usize) {
                    Some(evaluation) if evaluation.rule.is_some() => format!("{} matches", evaluation.body.rule),
                    _ => "the row matches".to_owned(),
                };
                let step = self.rule_step(origin, &mut building, 0)?;
                ProofStep { statement, fact: None, reason: Reason::Rule(Box::new(step)) }
            }
        };
        Ok(Proof { conclusion, left_out: building.left_out })
    }

    fn fact_step(&mut self, fact: u32, building: &mut Building, depth: usize) -> Result<ProofStep, RuleError> {
        let statement = self.statement(fact)?;
        let Some(entry) = self.world.facts.get(fact) else {
            return Ok(ProofStep { statement, fact: None, reason: Reason::Cut });
        };
        let id = Some(entry.id());
        let evidence = match &entry.source {
            FactSource::Stored(record) => Some(record.evidence.clone()),
            FactSource::Derived(_) => None,
        };
        let origin = entry.origin();
        let reason = match (evidence, origin) {
            (Some(evidence), _) => Reason::Stored { evidence },
            (None, Some(_)) if !building.seen.insert(fact) => Reason::Seen,
            (None, Some(_)) if depth >= DEEPEST || building.seen.len() > MOST_FACTS => {
                building.left_out += 1;
                Reason::Cut
            }
            (None, Some(origin)) => Reason::Rule(Box::new(self.rule_step(origin, building, depth)?)),
            (None, None) => Reason::Cut,
        };
        Ok(ProofStep { statement, fact: id, reason })
    }

    /// A fact in words.
    fn statement(&mut self, fact: u32) -> Result<String, RuleError> {
        let Some(entry) = self.world.facts.get(fact) else { return Ok(String::new()) };
        let (subject, object) = (entry.fact().subject, entry.fact().object.clone());
        let predicate = entry.fact().predicate.clone();
        let qualifiers: Vec<String> =
            entry.fact().qualifiers.iter().map(|(name, value)| format!("{name}: {}", self.words(value))).collect();
        let qualifiers = if qualifiers.is_empty() { String::new() } else { format!(" ({})", qualifiers.join(", ")) };
        Ok(format!("{} {predicate} {}{qualifiers}", self.words(&Value::Node(subject)), self.words(&object)))
    }

    fn rule_step(&mut self, origin: Origin, building: &mut Building, depth: usize) -> Result<RuleStep, RuleError> {
        let Some(evaluation) = self.evaluations.get(origin.evaluation as usize) else {
            return Ok(RuleStep {
                rule: self.rule_name(origin),
                description: None,
                bindings: Vec::new(),
                clauses: Vec::new(),
                premises: Vec::new(),
            });
        };
        let (body, table, rule) = (Arc::clone(&evaluation.body), evaluation.table.clone(), evaluation.rule);
        let row = origin.row as usize;
        let description = rule.and_then(|rule| self.base.rule(rule)).and_then(|rule| rule.description.clone());
        let bindings = self.bindings(&body, &table, row);
        let clauses = self.clauses(&body, &table, row)?;
        let facts = self.premises(origin)?;
        building.left_out += facts.len().saturating_sub(MOST_PREMISES);
        let mut premises = Vec::new();
        for fact in facts.into_iter().take(MOST_PREMISES) {
            premises.push(self.fact_step(fact, building, depth + 1)?);
        }
        Ok(RuleStep { rule: Arc::clone(&body.rule), description, bindings, clauses, premises })
    }

    fn bindings(&self, body: &Body, table: &Table, row: usize) -> Vec<ProofBinding> {
        let mut found = Vec::new();
        for (at, node) in body.nodes.iter().enumerate().filter(|(_, node)| !node.name.starts_with('#')) {
            let bound = table.node(at).and_then(|column| column.get(row)).copied().filter(|node| *node != NONE);
            let id = bound.map(|bound| self.world.nodes.id(bound));
            let value = id.map_or_else(|| "missing".to_owned(), |id| self.words(&Value::Node(id)));
            found.push(ProofBinding { name: Arc::clone(&node.name), value, node: id, facts: Vec::new() });
        }
        for (at, edge) in body.edges.iter().enumerate().filter(|(_, edge)| !edge.name.starts_with('#')) {
            let facts = self.facts_of(body, table, at, row);
            let ids = facts.iter().filter_map(|fact| self.world.facts.get(*fact)).map(|entry| entry.id());
            let value = match &facts[..] {
                [] => "missing".to_owned(),
                facts => facts.iter().map(|fact| self.words(&edge_value(*fact))).collect::<Vec<_>>().join(", "),
            };
            found.push(ProofBinding { name: Arc::clone(&edge.name), value, node: None, facts: ids.collect() });
        }
        found
    }

    fn clauses(&mut self, body: &Body, table: &Table, row: usize) -> Result<Vec<ProofClause>, RuleError> {
        let mut found = Vec::new();
        let checks = body.checks.iter().map(|check| (&check.asked, None, check.each));
        let steps = body.steps.iter().filter_map(|step| match step {
            Step::Project { into, asked } if !into.starts_with("#r") => Some((asked, Some(into), None)),
            Step::Decide { into, asked } => Some((asked, Some(into), None)),
            Step::Keep { asked, .. } | Step::Choose { asked, .. } => Some((asked, None, None)),
            Step::KeepEach { edge, asked } => Some((asked, None, Some(*edge))),
            _ => None,
        });
        for (asked, into, each) in checks.chain(steps) {
            let saw = self.saw(body, table, row, asked, each)?;
            let result = match into {
                None => Some("true".to_owned()),
                Some(into) => {
                    let value = table.value(into).and_then(|value| value.of(row));
                    Some(value.map_or_else(|| "missing".to_owned(), |value| self.words(value)))
                }
            };
            found.push(ProofClause {
                name: asked.name.clone(),
                explanation: asked.explanation.clone(),
                text: asked.text.to_string(),
                saw,
                result,
            });
        }
        Ok(found)
    }

    /// The parts of a clause and what they were in a row; of each edge that `each` stands for,
    /// in order.
    fn saw(
        &mut self,
        body: &Body,
        table: &Table,
        row: usize,
        asked: &Asked,
        each: Option<usize>,
    ) -> Result<Vec<(String, Option<String>)>, RuleError> {
        let one = table.gather(&[u32::try_from(row).unwrap_or(NONE)]);
        let apart = each.map(|edge| self.each_apart(body, &one, edge));
        let (body, one) = apart.as_ref().map_or((body, &one), |apart| (&apart.body, &apart.table));
        self.ready(body, one, &asked.expr)?;
        let slots = slots(body, one, &asked.expr);
        let scope = Scope::new(self, body, one, &slots);
        let mut saw: Vec<(String, Option<String>)> = Vec::new();
        let mut parts = parts(&asked.expr);
        parts.reverse();
        for part in parts {
            let shown = match &part.kind {
                ExprKind::Variable(name) => match name.strip_prefix('#') {
                    None => Some(name.to_string()).filter(|_| is_value(&slots, name)),
                    Some(_) => group_text(body, name),
                },
                ExprKind::Parameter(_) => Some(part.to_string()),
                ExprKind::Property { of, .. } => {
                    matches!(&of.kind, ExprKind::Variable(name) if slots.iter().any(|(known, _)| known == name))
                        .then(|| part.to_string())
                }
                _ => None,
            };
            let Some(shown) = shown.filter(|shown| !saw.iter().any(|(known, _)| known == shown)) else { continue };
            let values = (0..one.rows).filter_map(|row| {
                scope.row.set(row);
                let value = crate::evaluate(part, &scope).ok().flatten()?;
                Some(scope.words(&value))
            });
            let values: Vec<String> = values.collect();
            saw.push((shown, (!values.is_empty()).then(|| values.join(", "))));
        }
        Ok(saw)
    }

    /// The facts that a row of matches rests on, each once.
    pub(in crate::rule) fn premises(&mut self, origin: Origin) -> Result<Vec<u32>, RuleError> {
        let Some(evaluation) = self.evaluations.get(origin.evaluation as usize) else { return Ok(Vec::new()) };
        let (body, table) = (Arc::clone(&evaluation.body), evaluation.table.clone());
        let row = origin.row as usize;
        let mut facts: Vec<u32> = Vec::new();
        self.row_premises(&body, &table, row, &mut facts)?;
        for value in &table.values {
            let Some(Groups { at, of: grouping }) = value.group.clone() else { continue };
            let group = at.get(row).copied().unwrap_or(NONE);
            for row in grouping.rows(group) {
                for edge in 0..body.edges.len() {
                    facts.extend(self.facts_of(&body, &grouping.table, edge, *row as usize));
                }
            }
            self.group_premises(&body, &grouping.table, grouping.rows(group), &mut facts)?;
        }
        let mut seen = BTreeSet::new();
        facts.retain(|fact| *fact != NONE && seen.insert(*fact));
        Ok(facts)
    }

    fn row_premises(&mut self, body: &Body, table: &Table, row: usize, facts: &mut Vec<u32>) -> Result<(), RuleError> {
        for edge in 0..body.edges.len() {
            facts.extend(self.facts_of(body, table, edge, row));
        }
        for (at, node) in body.nodes.iter().enumerate() {
            let bound = table.node(at).and_then(|column| column.get(row)).copied().unwrap_or(NONE);
            for test in node.labels.iter().flatten() {
                if let LabelTest::Concepts { concepts, itself } = test
                    && bound != NONE
                {
                    for concept in concepts.iter() {
                        if *itself {
                            facts.extend(self.up_from(concept, bound));
                        } else {
                            self.membership_premises(concept, bound, facts)?;
                        }
                    }
                }
            }
        }
        let checks = body.checks.iter().map(|check| &check.asked.expr);
        let steps = body.steps.iter().filter_map(step_expr);
        let exprs: Vec<Expr> = checks.chain(steps).cloned().collect();
        for expr in &exprs {
            self.property_premises(body, table, row, expr, facts)?;
        }
        Ok(())
    }

    /// The facts that show why `node` belongs to `concept`.
    fn membership_premises(
        &mut self,
        concept: &kag_schema::ConceptName,
        node: u32,
        facts: &mut Vec<u32>,
    ) -> Result<(), RuleError> {
        let below = self.below(concept)?;
        for predicate in self.membership() {
            self.world.prepare(predicate, End::Subject, &[node])?;
            let shows = self.world.at(predicate, End::Subject, node).find_map(|fact| {
                let object = self.world.facts.get(fact)?.object;
                below.contains(&object).then_some((fact, object))
            });
            if let Some((fact, object)) = shows {
                facts.push(fact);
                facts.extend(self.up_from(concept, object));
                return Ok(());
            }
        }
        Ok(())
    }

    /// The facts that properties of nodes were read from.
    fn property_premises(
        &mut self,
        body: &Body,
        table: &Table,
        row: usize,
        expr: &Expr,
        facts: &mut Vec<u32>,
    ) -> Result<(), RuleError> {
        for part in parts(expr) {
            let ExprKind::Property { of, name } = &part.kind else { continue };
            let ExprKind::Variable(of) = &of.kind else { continue };
            let Some(at) = body.nodes.iter().position(|node| node.name == *of) else { continue };
            let node = table.node(at).and_then(|column| column.get(row)).copied().unwrap_or(NONE);
            if node == NONE {
                continue;
            }
            self.ready_property(&[node], name)?;
            let kind = self.world.kind(node)?;
            if let Some(predicate) = self.property_names.get(&(kind, Arc::clone(name))).copied() {
                facts.extend(self.world.at(predicate, End::Subject, node));
            }
        }
        Ok(())
    }

    fn group_premises(
        &mut self,
        body: &Body,
        table: &Table,
        rows: &[u32],
        facts: &mut Vec<u32>,
    ) -> Result<(), RuleError> {
        let mut exprs: Vec<Expr> = Vec::new();
        for step in &body.steps {
            if let Step::Group { group, .. } = step {
                exprs.extend(group.exprs().cloned());
            }
        }
        for expr in exprs.iter().filter(|expr| parts(expr).iter().any(|p| matches!(p.kind, ExprKind::Property { .. })))
        {
            for row in rows {
                self.property_premises(body, table, *row as usize, expr, facts)?;
            }
        }
        Ok(())
    }

    /// A value as a person knows it.
    pub(in crate::rule) fn words(&self, value: &Value) -> String {
        let (body, table, slots) = (Body::default(), Table::default(), Slots::new());
        Scope::new(self, &body, &table, &slots).words(value)
    }
}

/// What has been shown.
struct Building {
    seen: BTreeSet<u32>,
    left_out: usize,
}

fn step_expr(step: &Step) -> Option<&Expr> {
    match step {
        Step::Project { asked, .. }
        | Step::Decide { asked, .. }
        | Step::Keep { asked, .. }
        | Step::KeepEach { asked, .. } => Some(&asked.expr),
        _ => None,
    }
}

/// Whether a name stands for a value, and not for a node or an edge.
fn is_value(slots: &Slots, name: &str) -> bool {
    slots.iter().any(|(known, slot)| &**known == name && matches!(slot, Slot::Value(_)))
}

fn group_text(body: &Body, name: &str) -> Option<String> {
    body.steps.iter().find_map(|step| match step {
        Step::Group { into, group } if &**into == name => Some(group.text.to_string()),
        _ => None,
    })
}
