//! Acronyms and short forms.

use std::collections::BTreeSet;

use kag_core::{Confidence, Node, TypeName};

use super::{Agreement, NameStage, Witness, are_two_by_key, names};

/// Nodes of one type, one called by the initials of the other: `WHO` and `World Health
/// Organization`, or by some of its characters: `北大` and `北京大学`.
///
/// Initials are so few that strangers share them. So a name alone is never enough: an acronym
/// of three letters or more needs a chunk that names both, or facts that say the same of
/// both; one of two letters and a Chinese short form must stand right behind the long name, or the long name behind
/// it, at least once (see [`Witness`]). Where [types](Self::with_types) are given, nothing is said of others.
///
/// An acronym is written in capitals, with or without full stops. The initials are those of all
/// words of the long name, or of all but the small ones (*of*, *the*, *and*; *de*, *la*). A Chinese
/// short form has two to four characters, the first one of the long name, and the others in their
/// order, the last of which begins or ends the last word of two characters. Confidence is 0.9.
///
/// ```
/// use kag_builder::{Acronyms, NameStage, Witness};
/// use kag_core::{Layer, NameKey, Node, NodeId, TypeName};
///
/// let node = |name: &str| Node {
///     id: NodeId::named(&"Organisation".into(), &NameKey::of(name)),
///     type_name: TypeName::new("Organisation"),
///     name: name.into(),
///     aliases: Default::default(),
///     layer: Layer::Information,
///     derivations: Vec::new(),
/// };
/// let acronyms = Acronyms::new();
/// let agreement = acronyms.agree(&node("WHO"), &node("World Health Organization")).unwrap();
/// assert_eq!((&*agreement.reason, agreement.witness), ("WHO is short for World Health Organization", Witness::Together));
/// assert!(acronyms.agree(&node("北大"), &node("北京大学")).is_some());
/// assert!(acronyms.agree(&node("who"), &node("World Health Organization")).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acronyms {
    types: Option<BTreeSet<TypeName>>,
    id: String,
}

/// That initials, with a witness, are of the same thing.
const LIKELY: f32 = 0.9;
/// Fewest and most letters of an acronym.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=8;
/// Fewest and most characters of a Chinese short form.
const CHARACTERS: std::ops::RangeInclusive<usize> = 2..=4;
/// Words that an acronym passes over.
const SMALL: [&str; 20] = [
    "a", "an", "and", "at", "by", "da", "de", "del", "der", "des", "du", "et", "for", "in", "la", "of", "on", "the",
    "to", "und",
];

impl Acronyms {
    /// Acronyms of things of every type.
    #[must_use]
    pub fn new() -> Self {
        Self { types: None, id: "acronyms 1".into() }
    }

    /// Acronyms of things of these types only.
    #[must_use]
    pub fn with_types<T: Into<TypeName>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        let types: BTreeSet<TypeName> = types.into_iter().map(Into::into).collect();
        self.id = types.iter().fold("acronyms 1".to_owned(), |id, name| format!("{id} {name}"));
        self.types = Some(types);
        self
    }

    fn concerns(&self, node: &Node) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(&node.type_name))
    }
}

impl Default for Acronyms {
    fn default() -> Self {
        Self::new()
    }
}

impl NameStage for Acronyms {
    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self, node: &Node) -> BTreeSet<String> {
        if !self.concerns(node) {
            return BTreeSet::new();
        }
        names(node).flat_map(|name| acronym(name).into_iter().chain(initials(name)).chain(ends(name))).collect()
    }

    fn agree(&self, one: &Node, other: &Node) -> Option<Agreement> {
        if one.type_name != other.type_name || are_two_by_key(one, other) || !self.concerns(one) {
            return None;
        }
        for (short_of, long_of) in [(one, other), (other, one)] {
            for short in names(short_of) {
                let long = names(long_of).find_map(|long| Some((long, shortens(short, long)?)));
                if let Some((long, witness)) = long {
                    let agreement = Agreement::new(Confidence::new(LIKELY), format!("{short} is short for {long}"));
                    return Some(agreement.with_witness(witness));
                }
            }
        }
        None
    }
}

/// What must be seen for `short` to be short for `long`; `None` where it cannot be.
fn shortens(short: &str, long: &str) -> Option<Witness> {
    if let Some(acronym) = acronym(short).filter(|acronym| initials(long).contains(acronym)) {
        return Some(if acronym.len() > *LETTERS.start() { Witness::Together } else { Witness::Adjacent });
    }
    let (short, long): (Vec<char>, Vec<char>) = (short.chars().collect(), long.chars().collect());
    let is_short = CHARACTERS.contains(&short.len()) && short.len() < long.len();
    let fits = is_short && [&short, &long].iter().all(|name| name.iter().all(|c| is_han(*c)));
    let (last, second_last) = (long.last()?, long.get(long.len().checked_sub(2)?)?);
    let ends = short.first() == long.first() && short.last().is_some_and(|c| c == last || c == second_last);
    let mut rest = long.iter();
    // What is only the beginning or the end of the long name leaves a word out, and is no short form.
    let skips = !long.starts_with(&short) && !long.ends_with(&short);
    (fits && ends && skips && short.iter().all(|c| rest.any(|other| other == c))).then_some(Witness::Adjacent)
}

/// The letters of `name`, in small ones, where it is an acronym.
fn acronym(name: &str) -> Option<String> {
    let name = name.trim();
    let is_written_so = name.chars().all(|c| c.is_ascii_uppercase() || c == '.');
    let letters: String = name.chars().filter(char::is_ascii_uppercase).map(|c| c.to_ascii_lowercase()).collect();
    (is_written_so && LETTERS.contains(&letters.len())).then_some(letters)
}

/// The initials of a name of several words, of all of them and of all but small ones.
fn initials(name: &str) -> BTreeSet<String> {
    let words: Vec<String> = name
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | ','))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let of = |words: &mut dyn Iterator<Item = &String>| -> Option<String> {
        let initials: Vec<char> = words.filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).collect();
        (LETTERS.contains(&initials.len()) && initials.iter().all(char::is_ascii_alphabetic))
            .then(|| initials.into_iter().collect())
    };
    let large = of(&mut words.iter().filter(|word| !SMALL.contains(&word.as_str())));
    of(&mut words.iter()).into_iter().chain(large).collect()
}

/// For a name in Chinese: its first character with its last, and in a longer one with the one before that.
fn ends(name: &str) -> BTreeSet<String> {
    let characters: Vec<char> = name.chars().collect();
    if characters.len() < *CHARACTERS.start() || !characters.iter().all(|c| is_han(*c)) {
        return BTreeSet::new();
    }
    let first = characters.first();
    // A name as short as a short form can be is not long for another.
    let long = characters.len() > *CHARACTERS.start();
    let lasts = characters.iter().rev().take(if long { 2 } else { 1 });
    lasts.filter_map(|last| Some(String::from_iter([*first?, *last]))).collect()
}

fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_all_words_or_of_the_large_ones() {
        for (short, long, witness) in [
            ("WHO", "World Health Organization", Some(Witness::Together)),
            ("W.H.O.", "World Health Organization", Some(Witness::Together)),
            ("FBI", "Federal Bureau of Investigation", Some(Witness::Together)),
            ("USA", "United States of America", Some(Witness::Together)),
            ("UN", "United Nations", Some(Witness::Adjacent)),
            ("Who", "World Health Organization", None),
            ("WHO", "World Heath", None),
            ("W", "World", None),
            ("北大", "北京大学", Some(Witness::Adjacent)),
            ("中科院", "中国科学院", Some(Witness::Adjacent)),
            ("人大", "中国人民大学", None),
            ("北京", "北京大学", None),
            ("大学", "北京大学", None),
            ("清华", "北京大学", None),
        ] {
            assert_eq!(shortens(short, long), witness, "{short} {long}");
        }
    }

    #[test]
    fn what_is_short_for_something_shares_a_key_with_it() {
        for (short, long) in [("W.H.O.", "World Health Organization"), ("北大", "北京大学"), ("中科院", "中国科学院")]
        {
            let keys =
                |name: &str| acronym(name).into_iter().chain(initials(name)).chain(ends(name)).collect::<BTreeSet<_>>();
            assert!(!keys(short).is_disjoint(&keys(long)), "{short} {long}");
        }
    }
}
