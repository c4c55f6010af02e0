//! The head of a name: the words at its end that say what kind of thing it is.

use std::collections::BTreeSet;

use kag_core::SpellingKey;

/// Fewest characters of a Chinese head; one character is the end of too many words.
const FEWEST_HAN: usize = 2;
/// Most words, or Chinese characters, of a head.
const MOST: usize = 6;

/// The key of a name as a whole, to find it as the head of another: its spelling, the last word without the `s` of a plural.
pub(super) fn whole(name: &str) -> Option<String> {
    let key = SpellingKey::of(name);
    (!key.is_empty()).then(|| singular(key.as_str()))
}

/// The keys of what `name` ends in and is more than: *laptop* for *gaming laptop*, 电脑 and 本电脑 for
/// 笔记本电脑. Words where it is written with spaces, else Chinese characters.
pub(super) fn heads(name: &str) -> BTreeSet<String> {
    let key = SpellingKey::of(name);
    let words: Vec<&str> = key.as_str().split(' ').collect();
    let mut heads = BTreeSet::new();
    for at in 1..words.len() {
        let head = words.get(at..).unwrap_or_default();
        if head.len() <= MOST {
            heads.insert(singular(&head.join(" ")));
        }
    }
    let last: Vec<char> = words.last().map(|word| word.chars().collect()).unwrap_or_default();
    let han = last.iter().rev().take_while(|c| ('\u{3400}'..='\u{9fff}').contains(*c)).count();
    let longest = han.min(MOST).min(if words.len() > 1 { han } else { last.len().saturating_sub(1) });
    for length in FEWEST_HAN..=longest {
        heads.insert(last.iter().skip(last.len() - length).collect());
    }
    heads
}

/// `key` without the `s` of a plural at its end.
fn singular(key: &str) -> String {
    let plain = key.strip_suffix('s').filter(|plain| {
        let word = plain.rsplit(' ').next().unwrap_or_default();
        word.len() > 2 && word.is_ascii() && !word.ends_with(['s', 'u', 'i'])
    });
    plain.unwrap_or(key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_what_a_name_ends_in() {
        for (name, expect) in [
            ("gaming laptops", vec!["laptop"]),
            ("Chronic kidney disease", vec!["disease", "kidney disease"]),
            ("笔记本电脑", vec!["本电脑", "电脑", "记本电脑"]),
            ("Apple 笔记本", vec!["笔记本", "记本"]),
            ("laptop", vec![]),
            ("电脑", vec![]),
            ("", vec![]),
        ] {
            let mut expect: Vec<String> = expect.into_iter().map(str::to_owned).collect();
            expect.sort();
            assert_eq!(heads(name).into_iter().collect::<Vec<_>>(), expect, "{name}");
        }
        assert_eq!(whole("Laptops"), whole("laptop"));
        assert_eq!(whole("Glass").as_deref(), Some("glass"));
        assert_eq!(whole("virus").as_deref(), Some("virus"));
    }
}
