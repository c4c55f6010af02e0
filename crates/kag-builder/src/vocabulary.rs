//! What the schema, where there is one, says about types, predicates and values.

use std::sync::Arc;

use kag_core::{Predicate, TypeName};

use crate::{Cast, Object};

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

/// The vocabulary that declarations are checked against and values read by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary;

impl Vocabulary {
    pub(crate) fn hash(&self) -> String {
        String::new()
    }

    pub(crate) fn check_type(&self, _: &TypeName) -> Result<(), VocabularyError> {
        Ok(())
    }

    pub(crate) fn check_predicate(&self, _: &TypeName, _: &Predicate) -> Result<(), VocabularyError> {
        Ok(())
    }

    pub(crate) fn check_qualifier(&self, _: &TypeName, _: &Predicate, _: &str) -> Result<(), VocabularyError> {
        Ok(())
    }

    /// `text` as an object of `predicate` on `subject`.
    pub(crate) fn read(&self, _: &TypeName, _: &Predicate, cast: &Cast, text: &str) -> Result<Object, String> {
        cast.read(text).map(Object::Literal).map_err(|error| error.to_string())
    }

    /// `text` as the qualifier `name` of `predicate` on `subject`.
    pub(crate) fn read_qualifier(
        &self,
        _: &TypeName,
        _: &Predicate,
        name: &str,
        cast: &Cast,
        text: &str,
    ) -> Result<Object, String> {
        let cast = if *cast == Cast::Declared && DATES.contains(&name) { &Cast::Date } else { cast };
        cast.read(text).map(Object::Literal).map_err(|error| error.to_string())
    }
}
