//! Types of nodes and values.

use std::{fmt, sync::Arc};

use kag_core::TypeName;
use serde::{Deserialize, Serialize};

use super::{Basic, Hypernym, Labels, PropertyDef, RuleText, label::labelled};

/// A type: what its instances are, and what can be said of them.
///
/// ```
/// use kag_schema::{PropertyDef, TypeDef};
///
/// let club = TypeDef::entity("Club")
///     .with_zh("俱乐部")
///     .with_alias("football club")
///     .with_property(PropertyDef::property("founded", "Date").with_zh("成立时间"));
/// assert_eq!(club.name.as_str(), "Club");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TypeDef {
    /// Its name.
    pub name: TypeName,
    /// What else it is called.
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
    /// What sort of thing its instances are.
    pub kind: TypeKind,
    /// The type it inherits from; [`THING`](super::THING) where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TypeName>,
    /// Whether it only serves to be inherited from.
    #[serde(default, skip_serializing_if = "Instances::is_usual")]
    pub instances: Instances,
    /// Of a concept type: how its concepts are ordered; `isA` where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypernym: Option<Hypernym>,
    /// Of a concept type: whether its concepts are related by every known predicate.
    #[serde(default, skip_serializing_if = "AutoRelate::is_off")]
    pub auto_relate: AutoRelate,
    /// Of a standard type: the regular expression that its values match as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Arc<str>>,
    /// Of a standard type: whether each value is also a node through which others connect.
    #[serde(default, skip_serializing_if = "Spread::is_off")]
    pub spread: Spread,
    /// What can be said of its instances, in the order of declaration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<PropertyDef>,
    /// Rules of the type itself, such as those that define concepts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleText>,
}

/// What sort of thing the instances of a type are (KAG §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TypeKind {
    /// Things.
    #[serde(rename = "EntityType")]
    Entity,
    /// What happens, with a time, a place and who takes part.
    #[serde(rename = "EventType")]
    Event,
    /// General notions, ordered by a hypernym predicate.
    #[serde(rename = "ConceptType")]
    Concept,
    /// Texts of a fixed form, such as telephone numbers.
    #[serde(rename = "StandardType")]
    Standard,
    /// What serves to find other things, such as outlines and summaries.
    #[serde(rename = "IndexType")]
    Index,
    /// Literals.
    #[serde(rename = "BasicType")]
    Basic,
}

/// Whether a type has instances of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instances {
    /// It has.
    #[default]
    Own,
    /// Only those of the types that inherit from it: it is abstract.
    Inherited,
}

/// Whether the concepts of a type are related by every known predicate, without each being
/// declared.
///
/// Those are the predicates of SYNANT, CAU, SEQ, INC and USE; a type that has them is shown
/// to have them by [`Schema::properties`](super::Schema::properties).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoRelate {
    /// They are not.
    #[default]
    Off,
    /// They are, to concepts of their own type.
    On,
    /// They are, to concepts of these types.
    To(Vec<TypeName>),
}

/// Whether the values of a standard type are nodes too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// They are not.
    #[default]
    Off,
    /// They are: two persons with one telephone number are connected.
    On,
}

labelled!(TypeDef);

impl TypeDef {
    /// A type of things.
    #[must_use]
    pub fn entity(name: impl Into<TypeName>) -> Self {
        Self::new(name, TypeKind::Entity)
    }

    /// A type of events.
    #[must_use]
    pub fn event(name: impl Into<TypeName>) -> Self {
        Self::new(name, TypeKind::Event)
    }

    /// A type of concepts ordered by `hypernym`.
    #[must_use]
    pub fn concept(name: impl Into<TypeName>, hypernym: Hypernym) -> Self {
        Self::new(name, TypeKind::Concept).with_hypernym(hypernym)
    }

    /// A type of texts that match `pattern`.
    #[must_use]
    pub fn standard(name: impl Into<TypeName>, pattern: impl Into<Arc<str>>) -> Self {
        Self { pattern: Some(pattern.into()), ..Self::new(name, TypeKind::Standard) }
    }

    /// A type of the kind `kind`, with nothing else said.
    #[must_use]
    pub fn new(name: impl Into<TypeName>, kind: TypeKind) -> Self {
        Self {
            name: name.into(),
            labels: Labels::default(),
            kind,
            parent: None,
            instances: Instances::Own,
            hypernym: None,
            auto_relate: AutoRelate::Off,
            pattern: None,
            spread: Spread::Off,
            properties: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// The same type, inheriting from `parent`.
    #[must_use]
    pub fn with_parent(mut self, parent: impl Into<TypeName>) -> Self {
        self.parent = Some(parent.into());
        self
    }

    /// The same type without instances of its own.
    #[must_use]
    pub fn as_abstract(mut self) -> Self {
        self.instances = Instances::Inherited;
        self
    }

    /// The same type, its concepts ordered by `hypernym`.
    #[must_use]
    pub fn with_hypernym(mut self, hypernym: Hypernym) -> Self {
        self.hypernym = Some(hypernym);
        self
    }

    /// The same type, whose concepts are related to each other by every known predicate.
    #[must_use]
    pub fn with_auto_relate(mut self) -> Self {
        self.auto_relate = AutoRelate::On;
        self
    }

    /// The same type, whose concepts are related to those of `types` by every known
    /// predicate.
    #[must_use]
    pub fn with_auto_relate_to<T: Into<TypeName>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.auto_relate = AutoRelate::To(types.into_iter().map(Into::into).collect());
        self
    }

    /// The same type, whose values are nodes too.
    #[must_use]
    pub fn with_spread(mut self) -> Self {
        self.spread = Spread::On;
        self
    }

    /// The same type with one more property or relation.
    #[must_use]
    pub fn with_property(mut self, property: PropertyDef) -> Self {
        self.properties.push(property);
        self
    }

    /// The same type with one more rule.
    #[must_use]
    pub fn with_rule(mut self, rule: RuleText) -> Self {
        self.rules.push(rule);
        self
    }

    /// The kind of literal that its instances are, if it is a basic type.
    #[must_use]
    pub fn basic(&self) -> Option<Basic> {
        Basic::of(self.name.as_str()).filter(|_| self.kind == TypeKind::Basic)
    }

    /// Whether there can be nodes of exactly this type.
    #[must_use]
    pub fn has_nodes(&self) -> bool {
        self.instances == Instances::Own
            && match self.kind {
                TypeKind::Basic => false,
                TypeKind::Standard => self.spread == Spread::On,
                _ => true,
            }
    }
}

impl Instances {
    fn is_usual(&self) -> bool {
        *self == Self::Own
    }
}

impl AutoRelate {
    /// Whether nothing is related without being declared.
    #[must_use]
    pub fn is_off(&self) -> bool {
        *self == Self::Off
    }
}

impl Spread {
    fn is_off(&self) -> bool {
        *self == Self::Off
    }
}

impl TypeKind {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [Self::Entity, Self::Event, Self::Concept, Self::Standard, Self::Index, Self::Basic];

    /// How it is written: `EntityType`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entity => "EntityType",
            Self::Event => "EventType",
            Self::Concept => "ConceptType",
            Self::Standard => "StandardType",
            Self::Index => "IndexType",
            Self::Basic => "BasicType",
        }
    }

    /// Whether its values are literals; of standard types that spread, nodes too.
    #[must_use]
    pub const fn is_literal(self) -> bool {
        matches!(self, Self::Basic | Self::Standard)
    }
}

impl fmt::Display for TypeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
