//! Finding what differs.

use std::collections::HashMap;

use kag_core::{Predicate, TypeName};

use super::{ChangeKind, Effect, SchemaChange};
use crate::{
    Constraint, Hypernym, Instances, Labels, PropertyDef, PropertyKind, Schema, Spread, THING, TypeDef, TypeKind,
};

/// What a property of an event is called that says who or what it is about.
const SUBJECT: &str = "subject";

pub(super) fn compare(old: &Schema, new: &Schema) -> Vec<SchemaChange> {
    let mut comparer = Comparer { old, new, at: Place::default(), changes: Vec::new() };
    if old.namespace() != new.namespace() {
        let (from, to) = (old.namespace().to_owned(), new.namespace().to_owned());
        comparer.add(ChangeKind::Namespace { from, to }, Effect::Safe("names of records have no namespace"));
    }
    let before: HashMap<&TypeName, &TypeDef> = old.types().map(|type_def| (&type_def.name, type_def)).collect();
    for type_def in new.types() {
        comparer.at = Place { type_name: Some(type_def.name.clone()), ..Place::default() };
        match before.get(&type_def.name) {
            Some(before) => comparer.type_def(before, type_def),
            None => comparer.add(ChangeKind::TypeAdded(type_def.kind), Effect::Safe("there are no records of it yet")),
        }
    }
    let after: HashMap<&TypeName, &TypeDef> = new.types().map(|type_def| (&type_def.name, type_def)).collect();
    for type_def in old.types().filter(|type_def| !after.contains_key(&type_def.name)) {
        comparer.at = Place { type_name: Some(type_def.name.clone()), ..Place::default() };
        let effect = Effect::NeedsReindex("its records no longer fit; documents that have them are built again");
        comparer.add(ChangeKind::TypeRemoved(type_def.kind), effect);
    }
    comparer.changes
}

#[derive(Clone, Default)]
struct Place {
    type_name: Option<TypeName>,
    property: Option<Predicate>,
    qualifier: Option<Predicate>,
}

struct Comparer<'s> {
    old: &'s Schema,
    new: &'s Schema,
    at: Place,
    changes: Vec<SchemaChange>,
}

impl Comparer<'_> {
    fn add(&mut self, kind: ChangeKind, effect: Effect) {
        let Place { type_name, property, qualifier } = self.at.clone();
        self.changes.push(SchemaChange { type_name, property, qualifier, kind, effect });
    }

    fn type_def(&mut self, old: &TypeDef, new: &TypeDef) {
        self.structure(old, new);
        self.form(old, new);
        self.labels(&old.labels, &new.labels);
        if old.rules != new.rules {
            self.rule();
        }
        self.properties(old, new);
    }

    /// What stored records of a type are made by.
    fn structure(&mut self, old: &TypeDef, new: &TypeDef) {
        if old.kind != new.kind {
            let effect = Effect::Refused(match old.kind {
                TypeKind::Entity => "its nodes were made as EntityType; remove the type and declare it anew",
                TypeKind::Event => "its nodes were made as EventType; remove the type and declare it anew",
                TypeKind::Concept => "its nodes were made as ConceptType; remove the type and declare it anew",
                TypeKind::Standard => "its values were made as StandardType; remove the type and declare it anew",
                TypeKind::Index => "its nodes were made as IndexType; remove the type and declare it anew",
                TypeKind::Basic => "its values were made as BasicType; remove the type and declare it anew",
            });
            self.add(ChangeKind::Kind { from: old.kind, to: new.kind }, effect);
        }
        let parent = |type_def: &TypeDef| type_def.parent.clone().filter(|parent| parent.as_str() != THING);
        if parent(old) != parent(new) {
            let effect = Effect::Refused("what it inherits would change; remove the type and declare it anew");
            self.add(ChangeKind::Parent { from: parent(old), to: parent(new) }, effect);
        }
        let (from, to) = (hypernym(self.old, old), hypernym(self.new, new));
        if old.kind == TypeKind::Concept && new.kind == TypeKind::Concept && from != to {
            let effect = Effect::Refused("its concepts are ordered by it; remove the type and declare it anew");
            self.add(ChangeKind::Hypernym { from, to }, effect);
        }
        if old.spread != new.spread && old.kind == new.kind {
            let effect = Effect::Refused(match new.spread {
                Spread::On => "its values were not made nodes; remove the type and declare it anew",
                Spread::Off => "its values were made nodes; remove the type and declare it anew",
            });
            self.add(ChangeKind::Spread { from: old.spread, to: new.spread }, effect);
        }
    }

    /// What its values must match, whether it is abstract, how its concepts are related.
    fn form(&mut self, old: &TypeDef, new: &TypeDef) {
        if old.pattern != new.pattern {
            let text = |type_def: &TypeDef| type_def.pattern.as_ref().map(ToString::to_string);
            let effect = match new.pattern {
                None => Effect::Safe("any value that was allowed is allowed"),
                Some(_) => Effect::NeedsReindex("stored values are checked against it"),
            };
            self.add(ChangeKind::Pattern { from: text(old), to: text(new) }, effect);
        }
        if old.instances != new.instances {
            let effect = match new.instances {
                Instances::Own => Effect::Safe("it can have records of its own from now on"),
                Instances::Inherited => Effect::NeedsReindex("records of exactly this type no longer fit"),
            };
            self.add(ChangeKind::Instances, effect);
        }
        if old.auto_relate != new.auto_relate {
            let effect = if new.auto_relate.is_off() {
                Effect::NeedsReindex("facts of relations that are not declared no longer fit")
            } else {
                Effect::Safe("concepts can be related in more ways")
            };
            self.add(ChangeKind::AutoRelate, effect);
        }
    }

    fn labels(&mut self, old: &Labels, new: &Labels) {
        if old != new {
            self.add(ChangeKind::Labels, Effect::Safe("names are looked up in the schema, not stored"));
        }
    }

    fn rule(&mut self) {
        self.add(ChangeKind::Rule, Effect::Safe("what it derives is derived again by the new rule"));
    }

    fn properties(&mut self, old: &TypeDef, new: &TypeDef) {
        let before: HashMap<&Predicate, &PropertyDef> = old.properties.iter().map(|p| (&p.name, p)).collect();
        let after: HashMap<&Predicate, &PropertyDef> = new.properties.iter().map(|p| (&p.name, p)).collect();
        let start = self.changes.len();
        for property in &new.properties {
            self.at.property = Some(property.name.clone());
            match before.get(&property.name) {
                Some(before) => self.property(before, property),
                None => self.added(property),
            }
        }
        for property in old.properties.iter().filter(|property| !after.contains_key(&property.name)) {
            self.at.property = Some(property.name.clone());
            let effect = if property.name.as_str() == SUBJECT && old.kind == TypeKind::Event {
                Effect::Refused("an event without its subject says nothing; keep it, or remove the type")
            } else {
                Effect::NeedsReindex("its facts no longer fit; documents that have them are built again")
            };
            self.add(ChangeKind::PropertyRemoved, effect);
        }
        self.at.property = None;
        self.refuse_inherited(new, start);
    }

    /// Refuses what changes the facts of types that inherit.
    fn refuse_inherited(&mut self, type_def: &TypeDef, start: usize) {
        let name = type_def.name.as_str();
        let inherited = self.old.descendants(name).any(|below| self.new.is_a(below.name.as_str(), name));
        if !inherited {
            return;
        }
        for change in self.changes.iter_mut().skip(start) {
            let harmless = matches!(change.kind, ChangeKind::Labels | ChangeKind::Rule);
            if !harmless && !matches!(change.effect, Effect::Refused(_)) {
                change.effect =
                    Effect::Refused("other types inherit it; change it in each of them, or remove those first");
            }
        }
    }

    fn added(&mut self, property: &PropertyDef) {
        let effect = if property.is_required() {
            Effect::NeedsReindex("stored records lack it, and it must not be missing")
        } else if property.index.is_some() {
            Effect::NeedsReindex("an index is built for it")
        } else {
            Effect::Safe("there are no facts of it yet")
        };
        self.add(ChangeKind::PropertyAdded, effect);
    }

    fn property(&mut self, old: &PropertyDef, new: &PropertyDef) {
        self.fact(old, new);
        if old.index != new.index {
            let effect = match new.index {
                Some(_) => Effect::NeedsReindex("the index is built again"),
                None => Effect::NeedsReindex("the index is dropped"),
            };
            self.add(ChangeKind::Index { from: old.index, to: new.index }, effect);
        }
        if old.group != new.group {
            let effect = Effect::NeedsReindex("what follows from its facts is derived again");
            self.add(ChangeKind::Group { from: old.group, to: new.group }, effect);
        }
        if old.rule != new.rule {
            match (&old.rule, &new.rule) {
                (None, Some(_)) => {
                    let effect = Effect::Safe("its facts are derived from now on; stored ones are kept beside them");
                    self.add(ChangeKind::Rule, effect);
                }
                (Some(_), None) => {
                    self.add(ChangeKind::Rule, Effect::Safe("what it derived is no longer derived"));
                }
                _ => self.rule(),
            }
        }
        self.qualifiers(old, new);
    }

    fn qualifiers(&mut self, old: &PropertyDef, new: &PropertyDef) {
        for qualifier in &new.qualifiers {
            self.at.qualifier = Some(qualifier.name.clone());
            match old.qualifiers.iter().find(|before| before.name == qualifier.name) {
                Some(before) => self.fact(before, qualifier),
                None => self.added(qualifier),
            }
        }
        let gone = |before: &&PropertyDef| new.qualifiers.iter().all(|qualifier| qualifier.name != before.name);
        for qualifier in old.qualifiers.iter().filter(gone) {
            self.at.qualifier = Some(qualifier.name.clone());
            let effect = Effect::NeedsReindex("facts are told apart by what they say of themselves");
            self.add(ChangeKind::PropertyRemoved, effect);
        }
        self.at.qualifier = None;
    }

    /// What properties and sub-properties have in common.
    fn fact(&mut self, old: &PropertyDef, new: &PropertyDef) {
        if old.kind != new.kind {
            let effect = match new.kind {
                PropertyKind::Property => Effect::Safe("its facts stay as they are"),
                PropertyKind::Relation => Effect::Safe("its facts stay as they are, and connect"),
            };
            self.add(ChangeKind::PropertyKind { from: old.kind, to: new.kind }, effect);
        }
        self.objects(old, new);
        self.constraints(old, new);
        self.labels(&old.labels, &new.labels);
    }

    fn objects(&mut self, old: &PropertyDef, new: &PropertyDef) {
        let allows = |wider: &PropertyDef, object: &TypeName| {
            wider.objects.iter().any(|wide| self.new.is_a(object.as_str(), wide.as_str()) || wide == object)
        };
        let wider = old.objects.iter().all(|object| allows(new, object));
        let narrower = new.objects.iter().all(|object| allows(old, object));
        if wider && narrower && old.objects.len() == new.objects.len() {
            return;
        }
        let effect = if wider {
            Effect::Safe("whatever was allowed is allowed")
        } else {
            Effect::NeedsReindex("stored facts are read again as the new types")
        };
        self.add(ChangeKind::Objects { from: old.objects.clone(), to: new.objects.clone() }, effect);
    }

    fn constraints(&mut self, old: &PropertyDef, new: &PropertyDef) {
        for constraint in new.constraints.iter().filter(|constraint| !old.constraints.contains(constraint)) {
            let effect = match constraint {
                Constraint::MultiValue => Effect::Safe("several values are allowed from now on"),
                Constraint::Enum(values) if widens(values, old) => Effect::Safe("whatever was allowed is allowed"),
                _ => Effect::NeedsReindex("stored facts are checked against it"),
            };
            self.add(ChangeKind::ConstraintAdded(constraint.clone()), effect);
        }
        for constraint in old.constraints.iter().filter(|constraint| !new.constraints.contains(constraint)) {
            let effect = match constraint {
                Constraint::MultiValue => Effect::NeedsReindex("of several stored values one is allowed"),
                _ => Effect::Safe("less must hold than before"),
            };
            self.add(ChangeKind::ConstraintRemoved(constraint.clone()), effect);
        }
    }
}

/// Whether every value that `old` allowed is among `values`.
fn widens(values: &[kag_core::Value], old: &PropertyDef) -> bool {
    old.constraints.iter().any(
        |constraint| matches!(constraint, Constraint::Enum(before) if before.iter().all(|value| values.contains(value))),
    )
}

/// The predicate that orders the concepts of a type.
fn hypernym(schema: &Schema, type_def: &TypeDef) -> Hypernym {
    let above = schema.ancestors(type_def.name.as_str()).find_map(|ancestor| ancestor.hypernym);
    type_def.hypernym.or(above).unwrap_or(Hypernym::IsA)
}
