//! Predicates and properties by their names.

use std::sync::Arc;

use kag_core::TypeName;

use super::{Checker, types::Types, variable::Edge};
use crate::{ExprType, PropertyDef, Schema, SemanticGroup, SemanticPredicate, TypeDef};

/// What every node has, whatever its type.
const OF_NODES: [&str; 2] = ["id", "name"];
/// What every fact may say of itself.
const OF_FACTS: [&str; 3] = ["from", "until", "at"];

/// The property of `type_name` or one that inherits from it that `text` names.
pub(super) fn find<'s>(schema: &'s Schema, type_name: &TypeName, text: &str) -> Option<&'s PropertyDef> {
    // A namespace before a predicate is that of the schema.
    let text = text.strip_prefix(schema.namespace()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(text);
    schema.resolve_predicate(type_name.as_str(), text).or_else(|| {
        let inherit = schema.descendants(type_name.as_str());
        inherit.into_iter().find_map(|t: &TypeDef| schema.resolve_predicate(t.name.as_str(), text))
    })
}

/// The name that `text` stands for as a predicate of these types, or `text` itself.
pub(super) fn canonical(schema: &Schema, types: Option<&[TypeName]>, text: &str) -> Arc<str> {
    let found = match types {
        Some(types) => types.iter().find_map(|name| find(schema, name, text)),
        None => schema.predicates_named(text).first().map(|(_, property)| *property),
    };
    if let Some(property) = found {
        return property.name.as_str().into();
    }
    SemanticGroup::ALL
        .iter()
        .flat_map(|group| group.predicates())
        .find(|predicate| predicate.name == text || predicate.zh == text)
        .map_or_else(|| text.into(), |predicate| predicate.name.into())
}

/// Whether `name` is a predicate whose meaning is known in every domain.
pub(super) fn is_semantic(name: &str) -> bool {
    let mut all = SemanticGroup::ALL.iter().flat_map(|group| group.predicates());
    all.any(|predicate| predicate.name == name || predicate.zh == name)
}

/// What is known of a name after a point.
pub(super) enum Found {
    /// A literal of this kind.
    Value(ExprType),
    /// Nodes of these types.
    Nodes(Types),
    /// There is none; the names there are.
    Nothing(Vec<String>),
}

/// Whether `name` is a predicate of one of `groups`: known to be, or as the schema says.
pub(super) fn is_in_group(schema: &Schema, name: &str, groups: &[SemanticGroup]) -> bool {
    SemanticPredicate::of(name).is_some_and(|known| groups.contains(&known.group))
        || schema
            .predicates_named(name)
            .iter()
            .any(|(_, property)| property.group.is_some_and(|of| groups.contains(&of)))
}

impl Checker<'_> {
    /// The property `name` of nodes of `types`.
    pub(super) fn property(&mut self, types: &Types, name: &str) -> Found {
        self.mentions.property(types, &canonical(self.schema, types.known(), name));
        if OF_NODES.contains(&name) || name.starts_with("__") {
            return Found::Value(ExprType::Any);
        }
        let Some(names) = types.known() else {
            return Found::Value(ExprType::Any);
        };
        let mut found: Option<Found> = None;
        for property in names.iter().filter_map(|of| find(self.schema, of, name)) {
            let this = self.kind_of(property);
            found = Some(match (found, this) {
                (None, this) => this,
                (Some(Found::Value(all)), Found::Value(kind)) => Found::Value(all.joined(&kind)),
                _ => Found::Value(ExprType::Any),
            });
        }
        if let Some(found) = found {
            return found;
        }
        if self.heads.define(name) || is_semantic(name) {
            return Found::Value(ExprType::Any);
        }
        let mut known: Vec<String> = OF_NODES.iter().map(|name| (*name).to_owned()).collect();
        let properties = names.iter().flat_map(|of| self.schema.properties(of.as_str()));
        known.extend(
            properties.flat_map(|p| std::iter::once(p.name.to_string()).chain(p.labels.all().map(|l| l.to_string()))),
        );
        known.extend(self.heads.names().map(str::to_owned));
        Found::Nothing(known)
    }

    fn kind_of(&self, property: &PropertyDef) -> Found {
        let literal = |name: &TypeName| self.schema.get(name.as_str()).filter(|found| found.kind.is_literal());
        if property.objects.iter().all(|object| literal(object).is_some()) {
            let kinds = property.objects.iter().filter_map(literal);
            let kinds = kinds.map(|found| found.basic().map_or(ExprType::Text, crate::Basic::expr_type));
            let kind = kinds.reduce(|all, kind| all.joined(&kind)).unwrap_or(ExprType::Any);
            return Found::Value(if property.is_multi_valued() { ExprType::list(kind) } else { kind });
        }
        Found::Nodes(Types::of(property.objects.iter().cloned()))
    }

    /// The qualifier `name` of `edge`.
    pub(super) fn qualifier(edge: &Edge, name: &str) -> Found {
        let Some(qualifiers) = &edge.qualifiers else {
            return Found::Value(ExprType::Any);
        };
        if let Some(kind) = qualifiers.get(name) {
            return Found::Value(kind.clone());
        }
        if OF_FACTS.contains(&name) || OF_NODES.contains(&name) || name.starts_with("__") {
            return Found::Value(ExprType::Any);
        }
        Found::Nothing(qualifiers.keys().map(|name| name.to_string()).collect())
    }

    /// The kinds of what facts of `property` say of themselves, by every name.
    pub(super) fn qualifier_kinds(&self, property: &PropertyDef) -> Vec<(Arc<str>, ExprType)> {
        let mut kinds = Vec::new();
        for qualifier in &property.qualifiers {
            let kind = match self.kind_of(qualifier) {
                Found::Value(kind) => kind,
                _ => ExprType::Any,
            };
            kinds.push((Arc::from(qualifier.name.as_str()), kind.clone()));
            kinds.extend(qualifier.labels.all().map(|label| (Arc::clone(label), kind.clone())));
        }
        kinds
    }
}
