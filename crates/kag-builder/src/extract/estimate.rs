//! What an extraction will cost.

use std::ops::AddAssign;

use kag_llm::{Price, Request, Usage};
use serde::{Deserialize, Serialize};

/// What an extractor is going to ask of a model: calls, and tokens by estimate.
///
/// Requests are rendered and counted as they would be sent. Replies are not known beforehand: each is
/// taken to be as long as the passage that it is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Estimate {
    /// Calls of a model.
    pub calls: u64,
    /// Tokens of requests and replies.
    pub usage: Usage,
}

impl Estimate {
    /// One call with `request`, about `text`.
    #[must_use]
    pub fn of_call(request: &Request, text: &str) -> Self {
        Self { calls: 1, usage: Usage::estimated(request, text) }
    }

    /// What it costs at `price`.
    #[must_use]
    pub fn money(&self, price: Price) -> f64 {
        price.of(self.usage)
    }
}

impl AddAssign for Estimate {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.usage.input_tokens += other.usage.input_tokens;
        self.usage.output_tokens += other.usage.output_tokens;
    }
}
