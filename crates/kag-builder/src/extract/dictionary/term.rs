//! The terms of a vocabulary.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{ContentHash, Layer, NameKey, TypeName};

use super::{DictionaryError, DictionaryExtractor};

/// A thing of a vocabulary, and all that it is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Its type.
    pub type_name: TypeName,
    /// Its name, as it shall be shown.
    pub name: Arc<str>,
    /// Its other names.
    pub aliases: BTreeSet<Arc<str>>,
}

impl Term {
    /// The term of `type_name` called `name`, without aliases.
    #[must_use]
    pub fn new(type_name: impl Into<TypeName>, name: impl Into<Arc<str>>) -> Self {
        Self { type_name: type_name.into(), name: name.into(), aliases: BTreeSet::new() }
    }

    /// The same term with more aliases.
    #[must_use]
    pub fn with_aliases<A: Into<Arc<str>>>(mut self, aliases: impl IntoIterator<Item = A>) -> Self {
        self.aliases.extend(aliases.into_iter().map(Into::into));
        self
    }

    /// Its name, then its aliases by bytes.
    pub(super) fn spellings(&self) -> impl Iterator<Item = &Arc<str>> {
        std::iter::once(&self.name).chain(&self.aliases)
    }
}

/// A fixed vocabulary: what things there are and how they are spelt, such as the terms of an ontology.
///
/// A term that is added twice, by type and name as names are compared, is one term with the
/// aliases of both. The order of adding does not matter.
///
/// ```
/// use kag_builder::{Dictionary, Term};
///
/// let dictionary = Dictionary::new()
///     .with(Term::new("Club", "皇家马德里").with_aliases(["皇马", "Real Madrid"]))
///     .with(Term::new("Club", "皇家马德里").with_aliases(["Los Blancos"]))
///     .without(["real"]);
/// assert_eq!(dictionary.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    terms: BTreeMap<(TypeName, NameKey), Term>,
    unsought: BTreeSet<NameKey>,
    pub(super) layer: Option<Layer>,
}

impl Dictionary {
    /// No terms yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same vocabulary with one more term; one whose name is blank is left out.
    #[must_use]
    pub fn with(mut self, term: Term) -> Self {
        self.add(term);
        self
    }

    /// The same vocabulary, in which these spellings are not sought: words of the language that
    /// happen to be names, such as the root `All` of an ontology. Compared as names are.
    #[must_use]
    pub fn without<S: AsRef<str>>(mut self, spellings: impl IntoIterator<Item = S>) -> Self {
        self.unsought.extend(spellings.into_iter().map(|spelling| NameKey::of(spelling.as_ref())));
        self
    }

    /// The same vocabulary, declaring what is named to be of `layer`; default [`Layer::Information`].
    #[must_use]
    pub fn in_layer(mut self, layer: Layer) -> Self {
        self.layer = Some(layer);
        self
    }

    /// How many terms there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there are no terms.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The terms, by type and name.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.terms.values()
    }

    /// The extractor that seeks the terms in passages.
    ///
    /// # Errors
    /// [`DictionaryError`] for a vocabulary of more than some hundred million characters.
    pub fn compile(self) -> Result<DictionaryExtractor, DictionaryError> {
        DictionaryExtractor::new(&self)
    }

    pub(super) fn add(&mut self, term: Term) {
        let key = NameKey::of(&term.name);
        if key.is_empty() {
            return;
        }
        let known = self.terms.entry((term.type_name.clone(), key)).or_insert_with(|| term.clone());
        // Of two ways to write one name the one with the smaller bytes is shown, whichever came first.
        known.name = known.name.clone().min(term.name);
        known.aliases.extend(term.aliases);
    }

    pub(super) fn seeks(&self, spelling: &str) -> bool {
        !self.unsought.contains(&NameKey::of(spelling))
    }

    /// A hash of all that the vocabulary says.
    pub(super) fn hash(&self) -> ContentHash {
        let Self { terms, unsought, layer } = self;
        ContentHash::of(format!("{:?} {unsought:?} {layer:?}", terms.values().collect::<Vec<_>>()))
    }
}
