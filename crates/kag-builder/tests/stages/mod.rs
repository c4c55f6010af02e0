//! Stages that count what they do, and fail when told.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use kag_builder::{EntityRef, ExtractedFact, Extraction, Extractor, Object, Passage};
use kag_core::{
    BoxError, ChangeSet, Commit, Embedding, EmbeddingSpace, ErrorKind, KnowledgeBase, Scope, Snapshot, async_trait,
    dump, memory::MemoryKnowledgeBase,
};
use kag_llm::{Embedder, Purpose};

/// Reads `A loves B.` and `A爱B。`; fails on chunks that contain one of `failing`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loves {
    pub(crate) calls: Arc<AtomicUsize>,
    pub(crate) failing: Arc<Mutex<BTreeSet<String>>>,
    pub(crate) version: String,
}

impl Loves {
    pub(crate) fn failing_on(words: &[&str]) -> Self {
        let loves = Self::default();
        loves.failing.lock().unwrap().extend(words.iter().map(|word| (*word).to_owned()));
        loves
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl Extractor for Loves {
    fn version(&self) -> &str {
        if self.version.is_empty() { "loves 1" } else { &self.version }
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        // Later calls finish first.
        for _ in call..6 {
            tokio::task::yield_now().await;
        }
        let text = passage.text();
        if self.failing.lock().unwrap().iter().any(|word| text.contains(word.as_str())) {
            return Err("the model is away".into());
        }
        let mut found = Extraction::default();
        for sentence in text.split_inclusive(['.', '。']) {
            let clean = sentence.trim().trim_end_matches(['.', '。']);
            if let Some((subject, object)) = clean.split_once(" loves ").or_else(|| clean.split_once('爱')) {
                let end = |name: &str| EntityRef::new("Person", name);
                let fact = ExtractedFact::new(end(subject), "loves", Object::Entity(end(object)));
                found.facts.push(fact.with_quote(sentence.trim()));
            }
        }
        Ok(found)
    }
}

/// Makes vectors of two components out of lengths, counting texts and calls.
#[derive(Debug, Default)]
pub(crate) struct Lengths {
    pub(crate) texts: AtomicUsize,
    pub(crate) calls: AtomicUsize,
    pub(crate) broken: bool,
}

impl Lengths {
    pub(crate) fn space() -> EmbeddingSpace {
        EmbeddingSpace::new("lengths", 2)
    }

    pub(crate) fn texts(&self) -> usize {
        self.texts.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl Embedder for Lengths {
    fn id(&self) -> &str {
        "lengths"
    }

    fn dim(&self) -> usize {
        2
    }

    async fn embed(&self, texts: &[&str], _: Purpose) -> kag_llm::Result<Vec<Embedding>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.texts.fetch_add(texts.len(), Ordering::SeqCst);
        if self.broken {
            return Err(kag_llm::Error::new(kag_llm::ErrorKind::Unavailable, "lengths.embed"));
        }
        Ok(texts.iter().map(|text| Embedding::normalised(vec![1.0, text.len() as f32])).collect())
    }
}

/// A knowledge base whose commits fail after so many.
#[derive(Debug)]
pub(crate) struct Failing {
    pub(crate) inner: MemoryKnowledgeBase,
    pub(crate) commits_left: AtomicUsize,
}

#[async_trait]
impl KnowledgeBase for Failing {
    fn embedding_space(&self) -> Option<&EmbeddingSpace> {
        self.inner.embedding_space()
    }

    async fn commit(&self, change: ChangeSet) -> kag_core::Result<Commit> {
        let left = self.commits_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match left {
            Ok(_) => self.inner.commit(change).await,
            Err(_) => Err(kag_core::Error::new(ErrorKind::Unavailable, "commit").reason("disk full")),
        }
    }

    async fn snapshot(&self, scope: &Scope) -> kag_core::Result<Snapshot> {
        self.inner.snapshot(scope).await
    }
}

/// Everything that `base` holds.
pub(crate) async fn dump_of(base: &dyn KnowledgeBase) -> String {
    let mut out = Vec::new();
    dump::write(&base.snapshot(&Scope::All).await.unwrap(), &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}
