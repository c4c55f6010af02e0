//! The numbers and bullets that Word counts.

use std::collections::BTreeMap;

use super::{
    DocxError,
    package::Part,
    xml::{Node, Xml},
};

/// Where in which list a paragraph is, as far as it says so.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The id of the list; `0` for none.
    pub(super) list: Option<String>,
    /// How deep, from 0.
    pub(super) level: Option<usize>,
}

/// The lists of a document, and how far each is counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// The levels of each kind of list, by its id.
    kinds: BTreeMap<String, BTreeMap<usize, Level>>,
    /// The kind of each list.
    lists: BTreeMap<String, String>,
    /// How far the levels of each kind are counted: lists of one kind count on.
    counted: BTreeMap<String, Vec<u32>>,
}

#[derive(Clone, Debug, Default)]
struct Level {
    format: String,
    /// `%1.%2`: the numbers of the levels with what stands between.
    text: String,
    start: Option<u32>,
}

/// Levels that Word knows.
const LEVELS: usize = 9;

impl Numbering {
    pub(super) fn read(part: &Part) -> Result<Self, DocxError> {
        let mut numbering = Self::default();
        let (mut kind, mut list, mut level) = (None, None, None);
        let mut xml = Xml::new(part);
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "abstractNum" => (kind, list) = (element.attribute("abstractNumId"), None),
                "num" => (list, kind) = (element.attribute("numId"), None),
                "abstractNumId" => {
                    if let (Some(list), Some(kind)) = (&list, element.value()) {
                        numbering.lists.insert(list.clone(), kind);
                    }
                }
                "lvl" => level = element.attribute("ilvl").and_then(|level| level.parse().ok()),
                name @ ("numFmt" | "lvlText" | "start") => {
                    let (Some(kind), Some(level)) = (&kind, level.filter(|level| *level < LEVELS)) else { continue };
                    let level = numbering.kinds.entry(kind.clone()).or_default().entry(level).or_default();
                    match name {
                        "numFmt" => level.format = element.value().unwrap_or_default(),
                        "lvlText" => level.text = element.value().unwrap_or_default(),
                        _ => level.start = element.number(),
                    }
                }
                _ => {}
            }
        }
        Ok(numbering)
    }

    /// What stands before the next paragraph at `place`, and how deep it is, from 0; `None` where it is in no list.
    pub(super) fn next(&mut self, place: &Place) -> Option<(usize, String)> {
        let list = place.list.as_ref().filter(|list| *list != "0")?;
        let at = place.level.unwrap_or(0).min(LEVELS - 1);
        let Some((kind, levels)) = self.lists.get(list).and_then(|kind| Some((kind, self.kinds.get(kind)?))) else {
            return Some((at, BULLET.to_owned()));
        };
        let start = |level: usize| levels.get(&level).and_then(|level| level.start).unwrap_or(1);
        let counted = self.counted.entry(kind.clone()).or_default();
        counted.truncate(at + 1);
        while counted.len() <= at {
            let above = counted.len() < at;
            let number = start(counted.len());
            counted.push(if above { number } else { number.wrapping_sub(1) });
        }
        if let Some(number) = counted.last_mut() {
            *number = number.wrapping_add(1);
        }
        Some((at, marker(levels, at, counted)))
    }
}

const BULLET: &str = "-";

/// The marker of the level number `at`, when the levels are `counted` so far.
fn marker(levels: &BTreeMap<usize, Level>, at: usize, counted: &[u32]) -> String {
    let Some(level) = levels.get(&at).filter(|level| !matches!(&*level.format, "bullet" | "none" | "")) else {
        return BULLET.to_owned();
    };
    let mut text = String::new();
    let mut rest = level.text.chars();
    while let Some(character) = rest.next() {
        let digit = if character == '%' { rest.clone().next().and_then(|digit| digit.to_digit(10)) } else { None };
        let Some(digit) = digit.filter(|digit| *digit > 0) else {
            text.push(character);
            continue;
        };
        rest.next();
        let above = digit as usize - 1;
        let format = levels.get(&above).map_or("decimal", |level| &level.format);
        text.push_str(&written(counted.get(above).copied().unwrap_or(1), format));
    }
    let text = text.trim().to_owned();
    if text.is_empty() { BULLET.to_owned() } else { text }
}

/// `number` in `format`; what is not known is written in digits.
fn written(number: u32, format: &str) -> String {
    match format {
        "lowerLetter" => letters(number, b'a'),
        "upperLetter" => letters(number, b'A'),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperRoman" => roman(number),
        "chineseCounting" | "chineseCountingThousand" | "japaneseCounting" | "taiwaneseCountingThousand" => {
            chinese(number)
        }
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}

/// a, b, … z, aa, bb, as Word counts.
fn letters(number: u32, first: u8) -> String {
    let Some(from_zero) = number.checked_sub(1) else { return number.to_string() };
    let letter = char::from(first + u8::try_from(from_zero % 26).unwrap_or(0));
    std::iter::repeat_n(letter, (from_zero / 26 + 1).min(32) as usize).collect()
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if !(1..4000).contains(&number) {
        return number.to_string();
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            text.push_str(sign);
            rest -= value;
        }
    }
    text
}

/// 一, 十二, 一百零五.
fn chinese(number: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    const UNITS: [(u32, Option<char>); 4] = [(1000, Some('千')), (100, Some('百')), (10, Some('十')), (1, None)];
    if !(1..10_000).contains(&number) {
        return number.to_string();
    }
    let digit = |digit: u32| DIGITS.get(digit as usize).copied().unwrap_or('零');
    let mut text = String::new();
    let mut gap = false;
    for (unit, sign) in UNITS {
        let here = number / unit % 10;
        if here == 0 {
            gap = !text.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            text.push('零');
        }
        // 十二, not 一十二, where it is all.
        if !(unit == 10 && here == 1 && text.is_empty()) {
            text.push(digit(here));
        }
        text.extend(sign);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_word_writes_them() {
        for (number, format, expect) in [
            (28, "lowerLetter", "bb"),
            (3, "upperLetter", "C"),
            (1994, "upperRoman", "MCMXCIV"),
            (4, "lowerRoman", "iv"),
            (1, "chineseCounting", "一"),
            (10, "chineseCounting", "十"),
            (12, "chineseCounting", "十二"),
            (20, "chineseCounting", "二十"),
            (105, "chineseCountingThousand", "一百零五"),
            (110, "chineseCounting", "一百一十"),
            (2011, "chineseCounting", "二千零一十一"),
            (3, "decimalZero", "03"),
            (0, "upperLetter", "0"),
            (7, "something", "7"),
        ] {
            assert_eq!(written(number, format), expect, "{number} {format}");
        }
    }
}
