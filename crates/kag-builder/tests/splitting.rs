//! The laws of splitting.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod plain;

use kag_builder::{Characters, LengthSplitter, MarkdownReader, TokenEstimate, sentences};
use kag_core::{Chunk, ContentHash, Document, ReadDocument, Reader, Source};
use kag_llm::TokenCounter;
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

fn read(text: &str) -> ReadDocument {
    ReadDocument::new(Document::new("note:1", ContentHash::of(text)), text)
}

fn markdown(text: &str) -> ReadDocument {
    let source = Source::new("file:a.md", text.as_bytes());
    let reading = futures::executor::block_on(MarkdownReader::new().read(&source)).unwrap();
    reading.documents.into_iter().next().unwrap()
}

/// Chunks cover the text in order, and each is the text in its span.
fn check_cover(text: &str, chunks: &[Chunk]) {
    assert_eq!(chunks.is_empty(), text.trim().is_empty());
    let mut covered = 0;
    for (ordinal, chunk) in chunks.iter().enumerate() {
        assert_eq!(chunk.id.ordinal() as usize, ordinal);
        assert_eq!(chunk.span.of(text), Some(&*chunk.text), "chunk {ordinal}");
        assert!(chunk.span.start <= covered, "a gap before chunk {ordinal}");
        assert!(chunk.span.end > covered, "chunk {ordinal} says nothing new");
        covered = chunk.span.end;
    }
    assert!(chunks.is_empty() || covered == text.len());
}

fn texts(chunks: &[Chunk]) -> Vec<&str> {
    chunks.iter().map(|chunk| &*chunk.text).collect()
}

#[test]
fn sentences_are_kept_whole_and_overlap() {
    let document = read("皇马成立于1902年。主场在马德里。球衣为白色。");
    let splitter = LengthSplitter::new(19).with_counter(Characters).with_overlap(9);
    assert_eq!(texts(&splitter.cut(&document)), ["皇马成立于1902年。主场在马德里。", "主场在马德里。球衣为白色。"]);
}

#[test]
fn a_heading_begins_a_chunk_and_is_above_its_text() {
    let document = markdown("intro\n\n# 俱乐部\n\n## 皇马\n\n成立于1902年。\n\n## Barcelona\n\nFounded in 1899.\n");
    let chunks = LengthSplitter::new(100).with_overlap(20).cut(&document);
    check_cover(&document.text, &chunks);
    let headings: Vec<Vec<&str>> =
        chunks.iter().map(|chunk| chunk.headings.iter().map(|heading| &**heading).collect()).collect();
    assert_eq!(headings, [vec![], vec!["俱乐部", "皇马"], vec!["俱乐部", "Barcelona"]]);
    assert_eq!(&*chunks[2].text, "## Barcelona\n\nFounded in 1899.\n");
}

#[test]
fn nothing_to_read_gives_no_chunks() {
    for text in ["", " \n\t\r\n　"] {
        assert!(LengthSplitter::new(10).cut(&read(text)).is_empty(), "{text:?}");
    }
}

#[test]
fn one_huge_line_is_cut_in_linear_time() {
    let begun = std::time::Instant::now();
    for piece in ["word ", "字", "x", "。", "👩‍👩‍👧", ". )", "…", "\u{301}", "1.1.", "ก"] {
        let text = piece.repeat(2_000_000 / piece.len());
        let chunks = LengthSplitter::new(200).with_overlap(20).cut(&read(&text));
        check_cover(&text, &chunks);
        assert!(piece == "\u{301}" || chunks.len() > 500, "{piece:?}: {}", chunks.len());
    }
    // Quadratic time would be hours.
    assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
}

/// Text of both languages with what makes the ends of sentences doubtful.
const MIXED: &str = concat!(
    "(Dr\\. |e\\.g\\. |U\\.S\\. |No\\.5|\\.NET|Inc\\.[A-C]|3\\.14|1,000\\.5|v1\\.2\\.3|９．５|\\. |\\.|\\? |!|！|。|？|．|｡|",
    "；|…|……|\\.\\.\\. |\\.” |。”|！’|\\?\" |\\.\\) |\\) ?|（|）|《书》|“|, |，|、|: |—|–|-|·|",
    "[a-d]{1,6} ?|[A-D][a-d]{0,4} ?|[皇马字]{1,4}|ガラ|한글|éÀ|Ёж|ωΩ|ש|ก| |\t|\u{3000}|\u{a0}|\n|\r\n|\r|\u{85}|\u{2028}|",
    "e\u{301}|\\.\u{301}|\u{301}|\u{1e008}|か\u{3099}|👩‍👩‍👧|👍🏽|🇪🇸|\u{200d}|\u{200b}|\u{ad}|।|։|؟|★|①|\\PC){0,80}",
);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn sentences_and_chunks_are_those_of_the_plain_splitter(
        text in MIXED,
        target in 1_usize..60,
        overlap in 0_usize..30,
    ) {
        let found: Vec<_> = sentences(&text).map(|span| span.start..span.end).collect();
        prop_assert_eq!(found, plain::sentences(&text));
        let document = read(&text);
        let splitter = LengthSplitter::new(target).with_overlap(overlap);
        let cut = |splitter: &LengthSplitter| -> Vec<_> {
            splitter.cut(&document).iter().map(|chunk| chunk.span.start..chunk.span.end).collect()
        };
        let characters = cut(&splitter.clone().with_counter(Characters));
        prop_assert_eq!(characters, plain::chunks(&text, target, overlap, &|text| text.chars().count()));
        prop_assert_eq!(cut(&splitter), plain::chunks(&text, target, overlap, &|text| TokenEstimate.count(text)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn chunks_cover_the_text_within_bounds(
        text in "([a-d]{1,6}|[皇马字]{1,4}|。|；|…|\\. |! |\n|\n\n# [a-c皇]\n| |é|e\u{301}|👩‍👩‍👧|\u{200d}|🇪🇸|\r\n){0,60}",
        target in 1_usize..30,
        overlap in 0_usize..20,
    ) {
        let document = markdown(&text);
        let splitter = LengthSplitter::new(target).with_counter(Characters).with_overlap(overlap);
        let chunks = splitter.cut(&document);
        check_cover(&document.text, &chunks);
        let bounds: Vec<usize> = document.text.grapheme_indices(true).map(|(at, _)| at).collect();
        for chunk in &chunks {
            let whole = chunk.text.graphemes(true).count() == 1;
            prop_assert!(Characters.count(&chunk.text) <= target || whole, "{:?}", chunk.text);
            prop_assert!(bounds.contains(&chunk.span.start), "a grapheme is cut at {}", chunk.span.start);
        }
        for pair in chunks.windows(2) {
            let shared = pair[0].span.end - pair[1].span.start;
            let shared = &pair[1].text[..shared];
            prop_assert!(Characters.count(shared) <= overlap);
        }
        prop_assert_eq!(splitter.cut(&document), chunks);
    }

    #[test]
    fn any_text_is_cut_into_chunks_that_cover_it(text in "\\PC{0,200}", target in 1_usize..50) {
        let document = read(&text);
        let chunks = LengthSplitter::new(target).with_overlap(target / 4).cut(&document);
        check_cover(&document.text, &chunks);
        for chunk in &chunks {
            prop_assert!(TokenEstimate.count(&chunk.text) <= target || chunk.text.graphemes(true).count() == 1);
        }
    }
}
