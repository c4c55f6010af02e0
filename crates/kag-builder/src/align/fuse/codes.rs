//! Codes, as models and parts have them.

use std::collections::{BTreeSet, HashMap};

use kag_core::NameKey;

/// The codes of one thing, and its words without anything between them, in which the codes of
/// others may be hidden.
#[derive(Clone, Debug, Default)]
pub(super) struct Codes {
    codes: BTreeSet<String>,
    joined: String,
}

impl Codes {
    /// Adds the codes of `text`.
    pub(super) fn add(&mut self, text: &str) {
        let key = NameKey::of(text);
        self.codes.extend(key.as_str().split(' ').filter_map(code));
        self.add_words(text);
    }

    /// Adds a text that has no codes of its own, as a number.
    pub(super) fn add_words(&mut self, text: &str) {
        self.joined.extend(NameKey::of(text).as_str().chars().filter(|c| c.is_alphanumeric()));
        self.joined.push(' ');
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().map(String::as_str)
    }

    /// The codes of these that `other` has too, and those of `other` that are here.
    pub(super) fn shared_with(&self, other: &Self) -> Box<[Box<str>]> {
        let ours = self.iter().filter(|code| other.has(code));
        let theirs = other.iter().filter(|code| self.has(code) && !self.codes.contains(*code));
        ours.chain(theirs).map(Box::from).collect()
    }

    fn has(&self, code: &str) -> bool {
        (code.len() >= LONG && self.joined.contains(code)) || self.iter().any(|own| agree(own, code))
    }
}

/// How many things have each code.
#[derive(Clone, Debug, Default)]
pub(super) struct CodeCounts(HashMap<String, usize>);

impl CodeCounts {
    pub(super) fn count(&mut self, codes: &Codes) {
        for code in codes.iter() {
            *self.0.entry(code.to_owned()).or_default() += 1;
        }
    }

    /// Whether one of `codes` is of hardly any thing.
    pub(super) fn has_rare(&self, codes: &[Box<str>]) -> bool {
        codes.iter().any(|code| self.0.get(&**code).is_none_or(|things| *things <= FEW))
    }
}

/// A code that more things have is none of a thing but of a kind.
const FEW: usize = 4;
/// Fewest characters of a code with letters.
const SHORT: usize = 4;
/// Fewest digits of a code without; and fewest characters of one that is found within another.
const LONG: usize = 5;

/// What stands behind a number without making it a code.
const UNITS: [&str; 46] = [
    "gb", "mb", "tb", "kb", "mp", "x", "in", "inch", "w", "v", "mm", "cm", "m", "km", "ft", "st", "nd", "rd", "th",
    "pk", "pack", "ghz", "mhz", "khz", "hz", "watt", "ch", "p", "k", "oz", "lb", "dpi", "ohm", "mah", "g", "kg", "l",
    "ml", "ct", "pc", "pcs", "user", "users", "bit", "fps", "rpm",
];

/// The code that `word` is: letters with digits, or many digits, without the signs between
/// them. A number with its unit is none.
fn code(word: &str) -> Option<String> {
    let bare: String = word.chars().filter(|c| !matches!(c, '-' | '.' | '/' | '\'' | '_' | ',' | '(' | ')')).collect();
    if !bare.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let is_code = match digits {
        0 => false,
        all if all == bare.len() => all >= LONG,
        _ => bare.len() >= SHORT && !UNITS.contains(&bare.trim_start_matches(|c: char| c.is_ascii_digit())),
    };
    is_code.then_some(bare)
}

/// Whether two codes are of one thing: equal, or one is the other with something before or
/// behind it, as the letter of a colour.
fn agree(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    short == long || (short.len() >= LONG && (long.starts_with(short) || long.ends_with(short)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Codes {
        let mut codes = Codes::default();
        codes.add(text);
        codes
    }

    #[test]
    fn codes_are_found_however_they_are_written() {
        let found = codes("Sony DSC-W150/R camera 2007 8.1 megapixels 500gb f8n044-slv 0101097900");
        assert_eq!(found.iter().collect::<Vec<_>>(), ["0101097900", "dscw150r", "f8n044slv"]);
        assert!(found.has("dscw150") && found.has("f8n044slv"));
        assert!(!found.has("dscw170r"));
        assert!(codes("Sony DSC W150 camera").has("dscw150"), "words between which nothing stands");
    }

    #[test]
    fn a_code_of_many_things_says_nothing_of_one() {
        let things: Vec<Codes> =
            ["h264 one", "h264 two", "h264 three", "h264 four", "h264 five", "dscw150 a", "dscw150 b"]
                .into_iter()
                .map(codes)
                .collect();
        let mut counts = CodeCounts::default();
        things.iter().for_each(|thing| counts.count(thing));
        assert!(!counts.has_rare(&things[0].shared_with(&things[1])));
        assert!(counts.has_rare(&things[5].shared_with(&things[6])));
    }
}
