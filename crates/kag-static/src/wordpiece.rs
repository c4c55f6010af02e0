//! A text cut into pieces of the vocabulary: the uncased tokenizer of BERT.

use crate::{normalise::normalise, unicode::is_punctuation, vocabulary::Vocabulary};

/// Words of more characters than this are unknown.
const LONGEST_WORD: usize = 100;

/// Buffers kept between texts.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    text: String,
    pieces: Vec<u32>,
}

/// The pieces of `text` in order. Words are cut greedily, longest piece first; a word that
/// cannot be cut, or is too long, is one unknown piece. Spellings of special pieces such as
/// `[MASK]` in a text are read as text.
pub(crate) fn pieces<'a>(vocabulary: &Vocabulary, text: &str, scratch: &'a mut Scratch) -> &'a [u32] {
    let Scratch { text: plain, pieces } = scratch;
    plain.clear();
    pieces.clear();
    normalise(text, plain);
    for chunk in plain.split(' ') {
        let mut rest = chunk;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_punctuation(*c)) {
            let (word, tail) = rest.split_at(at);
            let (mark, tail) = tail.split_at(c.len_utf8());
            cut(vocabulary, word, pieces);
            cut(vocabulary, mark, pieces);
            rest = tail;
        }
        cut(vocabulary, rest, pieces);
    }
    pieces
}

fn cut(vocabulary: &Vocabulary, word: &str, pieces: &mut Vec<u32>) {
    if word.is_empty() {
        return;
    }
    if word.len() > LONGEST_WORD && word.chars().count() > LONGEST_WORD {
        pieces.push(vocabulary.unknown());
        return;
    }
    let before = pieces.len();
    let mut found = vocabulary.longest_first(word);
    let mut rest = word;
    while let Some((id, len)) = found {
        pieces.push(id);
        rest = rest.get(len..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        found = vocabulary.longest_following(rest);
    }
    pieces.truncate(before);
    pieces.push(vocabulary.unknown());
}
