//! Statuses that say no, and what the server says with them.

use std::borrow::Cow;

use jiff::Timestamp;
use kag_llm::{Error, ErrorKind};
use reqwest::{
    Response, StatusCode,
    header::{HeaderMap, LOCATION},
};
use serde_json::Value;

use super::{Call, clock::Clock, retry_after};

/// An answer with a status that says no.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The status.
    pub(crate) status: u16,
    /// The server's message, the parameter and the code it names, in lower case: for
    /// looking up words.
    pub(crate) words: String,
    /// The error for the caller.
    pub(crate) error: Error,
}

/// More of a refusal's body is not read.
const MOST_READ: usize = 64 << 10;

/// Longer messages are cut.
const MOST_SHOWN: usize = 300;

impl Refusal {
    /// Reads what the server says; a body that breaks off or stalls counts as far as it came.
    pub(super) async fn read(call: &Call, mut response: Response, mut clock: Clock) -> Self {
        let mut body = Vec::new();
        while body.len() < MOST_READ {
            match clock.wait(call, response.chunk()).await {
                Ok(Ok(Some(piece))) => {
                    clock.byte_came();
                    let room = MOST_READ - body.len();
                    body.extend(piece.iter().take(room));
                }
                _ => break,
            }
        }
        let said = Said::read(&String::from_utf8_lossy(&body));
        let error = error(call, response.status(), response.headers(), &said);
        Self { status: response.status().as_u16(), words: said.words(), error }
    }

    /// The error that the server reports inside an answer of success, as routers and streams do.
    pub(crate) fn reported(call: &Call, error: &Value) -> Error {
        let said = Said::of(error);
        let status = said
            .code
            .parse::<u16>()
            .ok()
            .and_then(|code| StatusCode::from_u16(code).ok())
            .filter(|status| status.is_client_error() || status.is_server_error());
        match status {
            Some(status) => self::error(call, status, &HeaderMap::new(), &said),
            None if said.words().contains("rate limit") || said.code.contains("rate_limit") => {
                told(call.error(ErrorKind::RateLimited), call, &said)
            }
            None => told(call.error(ErrorKind::Unavailable), call, &said)
                .reason("the server reports a failure inside its answer"),
        }
    }
}

/// What the server says beside the status.
#[derive(Debug, Default)]
struct Said {
    message: String,
    code: String,
    param: String,
}

impl Said {
    fn read(body: &str) -> Self {
        match serde_json::from_str::<Value>(body) {
            Ok(value) => Self::of(value.get("error").unwrap_or(&value)),
            Err(_) if body.trim_start().starts_with('<') => {
                Self { message: "(a web page)".to_owned(), ..Self::default() }
            }
            Err(_) => Self { message: body.to_owned(), ..Self::default() },
        }
    }

    fn of(error: &Value) -> Self {
        let text = |key: &str| match error.get(key) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let message = match error {
            Value::String(text) => text.clone(),
            _ => ["message", "detail", "error"].into_iter().map(text).find(|text| !text.is_empty()).unwrap_or_default(),
        };
        let code = Some(text("code")).filter(|code| !code.is_empty());
        Self { message, code: code.unwrap_or_else(|| text("type")), param: text("param") }
    }

    fn words(&self) -> String {
        format!("{} {} {}", self.message, self.code, self.param).to_lowercase()
    }
}

fn error(call: &Call, status: StatusCode, headers: &HeaderMap, said: &Said) -> Error {
    let (kind, reason) = meaning(status, said);
    let mut error = call.error(kind).with("status", status.as_u16());
    if let Some(reason) = reason {
        error = error.reason(reason);
    }
    if status.is_redirection()
        && let Some(location) = headers.get(LOCATION)
    {
        let location = String::from_utf8_lossy(location.as_bytes());
        let without_query = location.split('?').next().unwrap_or_default();
        error = error.with("location", excerpt(call, without_query));
    }
    if matches!(kind, ErrorKind::RateLimited | ErrorKind::Unavailable)
        && let Some(wait) = retry_after::wait(headers, Timestamp::now())
    {
        error = error.retry_after(wait);
    }
    told(error, call, said)
}

fn told(error: Error, call: &Call, said: &Said) -> Error {
    match excerpt(call, &said.message) {
        message if message.is_empty() => error,
        message => error.with("server", message),
    }
}

fn meaning(status: StatusCode, said: &Said) -> (ErrorKind, Option<Cow<'static, str>>) {
    use ErrorKind::{BudgetSpent, InvalidInput, RateLimited, Timeout, Unauthorised, Unavailable, Unsupported};
    let (kind, reason) = match status.as_u16() {
        401 => (Unauthorised, "the server wants another API key"),
        402 => (BudgetSpent, "the account at the provider has no credit left"),
        403 => (Unauthorised, "the server does not allow this key to do this"),
        404 => (
            InvalidInput,
            "the server knows no such path or model: check that the base URL ends where the API \
             begins (often /v1), and the model's name",
        ),
        408 => (Timeout, "the server gave up waiting"),
        413 => (InvalidInput, "the request is too large for the server"),
        429 if said.words().contains("insufficient_quota") => {
            (BudgetSpent, "the account at the provider has no credit left")
        }
        429 => (RateLimited, "the server asks for fewer requests"),
        501 => (Unsupported, "the server cannot do this"),
        code if status.is_redirection() => {
            return (
                InvalidInput,
                Some(
                    format!("the server redirects ({code}), which is not followed: give the final address as base URL")
                        .into(),
                ),
            );
        }
        _ if status.is_server_error() => (Unavailable, "the server failed"),
        _ => (InvalidInput, "the server refuses the request"),
    };
    (kind, Some(reason.into()))
}

/// `text` as an error may show it: on one line, without secrets, cut to a bounded length.
pub(super) fn excerpt(call: &Call, text: &str) -> String {
    let clean = call.endpoint.scrubbed(text.to_owned());
    let mut shown = String::new();
    for (at, word) in clean.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).enumerate() {
        if at > 0 {
            shown.push(' ');
        }
        shown.push_str(word);
        if shown.len() > MOST_SHOWN {
            let end = shown.floor_char_boundary(MOST_SHOWN);
            shown.truncate(end);
            shown.push('…');
            break;
        }
    }
    shown
}
