use kag_core::{
    Embedding, ErrorKind, Scored,
    vector::{ExactIndex, new_pairs_over, pairs_over},
};
use proptest::prelude::*;

fn items<K: Copy>(hits: &[Scored<K>]) -> Vec<K> {
    hits.iter().map(|hit| hit.item).collect()
}

fn cosine(left: &Embedding, right: &Embedding) -> f64 {
    let dot = |a: &Embedding, b: &Embedding| -> f64 {
        a.as_slice().iter().zip(b.as_slice()).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    let lengths = (dot(left, left) * dot(right, right)).sqrt();
    if lengths == 0.0 { 0.0 } else { dot(left, right) / lengths }
}

/// `count` unit vectors in clusters, some equal, some all zero.
pub(crate) fn vectors(count: usize, dim: usize, seed: u64) -> Vec<Embedding> {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let mut made: Vec<Embedding> = Vec::new();
    for at in 0..count {
        let kind = next() % 16;
        let near = made.get((next() % (at as u64 + 1)) as usize).cloned();
        let noise: Vec<f32> = (0..dim).map(|_| (next() >> 40) as f32 / (1u64 << 23) as f32 - 1.0).collect();
        made.push(match (kind, near) {
            (0, _) => Embedding::normalised(vec![0.0; dim]),
            (1..3, Some(near)) => near,
            (3..8, Some(near)) => {
                Embedding::normalised(near.as_slice().iter().zip(&noise).map(|(a, b)| a + 0.05 * b).collect())
            }
            _ => Embedding::normalised(noise),
        });
    }
    made
}

fn keyed(vectors: &[Embedding]) -> Vec<(u32, Embedding)> {
    (0u32..).zip(vectors.iter().cloned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_search_finds_the_most_similar_rows(
        count in 0usize..120, dim in 1usize..40, seed: u64, k in 0usize..150,
    ) {
        let vectors = vectors(count + 1, dim, seed);
        let (query, rows) = vectors.split_last().unwrap();
        let index = ExactIndex::new(dim, keyed(rows)).unwrap();
        let found = index.search(query, k).unwrap();
        prop_assert_eq!(found.len(), count.min(k));
        prop_assert!(found.is_sorted_by(|left, right| Scored::best_first(left, right).is_lt()));
        let worst = found.last().map_or(f64::INFINITY, |hit| f64::from(hit.score.get()));
        for (key, row) in keyed(rows) {
            let expect = cosine(&row, query);
            match found.iter().find(|hit| hit.item == key) {
                Some(hit) => prop_assert!((f64::from(hit.score.get()) - expect).abs() < 1e-5),
                None => prop_assert!(k == 0 || expect <= worst + 1e-5),
            }
        }
    }

    #[test]
    fn a_batch_equals_its_queries_one_by_one_to_the_last_bit(
        count in 0usize..400, queries in 0usize..80, dim in 1usize..24, seed: u64, k in 0usize..30,
    ) {
        let vectors = vectors(count + queries, dim, seed);
        let (rows, queries) = vectors.split_at(count);
        let index = ExactIndex::new(dim, keyed(rows)).unwrap();
        let batch = index.search_batch(queries, k).unwrap();
        let alone: Vec<_> = queries.iter().map(|query| index.search(query, k).unwrap()).collect();
        prop_assert_eq!(batch, alone);
    }

    #[test]
    fn an_index_and_its_pairs_do_not_depend_on_the_order_of_rows(
        (rows, shuffled) in (0usize..80, 1usize..20, any::<u64>()).prop_flat_map(|(count, dim, seed)| {
            let rows = keyed(&vectors(count, dim, seed));
            (Just(rows.clone()), Just(rows).prop_shuffle())
        }),
        threshold in -0.5f32..1.0,
    ) {
        let dim = rows.first().map_or(1, |(_, vector)| vector.dim());
        let query = vectors(1, dim, 7).remove(0);
        let search = |rows: &[(u32, Embedding)]| {
            ExactIndex::new(dim, rows.iter().cloned()).unwrap().search(&query, 9).unwrap()
        };
        prop_assert_eq!(search(&rows), search(&shuffled));
        prop_assert_eq!(pairs_over(&rows, threshold).unwrap(), pairs_over(&shuffled, threshold).unwrap());
    }

    #[test]
    fn pairs_are_those_over_the_threshold(
        count in 0usize..300, dim in 1usize..16, seed: u64, threshold in 0.2f32..1.01,
    ) {
        let rows = keyed(&vectors(count, dim, seed));
        let found = pairs_over(&rows, threshold).unwrap();
        prop_assert!(found.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
        prop_assert!(found.iter().all(|(left, right, cosine)| left < right && *cosine >= threshold));
        let mut found = found.into_iter().peekable();
        for (at, (left, a)) in rows.iter().enumerate() {
            for (right, b) in &rows[at + 1..] {
                let expect = cosine(a, b);
                match found.next_if(|(l, r, _)| (l, r) == (left, right)) {
                    Some((_, _, score)) => prop_assert!((f64::from(score) - expect).abs() < 1e-5),
                    None => prop_assert!(expect < f64::from(threshold) + 1e-5),
                }
            }
        }
        prop_assert!(found.next().is_none());
    }

    #[test]
    fn what_is_added_brings_the_pairs_that_were_missing(
        count in 0usize..600, dim in 1usize..16, seed: u64, threshold in 0.2f32..1.01, part in 2u32..9,
    ) {
        let rows = keyed(&vectors(count, dim, seed));
        let (fresh, known): (Vec<_>, Vec<_>) = rows.iter().cloned().partition(|(key, _)| key % part == 0);
        let mut pairs = pairs_over(&known, threshold).unwrap();
        pairs.extend(new_pairs_over(&fresh, &known, threshold).unwrap());
        pairs.sort_by_key(|(left, right, _)| (*left, *right));
        prop_assert_eq!(pairs, pairs_over(&rows, threshold).unwrap());
    }

    #[test]
    fn a_pair_is_scored_the_same_in_any_company(seed: u64, dim in 1usize..150) {
        let all = keyed(&vectors(60, dim, seed));
        let among_all = pairs_over(&all, 0.5).unwrap();
        for (left, right, score) in among_all.iter().take(20) {
            let two = [all[*right as usize].clone(), all[*left as usize].clone()];
            prop_assert_eq!(pairs_over(&two, 0.5).unwrap(), vec![(*left, *right, *score)]);
            // At the very cosine of the pair it is still in; just above it is out.
            prop_assert_eq!(pairs_over(&two, *score).unwrap().len(), 1);
            prop_assert_eq!(pairs_over(&two, score.next_up()).unwrap().len(), 0);
        }
    }
}

#[test]
fn many_blocks_of_rows_agree_with_sorting_everything() {
    let all = vectors(9_003, 8, 11);
    let (rows, queries) = all.split_at(9_000);
    let index = ExactIndex::new(8, keyed(rows)).unwrap();
    assert_eq!((index.len(), index.dim(), index.is_empty()), (9_000, 8, false));
    let batch = index.search_batch(queries, 10).unwrap();
    for (query, found) in queries.iter().zip(batch) {
        assert_eq!(found, index.search(query, 10).unwrap());
        let mut sorted = index.search(query, usize::MAX).unwrap();
        assert_eq!(sorted.len(), 9_000);
        assert!(sorted.is_sorted_by(|left, right| Scored::best_first(left, right).is_lt()));
        sorted.truncate(10);
        assert_eq!(found, sorted);
    }
}

#[test]
fn similar_first_and_ties_by_key() {
    let rows = [
        ("乙", Embedding::new([0.0, 1.0])),
        ("west", Embedding::new([-1.0, 0.0])),
        ("甲", Embedding::new([0.0, 1.0])),
        ("nothing", Embedding::new([0.0, 0.0])),
        ("far", Embedding::new([0.0, 30.0])),
    ];
    let index = ExactIndex::new(2, rows).unwrap();
    let found = index.search(&Embedding::new([0.0, 2.0]), 9).unwrap();
    assert_eq!(items(&found), ["far", "乙", "甲", "nothing", "west"]);
    assert_eq!(found.iter().map(|hit| hit.score.get()).collect::<Vec<_>>(), [1.0, 1.0, 1.0, 0.0, 0.0]);
    let nothing = index.search(&Embedding::new([0.0, 0.0]), 1).unwrap();
    assert_eq!(nothing, [Scored::new("far", 0.0)]);
}

#[test]
fn vectors_that_are_no_numbers_count_as_zero() {
    let rows = [(1, Embedding::new([f32::NAN, 1.0])), (2, Embedding::new([f32::INFINITY, 1.0]))];
    let index = ExactIndex::new(2, rows).unwrap();
    let found = index.search(&Embedding::new([1.0, 0.0]), 9).unwrap();
    assert_eq!(found, [Scored::new(1, 0.0), Scored::new(2, 0.0)]);
    let wild = index.search_batch(&[Embedding::new([f32::NAN, 0.0]), Embedding::new([1.0, 0.0])], 9);
    assert_eq!(wild.unwrap()[0], found);
}

#[test]
fn what_does_not_fit_is_refused() {
    let (flat, solid) = (Embedding::new([1.0, 0.0]), Embedding::new([1.0, 0.0, 0.0]));
    let invalid = |error: kag_core::Error| assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    invalid(ExactIndex::new(2, [(1, solid.clone())]).unwrap_err());
    invalid(ExactIndex::new(2, [(1, flat.clone()), (1, flat.clone())]).unwrap_err());
    let index = ExactIndex::new(2, [(1, flat.clone())]).unwrap();
    invalid(index.search(&solid, 1).unwrap_err());
    invalid(index.search_batch(&[flat.clone(), solid.clone()], 1).unwrap_err());
    invalid(pairs_over(&[(1, flat.clone()), (2, solid)], 0.5).unwrap_err());
    invalid(pairs_over(&[(1, flat.clone()), (1, flat.clone())], 0.5).unwrap_err());
    invalid(new_pairs_over(&[(1, flat.clone())], &[(1, flat.clone())], 0.5).unwrap_err());
    invalid(pairs_over(&[(1, flat)], f32::NAN).unwrap_err());
}

#[test]
fn an_index_of_nothing_finds_nothing() {
    let index = ExactIndex::<u8>::new(3, []).unwrap();
    let query = Embedding::new([1.0, 0.0, 0.0]);
    assert!(index.search(&query, 5).unwrap().is_empty());
    assert_eq!(index.search_batch(&[query.clone(), query], 5).unwrap(), [vec![], vec![]]);
    assert!(index.search_batch(&[], 5).unwrap().is_empty());
    assert!(pairs_over::<u8>(&[], 0.0).unwrap().is_empty());
}

/// Of so many rows few components are looked at first; of half of them, not.
#[test]
fn among_many_rows_the_same_pairs_are_found() {
    let rows = keyed(&vectors(1040, 128, 7));
    let (known, fresh) = rows.split_at(520);
    for threshold in [0.3, 0.9] {
        let mut expect = pairs_over(known, threshold).unwrap();
        expect.extend(new_pairs_over(fresh, known, threshold).unwrap());
        expect.sort_by_key(|(left, right, _)| (*left, *right));
        assert!(!expect.is_empty());
        assert_eq!(pairs_over(&rows, threshold).unwrap(), expect, "{threshold}");
    }
}
