//! Types, predicates and properties against a schema.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{Span, TypeName};
use kag_schema::{Diagnostic, PropertyDef, Schema, Severity};

use super::super::{Constraint, Plan, Retrieval, Role, Term, Var};

/// The types a variable can have, as far as they are known.
type Types = BTreeSet<TypeName>;

/// Qualifiers that every fact can have: those of its time.
const TIMES: [&str; 5] = [Constraint::TIME, "时间", "from", "until", "at"];

pub(super) fn check(plan: &Plan, schema: &Schema) -> Vec<Diagnostic> {
    let mut checker = Checker { schema, types: BTreeMap::new(), found: Vec::new() };
    // In the order of running, so that a step knows the types of what it starts from.
    for place in plan.levels().into_iter().flatten() {
        if let Some(retrieval) = plan.steps.get(place).and_then(|step| step.op.as_retrieval()) {
            checker.retrieval(retrieval);
        }
    }
    checker.found
}

struct Checker<'s> {
    schema: &'s Schema,
    types: BTreeMap<Var, Types>,
    found: Vec<Diagnostic>,
}

impl<'s> Checker<'s> {
    fn retrieval(&mut self, retrieval: &Retrieval) {
        let subject = self.term(&retrieval.subject);
        let object = self.term(&retrieval.object);
        let mut properties = Vec::new();
        for name in &retrieval.predicate.names {
            let place = retrieval.predicate.place.0;
            properties.extend(self.predicate(name.as_str(), place, &subject, &object));
        }
        self.infer(&retrieval.object, &properties);
        for constraint in &retrieval.constraints {
            match constraint.on {
                Role::Subject => self.property(constraint, &subject),
                Role::Object => self.property(constraint, &object),
                Role::Predicate => self.qualifier(constraint, &properties),
            }
        }
    }

    /// The known types of a term; unknown ones are reported.
    fn term(&mut self, term: &Term) -> Types {
        let mut known = Types::new();
        for name in &term.types {
            match self.schema.resolve_type(name.as_str()) {
                Some(type_def) => {
                    known.insert(type_def.name.clone());
                }
                None => {
                    let near = self.schema.nearest_type(name.as_str()).map(TypeName::as_str);
                    self.unknown(term.place.0, format!("the schema has no type `{name}`"), near);
                }
            }
        }
        if let Some(var) = &term.var {
            if known.is_empty() {
                return self.types.get(var).cloned().unwrap_or_default();
            }
            self.types.entry(var.clone()).or_default().extend(known.iter().cloned());
        }
        known
    }

    /// What a predicate leads to becomes the type of an object of which nothing is known.
    fn infer(&mut self, object: &Term, properties: &[&PropertyDef]) {
        let Some(var) = object.var.as_ref().filter(|_| object.types.is_empty()) else {
            return;
        };
        let objects = properties.iter().flat_map(|property| &property.objects);
        let entry = self.types.entry(var.clone()).or_default();
        if entry.is_empty() {
            entry.extend(objects.cloned());
        }
    }

    /// The definitions of a predicate for these subjects; what does not fit is reported.
    fn predicate(&mut self, name: &str, place: Span, subject: &Types, object: &Types) -> Vec<&'s PropertyDef> {
        let schema = self.schema;
        let forward = self.of_types(subject, name);
        if !forward.is_empty() {
            let leads = |to: &TypeName| forward.iter().any(|property| meets(schema, property, to));
            if !object.is_empty() && !object.iter().any(leads) {
                let to: BTreeSet<&str> =
                    forward.iter().flat_map(|property| property.objects.iter().map(TypeName::as_str)).collect();
                let to = to.into_iter().collect::<Vec<_>>().join(", ");
                self.found.push(Diagnostic::warning(place, format!("`{name}` leads to {to}")));
            }
            return forward;
        }
        let named = schema.predicates_named(name);
        if subject.is_empty() && !named.is_empty() {
            return named.into_iter().map(|(_, property)| property).collect();
        }
        let backward = self.of_types(object, name);
        if backward.iter().any(|property| subject.iter().any(|to| meets(schema, property, to))) {
            let warning = Diagnostic::warning(place, format!("`{name}` points the other way"));
            self.found.push(warning.with_hint("exchange `s` and `o`"));
        } else if named.is_empty() {
            let of_subject = subject.iter().find_map(|subject| schema.nearest_predicate(subject.as_str(), name));
            let near = of_subject.map(|property| property.name.as_str());
            self.unknown(place, format!("the schema has no predicate `{name}`"), near);
        } else {
            let owners: Vec<&str> = named.iter().map(|(owner, _)| owner.name.as_str()).collect();
            let message = format!("`{name}` is no predicate of {}", join(subject));
            let hint = format!("it is one of {}", owners.join(", "));
            self.found.push(Diagnostic::warning(place, message).with_hint(hint));
        }
        backward
    }

    /// A property of one of `types` must have the constraint's name.
    fn property(&mut self, constraint: &Constraint, types: &Types) {
        let name = &constraint.property;
        if types.is_empty() || is_name(name) || !self.of_types(types, name).is_empty() {
            return;
        }
        let near = types.iter().find_map(|of| self.schema.nearest_predicate(of.as_str(), name));
        let near = near.map(|property| property.name.as_str());
        self.unknown(constraint.place.0, format!("{} has no property `{name}`", join(types)), near);
    }

    /// A qualifier of one of `properties` must have the constraint's name.
    fn qualifier(&mut self, constraint: &Constraint, properties: &[&'s PropertyDef]) {
        let name = &*constraint.property;
        let mut qualifiers = properties.iter().flat_map(|property| &property.qualifiers);
        if properties.is_empty() || TIMES.contains(&name) || qualifiers.any(|qualifier| called(qualifier, name)) {
            return;
        }
        let all = properties.iter().flat_map(|property| &property.qualifiers);
        let near = kag_schema::nearest(name, all.map(|qualifier| qualifier.name.as_str()));
        let message = format!("the predicate has no qualifier `{name}`");
        self.unknown(constraint.place.0, message, near);
    }

    /// The definitions called `name` of these types or of types that inherit from them.
    fn of_types(&self, types: &Types, name: &str) -> Vec<&'s PropertyDef> {
        let schema = self.schema;
        let mut found: Vec<&PropertyDef> = Vec::new();
        for of in types {
            let own = schema.resolve_predicate(of.as_str(), name);
            let below = schema.descendants(of.as_str());
            let below = below.filter_map(|type_def| schema.resolve_predicate(type_def.name.as_str(), name));
            for property in own.into_iter().chain(below) {
                if !found.contains(&property) {
                    found.push(property);
                }
            }
        }
        found
    }

    /// What the schema does not know is a slip where something near is known, and else
    /// knowledge that was extracted freely may know it.
    fn unknown(&mut self, place: Span, message: String, near: Option<&str>) {
        self.found.push(match near {
            Some(near) => Diagnostic::error(place, message).with_hint(format!("did you mean `{near}`?")),
            None => Diagnostic::new(Severity::Warning, place, message),
        });
    }
}

/// Whether an object of the type `to` can be one of `property`, or can be of such a type.
fn meets(schema: &Schema, property: &PropertyDef, to: &TypeName) -> bool {
    let above = |object: &TypeName| schema.is_a(object.as_str(), to.as_str());
    schema.accepts(property, to.as_str()) || property.objects.iter().any(above)
}

fn called(property: &PropertyDef, name: &str) -> bool {
    let is = |text: &str| kag_core::NameKey::of(text) == kag_core::NameKey::of(name);
    let mut labels = property.labels.all().map(|label: &Arc<str>| &**label);
    is(property.name.as_str()) || labels.any(is)
}

/// Whether a property is the node's own name, which no schema declares.
fn is_name(property: &str) -> bool {
    ["name", "id", "alias", "名称", "别名"].iter().any(|known| known.eq_ignore_ascii_case(property))
}

fn join(types: &Types) -> String {
    types.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
