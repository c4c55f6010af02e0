//! Dates and numbers, as they are written.

use std::sync::LazyLock;

use kag_core::Span;
use regex::Regex;

static NUMERIC: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let months = "(?:January|February|March|April|May|June|July|August|September|October|November|December)";
    let han = "[〇零一二三四五六七八九十]";
    Regex::new(&format!(
        r"(?x) \d{{4}}\s?年(?:\s?\d{{1,2}}\s?月(?:\s?\d{{1,2}}\s?日)?)?
        | {han}{{4}}年(?:{han}{{1,2}}月(?:{han}{{1,3}}日)?)?
        | {months}\ \d{{1,2}},\ \d{{4}} | (?:\d{{1,2}}\ )?{months}\ \d{{4}}
        | \d{{4}}-\d{{2}}(?:-\d{{2}})? | \d{{4}}/\d{{1,2}}/\d{{1,2}}
        | \d(?:[\d,.]*\d)?(?:\ (?:million|billion|trillion|percent)\b | \s?[%％万亿])
        | \d(?:[\d,.]*\d)"
    ))
    .ok()
});

/// The dates and the numbers of at least two digits, or with a word for their size, in reading order.
pub(super) fn numeric(text: &str) -> impl Iterator<Item = Span> + '_ {
    NUMERIC.iter().flat_map(move |regex| regex.find_iter(text)).map(|found| Span::from(found.range()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_are_whole() {
        for (text, expect) in [
            ("on 12 March 2011, and March 12, 2011", vec!["12 March 2011", "March 12, 2011"]),
            ("2011年7月3日、2011 年 7 月、二〇一一年七月", vec!["2011年7月3日", "2011 年 7 月", "二〇一一年七月"]),
            ("2011-07-03 or 2011/7/3 or ２０１１年", vec!["2011-07-03", "2011/7/3", "２０１１年"]),
            ("9,400万 and 5 million, 7.5%, 3 dogs, 3.14.", vec!["9,400万", "5 million", "7.5%", "3.14"]),
        ] {
            let found: Vec<&str> = numeric(text).map(|span| span.of(text).unwrap()).collect();
            assert_eq!(found, expect, "{text}");
        }
    }
}
