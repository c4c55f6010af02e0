//! Where a sentence might end, found without decoding most of the text.

/// A place where a search stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A character that may end a sentence, by Unicode: no other character does.
    End(usize),
    /// One of [`MORE_ENDS`], which ends one beside them.
    More(usize),
}

/// Characters that end a sentence beside those that Unicode names: it lets the Chinese
/// semicolon and the ellipsis pass.
pub(super) const MORE_ENDS: [char; 2] = ['；', '…'];

/// Whether a search looks at a character that has `byte`. ASCII but for the marks, Latin with accents, the
/// common ideographs and all bytes within a character are passed over without decoding: they are almost all
/// of most texts.
const fn is_looked_at(byte: u8) -> bool {
    match byte {
        b'.' | b'!' | b'?' | b'\n' | b'\r' => true,
        0..=0x7f => false,
        // Bytes within a character.
        0x80..=0xbf => false,
        // À to ÿ.
        0xc3 => false,
        // U+4000 to U+9FFF.
        0xe4..=0xe9 => false,
        _ => true,
    }
}

/// [`is_looked_at`] of every byte.
#[expect(clippy::indexing_slicing, reason = "the compiler evaluates it")]
static LOOKED_AT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = is_looked_at(byte as u8);
        byte += 1;
    }
    table
};

/// The first stop in `text` at or behind byte `from`, which is a character bound. Every character
/// at which a sentence ends by Unicode is one, and some others are.
pub(super) fn stop(text: &str, from: usize) -> Option<Stop> {
    let looked_at = |byte: &u8| LOOKED_AT.get(usize::from(*byte)).copied().unwrap_or(true);
    let mut at = from;
    loop {
        at += text.as_bytes().get(at..)?.iter().position(looked_at)?;
        let character = text.get(at..)?.chars().next()?;
        if MORE_ENDS.contains(&character) {
            return Some(Stop::More(at));
        }
        if character.is_ascii() || may_end(character) {
            return Some(Stop::End(at));
        }
        at += character.len_utf8();
    }
}

/// Whether `character`, which is not ASCII, may end a sentence: no letter or digit does, nor do the
/// common signs within one.
fn may_end(character: char) -> bool {
    match character {
        '。' | '！' | '？' | '．' | '｡' | '\u{85}' => true,
        // Signs of Latin-1; dashes and quotation marks; brackets and commas of Chinese; full-width forms.
        '\u{80}'..='\u{bf}' | '\u{2010}'..='\u{201f}' | '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff60}' => false,
        _ => !character.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    #[test]
    fn no_character_that_ends_a_sentence_is_passed_over() {
        for character in '\0'..=char::MAX {
            let text = format!("Aa{character} Bb");
            let ends = text.split_sentence_bounds().count() > 1;
            let first = stop(&text, 0);
            assert!(!ends || matches!(first, Some(Stop::End(2) | Stop::More(2))), "{character:?}: {first:?}");
        }
        assert_eq!(stop("皇马（足球、篮球）, “Ää” 1", 0), None);
        assert_eq!(stop("皇马；球", 0), Some(Stop::More(6)));
    }
}
