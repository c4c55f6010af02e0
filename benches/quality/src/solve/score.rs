//! EM and F1 of answers as SQuAD's program counts them; Chinese, Japanese and Korean by character.

use std::collections::BTreeMap;

/// Whether an answer is right, and the words it shares with the gold answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Match {
    /// 1 where the two are equal but for case, punctuation and articles, else 0.
    pub(crate) exact: f64,
    /// The harmonic mean of precision and recall of words.
    pub(crate) f1: f64,
}

/// The best match of `said` with one of `gold`; nothing said matches nothing.
pub(crate) fn best<'g>(said: &str, gold: impl IntoIterator<Item = &'g str>) -> Match {
    let matches = gold.into_iter().map(|gold| matched(said, gold));
    matches.fold(Match::default(), |best, one| Match { exact: best.exact.max(one.exact), f1: best.f1.max(one.f1) })
}

fn matched(said: &str, gold: &str) -> Match {
    let (said, gold) = (words(said), words(gold));
    let exact = f64::from(u8::from(said == gold && !said.is_empty()));
    // As SQuAD has it: yes, no and the like are right or wrong as a whole.
    let closed = |words: &[String]| matches!(words, [one] if ["yes", "no", "noanswer"].contains(&one.as_str()));
    if said != gold && (closed(&said) || closed(&gold)) {
        return Match::default();
    }
    let mut left: BTreeMap<&String, usize> = BTreeMap::new();
    gold.iter().for_each(|word| *left.entry(word).or_default() += 1);
    let mut common = 0_usize;
    for word in &said {
        if let Some(count) = left.get_mut(word).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    if common == 0 {
        return Match { exact, f1: 0.0 };
    }
    let (precision, recall) = (common as f64 / said.len() as f64, common as f64 / gold.len() as f64);
    Match { exact, f1: 2.0 * precision * recall / (precision + recall) }
}

/// The words of `text` in lower case, without punctuation and English articles; each
/// character of scripts that do not put spaces between words is a word.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            c if is_cjk(c) => words.extend([c.to_string(), String::new()]),
            c if c.is_whitespace() => words.push(String::new()),
            c if c.is_alphanumeric() => words.iter_mut().last().into_iter().for_each(|word| word.push(c)),
            // Punctuation goes, and joins what it stood between: `U.S.` is `us`.
            _ => {}
        }
    }
    words.retain(|word| !word.is_empty() && !["a", "an", "the"].contains(&word.as_str()));
    words
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_as_squad_compares_them() {
        for (said, gold, exact, f1) in [
            ("The U.S.", "US", 1.0, 1.0),
            ("G. Stanley Hall", "Stanley Hall", 0.0, 0.8),
            ("yes, he is", "yes", 0.0, 0.0),
            ("Yes.", "yes", 1.0, 1.0),
            ("皇家马德里队", "皇家马德里", 0.0, 10.0 / 11.0),
            ("", "x", 0.0, 0.0),
            ("", "", 0.0, 0.0),
        ] {
            let found = matched(said, gold);
            assert!((found.exact - exact).abs() < 1e-9 && (found.f1 - f1).abs() < 1e-9, "{said} {gold}: {found:?}");
        }
    }

    #[test]
    fn the_best_alias_counts() {
        assert_eq!(best("Stanley Hall", ["G. Stanley Hall", "Stanley Hall"]).exact, 1.0);
        assert_eq!(best("x", []), Match::default());
    }
}
