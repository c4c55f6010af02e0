//! Names in scripts with capitals.

use std::collections::BTreeSet;

use kag_core::Span;

use super::han::is_han;
use crate::sentences;

/// Lower-case words that may stand inside a name.
const JOINING: [&str; 16] =
    ["of", "the", "de", "la", "le", "du", "da", "di", "del", "van", "von", "der", "den", "and", "&", "al"];

/// Words that begin sentences oftener than names.
const OPENING: [&str; 60] = [
    "the", "a", "an", "he", "she", "it", "they", "we", "i", "you", "his", "her", "its", "their", "our", "my", "in",
    "on", "at", "by", "for", "from", "to", "of", "with", "after", "before", "during", "since", "until", "when",
    "while", "where", "as", "if", "although", "though", "because", "but", "and", "or", "so", "then", "this", "that",
    "these", "those", "there", "here", "what", "who", "how", "why", "is", "was", "are", "were", "both", "some", "many",
];

/// A word of a sentence.
#[derive(Clone, Copy)]
struct Word {
    span: Span,
    capital: bool,
    /// Whether only white space, a hyphen or an apostrophe is between it and the word before.
    joined: bool,
}

/// Runs of capitalised words, as the rule of [`MentionExtractor`] says.
pub(super) fn capitalised(text: &str) -> Vec<Span> {
    let mut inner: BTreeSet<&str> = BTreeSet::new();
    let mut runs = Vec::new();
    for sentence in sentences(text) {
        let words = words(text, sentence);
        inner.extend(words.iter().skip(1).filter(|word| word.capital).filter_map(|word| word.span.of(text)));
        runs.extend(self::runs(text, &words));
    }
    let kept = runs.into_iter().filter(|(span, lone_opening)| {
        let name = span.of(text).unwrap_or_default();
        !lone_opening || (inner.contains(name) && !opens(name))
    });
    kept.map(|(span, _)| span).collect()
}

/// The words of `sentence` with capitals of their own: Chinese characters end a run.
fn words(text: &str, sentence: Span) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut start = None;
    let part = sentence.of(text).unwrap_or_default();
    for (at, character) in part.char_indices().chain([(part.len(), ' ')]) {
        let inside =
            character.is_alphanumeric() && !is_han(character) || matches!(character, '&' | '\u{300}'..='\u{36f}');
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                start = None;
                let span = Span::new(from, at).shifted(sentence.start);
                let between =
                    words.last().map_or("", |last| Span::new(last.span.end, span.start).of(text).unwrap_or("?"));
                let joined = !words.is_empty() && matches!(between, " " | "-" | "’" | "'" | ". ");
                let capital = span.of(text).is_some_and(|word| word.starts_with(char::is_uppercase));
                words.push(Word { span, capital, joined });
            }
            _ => {}
        }
    }
    words
}

/// The runs in `words`, and whether each is a lone word that begins the sentence.
fn runs(text: &str, words: &[Word]) -> Vec<(Span, bool)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for (at, word) in words.iter().enumerate() {
        let joining = word.span.of(text).is_some_and(|word| JOINING.contains(&word));
        match open {
            Some((first, _)) if word.capital && word.joined => open = Some((first, at)),
            // Joining words stay in only if a capital follows, which `last` then covers.
            Some(_) if joining && word.joined => {}
            _ => {
                runs.extend(open.take());
                open = word.capital.then_some((at, at));
            }
        }
    }
    runs.extend(open);
    let trimmed = runs.into_iter().filter_map(|(first, last)| {
        let is_opening = |at: &usize| words.get(*at).and_then(|word| word.span.of(text)).is_some_and(opens);
        let begin = (first..=last).find(|at| !is_opening(at) && words.get(*at).is_some_and(|word| word.capital))?;
        let span = Span::new(words.get(begin)?.span.start, words.get(last)?.span.end);
        Some((span, begin == 0 && last == 0))
    });
    trimmed.filter(|(span, _)| span.of(text).is_some_and(|name| name.chars().count() > 1)).collect()
}

fn opens(word: &str) -> bool {
    OPENING.contains(&word.to_lowercase().as_str())
}
