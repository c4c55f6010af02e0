//! Replies on the wire.

use kag_llm::{Finish, Reply, Request, Result, Usage, estimate_tokens};
use serde::Deserialize;
use serde_json::Value;

use crate::transport::{Call, Refusal};

/// A whole reply, or one piece of a streamed one.
#[derive(Debug, Deserialize)]
pub(super) struct Wire {
    #[serde(default)]
    pub(super) choices: Vec<Choice>,
    #[serde(default)]
    usage: Value,
    #[serde(default)]
    error: Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    /// The whole message, or what a piece adds to it.
    #[serde(default, alias = "delta")]
    message: Option<Said>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Said {
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    refusal: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(default)]
    text: Option<String>,
}

/// What one choice says: text (`None` where the model said nothing at all) and its end.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) text: Option<String>,
    /// Whether `text` is the reason why the model says no.
    pub(super) refused: bool,
    pub(super) finish: Option<Finish>,
}

impl Choice {
    pub(super) fn into_piece(self) -> Piece {
        let said = self.message.unwrap_or_default();
        let content = said.content.map(|content| match content {
            Content::Text(text) => text,
            Content::Parts(parts) => parts.into_iter().filter_map(|part| part.text).collect(),
        });
        let refusal = said.refusal.filter(|text| !text.is_empty());
        let refused = refusal.is_some();
        Piece {
            text: content.filter(|text| !refused || !text.is_empty()).or(refusal),
            refused,
            finish: self.finish_reason.as_deref().map(finish),
        }
    }
}

impl Wire {
    /// The failure the server reports inside an answer of success.
    pub(super) fn failure(&self, call: &Call) -> Result<()> {
        if self.error.is_null() { Ok(()) } else { Err(Refusal::reported(call, &self.error)) }
    }

    /// The tokens the server counted, either number `None` where it did not.
    pub(super) fn counted(&self) -> Counted {
        let number = |key: &str| self.usage.get(key).and_then(Value::as_u64);
        Counted { input: number("prompt_tokens"), output: number("completion_tokens") }
    }
}

/// Tokens as the server counted them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted {
    pub(super) input: Option<u64>,
    pub(super) output: Option<u64>,
}

impl Counted {
    /// The usage, with estimates where nothing was counted.
    pub(super) fn or_estimated(self, input_estimate: u64, output: &str) -> Usage {
        Usage {
            input_tokens: self.input.unwrap_or(input_estimate),
            output_tokens: self.output.unwrap_or_else(|| estimate_tokens(output)),
        }
    }
}

/// The first choice of `wire` as a reply.
///
/// # Errors
/// What the server reports as an error; malformed without a choice, or if the model ended
/// of itself without any text (a call of a tool, `null`).
pub(super) fn read(call: &Call, request: &Request, wire: Wire) -> Result<Reply> {
    wire.failure(call)?;
    let counted = wire.counted();
    let choice = wire.choices.into_iter().next();
    let choice = choice.ok_or_else(|| call.malformed("the answer holds no choices"))?;
    let reason = choice.finish_reason.clone();
    let piece = choice.into_piece();
    let finish = piece.finish.unwrap_or_default();
    let finish = if piece.refused { Finish::Filtered } else { finish };
    let text = match piece.text {
        Some(text) => text,
        // Cut off or filtered before the first word.
        None if finish != Finish::Stop => String::new(),
        None => {
            return Err(call
                .malformed("the answer's content is null")
                .with("finish_reason", format_args!("{reason:?}")));
        }
    };
    Ok(Reply { usage: counted.or_estimated(request.estimated_tokens(), &text), text, finish })
}

fn finish(reason: &str) -> Finish {
    match reason {
        "length" | "max_tokens" | "model_length" => Finish::Length,
        "content_filter" | "safety" => Finish::Filtered,
        _ => Finish::Stop,
    }
}
