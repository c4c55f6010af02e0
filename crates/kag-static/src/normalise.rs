//! The text as the vocabulary spells it: cleaned, lower case, without accents.

use unicode_normalization::UnicodeNormalization;

use crate::unicode::{is_dropped, is_ideograph, is_mark};

/// Appends to `out` the text as the vocabulary spells it: control characters gone, white space
/// one plain space a character, ideographs between spaces, canonical decomposition without
/// its marks, lower case.
///
/// ASCII is starters only and never changes under decomposition, so each run of it is copied and
/// only what lies between is decomposed.
pub(crate) fn normalise(text: &str, out: &mut String) {
    out.reserve(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let plain = rest.find(|c: char| !c.is_ascii() || is_dropped(c)).unwrap_or(rest.len());
        let (ascii, other) = rest.split_at(plain);
        out.extend(ascii.chars().map(|c| match c {
            '\t' | '\n' | '\r' => ' ',
            c => c.to_ascii_lowercase(),
        }));
        let end = other.find(|c: char| c.is_ascii() && !is_dropped(c)).unwrap_or(other.len());
        let (other, next) = other.split_at(end);
        decompose(other, out);
        rest = next;
    }
}

fn decompose(run: &str, out: &mut String) {
    let spaced = run.chars().filter(|c| !is_dropped(*c)).flat_map(|c| {
        let (before, c, after) = match c {
            c if c.is_whitespace() => (None, ' ', None),
            c if is_ideograph(c) => (Some(' '), c, Some(' ')),
            c => (None, c, None),
        };
        before.into_iter().chain([c]).chain(after)
    });
    out.extend(spaced.nfd().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase));
}

#[cfg(test)]
mod tests {
    use super::normalise;

    fn check(text: &str, expect: &str) {
        let mut out = String::new();
        normalise(text, &mut out);
        assert_eq!(out, expect, "{text:?}");
    }

    #[test]
    fn accents_case_and_control_characters_go() {
        check("Zürich\tÉTÉ\u{200B}s\u{0}x", "zurich etesx");
        check("e\u{301}\u{1}\u{316}a", "ea");
        check("İ ΟΔΟΣ", "i οδοσ");
    }

    #[test]
    fn ideographs_stand_between_spaces() {
        check("KAG知识x", "kag 知  识 x");
        check("カナ", "カナ");
        check("\u{3000}全", "  全 ");
    }
}
