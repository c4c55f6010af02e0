//! A JSON parser that goes on where there is one plain meaning.

use serde_json::{Map, Value};

use super::repair::{MAX_LISTED, Repair, RepairKind};

/// Deepest nesting of arrays and objects that is read.
pub(crate) const MAX_DEPTH: usize = 128;

/// Why text is not JSON: where reading stopped and what should have stood there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) at: usize,
    pub(crate) expected: &'static str,
    pub(crate) too_deep: bool,
}

impl Failure {
    /// Larger tells more: nesting out of bounds, then whatever got furthest.
    pub(crate) fn rank(self) -> (bool, usize) {
        (self.too_deep, self.at)
    }
}

/// A value and what it took to read it.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) value: Value,
    pub(crate) end: usize,
    pub(crate) repairs: Vec<Repair>,
    pub(crate) cut: bool,
}

/// A step from a value to one of its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// Reads the array or object that starts at `start`. Text from `end` on does not exist. If
/// it is cut off, the innermost `drop_open` of the brackets left open are left out.
pub(crate) fn parse(text: &str, start: usize, end: usize, drop_open: usize) -> Result<Parsed, Failure> {
    let mut parser = Parser::new(text, start, end);
    parser.drop_open = drop_open;
    let (value, cut) = match parser.value()? {
        Read::Whole(value) => (value, false),
        Read::Cut(Some(value)) => (value, true),
        Read::Cut(None) => return parser.fail("more text"),
    };
    Ok(Parsed { value, end: parser.at, repairs: parser.repairs, cut })
}

/// Where in `text` the value at `path` inside the value at `start` begins.
pub(crate) fn locate(text: &str, start: usize, end: usize, path: &[Step]) -> usize {
    let mut parser = Parser::new(text, start, end);
    parser.target = Some((path, Vec::new()));
    // What was found counts, even where reading stops later.
    let _ = parser.value();
    parser.hit.unwrap_or(start)
}

pub(super) enum Read<T = Value> {
    Whole(T),
    /// The text ended inside: what there is of the value, if it means anything.
    Cut(Option<T>),
}

pub(super) struct Parser<'t> {
    text: &'t str,
    pub(super) at: usize,
    repairs: Vec<Repair>,
    /// Closing brackets still to come, outermost first.
    open: Vec<char>,
    drop_open: usize,
    target: Option<(&'t [Step], Vec<Step>)>,
    hit: Option<usize>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, start: usize, end: usize) -> Self {
        Self {
            text: text.get(..end).unwrap_or(text),
            at: start,
            repairs: Vec::new(),
            open: Vec::new(),
            drop_open: 0,
            target: None,
            hit: None,
        }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes `c`, or its full-width form, if it is next.
    fn take(&mut self, c: char) -> bool {
        let at = self.at;
        match self.peek() {
            Some(next) if next == c => {}
            Some(next) if narrow(next) == c => self.mend(RepairKind::FullWidth, at),
            _ => return false,
        }
        self.bump();
        true
    }

    pub(super) fn mend(&mut self, kind: RepairKind, at: usize) {
        if self.repairs.len() < MAX_LISTED {
            self.repairs.push(Repair { kind, at });
        }
    }

    pub(super) fn fail<T>(&self, expected: &'static str) -> Result<T, Failure> {
        Err(Failure { at: self.at, expected, too_deep: false })
    }

    /// Skips white space and comments. False when the text is over, or a code fence ends it.
    fn skip_blank(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            self.at += rest.len() - trimmed.len();
            let length = if trimmed.starts_with("//") || trimmed.starts_with('#') {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |end| end + 2)
            } else {
                return !(trimmed.is_empty() || trimmed.starts_with("```"));
            };
            self.mend(RepairKind::Comment, self.at);
            self.at += length;
        }
    }

    fn value(&mut self) -> Result<Read, Failure> {
        if !self.skip_blank() {
            return Ok(Read::Cut(None));
        }
        if let Some((target, path)) = &self.target
            && *target == path.as_slice()
            && self.hit.is_none()
        {
            self.hit = Some(self.at);
        }
        let Some(next) = self.peek() else {
            return Ok(Read::Cut(None));
        };
        match narrow(next) {
            '{' => self.nested(Self::object),
            '[' => self.nested(Self::array),
            c if is_quote(c) => Ok(match self.string(Place::Value, self.open.last().copied())? {
                Read::Whole(text) => Read::Whole(Value::String(text)),
                Read::Cut(_) => Read::Cut(None),
            }),
            '-' | '+' | '.' | '0'..='9' => self.number(),
            c if c.is_ascii_alphabetic() => self.word(),
            _ => self.fail("a value"),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Read, Failure>) -> Result<Read, Failure> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Failure { at: self.at, expected: "at most 128 levels of brackets", too_deep: true });
        }
        let read = read(self)?;
        self.open.pop();
        Ok(read)
    }

    fn object(&mut self) -> Result<Read, Failure> {
        let mut members = Map::new();
        self.take('{');
        self.open.push('}');
        loop {
            match self.next_member('}', members.is_empty())? {
                Next::Member => {}
                Next::Closed => return Ok(Read::Whole(Value::Object(members))),
                Next::Over => return Ok(self.cut(Value::Object(members))),
            }
            let Some(key) = self.key()? else {
                return Ok(self.cut(Value::Object(members)));
            };
            self.enter(|| Step::Key(key.clone()));
            let value = self.value()?;
            self.leave();
            match value {
                Read::Whole(value) => members.insert(key, value),
                Read::Cut(value) => {
                    members.extend(value.map(|value| (key, value)));
                    return Ok(self.cut(Value::Object(members)));
                }
            };
        }
    }

    /// A key and the colon behind it; nothing if the text ends here.
    fn key(&mut self) -> Result<Option<String>, Failure> {
        let key = if self.peek().is_some_and(|c| is_quote(narrow(c))) {
            match self.string(Place::Key, Some('}'))? {
                Read::Whole(key) => key,
                Read::Cut(_) => return Ok(None),
            }
        } else {
            let length = bare_key(self.rest());
            if length == 0 {
                return self.fail("a key or `}`");
            }
            self.mend(RepairKind::UnquotedKey, self.at);
            let key = self.rest().get(..length).unwrap_or_default().to_owned();
            self.at += length;
            key
        };
        if !self.skip_blank() {
            return Ok(None);
        }
        if self.take(':') { Ok(Some(key)) } else { self.fail("`:`") }
    }

    fn array(&mut self) -> Result<Read, Failure> {
        let mut items = Vec::new();
        self.take('[');
        self.open.push(']');
        let mut first = true;
        loop {
            match self.next_member(']', first)? {
                Next::Member => first = false,
                Next::Closed => return Ok(Read::Whole(Value::Array(items))),
                Next::Over => return Ok(self.cut(Value::Array(items))),
            }
            if self.ellipsis() {
                continue;
            }
            self.enter(|| Step::Index(items.len()));
            let value = self.value()?;
            self.leave();
            match value {
                Read::Whole(value) => items.push(value),
                Read::Cut(value) => {
                    items.extend(value);
                    return Ok(self.cut(Value::Array(items)));
                }
            }
        }
    }

    fn ellipsis(&mut self) -> bool {
        let rest = self.rest();
        let dots = rest.trim_start_matches(['.', '…']);
        let length = rest.len() - dots.len();
        if length < 3 {
            return false;
        }
        self.mend(RepairKind::Ellipsis, self.at);
        self.at += length;
        true
    }

    /// Goes to the next member of the innermost bracket, over the comma before it.
    fn next_member(&mut self, close: char, first: bool) -> Result<Next, Failure> {
        if !self.skip_blank() {
            return Ok(Next::Over);
        }
        let comma = self.at;
        let had_comma = !first && self.take(',');
        if had_comma && !self.skip_blank() {
            return Ok(Next::Over);
        }
        let Some(next) = self.peek().map(narrow) else {
            return Ok(Next::Over);
        };
        if next == close {
            if had_comma {
                self.mend(RepairKind::TrailingComma, comma);
            }
            self.take(close);
            return Ok(Next::Closed);
        }
        if (next == ']' || next == '}') && self.open.iter().rev().skip(1).any(|c| *c == next) {
            self.mend(RepairKind::MissingBracket, self.at);
            return Ok(Next::Closed);
        }
        if first || had_comma {
            return Ok(Next::Member);
        }
        if is_quote(next) || (close == ']' && (next == '{' || next == '[')) {
            self.mend(RepairKind::MissingComma, self.at);
            return Ok(Next::Member);
        }
        self.fail(if close == '}' { "`,` or `}`" } else { "`,` or `]`" })
    }

    /// What remains of a bracket the text ends in.
    fn cut(&mut self, value: Value) -> Read {
        if !self.repairs.iter().rev().any(|r| r.kind == RepairKind::CutOff) {
            let at = self.at;
            self.repairs.truncate(MAX_LISTED - 1);
            self.mend(RepairKind::CutOff, at);
        }
        let empty = match &value {
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        let dropped = empty || self.drop_open > 0;
        self.drop_open = self.drop_open.saturating_sub(1);
        Read::Cut((!dropped).then_some(value))
    }

    fn enter(&mut self, step: impl FnOnce() -> Step) {
        if let Some((_, path)) = &mut self.target {
            path.push(step());
        }
    }

    fn leave(&mut self) {
        if let Some((_, path)) = &mut self.target {
            path.pop();
        }
    }
}

enum Next {
    Member,
    Closed,
    Over,
}

/// Where a string stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Key,
    Value,
}

/// The ASCII form of the full-width punctuation that JSON uses.
pub(super) fn narrow(c: char) -> char {
    match c {
        '｛' => '{',
        '｝' => '}',
        '［' => '[',
        '］' => ']',
        '：' => ':',
        '，' | '、' => ',',
        '＂' => '"',
        c => c,
    }
}

pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’')
}

/// Length of the key without quotes that `text` starts with, 0 if none.
pub(super) fn bare_key(text: &str) -> usize {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '.');
    text.find(|c| !inside(c)).unwrap_or(text.len())
}
