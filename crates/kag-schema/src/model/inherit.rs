//! What types inherit.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::TypeName;

use super::{AutoRelate, Hypernym, PropertyDef, SemanticGroup, THING, TypeDef, TypeKind};

/// The name of the type that `type_def` inherits from.
pub(super) fn parent(type_def: &TypeDef) -> Option<&str> {
    match &type_def.parent {
        Some(parent) => Some(parent.as_str()),
        None if type_def.kind.is_literal() || type_def.name.as_str() == THING => None,
        None => Some(THING),
    }
}

/// For each type, its own properties and then those it inherits. The types must have been
/// found not to inherit in a circle.
pub(super) fn properties(types: &BTreeMap<TypeName, Arc<TypeDef>>) -> BTreeMap<TypeName, Vec<Arc<PropertyDef>>> {
    let own: BTreeMap<&TypeName, Vec<Arc<PropertyDef>>> = types
        .iter()
        .map(|(name, type_def)| (name, type_def.properties.iter().cloned().map(Arc::new).collect()))
        .collect();
    let all = |type_def: &Arc<TypeDef>| {
        let mut all: Vec<Arc<PropertyDef>> = Vec::new();
        for (distance, ancestor) in line(types, type_def).enumerate() {
            for property in own.get(&ancestor.name).into_iter().flatten() {
                if !all.iter().any(|known| known.name == property.name) {
                    all.push(Arc::clone(property));
                }
            }
            if distance == 0 {
                for implied in hypernym(types, type_def).into_iter().chain(related(type_def)) {
                    if !all.iter().any(|known| known.name == implied.name) {
                        all.push(Arc::new(implied));
                    }
                }
            }
        }
        all
    };
    types.iter().map(|(name, type_def)| (name.clone(), all(type_def))).collect()
}

/// The type itself, then what it inherits from, nearest first.
fn line<'t>(
    types: &'t BTreeMap<TypeName, Arc<TypeDef>>,
    type_def: &'t Arc<TypeDef>,
) -> impl Iterator<Item = &'t Arc<TypeDef>> {
    std::iter::successors(Some(type_def), |type_def| types.get(parent(type_def)?))
}

/// The predicate that orders the concepts of a type: to concepts of the widest concept
/// type it inherits from.
fn hypernym(types: &BTreeMap<TypeName, Arc<TypeDef>>, type_def: &Arc<TypeDef>) -> Option<PropertyDef> {
    if type_def.kind != TypeKind::Concept {
        return None;
    }
    let said = line(types, type_def).find_map(|ancestor| ancestor.hypernym);
    let hypernym = said.unwrap_or(Hypernym::IsA);
    let widest = line(types, type_def).filter(|ancestor| ancestor.kind == TypeKind::Concept).last()?;
    let predicate = super::SemanticPredicate::of(hypernym.name())?;
    Some(
        PropertyDef::relation(predicate.name, [widest.name.clone()])
            .with_zh(predicate.zh)
            .with_group(SemanticGroup::Hyp)
            .many(),
    )
}

/// The predicates that relate the concepts of a type without being declared.
fn related(type_def: &TypeDef) -> Vec<PropertyDef> {
    let objects = match &type_def.auto_relate {
        AutoRelate::Off => return Vec::new(),
        AutoRelate::On => vec![type_def.name.clone()],
        AutoRelate::To(types) => types.clone(),
    };
    let groups =
        [SemanticGroup::Synant, SemanticGroup::Cau, SemanticGroup::Seq, SemanticGroup::Inc, SemanticGroup::Use];
    let predicates = groups.into_iter().flat_map(SemanticGroup::predicates);
    let relation = |predicate: &super::SemanticPredicate| {
        PropertyDef::relation(predicate.name, objects.iter().cloned())
            .with_zh(predicate.zh)
            .with_group(predicate.group)
            .many()
    };
    predicates.map(relation).collect()
}
