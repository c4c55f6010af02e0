//! Which profiles are worth comparing.

use std::collections::{BTreeMap, BTreeSet};

use super::profile::Profiles;

/// A word or code that more profiles than this have brings none of them together.
const COMMON: usize = 64;

impl Profiles {
    /// The pairs that share a code, or a word of their names that at most 64 profiles have:
    /// smaller place first, ordered.
    ///
    /// The number of pairs grows with the number of profiles, not with its square.
    #[must_use]
    pub fn candidates(&self) -> BTreeSet<(usize, usize)> {
        let mut blocks: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, profile) in self.profiles.iter().enumerate() {
            let rare =
                profile.words.part(&profile.names).words().filter(|word| self.rarity.things_with(word) <= COMMON);
            let keys: BTreeSet<&str> = rare.chain(profile.codes.iter()).collect();
            for key in keys {
                blocks.entry(key).or_default().push(place);
            }
        }
        let mut pairs = BTreeSet::new();
        for block in blocks.values().filter(|block| block.len() <= COMMON) {
            for (at, one) in block.iter().enumerate() {
                pairs.extend(block.iter().skip(at + 1).map(|other| (*one, *other)));
            }
        }
        pairs
    }
}
