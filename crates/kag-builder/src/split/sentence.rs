//! Where sentences end, in any language.

use kag_core::Span;
use unicode_segmentation::UnicodeSegmentation;

/// Characters that end a sentence beside those that Unicode names: it lets the Chinese
/// semicolon and the ellipsis pass.
const MORE_ENDS: [char; 2] = ['；', '…'];

/// Characters that stay with the sentence which they close.
const CLOSERS: [char; 14] = ['”', '’', '」', '』', '）', ')', '"', '\'', '》', '】', ']', '〉', '；', '…'];

/// Without letters for so many bytes, text is cut for the search for sentence ends, which
/// else looks ahead over all of it from each byte.
const RUN: usize = 256;

/// The sentences of `text` in order, white space behind them included: they cover it
/// without gaps, and there is no empty one.
///
/// A sentence ends where Unicode (UAX 29) says, which includes `。！？` and every line
/// end, and behind `；` and `…`. Linear in the length of the text.
///
/// ```
/// use kag_builder::sentences;
///
/// let text = "他加盟皇马；次年夺冠。Dr. Wu scored 3.5 points.\nNext line";
/// let found: Vec<_> = sentences(text).filter_map(|span| span.of(text)).collect();
/// assert_eq!(found, ["他加盟皇马；", "次年夺冠。", "Dr. ", "Wu scored 3.5 points.\n", "Next line"]);
/// ```
pub fn sentences(text: &str) -> impl Iterator<Item = Span> + '_ {
    stretches(text).flat_map(move |stretch| {
        let part = stretch.of(text).unwrap_or_default();
        let found = part.split_sentence_bound_indices();
        found.flat_map(move |(start, sentence)| parts(sentence).map(move |span| span.shifted(stretch.start + start)))
    })
}

/// Stretches that end with a line or behind [`RUN`] bytes without a letter.
fn stretches(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut rest = text.char_indices().peekable();
    let mut start = 0;
    std::iter::from_fn(move || {
        let mut run = 0;
        while let Some((at, character)) = rest.next() {
            let end = at + character.len_utf8();
            run = if character.is_alphabetic() { 0 } else { run + character.len_utf8() };
            let next = rest.peek().map(|(_, next)| *next);
            if character == '\n' || (run > RUN && stands_alone(character) && next.is_some_and(stands_alone)) {
                let span = Span::new(start, end);
                start = end;
                return Some(span);
            }
        }
        let span = Span::new(start, text.len());
        start = text.len();
        (!span.is_empty()).then_some(span)
    })
}

/// Whether text may be cut between two of these: neither combines with the other.
fn stands_alone(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3029}' | '\u{ff01}'..='\u{ff65}')
}

/// A Unicode sentence, cut behind [`MORE_ENDS`] and what closes them.
fn parts(sentence: &str) -> impl Iterator<Item = Span> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = sentence.get(start..).filter(|rest| !rest.is_empty())?;
        let end = rest.find(MORE_ENDS).map_or(rest.len(), |at| {
            let closers = rest.get(at..).unwrap_or_default().graphemes(true).take_while(|grapheme| closes(grapheme));
            at + closers.map(str::len).sum::<usize>()
        });
        let span = Span::new(start, start + end);
        start = span.end;
        Some(span)
    })
}

fn closes(grapheme: &str) -> bool {
    grapheme.starts_with(|first: char| CLOSERS.contains(&first) || first.is_whitespace())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text).map(|span| span.of(text).unwrap()).collect()
    }

    #[test]
    fn sentences_end_where_readers_end_them() {
        assert_eq!(cut("“好！”他说。走了……然后"), ["“好！”", "他说。", "走了……", "然后"]);
        assert_eq!(cut("One. Two? Three"), ["One. ", "Two? ", "Three"]);
        assert_eq!(cut("a\r\n\r\nb"), ["a\r\n", "\r\n", "b"]);
        assert_eq!(cut(""), Vec::<&str>::new());
    }

    #[test]
    fn text_without_letters_takes_linear_time() {
        let text = ". )".repeat(200_000);
        assert_eq!(sentences(&text).map(|span| span.len()).sum::<usize>(), text.len());
    }

    proptest! {
        #[test]
        fn sentences_cover_the_text(text in "[a-cA-C1。；…！ .\n\r)”é\u{301}]{0,60}") {
            let mut end = 0;
            for span in sentences(&text) {
                prop_assert_eq!(span.start, end);
                prop_assert!(!span.is_empty() && span.of(&text).is_some());
                end = span.end;
            }
            prop_assert_eq!(end, text.len());
        }
    }
}
