//! What tokens cost.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Usage;

/// Parts of the unit of money that sums are kept in, so that they are exact and do not
/// depend on the order of calls.
const PARTS: f64 = 1e12;

/// The price of a million tokens, in any one unit of money.
///
/// ```
/// use kag_llm::{Price, Usage};
///
/// let price = Price::new(0.5, 1.5);
/// let usage = Usage { input_tokens: 2_000_000, output_tokens: 1_000 };
/// assert_eq!(price.of(usage), 1.0015);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// A million tokens of requests.
    pub input: f64,
    /// A million tokens of replies.
    pub output: f64,
}

impl Price {
    /// Nothing, as for a model that runs here.
    pub const FREE: Self = Self::new(0.0, 0.0);

    /// The price of a million tokens of requests and of replies.
    #[must_use]
    pub const fn new(input: f64, output: f64) -> Self {
        Self { input, output }
    }

    /// The price of `usage`.
    #[must_use]
    pub fn of(self, usage: Usage) -> f64 {
        money(self.parts(usage))
    }

    pub(crate) fn parts(self, usage: Usage) -> u128 {
        let one = |price: f64| parts(price / 1e6);
        let input = one(self.input).saturating_mul(u128::from(usage.input_tokens));
        let output = one(self.output).saturating_mul(u128::from(usage.output_tokens));
        input.saturating_add(output)
    }
}

/// `money` in parts; what is negative or not a number is none.
pub(crate) fn parts(money: f64) -> u128 {
    (money * PARTS).round() as u128
}

pub(crate) fn money(parts: u128) -> f64 {
    parts as f64 / PARTS
}

/// What was spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Spent {
    /// Calls, failed ones included.
    pub calls: u64,
    /// Tokens.
    pub usage: Usage,
    /// Money, in the unit of the prices.
    pub money: f64,
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Usage { input_tokens, output_tokens } = self.usage;
        write!(f, "{} calls, {input_tokens} + {output_tokens} tokens", self.calls)?;
        if self.money > 0.0 {
            write!(f, ", {:.6} money", self.money)?;
        }
        Ok(())
    }
}
