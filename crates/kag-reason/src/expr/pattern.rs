//! Patterns that texts are matched with: `like` and regular expressions.

use std::sync::{Arc, Mutex};

use regex::{Regex, RegexBuilder};

use super::{EvalErrorKind, error::shortened};

/// The most bytes that a compiled pattern may take.
const LARGEST: usize = 1 << 20;

/// What kind of pattern a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PatternKind {
    Like,
    Regex,
}

/// A pattern that is ready to be matched.
#[derive(Debug)]
pub(super) enum Pattern {
    Regex(Regex),
    Like(Like),
}

impl PatternKind {
    pub(super) fn compile(self, text: &str) -> Result<Pattern, EvalErrorKind> {
        match self {
            Self::Like => Like::read(text).map(Pattern::Like),
            Self::Regex => regex(text).map(Pattern::Regex),
        }
    }

    /// A place that holds the pattern that `text` is; empty where it has no meaning.
    pub(super) fn cached(self, text: &str) -> Cache {
        let compiled = self.compile(text).ok().map(|pattern| (text.into(), Arc::new(pattern)));
        Cache { last: Mutex::new(compiled) }
    }
}

impl Pattern {
    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Regex(regex) => regex.is_match(text),
            Self::Like(like) => like.matches(text),
        }
    }

    /// What the regular expression finds first.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Regex(regex) => regex.find(text).map(|found| found.as_str()),
            Self::Like(_) => None,
        }
    }
}

/// The pattern that was used last, so that one which comes with every row is compiled once.
#[derive(Debug, Default)]
pub(super) struct Cache {
    last: Mutex<Option<(Arc<str>, Arc<Pattern>)>>,
}

impl Cache {
    /// The pattern that `text` is; the one used last where it is the same.
    pub(super) fn get(&self, kind: PatternKind, text: &str) -> Result<Arc<Pattern>, EvalErrorKind> {
        // Whoever has to wait compiles it for itself.
        let Ok(mut last) = self.last.try_lock() else {
            return kind.compile(text).map(Arc::new);
        };
        if let Some((known, pattern)) = &*last
            && **known == *text
        {
            return Ok(Arc::clone(pattern));
        }
        let pattern = Arc::new(kind.compile(text)?);
        *last = Some((text.into(), Arc::clone(&pattern)));
        Ok(pattern)
    }
}

fn regex(text: &str) -> Result<Regex, EvalErrorKind> {
    compile(text, text)
}

/// The regular expression `regex`, which the writer wrote as `text`.
fn compile(regex: &str, text: &str) -> Result<Regex, EvalErrorKind> {
    let compiled = RegexBuilder::new(regex).size_limit(LARGEST).dfa_size_limit(LARGEST).build();
    compiled.map_err(|error| EvalErrorKind::Pattern {
        pattern: shortened(text),
        // The first line of the report shows the pattern again.
        reason: error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    })
}

/// A pattern of `like`.
#[derive(Debug)]
pub(super) enum Like {
    /// One text and nothing else.
    Exactly(Box<str>),
    /// A beginning, texts in their order with anything around them, and an end.
    Parts { start: Box<str>, between: Vec<Regex>, end: Box<str> },
    /// One with `_`, as a regular expression.
    Regex(Regex),
}

/// One element of a pattern of `like`.
enum Element {
    Any,
    One,
    Character(char),
}

impl Like {
    fn read(text: &str) -> Result<Self, EvalErrorKind> {
        let mut parts = vec![String::new()];
        let mut single = false;
        let mut regex = String::from(r"(?s)\A");
        for element in elements(text) {
            match element {
                Element::Any => {
                    parts.push(String::new());
                    regex.push_str(".*");
                }
                Element::One => {
                    single = true;
                    regex.push('.');
                }
                Element::Character(c) => {
                    if let Some(part) = parts.last_mut() {
                        part.push(c);
                    }
                    regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
                }
            }
        }
        regex.push_str(r"\z");
        if single {
            return compile(&regex, text).map(Self::Regex);
        }
        let mut parts = parts.into_iter();
        let start = parts.next().unwrap_or_default().into();
        let Some(end) = parts.next_back() else {
            return Ok(Self::Exactly(start));
        };
        // A regular expression that is a text is found the fastest.
        let between = parts.filter(|part| !part.is_empty()).map(|part| compile(&regex::escape(&part), text));
        Ok(Self::Parts { start, between: between.collect::<Result<_, _>>()?, end: end.into() })
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Exactly(exactly) => *text == **exactly,
            Self::Regex(regex) => regex.is_match(text),
            Self::Parts { start, between, end } => {
                let mut rest = text.strip_prefix(&**start);
                for part in between {
                    // The first place is as good as any: what follows may come after it all the same.
                    rest = rest.and_then(|rest| rest.get(part.find(rest)?.end()..));
                }
                rest.is_some_and(|rest| rest.ends_with(&**end))
            }
        }
    }
}

fn elements(text: &str) -> impl Iterator<Item = Element> {
    let mut characters = text.chars().peekable();
    std::iter::from_fn(move || {
        Some(match characters.next()? {
            '%' => Element::Any,
            '_' => Element::One,
            '\\' => match characters.next_if(|next| matches!(next, '%' | '_' | '\\')) {
                Some(next) => Element::Character(next),
                None => Element::Character('\\'),
            },
            other => Element::Character(other),
        })
    })
}
