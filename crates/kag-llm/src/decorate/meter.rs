//! Counting what was asked, by prompt.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use kag_core::Embedding;
use serde::Serialize;

use super::{
    Price,
    clock::{Clock, TokioClock},
    watch::{End, Watch, watch, watch_stream},
};
use crate::{DeltaStream, Embedder, LanguageModel, Purpose, Reply, Request, Result, Usage, estimate_tokens};

/// What the calls of one prompt came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// Calls, failed and dropped ones included.
    pub calls: u64,
    /// Of these, the ones that ended with an error.
    pub failures: u64,
    /// Tokens.
    pub usage: Usage,
    /// Time from question to end, added up; more than has passed where calls overlap.
    pub time: Duration,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.failures += other.failures;
        self.usage.input_tokens += other.usage.input_tokens;
        self.usage.output_tokens += other.usage.output_tokens;
        self.time += other.time;
    }
}

/// What was asked, by prompt name in order; embedders count as the prompt `embed`.
///
/// Prints as a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MeterReport {
    /// The tally of each prompt.
    pub prompts: BTreeMap<String, Tally>,
}

impl MeterReport {
    /// All of it together.
    #[must_use]
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        self.prompts.values().for_each(|tally| total.add(*tally));
        total
    }

    /// What all of it cost at `price`, in the unit of the price.
    #[must_use]
    pub fn money(&self, price: Price) -> f64 {
        price.of(self.total().usage)
    }
}

impl fmt::Display for MeterReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.prompts.keys().map(String::len).max();
        let width = width.unwrap_or(0).max("prompt".len());
        let heads = ["calls", "failed", "input", "output", "seconds"];
        write!(f, "{:width$}", "prompt")?;
        heads.iter().try_for_each(|head| write!(f, " {head:>9}"))?;
        let total = ("total".to_owned(), self.total());
        let rows = self.prompts.iter().map(|(name, tally)| (name, *tally));
        for (name, tally) in rows.chain([(&total.0, total.1)]) {
            let (calls, failures, usage) = (tally.calls, tally.failures, tally.usage);
            write!(f, "\n{name:width$} {calls:>9} {failures:>9}")?;
            write!(f, " {:>9} {:>9}", usage.input_tokens, usage.output_tokens)?;
            write!(f, " {:>9.2}", tally.time.as_secs_f64())?;
        }
        Ok(())
    }
}

/// Counts calls, shared by its clones and by every model that counts on it.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<MeterReport>>);

impl Meter {
    /// A meter at zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was counted so far, calls that have ended only.
    #[must_use]
    pub fn report(&self) -> MeterReport {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, prompt: &str, tally: Tally) {
        let mut report = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match report.prompts.get_mut(prompt) {
            Some(known) => known.add(tally),
            None => {
                report.prompts.insert(prompt.to_owned(), tally);
            }
        }
    }
}

/// A model, or embedder, whose calls are counted.
#[derive(Debug)]
pub struct Metered<M> {
    inner: M,
    meter: Meter,
    clock: Arc<dyn Clock>,
}

impl<M> Metered<M> {
    /// `inner`, counted on `meter`.
    #[must_use]
    pub fn new(inner: M, meter: Meter) -> Self {
        Self { inner, meter, clock: Arc::new(TokioClock::new()) }
    }

    /// The same, timed by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    fn watch(&self, request: &Request) -> Counting {
        Counting {
            meter: self.meter.clone(),
            clock: Arc::clone(&self.clock),
            start: self.clock.now(),
            request: request.clone(),
        }
    }
}

struct Counting {
    meter: Meter,
    clock: Arc<dyn Clock>,
    start: Duration,
    request: Request,
}

impl Watch for Counting {
    fn end(self, end: End<'_>) -> Result<()> {
        let tally = Tally {
            calls: 1,
            failures: u64::from(matches!(end, End::Failed { .. })),
            usage: end.usage(&self.request),
            time: self.clock.now().saturating_sub(self.start),
        };
        self.meter.count(&self.request.prompt.name, tally);
        Ok(())
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<M: LanguageModel> LanguageModel for Metered<M> {
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

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<E: Embedder> Embedder for Metered<E> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn dim(&self) -> usize {
        self.inner.dim()
    }

    async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
        let start = self.clock.now();
        let embedded = self.inner.embed(texts, purpose).await;
        let input_tokens = texts.iter().map(|text| estimate_tokens(text)).sum();
        let usage = Usage { input_tokens, output_tokens: 0 };
        let tally = Tally {
            calls: 1,
            failures: u64::from(embedded.is_err()),
            usage: if embedded.is_ok() { usage } else { Usage::default() },
            time: self.clock.now().saturating_sub(start),
        };
        self.meter.count("embed", tally);
        embedded
    }
}
