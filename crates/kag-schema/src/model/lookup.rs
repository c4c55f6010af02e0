//! From what people say to what the schema calls it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use kag_core::{NameKey, TypeName};

use super::{PropertyDef, Schema, TypeDef};
use crate::nearest;

/// What types are called.
#[derive(Clone, Debug)]
pub(super) struct Names(HashMap<NameKey, TypeName>);

/// A predicate from one type to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link<'s> {
    /// The predicate.
    pub property: &'s PropertyDef,
    /// Which of the two types its subject is of.
    pub direction: LinkDirection,
}

/// Which way a predicate between two types leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkDirection {
    /// From the first to the second.
    Forward,
    /// From the second to the first.
    Backward,
}

impl Names {
    /// Names win over labels, labels over aliases, earlier types over later ones, declared
    /// ones over built-in ones.
    pub(super) fn of(declared: &[Arc<TypeDef>], all: &BTreeMap<TypeName, Arc<TypeDef>>) -> Self {
        let types = || declared.iter().chain(all.values());
        let mut names = HashMap::new();
        let mut add = |text: &str, type_def: &TypeDef| {
            let key = NameKey::of(text);
            if !key.is_empty() {
                names.entry(key).or_insert_with(|| type_def.name.clone());
            }
        };
        for type_def in types() {
            add(type_def.name.as_str(), type_def);
        }
        for type_def in types() {
            for label in type_def.labels.en.iter().chain(&type_def.labels.zh) {
                add(label, type_def);
            }
        }
        for type_def in types() {
            for alias in &type_def.labels.aliases {
                add(alias, type_def);
            }
        }
        Self(names)
    }
}

impl Schema {
    /// The type that `text` names: by its name, also with the namespace before it, by a
    /// label in either language, or by an alias; whatever the case and width.
    ///
    /// An exact name wins, then names, labels and aliases in this order; among several
    /// types so called, the one declared first.
    #[must_use]
    pub fn resolve_type(&self, text: &str) -> Option<&TypeDef> {
        let bare = text.strip_prefix(self.namespace()).and_then(|rest| rest.strip_prefix('.'));
        let by_key = |text: &str| self.get(self.names.0.get(&NameKey::of(text))?.as_str());
        self.get(text)
            .or_else(|| by_key(text))
            .or_else(|| bare.and_then(|text| self.get(text).or_else(|| by_key(text))))
    }

    /// The property of the type called exactly `type_name` that `text` names: by its name,
    /// also with its group before it (`IND#belongTo`), by a label or by an alias; whatever
    /// the case and width. Own properties win over inherited ones of the same rank.
    #[must_use]
    pub fn resolve_predicate(&self, type_name: &str, text: &str) -> Option<&PropertyDef> {
        find(self.properties(type_name), text)
    }

    /// Every property that `text` names in [`resolve_predicate`](Self::resolve_predicate)'s
    /// sense, with the type that declares it, in the order of declaration.
    #[must_use]
    pub fn predicates_named(&self, text: &str) -> Vec<(&TypeDef, &PropertyDef)> {
        self.types().filter_map(|type_def| Some((type_def, find(&type_def.properties, text)?))).collect()
    }

    /// The predicates with which instances of the type called exactly `first` and of the
    /// one called `second` are connected, forward ones first, own before inherited.
    #[must_use]
    pub fn predicates_between(&self, first: &str, second: &str) -> Vec<Link<'_>> {
        let ways = [(first, second, LinkDirection::Forward), (second, first, LinkDirection::Backward)];
        ways.into_iter()
            .flat_map(|(subject, object, direction)| {
                let properties = self.properties(subject).iter().map(|property| &**property);
                properties
                    .filter(move |property| self.accepts(property, object))
                    .map(move |property| Link { property, direction })
            })
            .collect()
    }

    /// Whether an instance of the type called exactly `object` can be the object of
    /// `property`.
    #[must_use]
    pub fn accepts(&self, property: &PropertyDef, object: &str) -> bool {
        // The subject's kind was checked when the schema was built.
        let of_kind = match (property.group, self.kind(object)) {
            (Some(group), Some(kind)) => group.leads_to(kind),
            _ => true,
        };
        of_kind && property.objects.iter().any(|wanted| self.is_a(object, wanted.as_str()))
    }

    /// The name of the type nearest to `text`, for hints.
    #[must_use]
    pub fn nearest_type(&self, text: &str) -> Option<&TypeName> {
        let declared = self.types().flat_map(|t| std::iter::once(t.name.as_str()).chain(t.labels.all().map(|l| &**l)));
        let basic = super::Basic::ALL.iter().map(|basic| basic.name());
        let near = nearest(text, declared.chain(basic))?;
        self.resolve_type(near).map(|type_def| &type_def.name)
    }

    /// The name of the property of the type called exactly `type_name` nearest to `text`,
    /// for hints.
    #[must_use]
    pub fn nearest_predicate(&self, type_name: &str, text: &str) -> Option<&PropertyDef> {
        let properties = self.properties(type_name);
        let names =
            properties.iter().flat_map(|p| std::iter::once(p.name.as_str()).chain(p.labels.all().map(|l| &**l)));
        find(properties, nearest(text, names)?)
    }
}

/// The property among `properties` that `text` names.
pub(crate) fn find<'p, P: std::borrow::Borrow<PropertyDef>>(
    properties: &'p [P],
    text: &str,
) -> Option<&'p PropertyDef> {
    let all = || properties.iter().map(std::borrow::Borrow::borrow);
    if let Some(exact) = all().find(|property: &&PropertyDef| property.name.as_str() == text) {
        return Some(exact);
    }
    let bare = match text.split_once('#') {
        Some((group, name)) if group.parse::<super::SemanticGroup>().is_ok() => name,
        _ => text,
    };
    let key = NameKey::of(bare);
    if key.is_empty() {
        return None;
    }
    let is = |text: &str| NameKey::of(text) == key;
    all()
        .find(|p: &&PropertyDef| is(p.name.as_str()))
        .or_else(|| all().find(|p| p.labels.en.iter().chain(&p.labels.zh).any(|label| is(label))))
        .or_else(|| all().find(|p| p.labels.aliases.iter().any(|alias| is(alias))))
}
