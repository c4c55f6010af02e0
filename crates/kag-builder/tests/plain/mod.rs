//! Splitting by length, written plainly: what the splitter of the crate must give, without its short cuts.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Where the sentences of `text` are: the rules of Unicode line by line, and two more ends.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        for stretch in stretches(line) {
            for sentence in stretch.split_sentence_bounds() {
                for part in parts(sentence) {
                    found.push(start..start + part.len());
                    start += part.len();
                }
            }
        }
    }
    found
}

/// A line, cut behind more than 256 bytes without a letter.
fn stretches(line: &str) -> Vec<&str> {
    let stands_alone =
        |c: char| matches!(c, ' '..='~' | '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3029}' | '\u{ff01}'..='\u{ff65}');
    let characters: Vec<(usize, char)> = line.char_indices().collect();
    let (mut found, mut start, mut run) = (Vec::new(), 0, 0);
    for (number, (at, character)) in characters.iter().enumerate() {
        run = if character.is_alphabetic() { 0 } else { run + character.len_utf8() };
        let next = characters.get(number + 1).map(|(_, next)| *next);
        if run > 256 && stands_alone(*character) && next.is_some_and(stands_alone) {
            found.push(&line[start..at + character.len_utf8()]);
            (start, run) = (at + character.len_utf8(), 0);
        }
    }
    found.push(&line[start..]);
    found
}

/// A sentence of Unicode, cut behind `；` and `…` and what closes them.
fn parts(sentence: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), sentence);
    while let Some(at) = rest.find(['；', '…']) {
        let closes = |g: &&str| g.starts_with(|c: char| "”’」』）)\"'》】]〉；…".contains(c) || c.is_whitespace());
        let closers: usize = rest[at..].graphemes(true).take_while(closes).map(str::len).sum();
        let (part, behind) = rest.split_at(at + closers);
        found.push(part);
        rest = behind;
    }
    found.extend(Some(rest).filter(|rest| !rest.is_empty()));
    found
}

/// What is not cut further: sentences, else words with the space behind, else graphemes by sixteen or one.
fn pieces(text: &str, target: usize, count: &dyn Fn(&str) -> usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for sentence in sentences(text) {
        if count(&text[sentence.clone()]) <= target {
            found.push(sentence);
            continue;
        }
        let mut words: Vec<Range<usize>> = Vec::new();
        for (at, word) in text[sentence.clone()].split_word_bound_indices() {
            let span = sentence.start + at..sentence.start + at + word.len();
            match words.last_mut() {
                Some(last) if word.trim().is_empty() => last.end = span.end,
                _ => words.push(span),
            }
        }
        for word in words {
            if count(&text[word.clone()]) <= target {
                found.push(word);
                continue;
            }
            let mut start = word.start;
            let graphemes: Vec<&str> = text[word].graphemes(true).collect();
            for group in graphemes.chunks(16) {
                let whole = group.concat();
                let parts = if count(&whole) <= target { vec![whole.as_str()] } else { group.to_vec() };
                for part in parts {
                    found.push(start..start + part.len());
                    start += part.len();
                }
            }
        }
    }
    found
}

/// The chunks of `text`, which has no headings.
pub(crate) fn chunks(text: &str, target: usize, overlap: usize, count: &dyn Fn(&str) -> usize) -> Vec<Range<usize>> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let overlap = overlap.min((target - 1) / 2);
    let length = |pieces: &[Range<usize>]| pieces.iter().map(|piece| count(&text[piece.clone()])).sum::<usize>();
    let (mut found, mut held, mut fresh) = (Vec::new(), Vec::<Range<usize>>::new(), 0);
    for piece in pieces(text, target, count) {
        let next = count(&text[piece.clone()]);
        if fresh > 0 && length(&held) + next > target {
            found.push(held[0].start..held[held.len() - 1].end);
            fresh = 0;
            let room = overlap.min(target.saturating_sub(next));
            while !held.is_empty() && (length(&held) > room || length(&held) == 0) {
                held.remove(0);
            }
        }
        held.push(piece);
        fresh += 1;
    }
    found.push(held[0].start..held[held.len() - 1].end);
    found
}
