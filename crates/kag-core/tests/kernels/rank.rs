use kag_core::{
    Scored,
    rank::{RRF_K, reciprocal_rank_fusion, top_k, weighted_fusion},
};
use proptest::prelude::*;

fn list<T: Copy>(hits: &[(T, f32)]) -> Vec<Scored<T>> {
    hits.iter().map(|(item, score)| Scored::new(*item, *score)).collect()
}

fn items<T: Copy>(hits: &[Scored<T>]) -> Vec<T> {
    hits.iter().map(|hit| hit.item).collect()
}

fn score<T: PartialEq>(hits: &[Scored<T>], item: T) -> f32 {
    hits.iter().find(|hit| hit.item == item).unwrap().score.get()
}

/// A list of distinct items, best first, with many equal scores.
fn any_list() -> impl Strategy<Value = Vec<Scored<u8>>> {
    prop::collection::btree_map(0u8..40, -4i8..4, 0..30).prop_map(|hits| {
        let hits: Vec<_> = hits.into_iter().map(|(item, s)| (item, f32::from(s) / 3.0)).collect();
        let mut hits = list(&hits);
        hits.sort_by(Scored::best_first);
        hits
    })
}

proptest! {
    #[test]
    fn top_k_is_sort_and_truncate(
        hits in prop::collection::vec((0u16..50, -5i8..5), 0..300),
        k in 0usize..120,
    ) {
        let hits: Vec<_> = hits.into_iter().map(|(item, s)| Scored::new(item, f32::from(s))).collect();
        let mut sorted = hits.clone();
        sorted.sort_by(Scored::best_first);
        sorted.truncate(k);
        prop_assert_eq!(top_k(hits, k), sorted);
    }

    #[test]
    fn fusion_does_not_depend_on_the_order_of_the_lists(
        lists in prop::collection::vec((any_list(), -3i8..10), 0..6),
        turn in 0usize..6,
    ) {
        let mut turned = lists.clone();
        turned.rotate_left(turn.min(lists.len()));
        turned.reverse();
        let ranked = |lists: &[(Vec<Scored<u8>>, i8)]| {
            let lists: Vec<&[Scored<u8>]> = lists.iter().map(|(list, _)| list.as_slice()).collect();
            reciprocal_rank_fusion(&lists, RRF_K)
        };
        let weighed = |lists: &[(Vec<Scored<u8>>, i8)]| {
            let lists: Vec<_> = lists.iter().map(|(l, w)| (f32::from(*w) / 7.0, l.as_slice())).collect();
            weighted_fusion(&lists)
        };
        prop_assert_eq!(ranked(&lists), ranked(&turned));
        prop_assert_eq!(weighed(&lists), weighed(&turned));
    }

    #[test]
    fn fusing_one_list_keeps_its_items_and_order(hits in any_list(), weight in 1u8..9) {
        prop_assert_eq!(items(&reciprocal_rank_fusion(&[&hits], RRF_K)), items(&hits));
        let fused = weighted_fusion(&[(f32::from(weight), &hits)]);
        prop_assert_eq!(items(&fused), items(&hits));
    }

    #[test]
    fn fused_lists_hold_each_item_once_and_best_first(
        lists in prop::collection::vec(any_list(), 0..5),
    ) {
        let lists: Vec<&[Scored<u8>]> = lists.iter().map(Vec::as_slice).collect();
        let fused = reciprocal_rank_fusion(&lists, RRF_K);
        prop_assert!(fused.is_sorted_by(|a, b| Scored::best_first(a, b).is_lt()));
        let mut found = items(&fused);
        found.sort_unstable();
        let mut all: Vec<u8> = lists.iter().flat_map(|list| items(list)).collect();
        all.sort_unstable();
        all.dedup();
        prop_assert_eq!(found, all);
    }
}

#[test]
fn top_k_of_nothing_and_of_none() {
    assert_eq!(top_k(list(&[("a", 1.0)]), 0), vec![]);
    assert_eq!(top_k(Vec::<Scored<u8>>::new(), 5), vec![]);
    let all = top_k(list(&[("乙", 1.0), ("甲", 1.0), ("b", f32::NAN)]), usize::MAX);
    assert_eq!(items(&all), ["乙", "甲", "b"]);
}

#[test]
fn reciprocal_ranks_are_summed() {
    let words = list(&[("巴黎", 12.0), ("Lyon", 9.0)]);
    let vectors = list(&[("Lyon", 0.9), ("Nice", 0.2), ("巴黎", 0.1)]);
    let fused = reciprocal_rank_fusion(&[&words, &vectors, &[]], 60.0);
    assert_eq!(items(&fused), ["Lyon", "巴黎", "Nice"]);
    let close = |item, expect: f32| assert!((score(&fused, item) - expect).abs() < 1e-7, "{fused:?}");
    close("Lyon", 1.0 / 61.0 + 1.0 / 62.0);
    close("巴黎", 1.0 / 61.0 + 1.0 / 63.0);
    close("Nice", 1.0 / 62.0);
}

#[test]
fn a_repeated_item_counts_once_at_its_better_place() {
    let twice = list(&[(1u8, 0.9), (2, 0.8), (1, 0.7)]);
    let ranked = reciprocal_rank_fusion(&[&twice], 0.0);
    assert_eq!(ranked, list(&[(1, 1.0), (2, 0.5)]));
    let weighed = weighted_fusion(&[(1.0, &twice)]);
    assert_eq!(items(&weighed), [1, 2]);
    assert_eq!(score(&weighed, 1), 1.0);
}

#[test]
fn a_k_that_makes_no_sense_counts_as_zero() {
    let hits = list(&[(1u8, 0.9), (2, 0.8)]);
    for k in [-60.0, f32::NAN] {
        assert_eq!(reciprocal_rank_fusion(&[&hits], k), list(&[(1, 1.0), (2, 0.5)]));
    }
}

#[test]
fn scores_are_stretched_before_they_are_weighed() {
    let words = list(&[(1u8, 30.0), (2, 20.0), (3, 10.0)]);
    let vectors = list(&[(3u8, 0.9), (4, 0.8)]);
    let fused = weighted_fusion(&[(0.5, &words), (0.25, &vectors)]);
    assert_eq!(fused, list(&[(1, 0.5), (2, 0.25), (3, 0.25), (4, 0.0)]));
}

#[test]
fn constant_and_infinite_scores_are_defined() {
    let one = list(&[(7u8, -3.0)]);
    assert_eq!(weighted_fusion(&[(0.5, &one)]), list(&[(7, 0.5)]));
    let level = list(&[(1u8, 2.0), (2, 2.0)]);
    assert_eq!(weighted_fusion(&[(1.0, &level)]), list(&[(1, 1.0), (2, 1.0)]));
    let wild = list(&[(1u8, f32::INFINITY), (2, 3.0), (3, 1.0), (4, f32::NAN)]);
    let expect = list(&[(1, 1.0), (2, 1.0), (3, 0.0), (4, 0.0)]);
    assert_eq!(weighted_fusion(&[(1.0, &wild)]), expect);
    assert_eq!(weighted_fusion(&[(f32::NAN, &level)]), list(&[(1, 0.0), (2, 0.0)]));
    assert_eq!(weighted_fusion::<u8>(&[(1.0, &[])]), vec![]);
}
