//! Whether a sentence ends where it might, by the rules of Unicode and the characters around.

use super::break_property::BreakProperty;

/// What the rules say of a character that may end a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The sentence ends at this byte: behind the character, and what closes it and the space behind it.
    EndsAt(usize),
    /// The sentence goes on behind the character, which ends at this byte.
    GoesOn(usize),
    /// Characters are around that only the tables of Unicode know.
    Unknown,
}

/// Whether the sentence of `text` that begins at byte `start` ends with the character at byte `at`: rules SB3
/// to SB11 of UAX 29. It reads on to the next letter or mark at most.
pub(super) fn verdict(text: &str, start: usize, at: usize) -> Verdict {
    let behind = text.get(at..).unwrap_or_default();
    let Some(character) = behind.chars().next() else { return Verdict::Unknown };
    let end = at + character.len_utf8();
    match BreakProperty::of(character) {
        Some(BreakProperty::Separator) => Verdict::EndsAt(line_end(text, at)),
        Some(BreakProperty::STerm) => behind_mark(text, end, |_, _| Some(true)),
        Some(BreakProperty::ATerm) => behind_mark(text, end, |next, property| {
            Some(begins_behind_full_stop(text.get(next..)?)? && (next > end || !joins(text.get(start..at)?, property)?))
        }),
        _ => Verdict::Unknown,
    }
}

/// Where the line ends whose end begins at byte `at`.
fn line_end(text: &str, at: usize) -> usize {
    let behind = text.get(at..).unwrap_or_default();
    at + if behind.starts_with("\r\n") { 2 } else { 1 }
}

/// The verdict on a mark that ends at byte `end`: what closes the sentence and the space behind belong to it
/// (SB9 and SB10), and some marks say that it goes on (SB8a). Of what else stands at a byte, `begins` says
/// whether a sentence begins with it.
fn behind_mark(text: &str, end: usize, begins: impl Fn(usize, BreakProperty) -> Option<bool>) -> Verdict {
    let mut spaced = false;
    for (at, character) in text.get(end..).unwrap_or_default().char_indices() {
        let next = end + at;
        let Some(property) = BreakProperty::of(character) else { return Verdict::Unknown };
        match property {
            BreakProperty::Close if !spaced => {}
            BreakProperty::Space => spaced = true,
            BreakProperty::Separator => return Verdict::EndsAt(line_end(text, next)),
            BreakProperty::ATerm | BreakProperty::STerm | BreakProperty::Continue => return Verdict::GoesOn(end),
            _ => {
                return match begins(next, property) {
                    Some(true) => Verdict::EndsAt(next),
                    Some(false) => Verdict::GoesOn(end),
                    None => Verdict::Unknown,
                };
            }
        }
    }
    Verdict::EndsAt(text.len())
}

/// Whether the first letter of `text`, which follows a full stop, begins a sentence: one in lower case does not
/// (SB8). `None` where a character before it is not known.
fn begins_behind_full_stop(text: &str) -> Option<bool> {
    for character in text.chars() {
        match BreakProperty::of(character)? {
            BreakProperty::Lower => return Some(false),
            BreakProperty::Numeric | BreakProperty::Close | BreakProperty::Space => {}
            BreakProperty::Continue | BreakProperty::Other => {}
            _ => return Some(true),
        }
    }
    Some(true)
}

/// Whether a full stop between `before` and a character directly behind it joins them: a digit behind it (SB6),
/// or letters with case on both sides and the second in upper case (SB7). `None` where `before` ends with
/// a character that is not known.
fn joins(before: &str, next: BreakProperty) -> Option<bool> {
    match next {
        BreakProperty::Numeric => Some(true),
        BreakProperty::Upper => match before.chars().next_back() {
            Some(last) => Some(matches!(BreakProperty::of(last)?, BreakProperty::Upper | BreakProperty::Lower)),
            None => Some(false),
        },
        _ => Some(false),
    }
}
