//! Properties, relations, and what facts say of themselves.

use std::{fmt, hash, sync::Arc};

use kag_core::{Predicate, Span, TypeName, Value};
use serde::{Deserialize, Serialize};

use super::{Labels, SemanticGroup, label::labelled};

/// What facts with one predicate say: of what kind the object is, and what must hold.
///
/// ```
/// use kag_schema::PropertyDef;
///
/// let plays_for = PropertyDef::relation("playsFor", ["Club", "NationalTeam"])
///     .with_zh("效力于")
///     .many()
///     .with_qualifier(PropertyDef::property("from", "Date").with_zh("加盟时间"));
/// assert_eq!(plays_for.objects.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PropertyDef {
    /// The predicate of its facts.
    pub name: Predicate,
    /// What else it is called.
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
    /// Whether it was declared as a property or as a relation.
    #[serde(default)]
    pub kind: PropertyKind,
    /// The types of its objects: each is of one of them, or of one that inherits from it.
    pub objects: Vec<TypeName>,
    /// What must hold for its facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Constraint>,
    /// How its text is found. That of a sub-property is kept, and changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<IndexKind>,
    /// The group whose meaning it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<SemanticGroup>,
    /// What a fact may say of itself: its sub-properties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub qualifiers: Vec<PropertyDef>,
    /// The rule that derives its facts. That of a sub-property is kept, and never runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleText>,
}

/// Whether a predicate describes its subject or connects it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyKind {
    /// Describes; its object is a literal, or a node that serves as a value.
    #[default]
    Property,
    /// Connects two nodes.
    Relation,
}

/// What must hold for the facts of a property.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Constraint {
    /// Every node of the type has a fact.
    NotNull,
    /// A node can have several facts with different objects. Without it, one.
    MultiValue,
    /// The object is one of these.
    Enum(Vec<Value>),
    /// The object is a text that this regular expression matches as a whole.
    Regular(Arc<str>),
}

/// How the text of a property is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum IndexKind {
    /// By its words.
    Text,
    /// By a dense vector.
    Vector,
    /// By a sparse vector.
    SparseVector,
    /// By words and a dense vector.
    TextAndVector,
    /// By words and a sparse vector.
    TextAndSparseVector,
}

/// A rule as it was written, until a reader of rules takes it.
///
/// Two are equal that say the same: where they stood does not count, nor white space around
/// them, nor how their lines end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RuleText {
    /// The text between `[[` and `]]`.
    pub text: Arc<str>,
    /// Where it stood in the source of the schema.
    #[serde(default)]
    pub span: Span,
}

labelled!(PropertyDef);

impl PropertyDef {
    /// A property with objects of type `object`.
    #[must_use]
    pub fn property(name: impl Into<Predicate>, object: impl Into<TypeName>) -> Self {
        Self::new(name.into(), PropertyKind::Property, vec![object.into()])
    }

    /// A relation to nodes of any one of the types `objects`.
    #[must_use]
    pub fn relation<O: Into<TypeName>>(name: impl Into<Predicate>, objects: impl IntoIterator<Item = O>) -> Self {
        let objects = objects.into_iter().map(Into::into).collect();
        Self::new(name.into(), PropertyKind::Relation, objects)
    }

    fn new(name: Predicate, kind: PropertyKind, objects: Vec<TypeName>) -> Self {
        Self {
            name,
            labels: Labels::default(),
            kind,
            objects,
            constraints: Vec::new(),
            index: None,
            group: None,
            qualifiers: Vec::new(),
            rule: None,
        }
    }

    /// The same property, for which `constraint` must hold too.
    #[must_use]
    pub fn with_constraint(mut self, constraint: Constraint) -> Self {
        self.constraints.push(constraint);
        self
    }

    /// The same property with any number of values.
    #[must_use]
    pub fn many(self) -> Self {
        self.with_constraint(Constraint::MultiValue)
    }

    /// The same property, which no node may lack.
    #[must_use]
    pub fn required(self) -> Self {
        self.with_constraint(Constraint::NotNull)
    }

    /// The same property, found through `index`.
    #[must_use]
    pub fn with_index(mut self, index: IndexKind) -> Self {
        self.index = Some(index);
        self
    }

    /// The same property with the meaning of `group`.
    #[must_use]
    pub fn with_group(mut self, group: SemanticGroup) -> Self {
        self.group = Some(group);
        self
    }

    /// The same property, whose facts can say `qualifier` of themselves.
    #[must_use]
    pub fn with_qualifier(mut self, qualifier: Self) -> Self {
        self.qualifiers.push(qualifier);
        self
    }

    /// The same property, derived by a rule.
    #[must_use]
    pub fn with_rule(mut self, rule: RuleText) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Whether it is declared to have several values.
    #[must_use]
    pub fn is_multi_valued(&self) -> bool {
        self.constraints.contains(&Constraint::MultiValue)
    }

    /// Whether a node can have one fact of it at most: a property that is not declared to have
    /// several values. A relation may have several by nature.
    #[must_use]
    pub fn is_single_valued(&self) -> bool {
        self.kind == PropertyKind::Property && !self.is_multi_valued()
    }

    /// Whether every node must have a fact of it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.constraints.contains(&Constraint::NotNull)
    }
}

impl RuleText {
    /// A rule that stood at `span`.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>, span: Span) -> Self {
        Self { text: text.into(), span }
    }

    /// Its lines, without white space around the whole and without their ends.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.trim_matches(crate::expr::is_blank).lines()
    }
}

impl PartialEq for RuleText {
    fn eq(&self, other: &Self) -> bool {
        self.lines().eq(other.lines())
    }
}

impl Eq for RuleText {}

impl hash::Hash for RuleText {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.lines().for_each(|line| line.hash(state));
    }
}

impl IndexKind {
    /// All of them, in order.
    pub const ALL: [Self; 5] =
        [Self::Text, Self::Vector, Self::SparseVector, Self::TextAndVector, Self::TextAndSparseVector];

    /// How it is written: `TextAndVector`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Vector => "Vector",
            Self::SparseVector => "SparseVector",
            Self::TextAndVector => "TextAndVector",
            Self::TextAndSparseVector => "TextAndSparseVector",
        }
    }
}

impl fmt::Display for IndexKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNull => f.write_str("NotNull"),
            Self::MultiValue => f.write_str("MultiValue"),
            Self::Enum(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                write!(f, "Enum({})", values.join(", "))
            }
            Self::Regular(pattern) => write!(f, "Regular({pattern})"),
        }
    }
}
