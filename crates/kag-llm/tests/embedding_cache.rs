//! What is cached survives, and what is damaged is asked for again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use kag_core::Embedding;
use kag_llm::{CachedEmbedder, EMBEDDING_CACHE_VERSION, Embedder, Error, ErrorKind, Purpose, Result};
use proptest::prelude::*;
use tempfile::TempDir;

const DIM: usize = 3;

/// Never gives the same vector twice, so that a vector given again must come from the cache.
#[derive(Debug, Default)]
struct Counting {
    id: &'static str,
    calls: Mutex<Vec<Vec<String>>>,
    next: AtomicU32,
}

impl Counting {
    fn called(id: &'static str, first: u32) -> Arc<Self> {
        Arc::new(Self { id, next: AtomicU32::new(first), ..Self::default() })
    }

    fn calls(&self) -> Vec<Vec<String>> {
        self.calls.lock().unwrap().clone()
    }
}

#[async_trait]
impl Embedder for Counting {
    fn id(&self) -> &str {
        self.id
    }

    fn dim(&self) -> usize {
        DIM
    }

    async fn embed(&self, texts: &[&str], _: Purpose) -> Result<Vec<Embedding>> {
        self.calls.lock().unwrap().push(texts.iter().map(|text| (*text).to_owned()).collect());
        tokio::task::yield_now().await;
        let vector = |text: &&str| {
            let n = self.next.fetch_add(1, Ordering::Relaxed) as f32;
            Embedding::new([n, n.recip(), text.len() as f32 / 7.0])
        };
        Ok(texts.iter().map(vector).collect())
    }
}

fn open(dir: &TempDir, inner: &Arc<Counting>) -> CachedEmbedder<Arc<Counting>> {
    CachedEmbedder::open(Arc::clone(inner), dir.path()).unwrap()
}

async fn documents(cache: &CachedEmbedder<Arc<Counting>>, texts: &[&str]) -> Vec<Embedding> {
    cache.embed(texts, Purpose::Document).await.unwrap()
}

/// The file of documents: the larger one, since the tests embed nothing else.
fn file(dir: &Path) -> PathBuf {
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    files.max_by_key(|path| path.metadata().unwrap().len()).unwrap()
}

fn bits(vectors: &[Embedding]) -> Vec<Vec<u32>> {
    vectors.iter().map(|vector| vector.as_slice().iter().map(|c| c.to_bits()).collect()).collect()
}

#[tokio::test]
async fn a_vector_is_computed_once_and_its_bits_come_back_after_reopening() {
    let dir = TempDir::new().unwrap();
    let model = Counting::called("model/1", 1);
    let cache = open(&dir, &model);
    let first = documents(&cache, &["基金", "a fund", "基金"]).await;
    assert_eq!(first[0], first[2]);
    assert_eq!(model.calls(), [["基金", "a fund"]], "one batch, without the repetition");
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, cache.stored()), (1, 2, 2));
    drop(cache);

    let cache = open(&dir, &model);
    let again = documents(&cache, &["a fund", "new", "基金"]).await;
    assert_eq!(bits(&[again[2].clone(), again[0].clone()]), bits(&first[..2]));
    assert_eq!(model.calls()[1], ["new"]);
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.damaged, stats.unwritten), (2, 1, 0, 0));
    assert!(documents(&cache, &[]).await.is_empty());
    assert_eq!(model.calls().len(), 2, "no texts, no call");
}

#[tokio::test]
async fn purposes_and_models_share_a_directory_and_nothing_else() {
    let dir = TempDir::new().unwrap();
    let (one, two) = (Counting::called("model/1", 1), Counting::called("model/2", 100));
    let (cache, other) = (open(&dir, &one), open(&dir, &two));
    let document = documents(&cache, &["text"]).await;
    let query = cache.embed(&["text"], Purpose::Query).await.unwrap();
    let foreign = documents(&other, &["text"]).await;
    assert!(document != query && document != foreign);
    assert_eq!((cache.stored(), other.stored()), (2, 1));
    assert_eq!(documents(&open(&dir, &one), &["text"]).await, document);
    assert_eq!(documents(&open(&dir, &two), &["text"]).await, foreign);
    assert_eq!((one.calls().len(), two.calls().len()), (2, 1));
}

#[tokio::test]
async fn a_torn_tail_is_cut_off_wherever_it_is_torn() {
    let record = 16 + 4 * DIM + 8;
    for torn in 1..=record {
        let dir = TempDir::new().unwrap();
        let model = Counting::called("model/1", 1);
        let first = documents(&open(&dir, &model), &["一", "two", "three"]).await;
        let path = file(dir.path());
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - torn]).unwrap();

        let cache = open(&dir, &model);
        assert_eq!(cache.stored(), 2, "{torn}");
        assert_eq!(documents(&cache, &["一", "two"]).await, first[..2]);
        let third = documents(&cache, &["three"]).await;
        assert_eq!(fs::read(&path).unwrap().len(), whole.len(), "{torn}");
        drop(cache);
        assert_eq!(documents(&open(&dir, &model), &["three", "一"]).await, [third[0].clone(), first[0].clone()]);
        assert_eq!(model.calls().len(), 2);
    }
}

#[tokio::test]
async fn a_flipped_byte_costs_one_text_and_never_gives_a_wrong_vector() {
    let dir = TempDir::new().unwrap();
    let model = Counting::called("model/1", 1);
    let texts = ["一", "two", "three"];
    let first = documents(&open(&dir, &model), &texts).await;
    let path = file(dir.path());
    let whole = fs::read(&path).unwrap();
    let record = 16 + 4 * DIM + 8;
    let second = whole.len() - 2 * record;
    for at in second..second + record {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        fs::write(&path, changed).unwrap();
        let model = Counting::called("model/1", 1000);
        let cache = open(&dir, &model);
        let found = documents(&cache, &texts).await;
        assert_eq!((&found[0], &found[2]), (&first[0], &first[2]), "{at}");
        assert_eq!(model.calls(), [["two"]], "{at}");
        assert_eq!(cache.stats().damaged, 1);
        assert_eq!(documents(&open(&dir, &model), &texts).await, found, "and it is kept again");
    }
}

#[tokio::test]
async fn a_byte_flipped_while_the_file_is_open_is_seen() {
    let dir = TempDir::new().unwrap();
    let model = Counting::called("model/1", 1);
    let cache = open(&dir, &model);
    let first = documents(&cache, &["one", "二"]).await;
    let path = file(dir.path());
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 10;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    let found = documents(&cache, &["one", "二"]).await;
    assert!(found[0] == first[0] && found[1] != first[1]);
    assert_eq!((cache.stats().damaged, cache.stats().misses), (1, 3));
    assert_eq!(documents(&cache, &["二"]).await, found[1..]);
}

#[tokio::test]
async fn another_version_and_another_file_are_refused() {
    let dir = TempDir::new().unwrap();
    let model = Counting::called("model/1", 1);
    documents(&open(&dir, &model), &["text"]).await;
    let path = file(dir.path());
    let whole = fs::read(&path).unwrap();
    let refused = |bytes: &[u8]| -> Error {
        fs::write(&path, bytes).unwrap();
        CachedEmbedder::open(Arc::clone(&model), dir.path()).unwrap_err()
    };
    let mut newer = whole.clone();
    newer[4..8].copy_from_slice(&(EMBEDDING_CACHE_VERSION + 1).to_le_bytes());
    let error = refused(&newer);
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("version = 2"), "{error}");

    let mut other = whole.clone();
    other[18] ^= 1;
    assert_eq!(refused(&other).kind(), ErrorKind::Storage);
    let error = refused(b"a diary, and nothing about vectors");
    assert!(error.kind() == ErrorKind::Storage && error.to_string().contains("not a file of vectors"), "{error}");

    // A header whose writing was cut off is that of a new file.
    fs::write(&path, &whole[..9]).unwrap();
    assert_eq!(open(&dir, &model).stored(), 0);
    let is_a_file = CachedEmbedder::open(Arc::clone(&model), &path).unwrap_err();
    assert_eq!(is_a_file.kind(), ErrorKind::Storage);
}

#[tokio::test]
async fn of_two_calls_at_once_the_first_vector_stands() {
    let dir = TempDir::new().unwrap();
    let model = Counting::called("model/1", 1);
    let (cache, beside) = (open(&dir, &model), open(&dir, &model));
    let texts = ["one", "二"];
    let (a, b, c) =
        tokio::join!(documents(&cache, &texts), documents(&cache, &texts), documents(&beside, &["二", "third"]));
    assert_eq!(model.calls().len(), 3, "all three were on their way");
    assert_eq!(a, b);
    assert_eq!(a[1], c[0], "also between two caches of one directory");
    assert_eq!(documents(&open(&dir, &model), &["one", "二", "third"]).await[1..], c);
}

#[derive(Debug)]
struct Wrong(usize, usize);

#[async_trait]
impl Embedder for Wrong {
    fn id(&self) -> &str {
        "wrong"
    }

    fn dim(&self) -> usize {
        2
    }

    async fn embed(&self, _: &[&str], _: Purpose) -> Result<Vec<Embedding>> {
        Ok(vec![Embedding::new(vec![0.5; self.1]); self.0])
    }
}

#[tokio::test]
async fn an_embedder_that_breaks_its_contract_is_reported_and_nothing_is_kept() {
    for wrong in [Wrong(1, 2), Wrong(3, 2), Wrong(2, 1)] {
        let dir = TempDir::new().unwrap();
        let cache = CachedEmbedder::open(wrong, dir.path()).unwrap();
        let error = cache.embed(&["a", "b"], Purpose::Document).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert_eq!(cache.stored(), 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_text_keeps_its_first_vector_through_batches_and_reopenings(
        batches in prop::collection::vec((prop::collection::vec(0..12_usize, 0..6), any::<bool>()), 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let dir = TempDir::new().unwrap();
            let model = Counting::called("model/1", 1);
            let mut cache = open(&dir, &model);
            let mut first = vec![None; 12];
            for (batch, reopen) in batches {
                let texts: Vec<String> = batch.iter().map(|n| format!("文 {n}")).collect();
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                for (n, vector) in batch.iter().zip(documents(&cache, &texts).await) {
                    let known = first[*n].get_or_insert_with(|| vector.clone());
                    assert_eq!(*known, vector);
                }
                if reopen {
                    cache = open(&dir, &model);
                }
            }
            let asked: usize = model.calls().iter().map(Vec::len).sum();
            assert_eq!(asked, first.iter().flatten().count(), "each text once");
        });
    }
}
