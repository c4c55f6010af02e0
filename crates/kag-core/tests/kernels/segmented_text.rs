use std::collections::BTreeMap;

use kag_core::{
    ErrorKind, Scored,
    text::{Bm25, Bm25Options, SegmentedBm25},
};
use proptest::prelude::*;

type Row = [String; 3];
/// Rows put and keys removed by one version.
type Step = (Vec<(u32, Row)>, Vec<u32>);

const WEIGHTS: [f32; 3] = [2.5, 0.1, 1.0];
const QUERIES: [&str; 5] = ["Messi 巴塞罗那", "played for for", "梅西效力于", "zebra 3.14 AND", "b a"];

fn any_text() -> impl Strategy<Value = String> {
    let words = ["Messi", "played", "for", "巴塞罗那", "梅西", "效力于", "3.14", "AND", "かな", "!", "b", "zebra"];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..9).prop_map(|words| words.join(" "))
}

fn any_row() -> impl Strategy<Value = Row> {
    [any_text(), any_text(), any_text()]
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let key = 0u32..40;
    let put = prop::collection::vec((key.clone(), any_row()), 0..8);
    prop::collection::vec((put, prop::collection::vec(key, 0..5)), 1..24)
}

/// What the rows are after `step`, by the words of the documentation.
fn apply(rows: &mut BTreeMap<u32, Vec<Row>>, (put, removed): &Step) {
    removed.iter().chain(put.iter().map(|(key, _)| key)).for_each(|key| drop(rows.remove(key)));
    put.iter().for_each(|(key, row)| rows.entry(*key).or_default().push(row.clone()));
}

fn fresh(rows: &BTreeMap<u32, Vec<Row>>) -> Bm25<u32> {
    let rows = rows.iter().flat_map(|(key, texts)| texts.iter().map(|text| (*key, text.clone())));
    Bm25::with_fields(rows, WEIGHTS, Bm25Options::default())
}

fn bits(hits: &[Scored<u32>]) -> Vec<(u32, u32)> {
    hits.iter().map(|hit| (hit.item, hit.score.get().to_bits())).collect()
}

fn written<const FIELDS: usize>(index: &SegmentedBm25<u32, FIELDS>) -> Vec<u8> {
    let mut bytes = Vec::new();
    index.write(&mut bytes).unwrap();
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_version_ranks_as_a_fresh_index_to_the_last_bit(steps in any_steps(), k in 0usize..50) {
        let mut index = SegmentedBm25::new(WEIGHTS, Bm25Options::default());
        let (mut rows, mut versions) = (BTreeMap::new(), Vec::new());
        for (at, step) in steps.iter().enumerate() {
            index = index.with(step.0.iter().cloned(), step.1.iter().copied());
            apply(&mut rows, step);
            if at % 3 == 2 {
                index = SegmentedBm25::read(&mut written(&index).as_slice()).unwrap();
            }
            versions.push((index.clone(), fresh(&rows), rows.len()));
        }
        for (index, fresh, rows) in versions {
            prop_assert_eq!(index.len(), rows);
            for query in QUERIES {
                prop_assert_eq!(bits(&index.search(query, k)), bits(&fresh.search(query, k)), "{}", query);
            }
        }
    }

    #[test]
    fn any_flipped_bit_is_noticed(steps in any_steps(), at: prop::sample::Index, bit in 0u8..8) {
        let step = |index: SegmentedBm25<u32, 3>, step: &Step| index.with(step.0.iter().cloned(), step.1.iter().copied());
        let index = steps.iter().fold(SegmentedBm25::new(WEIGHTS, Bm25Options::default()), step);
        let mut bytes = written(&index);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let error = SegmentedBm25::<u32, 3>::read(&mut bytes.as_slice()).unwrap_err();
        prop_assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Unsupported), "{error}");
        bytes[at] ^= 1 << bit;
        let error = SegmentedBm25::<u32, 3>::read(&mut &bytes[..at]).unwrap_err();
        prop_assert_eq!(error.kind(), ErrorKind::Corrupt);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_prefix_is_every_term_that_begins_with_it(
        steps in any_steps(),
        (words, prefix) in ("(Messi|for|zebra|3.14) ?", prop::sample::select(vec!["pl", "梅", "m", "a", "zebra", "西"])),
    ) {
        let mut index = SegmentedBm25::new(WEIGHTS, Bm25Options::default());
        let mut rows = BTreeMap::new();
        for step in &steps {
            index = index.with(step.0.iter().cloned(), step.1.iter().copied());
            apply(&mut rows, step);
        }
        // Terms apart, those that begin with the prefix cut down to it; in the query too, as
        // the last term and nothing before it begins with it.
        let analyser = Bm25Options::default().analyser;
        let cut = |text: &String| {
            let terms = analyser.terms(text).into_iter();
            terms.map(|term| if term.starts_with(prefix) { prefix.to_owned() } else { term }).collect::<Vec<_>>().join(" ")
        };
        prop_assume!(!words.trim().to_lowercase().starts_with(prefix));
        let alike = rows.iter().flat_map(|(key, texts)| texts.iter().map(|text| (*key, text.each_ref().map(cut))));
        let alike = Bm25::with_fields(alike, WEIGHTS, Bm25Options::default());
        let query = format!("{words} {prefix}");
        let (found, expect) = (index.search_prefix(&query, 99), alike.search(&query, 99));
        let score = |hits: &[Scored<u32>]| hits.iter().map(|hit| (hit.item, hit.score.get())).collect::<BTreeMap<_, _>>();
        let (found, expect) = (score(&found), score(&expect));
        prop_assert!(found.keys().eq(expect.keys()), "{:?} {:?}", found, expect);
        for (key, score) in found {
            prop_assert!((score - expect[&key]).abs() <= 1e-6 * score, "{}: {} {}", key, score, expect[&key]);
        }
    }
}

#[test]
fn only_the_call_makes_a_prefix() {
    let index = SegmentedBm25::new([1.0], Bm25Options::default());
    let index = index.with([(1u32, ["Barcelona 巴塞罗那"]), (2, ["bar"])], []);
    let found = |hits: Vec<Scored<u32>>| hits.iter().map(|hit| hit.item).collect::<Vec<_>>();
    assert_eq!(found(index.search("bar*", 9)), [2]);
    assert_eq!(found(index.search_prefix("BAR", 9)), [2, 1]);
    assert_eq!(found(index.search_prefix("bar* x", 9)), [2]);
    assert!(index.search_prefix("?!", 9).is_empty() && index.search_prefix("x", 9).is_empty());
}
