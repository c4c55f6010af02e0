//! Passages as a reader is shown them, and where they say what is quoted.

use std::sync::Arc;

use kag_core::{Chunk, ChunkId, Span, text::Locator};

use super::Context;
use crate::Result;

/// So many bytes of a passage may a value and its quote take up together.
const TOGETHER: usize = 400;

/// How like what stands there a quote must be, as for a fact that is extracted.
const ALIKE: f32 = 0.75;

/// A chunk as a reader is shown it.
pub(super) struct Passage {
    pub(super) chunk: Arc<Chunk>,
    /// The title of its document and the headings above it, a line each, then its text.
    pub(super) text: String,
}

impl Passage {
    /// Where the chunk says `value` in the words of `quote`, or beside them: a span of it, or
    /// `None` for what its title or headings say.
    pub(super) fn quoted(&self, value: &str, quote: &str) -> Option<Option<Span>> {
        match together(&self.chunk.text, value, quote) {
            Some(span) => Some(Some(span)),
            None => together(&self.text, value, quote).map(|_| None),
        }
    }

    /// Whether it, its title or a heading above it names something so.
    pub(super) fn names(&self, name: &str) -> bool {
        Locator::new(&self.text).quote(name).is_some()
    }
}

/// The quote, or what is most like it, where `value` stands in it; else the shortest stretch that holds
/// both, for a model may quote the name of a song to say who wrote it.
fn together(text: &str, value: &str, quote: &str) -> Option<Span> {
    let locator = Locator::new(text);
    let holds = |span: &Span| span.of(text).is_some_and(|quoted| Locator::new(quoted).quote(value).is_some());
    match locator.quote(quote) {
        Some(span) if holds(&span) => Some(span),
        Some(_) => Locator::nearest(&locator.occurrences(value), &locator.occurrences(quote))
            .filter(|span| span.len() <= TOGETHER),
        None => locator.resembling(quote, ALIKE).map(|(span, _)| span).filter(holds),
    }
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
        assert_eq!(said(text, "Jon Vik", "The Long Tide"), None);
        assert_eq!(said(text, "Ada Krol", "a hymn"), None, "a quote that is not there says nothing");
        assert_eq!(
            said(text, "a song", "The Long Tide is a song which Ada Krol wrote").unwrap(),
            "The Long Tide\" is a song that Ada Krol wrote"
        );
        assert_eq!(said(text, "1949", "a song that Ada Krol wrote in 1949"), None, "numbers are as they are");
        let apart = format!("{text}{}In 1999 it was sung again.", " Nothing came of it.".repeat(30));
        assert_eq!(said(&apart, "1999", "The Long Tide"), None, "what stands far apart is not one statement");
        let zh = "《长潮》是阿达·克罗尔于1948年创作的歌曲。";
        assert_eq!(said(zh, "阿达·克罗尔", "长潮").unwrap(), "长潮》是阿达·克罗尔");
    }
}
