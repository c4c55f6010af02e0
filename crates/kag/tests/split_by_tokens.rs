//! Chunks whose length is counted by the tokenizer of a model.
#![cfg(feature = "candle")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use kag::{ContentHash, Document, LengthSplitter, TokenCounter, candle::TokenizerCounter, core::ReadDocument};

/// Words of a small vocabulary and Chinese characters; what is not in it is one token.
const TOKENIZER: &str = r###"{
    "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
    "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
        "strip_accents": null, "lowercase": true},
    "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null, "decoder": null,
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": {"[UNK]": 0, "club": 1, "##s": 2, "won": 3, ".": 4, "皇": 5, "马": 6, "夺": 7, "冠": 8, "。": 9}}
}"###;

#[test]
fn chunks_hold_as_many_tokens_as_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tokenizer.json");
    std::fs::write(&path, TOKENIZER).unwrap();
    let counter = TokenizerCounter::from_file(&path).unwrap();
    let text = "Clubs won. 皇马夺冠。Club won. 皇马夺冠。 ".repeat(40);
    let document = ReadDocument::new(Document::new("note:1", ContentHash::of(&text)), text.as_str());
    let splitter = LengthSplitter::new(9).with_counter(counter.clone());
    let chunks = splitter.cut(&document);
    // 4 + 5, and 3 + 5 tokens.
    assert_eq!(&*chunks[0].text, "Clubs won. 皇马夺冠。");
    assert_eq!(&*chunks[1].text, "Club won. 皇马夺冠。 ");
    assert_eq!(chunks.len(), 80);
    assert!(chunks.iter().all(|chunk| counter.count(&chunk.text) <= 9));
    assert_eq!(chunks.iter().map(|chunk| &*chunk.text).collect::<String>(), text);
    // One token less: the first sentence stands alone, the second with the third (5 + 3).
    assert_eq!(LengthSplitter::new(8).with_counter(counter).cut(&document).len(), 120);
}
