//! The prompt of summaries.

use kag_llm::{Fence, Format, Language, Prompt, Reply, Request, Wording};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::extract::reply::text;

/// Asks for a summary of a passage, or of a section or document by the summaries of its parts.
///
/// The wording is filled with `passage`, fenced; `context`, the title and headings, fenced, or empty;
/// `sentences`, how many at most; and `parts`, whether the text is made of summaries.
#[derive(Clone, Copy, Debug)]
pub struct Summarise<'p> {
    /// The text, or the summaries of its parts, a paragraph each.
    pub text: &'p str,
    /// The title and headings above it; may be empty.
    pub context: &'p str,
    /// Most sentences of the summary.
    pub sentences: usize,
    /// Whether the text is made of summaries of its parts.
    pub parts: bool,
    /// The words to ask with.
    pub wording: &'p Wording,
}

impl Summarise<'_> {
    /// The wording of this crate.
    pub const WORDING: Wording = Wording::from_static(
        include_str!("../../../prompts/summarise.en.md"),
        include_str!("../../../prompts/summarise.zh.md"),
    );
}

#[derive(Serialize)]
struct Holes<'a> {
    passage: &'a Fence<'a>,
    context: Option<&'a Fence<'a>>,
    sentences: usize,
    parts: bool,
}

impl Prompt for Summarise<'_> {
    /// The summary; never blank.
    type Output = String;
    const NAME: &'static str = "summarise";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag_llm::Result<Request> {
        let fences = Fence::all(&[self.text, self.context]);
        let [passage, context] = fences.as_slice() else { return Ok(Request::new(Self::id(), Vec::new())) };
        let context = (!self.context.is_empty()).then_some(context);
        let holes = Holes { passage, context, sentences: self.sentences, parts: self.parts };
        let request = self.wording.request(Self::id(), Language::of(self.text), holes)?;
        let schema = json!({
            "type": "object",
            "properties": {"summary": {"type": "string"}},
            "required": ["summary"],
            "additionalProperties": false,
        });
        // A sentence of a hundred tokens is a long one.
        let tokens = u32::try_from(self.sentences).unwrap_or(u32::MAX).saturating_mul(100).saturating_add(64);
        Ok(request.with_max_tokens(tokens).with_format(Format::json(Self::NAME, schema)))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<String> {
        // Prose in place of JSON is no summary: a refusal is prose too.
        let found = kag_llm::read::<Map<String, Value>>(&reply.text)?;
        text(&found.value, &["summary", "摘要", "总结", "概要"]).ok_or_else(|| {
            kag_llm::Error::new(kag_llm::ErrorKind::Unusable, "summarise.parse").reason("there is no summary in it")
        })
    }
}
