//! How much two things look like one.

use std::fmt;

use super::profile::{Attribute, Profile, Profiles};

/// What speaks for two profiles being of one thing, and what against it.
///
/// Shares are weighed by how rare words are among the profiles compared, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Resemblance {
    /// How much of the name with less in it stands in the other's.
    pub name: f32,
    /// The same of names and values together; of the name with *more* in it where one of the two
    /// is known by nothing but names, for a longer name is then the only sign of another thing.
    pub all: f32,
    /// Whether they share a code, as of a model or part, that hardly another profile has.
    pub code: bool,
    /// How many attributes contradict each other; numbers far apart count half.
    pub conflicts: f32,
    /// Whether both names have numbers, and each one that the other lacks.
    pub numbers_differ: bool,
}

impl Resemblance {
    /// How likely it is that the two are one thing, 0 to 1: a logistic function of what was
    /// compared.
    ///
    /// The weights were fitted once, by logistic regression over the validation splits of six
    /// public data sets (products, software, publications, restaurants) that weigh the same, and
    /// rounded; fitted without one of them, none lost more than four points of F1. They are
    /// constants: nothing is learnt from what is compared.
    #[must_use]
    pub fn score(&self) -> f32 {
        let evidence = -7.9 + 3.9 * self.name + 6.3 * self.all + if self.code { 3.6 } else { 0.0 }
            - 1.1 * self.conflicts
            - if self.numbers_differ { 1.2 } else { 0.0 };
        1.0 / (1.0 + (-evidence).exp())
    }
}

/// The reason, in words: `names 100 %, all 87 %, a code in common`.
impl fmt::Display for Resemblance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "names {:.0} %, all {:.0} %", 100.0 * self.name, 100.0 * self.all)?;
        if self.code {
            f.write_str(", a code in common")?;
        }
        if self.conflicts > 0.0 {
            write!(f, ", {} contradictions", self.conflicts)?;
        }
        if self.numbers_differ {
            f.write_str(", other numbers in the names")?;
        }
        Ok(())
    }
}

impl Profiles {
    /// Compares two of the profiles, in either order; `None` where one is not there or has no name.
    #[must_use]
    pub fn compare(&self, left: usize, right: usize) -> Option<Resemblance> {
        let (left, right) = (self.profiles.get(left)?, self.profiles.get(right)?);
        let name = self.rarity.shares(&left.names, &right.names)?.larger();
        let all = self.rarity.shares(&left.all, &right.all)?;
        let only_named = left.is_only_named() || right.is_only_named();
        let (left_numbers, right_numbers) = (left.names.numbers(), right.names.numbers());
        Some(Resemblance {
            name,
            all: if only_named { all.smaller() } else { all.larger() },
            code: self.codes.share_rare(&left.codes, &right.codes),
            conflicts: self.conflicts(left, right),
            numbers_differ: !left_numbers.is_subset(&right_numbers) && !right_numbers.is_subset(&left_numbers),
        })
    }

    /// Adds up how much each attribute that both have contradicts itself. Of several values of
    /// one attribute those decide that agree best.
    fn conflicts(&self, left: &Profile, right: &Profile) -> f32 {
        let shared = left.attributes.iter().filter_map(|(name, values)| Some((values, right.attributes.get(name)?)));
        let least = |(left, right): (&Vec<Attribute>, &Vec<Attribute>)| {
            let pairs = left.iter().flat_map(|one| right.iter().map(move |other| (one, other)));
            pairs.map(|(one, other)| self.conflict(one, other)).fold(1.0, f32::min)
        };
        shared.map(least).sum()
    }

    /// 1 where two values contradict each other, 0.5 where they are numbers far apart.
    fn conflict(&self, left: &Attribute, right: &Attribute) -> f32 {
        if let (Some(left), Some(right)) = (left.number, right.number) {
            let is_year = |number: f64| number.fract() == 0.0 && (1800.0..2100.0).contains(&number);
            return match (left - right).abs() {
                0.0 => 0.0,
                _ if is_year(left) && is_year(right) => 1.0,
                apart if apart > FAR * left.abs().max(right.abs()) => 0.5,
                _ => 0.0,
            };
        }
        let shares = self.rarity.shares(&left.words, &right.words);
        if shares.is_some_and(|shares| shares.larger() < STRANGE) { 1.0 } else { 0.0 }
    }
}

/// Numbers that differ by more than this share of the larger one are far apart.
const FAR: f64 = 0.5;
/// Values that share less than this have nothing to do with each other.
const STRANGE: f32 = 0.3;
