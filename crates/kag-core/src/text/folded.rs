//! Text made comparable without losing where it came from.

use unicode_segmentation::UnicodeSegmentation;

use crate::{NameKey, Span};

/// A text folded as names are ([`NameKey`]), and where each byte of it came from.
///
/// What is found in [`as_str`](Self::as_str) is mapped back to bytes of the text as given by
/// [`source`](Self::source). So many names can be sought in one pass, in one folded text.
///
/// ```
/// use kag_core::text::FoldedText;
///
/// let text = "皇家馬德里（Ｒｅａｌ　Madrid）";
/// let folded = FoldedText::new(text);
/// let at = folded.as_str().find("real madrid").unwrap();
/// assert_eq!(folded.source(at, at + 11).unwrap().of(text), Some("Ｒｅａｌ　Madrid"));
/// assert!(folded.is_word(at, at + 11) && !folded.is_word(at, at + 8));
/// ```
#[derive(Clone, Debug)]
pub struct FoldedText {
    text: String,
    /// For each byte of `text`, the bytes of the source it stands for.
    sources: Vec<Span>,
}

impl FoldedText {
    /// `source` folded, each stretch of white space one space; in linear time.
    #[must_use]
    pub fn new(source: &str) -> Self {
        Self::with_space(source, " ")
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `source` folded, with `space` for each stretch of white space.
    pub(super) fn with_space(source: &str, space: &str) -> Self {
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
    pub(super) fn position(&self, needle: &str, from: usize) -> Option<(usize, usize)> {
        if needle.is_empty() {
            return None;
        }
        let start = from + self.text.get(from..)?.find(needle)?;
        Some((start, start + needle.len()))
    }

    pub(super) fn find(&self, needle: &str, from: usize) -> Option<Span> {
        let (start, end) = self.position(needle, from)?;
        self.source(start, end)
    }

    /// The bytes of the source that bytes `start` to before `end` of the folded text stand for, whole
    /// graphemes of it; `None` for no bytes, or bytes that are not there.
    #[must_use]
    pub fn source(&self, start: usize, end: usize) -> Option<Span> {
        let (first, last) = (self.sources.get(start)?, self.sources.get(end.checked_sub(1)?)?);
        Some(Span::new(first.start, last.end))
    }

    /// Whether no word of a spaced script goes on over either end: `man` is none in `mandy`, `皇马` is
    /// one everywhere.
    #[must_use]
    pub fn is_word(&self, start: usize, end: usize) -> bool {
        let (before, inside, after) = (self.text.get(..start), self.text.get(start..end), self.text.get(end..));
        let joined = |left: Option<char>, right: Option<char>| matches!((left, right), (Some(l), Some(r)) if spaced(l) && spaced(r));
        let inside = inside.unwrap_or_default();
        !joined(before.and_then(|text| text.chars().next_back()), inside.chars().next())
            && !joined(inside.chars().next_back(), after.and_then(|text| text.chars().next()))
    }
}

/// Whether `character` is part of a word in a script that puts spaces between words.
pub(super) fn spaced(character: char) -> bool {
    let unspaced = matches!(character,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' // Thai, Lao, Burmese, Khmer
        | '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' // Han, Kana
        | '\u{ac00}'..='\u{d7af}'); // Hangul: particles follow a name without a space
    character.is_alphanumeric() && !unspaced
}
