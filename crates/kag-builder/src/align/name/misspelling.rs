//! Names with a letter more, less or other.

use std::collections::BTreeSet;

use kag_core::{Confidence, Node, SpellingKey};

use super::{Agreement, NameStage, are_two_by_key, both, names};

/// Nodes of one type, a name of one being a name of the other but for one letter: one more, one
/// less, another one, or two neighbours that changed places.
///
/// Spellings (see [`SpellingKey`]) of at least eight characters, letters for the most part, with
/// the same digits: *Apollo 11* is not *Apollo 12*. Chinese names are too short for it, since
/// there one character is a word. Confidence is 0.8.
///
/// Every spelling is filed under itself and under itself without each one of its characters, so
/// that two which are one letter apart meet (Mor and Fraenkel's deletion neighbourhoods), and
/// nothing is compared with everything.
///
/// ```
/// use kag_builder::{Misspellings, NameStage};
/// use kag_core::{Layer, NameKey, Node, NodeId, TypeName};
///
/// let node = |name: &str| Node {
///     id: NodeId::named(&"Person".into(), &NameKey::of(name)),
///     type_name: TypeName::new("Person"),
///     name: name.into(),
///     aliases: Default::default(),
///     layer: Layer::Information,
///     derivations: Vec::new(),
/// };
/// assert!(Misspellings.agree(&node("Zinedine Zidane"), &node("Zinedin Zidane")).is_some());
/// assert!(Misspellings.agree(&node("Windows 95"), &node("Windows 98")).is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Misspellings;

/// That a letter is a mistake.
const LIKELY: f32 = 0.8;
/// Shorter names are other names when a letter is.
const SHORTEST: usize = 8;
/// Longer ones are sentences.
const LONGEST: usize = 40;

impl NameStage for Misspellings {
    fn id(&self) -> &str {
        "misspellings 1"
    }

    fn keys(&self, node: &Node) -> BTreeSet<String> {
        names(node).filter_map(|name| letters(name)).flat_map(|letters| neighbourhood(&letters)).collect()
    }

    fn agree(&self, one: &Node, other: &Node) -> Option<Agreement> {
        if one.type_name != other.type_name || are_two_by_key(one, other) {
            return None;
        }
        let others: Vec<_> = names(other).filter_map(|name| Some((letters(name)?, name))).collect();
        for name in names(one) {
            let Some(letters) = letters(name) else { continue };
            if let Some((_, same)) = others.iter().find(|(other, _)| is_one_apart(&letters, other)) {
                return Some(Agreement::new(Confidence::new(LIKELY), both(name, same) + ", a letter apart"));
            }
        }
        None
    }
}

/// The letters of a name that can be misspelt.
fn letters(name: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = SpellingKey::of(name).as_str().chars().collect();
    let is_han = |c: &char| ('\u{3400}'..='\u{9fff}').contains(c);
    let alphabetic = letters.iter().filter(|c| c.is_alphabetic()).count();
    let fits =
        (SHORTEST..=LONGEST).contains(&letters.len()) && !letters.iter().any(is_han) && 2 * alphabetic > letters.len();
    fits.then_some(letters)
}

/// `letters`, and what is left of them without each one.
fn neighbourhood(letters: &[char]) -> BTreeSet<String> {
    let without = |at: usize| letters.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, c)| *c).collect();
    (0..letters.len()).map(without).chain([letters.iter().collect()]).collect()
}

fn is_one_apart(left: &[char], right: &[char]) -> bool {
    let digits = |letters: &[char]| letters.iter().copied().filter(char::is_ascii_digit).collect::<String>();
    if left == right || left.len().abs_diff(right.len()) > 1 || digits(left) != digits(right) {
        return false;
    }
    let same_before = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    let same_behind = left.iter().rev().zip(right.iter().rev()).take_while(|(left, right)| left == right).count();
    let longer = left.len().max(right.len());
    if same_before + same_behind + 1 >= longer {
        return true;
    }
    let pair = |letters: &[char]| Some((*letters.get(same_before)?, *letters.get(same_before + 1)?));
    let swapped = |(first, second): (char, char)| (second, first);
    left.len() == right.len() && same_before + same_behind + 2 == longer && pair(left) == pair(right).map(swapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_apart(left: &str, right: &str) -> bool {
        let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
        assert_eq!(is_one_apart(&left, &right), is_one_apart(&right, &left));
        let meet = !neighbourhood(&left).is_disjoint(&neighbourhood(&right));
        assert!(meet || !is_one_apart(&left, &right), "what is one apart must meet");
        is_one_apart(&left, &right)
    }

    #[test]
    fn one_letter_is_one_edit_and_no_more() {
        for (left, right) in [
            ("zinedine", "zinedin"),
            ("zinedine", "sinedine"),
            ("zinedine", "zinedien"),
            ("aab", "ab"),
            ("abc", "abcd"),
        ] {
            assert!(one_apart(left, right), "{left} {right}");
        }
        for (left, right) in [
            ("zinedine", "zinedine"),
            ("zinedine", "zined"),
            ("abcd", "badc"),
            ("model a1", "model a2"),
            ("abcd", "dbca"),
        ] {
            assert!(!one_apart(left, right), "{left} {right}");
        }
        assert_eq!(letters("北京大学人民医院第一分院"), None);
    }
}
