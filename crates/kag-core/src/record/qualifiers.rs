//! What facts say of themselves.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Value;

/// As long as there are fewer, there is room for no more than there are.
const FEW: usize = 4;

/// What a fact says of itself: time, role, amount, by name.
///
/// `from`, `until` and `at` hold partial dates and give the fact its time. Names are in the order of
/// their bytes, each once. Most facts have few qualifiers or none, so they take the room of their names
/// and values and no more, and are looked for by halving. Serialised as a map.
///
/// ```
/// use kag_core::{Qualifiers, Value};
///
/// let mut of_a_payment = Qualifiers::from_iter([("on".into(), Value::read("2011-07-03"))]);
/// of_a_payment.insert("amount".into(), Value::Integer(30));
/// assert_eq!(of_a_payment.get("amount"), Some(&Value::Integer(30)));
/// assert_eq!(of_a_payment.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["amount", "on"]);
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Qualifiers(Vec<(Arc<str>, Value)>);

impl Qualifiers {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let place = self.place(name).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// Adds a qualifier; gives what had its name before, which is replaced.
    pub fn insert(&mut self, name: Arc<str>, value: Value) -> Option<Value> {
        match self.place(&name) {
            Ok(place) => self.0.get_mut(place).map(|(_, known)| std::mem::replace(known, value)),
            Err(place) => {
                if self.0.len() < FEW {
                    self.0.reserve_exact(1);
                }
                self.0.insert(place, (name, value));
                None
            }
        }
    }

    /// Takes out what is called `name`.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let place = self.place(name).ok()?;
        Some(self.0.remove(place).1)
    }

    /// The place of a name, or where it would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(name))
    }

    /// Each name with its value, by name.
    pub fn iter(&self) -> std::slice::Iter<'_, (Arc<str>, Value)> {
        self.0.iter()
    }

    /// The values, by name.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
        self.0.iter().map(|(_, value)| value)
    }
}

/// The latest of a name counts.
impl FromIterator<(Arc<str>, Value)> for Qualifiers {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Value)>>(qualifiers: I) -> Self {
        let mut all = Self::new();
        all.extend(qualifiers);
        all
    }
}

/// The latest of a name counts.
impl Extend<(Arc<str>, Value)> for Qualifiers {
    fn extend<I: IntoIterator<Item = (Arc<str>, Value)>>(&mut self, more: I) {
        self.0.extend(more);
        self.0.reverse();
        self.0.sort_by(|(left, _), (right, _)| left.cmp(right));
        self.0.dedup_by(|(later, _), (kept, _)| later == kept);
        self.0.shrink_to_fit();
    }
}

/// Each name with its value, by name.
impl IntoIterator for Qualifiers {
    type Item = (Arc<str>, Value);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Each name with its value, by name.
impl<'q> IntoIterator for &'q Qualifiers {
    type Item = &'q (Arc<str>, Value);
    type IntoIter = std::slice::Iter<'q, (Arc<str>, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Qualifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name, value))).finish()
    }
}

impl Serialize for Qualifiers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Qualifiers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(|read: BTreeMap<Arc<str>, Value>| read.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn qualifiers_are_a_map(said in prop::collection::vec(("[a-d期]{0,2}", any::<i64>()), 0..12)) {
            let said: Vec<(Arc<str>, Value)> =
                said.into_iter().map(|(name, number)| (name.into(), Value::Integer(number))).collect();
            let mut expected = BTreeMap::new();
            let mut qualifiers = Qualifiers::new();
            for (name, value) in said.clone() {
                let before = expected.insert(Arc::clone(&name), value.clone());
                prop_assert_eq!(qualifiers.insert(name, value), before);
            }
            prop_assert_eq!(said.into_iter().collect::<Qualifiers>(), qualifiers.clone());
            prop_assert_eq!((qualifiers.len(), qualifiers.is_empty()), (expected.len(), expected.is_empty()));
            prop_assert!(qualifiers.clone().into_iter().eq(expected.clone()));
            prop_assert!(qualifiers.values().eq(expected.values()));
            prop_assert!(expected.iter().all(|(name, value)| qualifiers.get(name) == Some(value)));
            prop_assert_eq!(qualifiers.get("e"), None);
            prop_assert_eq!(format!("{qualifiers:?}"), format!("{expected:?}"));
            for name in expected.keys().cloned().collect::<Vec<_>>() {
                let mut less = qualifiers.clone();
                prop_assert_eq!(less.remove(&name), expected.get(&name).cloned());
                prop_assert!(less.iter().all(|(left, _)| *left != name) && less.remove(&name).is_none());
                prop_assert_eq!(less.len() + 1, qualifiers.len());
            }
            let json = serde_json::to_string(&expected).expect("serialisable");
            prop_assert_eq!(serde_json::to_string(&qualifiers).expect("serialisable"), json.clone());
            prop_assert_eq!(serde_json::from_str::<Qualifiers>(&json).expect("readable"), qualifiers);
        }
    }
}
