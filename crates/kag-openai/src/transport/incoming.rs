//! The body of an answer, read piece by piece within its bounds.

use kag_llm::Result;
use reqwest::{Response, header::CONTENT_TYPE};
use serde::de::DeserializeOwned;

use super::{Call, clock::Clock, failure, refusal::excerpt};

/// A body that is still coming.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) call: Call,
    response: Response,
    clock: Clock,
    read: usize,
}

impl Incoming {
    /// The body of `response`.
    ///
    /// # Errors
    /// Malformed if it announces more than the endpoint allows.
    pub(super) fn accept(call: Call, response: Response, clock: Clock) -> Result<Self> {
        let incoming = Self { call, response, clock, read: 0 };
        let announced = incoming.response.content_length().unwrap_or(0);
        incoming.check_size(usize::try_from(announced).unwrap_or(usize::MAX))?;
        Ok(incoming)
    }

    /// Whether the server calls its answer `kind`, such as `application/json`.
    pub(crate) fn is_a(&self, kind: &str) -> bool {
        let named = self.response.headers().get(CONTENT_TYPE);
        named
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with(kind))
    }

    /// The next piece, `None` at the end.
    pub(crate) async fn piece(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>> {
        let coming = self.clock.wait(&self.call, self.response.chunk()).await?;
        let piece = coming.map_err(|cause| failure::reading(&self.call, cause, self.read))?;
        if let Some(piece) = &piece {
            self.clock.byte_came();
            self.read = self.read.saturating_add(piece.len());
            self.check_size(self.read)?;
        }
        Ok(piece)
    }

    /// All of it, read as JSON.
    pub(crate) async fn json<T: DeserializeOwned>(mut self) -> Result<T> {
        let mut body = Vec::new();
        while let Some(piece) = self.piece().await? {
            body.extend_from_slice(piece.as_ref());
        }
        parse(&self.call, &body)
    }

    fn check_size(&self, bytes: usize) -> Result<()> {
        let most = self.call.endpoint.max_body();
        if bytes <= most {
            return Ok(());
        }
        let reason = format!("the answer is longer than the {most} bytes allowed");
        Err(self.call.malformed(reason))
    }
}

/// `body` as JSON of type `T`.
///
/// # Errors
/// Malformed, telling apart what is not UTF-8, a web page, nothing at all and broken JSON.
pub(crate) fn parse<T: DeserializeOwned>(call: &Call, body: &[u8]) -> Result<T> {
    let text = std::str::from_utf8(body).map_err(|cause| {
        let at = cause.valid_up_to();
        call.malformed(format!("the answer is not UTF-8 from byte {at} on")).because(cause)
    })?;
    if text.trim().is_empty() {
        return Err(call.malformed("the answer is empty"));
    }
    if text.trim_start().starts_with('<') {
        return Err(call
            .malformed("a web page came instead of JSON: does the base URL end where the API begins (often /v1)?")
            .with("answer", excerpt(call, text)));
    }
    serde_json::from_str(text).map_err(|cause| {
        let reason = if cause.is_eof() {
            "the JSON of the answer breaks off"
        } else if cause.is_data() {
            "the JSON of the answer has another shape than the protocol's"
        } else {
            "the answer is not JSON"
        };
        // Not as the cause: it quotes the answer, which may echo a secret.
        call.malformed(reason).with("fault", excerpt(call, &cause.to_string())).with("answer", excerpt(call, text))
    })
}
