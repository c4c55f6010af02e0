//! The place in a text that is most like a quote.

/// A place in a text, by characters, and how many edits make the quote of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Alignment {
    /// The first character.
    pub(super) start: usize,
    /// The character behind the last.
    pub(super) end: usize,
    /// Characters to insert, delete or replace.
    pub(super) edits: usize,
}

/// The part of `text` that the fewest edits make `quote` of, the first of equals, if at most `most` do
/// (Sellers 1980). Time and memory are those of the product and of the length of the quote.
pub(super) fn align(text: &[char], quote: &[char], most: usize) -> Option<Alignment> {
    // For each beginning of the quote: the fewest edits that make it of a part which ends here, and where that begins.
    let mut column: Vec<(usize, usize)> = (0..=quote.len()).map(|edits| (edits, 0)).collect();
    let mut best: Option<Alignment> = None;
    for (at, character) in text.iter().enumerate() {
        let mut diagonal = std::mem::replace(column.first_mut()?, (0, at + 1));
        diagonal.1 = at;
        let mut above = (0, at + 1);
        for (cell, sought) in column.iter_mut().skip(1).zip(quote) {
            let replaced = (diagonal.0 + usize::from(sought != character), diagonal.1);
            let inserted = (above.0 + 1, above.1);
            let deleted = (cell.0 + 1, cell.1);
            diagonal = *cell;
            // Of equals the one that begins later: the shorter part.
            *cell =
                [replaced, deleted, inserted].into_iter().min_by_key(|(edits, start)| (*edits, usize::MAX - start))?;
            above = *cell;
        }
        let (edits, start) = *column.last()?;
        if edits <= most && best.is_none_or(|best| edits < best.edits) {
            best = Some(Alignment { start, end: at + 1, edits });
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn aligned(text: &str, quote: &str, most: usize) -> Option<(String, usize)> {
        let (text, quote): (Vec<char>, Vec<char>) = (text.chars().collect(), quote.chars().collect());
        align(&text, &quote, most).map(|found| (text[found.start..found.end].iter().collect(), found.edits))
    }

    #[test]
    fn the_fewest_edits_win_and_of_equals_the_first() {
        assert_eq!(aligned("xxabcdexx", "abxde", 2), Some(("abcde".to_owned(), 1)));
        assert_eq!(aligned("abc abc", "abc", 0), Some(("abc".to_owned(), 0)));
        assert_eq!(
            aligned("皇马成立于一九〇二年", "皇马建立于一九〇二年", 2),
            Some(("皇马成立于一九〇二年".to_owned(), 1))
        );
        assert_eq!(aligned("abcdef", "xyz", 1), None);
        assert_eq!(aligned("", "x", 0), None);
    }

    /// Edits between two whole texts, by the definition.
    fn distance(left: &[char], right: &[char]) -> usize {
        let mut row: Vec<usize> = (0..=right.len()).collect();
        for (at, l) in left.iter().enumerate() {
            let mut diagonal = std::mem::replace(&mut row[0], at + 1);
            for (i, r) in right.iter().enumerate() {
                let next = (diagonal + usize::from(l != r)).min(row[i] + 1).min(row[i + 1] + 1);
                diagonal = std::mem::replace(&mut row[i + 1], next);
            }
        }
        row[right.len()]
    }

    proptest! {
        #[test]
        fn no_part_needs_fewer_edits(text in "[abc]{0,12}", quote in "[abc]{1,6}") {
            let (text, quote): (Vec<char>, Vec<char>) = (text.chars().collect(), quote.chars().collect());
            let parts = (0..text.len()).flat_map(|start| (start + 1..=text.len()).map(move |end| (start, end)));
            let fewest = parts.map(|(start, end)| distance(&text[start..end], &quote)).min();
            let found = align(&text, &quote, usize::MAX);
            prop_assert_eq!(found.map(|found| found.edits), fewest);
            if let Some(found) = found {
                prop_assert_eq!(distance(&text[found.start..found.end], &quote), found.edits);
            }
        }
    }
}
