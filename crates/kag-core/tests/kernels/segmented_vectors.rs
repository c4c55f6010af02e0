use std::{
    collections::BTreeMap,
    fs::File,
    io::Write,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use kag_core::{
    Embedding, ErrorKind, Scored,
    vector::{ExactIndex, SegmentedVectors, VectorSegment},
};
use proptest::prelude::*;

use crate::vector::vectors;

/// A directory of the segments of one test, gone at the end.
struct Files(PathBuf);

impl Files {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("kag-segments-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// `index` as it is after all its segments were written and opened again.
    fn reopened(&self, index: &SegmentedVectors<u32>) -> SegmentedVectors<u32> {
        for segment in index.segments() {
            let path = self.0.join(segment.name().to_string());
            segment.sealed().unwrap().write(&mut File::create(path).unwrap()).unwrap();
        }
        let open = |name: kag_core::ContentHash| {
            VectorSegment::open(File::open(self.0.join(name.to_string())).unwrap()).map(Arc::new)
        };
        SegmentedVectors::open(&index.manifest(), open).unwrap()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn bits(hits: &[Scored<u32>]) -> Vec<(u32, u32)> {
    hits.iter().map(|hit| (hit.item, hit.score.get().to_bits())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_version_finds_what_a_fresh_scan_finds_to_the_last_bit(
        steps in prop::collection::vec((prop::collection::btree_set(0u32..60, 0..12), prop::collection::vec(0u32..60, 0..5)), 1..16),
        dim in 1usize..40, seed: u64, k in 0usize..80,
    ) {
        let files = Files::new();
        let total: usize = steps.iter().map(|(put, _)| put.len()).sum();
        let mut made = vectors(total + 4, dim, seed).into_iter();
        let queries: Vec<Embedding> = made.by_ref().take(4).collect();
        let (mut index, mut rows, mut versions) = (SegmentedVectors::new(dim), BTreeMap::new(), Vec::new());
        for (at, (put, removed)) in steps.iter().enumerate() {
            let added: Vec<_> = put.iter().map(|key| (*key, made.next().unwrap())).collect();
            index = index.with(added.iter().cloned(), removed.iter().copied()).unwrap();
            removed.iter().for_each(|key| drop(rows.remove(key)));
            rows.extend(added);
            match at % 4 {
                1 => index = files.reopened(&index),
                3 => {
                    let mut bytes = Vec::new();
                    index.write(&mut bytes).unwrap();
                    index = SegmentedVectors::read(&mut bytes.as_slice()).unwrap();
                }
                _ => {}
            }
            versions.push((index.clone(), ExactIndex::new(dim, rows.clone()).unwrap(), rows.clone()));
        }
        for (index, fresh, rows) in versions {
            prop_assert_eq!(index.len(), rows.len());
            let batch = index.search_batch(&queries, k).unwrap();
            for (query, found) in queries.iter().zip(batch) {
                let expect = fresh.search(query, k).unwrap();
                prop_assert_eq!(bits(&found), bits(&expect));
                prop_assert_eq!(bits(&index.search(query, k).unwrap()), bits(&expect));
            }
            for (key, vector) in &rows {
                let norm = vector.as_slice().iter().map(|c| f64::from(*c).powi(2)).sum::<f64>();
                let found = index.get(*key).unwrap().unwrap();
                prop_assert!(norm == 0.0 || found == *vector);
            }
            index.segments().try_for_each(|segment| segment.verify()).unwrap();
        }
    }

    #[test]
    fn any_flipped_bit_of_vectors_is_noticed(dim in 1usize..9, rows in 1usize..20, at: prop::sample::Index, bit in 0u8..8) {
        let made = vectors(rows, dim, 7);
        let index = SegmentedVectors::new(dim).with((0u32..).zip(made.iter().cloned()), []).unwrap();
        let mut bytes = Vec::new();
        index.write(&mut bytes).unwrap();
        let place = at.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let error = SegmentedVectors::<u32>::read(&mut bytes.as_slice()).unwrap_err();
        prop_assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Unsupported), "{error}");
        prop_assert!(SegmentedVectors::<u32>::read(&mut &bytes[..place]).is_err());
        let mut file = Vec::new();
        let segment = index.segments().next().unwrap();
        segment.sealed().unwrap().write(&mut file).unwrap();
        let place = at.index(file.len());
        file[place] ^= 1 << bit;
        let files = Files::new();
        let path = files.0.join("damaged");
        File::create(&path).unwrap().write_all(&file).unwrap();
        // Damage to a vector shows when it is read, and before that it cannot matter.
        let opened = VectorSegment::<u32>::open(File::open(path).unwrap());
        let error = opened.and_then(|opened| opened.verify()).unwrap_err();
        prop_assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Unsupported), "{error}");
    }
}

#[test]
fn many_rows_in_several_segments_rank_as_a_scan_does() {
    let made = vectors(20_000 + 8, 16, 3);
    let (rows, queries) = made.split_at(20_000);
    let files = Files::new();
    let index = SegmentedVectors::new(16).with((0u32..).zip(rows.iter().cloned()), []).unwrap();
    assert!(index.segments().len() > 2);
    let opened = files.reopened(&index);
    assert!(opened.segments().all(|segment| !segment.is_in_memory()) && index.segments().all(|s| s.is_in_memory()));
    let replaced = opened.segments().fold(index.clone(), SegmentedVectors::replacing);
    assert!(replaced.segments().all(|segment| !segment.is_in_memory()));
    let fresh = ExactIndex::new(16, (0u32..).zip(rows.iter().cloned())).unwrap();
    for k in [1, 10, 500] {
        for (query, found) in queries.iter().zip(opened.search_batch(queries, k).unwrap()) {
            let expect = fresh.search(query, k).unwrap();
            assert_eq!(bits(&found), bits(&expect));
            assert_eq!(bits(&replaced.search(query, k).unwrap()), bits(&expect));
        }
    }
}

#[test]
fn rows_that_are_named_are_scored_and_others_scanned() {
    let made = vectors(9_000 + 1, 16, 5);
    let (rows, query) = (&made[..9_000], &made[9_000]);
    let index = SegmentedVectors::new(16).with((0u32..).zip(rows.iter().cloned()), []).unwrap();
    let index = index.with([], [8]).unwrap();
    let all = bits(&index.search(query, 10).unwrap());
    assert_eq!(bits(&index.search_among(query, 10, |_| None).unwrap()), all);
    let every = |segment: &VectorSegment<u32>| Some((0..segment.keys().len() as u32 + 3).chain([0, 1]).collect());
    assert_eq!(bits(&index.search_among(query, 10, every).unwrap()), all);
    let only = |segment: &VectorSegment<u32>| segment.keys().contains(&7).then(|| vec![7, 8, 9]);
    let found = bits(&index.search_among(query, 9_000, only).unwrap());
    let scanned = index.segments().filter(|segment| !segment.keys().contains(&7)).map(|segment| segment.keys().len());
    assert_eq!(found.len(), 2 + scanned.sum::<usize>());
    let by_row = |key: u32| index.segments().find_map(|s| s.keys().iter().position(|k| *k == key)).unwrap();
    assert_eq!((by_row(7), by_row(8), by_row(9)), (7, 8, 9));
    assert!(found.iter().any(|(key, _)| *key == 7) && found.iter().all(|(key, _)| *key != 8 && *key != 10));
}

#[test]
fn vectors_that_cannot_be_are_refused() {
    let index = SegmentedVectors::new(2);
    let flat = Embedding::new([1.0, 0.0, 0.0]);
    assert_eq!(index.with([(1u32, flat.clone())], []).unwrap_err().kind(), ErrorKind::InvalidInput);
    let up = Embedding::new([0.0, 1.0]);
    assert_eq!(index.with([(1, up.clone()), (1, up.clone())], []).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(index.search(&flat, 1).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(index.search(&up, 9).unwrap().is_empty() && index.get(1).unwrap().is_none());
}
