//! Chat completions.

mod dialect;
mod reply;
mod request;
mod streaming;
mod strict;

use std::{env, sync::Arc};

use async_trait::async_trait;
use kag_llm::{DeltaStream, Error, ErrorKind, Format, LanguageModel, Reply, Request, Result};

use self::{dialect::Learnt, request::Delivery};
use crate::{
    Endpoint, Secret, Timeouts,
    transport::{Answer, Call, Incoming},
};

pub use self::dialect::{Dialect, JsonForm, TokenLimitField};

const PATH: &str = "chat/completions";

/// A chat model behind an OpenAI-compatible server.
///
/// Clones share connections and what was learnt of the server. Nothing is tried twice
/// after a failure: put a retrying decorator around it. What is sent again, in another
/// form, is a request that the server refused because of a parameter; see [`Dialect`].
///
/// ```no_run
/// use kag_llm::{LanguageModel, Message, PromptId, Request, Role};
/// use kag_openai::{OpenAi, Secret};
///
/// # async fn run() -> kag_llm::Result<()> {
/// let model = OpenAi::new("https://models.example.com/v1", "qwen3-8b")?
///     .with_api_key(Secret::new("sk-test-1234"));
/// let prompt = PromptId { name: "capital".into(), version: "1".into() };
/// let question = Message { role: Role::User, text: "法国的首都是哪里?".into() };
/// let reply = model.complete(&Request::new(prompt, vec![question])).await?;
/// println!("{} ({} tokens)", reply.text, reply.usage.output_tokens);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OpenAi {
    endpoint: Endpoint,
    model: Arc<str>,
    learnt: Arc<Learnt>,
}

impl OpenAi {
    /// The model named `model` at the server whose API begins at `base_url`.
    ///
    /// # Errors
    /// As [`Endpoint::new`].
    pub fn new(base_url: &str, model: impl Into<Arc<str>>) -> Result<Self> {
        Endpoint::new(base_url).map(|endpoint| Self::at(endpoint, model))
    }

    /// The model named `model` at `endpoint`.
    #[must_use]
    pub fn at(endpoint: Endpoint, model: impl Into<Arc<str>>) -> Self {
        Self { endpoint, model: model.into(), learnt: Arc::default() }
    }

    /// What `KAG_OPENAI_BASE_URL`, `KAG_OPENAI_MODEL` and, where the server wants one,
    /// `KAG_OPENAI_API_KEY` say. Nothing else in this crate reads the environment.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] naming the variable that is missing, empty or not
    /// Unicode; else as [`Endpoint::new`].
    pub fn from_env() -> Result<Self> {
        Self::from_variables(|name| match env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(env::VarError::NotPresent) => Ok(None),
            Err(env::VarError::NotUnicode(_)) => Err(variable(name, "is not Unicode")),
        })
    }

    fn from_variables(read: impl Fn(&'static str) -> Result<Option<String>>) -> Result<Self> {
        let read = |name| read(name).map(|value| value.filter(|value| !value.trim().is_empty()));
        let required = |name| read(name)?.ok_or_else(|| variable(name, "is not set or empty"));
        let base_url = required("KAG_OPENAI_BASE_URL")?;
        let model = required("KAG_OPENAI_MODEL")?;
        let found =
            Self::new(&base_url, model.trim()).map_err(|error| error.with("variable", "KAG_OPENAI_BASE_URL"))?;
        Ok(match read("KAG_OPENAI_API_KEY")? {
            Some(key) => found.with_api_key(key),
            None => found,
        })
    }

    /// The same with `key` sent as `Authorization: Bearer`.
    #[must_use]
    pub fn with_api_key(self, key: impl Into<Secret>) -> Self {
        self.moved(|endpoint| endpoint.with_api_key(key))
    }

    /// The same with other time limits.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        self.moved(|endpoint| endpoint.with_timeouts(timeouts))
    }

    /// The same with answers of at most `bytes`; default 16 MiB, streams included.
    #[must_use]
    pub fn with_max_body(self, bytes: usize) -> Self {
        self.moved(|endpoint| endpoint.with_max_body(bytes))
    }

    /// The same with one more header; see [`Endpoint::with_header`].
    ///
    /// # Errors
    /// As [`Endpoint::with_header`].
    pub fn with_header(self, name: &str, value: impl Into<Secret>) -> Result<Self> {
        self.try_moved(|endpoint| endpoint.with_header(name, value))
    }

    /// The same with calls accounted to `organisation`.
    ///
    /// # Errors
    /// As [`Endpoint::with_header`].
    pub fn with_organisation(self, organisation: &str) -> Result<Self> {
        self.try_moved(|endpoint| endpoint.with_organisation(organisation))
    }

    /// The same through the forward proxy at `url`.
    ///
    /// # Errors
    /// As [`Endpoint::with_proxy`].
    pub fn with_proxy(self, url: &str) -> Result<Self> {
        self.try_moved(|endpoint| endpoint.with_proxy(url))
    }

    /// What has been learnt so far of the form in which this server takes requests.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.learnt.current()
    }

    fn moved(self, change: impl FnOnce(Endpoint) -> Endpoint) -> Self {
        Self { endpoint: change(self.endpoint), ..self }
    }

    fn try_moved(self, change: impl FnOnce(Endpoint) -> Result<Endpoint>) -> Result<Self> {
        Ok(Self { endpoint: change(self.endpoint)?, ..self })
    }

    /// Sends `request` in the form the server takes, learning that form where it has to.
    async fn ask(&self, operation: &'static str, request: &Request, delivery: Delivery) -> Result<Incoming> {
        let call = Call {
            endpoint: self.endpoint.clone(),
            operation,
            model: self.model.clone(),
            path: PATH,
            prompt: Some(request.prompt.name.clone()),
        };
        let wants_json = matches!(request.format, Format::Json { .. });
        let mut dialect = self.learnt.current();
        let mut lasting = dialect;
        loop {
            let body = request::encode(&call, request, dialect, delivery)?;
            match call.post(body, delivery.accept()).await? {
                Answer::Accepted(incoming) => {
                    self.learnt.remember(lasting, dialect.json == JsonForm::Schema && wants_json);
                    return Ok(*incoming);
                }
                Answer::Refused(refusal) => {
                    let Some(step) = dialect.after(request, delivery, &refusal) else {
                        return Err(refusal.error);
                    };
                    dialect = step.next;
                    if step.lasts {
                        lasting = lasting.joined(dialect);
                    }
                }
            }
        }
    }
}

fn variable(name: &'static str, fault: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, "openai.from_env").reason(format!("the environment variable {name} {fault}"))
}

#[async_trait]
impl LanguageModel for OpenAi {
    /// The model's name as the server knows it.
    fn id(&self) -> &str {
        &self.model
    }

    async fn complete(&self, request: &Request) -> Result<Reply> {
        let incoming = self.ask("openai.complete", request, Delivery::Whole).await?;
        let call = incoming.call.clone();
        reply::read(&call, request, incoming.json().await?)
    }

    async fn stream(&self, request: &Request) -> Result<DeltaStream> {
        let incoming = self.ask("openai.stream", request, Delivery::Pieces).await?;
        streaming::deltas(incoming, request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &'static [(&'static str, &'static str)]) -> Result<OpenAi> {
        OpenAi::from_variables(|name| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            Ok(found.map(|(_, value)| (*value).to_owned()))
        })
    }

    const BASE: (&str, &str) = ("KAG_OPENAI_BASE_URL", "http://127.0.0.1:8080/v1");
    const MODEL: (&str, &str) = ("KAG_OPENAI_MODEL", "通义-8b");

    #[test]
    fn the_environment_names_server_model_and_key() {
        let model = from(&[BASE, MODEL, ("KAG_OPENAI_API_KEY", "sk-secret\n")]).unwrap();
        assert_eq!(model.id(), "通义-8b");
        let headers = model.endpoint.headers("test").unwrap();
        assert_eq!(headers.get("authorization").unwrap(), "Bearer sk-secret");
        assert!(!format!("{model:?}").contains("sk-secret"), "{model:?}");
        let keyless = from(&[BASE, MODEL]).unwrap();
        assert!(keyless.endpoint.headers("test").unwrap().is_empty());
    }

    #[test]
    fn a_variable_that_is_missing_or_odd_is_named() {
        const EMPTY: (&str, &str) = ("KAG_OPENAI_MODEL", " ");
        const NO_URL: (&str, &str) = ("KAG_OPENAI_BASE_URL", "somewhere");
        for (found, named) in [
            (from(&[MODEL]), "KAG_OPENAI_BASE_URL is not set"),
            (from(&[BASE]), "KAG_OPENAI_MODEL is not set or empty"),
            (from(&[BASE, EMPTY]), "KAG_OPENAI_MODEL is not set or empty"),
            (from(&[NO_URL, MODEL]), "variable = KAG_OPENAI_BASE_URL"),
        ] {
            let error = found.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
