//! What is wrong with the types that were read: where, and what is left without it.

use kag_core::{Span, TypeName};

use super::{
    declaration::kind_called,
    draft::{Draft, PropertyPlace, TypePlace},
    keyword::Keyword,
};
use crate::{
    AutoRelate, Basic, Constraint, Diagnostic, PropertyDef, PropertyKind, SchemaProblem, Spread, THING, TypeDef,
    TypeKind,
};

/// Whether the problem is found once for each time too many that something is declared.
pub(super) fn is_duplicate(problem: &SchemaProblem) -> bool {
    matches!(problem, SchemaProblem::DuplicateType { .. } | SchemaProblem::DuplicateProperty { .. })
}

/// The problem, found `before` times before, as a mistake in the text.
pub(super) fn report(problem: &SchemaProblem, before: usize, draft: &Draft) -> Diagnostic {
    // What was probably meant is a hint, and not said twice.
    let (bare, near) = without_nearest(problem);
    let span = place(problem, before, draft).unwrap_or_default();
    let diagnostic = Diagnostic::error(span, bare.to_string());
    match (near, hint(problem)) {
        (Some(near), _) => diagnostic.with_hint(format!("did you mean `{near}`?")),
        (None, Some(hint)) => diagnostic.with_hint(hint),
        (None, None) => diagnostic,
    }
}

fn without_nearest(problem: &SchemaProblem) -> (SchemaProblem, Option<TypeName>) {
    let mut bare = problem.clone();
    let near = match &mut bare {
        SchemaProblem::UnknownParent { nearest, .. }
        | SchemaProblem::UnknownObjectType { nearest, .. }
        | SchemaProblem::RelatedToNoConcept { nearest, .. } => nearest.take(),
        _ => None,
    };
    (bare, near)
}

fn hint(problem: &SchemaProblem) -> Option<String> {
    Some(match problem {
        SchemaProblem::UnknownObjectType { object, .. } if kind_called(object.as_str()).is_some() => {
            format!("`{object}` is a kind of types; name a type, or `{THING}` for any")
        }
        SchemaProblem::UnknownObjectType { object, .. } => {
            format!("declare it, as in `{object}(...): EntityType`, or name its namespace")
        }
        SchemaProblem::UnknownParent { parent, .. } => format!("declare it, as in `{parent}(...): EntityType`"),
        SchemaProblem::BuiltInType { type_name } => format!("every schema has `{type_name}`: leave it out"),
        SchemaProblem::RelationToLiteral { .. } => "it belongs below `properties:`".to_owned(),
        SchemaProblem::WrongGroup { property, expected, .. } => format!("write `{expected}#{property}`"),
        _ => return None,
    })
}

/// The type that a problem is about, and the property: its name, with that of the
/// sub-property behind a full stop.
fn about(problem: &SchemaProblem) -> Option<(&TypeName, Option<&str>)> {
    use SchemaProblem as P;
    Some(match problem {
        P::DuplicateType { type_name }
        | P::BuiltInType { type_name }
        | P::EmptyName { type_name }
        | P::UnknownParent { type_name, .. }
        | P::ParentOfOtherKind { type_name, .. }
        | P::RelatedToNoConcept { type_name, .. }
        | P::MisplacedSetting { type_name, .. } => (type_name, None),
        P::InheritanceCycle { types } => (types.first()?, None),
        P::DuplicateProperty { type_name, property }
        | P::UnknownObjectType { type_name, property, .. }
        | P::NoObjectType { type_name, property }
        | P::RelationToLiteral { type_name, property, .. }
        | P::NestedQualifier { type_name, property, .. }
        | P::MisplacedConstraint { type_name, property, .. } => (type_name, Some(property)),
        P::WidenedProperty { type_name, property, .. }
        | P::MisplacedGroup { type_name, property, .. }
        | P::WrongGroup { type_name, property, .. } => (type_name, Some(property.as_str())),
        P::InvalidPattern { .. } => return None,
    })
}

/// Where the text stands that is wrong.
fn place(problem: &SchemaProblem, before: usize, draft: &Draft) -> Option<Span> {
    use SchemaProblem as P;
    if let P::InvalidPattern { pattern, .. } = problem {
        return pattern_place(pattern, draft);
    }
    let (type_name, property) = about(problem)?;
    let which = |duplicate: bool| if duplicate { before + 1 } else { 0 };
    let mut named = draft.types.iter().zip(&draft.places).filter(|(type_def, _)| type_def.name == *type_name);
    let (type_def, type_place) = named.nth(which(matches!(problem, P::DuplicateType { .. })))?;
    let Some(property) = property else { return Some(place_in_type(problem, type_def, type_place)) };
    let (property, place) = find(type_def, type_place, property, which(is_duplicate(problem)))?;
    Some(match problem {
        P::UnknownObjectType { object, .. } | P::RelationToLiteral { object, .. } => property
            .objects
            .iter()
            .zip(&place.objects)
            .find(|(known, _)| *known == object)
            .map_or(place.name, |(_, span)| *span),
        // All that is lost with it.
        P::WidenedProperty { .. } => {
            Span::new(place.objects.first().map_or(place.name.start, |object| object.start), place.end)
        }
        P::DuplicateProperty { .. } | P::NoObjectType { .. } => Span::new(place.name.start, place.end),
        P::MisplacedConstraint { constraint, .. } => {
            let mut constraints = property.constraints.iter().zip(&place.constraints);
            constraints.find(|(known, _)| *known == constraint).map_or(place.name, |(_, span)| *span)
        }
        P::MisplacedGroup { .. } | P::WrongGroup { .. } => Span::new(place.group.start, place.name.end),
        P::NestedQualifier { what: "a semantic group", .. } => place.group,
        _ => place.name,
    })
}

fn place_in_type(problem: &SchemaProblem, type_def: &TypeDef, place: &TypePlace) -> Span {
    let setting = |keyword| place.settings.place(keyword).unwrap_or(place.name);
    match problem {
        SchemaProblem::UnknownParent { .. }
        | SchemaProblem::ParentOfOtherKind { .. }
        | SchemaProblem::InheritanceCycle { .. } => place.parent,
        SchemaProblem::RelatedToNoConcept { object, .. } => {
            let AutoRelate::To(related) = &type_def.auto_relate else { return place.name };
            related.iter().zip(&place.related).find(|(known, _)| *known == object).map_or(place.name, |(_, span)| *span)
        }
        SchemaProblem::MisplacedSetting { what, .. } => match *what {
            "a hypernym predicate" => setting(Keyword::HypernymPredicate),
            "auto-relate" => setting(Keyword::AutoRelate),
            "a regular expression" => setting(Keyword::Regular),
            "spread" => setting(Keyword::Spreadable),
            "properties" => place.properties.first().map_or(place.name, |first| Span::new(first.name.start, place.end)),
            _ => place.name,
        },
        // All that is lost with it.
        SchemaProblem::DuplicateType { .. } | SchemaProblem::BuiltInType { .. } => {
            Span::new(place.name.start, place.end)
        }
        _ => place.name,
    }
}

/// Where the first use of a regular expression stands.
fn pattern_place(pattern: &str, draft: &Draft) -> Option<Span> {
    for (type_def, place) in draft.types.iter().zip(&draft.places) {
        if type_def.pattern.as_deref() == Some(pattern) {
            return place.settings.place(Keyword::Regular);
        }
        for (property, place) in type_def.properties.iter().zip(&place.properties) {
            let qualifiers = property.qualifiers.iter().zip(&place.qualifiers);
            for (property, place) in std::iter::once((property, place)).chain(qualifiers) {
                let mut constraints = property.constraints.iter().zip(&place.constraints);
                if let Some((_, span)) = constraints.find(|(constraint, _)| is_pattern(constraint, pattern)) {
                    return Some(*span);
                }
            }
        }
    }
    None
}

fn is_pattern(constraint: &Constraint, pattern: &str) -> bool {
    matches!(constraint, Constraint::Regular(known) if &**known == pattern)
}

/// The property called `name`, or the sub-property whose path it is, after `skip` others.
fn find<'d>(
    type_def: &'d TypeDef,
    place: &'d TypePlace,
    name: &str,
    skip: usize,
) -> Option<(&'d PropertyDef, &'d PropertyPlace)> {
    let properties = || type_def.properties.iter().zip(&place.properties);
    if let Some(found) = properties().filter(|(property, _)| property.name.as_str() == name).nth(skip) {
        return Some(found);
    }
    let within = properties().find_map(|(property, place)| {
        let rest = name.strip_prefix(property.name.as_str())?.strip_prefix('.')?;
        let qualifiers = property.qualifiers.iter().zip(&place.qualifiers);
        qualifiers.filter(|(qualifier, _)| qualifier.name.as_str() == rest).nth(skip)
    });
    within.or_else(|| properties().find(|(property, _)| property.name.as_str() == name))
}

/// Takes away what the problem is about.
pub(super) fn mend(problem: &SchemaProblem, draft: &mut Draft) {
    use SchemaProblem as P;
    match problem {
        P::DuplicateType { type_name } | P::BuiltInType { type_name } | P::EmptyName { type_name } => {
            let at = draft.types.iter().rposition(|type_def| type_def.name == *type_name);
            if let Some(at) = at {
                draft.types.remove(at);
                draft.places.remove(at);
            }
        }
        P::InvalidPattern { pattern, .. } => draft.types.iter_mut().zip(&mut draft.places).for_each(|(t, place)| {
            t.pattern.take_if(|known| &**known == pattern.as_str());
            every_property(t, place, |property, place| {
                drop_constraints(property, place, |constraint| is_pattern(constraint, pattern));
            });
        }),
        _ => {
            let Some((type_name, property)) = about(problem) else { return };
            for (type_def, place) in draft.types.iter_mut().zip(&mut draft.places) {
                if type_def.name == *type_name {
                    match property {
                        None => mend_type(problem, type_def, place),
                        Some(property) => mend_property(problem, type_def, place, property),
                    }
                }
            }
        }
    }
}

fn mend_type(problem: &SchemaProblem, type_def: &mut TypeDef, place: &mut TypePlace) {
    match problem {
        SchemaProblem::RelatedToNoConcept { object, .. } => {
            if let AutoRelate::To(related) = &mut type_def.auto_relate {
                let keep: Vec<bool> = related.iter().map(|known| known != object).collect();
                retain(related, &keep);
                retain(&mut place.related, &keep);
                if related.is_empty() {
                    type_def.auto_relate = AutoRelate::Off;
                }
            }
        }
        SchemaProblem::MisplacedSetting { what, .. } => match *what {
            "a hypernym predicate" => type_def.hypernym = None,
            "auto-relate" => type_def.auto_relate = AutoRelate::Off,
            "a regular expression" => type_def.pattern = None,
            "spread" => type_def.spread = Spread::Off,
            "properties" => {
                type_def.properties.clear();
                place.properties.clear();
            }
            // A basic type of one's own: what was meant is a type of texts.
            _ => type_def.kind = TypeKind::Standard,
        },
        _ => type_def.parent = None,
    }
}

fn mend_property(problem: &SchemaProblem, type_def: &mut TypeDef, place: &mut TypePlace, path: &str) {
    use SchemaProblem as P;
    if matches!(problem, P::DuplicateProperty { .. } | P::WidenedProperty { .. } | P::NoObjectType { .. }) {
        remove_last(&mut type_def.properties, &mut place.properties, path);
        return;
    }
    for (property, place) in type_def.properties.iter_mut().zip(&mut place.properties) {
        let own = property.name.as_str() == path;
        let rest = path.strip_prefix(property.name.as_str()).and_then(|rest| rest.strip_prefix('.')).map(str::to_owned);
        if own {
            change(problem, property, place);
        }
        let qualifiers = property.qualifiers.iter_mut().zip(&mut place.qualifiers);
        for (qualifier, place) in qualifiers.filter(|(qualifier, _)| rest.as_deref() == Some(qualifier.name.as_str())) {
            change(problem, qualifier, place);
        }
    }
}

/// Takes away what is wrong with one property or sub-property.
fn change(problem: &SchemaProblem, property: &mut PropertyDef, place: &mut PropertyPlace) {
    use SchemaProblem as P;
    match problem {
        P::UnknownObjectType { object, .. } => {
            let keep: Vec<bool> = property.objects.iter().map(|known| known != object).collect();
            retain(&mut property.objects, &keep);
            retain(&mut place.objects, &keep);
            if property.objects.is_empty() {
                // What else is said of it is kept.
                let any = if property.kind == PropertyKind::Relation { THING } else { Basic::Text.name() };
                property.objects.push(any.into());
                place.objects.push(place.name);
            }
        }
        P::RelationToLiteral { .. } => property.kind = PropertyKind::Property,
        P::MisplacedConstraint { constraint, .. } => drop_constraints(property, place, |known| known == constraint),
        P::MisplacedGroup { .. } => property.group = None,
        P::WrongGroup { .. } => property.group = None,
        P::NestedQualifier { what, .. } => match *what {
            "a semantic group" => property.group = None,
            _ => {
                property.qualifiers.clear();
                place.qualifiers.clear();
            }
        },
        _ => {}
    }
}

fn drop_constraints(property: &mut PropertyDef, place: &mut PropertyPlace, wrong: impl Fn(&Constraint) -> bool) {
    let keep: Vec<bool> = property.constraints.iter().map(|constraint| !wrong(constraint)).collect();
    retain(&mut property.constraints, &keep);
    retain(&mut place.constraints, &keep);
}

fn every_property(
    type_def: &mut TypeDef,
    place: &mut TypePlace,
    mut change: impl FnMut(&mut PropertyDef, &mut PropertyPlace),
) {
    for (property, place) in type_def.properties.iter_mut().zip(&mut place.properties) {
        for (qualifier, place) in property.qualifiers.iter_mut().zip(&mut place.qualifiers) {
            change(qualifier, place);
        }
        change(property, place);
    }
}

/// Removes the last property called `path`, or the last sub-property whose path it is.
fn remove_last(properties: &mut Vec<PropertyDef>, places: &mut Vec<PropertyPlace>, path: &str) {
    if let Some(at) = properties.iter().rposition(|property| property.name.as_str() == path) {
        properties.remove(at);
        places.remove(at);
        return;
    }
    for (property, place) in properties.iter_mut().zip(places) {
        let rest = path.strip_prefix(property.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
        let at = rest.and_then(|rest| property.qualifiers.iter().rposition(|of| of.name.as_str() == rest));
        if let Some(at) = at {
            property.qualifiers.remove(at);
            place.qualifiers.remove(at);
            return;
        }
    }
}

/// Keeps the items for which `keep` says so.
fn retain<T>(items: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    items.retain(|_| keep.next().copied().unwrap_or(true));
}
