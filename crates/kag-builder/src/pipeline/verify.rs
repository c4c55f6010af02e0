//! Checking what a document contributes against the schema.

use std::collections::{BTreeMap, HashMap, HashSet};

use kag_core::{ContributionDraft, FactId, NodeId, TypeName, Value};
use kag_schema::{Broken, Schema, Violation};

use super::OnViolation;
use crate::DocumentReport;

/// Casts what can be cast without loss, reports what breaks the schema, and leaves it out
/// where the host wants that.
pub(super) fn verify(
    schema: &Schema,
    on_violation: OnViolation,
    draft: &mut ContributionDraft,
    report: &mut DocumentReport,
) {
    let check = |draft: &ContributionDraft| {
        let types: BTreeMap<NodeId, &TypeName> = draft.nodes.iter().map(|node| (node.id, &node.type_name)).collect();
        schema.check(types, draft.facts.iter().map(|entry| &entry.fact))
    };
    let mut violations = check(draft);
    if cast(draft, &violations) {
        violations = check(draft);
    }
    let names: HashMap<NodeId, &str> = draft.nodes.iter().map(|node| (node.id, node.name())).collect();
    let mut said = HashSet::new();
    for violation in &violations {
        let name = names.get(&violation.node).copied().unwrap_or_default();
        // One fact said in several chunks breaks it once.
        if said.insert((violation.fact, violation.to_string())) {
            report.violations.push(format!("{name:?}: {violation}").into());
        }
    }
    if on_violation == OnViolation::Drop {
        let broken: HashSet<FactId> = violations.iter().filter_map(|violation| violation.fact).collect();
        draft.facts.retain(|entry| !broken.contains(&entry.id));
        report.dropped = broken.len();
    }
}

/// Replaces objects by what they can be cast to; whether there were any.
fn cast(draft: &mut ContributionDraft, violations: &[Violation]) -> bool {
    let casts: HashMap<FactId, &Value> = violations
        .iter()
        .filter_map(|violation| match &violation.broken {
            Broken::ObjectKind { cast: Some(value), .. } => Some((violation.fact?, value)),
            _ => None,
        })
        .collect();
    for entry in &mut draft.facts {
        if let Some(value) = casts.get(&entry.id) {
            entry.fact.object = (*value).clone();
            entry.id = entry.fact.id();
        }
    }
    !casts.is_empty()
}
