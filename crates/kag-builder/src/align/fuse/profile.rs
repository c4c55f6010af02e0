//! What is compared of a thing.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    codes::{CodeCounts, Codes},
    words::{Part, Rarity, Words},
};

/// What is known of a thing that may be another one too: its names, and values by attribute.
///
/// ```
/// use kag_builder::{Profile, Profiles};
///
/// let profiles = Profiles::of([
///     Profile::new("Sony Cyber-shot DSC-W150/R").with("price", "199.00"),
///     Profile::new("sony dscw150 digital camera").with("price", "189.99"),
///     Profile::new("Canon FS100 camcorder").with("price", "399.00"),
/// ]);
/// assert!(profiles.compare(0, 1).unwrap().score() > 0.5);
/// assert!(profiles.compare(0, 2).unwrap().score() < 0.1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// Of names and values.
    pub(super) words: Words,
    pub(super) names: Part,
    pub(super) codes: Codes,
    pub(super) attributes: BTreeMap<Arc<str>, Vec<Attribute>>,
}

/// A value, as a number where it is one.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) words: Arc<Part>,
    pub(super) number: Option<f64>,
}

impl Profile {
    /// The profile of what is called `name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self::default().with_name(name)
    }

    /// The same thing, also called `name`.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.words.add(name, &mut self.names);
        self.codes.add(name);
        self
    }

    /// The same thing, of which `value` is said. An empty value says nothing.
    #[must_use]
    pub fn with(mut self, attribute: impl Into<Arc<str>>, value: &str) -> Self {
        if value.trim().is_empty() {
            return self;
        }
        let number = value.trim().parse().ok().filter(|number: &f64| number.is_finite());
        match number {
            Some(_) => self.codes.add_words(value),
            None => self.codes.add(value),
        }
        let mut words = Part::default();
        self.words.add(value, &mut words);
        self.attributes.entry(attribute.into()).or_default().push(Attribute { words: Arc::new(words), number });
        self
    }

    /// Whether nothing but names is known.
    pub(super) fn is_only_named(&self) -> bool {
        self.attributes.is_empty()
    }
}

/// Profiles that are compared with each other, and how rare words are among them.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    pub(super) profiles: Vec<Arc<Profile>>,
    /// What each of a profile's words weighs, by its place.
    pub(super) weights: Vec<Box<[f64]>>,
    pub(super) rarity: Rarity,
    pub(super) codes: CodeCounts,
}

impl Profiles {
    /// Takes `profiles` together; they are known by their place.
    #[must_use]
    pub fn of(profiles: impl IntoIterator<Item = Profile>) -> Self {
        Self::of_shared(profiles.into_iter().map(Arc::new).collect())
    }

    pub(super) fn of_shared(profiles: Vec<Arc<Profile>>) -> Self {
        let (mut rarity, mut codes) = (Rarity::default(), CodeCounts::default());
        for profile in &profiles {
            rarity.count(&profile.words);
            codes.count(&profile.codes);
        }
        let weights = profiles.iter().map(|profile| rarity.weights(&profile.words)).collect();
        Self { profiles, weights, rarity, codes }
    }

    /// Number of profiles.
    #[must_use]
    pub fn len(&self) -> usize {
        self.profiles.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.profiles.is_empty()
    }
}
