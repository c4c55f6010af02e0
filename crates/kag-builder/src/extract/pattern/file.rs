//! Patterns in a file.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::TypeName;
use serde::Deserialize;

use super::{Pattern, Patterns};
use crate::{AmbiguousName, OfficialNames};

/// A text that is no set of patterns.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PatternFileError {
    /// It is not JSON of this form; the reason says where.
    #[error("the patterns cannot be read")]
    Form(#[from] serde_json::Error),
    /// One spelling is listed for two names.
    #[error("the names for the patterns are ambiguous")]
    Names(#[from] AmbiguousName),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Arc<str>,
    #[serde(default)]
    names: BTreeMap<TypeName, BTreeMap<Arc<str>, Vec<Arc<str>>>>,
    #[serde(default)]
    subjects: Vec<Subject>,
    patterns: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    #[serde(rename = "type")]
    type_name: TypeName,
    expression: Arc<str>,
}

impl Patterns {
    /// The patterns in `json`: an object of `name`, `patterns`, and, where they are needed, `names`
    /// (type, official name, other spellings) and `subjects` (`type` and `expression`, as
    /// [`with_subject`](Self::with_subject) takes them).
    ///
    /// The members of `patterns` are [`Pattern`]s. `object` is `{"entity": TYPE}`, `{"value": CAST}` or
    /// `{"constant": VALUE}`, and what the schema declares where it is missing; all but `predicate`,
    /// `subject_type` and `expression` may be missing.
    ///
    /// ```
    /// use kag_builder::Patterns;
    ///
    /// let json = r#"{
    ///   "name": "clubs",
    ///   "names": {"Club": {"皇家马德里": ["皇马", "Real Madrid"]}},
    ///   "subjects": [{"type": "Person", "expression": "球员(?<subject>\\p{Han}{2,4})"}],
    ///   "patterns": [
    ///     {"predicate": "founded", "subject_type": "Club", "object": {"value": "date"},
    ///      "expression": "(?<subject>{{Club}})成立于(?<object>\\d{4}年)"},
    ///     {"predicate": "playsFor", "subject_type": "Person", "subject": "nearest_or_title", "object": {"entity": "Club"},
    ///      "expression": "(?<from>\\d{4})年加盟(?<object>{{Club}})", "within": "sentence"}
    ///   ]}"#;
    /// let extractor = Patterns::from_json(json)?.compile()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`PatternFileError`]; whether the expressions are any is seen by [`compile`](Self::compile).
    pub fn from_json(json: &str) -> Result<Self, PatternFileError> {
        let file: File = serde_json::from_str(json)?;
        let mut names = OfficialNames::new();
        for (type_name, listed) in file.names {
            for (official, spellings) in listed {
                names = names.with(type_name.clone(), official, spellings)?;
            }
        }
        let patterns = file.patterns.into_iter().fold(Self::new(file.name).with_names(names), Self::with);
        Ok(file
            .subjects
            .into_iter()
            .fold(patterns, |all, subject| all.with_subject(subject.type_name, subject.expression)))
    }
}
