//! The vectors of an independent forward pass, `scripts/reference.py`, on the real model.
//!
//! Needs the directory of all-MiniLM-L6-v2 in `KAG_EMBEDDER_DIR`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use futures::executor::block_on;
use kag_candle::CandleEmbedder;
use kag_llm::{Embedder, Purpose};
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    text: String,
    vector: Vec<f32>,
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    let product = |(a, b): (&f32, &f32)| f64::from(*a) * f64::from(*b);
    a.iter().zip(b).map(product).sum()
}

#[test]
fn vectors_of_the_real_model_are_those_of_the_reference() {
    let Some(dir) = std::env::var_os("KAG_EMBEDDER_DIR") else {
        eprintln!("skipped: KAG_EMBEDDER_DIR is not set");
        return;
    };
    let embedder = CandleEmbedder::from_dir(dir).unwrap();
    assert_eq!(embedder.dim(), 384);
    let lines = include_str!("reference.jsonl").lines();
    let rows: Vec<Row> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    let found = block_on(embedder.embed(&texts, Purpose::Document)).unwrap();
    assert_eq!(found.len(), rows.len());
    let mut worst = 1.0_f64;
    for (row, vector) in rows.iter().zip(&found) {
        let (found, expect) = (vector.as_slice(), row.vector.as_slice());
        assert!((dot(found, found) - 1.0).abs() < 1e-5, "{:?}", row.text);
        let cosine = dot(found, expect) / dot(expect, expect).sqrt();
        assert!(cosine >= 1.0 - 1e-4, "{:?}: {cosine}", row.text);
        worst = worst.min(cosine);
    }
    println!("smallest cosine over {} texts: {worst:.8}", rows.len());
}
