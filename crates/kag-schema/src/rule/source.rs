//! Rules where they stand: in a schema, and above concepts.

use kag_core::{Predicate, TypeName};

use super::{ConceptHead, ConceptName, Label, NodePattern, RuleHead, RuleProgram};
use crate::{ConceptRuleHead, ConceptRules, Diagnostic, PropertyDef, Schema, THING, TypeDef};

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
                    add(Self::parse_under(&RuleHead::of_property(type_def, property), rule));
                }
            }
            for rule in &type_def.rules {
                add(Self::parse_text(rule));
            }
        }
        diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
        (all, diagnostics)
    }

    /// The rules of a file of rules over concepts, in its order.
    ///
    /// A rule without a head of its own is about the concept it stands below. What it says
    /// to belong to a concept is of the types that `schema` lets belong to it; of any type
    /// where it says nothing, or where there is no schema. Spans count from the start of the
    /// file.
    #[must_use]
    pub fn of_concept_rules(rules: &ConceptRules, schema: Option<&Schema>) -> (Self, Vec<Diagnostic>) {
        let mut all = Self::default();
        let mut diagnostics = Vec::new();
        for rule in &rules.rules {
            let (program, wrong) = Self::parse_under(&head_above(&rule.head, schema), &rule.rule);
            all.statements.extend(program.statements);
            diagnostics.extend(wrong);
        }
        (all, diagnostics)
    }
}

/// What a rule below this line is about.
fn head_above(head: &ConceptRuleHead, schema: Option<&Schema>) -> RuleHead {
    let node = |name: &str, concepts: Vec<ConceptName>| NodePattern::named(name).with_label(Label::Concepts(concepts));
    let parts = |object: &ConceptName, with: &Option<std::sync::Arc<str>>| {
        let with = with.iter().map(|name| ConceptName::new(object.type_name.clone(), name.clone()));
        std::iter::once(object.clone()).chain(with).collect::<Vec<_>>()
    };
    let related = |subject: NodePattern, predicate: &Predicate, object: Vec<ConceptName>| {
        let object = NodePattern { variable: None, ..node("", object) };
        RuleHead::Concept(ConceptHead::Related {
            subject: Box::new(subject),
            variable: None,
            predicate: predicate.clone(),
            object: Box::new(object),
        })
    };
    match head {
        ConceptRuleHead::Membership(concept) => {
            let mut subject = NodePattern::named("s");
            subject.labels.extend(schema.into_iter().flat_map(|schema| members(schema, concept)).map(Label::Type));
            let object = Box::new(node("o", vec![concept.clone()]));
            RuleHead::Fact {
                subject: Box::new(subject),
                variable: Some("p".into()),
                predicate: "belongTo".into(),
                object,
            }
        }
        ConceptRuleHead::Causation { cause, effect } => RuleHead::Fact {
            subject: Box::new(node("s", vec![cause.clone()])),
            variable: Some("p".into()),
            predicate: "leadTo".into(),
            object: Box::new(node("o", vec![effect.clone()])),
        },
        ConceptRuleHead::Definition(concept) => RuleHead::Concept(ConceptHead::Member(concept.clone())),
        ConceptRuleHead::Conclusion { predicate, object, with } => {
            related(NodePattern::default(), predicate, parts(object, with))
        }
        ConceptRuleHead::Relation { subject, predicate, object, with } => {
            let subject = NodePattern { variable: None, ..node("", vec![subject.clone()]) };
            related(subject, predicate, parts(object, with))
        }
        ConceptRuleHead::Priority(type_name) => RuleHead::Priority(type_name.clone()),
    }
}

/// The types whose instances the schema lets belong to `concept`.
fn members(schema: &Schema, concept: &ConceptName) -> Vec<TypeName> {
    let belongs = |property: &PropertyDef| {
        property.name.as_str() == "belongTo"
            && property
                .objects
                .iter()
                .any(|object| object.as_str() != THING && schema.is_a(concept.type_name.as_str(), object.as_str()))
    };
    let types = schema.types().filter(|type_def| type_def.properties.iter().any(belongs));
    types.map(|type_def| type_def.name.clone()).collect()
}

impl RuleHead {
    /// What a rule that stands below `property` of `type_def` is about, unless it says so itself.
    #[must_use]
    pub fn of_property(type_def: &TypeDef, property: &PropertyDef) -> Self {
        let mut object = NodePattern::named("o");
        object.labels.extend(property.objects.iter().cloned().map(Label::Type));
        Self::Fact {
            subject: Box::new(NodePattern::named("s").with_label(Label::Type(type_def.name.clone()))),
            variable: Some("p".into()),
            predicate: Predicate::new(property.name.as_str()),
            object: Box::new(object),
        }
    }
}
