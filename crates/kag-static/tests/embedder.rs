//! What holds for every table and every text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::sync::LazyLock;

use futures::executor::block_on;
use kag_llm::{Embedder, Purpose};
use kag_static::{Error, StaticEmbedder};
use proptest::prelude::*;

static SHIPPED: LazyLock<StaticEmbedder> = LazyLock::new(StaticEmbedder::new);

/// Five pieces, two columns.
const VOCABULARY: &str = "[UNK]\nhello\nwor\n##ld\n知\n";

fn table(scales: [f32; 5], cells: [[i8; 2]; 5]) -> Vec<u8> {
    let mut bytes = b"KSE1\x05\0\0\0\x02\0\0\0".to_vec();
    bytes.extend(scales.iter().flat_map(|scale| scale.to_le_bytes()));
    bytes.extend(cells.iter().flatten().map(|cell| cell.cast_unsigned()));
    bytes
}

fn small() -> Vec<u8> {
    table([0.0, 1.0, 0.5, 0.25, 2.0], [[9, 9], [3, 4], [10, 0], [0, -16], [-1, 0]])
}

fn opened(bytes: Vec<u8>, vocabulary: &str) -> Result<StaticEmbedder, Error> {
    StaticEmbedder::from_bytes("small/1", bytes, vocabulary)
}

#[test]
fn a_vector_is_the_scaled_sum_of_rows_made_one_long() {
    let embedder = opened(small(), VOCABULARY).unwrap();
    let check = |text, expect: [f32; 2]| assert_eq!(embedder.vector(text).as_slice(), expect);
    check("Hello", [0.6, 0.8]);
    check("hello nonsense", [0.6, 0.8]);
    check("WORLD 知", [0.6, -0.8]);
    check("知知", [-1.0, 0.0]);
    check("", [0.0, 0.0]);
    check("無", [0.0, 0.0]);
    assert_eq!(embedder.token_ids("world worl 知x"), [2, 3, 0, 4, 0]);
    assert_eq!((embedder.id(), embedder.dim()), ("small/1", 2));
}

#[test]
fn a_table_that_is_not_whole_is_refused_by_name() {
    let whole = small();
    assert!(matches!(opened(b"KSE2".to_vec(), ""), Err(Error::Magic)));
    for end in 4..whole.len() {
        let found = opened(whole[..end].to_vec(), VOCABULARY);
        assert!(matches!(found, Err(Error::Length { found, .. }) if found == end));
    }
    let long = [whole.as_slice(), b"x"].concat();
    assert!(matches!(opened(long, VOCABULARY), Err(Error::Length { expected: 42, found: 43 })));
    let huge = b"KSE1\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF".to_vec();
    assert!(matches!(opened(huge, ""), Err(Error::Length { .. })));
    let empty = b"KSE1\0\0\0\0\x02\0\0\0".to_vec();
    assert!(matches!(opened(empty, ""), Err(Error::Empty { rows: 0, dim: 2 })));
    let odd = table([0.0, 1.0, f32::NAN, 1.0, 1.0], [[1, 1]; 5]);
    assert!(matches!(opened(odd, VOCABULARY), Err(Error::Scale { row: 2 })));
}

#[test]
fn a_vocabulary_that_does_not_fit_is_refused_by_name() {
    let refused = |vocabulary| opened(small(), vocabulary).unwrap_err();
    assert!(matches!(refused("[UNK]\na\n"), Error::Pieces { pieces: 2, rows: 5 }));
    assert!(matches!(refused("a\nb\nc\nd\ne\n"), Error::NoUnknown));
    let twice = refused("[UNK]\na\n##b\nb\n##b\n");
    assert!(matches!(&twice, Error::Duplicate { piece, line: 5 } if piece == "##b"));
    assert_eq!(twice.to_string(), "piece \"##b\" again on line 5");
}

#[test]
fn files_are_read_and_a_missing_one_is_named() {
    let at = |name: &str| format!("{}/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let (table, pieces) = (at("static-minilm-128.bin"), at("vocab.txt"));
    let embedder = StaticEmbedder::from_files("copy/1", &table, pieces).unwrap();
    let text = "from a file";
    assert_eq!(embedder.vector(text), SHIPPED.vector(text));
    let missing = StaticEmbedder::from_files("copy/1", &table, at("none.txt")).unwrap_err();
    assert!(missing.to_string().ends_with("data/none.txt"), "{missing}");
    let binary = StaticEmbedder::from_files("copy/1", &table, &table).unwrap_err();
    assert!(matches!(binary, Error::Read { .. }), "{binary}");
}

#[test]
fn a_large_batch_gives_the_vectors_of_its_texts_in_order() {
    let texts: Vec<String> = (0..1_000).map(|n| format!("passage number {n} of the 段落")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = block_on(SHIPPED.embed(&texts, Purpose::Document)).unwrap();
    assert_eq!(found.len(), texts.len());
    for (vector, text) in found.iter().zip(&texts) {
        assert_eq!(*vector, SHIPPED.vector(text), "{text}");
    }
    assert!(block_on(SHIPPED.embed(&[], Purpose::Query)).unwrap().is_empty());
}

#[test]
fn what_is_mostly_unknown_is_like_nothing_else() {
    let texts = ["西班牙", "巴西", "Spain", ""];
    let vectors = block_on(SHIPPED.embed(&texts, Purpose::Document)).unwrap();
    let is_zero = |vector: &kag_core::Embedding| vector.as_slice().iter().all(|x| *x == 0.0);
    assert_eq!(vectors.iter().map(is_zero).collect::<Vec<_>>(), [true, true, false, true]);
    assert_eq!(SHIPPED.vector(texts[0]), SHIPPED.vector(texts[1]), "what is known of them is the same");
}

#[test]
fn meaning_is_closer_than_words() {
    let dot = |a: &str, b: &str| -> f32 {
        let (a, b) = (SHIPPED.vector(a), SHIPPED.vector(b));
        a.as_slice().iter().zip(b.as_slice()).map(|(a, b)| a * b).sum()
    };
    let question = "Which physician treats eye disease?";
    let near = dot(question, "An ophthalmologist is a doctor for the eyes.");
    let far = dot(question, "The court dismissed the appeal over the lease.");
    assert!(near > far + 0.1, "{near} {far}");
}

proptest! {
    #[test]
    fn no_text_panics_and_every_vector_is_one_long_or_zero(text in any::<String>()) {
        let vector = SHIPPED.vector(&text);
        let length: f32 = vector.as_slice().iter().map(|c| c * c).sum();
        prop_assert!(length == 0.0 || (length - 1.0).abs() < 1e-5, "{length}");
        prop_assert!(SHIPPED.token_ids(&text).iter().all(|id| *id < 30_522));
    }

    #[test]
    fn words_and_their_accents_and_case_do_not_depend_on_each_other(
        left in "[a-zéü知识]{0,12}", right in "[a-zA-ZÀ-ÿ,.]{0,12}",
    ) {
        let both = SHIPPED.token_ids(&format!("{left} {right}"));
        let each = [SHIPPED.token_ids(&left), SHIPPED.token_ids(&right)].concat();
        prop_assert_eq!(both, each);
        prop_assert_eq!(SHIPPED.token_ids(&left), SHIPPED.token_ids(&left.to_uppercase()));
    }

    #[test]
    fn no_table_or_vocabulary_panics(
        bytes in prop::collection::vec(any::<u8>(), 0..64), rows in 0..4_u32, dim in 0..4_u32,
        vocabulary in "(\\[UNK\\]|##|a|b|\n){0,8}", text in any::<String>(),
    ) {
        let mut whole = b"KSE1".to_vec();
        whole.extend(rows.to_le_bytes());
        whole.extend(dim.to_le_bytes());
        whole.extend(bytes);
        whole.truncate(12 + (rows * (dim + 4)) as usize);
        if let Ok(embedder) = opened(whole, &vocabulary) {
            prop_assert_eq!(embedder.vector(&text).dim(), dim as usize);
        }
    }
}
