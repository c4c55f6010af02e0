//! Requests on the wire.

use kag_llm::{ErrorKind, Format, Message, Request, Result, Role};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    dialect::{Dialect, JsonForm, TokenLimitField},
    strict::is_strict,
};
use crate::transport::Call;

/// How the reply is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// In one piece.
    Whole,
    /// In pieces as they are written.
    Pieces,
}

impl Delivery {
    /// What to accept as an answer.
    pub(super) fn accept(self) -> &'static str {
        match self {
            Self::Whole => "application/json",
            Self::Pieces => "text/event-stream, application/json;q=0.5",
        }
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    model: &'a str,
    messages: Vec<WireMessage<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<Value>,
}

#[derive(Serialize)]
struct WireMessage<'a> {
    role: Role,
    content: std::borrow::Cow<'a, str>,
}

/// How the model is told the form of its reply where the server cannot hold it to it.
const TOLD_IN_WORDS: &str = include_str!("json_form.md");

/// The longest name a schema may have.
const LONGEST_NAME: usize = 64;

/// `request` as the body of a POST, in the form `dialect`.
///
/// # Errors
/// `InvalidInput` for a temperature that is no number.
pub(super) fn encode(call: &Call, request: &Request, dialect: Dialect, delivery: Delivery) -> Result<Vec<u8>> {
    if !request.temperature.is_finite() {
        return Err(call.error(ErrorKind::InvalidInput).reason("the temperature is not a number"));
    }
    let limit = |field| request.max_tokens.filter(|_| dialect.token_limit == field);
    let streamed = delivery == Delivery::Pieces;
    let wire = Wire {
        model: &call.model,
        messages: messages(request, dialect.json),
        temperature: dialect.temperature.then_some(request.temperature),
        max_tokens: limit(TokenLimitField::MaxTokens),
        max_completion_tokens: limit(TokenLimitField::MaxCompletionTokens),
        response_format: response_format(&request.format, dialect.json),
        stream: streamed,
        stream_options: (streamed && dialect.stream_usage).then(|| json!({ "include_usage": true })),
    };
    serde_json::to_vec(&wire).map_err(|cause| {
        call.error(ErrorKind::InvalidInput).reason("the request cannot be written as JSON").because(cause)
    })
}

fn response_format(format: &Format, form: JsonForm) -> Option<Value> {
    let Format::Json { name, schema } = format else {
        return None;
    };
    match form {
        JsonForm::Schema => Some(json!({
            "type": "json_schema",
            "json_schema": {
                "name": schema_name(name),
                "schema": schema,
                "strict": is_strict(schema),
            },
        })),
        JsonForm::Object => Some(json!({ "type": "json_object" })),
        JsonForm::Words => None,
    }
}

/// `name` in the characters the protocol allows.
fn schema_name(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let name: String = name.chars().take(LONGEST_NAME).map(|c| if allowed(c) { c } else { '_' }).collect();
    if name.is_empty() { "reply".to_owned() } else { name }
}

/// The messages; where the server does not see the schema, the standing instruction (or,
/// if there is none, the last message) says it.
fn messages(request: &Request, form: JsonForm) -> Vec<WireMessage<'_>> {
    let mut messages: Vec<_> = request.messages.iter().map(plain).collect();
    let (Format::Json { schema, .. }, JsonForm::Object | JsonForm::Words) = (&request.format, form) else {
        return messages;
    };
    let has_system = messages.first().is_some_and(|m| m.role == Role::System);
    let place = if has_system { messages.first_mut() } else { messages.last_mut() };
    if let Some(message) = place {
        let told = format!("{}\n\n{TOLD_IN_WORDS}{schema}", message.content);
        message.content = told.into();
    }
    messages
}

fn plain(message: &Message) -> WireMessage<'_> {
    WireMessage { role: message.role, content: (&*message.text).into() }
}
