//! From what was read to a schema: names, values, and what does not fit together.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use kag_core::{Span, TypeName, Value};

use super::{
    draft::{Draft, PropertyPlace},
    keyword::Keyword,
    mend,
};
use crate::{
    Basic, Constraint, Diagnostic, PropertyDef, PropertyKind, RuleText, Schema, SemanticPredicate, TypeDef, TypeKind,
    model::{is_standard, standard_names},
    nearest,
};

/// The schema of what was read. What does not fit is reported and left out.
pub(super) fn resolve(namespace: Arc<str>, mut draft: Draft, diagnostics: &mut Vec<Diagnostic>) -> Schema {
    inherit_kinds(&mut draft);
    drop_repeats(&mut draft, diagnostics);
    join_relations(&mut draft, diagnostics);
    read_values(&mut draft, diagnostics);
    // How often each problem was found.
    let mut told: HashMap<String, usize> = HashMap::new();
    loop {
        match Schema::validate(&draft.types) {
            Ok(patterns) => {
                warn(&draft, diagnostics);
                return Schema::of_valid(namespace, draft.types, patterns);
            }
            Err(problems) => {
                let before = size(&draft);
                let again = !told.is_empty();
                for problem in &problems {
                    let count = told.entry(problem.to_string()).or_insert(0);
                    if *count == 0 || (!again && mend::is_duplicate(problem)) {
                        diagnostics.push(mend::report(problem, *count, &draft));
                    }
                    *count += 1;
                }
                problems.iter().for_each(|problem| mend::mend(problem, &mut draft));
                if size(&draft) == before {
                    // Each mend takes something away; without one there would be no end.
                    draft = Draft::default();
                }
            }
        }
    }
}

/// How much there is that can be taken away.
fn size(draft: &Draft) -> usize {
    let property = |property: &PropertyDef| {
        1 + property.objects.len()
            // An unknown one can be replaced by a known one.
            + property.objects.iter().filter(|object| !is_replacement(object)).count()
            + property.constraints.len()
            + usize::from(property.group.is_some())
            + usize::from(property.index.is_some())
            + usize::from(property.rule.is_some())
            + usize::from(property.kind == PropertyKind::Relation)
    };
    let of_type = |type_def: &TypeDef| {
        let properties = type_def.properties.iter().flat_map(|of| std::iter::once(of).chain(&of.qualifiers));
        1 + usize::from(type_def.parent.is_some())
            + usize::from(type_def.kind == TypeKind::Basic)
            + usize::from(type_def.hypernym.is_some())
            + usize::from(type_def.pattern.is_some())
            + usize::from(type_def.spread == crate::Spread::On)
            + usize::from(!type_def.auto_relate.is_off())
            + properties.map(property).sum::<usize>()
    };
    draft.types.iter().map(of_type).sum()
}

fn is_replacement(object: &TypeName) -> bool {
    object.as_str() == crate::THING || object.as_str() == Basic::Text.name()
}

/// Gives types that only name a parent their parent's kind.
fn inherit_kinds(draft: &mut Draft) {
    let mut named: HashMap<TypeName, usize> = HashMap::new();
    for (at, type_def) in draft.types.iter().enumerate() {
        named.entry(type_def.name.clone()).or_insert(at);
    }
    for start in 0..draft.types.len() {
        let (mut path, mut at) = (Vec::new(), start);
        let kind = loop {
            let (Some(type_def), Some(place)) = (draft.types.get(at), draft.places.get_mut(at)) else {
                break TypeKind::Entity;
            };
            if !std::mem::take(&mut place.takes_kind) {
                break type_def.kind;
            }
            path.push(at);
            let Some(parent) = &type_def.parent else { break TypeKind::Entity };
            match named.get(parent) {
                Some(parent) => at = *parent,
                None if is_standard(parent.as_str()) => break TypeKind::Standard,
                None => break TypeKind::Entity,
            }
        };
        for at in path {
            if let Some(type_def) = draft.types.get_mut(at) {
                type_def.kind = kind;
            }
        }
    }
}

/// A type that is declared again without anything being said of it is declared once: files
/// put together of others have such.
fn drop_repeats(draft: &mut Draft, diagnostics: &mut Vec<Diagnostic>) {
    let mut named: HashMap<TypeName, usize> = HashMap::new();
    let (types, places) = (std::mem::take(&mut draft.types), std::mem::take(&mut draft.places));
    for (type_def, place) in types.into_iter().zip(places) {
        let first = named.get(&type_def.name).and_then(|at| draft.types.get_mut(*at).zip(draft.places.get_mut(*at)));
        if let Some((known, known_place)) = first
            && (is_bare(&type_def, known) || is_bare(known, &type_def))
        {
            let again = Diagnostic::warning(place.name, format!("type `{}` is declared again", type_def.name));
            diagnostics.push(again.with_hint("one of the two says nothing and can be left out"));
            if !is_bare(&type_def, known) {
                (*known, *known_place) = (type_def, place);
            }
            continue;
        }
        named.entry(type_def.name.clone()).or_insert(draft.types.len());
        draft.types.push(type_def);
        draft.places.push(place);
    }
}

/// Whether a declaration says no more than that there is a type of that kind and label.
fn is_bare(type_def: &TypeDef, other: &TypeDef) -> bool {
    let bare = TypeDef { labels: type_def.labels.clone(), ..TypeDef::new(type_def.name.clone(), type_def.kind) };
    let same = type_def.labels == other.labels
        || type_def.labels == crate::Labels { description: None, ..other.labels.clone() };
    *type_def == bare && type_def.kind == other.kind && same
}

/// A relation that is declared once for each type of its objects is one relation.
fn join_relations(draft: &mut Draft, diagnostics: &mut Vec<Diagnostic>) {
    for (type_def, place) in draft.types.iter_mut().zip(&mut draft.places) {
        let mut seen: HashMap<_, usize> = HashMap::new();
        let properties = std::mem::take(&mut type_def.properties);
        let places = std::mem::take(&mut place.properties);
        for (property, property_place) in properties.into_iter().zip(places) {
            let first = seen.get(&property.name).copied();
            let known = first.and_then(|at| type_def.properties.get_mut(at).zip(place.properties.get_mut(at)));
            if let Some((known, known_place)) = known
                && is_of_others(known, &property)
            {
                if known.labels != property.labels || known.rule != property.rule {
                    let again = format!("relation `{}` is declared again", property.name);
                    let again = Diagnostic::warning(property_place.name, again);
                    diagnostics
                        .push(again.with_hint("it is one relation, to which the names and rules of both belong"));
                }
                known_place.objects.extend(property_place.objects);
                let rule = join(known, property);
                let is_new = |rule: &RuleText| !type_def.rules.contains(rule);
                type_def.rules.extend(rule.filter(is_new));
                continue;
            }
            seen.entry(property.name.clone()).or_insert(type_def.properties.len());
            type_def.properties.push(property);
            place.properties.push(property_place);
        }
    }
}

/// Whether two relations of one name are of objects of different types, and say of them what can hold
/// for both: a rule says in its head which it is about.
fn is_of_others(left: &PropertyDef, right: &PropertyDef) -> bool {
    let others = !right.objects.iter().any(|object| left.objects.contains(object));
    let (objects, labels, rule) = (left.objects.clone(), left.labels.clone(), left.rule.clone());
    let same = PropertyDef { objects, labels, rule, ..right.clone() };
    let rules = left.rule == right.rule || left.rule.iter().chain(&right.rule).all(RuleText::has_head);
    others && rules && left.kind == PropertyKind::Relation && *left == same
}

/// Adds to a relation what is said of it for other objects; gives a second rule.
fn join(known: &mut PropertyDef, other: PropertyDef) -> Option<RuleText> {
    known.objects.extend(other.objects);
    let (labels, more) = (&mut known.labels, other.labels);
    let mut names = std::mem::take(&mut labels.aliases);
    names.extend(more.aliases);
    for (label, other) in [(&mut labels.zh, more.zh), (&mut labels.en, more.en)] {
        match label {
            None => *label = other,
            Some(_) => names.extend(other),
        }
    }
    for name in names {
        if !labels.all().any(|known| *known == name) {
            labels.aliases.push(name);
        }
    }
    labels.description = match (labels.description.take(), more.description) {
        (Some(one), Some(other)) if one.lines().all(|line| line != &*other) => Some(format!("{one}\n{other}").into()),
        (one, other) => one.or(other),
    };
    match &known.rule {
        None => {
            known.rule = other.rule;
            None
        }
        Some(rule) => other.rule.filter(|other| rule != other),
    }
}

/// Reads the values of enumerations as the types of their properties.
fn read_values(draft: &mut Draft, diagnostics: &mut Vec<Diagnostic>) {
    let declared: HashSet<_> = draft.types.iter().map(|type_def| type_def.name.clone()).collect();
    let is_declared = |name: &str| declared.contains(name);
    for (type_def, place) in draft.types.iter_mut().zip(&draft.places) {
        for (property, place) in type_def.properties.iter_mut().zip(&place.properties) {
            values(property, place, &is_declared, diagnostics);
            for (qualifier, place) in property.qualifiers.iter_mut().zip(&place.qualifiers) {
                values(qualifier, place, &is_declared, diagnostics);
            }
        }
    }
}

fn values(
    property: &mut PropertyDef,
    place: &PropertyPlace,
    is_declared: &impl Fn(&str) -> bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let basics = basics(property, is_declared);
    for (constraint, span) in property.constraints.iter_mut().zip(&place.constraints) {
        let Constraint::Enum(values) = constraint else { continue };
        values.retain_mut(|value| {
            let Value::Text(_) = value else { return true };
            match read_value(value, &basics) {
                Some(read) => {
                    *value = read;
                    true
                }
                None => {
                    let wanted: Vec<&str> = basics.iter().map(|basic| basic.name()).collect();
                    let message = format!("`{value}` cannot be a value of `{}`", property.name);
                    diagnostics.push(Diagnostic::error(*span, message).with_expected(wanted.join(" or ")));
                    false
                }
            }
        });
    }
}

/// The kinds of literal that a property can have as objects, in order; text where its
/// objects are something else.
pub(super) fn basics(property: &PropertyDef, is_declared: &impl Fn(&str) -> bool) -> Vec<Basic> {
    let basic = |name: &str| Basic::of(name).filter(|basic| !basic.is_extension() || !is_declared(name));
    property.objects.iter().map(|object| basic(object.as_str()).unwrap_or(Basic::Text)).collect()
}

/// What a value written as text is, among literals of these kinds.
pub(super) fn read_value(value: &Value, basics: &[Basic]) -> Option<Value> {
    basics.iter().find_map(|basic| Schema::cast(value, *basic).ok())
}

/// What makes sense, but perhaps not the intended one.
fn warn(draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    let declared: HashMap<&str, TypeKind> =
        draft.types.iter().map(|type_def| (type_def.name.as_str(), type_def.kind)).collect();
    for (type_def, place) in draft.types.iter().zip(&draft.places) {
        for (property, place) in type_def.properties.iter().zip(&place.properties) {
            predicate(type_def, property, place, &declared, diagnostics);
            let qualifiers = property.qualifiers.iter().zip(&place.qualifiers);
            qualifiers.clone().for_each(|(qualifier, place)| without_effect(qualifier, place, diagnostics));
            for (property, place) in std::iter::once((property, place)).chain(qualifiers) {
                for (object, span) in property.objects.iter().zip(&place.objects) {
                    if is_standard(object.as_str()) && !declared.contains_key(object.as_str()) {
                        standard(object.as_str(), *span, diagnostics);
                    }
                }
            }
        }
    }
}

/// What is said of a sub-property and kept, though it is facts alone that are derived and found.
fn without_effect(qualifier: &PropertyDef, place: &PropertyPlace, diagnostics: &mut Vec<Diagnostic>) {
    let said = [(qualifier.rule.is_some(), Keyword::Rule), (qualifier.index.is_some(), Keyword::Index)];
    for (_, keyword) in said.into_iter().filter(|(is_said, _)| *is_said) {
        let message = format!("the {} of a sub-property is kept, and changes nothing", keyword.name());
        diagnostics.push(Diagnostic::warning(place.settings.place(keyword).unwrap_or(place.name), message));
    }
}

/// A standard type that is neither declared nor known is taken for text of any form.
fn standard(name: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) {
    if standard_names().any(|known| known == name) {
        return;
    }
    let known: Vec<&str> = standard_names().collect();
    let warning = Diagnostic::warning(span, format!("standard type `{name}` is neither declared here nor known"))
        .with_expected(known.join(", "));
    diagnostics.push(match nearest(name, known) {
        Some(near) => warning.with_hint(format!("did you mean `{near}`?")),
        None => warning.with_hint("its values are taken for text of any form"),
    });
}

/// A known predicate outside its group, or an unknown one in a group.
fn predicate(
    type_def: &TypeDef,
    property: &PropertyDef,
    place: &PropertyPlace,
    declared: &HashMap<&str, TypeKind>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let name = property.name.as_str();
    let known = SemanticPredicate::of(name);
    match (property.group, known) {
        (Some(group), None) => {
            let names: Vec<&str> = group.predicates().map(|predicate| predicate.name).collect();
            let warning = Diagnostic::warning(place.name, format!("`{name}` is no known predicate of {group}"))
                .with_expected(names.join(", "));
            diagnostics.push(match nearest(name, names) {
                Some(near) => warning.with_hint(format!("did you mean `{near}`?")),
                None => warning,
            });
        }
        (None, Some(known)) if known.group != crate::SemanticGroup::Hyp => {
            let kind = |object: &TypeName| declared.get(object.as_str()).copied();
            let fits = property.objects.iter().filter_map(kind).any(|kind| known.group.connects(type_def.kind, kind));
            if fits {
                let warning = Diagnostic::warning(place.name, format!("`{name}` is a predicate of {}", known.group));
                diagnostics.push(warning.with_hint(format!("`{}#{name}` says so", known.group)));
            }
        }
        _ => {}
    }
}
