//! Checking nodes and facts.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{Fact, NodeId, Predicate, TypeName, Value};

use super::{Broken, Violation, is_basic};
use crate::{
    Basic, Constraint, PropertyDef, Schema, TypeKind,
    model::{THING, find},
};

/// The qualifiers that any fact may have, because they are its time.
const TIME: [&str; 3] = ["from", "until", "at"];

impl Schema {
    /// How `nodes` (with their types) and `facts` break this schema: nothing, where they
    /// are valid.
    ///
    /// Names of types and predicates are compared exactly; one that is an alias is broken,
    /// with the right name as the nearest. `from`, `until` and `at` are allowed on every
    /// fact and hold dates. That a value is missing, or that there are several, is judged
    /// by what is given: give all that is known of a node.
    ///
    /// Violations of facts come first, in the order of the facts; then those of nodes, in
    /// the order of the nodes.
    ///
    /// ```
    /// use kag_core::{Fact, NodeId, NameKey, TypeName};
    /// use kag_schema::{PropertyDef, Schema, TypeDef};
    ///
    /// let schema = Schema::builder("Football")
    ///     .with_type(TypeDef::entity("Club").with_property(PropertyDef::property("founded", "Date")))
    ///     .build()
    ///     .map_err(|problems| format!("{problems:?}"))?;
    /// let club = TypeName::new("Club");
    /// let madrid = NodeId::named(&club, &NameKey::of("皇家马德里"));
    /// let facts = [Fact::new(madrid, "founded", "1902年3月6日")];
    ///
    /// let violations = schema.check([(madrid, &club)], &facts);
    /// assert_eq!(violations.len(), 1);
    /// assert!(violations[0].to_string().ends_with("Date is expected, not a text (it can be cast)"));
    /// # Ok::<(), String>(())
    /// ```
    #[must_use]
    pub fn check<'r>(
        &self,
        nodes: impl IntoIterator<Item = (NodeId, &'r TypeName)>,
        facts: impl IntoIterator<Item = &'r Fact>,
    ) -> Vec<Violation> {
        let nodes: Vec<(NodeId, &TypeName)> = nodes.into_iter().collect();
        let types: BTreeMap<NodeId, &TypeName> = nodes.iter().copied().collect();
        let mut checker = Checker { schema: self, types, objects: BTreeMap::new(), violations: Vec::new() };
        for fact in facts {
            checker.fact(fact);
        }
        for (node, type_name) in nodes {
            checker.node(node, type_name);
        }
        checker.violations
    }
}

struct Checker<'r> {
    schema: &'r Schema,
    types: BTreeMap<NodeId, &'r TypeName>,
    /// The different objects of each node, by predicate.
    objects: BTreeMap<NodeId, BTreeMap<&'r str, Vec<&'r Value>>>,
    violations: Vec<Violation>,
}

impl<'r> Checker<'r> {
    fn node(&mut self, node: NodeId, type_name: &TypeName) {
        let name = type_name.as_str();
        let report = |broken| Violation {
            node,
            type_name: Some(type_name.clone()),
            fact: None,
            predicate: None,
            value: None,
            broken,
        };
        let Some(type_def) = self.schema.get(name) else {
            let meant = self.schema.resolve_type(name).map(|t| &t.name);
            let nearest = meant.or_else(|| self.schema.nearest_type(name)).cloned();
            self.violations.push(report(Broken::UnknownType { nearest }));
            return;
        };
        if !type_def.has_nodes() {
            self.violations.push(report(Broken::NoInstances));
        }
        let none = BTreeMap::new();
        let objects = self.objects.get(&node).unwrap_or(&none);
        for property in self.schema.properties(name) {
            let values = objects.get(property.name.as_str()).map_or(0, Vec::len);
            let broken = match values {
                0 if property.is_required() => Broken::Constraint(Constraint::NotNull),
                2.. if property.is_single_valued() => Broken::SingleValued { values },
                _ => continue,
            };
            self.violations.push(Violation { predicate: Some(property.name.clone()), ..report(broken) });
        }
    }

    fn fact(&mut self, fact: &'r Fact) {
        let type_name = self.types.get(&fact.subject).copied();
        let violation = |broken, value: &Value| Violation {
            node: fact.subject,
            type_name: type_name.cloned(),
            fact: Some(fact.id()),
            predicate: Some(fact.predicate.clone()),
            value: Some(value.clone()),
            broken,
        };
        let objects = self.objects.entry(fact.subject).or_default().entry(fact.predicate.as_str()).or_default();
        if !objects.contains(&&fact.object) {
            objects.push(&fact.object);
        }
        let Some(type_name) = type_name else {
            self.violations.push(violation(Broken::UntypedSubject, &fact.object));
            return;
        };
        // Of a type that is not there nothing can be said; the node is reported.
        let Some(type_def) = self.schema.get(type_name.as_str()) else {
            return;
        };
        let Some(property) = self.schema.property(type_def.name.as_str(), fact.predicate.as_str()) else {
            let broken = self.unknown_predicate(&type_def.name, &fact.predicate);
            self.violations.push(violation(broken, &fact.object));
            return;
        };
        if let Some(broken) = self.value(property, &fact.object) {
            self.violations.push(violation(broken, &fact.object));
        }
        for (name, value) in &fact.qualifiers {
            if let Some(broken) = self.qualifier(property, name, value) {
                self.violations.push(violation(broken, value));
            }
        }
    }

    fn unknown_predicate(&self, type_name: &TypeName, predicate: &Predicate) -> Broken {
        let (type_name, text) = (type_name.as_str(), predicate.as_str());
        let meant = self.schema.resolve_predicate(type_name, text);
        let nearest = meant.or_else(|| self.schema.nearest_predicate(type_name, text)).map(|p| p.name.clone());
        let known_on = self.schema.predicates_named(text).into_iter().map(|(t, _)| t.name.clone()).collect();
        Broken::UnknownPredicate { nearest, known_on }
    }

    fn qualifier(&self, property: &PropertyDef, name: &Arc<str>, value: &Value) -> Option<Broken> {
        let declared = property.qualifiers.iter().find(|q| q.name.as_str() == &**name);
        let broken = match declared {
            Some(qualifier) => match value {
                Value::List(items) if qualifier.is_multi_valued() => {
                    items.iter().find_map(|item| self.value(qualifier, item))
                }
                value => self.value(qualifier, value),
            },
            None if TIME.contains(&&**name) => time(value),
            None => {
                let names = property.qualifiers.iter().map(|q| q.name.as_str());
                let near = find(&property.qualifiers, name)
                    .or_else(|| find(&property.qualifiers, crate::nearest(name, names)?));
                let nearest = near.map(|q| q.name.clone());
                return Some(Broken::UnknownQualifier { qualifier: Arc::clone(name), nearest });
            }
        };
        broken.map(|broken| Broken::Qualifier { qualifier: Arc::clone(name), broken: Box::new(broken) })
    }

    /// What is wrong with `value` as an object of `property`.
    fn value(&self, property: &PropertyDef, value: &Value) -> Option<Broken> {
        let broken = match value {
            Value::Node(node) => self.node_object(property, *node),
            literal => self.literal_object(property, literal),
        };
        broken.or_else(|| {
            let constraint = property.constraints.iter().find(|constraint| !self.holds(constraint, value))?;
            Some(Broken::Constraint(constraint.clone()))
        })
    }

    fn node_object(&self, property: &PropertyDef, node: NodeId) -> Option<Broken> {
        let expected = property.objects.clone();
        // Without any type of nodes among them, the type of this one does not matter.
        if expected.iter().all(|object| self.schema.kind(object.as_str()) == Some(TypeKind::Basic)) {
            let found = Value::Node(node).kind();
            return Some(Broken::ObjectKind { expected, found, cast: None });
        }
        let Some(found) = self.types.get(&node).copied() else {
            return (expected.iter().all(|object| object.as_str() != THING) || property.group.is_some())
                .then_some(Broken::UntypedObject);
        };
        // An unknown type is reported at its node.
        let kind = self.schema.kind(found.as_str())?;
        if self.schema.accepts(property, found.as_str()) {
            return None;
        }
        Some(match property.group.filter(|group| !group.leads_to(kind)) {
            Some(group) => Broken::Group { group, found: found.clone() },
            None => Broken::ObjectType { expected, found: found.clone() },
        })
    }

    fn literal_object(&self, property: &PropertyDef, value: &Value) -> Option<Broken> {
        let mut broken = None;
        for object in &property.objects {
            match self.schema.get(object.as_str()) {
                Some(t) if t.basic().is_some_and(|basic| is_basic(value, basic)) => return None,
                Some(t) if t.kind == TypeKind::Standard => match (value, &t.pattern) {
                    (Value::Text(text), Some(pattern)) if !self.schema.matches(pattern, text) => {
                        broken = Some(Broken::StandardForm { standard: object.clone() });
                    }
                    (Value::Text(_), _) => return None,
                    _ => {}
                },
                _ => {}
            }
        }
        broken.or_else(|| {
            let mut basics = property.objects.iter().filter_map(|object| self.schema.get(object.as_str())?.basic());
            let cast = basics.find_map(|basic| Schema::cast(value, basic).ok());
            Some(Broken::ObjectKind { expected: property.objects.clone(), found: value.kind(), cast })
        })
    }

    fn holds(&self, constraint: &Constraint, value: &Value) -> bool {
        match constraint {
            Constraint::NotNull | Constraint::MultiValue => true,
            Constraint::Enum(values) => values.contains(value),
            Constraint::Regular(pattern) => match value {
                Value::Text(text) => self.schema.matches(pattern, text),
                _ => false,
            },
        }
    }
}

/// What is wrong with `value` as a time of a fact.
fn time(value: &Value) -> Option<Broken> {
    (!is_basic(value, Basic::Date)).then(|| Broken::ObjectKind {
        expected: vec![TypeName::new(Basic::Date.name())],
        found: value.kind(),
        cast: Schema::cast(value, Basic::Date).ok(),
    })
}
