//! Telling the host what was asked.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use serde::Serialize;

use super::{
    clock::{Clock, TokioClock},
    watch::{End, Watch, watch, watch_stream},
};
use crate::{
    DeltaStream, ErrorKind, Finish, LanguageModel, Message, PromptId, Reply, Request, RequestHash, Result, Usage,
};

/// One question to a model, after it ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CallTrace {
    /// Id of the model.
    pub model: String,
    /// Which prompt it was.
    pub prompt: PromptId,
    /// Hash of the request.
    pub request: RequestHash,
    /// What it cost; all zero when nothing was paid for, as when a cache answered.
    pub usage: Usage,
    /// From the question to the end of the reply.
    pub time: Duration,
    /// How it ended.
    pub outcome: CallOutcome,
    /// What was said, if that was asked for.
    pub text: Option<CallText>,
}

/// How a question ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallOutcome {
    /// With a reply.
    Answered(Finish),
    /// With an error.
    Failed(ErrorKind),
    /// Nobody waited for the end.
    Dropped,
}

/// What was said in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CallText {
    /// The question.
    pub messages: Vec<Message>,
    /// The reply, or what came of it.
    pub reply: String,
}

/// Whether a trace holds what was said. Prompts hold document text, so it is off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TraceText {
    /// Hashes and numbers only.
    #[default]
    Omit,
    /// Question and reply as well.
    Keep,
}

/// Takes what a [`Trace`] sees, from any thread; called once a question, and must not block.
///
/// ```
/// use kag_llm::{CallTrace, TraceSink};
///
/// /// Prints a line a question.
/// #[derive(Debug)]
/// struct Print;
///
/// impl TraceSink for Print {
///     fn record(&self, call: CallTrace) {
///         println!("{}: {} tokens", call.prompt.name, call.usage.total());
///     }
/// }
/// ```
pub trait TraceSink: fmt::Debug + Send + Sync + 'static {
    /// Takes one question that ended.
    fn record(&self, call: CallTrace);
}

/// A sink that keeps everything, oldest first.
#[derive(Debug, Default)]
pub struct CallLog(Mutex<Vec<CallTrace>>);

impl CallLog {
    /// Everything so far.
    #[must_use]
    pub fn calls(&self) -> Vec<CallTrace> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl TraceSink for CallLog {
    fn record(&self, call: CallTrace) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(call);
    }
}

/// A model whose questions are told to a sink.
#[derive(Debug)]
pub struct Trace<M> {
    inner: M,
    sink: Arc<dyn TraceSink>,
    text: TraceText,
    clock: Arc<dyn Clock>,
}

impl<M> Trace<M> {
    /// `inner`, telling `sink`.
    #[must_use]
    pub fn new(inner: M, sink: Arc<dyn TraceSink>) -> Self {
        Self { inner, sink, text: TraceText::Omit, clock: Arc::new(TokioClock::new()) }
    }

    /// The same with what was said kept or omitted.
    #[must_use]
    pub fn with_text(mut self, text: TraceText) -> Self {
        self.text = text;
        self
    }

    /// The same, timed by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    fn watch(&self, request: &Request) -> Watching
    where
        M: LanguageModel,
    {
        Watching {
            sink: Arc::clone(&self.sink),
            clock: Arc::clone(&self.clock),
            start: self.clock.now(),
            model: self.inner.id().to_owned(),
            request: request.clone(),
            text: self.text,
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<M: LanguageModel> LanguageModel for Trace<M> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    async fn complete(&self, request: &Request) -> Result<Reply> {
        watch(self.watch(request), self.inner.complete(request)).await
    }

    async fn stream(&self, request: &Request) -> Result<DeltaStream> {
        watch_stream(self.watch(request), self.inner.stream(request)).await
    }
}

struct Watching {
    sink: Arc<dyn TraceSink>,
    clock: Arc<dyn Clock>,
    start: Duration,
    model: String,
    request: Request,
    text: TraceText,
}

impl Watch for Watching {
    fn end(self, end: End<'_>) -> Result<()> {
        let (outcome, usage, reply) = match &end {
            End::Reply(reply) => {
                let outcome = CallOutcome::Answered(reply.finish);
                (outcome, reply.usage, reply.text.as_str())
            }
            End::Failed { error, text } => {
                let outcome = CallOutcome::Failed(error.kind());
                (outcome, end.usage(&self.request), *text)
            }
            End::Dropped { text } => (CallOutcome::Dropped, end.usage(&self.request), *text),
        };
        let text = (self.text == TraceText::Keep)
            .then(|| CallText { messages: self.request.messages.clone(), reply: reply.to_owned() });
        self.sink.record(CallTrace {
            request: RequestHash::of(&self.model, &self.request),
            model: self.model,
            prompt: self.request.prompt,
            usage,
            time: self.clock.now().saturating_sub(self.start),
            outcome,
            text,
        });
        Ok(())
    }
}
