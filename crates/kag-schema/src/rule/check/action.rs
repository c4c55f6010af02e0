//! What rules create: types, properties and values.

use kag_core::Span;

use crate::{Assignment, Diagnostic, Expr, Label, Production};

use super::{
    Checker, Variable,
    property::{Found, canonical},
    types::Types,
};

/// The expressions of a production.
pub(super) fn exprs(production: &Production) -> impl Iterator<Item = &Expr> {
    let (Production::Node { values, .. } | Production::Edge { values, .. }) = production;
    values.iter().map(|assignment| &assignment.value)
}

impl Checker<'_> {
    pub(super) fn productions(&mut self, productions: &[Production]) {
        for production in productions {
            match production {
                Production::Node { variable, label, values, span } => {
                    let types = match label {
                        Label::Type(name) => self.type_named(name, span.0).map_or(Types::ANY, |name| Types::of([name])),
                        Label::Concepts(concepts) => {
                            for concept in concepts {
                                self.concept_type(&concept.type_name, span.0);
                            }
                            Types::ANY
                        }
                    };
                    self.values(&types, values);
                    for name in values.iter().map(|value| &value.name) {
                        self.mentions.makes(canonical(self.schema, types.known(), name), &types);
                    }
                    if let Some(name) = variable {
                        self.variables.give(name, Variable::Node(types));
                    }
                }
                Production::Edge { source, target, predicate, values, span } => {
                    self.mentions.makes(canonical(self.schema, None, predicate.as_str()), &Types::ANY);
                    self.known_name(source, span.0);
                    self.known_name(target, span.0);
                    for assignment in values {
                        self.expr(&assignment.value, None);
                    }
                }
            }
        }
    }

    fn values(&mut self, types: &Types, values: &[Assignment]) {
        for Assignment { name, value, span } in values {
            if let Found::Nothing(names) = self.property_name(types, name) {
                let wrong =
                    Diagnostic::error(name_span(span.0, name), format!("{} has no property `{name}`", types.text()));
                self.report(wrong.with_nearest(name, names.iter().map(String::as_str)));
            }
            self.expr(value, None);
        }
    }

    /// Whether nodes of `types` have the property, without reading it.
    fn property_name(&mut self, types: &Types, name: &str) -> Found {
        let mentions = self.mentions.clone();
        let found = self.property(types, name);
        self.mentions = mentions;
        found
    }
}

/// The part of an assignment that is its name.
fn name_span(span: Span, name: &str) -> Span {
    Span::new(span.start, (span.start + name.len()).min(span.end))
}
