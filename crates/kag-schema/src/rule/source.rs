//! Rules where they stand: in a schema, and above concepts.

use kag_core::Predicate;

use super::{Label, NodePattern, RuleHead, RuleProgram};
use crate::{Diagnostic, PropertyDef, Schema, TypeDef};

impl RuleProgram {
    /// The rules that stand in `schema`: those of properties and relations and those of
    /// types, in the order of declaration.
    ///
    /// A rule without a head of its own is about the property it stands below. Spans count
    /// from the start of the schema's file.
    #[must_use]
    pub fn of_schema(schema: &Schema) -> (Self, Vec<Diagnostic>) {
        let mut all = Self::default();
        let mut diagnostics = Vec::new();
        let mut add = |(program, wrong): (Self, Vec<Diagnostic>)| {
            all.statements.extend(program.statements);
            diagnostics.extend(wrong);
        };
        for type_def in schema.types() {
            for property in &type_def.properties {
                if let Some(rule) = property.rule.as_ref().filter(|rule| !rule.text.trim().is_empty()) {
                    add(Self::parse_under(&head_of(type_def, property), rule));
                }
            }
            for rule in &type_def.rules {
                add(Self::parse_text(rule));
            }
        }
        diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
        (all, diagnostics)
    }
}

/// What a rule below `property` is about.
fn head_of(type_def: &TypeDef, property: &PropertyDef) -> RuleHead {
    let mut object = NodePattern::named("o");
    object.labels.extend(property.objects.iter().cloned().map(Label::Type));
    RuleHead::Fact {
        subject: NodePattern::named("s").with_label(Label::Type(type_def.name.clone())),
        variable: Some("p".into()),
        predicate: Predicate::new(property.name.as_str()),
        object,
    }
}
