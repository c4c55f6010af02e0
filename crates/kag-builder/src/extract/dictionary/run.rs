//! Seeking the terms of a vocabulary in a passage.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use kag_core::{BoxError, Layer, Span, async_trait, text::FoldedText};

use super::{Dictionary, Term};
use crate::{ExtractedEntity, Extraction, Extractor, Passage};

/// Finds the terms of a fixed vocabulary in text, by the spellings it lists, and no facts; made by
/// [`Dictionary::compile`].
///
/// One pass over the text, however many terms there are (Aho and Corasick 1975).
///
/// - Spellings are compared as names are: width, case and white space do not matter. In scripts that put
///   spaces between words only whole words count: `man` is not in `Mandy`, `皇马` is in `皇马主场`.
/// - Of spellings that overlap the one that begins first counts, of those the longest.
/// - A spelling that several terms share names those whose name it is, or else all whose alias it is.
/// - A spelling without small letters, such as `ALL`, counts only where the text has it without small
///   letters too: folded, acronyms are words of the language. One of a single character is not sought.
///
/// A node gets all aliases of its term, whether or not the passage has them, so that it is found by
/// each of them.
///
/// ```
/// use kag_builder::{Dictionary, Passage, Term};
/// use kag_core::{Chunk, ContentHash, Document};
///
/// let extractor = Dictionary::new().with(Term::new("Club", "皇家马德里").with_aliases(["皇马", "Real Madrid"])).compile()?;
/// let text = "皇马主场。REAL　MADRID won.";
/// let document = Document::new("note:1", ContentHash::of(text));
/// let found = extractor.read(&Passage::new(&document, &Chunk::new(document.id, 0, 0, text)));
/// let spans: Vec<_> = found.entities[0].spans.iter().filter_map(|span| span.of(text)).collect();
/// assert_eq!(spans, ["皇马", "REAL　MADRID"]);
/// # Ok::<(), kag_builder::DictionaryError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DictionaryExtractor {
    version: String,
    layer: Layer,
    terms: Arc<[Term]>,
    /// What each pattern of `automaton` is.
    spellings: Arc<[Spelling]>,
    automaton: AhoCorasick,
}

/// A vocabulary that is too large to be sought in one pass.
#[derive(Clone, Debug, thiserror::Error)]
#[error("a vocabulary of {spellings} spellings is too large")]
#[non_exhaustive]
pub struct DictionaryError {
    /// How many spellings it has.
    pub spellings: usize,
    /// Which limit it goes over.
    #[source]
    source: Box<aho_corasick::BuildError>,
}

/// A folded spelling, as it is sought.
#[derive(Clone, Debug, Default)]
struct Spelling {
    /// The terms whose name it is.
    names: Vec<usize>,
    /// The terms that it is an alias of.
    aliases: Vec<usize>,
    /// Whether some term writes it with small letters, or with none that are small or capital.
    any_case: bool,
}

impl DictionaryExtractor {
    pub(super) fn new(dictionary: &Dictionary) -> Result<Self, DictionaryError> {
        let terms: Arc<[Term]> = dictionary.terms().cloned().collect();
        let mut all: BTreeMap<String, Spelling> = BTreeMap::new();
        for (number, term) in terms.iter().enumerate() {
            for (place, spelling) in term.spellings().enumerate() {
                let key = FoldedText::new(spelling).as_str().trim().to_owned();
                if key.chars().nth(1).is_none() || !dictionary.seeks(spelling) {
                    continue;
                }
                let sought = all.entry(key).or_default();
                let of = if place == 0 { &mut sought.names } else { &mut sought.aliases };
                of.push(number);
                sought.any_case |= !is_capital(spelling);
            }
        }
        let (keys, spellings): (Vec<String>, Vec<Spelling>) = all.into_iter().unzip();
        let automaton = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(&keys);
        let automaton =
            automaton.map_err(|source| DictionaryError { spellings: keys.len(), source: Box::new(source) })?;
        let hash = dictionary.hash().to_string();
        let version = format!("dictionary 1 {}", hash.get(..12).unwrap_or_default());
        let layer = dictionary.layer.unwrap_or(Layer::Information);
        Ok(Self { version, layer, terms, spellings: spellings.into(), automaton })
    }

    /// The terms in `passage`, by type and name: [`Extractor::extract`] without waiting.
    #[must_use]
    pub fn read(&self, passage: &Passage<'_>) -> Extraction {
        let mut places: BTreeMap<usize, BTreeSet<Span>> = BTreeMap::new();
        for (spelling, span) in self.places(passage.text()) {
            let of = if spelling.names.is_empty() { &spelling.aliases } else { &spelling.names };
            for term in of {
                places.entry(*term).or_default().insert(span);
            }
        }
        let entities = places.into_iter().filter_map(|(number, spans)| {
            let term = self.terms.get(number)?;
            let mut entity = ExtractedEntity::new(term.type_name.clone(), Arc::clone(&term.name));
            entity.aliases = term.aliases.iter().cloned().collect();
            entity.spans = spans.into_iter().collect();
            entity.layer = self.layer;
            Some(entity)
        });
        Extraction { entities: entities.collect(), ..Extraction::default() }
    }

    /// Where spellings stand in `text`, in reading order and without overlaps.
    fn places(&self, text: &str) -> Vec<(&Spelling, Span)> {
        let folded = FoldedText::new(text);
        let mut candidates: Vec<(usize, usize, &Spelling)> = Vec::new();
        for found in self.automaton.find_overlapping_iter(folded.as_str()) {
            let spelling = self.spellings.get(found.pattern().as_usize());
            let counts = |spelling: &&Spelling| {
                spelling.any_case
                    || folded.source(found.start(), found.end()).and_then(|span| span.of(text)).is_some_and(is_capital)
            };
            if folded.is_word(found.start(), found.end())
                && let Some(spelling) = spelling.filter(counts)
            {
                candidates.push((found.start(), found.end(), spelling));
            }
        }
        candidates.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        let mut free = 0;
        let kept = candidates.into_iter().filter(|(start, end, _)| {
            let is_free = *start >= free;
            free = if is_free { *end } else { free };
            is_free
        });
        kept.filter_map(|(start, end, spelling)| Some((spelling, folded.source(start, end)?))).collect()
    }
}

/// Whether `text` has capital letters and no small ones.
fn is_capital(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

#[async_trait]
impl Extractor for DictionaryExtractor {
    fn version(&self) -> &str {
        &self.version
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        Ok(self.read(passage))
    }
}
