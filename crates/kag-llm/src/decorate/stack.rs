//! All decorators in their one right order.

use std::{num::NonZeroUsize, sync::Arc};

use super::{
    Budget, Budgeted, Cache, Limit, LimitOptions, Meter, Metered, Price, Record, Recording, Retry, RetryOptions, Trace,
    TraceSink,
};
use crate::LanguageModel;

/// Puts decorators around a model in the order that gives them their meaning, whatever the
/// order in which they are named here. Each is left out unless named.
///
/// ```
/// use std::{num::NonZeroUsize, sync::Arc};
///
/// use kag_llm::{Budget, BudgetLimits, Meter, Price, Prompt, RetryOptions, Scripted, Stack};
///
/// let budget = Budget::new(BudgetLimits::default().with_calls(100));
/// let meter = Meter::new();
/// let model = Stack::new(Arc::new(Scripted::new()))
///     .with_retry(RetryOptions::default())
///     .with_cache(NonZeroUsize::MIN.saturating_add(9_999))
///     .with_budget(budget.clone(), Price::new(0.15, 0.6))
///     .with_meter(meter.clone())
///     .build();
/// assert_eq!(model.id(), "scripted");
/// ```
#[derive(Debug)]
pub struct Stack {
    model: Arc<dyn LanguageModel>,
    recording: Option<Recording>,
    limit: Option<LimitOptions>,
    meter: Option<Meter>,
    budget: Option<(Budget, Price)>,
    retry: Option<RetryOptions>,
    cache: Option<NonZeroUsize>,
    trace: Option<Arc<dyn TraceSink>>,
}

impl Stack {
    /// `model` alone.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        Self { model, recording: None, limit: None, meter: None, budget: None, retry: None, cache: None, trace: None }
    }

    /// The same with [`Record`].
    #[must_use]
    pub fn with_recording(mut self, recording: Recording) -> Self {
        self.recording = Some(recording);
        self
    }

    /// The same with [`Limit`].
    #[must_use]
    pub fn with_limit(mut self, options: LimitOptions) -> Self {
        self.limit = Some(options);
        self
    }

    /// The same with [`Metered`].
    #[must_use]
    pub fn with_meter(mut self, meter: Meter) -> Self {
        self.meter = Some(meter);
        self
    }

    /// The same with [`Budgeted`].
    #[must_use]
    pub fn with_budget(mut self, budget: Budget, price: Price) -> Self {
        self.budget = Some((budget, price));
        self
    }

    /// The same with [`Retry`].
    #[must_use]
    pub fn with_retry(mut self, options: RetryOptions) -> Self {
        self.retry = Some(options);
        self
    }

    /// The same with [`Cache`], of about so many replies.
    #[must_use]
    pub fn with_cache(mut self, replies: NonZeroUsize) -> Self {
        self.cache = Some(replies);
        self
    }

    /// The same with [`Trace`].
    #[must_use]
    pub fn with_trace(mut self, sink: Arc<dyn TraceSink>) -> Self {
        self.trace = Some(sink);
        self
    }

    /// The model with what was named around it.
    #[must_use]
    pub fn build(self) -> Arc<dyn LanguageModel> {
        let mut model = self.model;
        if let Some(recording) = self.recording {
            model = Arc::new(Record::new(model, recording));
        }
        if let Some(options) = self.limit {
            model = Arc::new(Limit::new(model, options));
        }
        if let Some(meter) = self.meter {
            model = Arc::new(Metered::new(model, meter));
        }
        if let Some((budget, price)) = self.budget {
            model = Arc::new(Budgeted::new(model, budget, price));
        }
        if let Some(options) = self.retry {
            model = Arc::new(Retry::new(model, options));
        }
        if let Some(replies) = self.cache {
            model = Arc::new(Cache::new(model, replies));
        }
        if let Some(sink) = self.trace {
            model = Arc::new(Trace::new(model, sink));
        }
        model
    }
}
