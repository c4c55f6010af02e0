//! The ids and vectors of an independent reader, `scripts/reference.py`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use kag_static::StaticEmbedder;
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    text: String,
    ids: Vec<u32>,
    vector: Vec<f32>,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("reference.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

#[test]
fn token_ids_are_those_of_the_reference() {
    let embedder = StaticEmbedder::new();
    let rows = rows();
    assert!(rows.len() >= 60);
    for row in &rows {
        assert_eq!(embedder.token_ids(&row.text), row.ids, "{:?}", row.text);
    }
}

#[test]
fn vectors_are_those_of_the_reference() {
    let embedder = StaticEmbedder::new();
    for row in rows() {
        let found = embedder.vector(&row.text);
        let (found, expect) = (found.as_slice(), row.vector.as_slice());
        assert_eq!(found.len(), expect.len());
        if expect.iter().all(|c| *c == 0.0) {
            assert!(found.iter().all(|c| *c == 0.0), "{:?}", row.text);
            continue;
        }
        let length = dot(found, found).sqrt();
        assert!((length - 1.0).abs() < 1e-6, "{:?}: {length}", row.text);
        let cosine = dot(found, expect) / dot(expect, expect).sqrt();
        assert!(cosine >= 0.999_99, "{:?}: {cosine}", row.text);
    }
}

#[test]
fn every_character_of_unicode_is_read_as_the_reference_reads_it() {
    let embedder = StaticEmbedder::new();
    for line in include_str!("unicode_sweep.txt").lines() {
        let (block, expect) = line.split_once(' ').unwrap();
        let start = u32::from_str_radix(block, 16).unwrap();
        let hash = (start..start + 0x1000)
            .filter_map(char::from_u32)
            .flat_map(|c| embedder.token_ids(&format!("a{c}b")))
            .flat_map(u32::to_le_bytes)
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3));
        assert_eq!(format!("{hash:016x}"), expect, "block {block}");
    }
}
