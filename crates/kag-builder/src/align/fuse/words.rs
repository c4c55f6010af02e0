//! The words of a text, and how rare they are.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use kag_core::text::Analyser;

/// The words of some texts, each once, in reading order.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    order: Vec<Arc<str>>,
    set: HashSet<Arc<str>>,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let mut words = Self::default();
        words.add(text);
        words
    }

    pub(super) fn add(&mut self, text: &str) {
        for word in Analyser::default().terms(text) {
            let word: Arc<str> = word.into();
            if self.set.insert(Arc::clone(&word)) {
                self.order.push(word);
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<str>> {
        self.order.iter()
    }

    /// Those that are numbers: versions, years, sizes.
    pub(super) fn numbers(&self) -> BTreeSet<&str> {
        self.order.iter().map(|word| &**word).filter(|word| word.bytes().all(|b| b.is_ascii_digit())).collect()
    }

    /// Those of these that also stand in `other`, be it as one word where here it is two.
    fn shared_with(&self, other: &Self) -> HashSet<&str> {
        let mut shared: HashSet<&str> = HashSet::new();
        shared.extend(self.order.iter().filter(|word| other.set.contains(*word)).map(|word| &**word));
        for (first, second) in self.order.iter().zip(self.order.iter().skip(1)) {
            if other.set.contains(format!("{first}{second}").as_str()) {
                shared.extend([&**first, &**second]);
            }
        }
        for (first, second) in other.order.iter().zip(other.order.iter().skip(1)) {
            shared.extend(self.set.get(format!("{first}{second}").as_str()).map(|joined| &**joined));
        }
        shared
    }
}

/// As if there were so many things besides, without the words: among a handful, no word would
/// be rare.
const UNSEEN: f64 = 1000.0;

/// How much it says that two things share a word: the logarithm of how seldom it is among
/// the things compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Rarity {
    things: usize,
    things_with: HashMap<Arc<str>, usize>,
}

impl Rarity {
    /// Counts the words of one thing more.
    pub(super) fn count(&mut self, words: &Words) {
        self.things += 1;
        for word in words.iter() {
            *self.things_with.entry(Arc::clone(word)).or_default() += 1;
        }
    }

    /// Number of things that have `word`.
    pub(super) fn things_with(&self, word: &str) -> usize {
        self.things_with.get(word).copied().unwrap_or(0)
    }

    fn weight(&self, word: &str) -> f64 {
        let rarity = ((self.things as f64 + UNSEEN) / (self.things_with(word) as f64 + 0.5)).ln();
        rarity * rarity
    }

    /// Which share of each side's words, by the square of their rarity, stands on the other
    /// side too; `None` where a side has no words.
    pub(super) fn shares(&self, left: &Words, right: &Words) -> Option<Shares> {
        let share = |of: &Words, among: &Words| {
            let shared = of.shared_with(among);
            let (mut common, mut all) = (0.0, 0.0);
            for word in of.iter() {
                let weight = self.weight(word);
                all += weight;
                common += if shared.contains(&**word) { weight } else { 0.0 };
            }
            (all > 0.0).then_some((common / all) as f32)
        };
        Some(Shares { left: share(left, right)?, right: share(right, left)? })
    }
}

/// The share of each side that stands on the other side too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shares {
    left: f32,
    right: f32,
}

impl Shares {
    /// That of the side which the other contains more of.
    pub(super) fn larger(self) -> f32 {
        self.left.max(self.right)
    }

    pub(super) fn smaller(self) -> f32 {
        self.left.min(self.right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_may_be_one_on_the_other_side() {
        let (mut rarity, left, right) = (Rarity::default(), Words::of("back pack blue"), Words::of("backpack red"));
        rarity.count(&left);
        rarity.count(&right);
        let shares = rarity.shares(&left, &right).unwrap();
        assert!((shares.larger() - 2.0 / 3.0).abs() < 1e-6, "{shares:?}");
        assert!((shares.smaller() - 0.5).abs() < 1e-6, "{shares:?}");
        assert_eq!(rarity.shares(&left, &Words::default()), None);
    }
}
