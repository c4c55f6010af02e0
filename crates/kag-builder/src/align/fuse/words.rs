//! The words of a text, and how rare they are.

use std::{collections::HashMap, sync::Arc};

use kag_core::text::Analyser;

/// The words of a thing, each once and known by its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// In reading order.
    order: Vec<Arc<str>>,
    /// The places, by word.
    sorted: Vec<u32>,
    all: Part,
}

impl Words {
    /// Adds the words of `text`, to `part` as well.
    pub(super) fn add(&mut self, text: &str, part: &mut Part) {
        for word in Analyser::default().terms(text) {
            let place = match self.search(&word) {
                Ok(place) => place,
                Err(behind) => {
                    let place = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
                    self.order.push(word.into());
                    self.sorted.insert(behind, place);
                    self.all.add(place);
                    place
                }
            };
            part.add(place);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<str>> {
        self.order.iter()
    }

    /// All of them, as a part.
    pub(super) fn all(&self) -> &Part {
        &self.all
    }

    /// The words of `part`, which is one of these.
    pub(super) fn part<'w>(&'w self, part: &'w Part) -> Text<'w> {
        Text { words: self, part }
    }

    fn word(&self, place: u32) -> &str {
        self.order.get(place as usize).map_or("", |word| word)
    }

    /// The place of `word`, or where it would stand among the sorted.
    fn search(&self, word: &str) -> Result<u32, usize> {
        let found = self.sorted.binary_search_by(|place| self.word(*place).cmp(word))?;
        self.sorted.get(found).copied().ok_or(found)
    }
}

/// Some of the words of a thing, each once, by their places.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// In reading order.
    order: Vec<u32>,
    sorted: Vec<u32>,
}

impl Part {
    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    fn add(&mut self, place: u32) {
        if let Err(behind) = self.sorted.binary_search(&place) {
            self.sorted.insert(behind, place);
            self.order.push(place);
        }
    }
}

/// A part with the words of its thing.
#[derive(Clone, Copy)]
pub(super) struct Text<'w> {
    words: &'w Words,
    part: &'w Part,
}

impl<'w> Text<'w> {
    /// Each word with its place, in reading order.
    fn iter(self) -> impl Iterator<Item = (u32, &'w str)> {
        self.part.order.iter().map(move |place| (*place, self.words.word(*place)))
    }

    /// In reading order.
    pub(super) fn words(self) -> impl Iterator<Item = &'w str> {
        self.iter().map(|(_, word)| word)
    }

    fn find(self, word: &str) -> Option<u32> {
        self.words.search(word).ok().filter(|place| self.part.sorted.binary_search(place).is_ok())
    }

    /// Whether each number of this, be it a version, a year or a size, is in `other` too.
    pub(super) fn has_no_other_number_than(self, other: Text<'_>) -> bool {
        let mut numbers = self.words().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        numbers.all(|number| other.find(number).is_some())
    }
}

/// Which words of two texts also stand in the other, be it as one word where here it is two. By place.
#[derive(Clone, Debug)]
pub(super) struct Overlap {
    left: Box<[u32]>,
    right: Box<[u32]>,
}

impl Overlap {
    pub(super) fn of(left: Text<'_>, right: Text<'_>) -> Self {
        let (mut of_left, mut of_right) = (Vec::new(), Vec::new());
        for (place, word) in left.iter() {
            if let Some(same) = right.find(word) {
                of_left.push(place);
                of_right.push(same);
            }
        }
        joined(left, right, &mut of_left, &mut of_right);
        joined(right, left, &mut of_right, &mut of_left);
        for places in [&mut of_left, &mut of_right] {
            places.sort_unstable();
            places.dedup();
        }
        Self { left: of_left.into(), right: of_right.into() }
    }

    /// Whether no word stands in both.
    pub(super) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// Whether all words of one of the parts, of which it is, stand in the other.
    pub(super) fn covers(&self, left: &Part, right: &Part) -> bool {
        self.left.len() == left.order.len() || self.right.len() == right.order.len()
    }

    /// Which share of each part's words, of which it is, stands on the other side too, by how much each word of
    /// the two things weighs; `None` where a part has no words.
    pub(super) fn shares(&self, parts: [&Part; 2], weights: [&[f64]; 2]) -> Option<Shares> {
        let share = |common: &[u32], all: &[u32], weights: &[f64]| {
            let sum = |places: &[u32]| -> f64 { places.iter().filter_map(|place| weights.get(*place as usize)).sum() };
            let all = sum(all);
            (all > 0.0).then(|| (sum(common) / all) as f32)
        };
        let ([left, right], [weights_left, weights_right]) = (parts, weights);
        Some(Shares {
            left: share(&self.left, &left.sorted, weights_left)?,
            right: share(&self.right, &right.sorted, weights_right)?,
        })
    }
}

/// Adds the places of two words of `of` that stand one behind the other, where `among` has them as one word.
fn joined(of: Text<'_>, among: Text<'_>, places: &mut Vec<u32>, places_among: &mut Vec<u32>) {
    let mut both = String::new();
    for ((first, word), (second, next)) in of.iter().zip(of.iter().skip(1)) {
        both.clear();
        both.extend([word, next]);
        if let Some(place) = among.find(&both) {
            places.extend([first, second]);
            places_among.push(place);
        }
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

    /// What each of `words` weighs, by place: the square of its rarity.
    pub(super) fn weights(&self, words: &Words) -> Box<[f64]> {
        words.iter().map(|word| self.weight(word)).collect()
    }

    fn weight(&self, word: &str) -> f64 {
        let rarity = ((self.things as f64 + UNSEEN) / (self.things_with(word) as f64 + 0.5)).ln();
        rarity * rarity
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

    fn words(text: &str) -> (Words, Part) {
        let (mut words, mut part) = (Words::default(), Part::default());
        words.add(text, &mut part);
        (words, part)
    }

    fn shares(left: &(Words, Part), right: &(Words, Part)) -> Option<Shares> {
        let mut rarity = Rarity::default();
        rarity.count(&left.0);
        rarity.count(&right.0);
        let overlap = Overlap::of(left.0.part(&left.1), right.0.part(&right.1));
        overlap.shares([&left.1, &right.1], [&rarity.weights(&left.0), &rarity.weights(&right.0)])
    }

    #[test]
    fn two_words_may_be_one_on_the_other_side() {
        let (left, right) = (words("back pack blue"), words("backpack red"));
        for (one, other) in [(&left, &right), (&right, &left)] {
            let shares = shares(one, other).unwrap();
            assert!((shares.larger() - 2.0 / 3.0).abs() < 1e-6, "{shares:?}");
            assert!((shares.smaller() - 0.5).abs() < 1e-6, "{shares:?}");
        }
        assert_eq!(shares(&left, &words("")), None);
    }

    #[test]
    fn a_word_of_another_part_is_not_found_in_this_one() {
        let mut words = Words::default();
        let (mut name, mut colour) = (Part::default(), Part::default());
        words.add("blue pack, blue", &mut name);
        words.add("light blue", &mut colour);
        assert_eq!(words.part(&name).words().collect::<Vec<_>>(), ["blue", "pack"]);
        assert_eq!(words.part(&colour).words().collect::<Vec<_>>(), ["light", "blue"]);
        assert!(!Overlap::of(words.part(&name), words.part(&colour)).covers(&name, &colour));
        assert_eq!(words.part(&name).find("light"), None);
    }
}
