//! What rules define, known to all of them.

use std::{collections::BTreeMap, sync::Arc};

use super::{Checker, property, types};
use crate::{Clause, ConceptHead, Define, Diagnostic, Label, PathPattern, RuleProgram, Schema, Statement};

/// What rules define: predicates, and what the facts with them say of themselves.
///
/// Queries that are checked one by one, over rules that stay the same, need nothing else of
/// the rules: see [`check_query`](crate::check_query).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleDefinitions {
    qualifiers: BTreeMap<Arc<str>, Vec<Arc<str>>>,
}

impl RuleDefinitions {
    /// What `programs` define, predicates called as in `schema`.
    #[must_use]
    pub fn of(programs: &[&RuleProgram], schema: &Schema) -> Self {
        let mut heads = Self::default();
        for statement in programs.iter().flat_map(|program| &program.statements) {
            match statement {
                Statement::Define(define) => {
                    let types = subject_types(schema, define);
                    let name = property::canonical(schema, types.as_deref(), define.predicate.as_str());
                    let given = heads.qualifiers.entry(name).or_default();
                    given.extend(define.constraint.iter().filter_map(|clause| match clause {
                        Clause::Projection { name, property: Some(property), .. }
                            if define.variable.as_ref() == Some(name) =>
                        {
                            Some(Arc::clone(property))
                        }
                        _ => None,
                    }));
                }
                Statement::ConceptRule(rule) => {
                    if let ConceptHead::Related { predicate, .. } = &rule.head {
                        heads.qualifiers.entry(predicate.as_str().into()).or_default();
                    }
                }
                _ => {}
            }
        }
        heads
    }

    /// Whether a rule defines `predicate`.
    pub(super) fn define(&self, predicate: &str) -> bool {
        self.qualifiers.contains_key(predicate)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.qualifiers.keys().map(|name| &**name)
    }

    /// What the derived facts of `predicate` say of themselves.
    pub(super) fn qualifiers(&self, predicate: &str) -> &[Arc<str>] {
        self.qualifiers.get(predicate).map_or(&[], Vec::as_slice)
    }
}

/// Whether the object of a definition is a node of its pattern.
pub(super) fn leads_into_pattern(define: &Define) -> bool {
    let mut nodes = define.structure.iter().flat_map(PathPattern::nodes);
    nodes.any(|node| node.variable.is_some() && node.variable == define.object.variable)
}

/// The one type of a definition's subject, if it has one.
pub(super) fn subject_types(schema: &Schema, define: &Define) -> Option<Vec<kag_core::TypeName>> {
    let names = define.subject.labels.iter().map(|label| match label {
        Label::Type(name) => types::resolve(schema, name.as_str()).cloned(),
        Label::Concepts(_) => None,
    });
    names.collect::<Option<Vec<_>>>().filter(|names| !names.is_empty())
}

impl Checker<'_> {
    /// The predicate that is defined: one that the schema does not know may be misspelt.
    pub(super) fn head(&mut self, define: &Define) {
        let name = define.predicate.as_str();
        let subjects = subject_types(self.schema, define);
        if let Some(variable) = &define.variable {
            // What the derived fact says of itself is given by the clauses.
            let edge = super::variable::Edge { name: name.into(), qualifiers: None };
            if self.variables.get(variable).is_none() {
                self.variables.give(variable, super::Variable::Edge(edge));
            }
        }
        if let [Label::Concepts(concepts)] = &define.object.labels[..]
            && concepts.len() > 1
            && !leads_into_pattern(define)
        {
            let wrong = Diagnostic::error(define.object.span.0, "a definition leads to one concept");
            self.report(wrong.with_hint("write one for each"));
        }
        let Some(subjects) = subjects else {
            return;
        };
        let known = property::is_semantic(name)
            || subjects.iter().any(|subject| property::find(self.schema, subject, name).is_some());
        if known {
            return;
        }
        let near = subjects.iter().find_map(|subject| self.schema.nearest_predicate(subject.as_str(), name));
        if let Some(near) = near {
            let types = types::Types::of(subjects.iter().cloned()).text();
            let warning = Diagnostic::warning(define.span.0, format!("{types} has no predicate `{name}`"));
            let hint = format!("did you mean `{}`? The rule defines a new one", near.name);
            self.report(at_head(define, warning).with_hint(hint));
        }
    }
}

/// The diagnostic, about the head of the definition alone.
pub(super) fn at_head(define: &Define, mut diagnostic: Diagnostic) -> Diagnostic {
    let (start, end) = (define.subject.span.0.start, define.object.span.0.end);
    if end > start {
        diagnostic.span = kag_core::Span::new(start, end);
    }
    diagnostic
}
