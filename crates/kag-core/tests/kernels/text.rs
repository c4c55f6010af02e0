use std::collections::BTreeMap;

use kag_core::{
    Scored,
    text::{Analyser, Bm25, Bm25Options, Plurals, spans_of_words},
};
use proptest::prelude::*;

fn terms(text: &str) -> Vec<String> {
    Analyser::default().terms(text)
}

fn words(text: &str) -> Vec<&str> {
    spans_of_words(text).into_iter().map(|span| &text[span]).collect()
}

fn items<K: Copy>(hits: &[Scored<K>]) -> Vec<K> {
    hits.iter().map(|hit| hit.item).collect()
}

/// The formula of the documentation, term by term and row by row.
fn obvious_bm25(rows: &BTreeMap<u8, String>, query: &str, k1: f64, b: f64) -> Vec<(u8, f64)> {
    let rows: Vec<(u8, Vec<String>)> = rows.iter().map(|(key, text)| (*key, terms(text))).collect();
    let n = rows.len() as f64;
    let mean = rows.iter().map(|(_, terms)| terms.len()).sum::<usize>() as f64 / n;
    let score = |row: &[String]| -> f64 {
        let of_term = |term: &String| {
            let df = rows.iter().filter(|(_, terms)| terms.contains(term)).count() as f64;
            let tf = row.iter().filter(|other| *other == term).count() as f64;
            let idf = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
            if tf == 0.0 { 0.0 } else { idf * tf / (tf + k1 * (1.0 - b + b * row.len() as f64 / mean)) }
        };
        terms(query).iter().map(of_term).sum()
    };
    rows.iter().map(|(key, row)| (*key, score(row))).filter(|(_, score)| *score > 0.0).collect()
}

fn any_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("Messi"),
        Just("played"),
        Just("for"),
        Just("巴塞罗那"),
        Just("梅西"),
        Just("效力于"),
        Just("3.14"),
        Just("for,"),
        Just("AND"),
        Just("かな"),
        Just("!"),
    ];
    prop::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn scores_are_those_of_the_formula(
        rows in prop::collection::btree_map(0u8..30, any_text(), 0..20),
        query in any_text(),
        k in 0usize..25,
        k1 in 0.0f32..3.0,
        b in 0.0f32..1.0,
    ) {
        let options = Bm25Options::default().with_k1(k1).with_b(b);
        let index = Bm25::with_options(rows.iter().map(|(key, text)| (*key, text)), options);
        let found = index.search(&query, k);
        let expect: BTreeMap<u8, f64> = obvious_bm25(&rows, &query, k1.into(), b.into()).into_iter().collect();
        prop_assert_eq!(found.len(), expect.len().min(k));
        prop_assert!(found.is_sorted_by(|left, right| Scored::best_first(left, right).is_lt()));
        for hit in &found {
            let (score, expect) = (f64::from(hit.score.get()), expect[&hit.item]);
            prop_assert!((score - expect).abs() <= 1e-5 * expect, "{}: {score} {expect}", hit.item);
        }
        let worst = found.last().map_or(f64::INFINITY, |hit| f64::from(hit.score.get()));
        let left_out = expect.iter().filter(|(key, _)| !items(&found).contains(key));
        prop_assert!(k == 0 || left_out.clone().all(|(_, score)| *score <= worst * 1.00001));
    }

    #[test]
    fn scores_do_not_depend_on_the_order_of_rows(
        (rows, shuffled) in prop::collection::vec((0u8..12, any_text()), 0..20)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        query in any_text(),
    ) {
        let search = |rows: Vec<(u8, String)>| Bm25::new(rows).search(&query, 9);
        prop_assert_eq!(search(rows), search(shuffled));
    }

    #[test]
    fn any_text_can_be_cut(text in "\\PC*|[a-z'’가-힣ぁ-ん一-龥 .0-9\u{300}]*") {
        let spans = spans_of_words(&text);
        prop_assert!(spans.is_sorted_by(|left, right| left.end <= right.start));
        for span in spans {
            prop_assert!(span.start < span.end && text.get(span).is_some());
        }
        let found = terms(&text);
        prop_assert!(found.iter().all(|term| !term.is_empty()));
        let again: Vec<String> = found.iter().flat_map(|term| terms(term)).collect();
        prop_assert_eq!(found, again, "terms are made of themselves");
    }
}

#[test]
fn text_is_cut_into_comparable_terms() {
    let check = |text: &str, expect: &[&str]| assert_eq!(terms(text), expect, "{text:?}");
    check("", &[]);
    check("  … — !? ", &[]);
    check("The Quick-brown FOX", &["the", "quick", "brown", "fox"]);
    check("São Paulo, ＩＢＭ, Straße", &["são", "paulo", "ibm", "strasse"]);
    check("3.14 and 1,000 in 2011-07", &["3.14", "and", "1,000", "in", "2011", "07"]);
    check("can't don\u{2019}t", &["can't", "don\u{2019}t"]);
    check("Curie's JAMES\u{2019}S 's", &["curie", "james", "s"]);
    check("Ἀθῆναι Москва القاهرة", &["ἀθῆναι", "москва", "القاهرة"]);
}

#[test]
fn runs_without_spaces_become_pairs() {
    let check = |text: &str, expect: &[&str]| assert_eq!(terms(text), expect, "{text:?}");
    check("巴塞罗那", &["巴塞", "塞罗", "罗那"]);
    check("巴塞 罗那。", &["巴塞", "罗那"]);
    check("猫", &["猫"]);
    check("猫、犬", &["猫", "犬"]);
    check("2011年iPhone手机", &["2011", "年", "iphone", "手机"]);
    check("ﾀﾜｰタワー", &["タワ", "ワー", "ータ", "タワ", "ワー"]);
    check("東京タワー・サーバー", &["東京", "京タ", "タワ", "ワー", "サー", "ーバ", "バー"]);
    check("서울은 KT위즈", &["서울", "울은", "kt", "위즈"]);
    check("𠮷野家", &["𠮷野", "野家"]);
}

#[test]
fn plurals_fold_when_asked() {
    let singular = Analyser::default().with_plurals(Plurals::Singular);
    let found = singular.terms("Cities buses glass status his horses' shoes movies 河流s");
    assert_eq!(found, ["city", "buse", "glass", "status", "his", "horse", "shoes", "movy", "河流", "s"]);
}

#[test]
fn words_keep_their_places() {
    assert_eq!(words("Macy's, 在New York's"), ["Macy", "'s", "在", "New", "York", "'s"]);
    assert_eq!(words("ＲＥＡＬ　Madrid 2-1"), ["ＲＥＡＬ", "Madrid", "2", "1"]);
    assert_eq!(spans_of_words("é 梅西"), [0..2, 3..6, 6..9]);
}

#[test]
fn rare_terms_and_short_rows_rank_first() {
    let rows = [
        (1, "the club the club the club"),
        (2, "Messi joined the club in the city of Barcelona in the year of the floods"),
        (3, "Messi joined the club"),
        (4, "梅西加入了俱乐部"),
        (5, "the city"),
    ];
    let index = Bm25::new(rows);
    assert_eq!(items(&index.search("Messi joined the club", 9)), [3, 2, 1, 5]);
    assert_eq!(items(&index.search("梅西 club", 9)), [4, 1, 3, 2]);
}

#[test]
fn a_search_finds_only_rows_with_a_term() {
    let index = Bm25::new([(2, "apple 苹果"), (1, "apple 苹果"), (3, "")]);
    assert_eq!((index.len(), index.is_empty()), (3, false));
    assert_eq!(items(&index.search("apple", 99)), [1, 2], "ties by key");
    assert_eq!(items(&index.search("苹果", usize::MAX)), [1, 2]);
    assert_eq!(items(&index.search("apple", 1)), [1]);
    for nothing in ["", "?!", "pear", "apple*", "App"] {
        let expect: &[i32] = if nothing == "apple*" { &[1, 2] } else { &[] };
        assert_eq!(items(&index.search(nothing, 9)), expect, "{nothing:?}");
    }
    assert!(index.search("apple", 0).is_empty());
    assert!(Bm25::<u8>::new::<&str>([]).search("apple", 9).is_empty());
}

#[test]
fn signs_in_a_query_are_not_operators() {
    let index = Bm25::new([(1, "cats and dogs"), (2, "cats not dogs"), (3, "title field 标题")]);
    let plain = items(&index.search("cats dogs", 9));
    for query in ["+cats -dogs", "\"cats dogs\"", "(cats) {dogs}", "cats^2 ~dogs?", "cats\\ /dogs/"] {
        assert_eq!(items(&index.search(query, 9)), plain, "{query}");
    }
    assert_eq!(items(&index.search("cats AND NOT dogs", 9)), [1, 2]);
    assert_eq!(items(&index.search("标题:title", 9)), [3]);
}

#[test]
fn rows_with_one_key_are_one_row() {
    let apart = Bm25::new([(1, "red apple"), (2, "green pear"), (1, "红苹果 apple")]);
    let joined = Bm25::new([(1, "red apple 红苹果 apple"), (2, "green pear")]);
    for query in ["apple", "苹果", "pear red"] {
        assert_eq!(apart.search(query, 9), joined.search(query, 9));
    }
}

#[test]
fn a_weight_counts_like_repetition() {
    let rows = [(1, ["Paris 巴黎", "a city in France"]), (2, ["France", "its capital is Paris"])];
    let weighed = Bm25::with_fields(rows, [2.0, 1.0], Bm25Options::default());
    let repeated = Bm25::new(rows.map(|(key, [title, text])| (key, format!("{title} {title} {text}"))));
    // One space keeps the pairs of characters of the two copies apart.
    assert_eq!(weighed.search("巴黎 Paris France", 9), repeated.search("巴黎 Paris France", 9));
    let title_only = Bm25::with_fields(rows, [1.0, f32::NAN], Bm25Options::default());
    assert_eq!(items(&title_only.search("Paris", 9)), [1]);
    assert!(title_only.search("capital", 9).is_empty());
}

#[test]
fn options_out_of_range_are_held_within() {
    let rows = [(1, "a b b"), (2, "b c 乙")];
    let search = |k1, b| Bm25::with_options(rows, Bm25Options::default().with_k1(k1).with_b(b)).search("b 乙", 9);
    assert_eq!(search(f32::NAN, f32::NAN), search(0.0, 0.0));
    assert_eq!(search(-1.0, -1.0), search(0.0, 0.0));
    assert_eq!(search(1.5, 7.0), search(1.5, 1.0));
}

#[test]
fn a_combining_mark_without_its_letter_belongs_to_no_term() {
    assert_eq!(terms("_\u{cd5}ਵ"), ["ਵ"]);
    assert_eq!(terms("ￚ\u{bc6}0"), ["ᅳ", "0"]);
    assert_eq!(terms("ਵ\u{cd5}"), ["ਵ\u{cd5}"]);
}
