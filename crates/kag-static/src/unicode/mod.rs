//! The classes of characters that the tokenizer tells apart.

mod tables;

use tables::{DROPPED, PUNCTUATION, STRIPPED};

/// Whether `c` is left out of the text: control, format, private use, U+FFFD.
/// Tab, line feed and carriage return are white space instead.
pub(crate) fn is_dropped(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        c if c.is_ascii() => c.is_ascii_control(),
        c => within(&DROPPED, c),
    }
}

/// Whether `c` is a non-spacing mark, the accent left over by decomposition.
pub(crate) fn is_mark(c: char) -> bool {
    !c.is_ascii() && within(&STRIPPED, c)
}

/// Whether `c` is a word of its own; of ASCII, that is every symbol (`$`, `+`, `~`, ...).
pub(crate) fn is_punctuation(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_punctuation() } else { within(&PUNCTUATION, c) }
}

/// Whether `c` is an ideograph, which is a word of its own. Kana and Hangul are not.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c),
        0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x20000..=0x2A6DF | 0x2A700..=0x2B73F
        | 0x2B740..=0x2B81F | 0x2B920..=0x2CEAF | 0xF900..=0xFAFF | 0x2F800..=0x2FA1F)
}

fn within(ranges: &[(u32, u32)], c: char) -> bool {
    let code = u32::from(c);
    let after = ranges.partition_point(|(first, _)| *first <= code);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| code <= *last)
}
