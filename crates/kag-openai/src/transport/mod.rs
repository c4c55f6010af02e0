//! One HTTP exchange: sent, waited for, read within bounds, and every way in which it can
//! fail told apart. Knows nothing of what the JSON means.

mod clock;
mod failure;
mod incoming;
mod refusal;
mod retry_after;
mod tls;

use std::{borrow::Cow, sync::Arc};

use kag_llm::{Error, ErrorKind, Result};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};

use self::clock::Clock;
use crate::Endpoint;

pub(crate) use self::{
    incoming::{Incoming, parse},
    refusal::Refusal,
    tls::{Trust, client_config},
};

/// What is being asked of which model where; the context of every error.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) endpoint: Endpoint,
    pub(crate) operation: &'static str,
    pub(crate) model: Arc<str>,
    pub(crate) path: &'static str,
    /// The prompt a request was rendered from.
    pub(crate) prompt: Option<Cow<'static, str>>,
}

/// How the server answered.
#[derive(Debug)]
pub(crate) enum Answer {
    /// With success; the body is still to be read.
    Accepted(Box<Incoming>),
    /// With a status that says no.
    Refused(Refusal),
}

impl Call {
    /// An error of this call.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        let error =
            Error::new(kind, self.operation).with("model", &self.model).with("url", self.endpoint.shown(self.path));
        match &self.prompt {
            Some(prompt) => error.with("prompt", prompt),
            None => error,
        }
    }

    /// An answer that breaks the protocol.
    pub(crate) fn malformed(&self, reason: impl Into<Cow<'static, str>>) -> Error {
        self.error(ErrorKind::Malformed).reason(reason)
    }

    /// Sends `body` by POST and waits for the head of the answer.
    pub(crate) async fn post(&self, body: Vec<u8>, accept: &'static str) -> Result<Answer> {
        let endpoint = &self.endpoint;
        let client = endpoint.client(self.operation)?;
        let mut headers = endpoint.headers(self.operation)?;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static(accept));
        let clock = Clock::start(*endpoint.timeouts());
        let sending = client.post(endpoint.url(self.path)).headers(headers).body(body).send();
        let response = clock.wait(self, sending).await?.map_err(|cause| failure::sending(self, cause))?;
        if response.status().is_success() {
            Incoming::accept(self.clone(), response, clock).map(|incoming| Answer::Accepted(Box::new(incoming)))
        } else {
            Ok(Answer::Refused(Refusal::read(self, response, clock).await))
        }
    }
}
