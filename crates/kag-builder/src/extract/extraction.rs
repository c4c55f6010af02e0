//! What an extractor returns: names, facts and quotes, before they are found in the text.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{Confidence, Layer, Predicate, Span, TypeName, Value};

/// Speaks of an entity by its type and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityRef {
    /// Its type.
    pub type_name: TypeName,
    /// Its name, as it shall be shown.
    pub name: Arc<str>,
}

impl EntityRef {
    /// The entity of `type_name` called `name`.
    #[must_use]
    pub fn new(type_name: impl Into<TypeName>, name: impl Into<Arc<str>>) -> Self {
        Self { type_name: type_name.into(), name: name.into() }
    }
}

/// An entity that a passage names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtractedEntity {
    /// Its type and name.
    pub entity: EntityRef,
    /// Other names the passage gives it.
    pub aliases: Vec<Arc<str>>,
    /// What the passage says it is, in a sentence.
    pub description: Option<Arc<str>>,
    /// Where it is named. Empty: the pipeline finds every occurrence of the name and aliases.
    pub spans: Vec<Span>,
    /// The words of the passage that it stands for, where they do not name it: those that answer a
    /// question, say. They are sought where neither its name nor an alias is found.
    pub quote: Option<Arc<str>>,
    /// The layer the extractor declares.
    pub layer: Layer,
    /// What extracted it, where that is not the extractor as a whole.
    pub by: Option<Arc<str>>,
}

impl ExtractedEntity {
    /// The entity of `type_name` called `name`, in the layer of information.
    #[must_use]
    pub fn new(type_name: impl Into<TypeName>, name: impl Into<Arc<str>>) -> Self {
        Self {
            entity: EntityRef::new(type_name, name),
            aliases: Vec::new(),
            description: None,
            spans: Vec::new(),
            quote: None,
            layer: Layer::Information,
            by: None,
        }
    }

    /// The same entity with one more alias.
    #[must_use]
    pub fn with_alias(mut self, alias: impl Into<Arc<str>>) -> Self {
        self.aliases.push(alias.into());
        self
    }

    /// The same entity with a description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<Arc<str>>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The same entity, standing for the words `quote`.
    #[must_use]
    pub fn with_quote(mut self, quote: impl Into<Arc<str>>) -> Self {
        self.quote = Some(quote.into());
        self
    }

    /// The same entity, named at `span`.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.spans.push(span);
        self
    }
}

/// The object of an extracted fact, or the value of a qualifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// An entity; one that the extraction does not list is added.
    Entity(EntityRef),
    /// A literal.
    Literal(Value),
}

/// A fact that a passage states.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtractedFact {
    /// What it is about; an entity that the extraction does not list is added.
    pub subject: EntityRef,
    /// What it says.
    pub predicate: Predicate,
    /// What it says it of.
    pub object: Object,
    /// Time, role, amount and the like.
    pub qualifiers: BTreeMap<Arc<str>, Object>,
    /// The words of the passage that say so, to be found in it.
    pub quote: Option<Arc<str>>,
    /// The bytes of the chunk that say so, where the extractor knows them.
    pub span: Option<Span>,
    /// How sure the extractor is.
    pub confidence: Confidence,
    /// The layer the extractor declares.
    pub layer: Layer,
    /// What extracted it, where that is not the extractor as a whole.
    pub by: Option<Arc<str>>,
}

impl ExtractedFact {
    /// The fact, certain, in the layer of information, without a quote.
    #[must_use]
    pub fn new(subject: EntityRef, predicate: impl Into<Predicate>, object: Object) -> Self {
        Self {
            subject,
            predicate: predicate.into(),
            object,
            qualifiers: BTreeMap::new(),
            quote: None,
            span: None,
            confidence: Confidence::CERTAIN,
            layer: Layer::Information,
            by: None,
        }
    }

    /// The same fact with one more qualifier; one of the same name is replaced.
    #[must_use]
    pub fn with_qualifier(mut self, name: impl Into<Arc<str>>, value: Object) -> Self {
        self.qualifiers.insert(name.into(), value);
        self
    }

    /// The same fact, said by the words `quote`.
    #[must_use]
    pub fn with_quote(mut self, quote: impl Into<Arc<str>>) -> Self {
        self.quote = Some(quote.into());
        self
    }

    /// The same fact, said by the bytes in `span`.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same fact in another layer.
    #[must_use]
    pub fn in_layer(mut self, layer: Layer) -> Self {
        self.layer = layer;
        self
    }
}

/// The knowledge that an extractor read in one passage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extraction {
    /// Entities the passage names.
    pub entities: Vec<ExtractedEntity>,
    /// Facts it states.
    pub facts: Vec<ExtractedFact>,
    /// What could not be used, a sentence each: a triple of two parts, a value that is no
    /// date. The report carries them; they are not failures.
    pub problems: Vec<Arc<str>>,
}

impl Extraction {
    /// Says that what has no signature yet was extracted by `by`.
    #[must_use]
    pub fn signed(mut self, by: &str) -> Self {
        let by: Arc<str> = by.into();
        for entity in &mut self.entities {
            entity.by.get_or_insert_with(|| Arc::clone(&by));
        }
        for fact in &mut self.facts {
            fact.by.get_or_insert_with(|| Arc::clone(&by));
        }
        self
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: Self) {
        self.entities.extend(other.entities);
        self.facts.extend(other.facts);
        self.problems.extend(other.problems);
    }
}
