//! Finding quotes and names in a text.

use super::{FoldedText, align::align, folded::spaced};
use crate::Span;

/// Marks that models put around a quote or leave off.
const TRIMMED: [char; 22] = [
    '"', '\'', '“', '”', '‘', '’', '「', '」', '『', '』', '.', '。', '…', ',', '，', ';', '；', '!', '！', '?', '？',
    '*',
];

/// A text, prepared so that quotes and names can be found in it.
///
/// What is sought is compared exactly first, then folded: NFKC, default case folding,
/// white space collapsed, as [`NameKey`](crate::NameKey) does it; quotes last of all without any white space
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
    spaced: FoldedText,
    bare: FoldedText,
}

impl<'t> Locator<'t> {
    /// Prepares `text`, in linear time.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self { text, spaced: FoldedText::new(text), bare: FoldedText::with_space(text, "") }
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
        let folded = |quote: &str| self.bare.find(FoldedText::with_space(quote, "").as_str(), 0);
        folded(quote).or_else(|| {
            let trimmed = quote.trim_matches(|c: char| TRIMMED.contains(&c) || c.is_whitespace());
            if trimmed.len() < quote.len() { folded(trimmed) } else { None }
        })
    }

    /// The place that is most like `quote`, the first of equals, and how like it is: 1 less the edits for
    /// each character of the quote, white space aside, both folded. At both ends words are taken whole.
    ///
    /// `None` where nothing is at least `least` alike, or where the most like place has other numbers
    /// than the quote: `成立于1903年` is not said by `成立于1902年`, however like they are. For quotes that
    /// [`quote`](Self::quote) does not find; the time is that of the product of the two lengths, and so
    /// nothing is sought where that is over 16 million characters.
    ///
    /// ```
    /// use kag_core::text::Locator;
    ///
    /// let text = "The club, which plays in white, was founded in 1902 in Madrid.";
    /// let (span, likeness) = Locator::new(text).resembling("The club which plays in white were founded in 1902", 0.75).unwrap();
    /// assert_eq!(span.of(text), Some("The club, which plays in white, was founded in 1902"));
    /// assert!(likeness > 0.8 && likeness < 1.0);
    /// ```
    #[must_use]
    pub fn resembling(&self, quote: &str, least: f32) -> Option<(Span, f32)> {
        let quote = FoldedText::with_space(quote, "");
        let sought: Vec<char> = quote.as_str().chars().collect();
        let (places, text): (Vec<usize>, Vec<char>) = self.bare.as_str().char_indices().unzip();
        if sought.is_empty() || sought.len().saturating_mul(text.len()) > MOST_CELLS {
            return None;
        }
        let most = ((1.0 - least.clamp(0.0, 1.0)) * sought.len() as f32).floor() as usize;
        let found = align(&text, &sought, most)?;
        let start = *places.get(found.start)?;
        let end = places.get(found.end).copied().unwrap_or(self.bare.as_str().len());
        if !numbers(self.bare.as_str().get(start..end)?).eq(numbers(quote.as_str())) {
            return None;
        }
        let likeness = 1.0 - found.edits as f32 / sought.len() as f32;
        Some((self.whole_words(self.bare.source(start, end)?), likeness))
    }

    /// `span` with the rest of the words of spaced scripts that it cuts.
    fn whole_words(&self, span: Span) -> Span {
        let (before, inside, after) =
            (self.text.get(..span.start), span.of(self.text).unwrap_or_default(), self.text.get(span.end..));
        let is_cut = |inner: Option<char>| inner.is_some_and(spaced);
        let (first, last) = (inside.chars().next(), inside.chars().next_back());
        let left: usize = before
            .unwrap_or_default()
            .chars()
            .rev()
            .take_while(|c| is_cut(first) && spaced(*c))
            .map(char::len_utf8)
            .sum();
        let right: usize =
            after.unwrap_or_default().chars().take_while(|c| is_cut(last) && spaced(*c)).map(char::len_utf8).sum();
        Span::new(span.start - left, span.end + right)
    }

    /// Every place where `name` stands, folded, in reading order and without overlaps. In
    /// scripts that put spaces between words, only as a whole word: `Man` is not in `Mandy`.
    #[must_use]
    pub fn occurrences(&self, name: &str) -> Vec<Span> {
        let needle = FoldedText::new(name);
        let needle = needle.as_str().trim();
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
                from =
                    start + self.spaced.as_str().get(start..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
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

/// Most pairs of characters that are compared to find what resembles a quote.
const MOST_CELLS: usize = 16_000_000;

/// The digits of `text`, a stretch each.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_numeric()).filter(|number| !number.is_empty())
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
    fn quotes_that_models_rewrite_are_found_where_they_are_most_alike() {
        let text = "皇家马德里足球俱乐部成立于1902年3月6日，主场在马德里。He left Real Madrid in 2018, to everybody's surprise.";
        let locator = Locator::new(text);
        let found = |quote| locator.resembling(quote, 0.75).and_then(|(span, _)| span.of(text));
        assert_eq!(found("皇家马德里俱乐部成立于1902年3月6日"), Some("皇家马德里足球俱乐部成立于1902年3月6日"));
        assert_eq!(found("He leaves Real Madrid in 2018"), Some("He left Real Madrid in 2018"));
        // Whole words, even where the alignment ends within one.
        assert_eq!(found("to everybody surpris"), Some("to everybody's surprise"));
        for other in
            ["He left Real Madrid in 2017", "皇家马德里足球俱乐部成立于1903年3月6日", "他去了尤文图斯", "", "。"]
        {
            assert_eq!(found(other).filter(|_| other != "。"), None, "{other}");
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
            let resembling = locator.resembling(&part, 0.5).map(|(span, _)| span);
            for span in locator.occurrences(&part).into_iter().chain(resembling).chain(locator.quote(&part.to_uppercase())) {
                prop_assert!(span.of(&text).is_some());
            }
        }
    }
}
