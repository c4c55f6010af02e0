//! Passages as a reader is shown them, and where they say what is quoted.

use std::sync::Arc;

use kag_core::{Chunk, ChunkId, Span, text::Locator};

use super::Context;
use crate::Result;

/// So many characters of a passage may a value and its quote take up together.
const TOGETHER: usize = 300;

/// How like what stands there a quote must be, as for a fact that is extracted.
const ALIKE: f32 = 0.75;

/// A chunk as a reader is shown it.
pub(super) struct Passage {
    pub(super) chunk: Arc<Chunk>,
    /// The title of its document and the headings above it, a line each, then its text.
    pub(super) text: String,
}

/// Where a passage says something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// A span of the chunk; `None` for what its title or headings say.
    pub(super) span: Option<Span>,
    /// How like the quote is what stands there, 1 where it is the same.
    pub(super) likeness: f32,
}

impl Passage {
    /// Where it says `value` in the words of `quote`, or beside them.
    pub(super) fn says(&self, value: &str, quote: &str) -> Option<Place> {
        let span = match together(&self.chunk.text, value, quote) {
            Some(span) => Some(span),
            None => together(&self.text, value, quote).map(|_| None)?,
        };
        Some(Place { span, likeness: 1.0 })
    }

    /// Where it says `value` in words that are like `quote`.
    pub(super) fn says_alike(&self, value: &str, quote: &str) -> Option<Place> {
        let (span, likeness) = Locator::new(&self.chunk.text).resembling(quote, ALIKE)?;
        stands_in(span.of(&self.chunk.text)?, value).then_some(Place { span: Some(span), likeness })
    }

    /// Whether it, its title or a heading above it names something so.
    pub(super) fn names(&self, name: &str) -> bool {
        Locator::new(&self.text).quote(name).is_some()
    }
}

/// The quote where `value` stands in it; else the shortest stretch that holds both, for a model may
/// quote the name of a song to say who wrote it.
fn together(text: &str, value: &str, quote: &str) -> Option<Span> {
    let locator = Locator::new(text);
    let span = locator.quote(quote)?;
    if stands_in(span.of(text)?, value) {
        return Some(span);
    }
    let mut quotes = locator.occurrences(quote);
    if quotes.is_empty() {
        quotes.push(span);
    }
    let nearest = Locator::nearest(&locator.occurrences(value), &quotes)?;
    (nearest.of(text)?.chars().count() <= TOGETHER).then_some(nearest)
}

/// Whether `value` stands in `text` as it is: `194` does not stand in `1948`.
fn stands_in(text: &str, value: &str) -> bool {
    !Locator::new(text).occurrences(value).is_empty()
}

/// The chunks of these ids that are there, in the same order.
pub(super) async fn shown_passages(context: &Context<'_>, ids: &[ChunkId]) -> Result<Vec<Passage>> {
    let store = context.snapshot.chunks();
    let chunks: Vec<Arc<Chunk>> = store.chunks(ids).await?.into_iter().flatten().collect();
    let documents: Vec<_> = chunks.iter().map(|chunk| chunk.document).collect();
    let contributions = store.contributions(&documents).await?.into_iter();
    let passages = chunks.into_iter().zip(contributions).map(|(chunk, contribution)| {
        let text = contribution.map_or_else(|| chunk.text.to_string(), |found| found.document().passage(&chunk));
        Passage { chunk, text }
    });
    Ok(passages.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, value: &str, quote: &str) -> Option<String> {
        together(text, value, quote).map(|span| span.of(text).unwrap().to_owned())
    }

    #[test]
    fn a_value_stands_in_its_quote_or_beside_it() {
        let text = "\"The Long Tide\" is a song that Ada Krol wrote in 1948. In 1950 Ada Krol moved to Bergen.";
        assert_eq!(said(text, "1948", "Ada Krol wrote in 1948").unwrap(), "Ada Krol wrote in 1948");
        assert_eq!(said(text, "Ada Krol", "The Long Tide").unwrap(), "The Long Tide\" is a song that Ada Krol");
        assert_eq!(said(text, "1950", "moved to Bergen").unwrap(), "1950 Ada Krol moved to Bergen");
        assert_eq!(said(text, "194", "The Long Tide"), None, "part of a number is no number");
        assert_eq!(said(text, "194", "wrote in 1948"), None, "nor in the quote");
        assert_eq!(said(text, "Ada Krol", "“The Long Tide”.").unwrap(), "The Long Tide\" is a song that Ada Krol");
        assert_eq!(said(text, "Jon Vik", "The Long Tide"), None);
        assert_eq!(said(text, "Ada Krol", "a hymn"), None, "a quote that is not there says nothing");
        let apart = format!("{text}{}In 1999 it was sung again.", " Nothing came of it.".repeat(30));
        assert_eq!(said(&apart, "1999", "The Long Tide"), None, "what stands far apart is not one statement");
        let zh = "《长潮》是阿达·克罗尔于1948年创作的歌曲。";
        assert_eq!(said(zh, "阿达·克罗尔", "长潮").unwrap(), "长潮》是阿达·克罗尔");
    }
}
