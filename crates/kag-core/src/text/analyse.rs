//! Texts into comparable terms.

use std::{borrow::Cow, ops::Range};

use super::{
    fold::fold,
    words::{Piece, each_piece},
};

/// What to do with English plurals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Plurals {
    /// `rivers` and `river` are different terms.
    #[default]
    Keep,
    /// `rivers` counts as `river`, `cities` as `city`, whatever the language: Harman's
    /// S-stemmer (1991) on ASCII words of more than three letters.
    Singular,
}

/// Cuts text into terms that can be compared byte for byte.
///
/// Text is made comparable as in [`NameKey`](crate::NameKey) (NFKC, case folded; accents, digits and decimal
/// points survive) and cut into words as by [`spans_of_words`](super::spans_of_words). The
/// `'s` of possessives is dropped. A run of Han, Kana or Hangul becomes its overlapping
/// pairs of characters, since words cannot be told apart without a dictionary; a run of one
/// character becomes that character. There is no stemming and there are no stop words unless
/// asked for: names in knowledge graphs suffer from both.
///
/// ```
/// use kag_core::text::Analyser;
///
/// let terms = Analyser::default().terms("Ｍessi's 3.5 goals, 效力于 Ｂ队");
/// assert_eq!(terms, ["messi", "3.5", "goals", "效力", "力于", "b", "队"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Analyser {
    /// What to do with English plurals; kept by default.
    pub plurals: Plurals,
}

impl Analyser {
    /// Sets what to do with English plurals.
    #[must_use]
    pub fn with_plurals(mut self, plurals: Plurals) -> Self {
        self.plurals = plurals;
        self
    }

    /// The terms of `text` in reading order, repeated where they repeat.
    #[must_use]
    pub fn terms(&self, text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        self.each_term(text, |term| terms.push(term.to_owned()));
        terms
    }

    /// Calls `found` with each of [`terms`](Self::terms).
    pub(super) fn each_term(&self, text: &str, mut found: impl FnMut(&str)) {
        let folded = fold(text);
        let folded = folded.as_ref();
        let mut run = Run::default();
        each_piece(folded, |piece, span| match piece {
            Piece::Character => {
                if !run.continues_at(span.start) {
                    run.end(folded, &mut found);
                }
                run.push(folded, span, &mut found);
            }
            Piece::Word => {
                run.end(folded, &mut found);
                self.word(folded.get(span).unwrap_or_default(), &mut found);
            }
            Piece::Possessive => {}
        });
        run.end(folded, &mut found);
    }

    fn word(&self, word: &str, found: &mut impl FnMut(&str)) {
        match self.plurals {
            Plurals::Keep => found(word),
            Plurals::Singular => found(&singular(word)),
        }
    }
}

/// The last character of a run of characters without spaces, and whether there were others.
#[derive(Default)]
struct Run {
    last: Option<Range<usize>>,
    paired: bool,
}

impl Run {
    fn continues_at(&self, start: usize) -> bool {
        self.last.as_ref().is_some_and(|last| last.end == start)
    }

    fn push(&mut self, text: &str, span: Range<usize>, found: &mut impl FnMut(&str)) {
        if let Some(last) = self.last.replace(span.clone()) {
            found(text.get(last.start..span.end).unwrap_or_default());
            self.paired = true;
        }
    }

    fn end(&mut self, text: &str, found: &mut impl FnMut(&str)) {
        if let Some(alone) = self.last.take().filter(|_| !self.paired) {
            found(text.get(alone).unwrap_or_default());
        }
        self.paired = false;
    }
}

fn singular(word: &str) -> Cow<'_, str> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if word.len() <= 3 || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Cow::Borrowed(word);
    }
    if let Some(stem) = word.strip_suffix("ies") {
        if !ends(&["eies", "aies"]) {
            return Cow::Owned(format!("{stem}y"));
        }
    } else if ends(&["aes", "ees", "oes", "us", "ss"]) {
        return Cow::Borrowed(word);
    }
    Cow::Borrowed(word.strip_suffix('s').unwrap_or(word))
}
