//! What is kept beside documents.

use std::{collections::BTreeMap, sync::Arc};

/// The name under which the text of a schema is kept.
pub const SCHEMA: &str = "schema";

/// Short texts by name that a host keeps beside its documents: the text of its schema
/// ([`SCHEMA`]), and what else must be at hand where the knowledge is.
///
/// They are written [in the same commit](super::ChangeSet::set) as documents, go with a dump,
/// and are seen by every scope. No store reads them, and no answer depends on them but through the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<Arc<str>, Arc<str>>);

impl Settings {
    /// The text under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<str>> {
        self.0.get(name)
    }

    /// Every name with its text, by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Arc<str>)> {
        self.0.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the changes of settings in `change` over; how many of them were changes.
    pub fn apply(&mut self, change: &super::ChangeSet) -> usize {
        let mut changed = 0;
        for (name, text) in change.settings() {
            let before = match text {
                Some(text) => self.0.insert(Arc::clone(name), Arc::clone(text)),
                None => self.0.remove(name),
            };
            changed += usize::from(before != *text);
        }
        changed
    }
}

impl<N: Into<Arc<str>>, T: Into<Arc<str>>> FromIterator<(N, T)> for Settings {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(settings: I) -> Self {
        Self(settings.into_iter().map(|(name, text)| (name.into(), text.into())).collect())
    }
}
