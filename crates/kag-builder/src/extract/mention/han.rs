//! Names in Chinese, where nothing is capital and no space is between words.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use kag_core::Span;
use regex::Regex;

use crate::sentences;

/// Most characters of a string that counts because it is repeated.
const LONGEST: usize = 8;

/// Most characters of a name before the word that says what kind of thing it is.
const LONGEST_STEM: usize = 10;

/// Characters that are words of their own between names, and in few names.
const BETWEEN: &str = "的了是在和与及于由对为把被从到以将也就都而但或其这那他她它们我你您不没很更最已曾后前时又还并且等之于所该此向给让使得着过吗呢吧啊个些么";

/// Words that end the names of organisations and places. A longer one comes before its end.
const KINDS: [&str; 42] = [
    "有限公司",
    "公司",
    "集团",
    "银行",
    "大学",
    "学院",
    "医院",
    "俱乐部",
    "委员会",
    "协会",
    "学会",
    "研究所",
    "研究院",
    "出版社",
    "法院",
    "检察院",
    "政府",
    "机场",
    "火车站",
    "体育场",
    "博物馆",
    "图书馆",
    "中学",
    "小学",
    "电视台",
    "联盟",
    "联赛",
    "共和国",
    "王国",
    "自治区",
    "自治州",
    "特别行政区",
    "基金会",
    "实验室",
    "事务所",
    "交易所",
    "国家队",
    "足球队",
    "教堂",
    "省",
    "市",
    "县",
];

/// Words that end like the names of cities and are none.
const NO_CITY: [&str; 12] =
    ["城市", "超市", "上市", "都市", "股市", "楼市", "夜市", "门市", "入市", "开市", "本市", "全市"];

static QUOTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"《([^《》]{2,24})》|「([^「」]{2,24})」|『([^『』]{2,24})』|“([^“”]{2,24})”").ok());

/// The names in `text`, as the rule of [`MentionExtractor`](super::MentionExtractor) says, in no order.
pub(super) fn chinese(text: &str) -> BTreeSet<Span> {
    let mut found: BTreeSet<Span> = quoted(text).collect();
    let runs = runs(text);
    for run in &runs {
        found.extend(of_kinds(text, *run));
    }
    found.extend(repeated(text, &runs));
    found
}

/// What stands in marks.
fn quoted(text: &str) -> impl Iterator<Item = Span> + '_ {
    let found = QUOTED.iter().flat_map(move |regex| regex.captures_iter(text));
    let found = found.filter_map(|captures| captures.iter().flatten().nth(1));
    let whole = |text: &str| text.chars().any(is_han) && sentences(text).count() == 1;
    found.filter(move |found| whole(found.as_str())).map(|found| Span::from(found.range()))
}

/// Stretches of Han characters without a word that stands between names.
fn runs(text: &str) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    for (at, character) in text.char_indices() {
        if !is_ideograph(character) || BETWEEN.contains(character) {
            continue;
        }
        let end = at + character.len_utf8();
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = end,
            _ => runs.push(Span::new(at, end)),
        }
    }
    runs
}

/// What ends as organisations and places do, from the beginning of the run or the end of the name before.
fn of_kinds(text: &str, run: Span) -> Vec<Span> {
    let part = run.of(text).unwrap_or_default();
    let (mut found, mut start) = (Vec::new(), 0);
    for end in part.char_indices().map(|(at, character)| at + character.len_utf8()) {
        let Some(name) = part.get(start..end) else { continue };
        let Some(kind) = KINDS.iter().find(|kind| name.ends_with(**kind)) else { continue };
        let stem = name.chars().count() - kind.chars().count();
        // One character before a province or city is oftener a word than a name.
        let least = if kind.chars().count() == 1 { 2 } else { 1 };
        if (least..=LONGEST_STEM).contains(&stem) && !NO_CITY.iter().any(|word| name.ends_with(word)) {
            found.push(Span::new(start, end).shifted(run.start));
            start = end;
        }
    }
    found
}

/// The longest strings that are there at least twice, each where it stands.
fn repeated(text: &str, runs: &[Span]) -> Vec<Span> {
    let mut places: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for run in runs {
        let part = run.of(text).unwrap_or_default();
        let bounds: Vec<usize> = part.char_indices().map(|(at, _)| at).chain([part.len()]).collect();
        for (first, start) in bounds.iter().enumerate() {
            for end in bounds.iter().skip(first + 2).take(LONGEST - 1) {
                if let Some(string) = part.get(*start..*end) {
                    places.entry(string).or_default().push(Span::new(*start, *end).shifted(run.start));
                }
            }
        }
    }
    places.retain(|_, places| places.len() > 1);
    // A string counts for those it is longer than by a character, if they stand nowhere without it.
    let mut within: BTreeSet<&str> = BTreeSet::new();
    for (string, spans) in &places {
        let first = string.chars().next().map_or(0, char::len_utf8);
        let last = string.chars().next_back().map_or(0, char::len_utf8);
        let shorter = [string.get(first..), string.get(..string.len() - last)].into_iter().flatten();
        within.extend(shorter.filter(|shorter| places.get(shorter).is_some_and(|all| all.len() == spans.len())));
    }
    let longest = places.iter().filter(|(string, _)| !within.contains(*string));
    longest.flat_map(|(_, spans)| spans.iter().copied()).collect()
}

/// Han and Kana.
pub(super) fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{3041}'..='\u{30ff}' | '\u{f900}'..='\u{faff}')
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> BTreeSet<&str> {
        chinese(text).into_iter().map(|span| span.of(text).unwrap()).collect()
    }

    #[test]
    fn names_are_found_by_kind_and_by_repetition() {
        for (text, expect) in [
            ("他在北京大学学习，后到浙江省杭州市。", vec!["北京大学", "杭州市", "浙江省"]),
            ("罗纳尔多加盟皇马。皇马的罗纳尔多进球。", vec!["皇马", "罗纳尔多"]),
            ("公司在城市上市。", vec![]),
            ("《红楼梦》和“好。走了”", vec!["红楼梦"]),
            ("腾讯科技有限公司与中国银行", vec!["中国银行", "腾讯科技有限公司"]),
            ("", vec![]),
        ] {
            assert_eq!(found(text), expect.into_iter().collect(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn names_are_whole_characters(text in "[皇马罗纳的大学省市公司。a ]{0,40}") {
            for span in chinese(&text) {
                prop_assert!(span.of(&text).is_some_and(|name| name.chars().count() > 1));
            }
        }
    }
}
