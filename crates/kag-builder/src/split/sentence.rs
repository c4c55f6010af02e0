//! Where sentences end, in any language.

use kag_core::Span;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    break_property::BreakProperty,
    scan::{MORE_ENDS, Stop, stop},
    terminator::{Verdict, verdict},
};

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
    Stretches { text, start: 0, line_end: 0, quick: true }.flat_map(move |stretch| {
        let part = stretch.of(text).unwrap_or_default();
        let found = UnicodeSentences { text: part, start: 0 };
        found.flat_map(move |(sentence, more)| {
            let parts = Parts { sentence: sentence.of(part).unwrap_or_default(), start: 0, more };
            parts.map(move |span| span.shifted(stretch.start + sentence.start))
        })
    })
}

/// Stretches that end with a line or behind [`RUN`] bytes without a letter.
struct Stretches<'t> {
    text: &'t str,
    start: usize,
    line_end: usize,
    /// Whether the line is one stretch.
    quick: bool,
}

impl Iterator for Stretches<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        if self.start == self.line_end {
            let rest = self.text.get(self.start..).filter(|rest| !rest.is_empty())?;
            self.line_end = self.start + rest.find('\n').map_or(rest.len(), |at| at + 1);
            self.quick = has_letters_throughout(self.text.get(self.start..self.line_end).unwrap_or_default());
        }
        let rest = self.text.get(self.start..self.line_end).unwrap_or_default();
        let length = if self.quick { rest.len() } else { stretch(rest) };
        let span = Span::new(self.start, self.start + length);
        self.start = span.end;
        Some(span)
    }
}

/// Whether no [`RUN`] bytes and more of `line` are without a letter, as far as one look at each half of
/// so many bytes tells.
fn has_letters_throughout(line: &str) -> bool {
    let is_letter = |at: usize| line.get(at..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphabetic);
    line.len() <= RUN || (0..=line.len() - RUN / 2).step_by(RUN / 2).all(|from| (from..from + RUN / 2).any(is_letter))
}

/// The length of the first stretch of `line`.
fn stretch(line: &str) -> usize {
    let mut rest = line.char_indices().peekable();
    let mut run = 0;
    while let Some((at, character)) = rest.next() {
        run = if character.is_alphabetic() { 0 } else { run + character.len_utf8() };
        let next = rest.peek().map(|(_, next)| *next);
        if run > RUN && stands_alone(character) && next.is_some_and(stands_alone) {
            return at + character.len_utf8();
        }
    }
    line.len()
}

/// The sentences of Unicode, and whether one of [`MORE_ENDS`] may be in each.
///
/// Whether a sentence ends behind a character depends on what comes next, and on the character before:
/// so the rules of Unicode are only asked from there on, not about all of the text.
struct UnicodeSentences<'t> {
    text: &'t str,
    start: usize,
}

impl Iterator for UnicodeSentences<'_> {
    type Item = (Span, bool);

    fn next(&mut self) -> Option<(Span, bool)> {
        if self.start >= self.text.len() {
            return None;
        }
        let (mut from, mut more) = (self.start, false);
        let end = loop {
            match stop(self.text, from) {
                None => break self.text.len(),
                Some(Stop::More(at)) => {
                    more = true;
                    from = at + '…'.len_utf8();
                }
                Some(Stop::End(at)) => match verdict(self.text, self.start, at) {
                    Verdict::EndsAt(end) => break end,
                    Verdict::GoesOn(behind) => from = behind,
                    Verdict::Unknown => {
                        let end = self.end_by_tables(at);
                        more |= self.text.get(at..end).is_some_and(|passed| passed.contains(MORE_ENDS));
                        break end;
                    }
                },
            }
        };
        let sentence = Span::new(self.start, end);
        self.start = end;
        Some((sentence, more))
    }
}

impl UnicodeSentences<'_> {
    /// Where the sentence ends that does not end before byte `at`, by the tables of Unicode. What is at `at` may
    /// combine with what is before it, so they are asked from the last character that combines with nothing.
    fn end_by_tables(&self, at: usize) -> usize {
        let passed = self.text.get(self.start..at).unwrap_or_default();
        let stands = |(_, character): &(usize, char)| BreakProperty::of(*character).is_some();
        let before = passed.char_indices().rev().find(stands).map_or(self.start, |(before, _)| self.start + before);
        let rest = self.text.get(before..).unwrap_or_default();
        before + rest.split_sentence_bounds().next().map_or(rest.len(), str::len)
    }
}

/// A Unicode sentence, cut behind [`MORE_ENDS`] and what closes them.
struct Parts<'t> {
    sentence: &'t str,
    start: usize,
    /// Whether any may be there.
    more: bool,
}

impl Iterator for Parts<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let rest = self.sentence.get(self.start..).filter(|rest| !rest.is_empty())?;
        let cut = if self.more { rest.find(MORE_ENDS) } else { None };
        let end = cut.map_or(rest.len(), |at| {
            let closers = rest.get(at..).unwrap_or_default().graphemes(true).take_while(|grapheme| closes(grapheme));
            at + closers.map(str::len).sum::<usize>()
        });
        let span = Span::new(self.start, self.start + end);
        self.start = span.end;
        Some(span)
    }
}

/// Whether text may be cut between two of these: neither combines with the other.
fn stands_alone(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3029}' | '\u{ff01}'..='\u{ff65}')
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
        assert_eq!(
            cut("Wu u. a. im U.S.A.Team, No.5 (ca. 3 m). “Ja.” Nein."),
            ["Wu u. a. im U.S.A.Team, No.5 (ca. 3 m). ", "“Ja.” ", "Nein."]
        );
        // What combines is no letter of its own, even if Unicode counts it as alphabetic.
        assert_eq!(cut("A\u{1e008}.B"), ["A\u{1e008}.B"]);
        assert_eq!(cut(""), Vec::<&str>::new());
    }

    #[test]
    fn text_without_letters_takes_linear_time() {
        let text = ". )".repeat(200_000);
        assert_eq!(sentences(&text).map(|span| span.len()).sum::<usize>(), text.len());
    }

    /// What [`sentences`] is, without the short cuts.
    fn by_the_rules(text: &str) -> Vec<Span> {
        let mut found = Vec::new();
        let mut line_start = 0;
        for line in text.split_inclusive('\n') {
            let mut start = 0;
            while start < line.len() {
                let part = &line[start..start + stretch(&line[start..])];
                for (at, sentence) in part.split_sentence_bound_indices() {
                    let parts = Parts { sentence, start: 0, more: true };
                    found.extend(parts.map(|span| span.shifted(line_start + start + at)));
                }
                start += part.len();
            }
            line_start += line.len();
        }
        found
    }

    proptest! {
        #[test]
        fn short_cuts_change_nothing(
            text in "([a-cA-C1é皇马。；…！,，“”() .\\n\r\u{301}\u{200d}\u{ad}\u{85}\u{2028}।։]|[.)1 ]{20,90}|\\PC){0,60}",
        ) {
            prop_assert_eq!(sentences(&text).collect::<Vec<_>>(), by_the_rules(&text));
        }

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
