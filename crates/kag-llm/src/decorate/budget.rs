//! Stopping before too much is spent.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use kag_core::Embedding;

use super::{
    price::{Price, Spent, money, parts},
    watch::{End, Watch, watch, watch_stream},
};
use crate::{
    DeltaStream, Embedder, Error, ErrorKind, LanguageModel, Purpose, Reply, Request, Result, Usage, estimate_tokens,
};

/// Most that may be spent; `None` is no limit, and the default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BudgetLimits {
    /// Calls, failed ones included.
    pub calls: Option<u64>,
    /// Tokens of requests.
    pub input_tokens: Option<u64>,
    /// Tokens of replies.
    pub output_tokens: Option<u64>,
    /// Money, in the unit of the prices.
    pub money: Option<f64>,
}

impl BudgetLimits {
    /// The same with at most so many calls.
    #[must_use]
    pub fn with_calls(mut self, calls: u64) -> Self {
        self.calls = Some(calls);
        self
    }

    /// The same with at most so many tokens of requests.
    #[must_use]
    pub fn with_input_tokens(mut self, tokens: u64) -> Self {
        self.input_tokens = Some(tokens);
        self
    }

    /// The same with at most so many tokens of replies.
    #[must_use]
    pub fn with_output_tokens(mut self, tokens: u64) -> Self {
        self.output_tokens = Some(tokens);
        self
    }

    /// The same with at most so much money.
    #[must_use]
    pub fn with_money(mut self, money: f64) -> Self {
        self.money = Some(money);
        self
    }
}

/// What may still be spent, shared by its clones and by every model that charges it.
///
/// Before a call what it may cost is set aside; after it, what it did cost is charged. A call
/// that might go over any limit together with those under way is refused, so calls at the
/// same time do not overshoot. What a call may cost is an estimate, so the last one may go
/// over by as much as the estimate was short.
#[derive(Clone)]
pub struct Budget(Arc<Ledger>);

struct Ledger {
    limits: BudgetLimits,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Default)]
struct State {
    spent: Amount,
    reserved: Amount,
}

#[derive(Clone, Copy, Default)]
struct Amount {
    calls: u64,
    usage: Usage,
    parts: u128,
}

impl Amount {
    fn plus(self, other: Self) -> Self {
        self.with(other, u64::saturating_add, u128::saturating_add)
    }

    fn minus(self, other: Self) -> Self {
        self.with(other, u64::saturating_sub, u128::saturating_sub)
    }

    fn with(self, other: Self, count: fn(u64, u64) -> u64, parts: fn(u128, u128) -> u128) -> Self {
        let (ours, theirs) = (self.usage, other.usage);
        Self {
            calls: count(self.calls, other.calls),
            usage: Usage {
                input_tokens: count(ours.input_tokens, theirs.input_tokens),
                output_tokens: count(ours.output_tokens, theirs.output_tokens),
            },
            parts: parts(self.parts, other.parts),
        }
    }

    fn spent(self) -> Spent {
        Spent { calls: self.calls, usage: self.usage, money: money(self.parts) }
    }
}

impl Budget {
    /// A budget of `limits` of which nothing is spent.
    #[must_use]
    pub fn new(limits: BudgetLimits) -> Self {
        let state = Mutex::default();
        Self(Arc::new(Ledger { limits, state }))
    }

    /// What may be spent in all.
    #[must_use]
    pub fn limits(&self) -> BudgetLimits {
        self.0.limits
    }

    /// What was spent so far, calls that have ended only.
    #[must_use]
    pub fn spent(&self) -> Spent {
        self.state().spent.spent()
    }

    /// What may still be spent, what is set aside for calls under way taken off.
    #[must_use]
    pub fn left(&self) -> BudgetLimits {
        let state = self.state();
        let (limits, used) = (self.0.limits, state.spent.plus(state.reserved));
        let left = |limit: Option<u64>, used: u64| limit.map(|limit| limit.saturating_sub(used));
        BudgetLimits {
            calls: left(limits.calls, used.calls),
            input_tokens: left(limits.input_tokens, used.usage.input_tokens),
            output_tokens: left(limits.output_tokens, used.usage.output_tokens),
            money: limits.money.map(|limit| money(parts(limit).saturating_sub(used.parts))),
        }
    }

    fn state(&self) -> State {
        *self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets aside what one call may cost.
    fn reserve(&self, usage: Usage, price: Price) -> Result<Reservation> {
        let amount = Amount { calls: 1, usage, parts: price.parts(usage) };
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let after = state.spent.plus(state.reserved).plus(amount);
        if let Some(limit) = self.exceeded(after) {
            return Err(Error::new(ErrorKind::BudgetSpent, "budget.reserve")
                .with("limit", limit)
                .with("spent", state.spent.spent()));
        }
        state.reserved = state.reserved.plus(amount);
        let budget = self.clone();
        Ok(Reservation { budget, amount, price })
    }

    /// The first limit that `amount` goes over.
    fn exceeded(&self, amount: Amount) -> Option<String> {
        let limits = self.0.limits;
        let over = |limit: Option<u64>, used: u64, what: &str| {
            let limit = limit.filter(|limit| used > *limit)?;
            Some(format!("{limit} {what}"))
        };
        over(limits.calls, amount.calls, "calls")
            .or_else(|| over(limits.input_tokens, amount.usage.input_tokens, "input tokens"))
            .or_else(|| over(limits.output_tokens, amount.usage.output_tokens, "output tokens"))
            .or_else(|| {
                let limit = limits.money.filter(|limit| amount.parts > parts(*limit))?;
                Some(format!("{limit} money"))
            })
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").field("limits", &self.0.limits).field("spent", &self.spent()).finish()
    }
}

/// Set aside for one call; what was not charged when it goes is free again.
struct Reservation {
    budget: Budget,
    amount: Amount,
    price: Price,
}

impl Reservation {
    /// Charges a call of `usage`.
    fn charge(self, usage: Usage) {
        let ledger = &self.budget.0;
        let mut state = ledger.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.spent = state.spent.plus(Amount { calls: 1, usage, parts: self.price.parts(usage) });
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let ledger = &self.budget.0;
        let mut state = ledger.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.reserved = state.reserved.minus(self.amount);
    }
}

/// Tokens set aside for a reply whose request sets no limit.
const REPLY_TOKENS: u32 = 4_096;

/// A model, or embedder, whose calls are charged to a [`Budget`] and refused once it is spent;
/// to those of the [scopes](Budget::scope) that it is called in as well.
///
/// Every attempt is charged: a failed one as a call, and for its tokens if the provider is
/// likely to have worked on it (it timed out, or answered with nonsense).
#[derive(Debug)]
pub struct Budgeted<M> {
    inner: M,
    budget: Budget,
    price: Price,
    reply_tokens: u32,
}

impl<M> Budgeted<M> {
    /// `inner`, charged to `budget` at `price`.
    #[must_use]
    pub fn new(inner: M, budget: Budget, price: Price) -> Self {
        Self { inner, budget, price, reply_tokens: REPLY_TOKENS }
    }

    /// The same, with so many tokens set aside for a reply whose request sets no limit;
    /// 4096 by default.
    #[must_use]
    pub fn with_reply_tokens(mut self, tokens: u32) -> Self {
        self.reply_tokens = tokens;
        self
    }

    fn reserve(&self, request: &Request) -> Result<Charging> {
        let usage = Usage {
            input_tokens: request.estimated_tokens(),
            output_tokens: u64::from(request.max_tokens.unwrap_or(self.reply_tokens)),
        };
        let reservations = self.set_aside(usage).map_err(|error| error.with("prompt", &request.prompt.name))?;
        let request = request.clone();
        Ok(Charging { reservations, request })
    }

    /// What one call may cost, set aside from its own budget and from those in scope.
    fn set_aside(&self, usage: Usage) -> Result<Vec<Reservation>> {
        let budgets = std::iter::once(self.budget.clone()).chain(Budget::scopes());
        budgets.map(|budget| budget.reserve(usage, self.price)).collect()
    }
}

struct Charging {
    reservations: Vec<Reservation>,
    request: Request,
}

impl Watch for Charging {
    fn end(self, end: End<'_>) -> Result<()> {
        let usage = end.usage(&self.request);
        self.reservations.into_iter().for_each(|reservation| reservation.charge(usage));
        Ok(())
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<M: LanguageModel> LanguageModel for Budgeted<M> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    async fn complete(&self, request: &Request) -> Result<Reply> {
        watch(self.reserve(request)?, self.inner.complete(request)).await
    }

    async fn stream(&self, request: &Request) -> Result<DeltaStream> {
        watch_stream(self.reserve(request)?, self.inner.stream(request)).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<E: Embedder> Embedder for Budgeted<E> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn dim(&self) -> usize {
        self.inner.dim()
    }

    async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
        let usage = Usage { input_tokens: texts.iter().map(|text| estimate_tokens(text)).sum(), output_tokens: 0 };
        let reservations = self.set_aside(usage)?;
        let embedded = self.inner.embed(texts, purpose).await;
        let usage = if embedded.is_ok() { usage } else { Usage::default() };
        reservations.into_iter().for_each(|reservation| reservation.charge(usage));
        embedded
    }
}
