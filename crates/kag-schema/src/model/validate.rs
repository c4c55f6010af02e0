//! Whether type definitions fit together.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use kag_core::{NameKey, TypeName, Value};
use regex::{Regex, RegexBuilder};

use super::{
    AutoRelate, Basic, Constraint, PropertyDef, PropertyKind, SchemaProblem, SemanticPredicate, Spread, THING, TypeDef,
    TypeKind, built_in, foreign, inherit, schema::Patterns,
};
use crate::nearest;

/// Most bytes that a compiled regular expression of a schema may take.
const PATTERN_LIMIT: usize = 1 << 20;

/// Most unknown names for which the nearest known one is looked for: each is compared with
/// every type.
const MOST_HINTS: usize = 200;

/// Every regular expression of the types, compiled, or everything that is wrong with them.
pub(super) fn validate(types: &[TypeDef]) -> Result<Patterns, Vec<SchemaProblem>> {
    let built_in = built_in::types();
    let mut known: BTreeMap<&str, &TypeDef> = BTreeMap::new();
    // Of several declared types of one name the first counts, and it wins over extensions.
    let foreign = foreign::types(types);
    for type_def in built_in.iter().chain(&foreign).chain(types.iter().rev()) {
        if !built_in::is_reserved(&type_def.name) || !known.contains_key(type_def.name.as_str()) {
            known.insert(type_def.name.as_str(), type_def);
        }
    }
    let strange = foreign.iter().map(|t| t.name.as_str()).filter(|name| !foreign::is_standard(name)).collect();
    let mut validator = Validator { known, strange, problems: Vec::new(), patterns: HashMap::new(), hints: MOST_HINTS };
    for type_def in &foreign {
        validator.settings(type_def);
    }
    let mut seen = HashSet::new();
    for type_def in types {
        validator.names(type_def, !seen.insert(&type_def.name));
        validator.parent(type_def);
        validator.settings(type_def);
        validator.properties(type_def);
    }
    validator.cycles(types);
    if validator.problems.is_empty() { Ok(validator.patterns) } else { Err(validator.problems) }
}

struct Validator<'t> {
    known: BTreeMap<&'t str, &'t TypeDef>,
    /// Those of them that are of another namespace, so that nothing is known of them.
    strange: HashSet<&'t str>,
    problems: Vec<SchemaProblem>,
    patterns: Patterns,
    /// How many more unknown names are compared with the known ones.
    hints: usize,
}

/// Where a property stands: its type, and its name with that of its fact's predicate.
struct Place<'t> {
    type_def: &'t TypeDef,
    property: String,
}

impl<'t> Validator<'t> {
    fn names(&mut self, type_def: &TypeDef, again: bool) {
        let type_name = type_def.name.clone();
        if built_in::is_reserved(&type_name) && type_def.basic().is_none() {
            self.problems.push(SchemaProblem::BuiltInType { type_name });
        } else if again {
            self.problems.push(SchemaProblem::DuplicateType { type_name });
        } else if NameKey::of(type_name.as_str()).is_empty() {
            self.problems.push(SchemaProblem::EmptyName { type_name });
        }
    }

    fn parent(&mut self, type_def: &TypeDef) {
        let Some(parent) = &type_def.parent else { return };
        let type_name = type_def.name.clone();
        match self.known.get(parent.as_str()) {
            None => {
                let nearest = self.nearest(parent);
                self.problems.push(SchemaProblem::UnknownParent { type_name, parent: parent.clone(), nearest });
            }
            Some(_) if self.strange.contains(parent.as_str()) => {}
            Some(found) if found.kind != type_def.kind && (parent.as_str() != THING || type_def.kind.is_literal()) => {
                self.problems.push(SchemaProblem::ParentOfOtherKind {
                    type_name,
                    kind: type_def.kind,
                    parent: parent.clone(),
                    parent_kind: found.kind,
                });
            }
            Some(_) => {}
        }
    }

    fn nearest(&mut self, name: &TypeName) -> Option<TypeName> {
        self.hints = self.hints.checked_sub(1)?;
        nearest(name.as_str(), self.known.keys().copied()).map(TypeName::new)
    }

    /// Reports each circle of inheritance once.
    fn cycles(&mut self, types: &[TypeDef]) {
        let mut done: HashSet<&str> = HashSet::new();
        for type_def in types {
            let mut path: Vec<&str> = Vec::new();
            let mut at = self.known.get(type_def.name.as_str()).copied();
            while let Some(here) = at {
                let name = here.name.as_str();
                if let Some(start) = path.iter().position(|seen| *seen == name) {
                    let mut circle: Vec<TypeName> = path.iter().skip(start).map(|name| TypeName::new(*name)).collect();
                    let least =
                        circle.iter().enumerate().min_by_key(|(_, name)| (*name).clone()).map_or(0, |(at, _)| at);
                    circle.rotate_left(least);
                    self.problems.push(SchemaProblem::InheritanceCycle { types: circle });
                    break;
                }
                if done.contains(name) {
                    break;
                }
                path.push(name);
                at = inherit::parent(here).and_then(|parent| self.known.get(parent)).copied();
            }
            done.extend(path);
        }
    }

    fn settings(&mut self, type_def: &TypeDef) {
        let kind = type_def.kind;
        let settings = [
            (type_def.hypernym.is_some() && kind != TypeKind::Concept, "a hypernym predicate"),
            (!type_def.auto_relate.is_off() && kind != TypeKind::Concept, "auto-relate"),
            (type_def.pattern.is_some() && kind != TypeKind::Standard, "a regular expression"),
            (type_def.spread == Spread::On && kind != TypeKind::Standard, "spread"),
            (!type_def.properties.is_empty() && kind.is_literal(), "properties"),
            (kind == TypeKind::Basic && type_def.basic().is_none(), "a definition: basic types are built in"),
        ];
        for (_, what) in settings.into_iter().filter(|(wrong, _)| *wrong) {
            self.problems.push(SchemaProblem::MisplacedSetting { type_name: type_def.name.clone(), kind, what });
        }
        if let Some(pattern) = &type_def.pattern {
            self.pattern(pattern, type_def.name.to_string());
        }
        if let AutoRelate::To(related) = &type_def.auto_relate {
            for object in related {
                let found = self.known.get(object.as_str());
                if found.is_none_or(|found| found.kind != TypeKind::Concept) && !self.strange.contains(object.as_str())
                {
                    let (type_name, object) = (type_def.name.clone(), object.clone());
                    let nearest = if found.is_none() { self.nearest(&object) } else { None };
                    self.problems.push(SchemaProblem::RelatedToNoConcept { type_name, object, nearest });
                }
            }
        }
    }

    fn pattern(&mut self, pattern: &Arc<str>, place: String) {
        if self.patterns.contains_key(pattern) {
            return;
        }
        // Read alone first: `)(` would be valid between our own brackets.
        let built = Regex::new(pattern)
            .and_then(|_| RegexBuilder::new(&format!(r"\A(?:{pattern})\z")).size_limit(PATTERN_LIMIT).build());
        match built {
            Ok(regex) => {
                self.patterns.insert(Arc::clone(pattern), regex);
            }
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or("").trim().trim_start_matches("error: ").to_owned();
                self.problems.push(SchemaProblem::InvalidPattern { place, pattern: pattern.to_string(), reason });
            }
        }
    }

    fn properties(&mut self, type_def: &'t TypeDef) {
        let mut seen = HashSet::new();
        for property in &type_def.properties {
            let place = Place { type_def, property: property.name.to_string() };
            if !seen.insert(&property.name) {
                let (type_name, property) = (type_def.name.clone(), place.property.clone());
                self.problems.push(SchemaProblem::DuplicateProperty { type_name, property });
            }
            self.property(&place, property);
            self.group(type_def, property);
            self.overrides(type_def, property);
            let mut seen = HashSet::new();
            for qualifier in &property.qualifiers {
                let place = Place { type_def, property: format!("{}.{}", property.name, qualifier.name) };
                if !seen.insert(&qualifier.name) {
                    let (type_name, property) = (type_def.name.clone(), place.property.clone());
                    self.problems.push(SchemaProblem::DuplicateProperty { type_name, property });
                }
                self.property(&place, qualifier);
                self.qualifier(&place, qualifier);
            }
        }
    }

    /// What holds for properties and qualifiers alike.
    fn property(&mut self, place: &Place<'_>, property: &PropertyDef) {
        let type_name = || place.type_def.name.clone();
        if NameKey::of(property.name.as_str()).is_empty() {
            self.problems.push(SchemaProblem::EmptyName { type_name: type_name() });
        }
        if property.objects.is_empty() {
            self.problems
                .push(SchemaProblem::NoObjectType { type_name: type_name(), property: place.property.clone() });
        }
        for object in &property.objects {
            let problem = match self.known.get(object.as_str()) {
                None => SchemaProblem::UnknownObjectType {
                    type_name: type_name(),
                    property: place.property.clone(),
                    object: object.clone(),
                    nearest: self.nearest(object),
                },
                Some(found) if property.kind == PropertyKind::Relation && found.kind == TypeKind::Basic => {
                    SchemaProblem::RelationToLiteral {
                        type_name: type_name(),
                        property: place.property.clone(),
                        object: object.clone(),
                    }
                }
                Some(_) => continue,
            };
            self.problems.push(problem);
        }
        for constraint in &property.constraints {
            self.constraint(place, property, constraint);
        }
    }

    fn constraint(&mut self, place: &Place<'_>, property: &PropertyDef, constraint: &Constraint) {
        let objects = || property.objects.iter().filter_map(|object| self.known.get(object.as_str()));
        let literal = objects().all(|object| object.kind.is_literal());
        let why = match constraint {
            Constraint::NotNull | Constraint::MultiValue => None,
            Constraint::Enum(_) if !literal => Some("but its objects are nodes"),
            Constraint::Enum(values) if values.is_empty() => Some("but it allows nothing"),
            Constraint::Enum(values) => {
                let fits = |value: &Value| {
                    objects().any(|object| crate::check::is_basic(value, object.basic().unwrap_or(Basic::Text)))
                };
                (!values.iter().all(fits)).then_some("but not all its values are of the object type")
            }
            Constraint::Regular(_) => {
                let text = |object: &&TypeDef| object.kind == TypeKind::Standard || object.basic() == Some(Basic::Text);
                (!objects().all(text)).then_some("but its objects are no texts")
            }
        };
        if let Some(why) = why {
            self.problems.push(SchemaProblem::MisplacedConstraint {
                type_name: place.type_def.name.clone(),
                property: place.property.clone(),
                constraint: constraint.clone(),
                why,
            });
        }
        if let Constraint::Regular(pattern) = constraint {
            self.pattern(pattern, format!("{}.{}", place.type_def.name, place.property));
        }
    }

    fn qualifier(&mut self, place: &Place<'_>, qualifier: &PropertyDef) {
        let settings =
            [(!qualifier.qualifiers.is_empty(), "sub-properties"), (qualifier.group.is_some(), "a semantic group")];
        for (_, what) in settings.into_iter().filter(|(wrong, _)| *wrong) {
            let (type_name, property) = (place.type_def.name.clone(), place.property.clone());
            self.problems.push(SchemaProblem::NestedQualifier { type_name, property, what });
        }
    }

    fn group(&mut self, type_def: &TypeDef, property: &PropertyDef) {
        let Some(group) = property.group else { return };
        let (type_name, name) = (type_def.name.clone(), property.name.clone());
        if let Some(known) = SemanticPredicate::of(name.as_str())
            && known.group != group
        {
            let expected = known.group;
            self.problems.push(SchemaProblem::WrongGroup { type_name, property: name, group, expected });
            return;
        }
        let objects = property.objects.iter().filter_map(|object| self.known.get(object.as_str()));
        let known = |object: &&&TypeDef| object.name.as_str() != THING && !self.strange.contains(object.name.as_str());
        let mut objects = objects.filter(known);
        if !objects.all(|object| group.connects(type_def.kind, object.kind)) {
            self.problems.push(SchemaProblem::MisplacedGroup { type_name, property: name, group });
        }
    }

    /// A property that is inherited too can only narrow its objects.
    fn overrides(&mut self, type_def: &TypeDef, property: &PropertyDef) {
        let mut steps = 0;
        let mut at = inherit::parent(type_def).and_then(|parent| self.known.get(parent));
        while let Some(ancestor) = at {
            if let Some(inherited) = ancestor.properties.iter().find(|p| p.name == property.name) {
                let narrow =
                    |object: &TypeName| inherited.objects.iter().any(|wide| self.is_a(object.as_str(), wide.as_str()));
                if !property.objects.iter().all(narrow) && !self.is_own_literal(ancestor, inherited, property) {
                    self.problems.push(SchemaProblem::WidenedProperty {
                        type_name: type_def.name.clone(),
                        property: property.name.clone(),
                        ancestor: ancestor.name.clone(),
                    });
                }
                return;
            }
            steps += 1;
            if steps > self.known.len() {
                return;
            }
            at = inherit::parent(ancestor).and_then(|parent| self.known.get(parent));
        }
    }

    /// Whether a property says of literals what every thing has as other literals: an `id`
    /// that is a number.
    fn is_own_literal(&self, ancestor: &TypeDef, inherited: &PropertyDef, property: &PropertyDef) -> bool {
        let literal =
            |object: &TypeName| self.known.get(object.as_str()).is_some_and(|object| object.kind.is_literal());
        ancestor.name.as_str() == THING && inherited.objects.iter().chain(&property.objects).all(literal)
    }

    fn is_a(&self, name: &str, wanted: &str) -> bool {
        let first = self.known.get(name).copied();
        let mut line = std::iter::successors(first, |t| self.known.get(inherit::parent(t)?).copied());
        // Unknown types are reported already; a circle ends after so many steps.
        first.is_none() || line.by_ref().take(self.known.len()).any(|t| t.name.as_str() == wanted)
    }
}
