//! Names made comparable across ways of writing them.

use std::{collections::HashMap, fmt, sync::Arc, sync::LazyLock};

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::name::{NameKey, fold};

/// A name without what only its spelling adds: what [`NameKey`] leaves out, and besides
/// traditional characters, punctuation, Latin accents and a leading *the*.
///
/// Two names with one spelling key are probably of one thing, and no more than that:
/// identity is the [`NameKey`]. In order:
///
/// - NFKC and default case folding, as in a [`NameKey`]; traditional Chinese characters become
///   simplified ones, each by itself (CLDR's `Hant-Hans` transform);
/// - Latin letters lose their marks; the marks of other scripts tell names apart and stay;
/// - apostrophes, middle dots and full stops go, other punctuation and hyphens become spaces, `&` becomes
///   *and*; a decimal point and the signs `+ # % $ @ =` stay, and so does whatever is no punctuation;
/// - letters that stand alone are drawn together (`J. K. Rowling`, `JK Rowling`), and so is what
///   stands between Chinese or Japanese characters;
/// - a leading *the* goes where more than four letters are left.
///
/// The steps are taken again until they change nothing. A name of which nothing would be left has
/// its name key.
///
/// ```
/// use kag_core::SpellingKey;
///
/// for (one, other) in [
///     ("皇家馬德里", "皇家马德里"),
///     ("克里斯蒂亚诺·罗纳尔多", "克里斯蒂亚诺 罗纳尔多"),
///     ("The Spider-Man", "spider man"),
///     ("U.S.", "ＵＳ"),
///     ("Beyoncé", "Beyonce"),
/// ] {
///     assert_eq!(SpellingKey::of(one), SpellingKey::of(other), "{one} {other}");
/// }
/// assert_ne!(SpellingKey::of("GPT-3.5"), SpellingKey::of("GPT-35"));
/// assert_ne!(SpellingKey::of("The Who"), SpellingKey::of("WHO"));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpellingKey(Arc<str>);

impl SpellingKey {
    /// The key of `name`. The key of a key is itself; a name without any visible character has
    /// the empty key.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let mut key = respelt(name);
        loop {
            let again = respelt(&key);
            if again == key {
                return Self(key.into());
            }
            key = again;
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no visible character in the name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for SpellingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SpellingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// `name` after the steps of a [`SpellingKey`], each taken once. What goes may bring together what
/// an earlier step would have changed: an apostrophe between a letter and its mark.
fn respelt(name: &str) -> String {
    let mut plain: Vec<char> = unmarked(&fold(name)).chars().map(simplified).collect();
    plain.retain(|c| !matches!(c, '©' | '®'));
    let words = words(&plain);
    if words.is_empty() { NameKey::of(name).as_str().to_owned() } else { joined(&words) }
}

/// Traditional characters and their simplified forms, a pair a line: the single characters of
/// the transform `Hant-Hans` of the Unicode Common Locale Data Repository (ICU 72), followed to
/// its end, without one pair that leads back to itself. Unicode-3.0.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pair = |line: &str| {
        let mut characters = line.chars();
        Some((characters.next()?, characters.next()?))
    };
    include_str!("../data/simplified.txt").lines().filter_map(pair).collect()
});

fn simplified(c: char) -> char {
    if ('\u{3400}'..='\u{9fff}').contains(&c) { SIMPLIFIED.get(&c).copied().unwrap_or(c) } else { c }
}

/// `text` without the marks on its Latin letters.
fn unmarked(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut on_latin = false;
    let mut keep = |c: char| {
        let is_mark = is_combining_mark(c);
        if !is_mark {
            on_latin = c.is_ascii_alphabetic();
        }
        !(is_mark && on_latin)
    };
    text.nfd().filter(|c| keep(*c)).nfc().collect()
}

/// What becomes of a character.
enum Kept {
    /// It stays.
    Itself,
    /// It goes, and what stood around it is one word.
    Nothing,
    /// It parts words.
    Space,
    /// It is a word.
    And,
}

fn kept(before: Option<char>, c: char, after: Option<char>) -> Kept {
    let between_digits = [before, after].iter().all(|c| c.is_some_and(|c| c.is_numeric()));
    match c {
        '.' if between_digits => Kept::Itself,
        ',' if between_digits => Kept::Nothing,
        '.' | '\'' | '`' | '’' | '‘' | '·' | '・' | '‧' | '•' => Kept::Nothing,
        '&' => Kept::And,
        '+' | '#' | '%' | '$' | '@' | '=' | '々' | '〆' | '〇' => Kept::Itself,
        '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{bb}' | '\u{bf}' => Kept::Space,
        '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' => Kept::Space,
        c if c.is_whitespace() || c.is_control() || c.is_ascii_punctuation() => Kept::Space,
        _ => Kept::Itself,
    }
}

/// The words of a name that is folded.
fn words(plain: &[char]) -> Vec<String> {
    let mut spaced = String::new();
    for (at, c) in plain.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| plain.get(at)).copied();
        match kept(before, *c, plain.get(at + 1).copied()) {
            Kept::Itself => spaced.push(*c),
            Kept::Nothing => {}
            Kept::Space => spaced.push(' '),
            Kept::And => spaced.push_str(" and "),
        }
    }
    let mut words: Vec<String> = Vec::new();
    let mut single = false;
    for word in spaced.split_whitespace() {
        let is_single = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        match words.last_mut() {
            Some(last) if is_single && single => last.push_str(word),
            _ => words.push(word.to_owned()),
        }
        single = is_single;
    }
    let letters = |words: &[String]| words.iter().flat_map(|word| word.chars()).filter(|c| c.is_alphanumeric()).count();
    while words.first().is_some_and(|word| word == "the") && letters(&words) > LONG + 3 {
        words.remove(0);
    }
    words
}

/// What must be left behind a *the* that goes has more letters.
const LONG: usize = 4;

/// `words` with spaces between them, but none between Chinese or Japanese characters.
fn joined(words: &[String]) -> String {
    let mut text = String::new();
    for word in words {
        let unspaced = text.chars().last().is_some_and(is_unspaced) && word.chars().next().is_some_and(is_unspaced);
        if !text.is_empty() && !unspaced {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// Whether `c` is of a script that is written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ways_of_writing_one_name_have_one_key() {
        for (left, right) in [
            ("臺灣積體電路製造", "台湾积体电路制造"),
            ("上海市（浦东新区）", "上海市浦东新区"),
            ("《红楼梦》", "紅樓夢"),
            ("C罗（球员）", "C罗 球员"),
            ("J. K. Rowling", "J.K. Rowling"),
            ("O’Neill", "O'Neill"),
            ("AT&T", "AT and T"),
            ("1,000 Islands", "1000 islands"),
            ("Müller", "Muller"),
            ("The Beatles", "beatles"),
            ("ｶﾀｶﾅ・テスト", "カタカナテスト"),
        ] {
            assert_eq!(SpellingKey::of(left), SpellingKey::of(right), "{left} {right}");
        }
    }

    #[test]
    fn what_tells_names_apart_survives() {
        for (left, right) in [
            ("は", "ば"),
            ("C++", "C"),
            ("C#", "C"),
            ("GPT-3.5", "GPT 35"),
            ("북한", "남한"),
            ("й", "и"),
            ("The The", ""),
            ("Therapist", "The rapist"),
            ("1.5", "15"),
            ("...", "?!"),
        ] {
            assert_ne!(SpellingKey::of(left), SpellingKey::of(right), "{left} {right}");
        }
        assert!(SpellingKey::of(" \u{3000}\t").is_empty());
        assert_eq!(SpellingKey::of("...").as_str(), "...");
    }

    #[test]
    fn what_comes_together_is_spelt_as_if_it_had_stood_together() {
        for (apart, together) in
            [("a'\u{1e01b}", "a"), ("и'\u{306}", "й"), ("\u{1100}·\u{1161}", "가"), ("1,'5", "1 5")]
        {
            assert_eq!(SpellingKey::of(apart).as_str(), together);
        }
    }

    #[test]
    fn each_simplified_form_is_its_own() {
        assert_eq!(SIMPLIFIED.len(), 2851);
        assert!(SIMPLIFIED.values().all(|c| simplified(*c) == *c));
    }

    /// Names, and characters that act on each other, as they come.
    fn written() -> impl Strategy<Value = String> {
        prop_oneof![
            "(the |The )?[a-cA-C0-2 .,·・‘&+éÅ馬里カーй®™（）-]{0,16}",
            "[ai1и\u{1100}.,'·\u{301}\u{306}\u{1161}\u{1e01b}]{0,8}",
            "\\PC{0,12}",
        ]
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(name in written()) {
            let key = SpellingKey::of(&name);
            prop_assert_eq!(SpellingKey::of(key.as_str()), key);
        }

        #[test]
        fn equal_names_have_equal_spellings(name in "\\PC{0,12}") {
            let key = NameKey::of(&name);
            prop_assert_eq!(SpellingKey::of(key.as_str()), SpellingKey::of(&name));
        }
    }
}
