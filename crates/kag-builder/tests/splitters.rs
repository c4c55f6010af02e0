//! The splitters by outline, pattern and meaning.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::sync::Arc;

use futures::executor::block_on;
use kag_builder::{
    Characters, MarkdownReader, OutlineSplitter, PatternSplitter, SemanticSplitter, Splitter, TopicSplitter,
};
use kag_core::{Chunk, Embedding, ReadDocument, Reader, Source, async_trait};
use kag_llm::{Answer, Embedder, Purpose, Scripted};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

fn markdown(text: &str) -> ReadDocument {
    let source = Source::new("file:a.md", text.as_bytes());
    block_on(MarkdownReader::new().read(&source)).unwrap().documents.remove(0)
}

fn texts(chunks: &[Chunk]) -> Vec<&str> {
    chunks.iter().map(|chunk| &*chunk.text).collect()
}

fn headings(chunks: &[Chunk]) -> Vec<String> {
    let titles = |chunk: &Chunk| chunk.headings.iter().map(|title| &**title).collect::<Vec<_>>().join("/");
    chunks.iter().map(titles).collect()
}

/// Vectors by which of a few signs a text has most of.
#[derive(Debug)]
struct Signs;

#[async_trait]
impl Embedder for Signs {
    fn id(&self) -> &str {
        "signs"
    }

    fn dim(&self) -> usize {
        3
    }

    async fn embed(&self, texts: &[&str], _: Purpose) -> kag_llm::Result<Vec<Embedding>> {
        let count = |text: &str, sign: char| text.matches(sign).count() as f32;
        let vector = |text: &&str| Embedding::normalised(vec![count(text, '猫'), count(text, '星'), 0.1]);
        Ok(texts.iter().map(vector).collect())
    }
}

#[test]
fn small_sections_join_their_sisters_and_what_is_below_them() {
    let text = "before\n\n# 俱乐部\n\n## 皇马\n\n成立于1902年。\n\n### 主场\n\n马德里。\n\n## Barcelona\n\nFounded in 1899.\n\n# Cups\n\nNone.\n";
    let document = markdown(text);
    let split = |least, target| {
        let splitter = OutlineSplitter::new(target).with_least(least).with_counter(Characters);
        block_on(splitter.split(&document)).unwrap()
    };
    assert_eq!(headings(&split(0, 200)), ["", "俱乐部/皇马", "俱乐部/皇马/主场", "俱乐部/Barcelona", "Cups"]);
    // What stands before takes in 皇马; 主场 may not take in Barcelona, which is outside of it.
    assert_eq!(headings(&split(30, 200)), ["", "俱乐部/皇马/主场", "俱乐部/Barcelona", "Cups"]);
    let sisters = markdown("# A\n\n## B\n\nb\n\n## C\n\nc\n\n## D\n\nd\n\n# E\n\ne\n");
    let joined = |target| headings(&block_on(OutlineSplitter::new(target).with_least(9).split(&sisters)).unwrap());
    assert_eq!(joined(100), ["A", "A/D", "E"]);
}

#[test]
fn long_sections_are_cut_and_keep_their_headings() {
    let document = markdown("# A\n\nOne sentence. Two sentences. Three sentences.\n\n## B\n\nx\n");
    let splitter = OutlineSplitter::new(20).with_least(1).with_counter(Characters);
    let chunks = block_on(splitter.split(&document)).unwrap();
    assert_eq!(headings(&chunks), ["A", "A", "A", "A/B"]);
}

#[test]
fn a_pattern_begins_chunks_and_blank_ones_do_not_stand() {
    let document = markdown("\n\n第一条 甲。\n\n第二条 乙。丙。\n\n第三条\n");
    let splitter = PatternSplitter::new(r"(?m)^第.条|^\s*$", 100).unwrap();
    let chunks = block_on(splitter.split(&document)).unwrap();
    assert_eq!(chunks.len(), 3, "{:?}", texts(&chunks));
    assert!(chunks[2].text.starts_with("第三条"));
    let short = PatternSplitter::new("^第.条", 8).unwrap().with_counter(Characters);
    assert!(block_on(short.split(&document)).unwrap().iter().all(|chunk| chunk.text.chars().count() <= 8));
    assert!(PatternSplitter::new("(", 8).is_err());
}

#[test]
fn chunks_begin_where_sentences_are_least_alike() {
    let text = "猫睡觉。猫吃鱼。猫叫。星很远。星发光。星会死。\n\n# 猫\n\n猫。猫。";
    let document = markdown(text);
    let splitter = SemanticSplitter::new(Arc::new(Signs), 100).with_neighbours(0).with_percentile(80.0);
    let chunks = block_on(splitter.split(&document)).unwrap();
    assert_eq!(texts(&chunks)[..2], ["猫睡觉。猫吃鱼。猫叫。", "星很远。星发光。星会死。\n\n"]);
    assert_eq!(headings(&chunks), ["", "", "猫"]);
    let least = splitter.with_least(15);
    assert_eq!(block_on(least.split(&document)).unwrap().len(), 2);
    assert!(block_on(least.split(&markdown(" \n"))).unwrap().is_empty());
}

#[test]
fn a_model_is_asked_once_a_window_and_topics_go_on_over_its_end() {
    let text = "猫睡觉。猫吃鱼。星很远。星发光。星会死。水往低处流。";
    let document = markdown(text);
    let model = Arc::new(Scripted::new().on("find_topics", [r#"{"starts": [1, 3, 99]}"#, "从第4句开始：[4]"]));
    let splitter = TopicSplitter::new(model.clone(), 100).with_window(18);
    let chunks = block_on(splitter.split(&document)).unwrap();
    assert_eq!(texts(&chunks), ["猫睡觉。猫吃鱼。", "星很远。星发光。星会死。", "水往低处流。"]);
    let requests = model.requests();
    assert_eq!(requests.len(), 2);
    // The second window begins with the topic that the first one ended in.
    assert!(requests[1].messages[1].text.contains("1. 星很远。\n2. 星发光。"), "{}", requests[1].messages[1].text);
    assert!(requests[0].messages[0].text.contains("编号"));
}

#[test]
fn what_a_model_garbles_fails_the_document() {
    let model = Scripted::new().on("find_topics", [Answer::text("I cannot do that.")]);
    let splitter = TopicSplitter::new(Arc::new(model), 100);
    let error = block_on(splitter.split(&markdown("One. Two. Three."))).unwrap_err();
    assert!(error.to_string().contains("find_topics"), "{error}");
}

fn check(text: &str, chunks: &[Chunk], target: usize) {
    assert_eq!(chunks.is_empty(), text.trim().is_empty());
    let mut covered = 0;
    for (ordinal, chunk) in chunks.iter().enumerate() {
        assert_eq!(chunk.id.ordinal() as usize, ordinal);
        assert_eq!(chunk.span.of(text), Some(&*chunk.text), "chunk {ordinal}");
        assert!(chunk.span.start <= covered && chunk.span.end > covered, "chunk {ordinal} of {text:?}");
        assert!(chunk.text.chars().count() <= target || chunk.text.graphemes(true).count() == 1);
        covered = chunk.span.end;
    }
    assert!(chunks.is_empty() || covered == text.len());
}

proptest! {
    #[test]
    fn all_cover_the_text_within_bounds(
        text in "([a-d]{1,6}|[猫星字]{1,4}|。|；|…|\\. |\n|\n\n##? [a-c猫]\n\n| |e\u{301}|👩‍👩‍👧|\r\n){0,50}",
        target in 2_usize..40,
        least in 0_usize..20,
        starts in proptest::collection::vec(1_usize..12, 0..4),
    ) {
        let document = markdown(&text);
        let model = Scripted::new().on("find_topics", vec![format!("{starts:?}"); 200]);
        let splitters: [Arc<dyn Splitter>; 4] = [
            Arc::new(OutlineSplitter::new(target).with_least(least).with_overlap(least).with_counter(Characters)),
            Arc::new(PatternSplitter::new("[a猫]|\n", target).unwrap().with_counter(Characters)),
            Arc::new(SemanticSplitter::new(Arc::new(Signs), target).with_least(least).with_percentile(60.0).with_counter(Characters)),
            Arc::new(TopicSplitter::new(Arc::new(model), target).with_window(least).with_counter(Characters)),
        ];
        for splitter in splitters {
            let chunks = block_on(splitter.split(&document)).unwrap();
            check(&document.text, &chunks, target);
        }
    }
}
