//! What the schema, where there is one, says about types, predicates and values.

use std::sync::Arc;

use kag_core::{ContentHash, NameKey, Predicate, TypeName, Value};
use kag_schema::{Basic, Hypernym, PropertyDef, Schema, TypeKind, nearest};

use crate::{Cast, EntityRef, Object};

/// A declaration that speaks of what the schema does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VocabularyError {
    /// The schema has no such type.
    #[error("the schema has no type {name:?}{}", hint(nearest.as_deref()))]
    UnknownType {
        /// The type.
        name: Arc<str>,
        /// The nearest that the schema has.
        nearest: Option<Arc<str>>,
    },
    /// The schema has no such predicate or qualifier there.
    #[error("the schema has no {name:?} on {on:?}{}", hint(nearest.as_deref()))]
    UnknownPredicate {
        /// The predicate or qualifier.
        name: Arc<str>,
        /// The type or predicate that should have it.
        on: Arc<str>,
        /// The nearest that it has.
        nearest: Option<Arc<str>>,
    },
}

/// What to say of the nearest name.
pub(crate) fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest:?}"))
}

/// The qualifiers that are dates without a schema (see [`kag_core::Qualifiers`]).
const DATES: [&str; 3] = ["from", "until", "at"];

/// The vocabulary that declarations are checked against and values read by: that of the
/// schema, or without one whatever the host says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    schema: Option<Arc<Schema>>,
}

impl Vocabulary {
    pub(crate) fn of(schema: Arc<Schema>) -> Self {
        Self { schema: Some(schema) }
    }

    /// A hash of the schema; empty without one.
    pub(crate) fn hash(&self) -> String {
        self.schema.as_deref().map_or_else(String::new, |schema| hash(schema).to_string())
    }

    pub(crate) fn check_type(&self, name: &TypeName) -> Result<(), VocabularyError> {
        let Some(schema) = self.schema.as_deref() else { return Ok(()) };
        if schema.get(name.as_str()).is_some() {
            return Ok(());
        }
        let meant = schema.resolve_type(name.as_str()).map(|known| &known.name);
        let nearest = meant.or_else(|| schema.nearest_type(name.as_str())).map(|near| near.as_str().into());
        Err(VocabularyError::UnknownType { name: name.as_str().into(), nearest })
    }

    pub(crate) fn check_predicate(&self, subject: &TypeName, predicate: &Predicate) -> Result<(), VocabularyError> {
        let Some(schema) = self.schema.as_deref() else { return Ok(()) };
        let (on, name) = (subject.as_str(), predicate.as_str());
        if schema.property(on, name).is_some() {
            return Ok(());
        }
        let near = schema.resolve_predicate(on, name).or_else(|| schema.nearest_predicate(on, name));
        let nearest = near.map(|near| near.name.as_str().into());
        Err(VocabularyError::UnknownPredicate { name: name.into(), on: on.into(), nearest })
    }

    pub(crate) fn check_qualifier(
        &self,
        subject: &TypeName,
        predicate: &Predicate,
        name: &str,
    ) -> Result<(), VocabularyError> {
        if self.schema.is_none() || DATES.contains(&name) || self.qualifier(subject, predicate, name).is_some() {
            return Ok(());
        }
        let known = self.property(subject, predicate).map_or(&[][..], |property| &property.qualifiers);
        let nearest = nearest(name, known.iter().map(|qualifier| qualifier.name.as_str())).map(Into::into);
        Err(VocabularyError::UnknownPredicate { name: name.into(), on: predicate.as_str().into(), nearest })
    }

    /// `text` as an object of `predicate` on `subject`.
    pub(crate) fn read(
        &self,
        subject: &TypeName,
        predicate: &Predicate,
        cast: &Cast,
        text: &str,
    ) -> Result<Object, String> {
        let declared = self.property(subject, predicate).filter(|_| *cast == Cast::Declared);
        self.read_as(declared, cast, text)
    }

    /// `text` as the qualifier `name` of `predicate` on `subject`.
    pub(crate) fn read_qualifier(
        &self,
        subject: &TypeName,
        predicate: &Predicate,
        name: &str,
        cast: &Cast,
        text: &str,
    ) -> Result<Object, String> {
        let declared = self.qualifier(subject, predicate, name).filter(|_| *cast == Cast::Declared);
        let dated = declared.is_none() && *cast == Cast::Declared && DATES.contains(&name);
        self.read_as(declared, if dated { &Cast::Date } else { cast }, text)
    }

    /// The predicate that orders the concepts of `name`; `None` where it is no concept type.
    pub(crate) fn hypernym(&self, name: &TypeName) -> Option<Predicate> {
        let schema = self.schema.as_deref()?;
        let type_def = schema.get(name.as_str()).filter(|type_def| type_def.kind == TypeKind::Concept)?;
        let mut line = std::iter::once(type_def).chain(schema.ancestors(name.as_str()));
        let hypernym = line.find_map(|type_def| type_def.hypernym).unwrap_or(Hypernym::IsA);
        Some(Predicate::new(hypernym.name()))
    }

    fn read_as(&self, declared: Option<&PropertyDef>, cast: &Cast, text: &str) -> Result<Object, String> {
        match (declared, self.schema.as_deref()) {
            (Some(property), Some(schema)) => declared_value(schema, property, text.trim()),
            _ => cast.read(text).map(Object::Literal).map_err(|error| error.to_string()),
        }
    }

    fn property(&self, subject: &TypeName, predicate: &Predicate) -> Option<&PropertyDef> {
        self.schema.as_deref()?.property(subject.as_str(), predicate.as_str())
    }

    fn qualifier(&self, subject: &TypeName, predicate: &Predicate, name: &str) -> Option<&PropertyDef> {
        let property = self.property(subject, predicate)?;
        property.qualifiers.iter().find(|qualifier| qualifier.name.as_str() == name)
    }
}

/// `text` as the first kind of object that `property` declares and that it can be read as.
fn declared_value(schema: &Schema, property: &PropertyDef, text: &str) -> Result<Object, String> {
    let mut problem = None;
    for object in &property.objects {
        if let Some(basic) = Basic::of(object.as_str()) {
            match Schema::cast(&Value::from(text), basic) {
                Ok(value) => return Ok(Object::Literal(value)),
                Err(error) => problem = problem.or_else(|| Some(error.to_string())),
            }
        } else if schema.is_literal(object.as_str()) {
            return Ok(Object::Literal(Value::from(text)));
        } else if NameKey::of(text).is_empty() {
            problem = Some(format!("no name of a {object}"));
        } else {
            return Ok(Object::Entity(EntityRef::new(object.clone(), text)));
        }
    }
    Err(problem.unwrap_or_else(|| "the schema declares no object".to_owned()))
}

/// A hash of all that `schema` says.
pub(crate) fn hash(schema: &Schema) -> ContentHash {
    // A schema of plain data always serialises.
    ContentHash::of(serde_json::to_vec(schema).unwrap_or_default())
}
