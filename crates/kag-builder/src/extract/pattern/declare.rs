//! Patterns as the host declares them.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{Layer, Predicate, TypeName, Value};
use kag_schema::Schema;
use serde::{Deserialize, Serialize};

use super::{PatternError, PatternExtractor, compile};
use crate::{Cast, OfficialNames, vocabulary::Vocabulary};

/// Where the subject of a pattern comes from when the group `subject` did not match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectOf {
    /// Nowhere: the expression must have the group.
    #[default]
    Match,
    /// The document is about it: its title.
    Title,
    /// The last thing of the subject's type that a subject pattern ([`Patterns::with_subject`])
    /// matched in the chunk before this match.
    Nearest,
    /// As [`Nearest`](Self::Nearest), or the title where nothing was matched before.
    NearestOrTitle,
    /// Always this.
    Constant(Arc<str>),
}

/// What the object of a pattern is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectOf {
    /// The group `object` names an entity of this type.
    Entity(TypeName),
    /// The group `object` is a value.
    Value(Cast),
    /// Always this.
    Constant(Value),
}

impl Default for ObjectOf {
    /// A value, as the schema declares.
    fn default() -> Self {
        Self::Value(Cast::Declared)
    }
}

/// How much text a match may span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// As much as the expression takes (`.` stops at the end of a line).
    #[default]
    Chunk,
    /// One sentence.
    Sentence,
}

/// One way to say one predicate: a regular expression whose named groups are `subject`,
/// `object` and qualifiers such as `from`, `until`, `at`, `role`.
///
/// The expression is one of the `regex` crate. `{{Club}}` in it stands for any spelling that
/// the official names list for the type `Club`. A qualifier is read as the schema declares,
/// `from`, `until` and `at` as dates without one. Evidence is the whole match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Pattern {
    /// What it says.
    pub predicate: Predicate,
    /// The type of the subject.
    pub subject_type: TypeName,
    /// Where the subject comes from when the group `subject` did not match.
    #[serde(default)]
    pub subject: SubjectOf,
    /// What the object is.
    #[serde(default)]
    pub object: ObjectOf,
    /// Whether the group `object` is a list ([`split_list`](crate::split_list)): one fact a member.
    #[serde(default)]
    pub list: bool,
    /// The regular expression.
    pub expression: Arc<str>,
    /// How qualifiers are read.
    #[serde(default)]
    pub casts: BTreeMap<Arc<str>, Cast>,
    /// Qualifiers that every match has.
    #[serde(default)]
    pub constants: BTreeMap<Arc<str>, Value>,
    /// How much text a match may span.
    #[serde(default)]
    pub within: Within,
}

impl Pattern {
    /// A pattern for an edge between two entities.
    #[must_use]
    pub fn relation(
        predicate: impl Into<Predicate>,
        subject_type: impl Into<TypeName>,
        object_type: impl Into<TypeName>,
        expression: impl Into<Arc<str>>,
    ) -> Self {
        Self {
            predicate: predicate.into(),
            subject_type: subject_type.into(),
            subject: SubjectOf::Match,
            object: ObjectOf::Entity(object_type.into()),
            list: false,
            expression: expression.into(),
            casts: BTreeMap::new(),
            constants: BTreeMap::new(),
            within: Within::Chunk,
        }
    }

    /// A pattern for a value of an entity.
    #[must_use]
    pub fn property(
        predicate: impl Into<Predicate>,
        subject_type: impl Into<TypeName>,
        expression: impl Into<Arc<str>>,
    ) -> Self {
        let mut pattern = Self::relation(predicate, subject_type, "", expression);
        pattern.object = ObjectOf::Value(Cast::Declared);
        pattern
    }

    /// The same pattern with another source of the subject.
    #[must_use]
    pub fn with_subject(mut self, subject: SubjectOf) -> Self {
        self.subject = subject;
        self
    }

    /// The same pattern, its object read as `cast`.
    #[must_use]
    pub fn with_cast(mut self, cast: Cast) -> Self {
        self.object = ObjectOf::Value(cast);
        self
    }

    /// The same pattern, its object always `value`.
    #[must_use]
    pub fn with_constant(mut self, value: impl Into<Value>) -> Self {
        self.object = ObjectOf::Constant(value.into());
        self
    }

    /// The same pattern, one fact for each member of the list that `object` is.
    #[must_use]
    pub fn with_list(mut self) -> Self {
        self.list = true;
        self
    }

    /// The same pattern, its group `qualifier` read as `cast`.
    #[must_use]
    pub fn with_qualifier_cast(mut self, qualifier: impl Into<Arc<str>>, cast: Cast) -> Self {
        self.casts.insert(qualifier.into(), cast);
        self
    }

    /// The same pattern with a qualifier that every match has.
    #[must_use]
    pub fn with_qualifier(mut self, qualifier: impl Into<Arc<str>>, value: impl Into<Value>) -> Self {
        self.constants.insert(qualifier.into(), value.into());
        self
    }

    /// The same pattern, matching within one sentence.
    #[must_use]
    pub fn within_sentence(mut self) -> Self {
        self.within = Within::Sentence;
        self
    }
}

/// Patterns, and what they are read with; [`compile`](Self::compile) makes them an extractor.
///
/// ```
/// use kag_builder::{Cast, OfficialNames, Pattern, Patterns, SubjectOf};
///
/// let names = OfficialNames::new().with("Club", "皇家马德里", ["皇马", "Real Madrid"])?;
/// let extractor = Patterns::new("clubs")
///     .with_names(names)
///     .with_subject("Person", r"(?:球员|Player )(?<subject>\p{Han}{2,4}|[A-Z]\w+)")
///     .with(Pattern::property("founded", "Club", r"(?<subject>{{Club}})成立于(?<object>\d{4}年)").with_cast(Cast::Date))
///     .with(Pattern::property("founded", "Club", r"founded in (?<object>\d{4})").with_subject(SubjectOf::Title))
///     .with(
///         Pattern::relation("playsFor", "Person", "Club", r"(?<from>\d{4})年(?:加盟|joined )(?<object>{{Club}})")
///             .with_subject(SubjectOf::Nearest)
///             .within_sentence(),
///     )
///     .compile()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    pub(super) name: Arc<str>,
    pub(super) patterns: Vec<Pattern>,
    pub(super) subjects: Vec<(TypeName, Arc<str>)>,
    pub(super) names: OfficialNames,
    pub(super) vocabulary: Vocabulary,
    pub(super) layer: Option<Layer>,
}

impl Patterns {
    /// No patterns yet. `name` signs the evidence; what the patterns are is in the
    /// fingerprint by itself.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same with one more pattern. A predicate may have many.
    #[must_use]
    pub fn with(mut self, pattern: Pattern) -> Self {
        self.patterns.push(pattern);
        self
    }

    /// The same, where a match of `expression` (its group `subject`, if it has one) is what
    /// the following text is about, for patterns whose subject is [`SubjectOf::Nearest`].
    #[must_use]
    pub fn with_subject(mut self, type_name: impl Into<TypeName>, expression: impl Into<Arc<str>>) -> Self {
        self.subjects.push((type_name.into(), expression.into()));
        self
    }

    /// The same with `names` for `{{Type}}`; what they match gets its official name.
    #[must_use]
    pub fn with_names(mut self, names: OfficialNames) -> Self {
        self.names = names;
        self
    }

    /// The same under `schema`: types, predicates and qualifiers must be in it, by their
    /// names, and values are read as it declares.
    #[must_use]
    pub fn with_schema(mut self, schema: impl Into<Arc<Schema>>) -> Self {
        self.vocabulary = Vocabulary::of(schema.into());
        self
    }

    /// The same, declaring facts to be of `layer`; default [`Layer::Information`].
    #[must_use]
    pub fn in_layer(mut self, layer: Layer) -> Self {
        self.layer = Some(layer);
        self
    }

    /// The extractor.
    ///
    /// # Errors
    /// [`PatternError`], naming the first pattern that is wrong and how.
    pub fn compile(self) -> Result<PatternExtractor, PatternError> {
        compile::compile(self)
    }
}
