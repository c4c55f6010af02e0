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
    for (start, segment) in text.split_word_bound_indices() {
        if segment.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            found(Piece::Word, start..start + segment.len());
            continue;
        }
        // Unicode joins Hangul and Latin letters; a segment is cut where the kind changes.
        let mut rest = segment;
        while let Some(first) = rest.chars().next() {
            let at = start + (segment.len() - rest.len());
            let length = if is_cjk(first) {
                found(Piece::Character, at..at + first.len_utf8());
                first.len_utf8()
            } else {
                let length = rest.find(is_cjk).unwrap_or(rest.len());
                each_of_word(rest.get(..length).unwrap_or_default(), at, &mut found);
                length
            };
            rest = rest.get(length..).unwrap_or_default();
        }
    }
}

/// A word and its possessive `'s`, if it has a letter or digit at all. Signs around the word,
/// which Unicode joins to it before other letters, are left out.
fn each_of_word(word: &str, start: usize, found: &mut impl FnMut(Piece, Range<usize>)) {
    let mut stem = word;
    while let Some(shorter) = POSSESSIVES.iter().find_map(|s| stem.strip_suffix(s)) {
        stem = shorter;
    }
    let middle = start + stem.len();
    let stem = stem.trim_end_matches(|c| !char::is_alphanumeric(c) && !is_combining_mark(c));
    let end = start + stem.len();
    let stem = stem.trim_start_matches(|c| !char::is_alphanumeric(c));
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
    matches!(c,
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
