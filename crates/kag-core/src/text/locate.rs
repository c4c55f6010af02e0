//! Finding quotes and names in a text.

use crate::{NameKey, Span};
use unicode_segmentation::UnicodeSegmentation;

/// Marks that models put around a quote or leave off.
const TRIMMED: [char; 22] = [
    '"', '\'', '“', '”', '‘', '’', '「', '」', '『', '』', '.', '。', '…', ',', '，', ';', '；', '!', '！', '?', '？',
    '*',
];

/// A text, prepared so that quotes and names can be found in it.
///
/// What is sought is compared exactly first, then folded: NFKC, default case folding,
/// white space collapsed, as [`NameKey`] does it; quotes last of all without any white space
/// and without the quotation marks and full stops at their ends. Spans are always bytes of
/// the text as given.
///
/// ```
/// use kag_core::text::Locator;
///
/// let text = "皇家馬德里（Ｒｅａｌ　Madrid）\n成立于 1902年。";
/// let locator = Locator::new(text);
/// let span = locator.quote("“REAL madrid) 成立于1902年”").unwrap();
/// assert_eq!(span.of(text).unwrap(), "Ｒｅａｌ　Madrid）\n成立于 1902年");
/// assert_eq!(locator.occurrences("real MADRID").len(), 1);
/// assert!(locator.occurrences("Real Mad").is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Locator<'t> {
    text: &'t str,
    spaced: Folded,
    bare: Folded,
}

impl<'t> Locator<'t> {
    /// Prepares `text`, in linear time.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self { text, spaced: Folded::of(text, " "), bare: Folded::of(text, "") }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The first place where `quote` stands: as it is, or else folded. `None` for a quote
    /// without visible characters.
    #[must_use]
    pub fn quote(&self, quote: &str) -> Option<Span> {
        let quote = quote.trim();
        if quote.is_empty() {
            return None;
        }
        if let Some(at) = self.text.find(quote) {
            return Some(Span::new(at, at + quote.len()));
        }
        let folded = |quote: &str| self.bare.find(&Folded::of(quote, "").text, 0);
        folded(quote).or_else(|| {
            let trimmed = quote.trim_matches(|c: char| TRIMMED.contains(&c) || c.is_whitespace());
            if trimmed.len() < quote.len() { folded(trimmed) } else { None }
        })
    }

    /// Every place where `name` stands, folded, in reading order and without overlaps. In
    /// scripts that put spaces between words, only as a whole word: `Man` is not in `Mandy`.
    #[must_use]
    pub fn occurrences(&self, name: &str) -> Vec<Span> {
        let needle = Folded::of(name, " ").text;
        let needle = needle.trim();
        let mut found = Vec::new();
        let mut from = 0;
        while let Some((start, end)) = self.spaced.position(needle, from) {
            if self.spaced.is_word(start, end)
                && let Some(span) = self.spaced.source(start, end)
            {
                found.push(span);
                from = end;
            } else {
                // One character on, which in folded text may be several bytes.
                from = start + self.spaced.text.get(start..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
            }
        }
        found
    }

    /// The shortest stretch of text that holds one of `left` and one of `right`, the first of
    /// equals. Both in reading order and without overlaps, as [`occurrences`](Self::occurrences) gives them.
    #[must_use]
    pub fn nearest(left: &[Span], right: &[Span]) -> Option<Span> {
        let (mut at_left, mut at_right) = (left.iter().peekable(), right.iter().peekable());
        let mut best: Option<Span> = None;
        while let (Some(one), Some(other)) = (at_left.peek(), at_right.peek()) {
            let hull = Span::new(one.start.min(other.start), one.end.max(other.end));
            if best.is_none_or(|best| hull.len() < best.len()) {
                best = Some(hull);
            }
            if one.start <= other.start {
                at_left.next()
            } else {
                at_right.next()
            };
        }
        best
    }
}

/// A folded text, and where each byte of it came from.
#[derive(Clone, Debug)]
struct Folded {
    text: String,
    /// For each byte of `text`, the bytes of the source it stands for.
    sources: Vec<Span>,
}

impl Folded {
    /// `source` folded, with `space` for each stretch of white space.
    fn of(source: &str, space: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(source.len()), sources: Vec::with_capacity(source.len()) };
        for (at, grapheme) in source.grapheme_indices(true) {
            let span = Span::new(at, at + grapheme.len());
            let mut characters = grapheme.chars();
            match (characters.next(), characters.next()) {
                (Some(one), None) if one.is_ascii_graphic() => folded.push_char(one.to_ascii_lowercase(), span),
                (Some('\u{3041}'..='\u{3096}' | '\u{4e00}'..='\u{9fff}'), None) => folded.push(grapheme, span),
                _ if grapheme.trim().is_empty() => folded.push_space(space, span),
                _ => folded.push_folded(grapheme, space, span),
            }
        }
        folded
    }

    /// What folds to white space in part, such as a lone accent, folds as names do.
    fn push_folded(&mut self, grapheme: &str, space: &str, span: Span) {
        let key = NameKey::of(grapheme);
        for (number, word) in key.as_str().split(' ').enumerate() {
            if number > 0 {
                self.push_space(space, span);
            }
            self.push(word, span);
        }
    }

    fn push_space(&mut self, space: &str, span: Span) {
        if !space.is_empty() && !self.text.ends_with(space) {
            self.push(space, span);
        }
    }

    fn push_char(&mut self, character: char, span: Span) {
        self.text.push(character);
        self.sources.extend(std::iter::repeat_n(span, character.len_utf8()));
    }

    fn push(&mut self, text: &str, span: Span) {
        self.text.push_str(text);
        self.sources.extend(std::iter::repeat_n(span, text.len()));
    }

    /// The first place of `needle` at or behind `from`, in bytes of the folded text.
    fn position(&self, needle: &str, from: usize) -> Option<(usize, usize)> {
        if needle.is_empty() {
            return None;
        }
        let start = from + self.text.get(from..)?.find(needle)?;
        Some((start, start + needle.len()))
    }

    fn find(&self, needle: &str, from: usize) -> Option<Span> {
        let (start, end) = self.position(needle, from)?;
        self.source(start, end)
    }

    fn source(&self, start: usize, end: usize) -> Option<Span> {
        let (first, last) = (self.sources.get(start)?, self.sources.get(end.checked_sub(1)?)?);
        Some(Span::new(first.start, last.end))
    }

    /// Whether no word of a spaced script goes on over either end.
    fn is_word(&self, start: usize, end: usize) -> bool {
        let (before, inside, after) = (self.text.get(..start), self.text.get(start..end), self.text.get(end..));
        let joined = |left: Option<char>, right: Option<char>| matches!((left, right), (Some(l), Some(r)) if spaced(l) && spaced(r));
        let inside = inside.unwrap_or_default();
        !joined(before.and_then(|text| text.chars().next_back()), inside.chars().next())
            && !joined(inside.chars().next_back(), after.and_then(|text| text.chars().next()))
    }
}

/// Whether `character` is part of a word in a script that puts spaces between words.
fn spaced(character: char) -> bool {
    let unspaced = matches!(character,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' // Thai, Lao, Burmese, Khmer
        | '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' // Han, Kana
        | '\u{ac00}'..='\u{d7af}'); // Hangul: particles follow a name without a space
    character.is_alphanumeric() && !unspaced
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
        Locator::new(text).occurrences(name).iter().map(|span| span.of(text).unwrap()).collect()
    }

    #[test]
    fn names_are_found_as_whole_words_in_spaced_scripts_only() {
        assert_eq!(found("Man and Mandy, MAN-made man", "man"), ["Man", "MAN", "man"]);
        assert_eq!(found("皇马，皇马主场", "皇马"), ["皇马", "皇马"]);
        assert_eq!(found("效力于Arsenal俱乐部", "arsenal"), ["Arsenal"]);
        assert_eq!(found("1902 and 19023", "1902"), ["1902"]);
        assert_eq!(found("Köln, ko\u{308}ln, Koln", "KÖLN"), ["Köln", "ko\u{308}ln"]);
        assert_eq!(found("Straße, STRASSE", "strasse"), ["Straße", "STRASSE"]);
        assert_eq!(found("anything", " "), Vec::<&str>::new());
    }

    #[test]
    fn quotes_survive_what_models_do_to_them() {
        let text = "C罗于2009年加盟皇马，\n转会费９４００万欧元。He left in 2018.";
        let locator = Locator::new(text);
        for (quote, expect) in [
            ("加盟皇马", "加盟皇马"),
            ("加盟皇马，转会费9400万欧元", "加盟皇马，\n转会费９４００万欧元"),
            ("“he LEFT in  2018”", "He left in 2018"),
            ("...He left in 2018...", "He left in 2018"),
        ] {
            assert_eq!(locator.quote(quote).and_then(|span| span.of(text)), Some(expect), "{quote}");
        }
        for missing in ["", "  ", "。", "他去了尤文图斯", "\u{301}"] {
            assert_eq!(locator.quote(missing).filter(|_| missing != "。"), None, "{missing:?}");
        }
    }

    #[test]
    fn the_nearest_pair_wins() {
        let (a, b) = ([Span::new(0, 2), Span::new(50, 52)], [Span::new(20, 22), Span::new(54, 56)]);
        assert_eq!(Locator::nearest(&a, &b), Some(Span::new(50, 56)));
        assert_eq!(Locator::nearest(&a, &[]), None);
    }

    proptest! {
        #[test]
        fn what_is_in_the_text_is_found_on_character_bounds(text in "\\PC{0,40}", start in 0_usize..40, len in 1_usize..20) {
            let part: String = text.chars().skip(start).take(len).collect();
            let locator = Locator::new(&text);
            if !part.trim().is_empty() {
                let span = locator.quote(&part).unwrap();
                prop_assert_eq!(span.of(&text), Some(part.trim()));
            }
            for span in locator.occurrences(&part).into_iter().chain(locator.quote(&part.to_uppercase())) {
                prop_assert!(span.of(&text).is_some());
            }
        }
    }
}
