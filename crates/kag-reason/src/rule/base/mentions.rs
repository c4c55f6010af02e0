//! What a rule reads.

use std::sync::Arc;

use kag_core::Predicate;
use kag_schema::{ConceptName, Expr, ExprKind, Schema, SemanticGroup, UnaryOp};

use super::{
    body::{Asked, Body, How, LabelTest, Mention, Mentioned, ObjectTypes, Step, Target},
    compile::{Make, Output},
    pattern::predicates_of_group,
    rewrite::{parts, plain},
};

/// Everything that `body` and what it `makes` read.
pub(super) fn of_body(schema: &Schema, body: &Body, makes: &[Make]) -> Vec<Mention> {
    let aggregates = body.steps.iter().any(|step| matches!(step, Step::Group { .. } | Step::Choose { .. }));
    let mut found = Found { schema, body, aggregates, mentions: Vec::new() };
    found.nodes();
    found.edges();
    body.checks.iter().for_each(|check| found.expr(&check.asked.expr, check.unit.is_none()));
    body.steps.iter().for_each(|step| found.step(step));
    for make in makes {
        let (Make::Node { values, .. } | Make::Edge { values, .. }) = make;
        values.iter().for_each(|value: &Asked| found.expr(&value.expr, true));
    }
    let mut mentions = found.mentions;
    for path in &body.paths {
        let inner = of_body(schema, &path.body, &[]);
        mentions.extend(inner.into_iter().map(|mention| Mention { grows: false, ..mention }));
    }
    mentions
}

struct Found<'b> {
    schema: &'b Schema,
    body: &'b Body,
    aggregates: bool,
    mentions: Vec<Mention>,
}

impl Found<'_> {
    fn add(&mut self, what: Mentioned, grows: bool) {
        self.mentions.push(Mention { what, grows: grows && !self.aggregates });
    }

    fn nodes(&mut self) {
        let body = self.body;
        for node in &body.nodes {
            for test in node.labels.iter().flatten() {
                match test {
                    LabelTest::Types(types) => self.add(Mentioned::Nodes { types: Arc::clone(types) }, !node.optional),
                    LabelTest::Concepts { concepts, .. } => {
                        for concept in concepts.iter() {
                            self.add(Mentioned::Concept { concept: concept.clone() }, !node.optional);
                        }
                        let predicates = Some(predicates_of_group(self.schema, SemanticGroup::Hyp));
                        let (subject, object) = (None, ObjectTypes::Any);
                        self.add(Mentioned::Facts { predicates, subject, object }, !node.optional);
                    }
                }
            }
        }
    }

    fn edges(&mut self) {
        let body = self.body;
        for edge in &body.edges {
            let end = |at: usize| body.nodes.get(at);
            let predicates = match &edge.target {
                Target::Any => None,
                Target::Predicates(names) => Some(names.clone()),
                Target::Linked(call) => {
                    self.expr(call, false);
                    continue;
                }
            };
            let types = |at: usize| end(at).and_then(super::body::NodeVar::types);
            // Each of the concepts that can stand there, or whatever is of its types.
            let objects = |at: usize| -> Vec<ObjectTypes> {
                let tests = end(at).into_iter().flat_map(|node| node.labels.iter().flatten());
                let themselves = tests.filter_map(|test| match test {
                    LabelTest::Concepts { concepts, itself: true } => Some(concepts),
                    _ => None,
                });
                let concepts: Vec<_> = themselves.flat_map(|concepts| concepts.iter().cloned()).collect();
                if concepts.is_empty() {
                    return vec![types(at).map_or(ObjectTypes::Any, ObjectTypes::Types)];
                }
                concepts.into_iter().map(ObjectTypes::Concept).collect()
            };
            // More facts may push others over the limit of a node.
            let grows = edge.unit.is_none() && edge.limit.is_none();
            let there = (edge.from, edge.to);
            for (from, to) in [there, (edge.to, edge.from)].into_iter().take(if edge.either { 2 } else { 1 }) {
                for object in objects(to) {
                    self.add(Mentioned::Facts { predicates: predicates.clone(), subject: types(from), object }, grows);
                }
            }
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Group { group, .. } => group.exprs().for_each(|expr| self.expr(expr, false)),
            Step::Choose { choice, .. } => {
                choice.by.iter().for_each(|expr| self.expr(expr, false));
                if let How::First { key, .. } = &choice.how {
                    self.expr(key, false);
                }
            }
            Step::Exists { .. } | Step::Total => {}
            Step::Project { asked, .. } | Step::Keep { asked, .. } | Step::KeepEach { asked, .. } => {
                self.expr(&asked.expr, true);
            }
            Step::Decide { asked, .. } => self.expr(&asked.expr, false),
        }
    }

    /// The properties that `expr` reads. Under a negation, a question of presence or a
    /// choice between two values, more facts may mean fewer matches.
    fn expr(&mut self, expr: &Expr, grows: bool) {
        let turns = parts(expr).iter().any(|part| match &part.kind {
            ExprKind::Unary { op, .. } => matches!(op, UnaryOp::Not | UnaryOp::IsNull),
            ExprKind::If { .. } => true,
            ExprKind::Call { function, .. } => plain(function) == "rulevalue",
            _ => false,
        });
        for part in parts(expr) {
            let ExprKind::Property { of, name } = &part.kind else { continue };
            let known = match &of.kind {
                ExprKind::Variable(of) => self.body.nodes.iter().find(|node| node.name == *of),
                _ => None,
            };
            let is_edge = matches!(&of.kind, ExprKind::Variable(of) if self.body.edges.iter().any(|e| e.name == *of));
            if !is_edge && !matches!(&**name, "id" | "name" | "__label__") {
                let of = known.and_then(super::body::NodeVar::types);
                self.add(Mentioned::Property { name: Arc::clone(name), of }, grows && !turns);
            }
        }
    }
}

/// Whether `output` can be what is `mentioned`.
pub(in crate::rule) fn can_be(schema: &Schema, mentioned: &Mentioned, output: &Output) -> bool {
    match (mentioned, output) {
        (
            Mentioned::Facts { predicates, subject, object },
            Output::Fact { predicate, subject: given_subject, object: given_object },
        ) => {
            predicates.as_ref().is_none_or(|names| names.contains(predicate))
                && meet(subject.as_deref(), given_subject.as_deref())
                && objects_meet(schema, object, given_object)
        }
        (Mentioned::Property { name, of }, Output::Fact { predicate, subject, .. }) => {
            meet(of.as_deref(), subject.as_deref()) && is_called(schema, of.as_deref(), name, predicate)
        }
        (Mentioned::Nodes { types }, Output::Nodes { types: made }) => meet(Some(types), Some(made)),
        (Mentioned::Concept { concept }, Output::Fact { predicate, object, .. }) => {
            super::pattern::is_membership(schema, predicate)
                && objects_meet(schema, &ObjectTypes::Concept(concept.clone()), object)
        }
        _ => false,
    }
}

fn is_called(schema: &Schema, of: Option<&[kag_core::TypeName]>, name: &str, predicate: &Predicate) -> bool {
    if predicate.as_str() == name {
        return true;
    }
    match of {
        Some(types) => types
            .iter()
            .any(|t| schema.resolve_predicate(t.as_str(), name).is_some_and(|property| property.name == *predicate)),
        None => schema.predicates_named(name).iter().any(|(_, property)| property.name == *predicate),
    }
}

fn meet(left: Option<&[kag_core::TypeName]>, right: Option<&[kag_core::TypeName]>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left.iter().any(|name| right.contains(name)),
        _ => true,
    }
}

fn objects_meet(schema: &Schema, left: &ObjectTypes, right: &ObjectTypes) -> bool {
    use ObjectTypes::{Any, Concept, Literal, Types};
    let is_a = |one: &ConceptName, other: &ConceptName| schema.is_a(one.type_name.as_str(), other.type_name.as_str());
    match (left, right) {
        (Concept(left), Concept(right)) => left.name == right.name && (is_a(left, right) || is_a(right, left)),
        (Concept(concept), Types(types)) | (Types(types), Concept(concept)) => types.contains(&concept.type_name),
        (Types(left), Types(right)) => meet(Some(left), Some(right)),
        (Any, _) | (_, Any) | (Literal, Literal) => true,
        (Literal, _) | (_, Literal) => false,
    }
}
