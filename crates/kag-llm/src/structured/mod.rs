//! JSON in model text: found, mended, checked against a type.

mod find;
pub mod lenient;
mod parse;
mod read;
mod repair;
mod scalar;
mod schema;
mod string;

use std::ops::Range;

pub use find::without_thoughts;
pub use read::{Structured, read, read_as};
pub use repair::{Repair, RepairKind};
pub use schema::{Mismatch, check_schema};
use serde_json::Value;

use crate::{Error, ErrorKind, Result};

/// JSON that was found in a text.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Found {
    /// The JSON.
    pub value: Value,
    /// The bytes of the text it was read from.
    pub span: Range<usize>,
    /// What was mended, in order of place; empty for valid JSON.
    pub repairs: Vec<Repair>,
}

/// The likeliest JSON in `text`.
///
/// A text that is JSON as a whole is returned as it is. Otherwise the candidates are the
/// outermost objects and arrays outside thoughts (`<think>…</think>`). Objects and lists of
/// objects come before other lists and these before empty ones; then those in a code fence;
/// then whole ones before cut-off ones; then later ones. At most 16 MiB of text and 128
/// levels of brackets are read, in time linear in the text.
///
/// ```
/// use kag_llm::{RepairKind, find_json};
///
/// let found = find_json("好的，结果如下：\n```json\n{'name'：'李白', \"born\": 701,}\n```")?;
/// assert_eq!(found.value, serde_json::json!({"name": "李白", "born": 701}));
/// assert_eq!(found.repairs.last().map(|r| r.kind), Some(RepairKind::TrailingComma));
/// # Ok::<(), kag_llm::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Unusable`] when nothing reads as JSON, with the byte `at` which the furthest
/// attempt stopped and what was `expected` there.
pub fn find_json(text: &str) -> Result<Found> {
    let candidates = find::candidates(text).map_err(|failure| unreadable("find_json", failure))?;
    let best =
        candidates.into_iter().next().map(|best| Found { value: best.value, span: best.span, repairs: best.repairs });
    best.ok_or_else(|| Error::new(ErrorKind::Unusable, "find_json"))
}

fn unreadable(operation: &'static str, failure: parse::Failure) -> Error {
    Error::new(ErrorKind::Unusable, operation)
        .reason("no readable JSON in the reply")
        .with("at", failure.at)
        .with("expected", failure.expected)
}
