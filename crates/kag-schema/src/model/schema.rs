//! A schema that has been checked.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
};

use kag_core::TypeName;
use regex::Regex;
use serde::{Deserialize, Serialize, de};

use super::{PropertyDef, SchemaProblem, TypeDef, TypeKind, built_in, foreign, inherit, validate};

/// The types of a domain, checked to fit together (LLMFriSPG, KAG §2.1).
///
/// Besides those declared, every schema has [`THING`](super::THING), from which all types
/// of nodes inherit, and one type for each [`Basic`](super::Basic). A type of another
/// namespace (`STD.Email`, `Finance.Company`) can be named without being declared: of a
/// standard type that OpenSPG has the form of its values is known, any other stands for a
/// type of entities of which nothing else is known. A schema is immutable.
/// Serialised it is its namespace and its declared types; reading it checks them again.
///
/// ```
/// use kag_schema::{PropertyDef, Schema, TypeDef};
///
/// let schema = Schema::builder("Football")
///     .with_type(TypeDef::entity("Club").with_zh("俱乐部"))
///     .with_type(
///         TypeDef::entity("Person")
///             .with_zh("人物")
///             .with_property(PropertyDef::relation("playsFor", ["Club"]).with_zh("效力于").many()),
///     )
///     .build()
///     .map_err(|problems| format!("{problems:?}"))?;
/// let person = schema.resolve_type("人物").ok_or("no such type")?;
/// let plays_for = schema.resolve_predicate(person.name.as_str(), "效力于").ok_or("no such predicate")?;
/// assert_eq!(plays_for.name.as_str(), "playsFor");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone)]
pub struct Schema {
    namespace: Arc<str>,
    /// The declared types, in the order of declaration.
    declared: Vec<Arc<TypeDef>>,
    /// Those and the built-in ones.
    by_name: BTreeMap<TypeName, Arc<TypeDef>>,
    /// By type, what can be said of its instances: its own before what it inherits.
    properties: BTreeMap<TypeName, Vec<Arc<PropertyDef>>>,
    patterns: Patterns,
    pub(super) names: super::lookup::Names,
}

/// Every regular expression of a schema, by its text.
pub(crate) type Patterns = HashMap<Arc<str>, Regex>;

/// Gathers types for a [`Schema`].
#[derive(Clone, Debug)]
pub struct SchemaBuilder {
    namespace: Arc<str>,
    types: Vec<TypeDef>,
}

/// A schema as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    namespace: Arc<str>,
    types: Vec<TypeDef>,
}

impl SchemaBuilder {
    /// The same with one more type.
    #[must_use]
    pub fn with_type(mut self, type_def: TypeDef) -> Self {
        self.types.push(type_def);
        self
    }

    /// The same with more types.
    #[must_use]
    pub fn with_types(mut self, types: impl IntoIterator<Item = TypeDef>) -> Self {
        self.types.extend(types);
        self
    }

    /// The schema of the types given.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them, in the order of declaration; never empty.
    pub fn build(self) -> Result<Schema, Vec<SchemaProblem>> {
        Schema::new(self.namespace, self.types)
    }
}

impl Schema {
    /// Begins a schema of the namespace `namespace`.
    #[must_use]
    pub fn builder(namespace: impl Into<Arc<str>>) -> SchemaBuilder {
        SchemaBuilder { namespace: namespace.into(), types: Vec::new() }
    }

    /// The schema of `types`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them, in the order of declaration; never empty.
    pub fn new(namespace: impl Into<Arc<str>>, types: Vec<TypeDef>) -> Result<Self, Vec<SchemaProblem>> {
        let patterns = validate::validate(&types)?;
        Ok(Self::of_valid(namespace.into(), types, patterns))
    }

    /// Everything that is wrong with `types`, or what is needed to make a schema of them
    /// with [`of_valid`](Self::of_valid).
    pub(crate) fn validate(types: &[TypeDef]) -> Result<Patterns, Vec<SchemaProblem>> {
        validate::validate(types)
    }

    /// The schema of `types`, which were found to be valid.
    pub(crate) fn of_valid(namespace: Arc<str>, types: Vec<TypeDef>, patterns: Patterns) -> Self {
        let foreign = foreign::types(&types).into_iter().map(Arc::new);
        let declared: Vec<Arc<TypeDef>> = types.into_iter().map(Arc::new).collect();
        let built_in = built_in::types().into_iter().map(Arc::new);
        let by_name: BTreeMap<TypeName, Arc<TypeDef>> = built_in
            .chain(foreign)
            .chain(declared.iter().cloned())
            .map(|type_def| (type_def.name.clone(), type_def))
            .collect();
        let properties = inherit::properties(&by_name);
        let names = super::lookup::Names::of(&declared, &by_name);
        Self { namespace, declared, by_name, properties, patterns, names }
    }

    /// The namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The declared types, in the order of declaration.
    pub fn types(&self) -> impl Iterator<Item = &TypeDef> {
        self.declared.iter().map(|type_def| &**type_def)
    }

    /// The type called exactly `name`, declared or built in.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&TypeDef> {
        self.by_name.get(name).map(|type_def| &**type_def)
    }

    /// The types that the type called exactly `name` inherits from, nearest first.
    pub fn ancestors(&self, name: &str) -> impl Iterator<Item = &TypeDef> {
        // No circle: building the schema would have refused it.
        std::iter::successors(self.get(name), |type_def| self.get(inherit::parent(type_def)?)).skip(1)
    }

    /// Whether the type called exactly `name` is the one called `wanted` or inherits from it.
    /// Unknown types are nothing.
    #[must_use]
    pub fn is_a(&self, name: &str, wanted: &str) -> bool {
        self.get(name).is_some_and(|type_def| {
            type_def.name.as_str() == wanted || self.ancestors(name).any(|a| a.name.as_str() == wanted)
        })
    }

    /// The declared types that inherit from the one called exactly `name`, at any distance,
    /// in the order of declaration.
    pub fn descendants(&self, name: &str) -> impl Iterator<Item = &TypeDef> {
        self.types().filter(move |type_def| type_def.name.as_str() != name && self.is_a(type_def.name.as_str(), name))
    }

    /// What can be said of instances of the type called exactly `name`: its own
    /// properties in the order of declaration, then those it inherits, nearest first; of a
    /// concept type also its hypernym predicate. Empty for an unknown type.
    #[must_use]
    pub fn properties(&self, name: &str) -> &[Arc<PropertyDef>] {
        self.properties.get(name).map_or(&[], Vec::as_slice)
    }

    /// The property called exactly `property` of the type called exactly `name`, own or
    /// inherited.
    #[must_use]
    pub fn property(&self, name: &str, property: &str) -> Option<&PropertyDef> {
        self.properties(name).iter().find(|p| p.name.as_str() == property).map(|p| &**p)
    }

    /// Whether the values of the type called exactly `name` are literals.
    #[must_use]
    pub fn is_literal(&self, name: &str) -> bool {
        self.get(name).is_some_and(|type_def| type_def.kind.is_literal())
    }

    /// Whether `text` as a whole matches `pattern`, a regular expression of this schema.
    /// One that is not of this schema matches nothing.
    pub(crate) fn matches(&self, pattern: &str, text: &str) -> bool {
        self.patterns.get(pattern).is_some_and(|regex| regex.is_match(text))
    }

    /// The kind of the type called exactly `name`.
    pub(crate) fn kind(&self, name: &str) -> Option<TypeKind> {
        self.get(name).map(|type_def| type_def.kind)
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.namespace == other.namespace && self.declared == other.declared
    }
}

impl Eq for Schema {}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").field("namespace", &self.namespace).field("types", &self.declared).finish()
    }
}

impl Serialize for Schema {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let types = self.types().cloned().collect();
        Stored { namespace: Arc::clone(&self.namespace), types }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        Self::new(stored.namespace, stored.types).map_err(|problems| {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            de::Error::custom(problems.join("; "))
        })
    }
}
