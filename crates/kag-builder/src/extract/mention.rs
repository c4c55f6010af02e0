//! Names in a text, without a model.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use kag_core::{BoxError, Span, TypeName, async_trait};
use regex::Regex;

use super::{ExtractedEntity, Extraction, Extractor, Passage};
use crate::sentences;

/// Reads the names in a passage by how they are written, and no facts.
///
/// It makes a graph of passages and what they name, which retrieval can walk, out of any
/// text at no cost. What counts as a name:
///
/// - the document's title, where the text has it (whole words, case aside) or not;
/// - in scripts with capitals: runs of capitalised words, joined over `of`, `the`, `de`,
///   `van` and the like between two of them. A lone word that begins a sentence counts
///   only if it stands capitalised elsewhere in the passage too, and words such as `The` or
///   `He` at the beginning of a run do not count;
/// - in Chinese: what stands in `《》`, `「」`, `『』` or `“”`, when it has 2 to 24 characters and no
///   sentence ends in it. Chinese names without marks are not found: bring them to
///   [`Patterns`](super::Patterns), or use a model;
/// - dates and numbers of at least two digits, as they are written.
///
/// All nodes are of one type, by default `Entity`.
#[derive(Clone, Debug)]
pub struct MentionExtractor {
    type_name: TypeName,
    version: String,
}

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

static QUOTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"《([^《》]{2,24})》|「([^「」]{2,24})」|『([^『』]{2,24})』|“([^“”]{2,24})”").ok());

static NUMERIC: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let months = "(?:January|February|March|April|May|June|July|August|September|October|November|December)";
    Regex::new(&format!(
        r"(?x) \d{{4}}年(?:\d{{1,2}}月(?:\d{{1,2}}日)?)?
        | {months}\ \d{{1,2}},\ \d{{4}} | (?:\d{{1,2}}\ )?{months}\ \d{{4}}
        | \d{{4}}-\d{{2}}(?:-\d{{2}})?
        | \d(?:[\d,.]*\d)(?:%|万|亿)?"
    ))
    .ok()
});

impl MentionExtractor {
    /// The extractor, whose nodes are of type `Entity`.
    #[must_use]
    pub fn new() -> Self {
        Self { type_name: TypeName::from("Entity"), version: String::new() }.with_type("Entity")
    }

    /// The same extractor, whose nodes are of `type_name`.
    #[must_use]
    pub fn with_type(mut self, type_name: impl Into<TypeName>) -> Self {
        self.type_name = type_name.into();
        self.version = format!("mentions 1 {}", self.type_name);
        self
    }

    /// The names in `passage`: [`Extractor::extract`] without waiting.
    #[must_use]
    pub fn read(&self, passage: &Passage<'_>) -> Extraction {
        let text = passage.text();
        let mut names: BTreeMap<&str, BTreeSet<Span>> = BTreeMap::new();
        let numeric = NUMERIC.iter().flat_map(|regex| regex.find_iter(text)).map(|found| Span::from(found.range()));
        let quoted = QUOTED.iter().flat_map(|regex| regex.captures_iter(text));
        let quoted = quoted.filter_map(|captures| captures.iter().flatten().nth(1));
        let quoted = quoted.filter(|found| is_chinese(found.as_str()) && sentences(found.as_str()).count() == 1);
        let quoted = quoted.map(|found| Span::from(found.range()));
        for span in capitalised(text).into_iter().chain(quoted).chain(numeric) {
            names.entry(span.of(text).unwrap_or_default()).or_default().insert(span);
        }
        let titled = Some(passage.title()).filter(|title| !title.trim().is_empty());
        let mut extraction = Extraction::default();
        extraction.entities.extend(titled.map(|title| ExtractedEntity::new(self.type_name.clone(), title)));
        for (name, spans) in names {
            let mut entity = ExtractedEntity::new(self.type_name.clone(), name);
            entity.spans.extend(spans);
            extraction.entities.push(entity);
        }
        extraction
    }
}

impl Default for MentionExtractor {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Extractor for MentionExtractor {
    fn version(&self) -> &str {
        &self.version
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        Ok(self.read(passage))
    }
}

/// A word of a sentence.
#[derive(Clone, Copy)]
struct Word {
    span: Span,
    capital: bool,
    /// Whether only white space, a hyphen or an apostrophe is between it and the word before.
    joined: bool,
}

/// Runs of capitalised words, as the rule of [`MentionExtractor`] says.
fn capitalised(text: &str) -> Vec<Span> {
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

fn is_chinese(text: &str) -> bool {
    text.chars().any(is_han)
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{3041}'..='\u{30ff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use kag_core::{Chunk, ContentHash, Document};

    use super::*;

    fn names(title: &str, text: &str) -> Vec<String> {
        let document = Document::new("note:1", ContentHash::of(text)).with_title(title);
        let chunk = Chunk::new(document.id, 0, 0, text);
        let found = MentionExtractor::new().read(&Passage::new(&document, &chunk));
        found.entities.iter().map(|entity| entity.entity.name.to_string()).collect()
    }

    #[test]
    fn names_are_found_by_how_they_are_written() {
        assert_eq!(
            names("", "The Bank of England was founded in 1694. Smaller banks followed; Smaller ones failed."),
            ["1694", "Bank of England", "Smaller"]
        );
        assert_eq!(
            names("", "Smaller banks followed. He met Ludwig van Beethoven in Bonn."),
            ["Bonn", "Ludwig van Beethoven"]
        );
        assert_eq!(
            names("", "他写了《红楼梦》和“石头记”，2011年7月出版，“他说：好。走了”。"),
            ["2011年7月", "石头记", "红楼梦"]
        );
        assert_eq!(
            names("皇家马德里", "效力于Real Madrid俱乐部，身价9,400万。"),
            ["皇家马德里", "9,400万", "Real Madrid"]
        );
        assert_eq!(names(" ", ""), Vec::<String>::new());
    }

    #[test]
    fn spans_are_those_of_the_name() {
        let document = Document::new("note:1", ContentHash::of(""));
        let chunk = Chunk::new(document.id, 0, 0, "In Paris, Paris.");
        let found = MentionExtractor::new().read(&Passage::new(&document, &chunk));
        assert_eq!(found.entities.len(), 1);
        assert_eq!(found.entities[0].spans, [Span::new(3, 8), Span::new(10, 15)]);
    }
}
