//! A generated corpus: the same on every machine.

use std::sync::Arc;

use kag::core::{
    Chunk, Confidence, ContentHash, Contribution, ContributionDraft, Document, Embedding, EmbeddingSpace, Evidence,
    Fact, Layer, NodeId, Origin, Span,
};

use crate::Result;

/// Components of each vector.
pub(crate) const DIM: usize = 384;
/// Chunks of a document, and nodes that it is the first to name.
pub(crate) const CHUNKS: usize = 10;
/// Facts of a document.
const FACTS: usize = 140;
const WORDS_OF_A_CHUNK: usize = 100;
const WORDS: usize = 50_000;
const PREDICATES: [&str; 8] =
    ["produces", "owns", "supplies", "located in", "part of", "competes with", "效力于", "founded by"];

/// A corpus of so many documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) documents: usize,
}

/// SplitMix64.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A word; the frequency of words falls with their number, as in texts.
    fn word(&mut self) -> usize {
        ((WORDS as f64).powf(self.unit()) as usize).min(WORDS - 1)
    }
}

/// The embedding space of the corpus.
pub(crate) fn space() -> EmbeddingSpace {
    EmbeddingSpace::new("generated 1", DIM)
}

/// A vector that is a function of the text: near those of the same one of a thousand topics.
pub(crate) fn vector(text: &str) -> Embedding {
    let hash = ContentHash::of(text).to_u128();
    let (mut own, mut topic) = (Random(hash as u64), Random((hash >> 64) as u64 % 1000));
    let component = |random: &mut Random| (random.unit() + random.unit() + random.unit() - 1.5) as f32;
    Embedding::normalised((0..DIM).map(|_| component(&mut topic) + 0.7 * component(&mut own)).collect())
}

/// The name of the node number `node`.
pub(crate) fn name(node: usize) -> String {
    let mut random = Random(node as u64 ^ 0x6e6f_6465);
    format!("{} {} {node}", word(random.word()), word(random.word()))
}

fn word(number: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ka", "ro", "mi", "ten", "su", "vel", "do", "ani", "pe", "lor", "shi", "gu", "ber", "na", "tos", "ey"];
    let mut word = String::new();
    let mut rest = number + 16;
    while rest > 0 {
        word.push_str(SYLLABLES.get(rest % SYLLABLES.len()).copied().unwrap_or_default());
        rest /= SYLLABLES.len();
    }
    word
}

/// A question of a few words.
pub(crate) fn question(random: &mut Random) -> String {
    let words: Vec<_> = (0..4).map(|_| word(random.word())).collect();
    words.join(" ")
}

impl World {
    /// The contribution of the document number `number`; numbers beyond the corpus are new documents.
    pub(crate) fn document(&self, number: usize) -> Result<Contribution> {
        let mut random = Random(number as u64 ^ 0x646f_6375);
        let title = format!("document {number}");
        let nodes = self.nodes(number, &mut random);
        let mut draft = ContributionDraft::new(Document::new(uri(number), ContentHash::of(&title)).with_title(title));
        let names: Vec<String> = nodes.iter().map(|node| name(*node)).collect();
        let ids: Vec<NodeId> =
            names.iter().map(|name| draft.add_node("Entity", name.as_str(), Layer::Information)).collect();
        let mut start = 0;
        let mut chunks = Vec::new();
        for ordinal in 0..CHUNKS {
            let (text, spans) = passage(&mut random, names.iter().skip(ordinal * 2 % names.len()).take(2));
            let id = draft.add_chunk(Chunk::new(draft.document.id, ordinal as u32, start, text.as_str()));
            for (at, span) in spans.into_iter().enumerate() {
                let node = ids.get(ordinal * 2 % names.len() + at).copied();
                node.into_iter().for_each(|node| draft.add_mention(node, id, Some(span)));
            }
            start += text.len();
            chunks.push(id);
        }
        for _ in 0..FACTS {
            let pick = |random: &mut Random| ids.get(random.below(ids.len())).copied();
            let (Some(subject), Some(object)) = (pick(&mut random), pick(&mut random)) else { continue };
            let predicate = PREDICATES.get(random.below(PREDICATES.len())).copied().unwrap_or_default();
            let Some(chunk) = chunks.get(random.below(CHUNKS)).copied() else { continue };
            let evidence = Evidence {
                chunk,
                span: None,
                origin: Origin::Extracted { by: "generated 1".into() },
                layer: Layer::Information,
                confidence: Confidence::CERTAIN,
            };
            draft.add_fact(Fact::new(subject, predicate, object), evidence);
        }
        let sealed = draft.seal()?;
        let passages = sealed.chunks().iter().map(|chunk| Arc::from(sealed.document().passage(chunk)));
        let texts: Vec<Arc<str>> = passages.chain(names.iter().map(|name| Arc::from(name.as_str()))).collect();
        Ok(sealed.with_vectors(space(), texts.into_iter().map(|text| (Arc::clone(&text), vector(&text))))?)
    }

    /// The ten nodes that the document is about, and ten that others are about.
    fn nodes(&self, number: usize, random: &mut Random) -> Vec<usize> {
        let mut nodes: Vec<usize> = (number * CHUNKS..(number + 1) * CHUNKS).collect();
        while nodes.len() < 2 * CHUNKS {
            let other = random.below(self.documents * CHUNKS);
            if !nodes.contains(&other) {
                nodes.push(other);
            }
        }
        nodes
    }

    /// The id of the node number `node`.
    pub(crate) fn node(node: usize) -> NodeId {
        NodeId::named(&"Entity".into(), &kag::core::NameKey::of(&name(node)))
    }
}

/// The address of the document number `number`.
pub(crate) fn uri(number: usize) -> String {
    format!("generated:{number}")
}

/// Words with names among them, and where those stand.
fn passage<'n>(random: &mut Random, names: impl Iterator<Item = &'n String>) -> (String, Vec<Span>) {
    let (mut text, mut spans) = (String::new(), Vec::new());
    for name in names {
        let start = text.len();
        text.push_str(name);
        spans.push(Span::new(start, text.len()));
        text.push(' ');
    }
    for _ in 0..WORDS_OF_A_CHUNK {
        text.push_str(&word(random.word()));
        text.push(' ');
    }
    text.push_str(". ");
    (text, spans)
}
