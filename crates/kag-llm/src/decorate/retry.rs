//! Trying again what may succeed the next time.

use std::{future::Future, num::NonZeroUsize, sync::Arc, time::Duration};

use async_trait::async_trait;
use backon::{BackoffBuilder as _, ExponentialBuilder};
use futures::{StreamExt as _, stream};
use kag_core::Embedding;

use super::clock::{Clock, TokioClock};
use crate::{DeltaStream, Embedder, Error, ErrorKind, LanguageModel, Purpose, Reply, Request, Result};

/// How often, and after how long, a call is tried again.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RetryOptions {
    /// Most attempts, the first included; default 4.
    pub attempts: NonZeroUsize,
    /// Wait after the first attempt, doubled after each further one; default half a second.
    pub first_wait: Duration,
    /// Longest wait, 30 seconds by default. A provider that asks for a longer one is not
    /// asked again; its error says how long it wanted.
    pub longest_wait: Duration,
    /// Whether waits are spread; default [`Jitter::Random`].
    pub jitter: Jitter,
}

/// Whether waits are spread, so that many callers do not come back at the same time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Jitter {
    /// Up to as long again is added to each wait, at random.
    #[default]
    Random,
    /// Every run waits the same.
    None,
}

impl Default for RetryOptions {
    fn default() -> Self {
        Self {
            attempts: NonZeroUsize::MIN.saturating_add(3),
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            jitter: Jitter::Random,
        }
    }
}

impl RetryOptions {
    /// The same with at most so many attempts.
    #[must_use]
    pub fn with_attempts(mut self, attempts: NonZeroUsize) -> Self {
        self.attempts = attempts;
        self
    }

    /// The same with another first and longest wait.
    #[must_use]
    pub fn with_waits(mut self, first: Duration, longest: Duration) -> Self {
        (self.first_wait, self.longest_wait) = (first, longest);
        self
    }

    /// The same with waits spread or not.
    #[must_use]
    pub fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    fn waits(&self) -> impl Iterator<Item = Duration> + Send {
        let waits = ExponentialBuilder::new()
            .with_min_delay(self.first_wait)
            .with_max_delay(self.longest_wait)
            .with_max_times(self.attempts.get() - 1);
        match self.jitter {
            Jitter::Random => waits.with_jitter(),
            Jitter::None => waits,
        }
        .build()
    }
}

/// A model, or embedder, that is asked again when it fails in a way that may pass.
///
/// What may pass is what [`Error::is_retryable`] says; a spent budget does not. The wait is
/// the longer of the back-off and what the provider asked for. The last error is returned,
/// saying how many `attempts` were made. A stream is tried again until its first piece; what
/// was handed out cannot be taken back.
#[derive(Debug)]
pub struct Retry<M> {
    inner: M,
    options: RetryOptions,
    clock: Arc<dyn Clock>,
}

impl<M> Retry<M> {
    /// `inner`, asked again as `options` say.
    #[must_use]
    pub fn new(inner: M, options: RetryOptions) -> Self {
        Self { inner, options, clock: Arc::new(TokioClock::new()) }
    }

    /// The same, waiting on another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    async fn run<T, Fut>(&self, call: impl Fn() -> Fut + Send + Sync) -> Result<T>
    where
        T: Send,
        Fut: Future<Output = Result<T>> + Send,
    {
        let mut waits = self.options.waits();
        let mut attempts = 1_usize;
        loop {
            let error = match call().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let asked = error.wait().unwrap_or_default();
            let give_up = !error.is_retryable() || asked > self.options.longest_wait;
            let wait = waits.next().filter(|_| !give_up);
            let Some(wait) = wait else {
                return Err(match attempts {
                    1 => error,
                    attempts => error.with("attempts", attempts),
                });
            };
            self.clock.sleep(wait.max(asked)).await;
            attempts += 1;
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<M: LanguageModel> LanguageModel for Retry<M> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    async fn complete(&self, request: &Request) -> Result<Reply> {
        self.run(|| self.inner.complete(request)).await
    }

    async fn stream(&self, request: &Request) -> Result<DeltaStream> {
        self.run(|| begun(self.inner.stream(request))).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<E: Embedder> Embedder for Retry<E> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn dim(&self) -> usize {
        self.inner.dim()
    }

    async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
        self.run(|| self.inner.embed(texts, purpose)).await
    }
}

/// The stream once its first piece is there.
async fn begun(stream: impl Future<Output = Result<DeltaStream>> + Send) -> Result<DeltaStream> {
    let (first, rest) = stream.await?.into_future().await;
    match first {
        Some(Ok(first)) => Ok(stream::iter([Ok(first)]).chain(rest).boxed()),
        Some(Err(error)) => Err(error),
        None => Err(Error::new(ErrorKind::Malformed, "retry.stream").reason("the stream ended before its first piece")),
    }
}
