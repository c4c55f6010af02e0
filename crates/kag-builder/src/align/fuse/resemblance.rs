//! How much two things look like one.

use std::fmt;

use super::{common::Common, profile::Profiles};

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
        let common = Common::of(self.profiles.get(left)?, self.profiles.get(right)?);
        self.weigh(left, right, &common)
    }

    /// How much two of the profiles look like one that have `common` in common.
    pub(super) fn weigh(&self, left: usize, right: usize, common: &Common) -> Option<Resemblance> {
        let profiles = [self.profiles.get(left)?, self.profiles.get(right)?];
        let weights = [&**self.weights.get(left)?, &**self.weights.get(right)?];
        let name = common.names.shares(profiles.map(|profile| &profile.names), weights)?.larger();
        let all = common.all.shares(profiles.map(|profile| profile.words.all()), weights)?;
        let only_named = profiles.iter().any(|profile| profile.is_only_named());
        let open: f32 = common.open.iter().map(|attribute| attribute.conflict(weights)).sum();
        Some(Resemblance {
            name,
            all: if only_named { all.smaller() } else { all.larger() },
            code: self.codes.has_rare(&common.codes),
            conflicts: common.conflicts + open,
            numbers_differ: common.numbers_differ,
        })
    }
}
