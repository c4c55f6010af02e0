//! Asking a language model: requests, replies and the trait.

use std::{borrow::Cow, fmt, sync::Arc};

use async_trait::async_trait;
use futures::{StreamExt as _, stream, stream::BoxStream};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The host's standing instruction.
    System,
    /// What is asked.
    User,
    /// What the model said before.
    Assistant,
}

/// One message of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub text: Arc<str>,
}

impl Message {
    /// What `role` says.
    #[must_use]
    pub fn new(role: Role, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self { role, text }
    }

    /// A standing instruction.
    #[must_use]
    pub fn system(text: impl Into<Arc<str>>) -> Self {
        Self::new(Role::System, text)
    }

    /// A question.
    #[must_use]
    pub fn user(text: impl Into<Arc<str>>) -> Self {
        Self::new(Role::User, text)
    }

    /// An earlier answer.
    #[must_use]
    pub fn assistant(text: impl Into<Arc<str>>) -> Self {
        Self::new(Role::Assistant, text)
    }
}

/// Which prompt a request was rendered from; part of every cache key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PromptId {
    /// The prompt's stable name, such as `extract_entities`.
    pub name: Cow<'static, str>,
    /// Changes whenever the wording does.
    pub version: Cow<'static, str>,
}

impl PromptId {
    /// The prompt called `name`, in wording `version`.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>, version: impl Into<Cow<'static, str>>) -> Self {
        let (name, version) = (name.into(), version.into());
        Self { name, version }
    }
}

/// The form the reply should have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// Whatever the prompt asks for.
    #[default]
    Text,
    /// JSON of this JSON Schema. A model that cannot be held to it answers with JSON as
    /// best it can; the reply is checked in either case.
    Json {
        /// The schema's stable name: the prompt's.
        name: Cow<'static, str>,
        /// The JSON Schema.
        schema: serde_json::Value,
    },
}

impl Format {
    /// JSON of `schema`, which is known by `name`.
    #[must_use]
    pub fn json(name: impl Into<Cow<'static, str>>, schema: serde_json::Value) -> Self {
        let name = name.into();
        Self::Json { name, schema }
    }
}

/// One question to a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// Which prompt this was rendered from.
    pub prompt: PromptId,
    /// The conversation, oldest first.
    pub messages: Vec<Message>,
    /// The form the reply should have.
    pub format: Format,
    /// Most tokens the reply may have; the provider's default if `None`.
    pub max_tokens: Option<u32>,
    /// Randomness, 0 for the most likely reply; default 0.
    pub temperature: f32,
}

impl Request {
    /// A request of `messages` rendered from `prompt`, for text, at temperature 0.
    #[must_use]
    pub fn new(prompt: PromptId, messages: Vec<Message>) -> Self {
        Self { prompt, messages, format: Format::Text, max_tokens: None, temperature: 0.0 }
    }

    /// The same request for a reply in `format`.
    #[must_use]
    pub fn with_format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// The same request for a reply of at most `tokens` tokens.
    #[must_use]
    pub fn with_max_tokens(mut self, tokens: u32) -> Self {
        self.max_tokens = Some(tokens);
        self
    }

    /// The same request at another temperature.
    #[must_use]
    pub fn with_temperature(mut self, temperature: f32) -> Self {
        self.temperature = temperature;
        self
    }
}

/// Tokens used by a call, as the provider counts them, or estimated where it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the request.
    pub input_tokens: u64,
    /// Tokens of the reply.
    pub output_tokens: u64,
}

/// Why a reply ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Finish {
    /// The model had said all.
    #[default]
    Stop,
    /// The reply reached its limit of tokens and is cut off.
    Length,
    /// The provider withheld the rest.
    Filtered,
}

/// What a model answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The text. Untrusted: never executed, never followed.
    pub text: String,
    /// Why it ended.
    #[serde(default)]
    pub finish: Finish,
    /// What it cost.
    #[serde(default)]
    pub usage: Usage,
}

impl Reply {
    /// A complete reply of `text`, with no usage known.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), finish: Finish::Stop, usage: Usage::default() }
    }

    /// The same reply, at this cost.
    #[must_use]
    pub fn with_usage(mut self, usage: Usage) -> Self {
        self.usage = usage;
        self
    }

    /// The same reply, ended for another reason.
    #[must_use]
    pub fn with_finish(mut self, finish: Finish) -> Self {
        self.finish = finish;
        self
    }
}

/// A piece of a streamed reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delta {
    /// More text, to be put behind what came before.
    Text(String),
    /// The end: why, and what it cost. Always the last, sent once.
    End {
        /// Why the reply ended.
        finish: Finish,
        /// What it cost.
        usage: Usage,
    },
}

/// The pieces of a reply as they come. After an error nothing more comes.
pub type DeltaStream = BoxStream<'static, Result<Delta, Error>>;

/// A model that answers requests.
///
/// ```
/// use async_trait::async_trait;
/// use kag_llm::{DeltaStream, LanguageModel, Reply, Request, Result, whole_reply_stream};
///
/// /// Says back the last message.
/// #[derive(Debug)]
/// struct Echo;
///
/// #[async_trait]
/// impl LanguageModel for Echo {
///     fn id(&self) -> &str {
///         "echo"
///     }
///     async fn complete(&self, request: &Request) -> Result<Reply> {
///         let said = request.messages.last().map_or("", |message| &message.text);
///         Ok(Reply::new(said))
///     }
///     async fn stream(&self, request: &Request) -> Result<DeltaStream> {
///         Ok(whole_reply_stream(self.complete(request).await?))
///     }
/// }
/// ```
#[async_trait]
pub trait LanguageModel: fmt::Debug + Send + Sync + 'static {
    /// Name and version; part of every cache key.
    fn id(&self) -> &str;

    /// One reply to one request. Cancel by dropping the future.
    ///
    /// # Errors
    /// Any [`ErrorKind`](crate::ErrorKind); a reply cut off by its token limit is not an
    /// error but [`Finish::Length`].
    async fn complete(&self, request: &Request) -> Result<Reply>;

    /// The same reply in pieces as they come; together they are what
    /// [`complete`](Self::complete) would have returned.
    ///
    /// # Errors
    /// As `complete`, before the first piece here or later inside the stream.
    async fn stream(&self, request: &Request) -> Result<DeltaStream>;
}

/// `reply` as a stream: one piece of text, unless it is empty, and the end.
///
/// For models that have the whole reply at once.
#[must_use]
pub fn whole_reply_stream(reply: Reply) -> DeltaStream {
    let Reply { text, finish, usage } = reply;
    let text = (!text.is_empty()).then_some(Ok(Delta::Text(text)));
    let end = Ok(Delta::End { finish, usage });
    stream::iter(text.into_iter().chain([end])).boxed()
}
