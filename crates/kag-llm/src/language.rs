//! The languages prompts are written in.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::script;

/// A language prompts exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English; also used for whatever is neither.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Language {
    /// The language to speak about `text` in.
    ///
    /// Chinese when there are at least as many Han characters as words in other scripts, so
    /// that a Chinese sentence about `Transformer` is Chinese and an English one that names
    /// 张三 is not. Kana in more than a tenth of the Han characters means Japanese, and so
    /// English prompts, as does a text without letters.
    ///
    /// ```
    /// use kag_llm::Language;
    ///
    /// assert_eq!(Language::of("什么是 Transformer 模型？"), Language::Zh);
    /// assert_eq!(Language::of("Zhang San (张三) was born in Beijing."), Language::En);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Self {
        let (mut han, mut kana, mut words) = (0_usize, 0_usize, 0_usize);
        let mut in_word = false;
        for c in text.chars() {
            let letter = c.is_alphabetic() && !script::is_han(c) && !script::is_kana(c);
            han += usize::from(script::is_han(c));
            kana += usize::from(script::is_kana(c));
            words += usize::from(letter && !in_word);
            in_word = letter;
        }
        if han > 0 && han >= words && kana * 10 <= han { Self::Zh } else { Self::En }
    }

    /// The language's code: `en` or `zh`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_follows_the_writing_that_carries_the_text() {
        for (text, expected) in [
            ("", Language::En),
            ("2011-07-03", Language::En),
            ("苹果", Language::Zh),
            ("BERT 和 GPT 有什么区别？", Language::Zh),
            ("The term 知识图谱 means knowledge graph here.", Language::En),
            ("東京は日本の首都です。", Language::En),
            ("서울은 수도이다", Language::En),
            ("鱼の味道很好，价格也很便宜", Language::Zh),
        ] {
            assert_eq!(Language::of(text), expected, "{text}");
        }
    }
}
