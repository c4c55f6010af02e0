//! A model whose every word is written down beforehand.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures::{StreamExt as _, stream};

use crate::{Delta, DeltaStream, Error, ErrorKind, LanguageModel, Reply, Request, Result, Usage};

/// Characters in a piece of a scripted stream.
const PIECE: usize = 8;

/// A model for tests and examples: rules say which request gets which answers, in order.
///
/// The first rule whose [`When`] fits a request answers it; its answers are given in turn
/// and the last one is repeated. A request that no rule fits is
/// [`NotRecorded`](ErrorKind::NotRecorded), naming the prompt. Every request is kept and can
/// be looked at. Usage is estimated where the answer does not say.
///
/// ```
/// use kag_llm::{Answer, ErrorKind, LanguageModel, Message, PromptId, Request, Scripted, When};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> kag_llm::Result<()> {
/// let model = Scripted::new()
///     .on(When::prompt("judge").containing("苹果"), ["是"])
///     .on("judge", [Answer::error(ErrorKind::RateLimited), "no".into()]);
///
/// let ask = |text: &str| Request::new(PromptId::new("judge", "1"), vec![Message::user(text)]);
/// assert_eq!(model.complete(&ask("苹果是水果吗？")).await?.text, "是");
/// assert!(model.complete(&ask("Is it?")).await.is_err());
/// assert_eq!(model.complete(&ask("Is it?")).await?.text, "no");
/// assert_eq!(model.requests().len(), 3);
/// # Ok(()) }
/// ```
pub struct Scripted {
    id: String,
    rules: Vec<Rule>,
    seen: Mutex<Vec<Request>>,
}

struct Rule {
    when: When,
    answers: Vec<Answer>,
    next: Mutex<usize>,
}

/// Which requests a rule of [`Scripted`] answers.
#[derive(Clone, Debug, Default)]
pub struct When {
    prompt: Option<String>,
    parts: Vec<String>,
}

impl When {
    /// Every request.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// Requests rendered from the prompt called `name`.
    #[must_use]
    pub fn prompt(name: impl Into<String>) -> Self {
        let prompt = Some(name.into());
        Self { prompt, parts: Vec::new() }
    }

    /// Of those, the ones in which some message contains `part`.
    #[must_use]
    pub fn containing(mut self, part: impl Into<String>) -> Self {
        self.parts.push(part.into());
        self
    }

    fn fits(&self, request: &Request) -> bool {
        let said = |part: &String| {
            let mut messages = request.messages.iter();
            messages.any(|message| message.text.contains(part.as_str()))
        };
        self.prompt.as_ref().is_none_or(|name| *name == request.prompt.name) && self.parts.iter().all(said)
    }
}

impl From<&str> for When {
    fn from(prompt: &str) -> Self {
        Self::prompt(prompt)
    }
}

type Respond = dyn Fn(&Request) -> Result<Reply> + Send + Sync;

/// What a rule of [`Scripted`] answers.
#[derive(Clone)]
pub struct Answer {
    respond: Arc<Respond>,
    /// Text streamed before an error.
    before: Option<String>,
    delay: Duration,
}

impl Answer {
    /// The reply `text`.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::reply(Reply::new(text))
    }

    /// This reply; where its usage is all zero, it is estimated.
    #[must_use]
    pub fn reply(reply: Reply) -> Self {
        Self::with(move |_| Ok(reply.clone()))
    }

    /// An error of `kind`.
    #[must_use]
    pub fn error(kind: ErrorKind) -> Self {
        Self::with(move |_| Err(Error::new(kind, "scripted.complete")))
    }

    /// What `respond` makes of the request.
    #[must_use]
    pub fn with(respond: impl Fn(&Request) -> Result<Reply> + Send + Sync + 'static) -> Self {
        Self { respond: Arc::new(respond), before: None, delay: Duration::ZERO }
    }

    /// When streamed, `text` and then an error of `kind`; otherwise the error alone.
    #[must_use]
    pub fn broken(text: impl Into<String>, kind: ErrorKind) -> Self {
        let before = Some(text.into());
        Self { before, ..Self::error(kind) }
    }

    /// The same answer after waiting for `delay`, measured by the `tokio` clock.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn give(&self, request: &Request) -> Result<Reply> {
        let mut reply = (self.respond)(request)?;
        if reply.usage == Usage::default() {
            reply.usage = Usage::estimated(request, &reply.text);
        }
        Ok(reply)
    }
}

impl From<&str> for Answer {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Answer {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self::reply(reply)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("before", &self.before).field("delay", &self.delay).finish_non_exhaustive()
    }
}

impl Scripted {
    /// A model called `scripted` that has no answers yet.
    #[must_use]
    pub fn new() -> Self {
        Self { id: "scripted".to_owned(), rules: Vec::new(), seen: Mutex::default() }
    }

    /// The same model under another id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// The same model that also answers what fits `when` (a prompt's name, or a [`When`])
    /// with `answers`, unless an earlier rule fits. Without answers the rule fits nothing.
    #[must_use]
    pub fn on<A: Into<Answer>>(mut self, when: impl Into<When>, answers: impl IntoIterator<Item = A>) -> Self {
        self.rules.push(Rule {
            when: when.into(),
            answers: answers.into_iter().map(Into::into).collect(),
            next: Mutex::new(0),
        });
        self
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many requests of the prompt called `name` came so far.
    #[must_use]
    pub fn calls(&self, name: &str) -> usize {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|request| request.prompt.name == name).count()
    }

    async fn answer(&self, request: &Request) -> Result<Answer> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let answer =
            self.rules.iter().filter(|rule| rule.when.fits(request)).find_map(Rule::take).ok_or_else(|| {
                Error::new(ErrorKind::NotRecorded, "scripted.complete")
                    .reason("no rule fits this request")
                    .with("model", &self.id)
                    .with("prompt", &request.prompt.name)
            })?;
        if !answer.delay.is_zero() {
            tokio::time::sleep(answer.delay).await;
        }
        Ok(answer)
    }
}

impl Rule {
    fn take(&self) -> Option<Answer> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = self.answers.get(*next).or(self.answers.last())?;
        *next = next.saturating_add(1);
        Some(answer.clone())
    }
}

impl Default for Scripted {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted").field("id", &self.id).field("rules", &self.rules.len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl LanguageModel for Scripted {
    fn id(&self) -> &str {
        &self.id
    }

    async fn complete(&self, request: &Request) -> Result<Reply> {
        self.answer(request).await?.give(request)
    }

    async fn stream(&self, request: &Request) -> Result<DeltaStream> {
        let answer = self.answer(request).await?;
        match (answer.give(request), &answer.before) {
            (Ok(reply), _) => {
                let (finish, usage) = (reply.finish, reply.usage);
                let end = Ok(Delta::End { finish, usage });
                Ok(stream::iter(pieces(&reply.text).chain([end])).boxed())
            }
            (Err(error), Some(before)) => Ok(stream::iter(pieces(before).chain([Err(error)])).boxed()),
            (Err(error), None) => Err(error),
        }
    }
}

fn pieces(text: &str) -> impl Iterator<Item = Result<Delta>> + Send + use<> {
    let chars: Vec<char> = text.chars().collect();
    let piece = |chars: &[char]| Ok(Delta::Text(chars.iter().collect()));
    let pieces: Vec<Result<Delta>> = chars.chunks(PIECE).map(piece).collect();
    pieces.into_iter()
}
