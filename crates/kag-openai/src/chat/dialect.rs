//! Which of the protocol's forms a server takes, learnt from its refusals.

use std::sync::{Mutex, PoisonError};

use kag_llm::{Format, Request};

use super::request::Delivery;
use crate::transport::Refusal;

/// How a reply is held to JSON, strongest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JsonForm {
    /// `response_format: json_schema`: the server holds the model to the schema.
    #[default]
    Schema,
    /// `response_format: json_object`: some JSON; the schema is told to the model in words.
    Object,
    /// No `response_format`: the model is told in words.
    Words,
}

/// The name under which a server takes the limit of a reply's tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenLimitField {
    /// `max_tokens`, which nearly every server takes.
    #[default]
    MaxTokens,
    /// `max_completion_tokens`, which some models insist on.
    MaxCompletionTokens,
}

/// The form in which a server takes requests.
///
/// It begins with the strongest form. When the server refuses a request (status 400, 422
/// or 501) with words about one of these parameters, the request is sent again in the next
/// weaker form; once that is taken, later requests begin there. A refusal of one particular
/// schema, by a server that has taken others or says so, weakens that request alone. A refused request costs no tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Dialect {
    /// How replies are held to JSON.
    pub json: JsonForm,
    /// The name of the limit of tokens.
    pub token_limit: TokenLimitField,
    /// Whether the temperature is sent; if not, the server's own holds.
    pub temperature: bool,
    /// Whether a stream is asked to count its tokens at the end; if not, they are estimated.
    pub stream_usage: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            json: JsonForm::default(),
            token_limit: TokenLimitField::default(),
            temperature: true,
            stream_usage: true,
        }
    }
}

/// A weaker form to try after a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weaker {
    pub(super) next: Dialect,
    /// Whether it is the server that cannot, rather than this one request.
    pub(super) lasts: bool,
}

const ABOUT_JSON: [&str; 9] = [
    "response_format",
    "response format",
    "json_schema",
    "json_object",
    "json schema",
    "json mode",
    "structured output",
    "grammar",
    "guided",
];

const ABOUT_THIS_SCHEMA: [&str; 5] =
    ["invalid schema", "invalid_json_schema", "failed to parse grammar", "json schema error", "unsupported schema"];

impl Dialect {
    /// What to try after the server refused `request` in this form; `None` if the refusal
    /// is about something else. Each step is weaker, so there are few.
    pub(super) fn after(self, request: &Request, delivery: Delivery, refusal: &Refusal) -> Option<Weaker> {
        if !matches!(refusal.status, 400 | 422 | 501) {
            return None;
        }
        let says = |words: &[&str]| words.iter().any(|word| refusal.words.contains(word));
        let lasting = |next| Some(Weaker { next, lasts: true });
        if self.stream_usage && delivery == Delivery::Pieces && says(&["stream_options"]) {
            return lasting(Self { stream_usage: false, ..self });
        }
        let limited = request.max_tokens.is_some();
        if limited && self.token_limit == TokenLimitField::MaxTokens && says(&["max_completion_tokens"]) {
            let token_limit = TokenLimitField::MaxCompletionTokens;
            return lasting(Self { token_limit, ..self });
        }
        if self.temperature && says(&["temperature"]) && says(&["support"]) {
            return lasting(Self { temperature: false, ..self });
        }
        let wants_json = matches!(request.format, Format::Json { .. });
        let weaker = match self.json {
            JsonForm::Schema => JsonForm::Object,
            JsonForm::Object => JsonForm::Words,
            JsonForm::Words => return None,
        };
        (wants_json && says(&ABOUT_JSON))
            .then(|| Weaker { next: Self { json: weaker, ..self }, lasts: !says(&ABOUT_THIS_SCHEMA) })
    }

    /// The weaker of both in every part.
    pub(super) fn joined(self, other: Self) -> Self {
        Self {
            json: self.json.max(other.json),
            token_limit: self.token_limit.max(other.token_limit),
            temperature: self.temperature && other.temperature,
            stream_usage: self.stream_usage && other.stream_usage,
        }
    }
}

/// What was learnt of a server, shared by the clones of a model.
#[derive(Debug, Default)]
pub(super) struct Learnt(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    dialect: Dialect,
    /// A schema was once taken, so that a later refusal of one is about that one.
    takes_schemas: bool,
}

impl Learnt {
    pub(super) fn current(&self) -> Dialect {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).dialect
    }

    /// Notes that the form `taken` was taken, by schema or not.
    pub(super) fn remember(&self, mut taken: Dialect, by_schema: bool) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.takes_schemas |= by_schema;
        if known.takes_schemas {
            taken.json = JsonForm::Schema;
        }
        known.dialect = known.dialect.joined(taken);
    }
}
