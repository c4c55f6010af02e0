//! What is switched on.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kag::{
    DeriveInput, Derived, Deriver, InstanceFusion, MemoryKnowledgeBase, SynonymEdges,
    builder::{Acronyms, AlignmentWork, Misspellings, SharedNames, Spellings, WordOrder},
};

/// The cosine from which on names are synonyms.
const THRESHOLD: f32 = 0.8;

/// One row of the table: the stages that are on.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) name: &'static str,
    synonyms: SynonymEdges,
    fusion: bool,
    time: Arc<Mutex<Duration>>,
}

impl Stage {
    /// Nothing; each stage alone; what is on by default, and with each further stage; everything.
    pub(super) fn all() -> Vec<Self> {
        let (none, default) = (SynonymEdges::none, SynonymEdges::new);
        let everything = default().with_stage(Spellings).with_stage(WordOrder).with_stage(Misspellings);
        let everything = everything.with_stage(Acronyms::new());
        vec![
            Self::of("none", none()),
            Self::of("shared names", none().with_stage(SharedNames)),
            Self::of("spellings", none().with_stage(Spellings)),
            Self::of("word order", none().with_stage(WordOrder)),
            Self::of("misspellings", none().with_stage(Misspellings)),
            Self::of("acronyms", none().with_stage(Acronyms::new())),
            Self::of("vectors", none().with_threshold(THRESHOLD)),
            Self { fusion: true, ..Self::of("fusion", none()) },
            Self::of("default", default()),
            Self::of("default, spellings", default().with_stage(Spellings)),
            Self::of("default, word order", default().with_stage(WordOrder)),
            Self::of("default, misspellings", default().with_stage(Misspellings)),
            Self::of("default, acronyms", default().with_stage(Acronyms::new())),
            Self { fusion: true, ..Self::of("default, fusion", default()) },
            Self::of("all names", everything.clone()),
            Self { fusion: true, ..Self::of("everything", everything) },
        ]
    }

    fn of(name: &'static str, synonyms: SynonymEdges) -> Self {
        Self { name, synonyms, fusion: false, time: Arc::default() }
    }

    /// Every name stage, and vectors.
    pub(super) fn every_name() -> Self {
        Self::all()
            .into_iter()
            .find(|stage| stage.name == "all names")
            .unwrap_or_else(|| Self::of("none", SynonymEdges::none()))
    }

    /// `base` with these stages as derivers.
    pub(super) fn on(&self, base: MemoryKnowledgeBase) -> MemoryKnowledgeBase {
        let base = base.with_deriver(Timed { inner: self.synonyms.clone(), time: Arc::clone(&self.time) });
        if self.fusion { base.with_deriver(InstanceFusion::new()) } else { base }
    }

    /// What the last derivation of synonym edges took.
    pub(super) fn work(&self) -> (AlignmentWork, Duration) {
        (self.synonyms.work(), *self.time.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A deriver, and how long it took last time.
#[derive(Debug)]
struct Timed<D> {
    inner: D,
    time: Arc<Mutex<Duration>>,
}

impl<D: Deriver> Deriver for Timed<D> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn derive(&self, input: DeriveInput<'_>) -> kag::Result<Derived> {
        let start = Instant::now();
        let derived = self.inner.derive(input);
        *self.time.lock().unwrap_or_else(PoisonError::into_inner) = start.elapsed();
        derived
    }
}
