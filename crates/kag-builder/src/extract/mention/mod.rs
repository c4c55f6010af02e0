//! Names in a text, without a model.

mod capitals;
mod han;
mod numeric;

use std::collections::{BTreeMap, BTreeSet};

use kag_core::{BoxError, Span, TypeName, async_trait};

use self::{capitals::capitalised, han::chinese, numeric::numeric};
use super::{ExtractedEntity, Extraction, Extractor, Passage};

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
///   sentence ends in it; what ends as organisations and places do (`大学`, `公司`, `省`), from the word
///   or sign before it on; and the longest strings of 2 to 8 characters that the passage has at least
///   twice, without words such as `的` or `在` in them. A name that is said once, without any of these,
///   is not found: bring it to a [`Dictionary`](super::Dictionary), or use a model;
/// - dates and numbers of at least two digits, as they are written, with `%`, `万`, `亿`, `million` and
///   the like behind them.
///
/// All nodes are of one type, by default `Entity`.
#[derive(Clone, Debug)]
pub struct MentionExtractor {
    type_name: TypeName,
    version: String,
}

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
        self.version = format!("mentions 2 {}", self.type_name);
        self
    }

    /// The names in `passage`: [`Extractor::extract`] without waiting.
    #[must_use]
    pub fn read(&self, passage: &Passage<'_>) -> Extraction {
        let text = passage.text();
        let mut names: BTreeMap<&str, BTreeSet<Span>> = BTreeMap::new();
        for span in capitalised(text).into_iter().chain(chinese(text)).chain(numeric(text)) {
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
