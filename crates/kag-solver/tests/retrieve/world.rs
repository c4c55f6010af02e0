//! Films, their makers and towns, in English and in Chinese, with vectors that count words.

use std::sync::Arc;

use futures::executor::block_on;
use kag_core::{
    ChangeSet, Chunk, ChunkId, Confidence, ContentHash, Contribution, ContributionDraft, Document, DocumentId,
    Embedding, EmbeddingSpace, Evidence, Fact, KnowledgeBase, Layer, Origin, Scope, Snapshot, Value,
    memory::MemoryKnowledgeBase, text::Analyser,
};
use kag_solver::{Query, Retrieved};

/// Passages with their facts: who made which film, where who was born, and what merely
/// sounds like the questions that are asked.
const PASSAGES: [(&str, &str, &[[&str; 3]]); 7] = [
    (
        "dusk",
        "The Long Dusk is a film directed by Ada Mills.",
        &[["The Long Dusk", "is a film directed by", "Ada Mills"]],
    ),
    ("mills", "Ada Mills grew up in Port Rell.", &[["Ada Mills", "grew up in", "Port Rell"]]),
    ("rell", "Port Rell lies on the Sound of Orm.", &[["Port Rell", "lies on", "the Sound of Orm"]]),
    (
        "towns",
        "Where a director of a film was raised says little of a film.",
        &[["Raised Towns", "say little of", "the Stage"]],
    ),
    ("夜", "《长夜》由顾安执导。", &[["长夜", "执导者", "顾安"]]),
    ("顾", "顾安在临川长大。", &[["顾安", "长大于", "临川"]]),
    ("镇", "临川在南方。", &[["临川", "在", "南方"]]),
];

/// The question whose second passage shares no word with it that others do not share too.
pub(crate) const RAISED: &str = "Where was the director of The Long Dusk raised?";

/// A snapshot of all passages, with vectors or without.
pub(crate) fn snapshot(vectors: bool) -> Snapshot {
    let base = MemoryKnowledgeBase::new();
    let base = if vectors { base.with_space(space()) } else { base };
    let changes = PASSAGES.iter().fold(ChangeSet::new(), |changes, (uri, text, facts)| {
        let contribution = contribution(uri, text, facts);
        changes.put(if vectors { with_vectors(contribution) } else { contribution })
    });
    block_on(base.commit(changes)).unwrap();
    block_on(base.snapshot(&Scope::All)).unwrap()
}

fn contribution(uri: &str, text: &str, facts: &[[&str; 3]]) -> Contribution {
    let mut draft = ContributionDraft::new(Document::new(uri, ContentHash::of(text)).with_title(uri));
    let chunk = draft.add_chunk(Chunk::new(draft.document.id, 0, 0, text));
    for [subject, predicate, object] in facts {
        let [subject, object] = [subject, object].map(|name| {
            let node = draft.add_node("Thing", *name, Layer::Information);
            draft.add_mention(node, chunk, None);
            node
        });
        let evidence = Evidence {
            chunk,
            span: None,
            origin: Origin::Extracted { by: "by hand".into() },
            layer: Layer::Information,
            confidence: Confidence::CERTAIN,
        };
        draft.add_fact(Fact::new(subject, *predicate, Value::Node(object)), evidence);
    }
    draft.seal().unwrap()
}

fn with_vectors(contribution: Contribution) -> Contribution {
    let texts = contribution.texts();
    let vectors = texts.into_iter().map(|text| (Arc::clone(&text), vector(&text)));
    contribution.with_vectors(space(), vectors).unwrap()
}

fn space() -> EmbeddingSpace {
    EmbeddingSpace::new("words", DIM)
}

const DIM: usize = 256;

/// How often each word stands in `text`, by a hash of the word; of length 1.
fn vector(text: &str) -> Embedding {
    let mut counts = vec![0.0; DIM];
    for term in Analyser::default().terms(text) {
        let at = term.bytes().fold(7_usize, |hash, byte| (hash * 31 + usize::from(byte)) % 65_521) % DIM;
        counts[at] += 1.0;
    }
    Embedding::normalised(counts)
}

/// The query for `text` with its vector.
pub(crate) fn query(text: &str) -> Query {
    Query::new(text).with_vector(vector(text))
}

/// The titles of the passages found, best first.
pub(crate) fn titles(retrieved: &Retrieved) -> Vec<&'static str> {
    let id = |uri: &str| Chunk::new(DocumentId::of(uri), 0, 0, "").id;
    let title = |chunk: ChunkId| PASSAGES.iter().map(|(uri, ..)| *uri).find(|uri| id(uri) == chunk).unwrap();
    retrieved.hits.iter().map(|hit| title(hit.item)).collect()
}
