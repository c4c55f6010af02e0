//! JSON in model text as a value of a type.

use std::ops::Range;

use serde::{
    Deserializer,
    de::{DeserializeOwned, Visitor, value::Error as ProbeError},
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::{
    Mismatch, Repair, RepairKind, check_schema,
    find::{Candidate, candidates},
    parse::{Step, locate, parse},
    unreadable,
};
use crate::{Error, ErrorKind, Result};

/// Most brackets left open at a cut that are given up in search of what fits the type.
const MAX_DROPPED: usize = 8;

/// A value read from model text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Structured<T> {
    /// The value.
    pub value: T,
    /// The bytes of the text it was read from.
    pub span: Range<usize>,
    /// What was mended, in order of place, then what was done to fit the type.
    pub repairs: Vec<Repair>,
}

impl<T> Structured<T> {
    /// Whether the text ended early, so that the value may lack members.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        self.repairs.iter().any(|r| r.kind == RepairKind::CutOff)
    }
}

/// The value of type `T` that `text` holds.
///
/// The candidates of [`find_json`](super::find_json) are tried in order and the first that
/// is a `T` is taken. If none is, small misunderstandings of shape are mended: a list alone
/// in an object, a single value for a list, JSON inside a string, one value a line; and of a
/// list that was cut off, the whole members before the cut.
///
/// ```
/// use kag_llm::read;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Person {
///     name: String,
/// }
///
/// let cut = r#"Here you go: [{"name": "Ada"}, {"name": "王小明"}, {"na"#;
/// let people = read::<Vec<Person>>(cut)?;
/// assert_eq!(people.value.len(), 2);
/// assert!(people.is_cut_off());
/// # Ok::<(), kag_llm::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Unusable`]: nothing reads as JSON, or what does is not a `T`; with the byte
/// `at` which it fails, the `path` from the root of the JSON, and what was `expected`.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<Structured<T>> {
    Reader { text, schema: None }.read()
}

/// As [`read`], for JSON that also obeys `schema` (see [`check_schema`] for how much of JSON
/// Schema is checked).
///
/// # Errors
/// As [`read`]; a candidate that breaks the schema counts as not a `T`.
pub fn read_as<T: DeserializeOwned>(text: &str, schema: &Value) -> Result<Structured<T>> {
    let schema = Some(schema);
    Reader { text, schema }.read()
}

struct Reader<'a> {
    text: &'a str,
    schema: Option<&'a Value>,
}

/// Why a value is not a `T`.
struct Misfit {
    path: Vec<Step>,
    expected: String,
    source: Option<serde_json::Error>,
}

impl Reader<'_> {
    fn read<T: DeserializeOwned>(&self) -> Result<Structured<T>> {
        let candidates = candidates(self.text).map_err(|failure| unreadable("structured.read", failure))?;
        let mut first = None;
        for candidate in &candidates {
            match self.fit(&candidate.value) {
                Ok(value) => return Ok(structured(value, candidate, None)),
                Err(misfit) => first = first.or(Some((candidate, misfit))),
            }
            if let Some(salvaged) = self.salvage(candidate) {
                return Ok(salvaged);
            }
        }
        if let Some(joined) = self.join(&candidates) {
            return Ok(joined);
        }
        for candidate in &candidates {
            if let Some((value, kind)) = self.reshape(&candidate.value) {
                return Ok(structured(value, candidate, Some(kind)));
            }
        }
        Err(match first {
            Some((candidate, misfit)) => self.misfit(candidate, misfit),
            None => Error::new(ErrorKind::Unusable, "structured.read"),
        })
    }

    fn fit<T: DeserializeOwned>(&self, value: &Value) -> Result<T, Misfit> {
        if let Some(schema) = self.schema
            && let Some(Mismatch { path, expected, .. }) = check_schema(value, schema).into_iter().next()
        {
            let source = None;
            return Err(Misfit { path, expected, source });
        }
        if value.is_array() && expects_struct::<T>() {
            // Serde would take the items for the fields in order, which no model means.
            return Err(Misfit { path: Vec::new(), expected: "an object".to_owned(), source: None });
        }
        serde_path_to_error::deserialize(value).map_err(|error| Misfit {
            path: steps(error.path()),
            expected: std::any::type_name::<T>().to_owned(),
            source: Some(error.into_inner()),
        })
    }

    /// What fits of a candidate that was cut off, without the innermost open brackets.
    fn salvage<T: DeserializeOwned>(&self, candidate: &Candidate) -> Option<Structured<T>> {
        if !candidate.cut {
            return None;
        }
        (1..=MAX_DROPPED).find_map(|dropped| {
            let start = candidate.span.start;
            let parsed = parse(self.text, start, candidate.limit, dropped).ok()?;
            let value = self.fit(&parsed.value).ok()?;
            Some(Structured { value, span: start..parsed.end, repairs: parsed.repairs })
        })
    }

    fn reshape<T: DeserializeOwned>(&self, value: &Value) -> Option<(T, RepairKind)> {
        let inner = match value {
            Value::Array(items) => match items.as_slice() {
                [only @ Value::Object(_)] => Some(only),
                _ => None,
            },
            Value::Object(members) => {
                let mut members = members.values();
                members.next().filter(|v| v.is_array() && members.next().is_none())
            }
            _ => None,
        };
        if let Some(value) = inner.and_then(|inner| self.fit(inner).ok()) {
            return Some((value, RepairKind::Unwrapped));
        }
        if let Value::String(text) = value
            && let Some(best) = candidates(text).ok()?.into_iter().next()
            && let Ok(value) = self.fit(&best.value)
        {
            return Some((value, RepairKind::Encoded));
        }
        if value.is_array() {
            return None;
        }
        let list = Value::Array(vec![value.clone()]);
        Some((self.fit(&list).ok()?, RepairKind::Wrapped))
    }

    /// All candidates as one list, if they follow one another with nothing but white space
    /// and commas between.
    fn join<T: DeserializeOwned>(&self, candidates: &[Candidate]) -> Option<Structured<T>> {
        let mut ordered: Vec<&Candidate> = candidates.iter().collect();
        ordered.sort_by_key(|candidate| candidate.span.start);
        let (first, last) = (ordered.first()?, ordered.last()?);
        let apart = |pair: &[&Candidate]| match pair {
            [a, b] => self
                .text
                .get(a.span.end..b.span.start)
                .is_none_or(|gap| gap.contains(|c: char| !c.is_whitespace() && c != ',')),
            _ => true,
        };
        if ordered.len() < 2 || ordered.windows(2).any(apart) {
            return None;
        }
        let list = ordered.iter().map(|c| c.value.clone()).collect();
        let value = self.fit(&Value::Array(list)).ok()?;
        let mut repairs: Vec<Repair> = ordered.iter().flat_map(|c| c.repairs.clone()).collect();
        let (kind, at) = (RepairKind::Joined, first.span.start);
        repairs.push(Repair { kind, at });
        let span = first.span.start..last.span.end;
        Some(Structured { value, span, repairs })
    }

    fn misfit(&self, candidate: &Candidate, misfit: Misfit) -> Error {
        let start = candidate.span.start;
        let at = locate(self.text, start, candidate.limit, &misfit.path);
        let mut path = String::from("$");
        for step in &misfit.path {
            match step {
                Step::Key(key) => path.extend([".", key.as_str()]),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        let error = Error::new(ErrorKind::Unusable, "structured.read")
            .reason("the JSON in the reply has another shape")
            .with("at", at)
            .with("path", path)
            .with("expected", misfit.expected);
        match misfit.source {
            Some(source) => error.because(source),
            None => error,
        }
    }
}

fn structured<T>(value: T, candidate: &Candidate, done: Option<RepairKind>) -> Structured<T> {
    let mut repairs = candidate.repairs.clone();
    let at = candidate.span.start;
    repairs.extend(done.map(|kind| Repair { kind, at }));
    Structured { value, span: candidate.span.clone(), repairs }
}

/// The way to an error as far as it leads through arrays and objects.
fn steps(path: &serde_path_to_error::Path) -> Vec<Step> {
    use serde_path_to_error::Segment;
    path.iter()
        .map_while(|segment| match segment {
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Map { key } => Some(Step::Key(key.clone())),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// Whether `T` asks for a struct, and not for whatever there is.
fn expects_struct<T: DeserializeOwned>() -> bool {
    let mut asked = false;
    // The probe holds nothing, so this always fails; only what was asked matters.
    let _ = T::deserialize(Probe(&mut asked));
    asked
}

struct Probe<'a>(&'a mut bool);

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = ProbeError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ProbeError> {
        Err(serde::de::Error::custom("a probe holds nothing"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ProbeError> {
        *self.0 = true;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
        ignored_any
    }
}
