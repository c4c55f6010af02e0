//! Not more at once, and not faster, than a provider allows.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use kag_core::Embedding;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    bucket::Bucket,
    clock::{Clock, TokioClock},
    watch::{End, Watch, watch, watch_stream},
};
use crate::{DeltaStream, Embedder, Error, ErrorKind, LanguageModel, Purpose, Reply, Request, Result, estimate_tokens};

/// What a provider allows; `None` is no limit, and the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LimitOptions {
    /// Calls at the same time; a stream counts until its end.
    pub concurrent: Option<NonZeroUsize>,
    /// Calls a minute, of which a tenth may come at once after a pause.
    pub requests_per_minute: Option<NonZeroU64>,
    /// Tokens a minute, request and reply together, of which a tenth may come at once.
    pub tokens_per_minute: Option<NonZeroU64>,
}

impl LimitOptions {
    /// The same with at most so many calls at the same time.
    #[must_use]
    pub fn with_concurrent(mut self, calls: NonZeroUsize) -> Self {
        self.concurrent = Some(calls);
        self
    }

    /// The same with at most so many calls a minute.
    #[must_use]
    pub fn with_requests_per_minute(mut self, requests: NonZeroU64) -> Self {
        self.requests_per_minute = Some(requests);
        self
    }

    /// The same with at most so many tokens a minute.
    #[must_use]
    pub fn with_tokens_per_minute(mut self, tokens: NonZeroU64) -> Self {
        self.tokens_per_minute = Some(tokens);
        self
    }
}

/// A model, or embedder, whose callers wait until the provider allows another call.
///
/// Callers are served in the order in which they came. Tokens are taken by estimate before
/// the call (the request, and the most the reply may have if that is set) and corrected by
/// what was used after it. A caller who no longer waits gives its turn back.
#[derive(Debug)]
pub struct Limit<M> {
    inner: M,
    options: LimitOptions,
    permits: Option<Arc<Semaphore>>,
    rates: Arc<Rates>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug)]
struct Rates {
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
}

impl Rates {
    fn new(options: LimitOptions, now: Duration) -> Self {
        let bucket = |rate: NonZeroU64| Bucket::new(rate.get() as f64, now);
        Self { requests: options.requests_per_minute.map(bucket), tokens: options.tokens_per_minute.map(bucket) }
    }

    fn give_back(&self, requests: f64, tokens: f64) {
        if let Some(bucket) = &self.requests {
            bucket.give_back(requests);
        }
        if let Some(bucket) = &self.tokens {
            bucket.give_back(tokens);
        }
    }
}

impl<M> Limit<M> {
    /// `inner` within `options`.
    #[must_use]
    pub fn new(inner: M, options: LimitOptions) -> Self {
        let clock = Arc::new(TokioClock::new());
        let permits = |calls: NonZeroUsize| {
            let calls = calls.get().min(Semaphore::MAX_PERMITS);
            Arc::new(Semaphore::new(calls))
        };
        Self {
            inner,
            options,
            permits: options.concurrent.map(permits),
            rates: Arc::new(Rates::new(options, clock.now())),
            clock,
        }
    }

    /// The same, measured and waited for by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.rates = Arc::new(Rates::new(self.options, clock.now()));
        self.clock = clock;
        self
    }

    /// Waits for a turn of `tokens` tokens.
    async fn turn(&self, tokens: u64) -> Result<Turn> {
        let permit = match &self.permits {
            Some(permits) => Some(
                Arc::clone(permits)
                    .acquire_owned()
                    .await
                    .map_err(|error| Error::new(ErrorKind::Unavailable, "limit.turn").because(error))?,
            ),
            None => None,
        };
        let now = self.clock.now();
        let take = |bucket: &Option<Bucket>, amount: f64| {
            let wait = bucket.as_ref().map(|bucket| bucket.take(amount, now));
            wait.unwrap_or_default()
        };
        let wait = take(&self.rates.requests, 1.0).max(take(&self.rates.tokens, tokens as f64));
        let mut turn = Turn { rates: Arc::clone(&self.rates), tokens, begun: false, _permit: permit };
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
        turn.begun = true;
        Ok(turn)
    }
}

/// The right to one call.
struct Turn {
    rates: Arc<Rates>,
    tokens: u64,
    begun: bool,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Turn {
    fn used(&self, tokens: u64) {
        self.rates.give_back(0.0, self.tokens as f64 - tokens as f64);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.begun {
            self.rates.give_back(1.0, self.tokens as f64);
        }
    }
}

struct Using {
    turn: Turn,
    request: Request,
}

impl Watch for Using {
    fn end(self, end: End<'_>) -> Result<()> {
        self.turn.used(end.usage(&self.request).total());
        Ok(())
    }
}

fn likely_tokens(request: &Request) -> u64 {
    request.estimated_tokens() + request.max_tokens.map_or(0, u64::from)
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<M: LanguageModel> LanguageModel for Limit<M> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    async fn complete(&self, request: &Request) -> Result<Reply> {
        let turn = self.turn(likely_tokens(request)).await?;
        let call = self.inner.complete(request);
        let request = request.clone();
        watch(Using { turn, request }, call).await
    }

    async fn stream(&self, request: &Request) -> Result<DeltaStream> {
        let turn = self.turn(likely_tokens(request)).await?;
        let call = self.inner.stream(request);
        let request = request.clone();
        watch_stream(Using { turn, request }, call).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<E: Embedder> Embedder for Limit<E> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn dim(&self) -> usize {
        self.inner.dim()
    }

    async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
        let tokens = texts.iter().map(|text| estimate_tokens(text)).sum();
        let _turn = self.turn(tokens).await?;
        self.inner.embed(texts, purpose).await
    }
}
