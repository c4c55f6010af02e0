//! Rules on concepts in the short form, told as definitions.
//!
//! ``Define (疾病/`高血压`) { R1: 收缩压 >= 140  R2: 舒张压 >= 90 }`` says of each thing of the types
//! that the schema lets belong to 疾病 that it belongs to 高血压 where one of the conditions holds:
//! a definition for each of them. How their words are read, [`Conditions`] says.

mod conditions;
mod things;

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{Predicate, TypeName};
use kag_schema::{
    Assignment, Clause, ConceptHead, ConceptName, ConceptRule, Define, ExprKind, Label, NodePattern, PathPattern,
    Schema,
};

use super::{pattern::names_in, rewrite::parts};
use conditions::Conditions;

/// What the thing at hand is called where nothing else is said.
const THING_AT_HAND: &str = "s";

/// The definitions that say what a rule in the short form says, and the names in it that are
/// no property of the schema: what the host may give.
pub(super) struct Told {
    pub(super) defines: Vec<Define>,
    pub(super) given: BTreeSet<Arc<str>>,
}

/// One thing that a rule concludes.
struct Conclusion {
    predicate: Predicate,
    variable: Option<Arc<str>>,
    object: NodePattern,
    /// What the object is, where it is a value.
    value: Option<Clause>,
}

/// Tells `rule` as definitions: one for each of its alternatives and of what it concludes.
pub(super) fn told(schema: &Schema, rule: &ConceptRule) -> Told {
    let named: BTreeSet<Arc<str>> = rule.conditions.iter().filter_map(|clause| name_of(clause).cloned()).collect();
    let (thing, labels) = match &rule.head {
        ConceptHead::Member(_) => (None, &[][..]),
        ConceptHead::Related { subject, .. } => (subject.variable.clone(), &subject.labels[..]),
    };
    let thing = thing.unwrap_or_else(|| THING_AT_HAND.into());
    let mut known = named.clone();
    known.insert(Arc::clone(&thing));
    if let ConceptHead::Related { object, .. } = &rule.head {
        known.extend(object.variable.clone());
    }
    let exprs = || rule.conditions.iter().map(Clause::expr).chain(rule.action.iter().map(|given| &given.value));
    exprs().for_each(|expr| known.extend(path_variables(expr)));
    let mut bare = BTreeSet::new();
    exprs().for_each(|expr| names_in(expr, &mut bare));
    bare.retain(|name| !known.contains(name));

    let (types, predicate) = things::of(schema, &rule.head, &bare);
    let mut subject = NodePattern::named(Arc::clone(&thing));
    subject.labels.extend(types.iter().cloned().map(Label::Type));
    let mut conditions = Conditions::new(schema, thing, types.clone(), known);
    let conclusions = conclusions(schema, rule, &types, &predicate, &mut conditions);
    let mut defines = Vec::new();
    for alternative in alternatives(&rule.conditions) {
        let (structure, constraint) = conditions.of(&alternative);
        let is = NodePattern { labels: labels.to_vec(), ..subject.clone() };
        let begin = PathPattern::node(if labels.is_empty() { subject.clone() } else { is });
        defines.extend(conclusions.iter().map(|conclusion| Define {
            subject: subject.clone(),
            variable: conclusion.variable.clone(),
            predicate: conclusion.predicate.clone(),
            object: conclusion.object.clone(),
            structure: std::iter::once(begin.clone()).chain(structure.clone()).collect(),
            constraint: constraint.iter().cloned().chain(conclusion.value.clone()).collect(),
            action: Vec::new(),
            description: rule.description.clone(),
            span: rule.span,
        }));
    }
    Told { defines, given: conditions.given }
}

/// What `rule` concludes: that the thing belongs to the concept, or is related to each of
/// those named, and what its action says besides.
fn conclusions(
    schema: &Schema,
    rule: &ConceptRule,
    types: &[TypeName],
    membership: &Predicate,
    conditions: &mut Conditions<'_>,
) -> Vec<Conclusion> {
    let concept = |concept: &ConceptName| NodePattern::default().with_label(Label::Concepts(vec![concept.clone()]));
    let said = |predicate: &Predicate, variable: &Option<Arc<str>>, object: NodePattern| Conclusion {
        predicate: predicate.clone(),
        variable: variable.clone(),
        object,
        value: None,
    };
    let mut all = match &rule.head {
        ConceptHead::Member(name) => vec![said(membership, &None, concept(name))],
        ConceptHead::Related { variable, predicate, object, .. } => match &object.labels[..] {
            [Label::Concepts(names)] => names.iter().map(|name| said(predicate, variable, concept(name))).collect(),
            _ => vec![said(predicate, variable, (**object).clone())],
        },
    };
    for Assignment { name, value, span } in &rule.action {
        let declared = types.iter().find_map(|t| schema.resolve_predicate(t.as_str(), name));
        let objects = declared.into_iter().flat_map(|property| &property.objects);
        let mut object = NodePattern::named(Arc::clone(name));
        object.labels.extend(objects.take(1).cloned().map(Label::Type));
        let (name, expr) = (Arc::clone(name), conditions.value(value));
        let given =
            Clause::Projection { name: Arc::clone(&name), property: None, explanation: None, expr, span: *span };
        all.push(Conclusion { value: Some(given), ..said(&Predicate::new(name), &None, object) });
    }
    all
}

/// The alternatives among conditions, each after those that it refers to by name; what others
/// refer to is none itself. Without conditions there is one, which always holds.
fn alternatives(conditions: &[Clause]) -> Vec<Vec<&Clause>> {
    let uses = |clause: &Clause, name: &Arc<str>| clause.expr().variables().contains(&name);
    let is_used = |at: usize, clause: &Clause| {
        name_of(clause).is_some_and(|name| conditions.iter().skip(at + 1).any(|later| uses(later, name)))
    };
    let mut all = Vec::new();
    for (at, clause) in conditions.iter().enumerate().filter(|(at, clause)| !is_used(*at, clause)) {
        let mut wanted = vec![clause];
        for earlier in conditions.iter().take(at).rev() {
            if name_of(earlier).is_some_and(|name| wanted.iter().any(|later| uses(later, name))) {
                wanted.push(earlier);
            }
        }
        wanted.reverse();
        all.push(wanted);
    }
    if all.is_empty() {
        all.push(Vec::new());
    }
    all
}

fn name_of(clause: &Clause) -> Option<&Arc<str>> {
    match clause {
        Clause::Condition { name, .. } => name.as_ref(),
        _ => None,
    }
}

/// The names that paths in `expr` give to nodes and edges.
fn path_variables(expr: &kag_schema::Expr) -> BTreeSet<Arc<str>> {
    let paths = parts(expr).into_iter().filter_map(|part| match &part.kind {
        ExprKind::Path(path) => Some(path),
        _ => None,
    });
    paths.flat_map(|path| variables_of(path)).collect()
}

fn variables_of(path: &PathPattern) -> impl Iterator<Item = Arc<str>> {
    let edges = path.steps.iter().filter_map(|(edge, _)| edge.variable.clone());
    path.nodes().filter_map(|node| node.variable.clone()).chain(edges)
}
