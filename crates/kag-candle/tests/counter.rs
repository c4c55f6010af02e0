//! Counting tokens by tokenizers that are made in the test itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{collections::HashMap, fs};

use kag_candle::{Error, TokenizerCounter};
use kag_llm::TokenCounter;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Pieces of words by the longest match, as in BERT; with a limit of 5 tokens and padding to 20.
fn word_pieces(pieces: &[&str]) -> Value {
    let vocab: HashMap<&str, usize> = pieces.iter().enumerate().map(|(id, piece)| (*piece, id)).collect();
    let special = |id: usize| {
        json!({"id": id, "content": pieces[id], "special": true, "single_word": false,
            "lstrip": false, "rstrip": false, "normalized": false})
    };
    json!({
        "version": "1.0",
        "truncation": {"max_length": 5, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "padding": {"strategy": {"Fixed": 20}, "direction": "Right", "pad_to_multiple_of": null,
            "pad_id": 0, "pad_type_id": 0, "pad_token": "[SEP]"},
        "added_tokens": [special(0), special(1)],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 0], "cls": ["[CLS]", 1]},
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocab},
    })
}

/// Pairs of bytes, as in GPT: `a` and `b` alone, `ab`, and the space before each.
fn byte_pairs() -> Value {
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "post_processor": null, "decoder": null,
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
            "vocab": {"a": 0, "b": 1, "Ġ": 2, "ab": 3, "Ġab": 4, ".": 5}, "merges": [["a", "b"], ["Ġ", "ab"]]},
    })
}

const PIECES: [&str; 12] = ["[SEP]", "[CLS]", "[UNK]", "the", "fund", "fell", "##s", "by", "3", "%", "基", "金"];

fn counter(tokenizer: &Value) -> TokenizerCounter {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("tokenizer.json");
    fs::write(&path, tokenizer.to_string()).unwrap();
    TokenizerCounter::from_file(path).unwrap()
}

#[test]
fn all_tokens_of_a_text_are_counted_and_no_special_ones() {
    let counter = counter(&word_pieces(&PIECES));
    for (text, tokens) in [
        ("", 0),
        (" \n", 0),
        ("fund", 1),
        ("The funds fell by 3%", 7),
        ("基金基金", 4),
        // No limit and no padding of the file.
        (&"fund ".repeat(1_000), 1_000),
        // Two brackets and a word that are all unknown.
        ("[SEP]", 3),
        // A word is unknown as a whole.
        (&"x".repeat(5_000), 1),
    ] {
        assert_eq!(counter.count(text), tokens, "{text:?}");
    }
}

#[test]
fn pairs_of_bytes_are_counted_with_the_space_before() {
    let counter = counter(&byte_pairs());
    for (text, tokens) in [("ab", 1), ("ab ab.", 3), ("ba", 2), ("ab  ab", 3)] {
        assert_eq!(counter.count(text), tokens, "{text:?}");
    }
}

#[test]
fn a_text_that_is_refused_counts_its_bytes() {
    let without_unknown: Vec<&str> = PIECES.into_iter().filter(|piece| *piece != "[UNK]").collect();
    let counter = counter(&word_pieces(&without_unknown));
    assert_eq!(counter.count("fund"), 1);
    assert_eq!(counter.count("皇马"), 6);
}

#[test]
fn the_id_tells_tokenizers_apart() {
    let (one, same) = (counter(&byte_pairs()), counter(&byte_pairs()));
    assert_eq!(one.id(), same.id());
    assert_ne!(one.id(), counter(&word_pieces(&PIECES)).id());
    assert!(format!("{one:?}").len() < 200, "{one:?}");
}

#[test]
fn files_that_are_none_are_refused_by_name() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("tokenizer.json");
    let missing = TokenizerCounter::from_file(&path).unwrap_err();
    assert!(matches!(&missing, Error::Read { path: at, .. } if *at == path), "{missing:?}");
    for text in ["", "{}", "[1]", "{\"version\": \"1.0\", \"model\": {}}", "\u{0}"] {
        fs::write(&path, text).unwrap();
        let refused = TokenizerCounter::from_file(&path).unwrap_err();
        assert!(matches!(&refused, Error::Tokenizer { path: at, .. } if *at == path), "{text:?}: {refused:?}");
    }
}

proptest! {
    #[test]
    fn a_whole_counts_what_its_words_count(words in proptest::collection::vec("the|funds?|基金|3%|x{1,3}|。", 0..20)) {
        let counter = counter(&word_pieces(&PIECES));
        let parts: usize = words.iter().map(|word| counter.count(&format!("{word} "))).sum();
        prop_assert_eq!(counter.count(&words.join(" ")), parts);
    }
}
