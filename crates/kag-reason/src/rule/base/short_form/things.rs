//! Which things a rule in the short form speaks of.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{Predicate, TypeName};
use kag_schema::{ConceptHead, Label, PropertyDef, Schema, SemanticGroup, THING, TypeDef, TypeKind};

use crate::rule::base::{compile::canonical_type, pattern::is_in_group};

/// The types of the things that a rule with this head and these bare names speaks of, and
/// the predicate by which they belong to its concept.
///
/// The first of these that there is: the types named; those that can belong to the concept, or
/// have the predicate; those with a property called as one of the bare names; those that can
/// be related to the concept; every type of entities and events.
pub(super) fn of(schema: &Schema, head: &ConceptHead, bare: &BTreeSet<Arc<str>>) -> (Vec<TypeName>, Predicate) {
    let mut membership = Predicate::new("belongTo");
    let mut found: Vec<TypeName> = Vec::new();
    let mut related: Vec<TypeName> = Vec::new();
    match head {
        ConceptHead::Member(concept) => {
            let wanted = canonical_type(schema, &concept.type_name);
            for type_def in schema.types().filter(|type_def| is_thing(type_def)) {
                let mut to = type_def.properties.iter().filter(|property| reaches(schema, property, &wanted));
                related.extend(to.clone().next().map(|_| type_def.name.clone()));
                let Some(by) = to.find(|property| is_in_group(schema, &property.name, SemanticGroup::Ind)) else {
                    continue;
                };
                if found.is_empty() {
                    membership = by.name.clone();
                }
                found.push(type_def.name.clone());
            }
        }
        ConceptHead::Related { subject, predicate, .. } => {
            let named = subject.labels.iter().filter_map(|label| match label {
                Label::Type(name) => Some(name.clone()),
                _ => None,
            });
            found.extend(named);
            if found.is_empty() {
                let declaring = schema.predicates_named(predicate.as_str()).into_iter();
                found.extend(declaring.filter(|(of, _)| is_thing(of)).map(|(of, _)| of.name.clone()));
            }
        }
    }
    if found.is_empty() {
        found = with_properties(schema, bare);
    }
    if found.is_empty() {
        found = related;
    }
    if found.is_empty() {
        found = schema.types().filter(|type_def| is_thing(type_def)).map(|type_def| type_def.name.clone()).collect();
    }
    (found, membership)
}

/// Whether values of `property` can be concepts of the type that the schema calls `concept`.
pub(super) fn reaches(schema: &Schema, property: &PropertyDef, concept: &TypeName) -> bool {
    property.objects.iter().any(|object| object.as_str() != THING && schema.is_a(concept.as_str(), object.as_str()))
}

fn is_thing(type_def: &TypeDef) -> bool {
    matches!(type_def.kind, TypeKind::Entity | TypeKind::Event) && type_def.name.as_str() != THING
}

/// The types that declare a property called as one of `names`.
fn with_properties(schema: &Schema, names: &BTreeSet<Arc<str>>) -> Vec<TypeName> {
    let mut found: Vec<TypeName> = Vec::new();
    for (of, _) in names.iter().flat_map(|name| schema.predicates_named(name)) {
        if is_thing(of) && !found.contains(&of.name) {
            found.push(of.name.clone());
        }
    }
    found
}
