//! Where words begin and end.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// The byte spans of the words of `text`, in order; they do not overlap.
///
/// Words are those of Unicode (UAX #29) that hold a letter or digit, so `3.14`, `can't` and
/// `naïve` are one each. Where Unicode leaves words to a dictionary, every character stands
/// alone: Han, Kana, and here Hangul too, whose words carry their particles. The `'s` of a
/// possessive is a span of its own behind its word.
///
/// ```
/// use kag_core::text::spans_of_words;
///
/// let text = "Curie's 2 prizes: 镭!";
/// let words: Vec<&str> = spans_of_words(text).into_iter().map(|span| &text[span]).collect();
/// assert_eq!(words, ["Curie", "'s", "2", "prizes", "镭"]);
/// ```
#[must_use]
pub fn spans_of_words(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    each_piece(text, |_, span| spans.push(span));
    spans
}

/// What a span of [`spans_of_words`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A word in a script that has words.
    Word,
    /// One Han, Kana or Hangul character.
    Character,
    /// The `'s` behind a word.
    Possessive,
}

/// Calls `found` with the spans of [`spans_of_words`] and what they are.
pub(super) fn each_piece(text: &str, mut found: impl FnMut(Piece, Range<usize>)) {
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| is_cjk(*c)) {
        each_of_stretch(text, start..at, &mut found);
        start = at + c.len_utf8();
        found(Piece::Character, at..start);
    }
    each_of_stretch(text, start..text.len(), &mut found);
}

/// The words of a stretch of text without CJK characters.
fn each_of_stretch(text: &str, span: Range<usize>, found: &mut impl FnMut(Piece, Range<usize>)) {
    let stretch = text.get(span.clone()).unwrap_or_default();
    let mut start = span.start;
    // A word never spans white space.
    for part in stretch.split(|c: char| c.is_ascii_whitespace()) {
        if part.is_ascii() {
            each_ascii_word(part, |word| each_of_word(word.0, start + word.1, found));
        } else {
            part.split_word_bound_indices().for_each(|(at, word)| each_of_word(word, start + at, found));
        }
        start += part.len() + 1;
    }
}

/// The words of Unicode in ASCII text and where they begin: letters, digits and underscores,
/// joined by signs that may stand between two letters or two digits.
fn each_ascii_word(text: &str, mut found: impl FnMut((&str, usize))) {
    let bytes = text.as_bytes();
    let in_word = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while in_word(at) || (at > start && joins(bytes.get(at - 1..at + 2))) {
            at += 1;
        }
        if at > start {
            found((text.get(start..at).unwrap_or_default(), start));
        }
        at += 1;
    }
}

/// Whether the middle one of three bytes joins its neighbours into one word.
fn joins(around: Option<&[u8]>) -> bool {
    match around {
        Some([left, b'.' | b'\'', right]) => {
            (left.is_ascii_alphabetic() && right.is_ascii_alphabetic())
                || (left.is_ascii_digit() && right.is_ascii_digit())
        }
        Some([left, b':', right]) => left.is_ascii_alphabetic() && right.is_ascii_alphabetic(),
        Some([left, b',' | b';', right]) => left.is_ascii_digit() && right.is_ascii_digit(),
        _ => false,
    }
}

/// A word and its possessive `'s`, if it has a letter or digit at all. Signs around the word,
/// which Unicode joins to it before other letters, are left out, and so are combining marks
/// that have no letter before them: alone they would be cut off.
fn each_of_word(word: &str, start: usize, found: &mut impl FnMut(Piece, Range<usize>)) {
    let mut stem = word;
    while let Some(shorter) = POSSESSIVES.iter().find_map(|s| stem.strip_suffix(s)) {
        stem = shorter;
    }
    let middle = start + stem.len();
    let stem = stem.trim_end_matches(|c| !char::is_alphanumeric(c) && !is_combining_mark(c));
    let end = start + stem.len();
    let stem = stem.trim_start_matches(|c| !char::is_alphanumeric(c) || is_combining_mark(c));
    if stem.is_empty() {
        return;
    }
    found(Piece::Word, end - stem.len()..end);
    if middle < start + word.len() {
        found(Piece::Possessive, middle..start + word.len());
    }
}

const POSSESSIVES: [&str; 4] = ["'s", "'S", "\u{2019}s", "\u{2019}S"];

/// Whether `c` belongs to a script whose words are not set apart by spaces alone: Han, Kana
/// with its length mark, Bopomofo, Hangul.
fn is_cjk(c: char) -> bool {
    c >= '\u{1100}'
        && matches!(c,
            '\u{1100}'..='\u{11ff}'        // Hangul letters
            | '\u{2e80}'..='\u{2fdf}'      // radicals
            | '\u{3005}'..='\u{3007}'      // iteration mark, closing mark, zero
            | '\u{3021}'..='\u{3029}'      // numerals
            | '\u{3031}'..='\u{3035}'      // Kana repeat marks
            | '\u{3041}'..='\u{3096}'      // Hiragana
            | '\u{309d}'..='\u{309f}'
            | '\u{30a1}'..='\u{30fa}'      // Katakana
            | '\u{30fc}'..='\u{30ff}'
            | '\u{3105}'..='\u{31bf}'      // Bopomofo, Hangul letters
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'      // Han
            | '\u{4e00}'..='\u{9fff}'
            | '\u{a960}'..='\u{a97f}'      // Hangul
            | '\u{ac00}'..='\u{d7ff}'
            | '\u{f900}'..='\u{faff}'      // compatibility Han
            | '\u{ff66}'..='\u{ff9d}'      // half-width Kana
            | '\u{ffa0}'..='\u{ffdc}'      // half-width Hangul
            | '\u{1aff0}'..='\u{1b16f}'    // further Kana
            | '\u{20000}'..='\u{3ffff}'    // Han beyond the basic plane
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ascii_words_are_those_of_unicode(text in "[a-c0-2_.,:;' \\-]*|[ -~]*") {
            let mut found = Vec::new();
            each_ascii_word(&text, |(word, start)| found.push((start, word.to_owned())));
            let words = text.split_word_bound_indices().filter(|(_, word)| word.contains(|c: char| c.is_ascii_alphanumeric() || c == '_'));
            let expect: Vec<_> = words.map(|(start, word)| (start, word.to_owned())).collect();
            prop_assert_eq!(found, expect);
        }
    }
}
