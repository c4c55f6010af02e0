//! How long a text is, without the tables of any model.

use kag_llm::TokenCounter;

/// Counts characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, Default)]
pub struct Characters;

impl TokenCounter for Characters {
    fn id(&self) -> &str {
        "characters"
    }

    fn count(&self, text: &str) -> usize {
        text.chars().count()
    }
}

/// Estimates the tokens of common models without their tables: one a Chinese, Japanese or
/// Korean character, one for four Latin letters, digits or spaces, one for two of anything else.
///
/// Measured against no tokenizer in particular; where a limit is hard, plug in the model's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokenEstimate;

impl TokenCounter for TokenEstimate {
    fn id(&self) -> &str {
        "estimate 1"
    }

    fn count(&self, text: &str) -> usize {
        let decoded = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, quarters);
        let count = |(at, byte): (usize, &u8)| {
            let known = QUARTERS.get(usize::from(*byte)).copied().flatten();
            known.map_or_else(|| decoded(at), usize::from)
        };
        text.as_bytes().iter().enumerate().map(count).sum::<usize>().div_ceil(4)
    }
}

/// What the character of a first byte counts; nothing for the bytes within one, `None` where the bytes
/// behind it decide.
const fn quarters_of(byte: u8) -> Option<u8> {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' => Some(1),
        0..=0x7f | 0xc0..=0xdf => Some(2),
        0x80..=0xbf => Some(0),
        // U+3000 to U+9FFF, and Hangul.
        0xe3..=0xe9 | 0xeb..=0xec => Some(4),
        _ => None,
    }
}

/// [`quarters_of`] every byte.
#[expect(clippy::indexing_slicing, reason = "the compiler evaluates it")]
static QUARTERS: [Option<u8>; 256] = {
    let mut table = [None; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = quarters_of(byte as u8);
        byte += 1;
    }
    table
};

fn quarters(character: char) -> usize {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => 1,
        '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' => 4,
        '\u{20000}'..='\u{3ffff}' => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_estimate_is_near_what_tokenizers_say() {
        assert_eq!(TokenEstimate.count("皇家马德里成立于1902年"), 10);
        assert_eq!(TokenEstimate.count("The club was founded in 1902."), 8);
        assert_eq!(TokenEstimate.count(""), 0);
    }

    #[test]
    fn every_character_counts_what_the_rule_says() {
        for character in '\0'..=char::MAX {
            assert_eq!(TokenEstimate.count(&character.to_string()), quarters(character).div_ceil(4), "{character:?}");
            let four = character.to_string().repeat(4);
            assert_eq!(TokenEstimate.count(&four), quarters(character), "{character:?}");
        }
    }

    proptest! {
        #[test]
        fn a_whole_is_no_longer_than_its_parts(left in ".{0,40}", right in ".{0,40}") {
            let whole = format!("{left}{right}");
            prop_assert!(TokenEstimate.count(&whole) <= TokenEstimate.count(&left) + TokenEstimate.count(&right));
        }
    }
}
