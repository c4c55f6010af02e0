//! How much a step asked of a model.

use std::{fmt, ops::AddAssign};

use kag_llm::MeterReport;
use serde::Serialize;

/// How much was asked of a model: the calls of the solver's own model, which reads passages,
/// writes expressions and concludes. What planners, judges and operators of the host ask, and
/// what is embedded, is counted where the host counts it (`kag_llm::Meter`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ModelUse {
    /// Calls, failed ones included.
    pub calls: u64,
    /// Tokens of the requests.
    pub input_tokens: u64,
    /// Tokens of the replies.
    pub output_tokens: u64,
}

impl ModelUse {
    pub(crate) fn of(report: &MeterReport) -> Self {
        let total = report.total();
        let (input_tokens, output_tokens) = (total.usage.input_tokens, total.usage.output_tokens);
        Self { calls: total.calls, input_tokens, output_tokens }
    }

    /// The tokens of requests and replies.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.input_tokens + self.output_tokens
    }
}

impl AddAssign for ModelUse {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
    }
}

impl fmt::Display for ModelUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "calls {}, tokens {} + {}", self.calls, self.input_tokens, self.output_tokens)
    }
}
