//! Where in model text the JSON is.

use std::{cmp::Reverse, ops::Range};

use serde_json::Value;

use super::{
    parse::{Failure, Parsed, narrow, parse},
    repair::{Repair, RepairKind},
};

/// Longest text that is looked at, in bytes.
pub(crate) const MAX_BYTES: usize = 16 << 20;

/// JSON found in a text.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) value: Value,
    pub(crate) span: Range<usize>,
    pub(crate) repairs: Vec<Repair>,
    pub(crate) cut: bool,
    /// End of the text this was read from, when that was not the whole.
    pub(crate) limit: usize,
    rank: (u8, bool, bool, usize),
}

/// Everything in `text` that reads as JSON, the likeliest answer first; or where it failed.
///
/// A text that is JSON as a whole is its own only candidate.
pub(crate) fn candidates(text: &str) -> Result<Vec<Candidate>, Failure> {
    let too_long = Failure { at: MAX_BYTES, expected: "at most 16 MiB of text", too_deep: false };
    if text.len() > MAX_BYTES {
        return Err(too_long);
    }
    let answer = answer_span(text);
    for span in [0..text.len(), answer.clone()] {
        if let Some(whole) = whole(text, span) {
            return Ok(vec![whole]);
        }
    }
    let mut search = Search::new(text);
    search.answer(answer.clone());
    if search.found.is_empty() && answer != (0..text.len()) {
        search.answer(0..text.len());
    }
    if search.found.is_empty() {
        return Err(search.failure.unwrap_or(Failure {
            at: answer.start,
            expected: "a JSON object or array",
            too_deep: false,
        }));
    }
    search.found.sort_by_key(|found| Reverse(found.rank));
    Ok(search.found)
}

/// `text` without what a reasoning model thought aloud: what follows the last `</think>` or
/// `</thinking>`, up to an opening tag without an end; white space is trimmed.
///
/// ```
/// assert_eq!(kag_llm::without_thoughts("<think>嗯…</think>\n巴黎"), "巴黎");
/// assert_eq!(kag_llm::without_thoughts("Paris"), "Paris");
/// ```
#[must_use]
pub fn without_thoughts(text: &str) -> &str {
    text.get(answer_span(text)).unwrap_or(text).trim()
}

fn answer_span(text: &str) -> Range<usize> {
    let closing = ["</think>", "</thinking>"];
    let last = |tag: &&str| text.rfind(*tag).map(|at| at + tag.len());
    let start = closing.iter().filter_map(last).max().unwrap_or(0);
    let rest = text.get(start..).unwrap_or_default();
    let opening = ["<think>", "<thinking>"];
    let end = opening.iter().filter_map(|tag| rest.find(tag)).min();
    start..end.map_or(text.len(), |end| start + end)
}

fn whole(text: &str, span: Range<usize>) -> Option<Candidate> {
    let part = text.get(span.clone())?;
    let bare = part.trim_start().trim_start_matches('\u{feff}');
    let value = serde_json::from_str(bare).ok()?;
    let start = span.end - bare.len();
    let mark = part.find('\u{feff}').filter(|at| span.start + at < start);
    let mended = |at| Repair { kind: RepairKind::ByteOrderMark, at: span.start + at };
    let end = start + bare.trim_end().len();
    Some(Candidate {
        value,
        span: start..end,
        repairs: mark.map(mended).into_iter().collect(),
        cut: false,
        limit: text.len(),
        rank: (0, false, true, start),
    })
}

struct Search<'t> {
    text: &'t str,
    found: Vec<Candidate>,
    failure: Option<Failure>,
    /// Where code fences are, in order.
    fences: Vec<usize>,
    /// Bytes that may still be read; bounds the work on text made of brackets.
    left: usize,
}

impl<'t> Search<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            found: Vec::new(),
            failure: None,
            fences: text.match_indices(FENCE).map(|(at, _)| at).collect(),
            left: text.len().saturating_mul(8).saturating_add(1 << 16),
        }
    }

    /// Reads at every bracket in `span` that is not inside something already read, keeping
    /// track of code fences.
    fn answer(&mut self, span: Range<usize>) {
        let (mut at, mut fenced) = (span.start, false);
        while let Some((mark, found)) = self.next_mark(at, span.end) {
            match mark {
                Mark::Fence if fenced => (at, fenced) = (found + FENCE.len(), false),
                Mark::Fence => match self.fenced_value(found, span.end) {
                    Ok(end) => at = end,
                    Err(inside) => (at, fenced) = (inside, true),
                },
                Mark::Bracket(width) => {
                    at = self.bracket(found, span.end, fenced).max(found + width);
                }
            }
            if self.left == 0 {
                return;
            }
        }
    }

    fn next_mark(&self, at: usize, end: usize) -> Option<(Mark, usize)> {
        let rest = self.text.get(at..end)?;
        rest.char_indices().find_map(|(offset, c)| match narrow(c) {
            '{' | '[' => Some((Mark::Bracket(c.len_utf8()), at + offset)),
            '`' if rest.get(offset..)?.starts_with(FENCE) => Some((Mark::Fence, at + offset)),
            _ => None,
        })
    }

    /// Keeps what the code fence at `open` holds if that is one strict JSON value, scalars
    /// included, and says where the fence ends; otherwise says where its inside begins.
    fn fenced_value(&mut self, open: usize, end: usize) -> Result<usize, usize> {
        let label = open + FENCE.len();
        let rest = self.text.get(label..end).unwrap_or_default();
        let is_label = |c: char| c.is_ascii_alphanumeric();
        let inside = label + (rest.len() - rest.trim_start_matches(is_label).len());
        let close = self.next_fence(inside, end).unwrap_or(end);
        let mut candidate = whole(self.text, inside..close).ok_or(inside)?;
        candidate.rank = rank(&candidate.value, true, false, candidate.span.start);
        self.found.push(candidate);
        Ok((close + FENCE.len()).min(end))
    }

    fn next_fence(&self, at: usize, end: usize) -> Option<usize> {
        let next = self.fences.partition_point(|fence| *fence < at);
        self.fences.get(next).copied().filter(|fence| *fence < end)
    }

    /// Reads at the bracket at `start` and says where to go on. What cannot be read whole up
    /// to `end` is read up to the next code fence.
    fn bracket(&mut self, start: usize, end: usize, fenced: bool) -> usize {
        let (mut read, mut limit) = (self.read(start, end), end);
        if !matches!(&read, Ok(parsed) if !parsed.cut)
            && let Some(fence) = self.next_fence(start, end)
        {
            (read, limit) = (self.read(start, fence), fence);
        }
        match read {
            Ok(parsed) => {
                let end = parsed.end;
                self.keep(start, limit, parsed, fenced);
                end
            }
            Err(failure) => {
                if self.failure.is_none_or(|known| known.rank() < failure.rank()) {
                    self.failure = Some(failure);
                }
                if failure.too_deep { failure.at } else { start }
            }
        }
    }

    fn read(&mut self, start: usize, end: usize) -> Result<Parsed, Failure> {
        let text = self.text.get(start..end).unwrap_or_default();
        let mut strict = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let read = match strict.next() {
            Some(Ok(value)) => Ok(Parsed { value, end: start + strict.byte_offset(), repairs: Vec::new(), cut: false }),
            _ => parse(self.text, start, end, 0),
        };
        let reached = match &read {
            Ok(parsed) => parsed.end,
            Err(failure) => failure.at,
        };
        self.left = self.left.saturating_sub(reached.saturating_sub(start).max(1));
        read
    }

    fn keep(&mut self, start: usize, limit: usize, parsed: Parsed, fenced: bool) {
        let rank = rank(&parsed.value, fenced, parsed.cut, start);
        self.found.push(Candidate {
            value: parsed.value,
            span: start..parsed.end,
            repairs: parsed.repairs,
            cut: parsed.cut,
            limit,
            rank,
        });
    }
}

/// What begins and ends a block of code.
const FENCE: &str = "```";

enum Mark {
    Fence,
    /// An opening bracket, so many bytes wide.
    Bracket(usize),
}

/// Larger is likelier: objects and lists of them, then other lists, then what is empty (the
/// `[1]` and `[]` of prose); what stands in a code fence; what is whole; what comes later.
fn rank(value: &Value, fenced: bool, cut: bool, start: usize) -> (u8, bool, bool, usize) {
    let weight = match value {
        Value::Object(members) => 1 + u8::from(!members.is_empty()),
        Value::Array(items) if items.is_empty() => 0,
        Value::Array(items) => 1 + u8::from(items.iter().any(|i| i.is_object() || i.is_array())),
        _ => 1,
    };
    (weight, fenced, !cut, start)
}
