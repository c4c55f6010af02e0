//! JSON as programs write it into texts: also with single quotes and bare names.

use kag_core::{Float, Number, Value};

/// How deep what is read may nest.
const DEEPEST: usize = 64;

/// A JSON value and, where it has parts, how it is written.
#[derive(Debug, PartialEq)]
pub(super) enum Json<'t> {
    Object { members: Vec<(String, Json<'t>)>, text: &'t str },
    Array { items: Vec<Json<'t>>, text: &'t str },
    Scalar(Value),
    Null,
}

impl<'t> Json<'t> {
    /// The JSON that `text` is and nothing else; `None` where it is none or nests more than
    /// 64 levels deep.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let mut reader = Reader { text, rest: text };
        let json = reader.value(0)?;
        reader.rest.trim_start().is_empty().then_some(json)
    }

    /// The value: a list of plain values as a list, any other one with parts as it is
    /// written; `None` of null.
    pub(super) fn value(&self) -> Option<Value> {
        match self {
            Self::Null => None,
            Self::Scalar(value) => Some(value.clone()),
            Self::Object { text, .. } => Some((*text).into()),
            Self::Array { items, text } => {
                let plain = items.iter().map(|item| match item {
                    Self::Scalar(value) => Some(value.clone()),
                    _ => None,
                });
                Some(plain.collect::<Option<Vec<_>>>().map_or_else(|| (*text).into(), Value::from))
            }
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: usize) -> Option<Json<'t>> {
        if depth > DEEPEST {
            return None;
        }
        self.rest = self.rest.trim_start();
        let start = self.rest;
        match start.chars().next()? {
            '{' => {
                let mut members = Vec::new();
                self.parts('}', |reader| {
                    let key = reader.key()?;
                    reader.expect(':')?;
                    members.push((key, reader.value(depth + 1)?));
                    Some(())
                })?;
                Some(Json::Object { members, text: self.since(start) })
            }
            '[' => {
                let mut items = Vec::new();
                self.parts(']', |reader| {
                    items.push(reader.value(depth + 1)?);
                    Some(())
                })?;
                Some(Json::Array { items, text: self.since(start) })
            }
            '"' | '\'' => self.quoted().map(|text| Json::Scalar(text.into())),
            _ => self.bare(),
        }
    }

    /// What was read since `start`.
    fn since(&self, start: &'t str) -> &'t str {
        start.get(..start.len() - self.rest.len()).unwrap_or(self.text)
    }

    /// An opening bracket, parts with commas between them, and `close`.
    fn parts(&mut self, close: char, mut part: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.rest = self.rest.get(1..)?;
        if self.expect(close).is_some() {
            return Some(());
        }
        loop {
            part(self)?;
            if self.expect(',').is_none() {
                return self.expect(close);
            }
        }
    }

    fn key(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        if self.rest.starts_with(['"', '\'']) {
            return self.quoted();
        }
        let end = self.rest.find(|c: char| c == ':' || c.is_whitespace())?;
        let (key, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!key.is_empty()).then(|| key.to_owned())
    }

    fn quoted(&mut self) -> Option<String> {
        let mut characters = self.rest.chars();
        let quote = characters.next()?;
        let mut text = String::new();
        loop {
            match characters.next()? {
                '\\' => match characters.next()? {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    'u' => text.push(escaped(&mut characters)?),
                    other => text.push(other),
                },
                c if c == quote => break,
                c => text.push(c),
            }
        }
        self.rest = characters.as_str();
        Some(text)
    }

    /// A number, `true`, `false` or `null`.
    fn bare(&mut self) -> Option<Json<'t>> {
        let end = self.rest.find(|c: char| c.is_whitespace() || ",]}:".contains(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(match word {
            "true" => Json::Scalar(true.into()),
            "false" => Json::Scalar(false.into()),
            "null" => Json::Null,
            word => Json::Scalar(number(word)?.into()),
        })
    }

    fn expect(&mut self, c: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(c)?;
        Some(())
    }
}

/// The character of `\u` and four digits, or of two such for one beyond the first plane.
fn escaped(characters: &mut std::str::Chars<'_>) -> Option<char> {
    let first = unit(characters)?;
    let mut ahead = characters.clone();
    let second = match (0xd800..0xdc00).contains(&first) && ahead.next() == Some('\\') && ahead.next() == Some('u') {
        true => unit(&mut ahead),
        false => None,
    };
    let units: Vec<u16> = std::iter::once(first).chain(second).collect();
    let decoded = char::decode_utf16(units).next()?.unwrap_or(char::REPLACEMENT_CHARACTER);
    if second.is_some() && decoded != char::REPLACEMENT_CHARACTER {
        *characters = ahead;
    }
    Some(decoded)
}

fn unit(characters: &mut std::str::Chars<'_>) -> Option<u16> {
    let digits = characters.as_str().get(..4)?;
    let unit = digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())??;
    *characters = characters.as_str().get(4..)?.chars();
    Some(unit)
}

fn number(word: &str) -> Option<Number> {
    if let Ok(decimal) = word.parse::<rust_decimal::Decimal>() {
        return Some(decimal.into());
    }
    let numeric = word.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    numeric.then(|| word.parse().ok().and_then(Float::new).map(Number::Float))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_as_programs_write_it() {
        let text = |text: &str| Json::read(text).and_then(|json| json.value());
        assert_eq!(text("'v'"), Some("v".into()));
        assert_eq!(text(r#""中\u6587\ud83d\ude00\n""#), Some("中文😀\n".into()));
        assert_eq!(text(r#""\ud83d""#), Some("\u{fffd}".into()));
        assert_eq!(text(" [1, 2.50, true] "), Some(vec![1.into(), Value::read("2.5"), true.into()].into()));
        assert_eq!(text("[{v: 1}]"), Some("[{v: 1}]".into()));
        assert_eq!(text("1e400"), Some(Value::Float(Float::new(f64::INFINITY).unwrap())));
        for broken in ["", "{", "[1", "[1,]", "{'a' 1}", "'a", "nul", "1 2", "\\u", "{:1}"] {
            assert_eq!(Json::read(broken), None, "{broken}");
        }
        assert!(Json::read(&"[".repeat(100_000)).is_none());
    }
}
