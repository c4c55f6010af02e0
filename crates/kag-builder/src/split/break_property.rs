//! What common characters are to the rules by which sentences end.

/// The property `Sentence_Break` of a character (UAX 29, table 4), as far as the rules tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BreakProperty {
    /// Ends a line.
    Separator,
    Space,
    Lower,
    Upper,
    /// A letter without case.
    Letter,
    Numeric,
    /// A full stop, which may also stand behind an abbreviation or within a number.
    ATerm,
    /// A question mark, an exclamation mark, or a full stop that is nothing else.
    STerm,
    /// A comma and what else says that the sentence goes on.
    Continue,
    /// A bracket or a quotation mark.
    Close,
    Other,
}

impl BreakProperty {
    /// The property of `character`; `None` of one that is rarer, and of all that combine with another or
    /// are not seen. A test compares it with the tables of Unicode for every character.
    pub(super) const fn of(character: char) -> Option<Self> {
        Some(match character {
            '\n' | '\r' => Self::Separator,
            '\t' | ' ' | '\u{a0}' | '\u{3000}' => Self::Space,
            'a'..='z' | 'ß'..='ö' | 'ø'..='ÿ' | 'а'..='џ' => Self::Lower,
            'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Ѐ'..='Я' => Self::Upper,
            // Kana, the common ideographs, Hangul.
            'ぁ'..='ゖ' | 'ァ'..='ヺ' | '㐀'..='䶿' | '一'..='鿿' | '가'..='힣' => Self::Letter,
            '0'..='9' | '０'..='９' => Self::Numeric,
            '.' | '．' => Self::ATerm,
            '!' | '?' | '。' | '！' | '？' | '｡' => Self::STerm,
            ',' | '-' | ':' | ';' | '–' | '—' | '、' | '，' | '：' | '；' => Self::Continue,
            '"' | '\'' | '(' | ')' | '[' | ']' | '{' | '}' | '«' | '»' | '‘'..='‟' => Self::Close,
            '〈'..='】' | '〔'..='〛' | '（' | '）' => Self::Close,
            '#'..='&' | '*' | '+' | '/' | '<'..='>' | '@' | '\\' | '^'..='`' | '|' | '~' => Self::Other,
            '°' | '±' | '·' | '×' | '•' | '…' | '％' | '￥' => Self::Other,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    /// Whether a sentence ends before the `text` behind a word and `before`, by Unicode.
    fn begins(before: &str, text: &str) -> bool {
        format!("A{before}{text}").split_sentence_bound_indices().any(|(at, _)| at == 1 + before.len())
    }

    /// What the rules show of a character.
    fn by_the_rules(character: char) -> BreakProperty {
        let alone = character.to_string();
        let followed = |by: &str| format!("{character}{by}");
        if begins(&alone, "\u{301}") {
            return BreakProperty::Separator;
        }
        if begins(&followed(" "), "B") {
            let full_stop = !begins(&followed(" "), "b");
            return if full_stop { BreakProperty::ATerm } else { BreakProperty::STerm };
        }
        let (close, space) = (!begins("!", &alone), !begins("! ", &alone));
        match (close, space) {
            (true, true) if begins(&format!("! {character}"), "B") => BreakProperty::Space,
            (true, true) => BreakProperty::Continue,
            (true, false) => BreakProperty::Close,
            (false, true) => unreachable!("{character:?} is a space that does not follow a mark"),
            (false, false) if !begins(". ", &alone) => BreakProperty::Lower,
            (false, false) if begins(". ", &followed("b")) && !begins(".", &followed("b")) => BreakProperty::Upper,
            (false, false) if begins(". ", &followed("b")) => BreakProperty::Letter,
            (false, false) if !begins(".", &followed("B")) => BreakProperty::Numeric,
            (false, false) => BreakProperty::Other,
        }
    }

    #[test]
    fn properties_are_those_of_unicode() {
        for character in '\0'..=char::MAX {
            if let Some(property) = BreakProperty::of(character) {
                assert_eq!(property, by_the_rules(character), "{character:?}");
            }
        }
    }

    #[test]
    fn what_combines_or_is_not_seen_has_none() {
        for character in ['\u{301}', '\u{200d}', '\u{fe0f}', '\u{ad}', '\u{feff}', '\u{3099}', '\u{302a}', '\u{200b}'] {
            assert_eq!(BreakProperty::of(character), None, "{character:?}");
        }
    }
}
