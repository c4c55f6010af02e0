//! Official names.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{ContentHash, NameKey, TypeName};

use crate::{EntityRef, ExtractedEntity, Extraction, Object};

/// Which name things are to be known by, for each spelling that documents use.
///
/// An entity whose name is listed gets the official name, and the spelling that was found
/// as an alias. Spellings are compared as names are: width, case and white space do not matter.
///
/// ```
/// use kag_builder::OfficialNames;
///
/// let names = OfficialNames::new().with("Club", "皇家马德里", ["皇马", "Real Madrid"])?;
/// assert_eq!(names.resolve(&"Club".into(), "REAL MADRID").map(|name| &**name), Some("皇家马德里"));
/// assert_eq!(names.resolve(&"Person".into(), "皇马"), None);
/// # Ok::<(), kag_builder::AmbiguousName>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfficialNames {
    official: BTreeMap<TypeName, BTreeMap<NameKey, Arc<str>>>,
    spellings: BTreeMap<TypeName, BTreeSet<Arc<str>>>,
}

/// One spelling is listed for two official names of one type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{spelling:?} is listed for two names of type {type_name}: {first:?} and {second:?}")]
pub struct AmbiguousName {
    /// The type.
    pub type_name: TypeName,
    /// The spelling.
    pub spelling: Arc<str>,
    /// The name it was listed for first.
    pub first: Arc<str>,
    /// The name it was listed for then.
    pub second: Arc<str>,
}

impl OfficialNames {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same table with `official` for itself and each of `spellings`, among things of `type_name`.
    ///
    /// # Errors
    /// [`AmbiguousName`] where a spelling is listed for another name already.
    pub fn with<S: Into<Arc<str>>>(
        mut self,
        type_name: impl Into<TypeName>,
        official: impl Into<Arc<str>>,
        spellings: impl IntoIterator<Item = S>,
    ) -> Result<Self, AmbiguousName> {
        let (type_name, second) = (type_name.into(), official.into());
        let known = self.official.entry(type_name.clone()).or_default();
        let listed = self.spellings.entry(type_name.clone()).or_default();
        for spelling in std::iter::once(Arc::clone(&second)).chain(spellings.into_iter().map(Into::into)) {
            let first = known.entry(NameKey::of(&spelling)).or_insert_with(|| Arc::clone(&second));
            if *first != second {
                let first = Arc::clone(first);
                return Err(AmbiguousName { type_name, spelling, first, second });
            }
            listed.insert(spelling);
        }
        Ok(self)
    }

    /// The official name of what is spelt `name` among things of `type_name`; `None` where
    /// it is not listed.
    #[must_use]
    pub fn resolve(&self, type_name: &TypeName, name: &str) -> Option<&Arc<str>> {
        self.official.get(type_name)?.get(&NameKey::of(name))
    }

    /// Every spelling listed for `type_name`, official names included, by bytes.
    pub fn spellings(&self, type_name: &str) -> impl Iterator<Item = &Arc<str>> {
        self.spellings.get(type_name).into_iter().flatten()
    }

    /// Each official name, first, with its other spellings, by type and name.
    pub(super) fn groups(&self) -> Vec<(TypeName, Vec<Arc<str>>)> {
        let mut groups = Vec::new();
        for (type_name, known) in &self.official {
            let mut spelt: BTreeMap<&Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
            for spelling in self.spellings(type_name.as_str()) {
                let Some(official) = known.get(&NameKey::of(spelling)) else { continue };
                let names = spelt.entry(official).or_insert_with(|| vec![Arc::clone(official)]);
                if spelling != official {
                    names.push(Arc::clone(spelling));
                }
            }
            groups.extend(spelt.into_values().map(|names| (type_name.clone(), names)));
        }
        groups
    }

    /// Whether nothing is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.official.is_empty()
    }

    /// A hash of the whole table; part of every fingerprint.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(format!("{:?}", self.official))
    }

    /// `extraction` under official names.
    #[must_use]
    pub fn apply(&self, mut extraction: Extraction) -> Extraction {
        if self.is_empty() {
            return extraction;
        }
        let mut renamed = Vec::new();
        for entity in &mut extraction.entities {
            if let Some(found) = self.rename(&mut entity.entity) {
                entity.aliases.push(found);
            }
        }
        for fact in &mut extraction.facts {
            let values = std::iter::once(&mut fact.object).chain(fact.qualifiers.values_mut());
            let entities =
                values.filter_map(|value| if let Object::Entity(entity) = value { Some(entity) } else { None });
            for entity in std::iter::once(&mut fact.subject).chain(entities) {
                if let Some(found) = self.rename(entity) {
                    let mut listed = ExtractedEntity::new(entity.type_name.clone(), Arc::clone(&entity.name));
                    listed.layer = fact.layer;
                    renamed.push(listed.with_alias(found));
                }
            }
        }
        extraction.entities.extend(renamed);
        extraction
    }

    /// Gives `entity` its official name; the spelling it had, where that is another.
    fn rename(&self, entity: &mut EntityRef) -> Option<Arc<str>> {
        let official = self.resolve(&entity.type_name, &entity.name)?;
        let found = std::mem::replace(&mut entity.name, Arc::clone(official));
        (found != entity.name).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExtractedFact;

    #[test]
    fn found_spellings_become_aliases_of_the_official_name() {
        let names = OfficialNames::new().with("Club", "皇家马德里", ["皇马"]).unwrap();
        let club = |name: &str| EntityRef::new("Club", name);
        let extraction = Extraction {
            entities: vec![ExtractedEntity::new("Club", "皇马")],
            facts: vec![ExtractedFact::new(EntityRef::new("Person", "C罗"), "playsFor", Object::Entity(club("皇马")))],
            problems: Vec::new(),
        };
        let applied = names.apply(extraction);
        assert_eq!(applied.facts[0].object, Object::Entity(club("皇家马德里")));
        assert_eq!(applied.entities[0].entity, club("皇家马德里"));
        assert!(applied.entities.iter().all(|entity| entity.aliases.iter().any(|alias| &**alias == "皇马")));
    }

    #[test]
    fn a_spelling_of_two_names_is_refused() {
        let names = OfficialNames::new().with("Club", "曼联", ["红魔"]).unwrap();
        let error = names.clone().with("Club", "比利时", ["红魔"]).unwrap_err();
        assert_eq!((&*error.first, &*error.second), ("曼联", "比利时"));
        assert!(names.with("NationalTeam", "比利时", ["红魔"]).is_ok());
    }
}
