//! A small bilingual world to test with.

use std::sync::Arc;

use crate::{
    Chunk, ChunkId, Confidence, ContentHash, Contribution, ContributionDraft, Document, Embedding, EmbeddingSpace,
    Evidence, Fact, Layer, Origin, PageRange, Span, Value,
};

/// The space of the fixture's vectors.
#[must_use]
pub fn space() -> EmbeddingSpace {
    EmbeddingSpace::new("fixture 1", 4)
}

/// A vector that is a function of the text: how often letters of each quarter occur.
pub(super) fn vector(text: &str) -> Embedding {
    let mut counts = vec![0.0; 4];
    for character in text.chars() {
        counts[character as usize % 4] += 1.0;
    }
    Embedding::normalised(counts)
}

/// The contribution of the document `uri`: one chunk a sentence of `text`.
///
/// `names` are clubs; each is a node, mentioned wherever a sentence holds its name, and
/// founded in the year of its last mention's sentence, where one is written there. Clubs in
/// one sentence know each other. Every other chunk stands on pages, and what has no labels has a media type.
#[must_use]
pub fn contribution(uri: &str, text: &str, names: &[&str], labels: &[&str]) -> Contribution {
    let document = Document::new(uri, ContentHash::of(text)).with_title(uri).with_labels(labels.iter().copied());
    let document = document.with_media_type(if labels.is_empty() { "text/plain" } else { "" });
    let mut draft = ContributionDraft::new(document);
    let mut start = 0;
    for (ordinal, sentence) in text.split_inclusive(['.', '。']).enumerate() {
        let ordinal = u32::try_from(ordinal).expect("a short text");
        let pages = ordinal.is_multiple_of(2).then_some(PageRange { first: ordinal + 1, last: ordinal + 2 });
        let chunk = Chunk::new(draft.document.id, ordinal, start, sentence).with_pages(pages);
        let chunk = draft.add_chunk(chunk);
        add_knowledge(&mut draft, chunk, sentence, names);
        start += sentence.len();
    }
    draft.seal().expect("the fixture is valid")
}

/// The same contribution with the vectors of all its texts.
pub(super) fn with_vectors(contribution: Contribution) -> Contribution {
    let texts = contribution.texts();
    let vectors = texts.into_iter().map(|text| (Arc::clone(&text), vector(&text)));
    contribution.with_vectors(space(), vectors).expect("the vectors fit")
}

fn add_knowledge(draft: &mut ContributionDraft, chunk: ChunkId, sentence: &str, names: &[&str]) {
    let evidence = |span| Evidence {
        chunk,
        span: Some(span),
        origin: Origin::Extracted { by: "fixture 1".into() },
        layer: Layer::Information,
        confidence: Confidence::CERTAIN,
    };
    let mut before = None;
    for name in names {
        let Some(at) = sentence.find(name) else { continue };
        let span = Span::new(at, at + name.len());
        let node = draft.add_node("Club", *name, Layer::Information);
        draft.add_mention(node, chunk, Some(span));
        if let Some((year, year_span)) = year_in(sentence) {
            draft.add_fact(Fact::new(node, "founded", Value::Integer(year)), evidence(year_span));
        }
        if let Some(other) = before.replace(node).filter(|other| *other != node) {
            draft.add_fact(Fact::new(other, "knows", Value::Node(node)), evidence(span));
        }
    }
}

fn year_in(sentence: &str) -> Option<(i64, Span)> {
    let start = sentence.find(|c: char| c.is_ascii_digit())?;
    let digits = sentence[start..].bytes().take_while(u8::is_ascii_digit).count();
    let span = Span::new(start, start + digits);
    Some((span.of(sentence)?.parse().ok()?, span))
}

/// Four documents that share nodes and facts, one of them under a label.
pub(super) fn world() -> Vec<Contribution> {
    let clubs = ["Real Madrid", "REAL MADRID", "曼联", "Juventus"];
    [
        ("note:a", "Real Madrid was founded in 1902. Juventus met Real Madrid.", &[][..]),
        ("note:b", "REAL MADRID, founded in 1902, owes money. Real Madrid denies it.", &["board"]),
        ("note:c", "曼联成立于1878年。曼联与Juventus交过手。", &[]),
        ("note:d", "Nobody is named here.", &[]),
    ]
    .map(|(uri, text, labels)| contribution(uri, text, &clubs, labels))
    .into()
}
