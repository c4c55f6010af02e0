//! What two profiles have in common, whatever others there are.

use std::sync::Arc;

use super::{
    profile::{Attribute, Profile},
    words::{Overlap, Part},
};

/// What of the comparison of two profiles hangs on nothing but these two. What is left is how rare their words and
/// codes are among the profiles compared.
#[derive(Clone, Debug)]
pub(super) struct Common {
    pub(super) names: Overlap,
    /// Of names and values.
    pub(super) all: Overlap,
    /// The codes of each that the other has.
    pub(super) codes: Box<[Box<str>]>,
    /// Whether both names have numbers, and each one that the other lacks.
    pub(super) numbers_differ: bool,
    /// How much attributes contradict each other, apart from those in `open`.
    pub(super) conflicts: f32,
    /// The attributes of which the rarity of words decides whether they contradict each other.
    pub(super) open: Box<[Open]>,
}

/// An attribute of which some values share words.
#[derive(Clone, Debug)]
pub(super) struct Open {
    /// How much it contradicts itself if none of these values share enough.
    otherwise: f32,
    values: Box<[Shared]>,
}

/// Two values, and the words that they share.
#[derive(Clone, Debug)]
struct Shared {
    values: [Arc<Part>; 2],
    overlap: Overlap,
}

impl Open {
    /// How much it contradicts itself, by how much each word of the two things weighs.
    pub(super) fn conflict(&self, weights: [&[f64]; 2]) -> f32 {
        let agree = |shared: &Shared| {
            let [left, right] = &shared.values;
            shared.overlap.shares([left, right], weights).is_some_and(|shares| shares.larger() >= STRANGE)
        };
        if self.values.iter().any(agree) { 0.0 } else { self.otherwise }
    }
}

impl Common {
    /// What `left` and `right` have in common.
    pub(super) fn of(left: &Profile, right: &Profile) -> Self {
        let [name, other_name] = [left, right].map(|profile| profile.words.part(&profile.names));
        let [all, other_all] = [left, right].map(|profile| profile.words.part(profile.words.all()));
        let (mut conflicts, mut open) = (0.0, Vec::new());
        for (attribute, values) in &left.attributes {
            let Some(others) = right.attributes.get(attribute) else { continue };
            match conflict(left, values, right, others) {
                Conflict::Certain(conflict) => conflicts += conflict,
                Conflict::Open(attribute) => open.push(attribute),
            }
        }
        Self {
            names: Overlap::of(name, other_name),
            all: Overlap::of(all, other_all),
            codes: left.codes.shared_with(&right.codes),
            numbers_differ: !name.has_no_other_number_than(other_name) && !other_name.has_no_other_number_than(name),
            conflicts,
            open: open.into(),
        }
    }

    /// Whether it is small enough to be remembered: things of many values have much in common that says little.
    pub(super) fn is_small(&self) -> bool {
        self.open.iter().map(|attribute| attribute.values.len()).sum::<usize>() <= MANY
    }
}

/// How much an attribute contradicts itself.
enum Conflict {
    /// 0 to 1.
    Certain(f32),
    Open(Open),
}

/// How much the values of one attribute contradict each other: those decide that agree best.
fn conflict(left: &Profile, values: &[Attribute], right: &Profile, others: &[Attribute]) -> Conflict {
    let (mut least, mut open) = (1.0, Vec::new());
    for (one, other) in values.iter().flat_map(|one| others.iter().map(move |other| (one, other))) {
        let certain = match (one.number, other.number) {
            (Some(one), Some(other)) => numbers_conflict(one, other),
            _ if one.words.is_empty() || other.words.is_empty() => 0.0,
            _ => {
                let overlap = Overlap::of(left.words.part(&one.words), right.words.part(&other.words));
                match overlap.is_empty() {
                    true => 1.0,
                    false if overlap.covers(&one.words, &other.words) => 0.0,
                    false => {
                        open.push(Shared { values: [Arc::clone(&one.words), Arc::clone(&other.words)], overlap });
                        continue;
                    }
                }
            }
        };
        least = f32::min(certain, least);
        if least == 0.0 {
            return Conflict::Certain(0.0);
        }
    }
    if open.is_empty() {
        Conflict::Certain(least)
    } else {
        Conflict::Open(Open { otherwise: least, values: open.into() })
    }
}

/// 1 where two numbers are different years, 0.5 where they are far apart.
fn numbers_conflict(left: f64, right: f64) -> f32 {
    let is_year = |number: f64| number.fract() == 0.0 && (1800.0..2100.0).contains(&number);
    match (left - right).abs() {
        0.0 => 0.0,
        _ if is_year(left) && is_year(right) => 1.0,
        apart if apart > FAR * left.abs().max(right.abs()) => 0.5,
        _ => 0.0,
    }
}

/// Numbers that differ by more than this share of the larger one are far apart.
const FAR: f64 = 0.5;
/// Values that share less than this have nothing to do with each other.
const STRANGE: f32 = 0.3;
/// Pairs of values whose words are remembered, for two things at most.
const MANY: usize = 64;
