//! What each model costs.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Price;
use crate::{Error, ErrorKind, Result};

/// The price of each model, as the host knows it: prices change, so none are built in.
///
/// ```
/// use kag_llm::{Price, PriceTable};
///
/// let json = r#"{"currency": "USD", "models": {
///     "small-chat": {"input": 0.15, "output": 0.6}, "small-chat-pro": {"input": 2.0, "output": 8.0}}}"#;
/// let prices = PriceTable::from_json(json)?;
/// assert_eq!(prices.price("small-chat-2026-01"), Some(Price::new(0.15, 0.6)));
/// assert_eq!(prices.price("host/small-chat-pro"), Some(Price::new(2.0, 8.0)));
/// assert_eq!(prices.price("smaller-chat"), None);
/// # Ok::<(), kag_llm::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTable {
    /// The unit of money of all prices; empty where it is not told.
    #[serde(default)]
    currency: Arc<str>,
    models: BTreeMap<Arc<str>, Price>,
}

impl PriceTable {
    /// No prices yet, in units of `currency`.
    #[must_use]
    pub fn new(currency: impl Into<Arc<str>>) -> Self {
        Self { currency: currency.into(), models: BTreeMap::new() }
    }

    /// The same table with the price of `model`; one that is listed already is replaced.
    #[must_use]
    pub fn with(mut self, model: impl Into<Arc<str>>, price: Price) -> Self {
        self.models.insert(model.into(), price);
        self
    }

    /// The table in `json`: an object of `models`, each with the price of a million tokens of requests
    /// (`input`) and of replies (`output`), and `currency`, which may be missing.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for what is no such object, and for a price below nothing.
    pub fn from_json(json: &str) -> Result<Self> {
        let invalid = || Error::new(ErrorKind::InvalidInput, "prices.read");
        let table: Self = serde_json::from_str(json).map_err(|error| invalid().because(error))?;
        let is_price = |price: &Price| [price.input, price.output].iter().all(|one| one.is_finite() && *one >= 0.0);
        match table.models.iter().find(|(_, price)| !is_price(price)) {
            Some((model, _)) => Err(invalid().with("model", model).reason("a price is no amount of money")),
            None => Ok(table),
        }
    }

    /// The unit of money; empty where it is not told.
    #[must_use]
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// The price of the model with this id: that of the longest name in the table that the id is or begins
    /// with, after a prefix that ends with a sign such as `/`, up to a sign or its end. `None` where none is.
    #[must_use]
    pub fn price(&self, model: &str) -> Option<Price> {
        let named = self.models.iter().filter(|(name, _)| names(model, name));
        named.max_by_key(|(name, _)| name.len()).map(|(_, price)| *price)
    }
}

/// Whether `name` stands in `model` between signs or ends.
fn names(model: &str, name: &str) -> bool {
    let is_sign = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    !name.is_empty()
        && model.match_indices(name).any(|(at, _)| {
            let (before, after) = (model.get(..at), model.get(at + name.len()..));
            is_sign(before.and_then(|text| text.chars().next_back()))
                && is_sign(after.and_then(|text| text.chars().next()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_table_of_prices_is_refused() {
        for json in [
            "[]",
            "{}",
            r#"{"models": {"m": {"input": -1, "output": 1}}}"#,
            r#"{"models": {"m": {"input": 1}}}"#,
            r#"{"models": {}, "prices": {}}"#,
        ] {
            assert_eq!(PriceTable::from_json(json).unwrap_err().kind(), ErrorKind::InvalidInput, "{json}");
        }
    }

    #[test]
    fn the_longest_name_that_stands_alone_counts() {
        let table = PriceTable::new("CNY").with("qwen", Price::new(1.0, 1.0)).with("qwen-max", Price::new(2.0, 2.0));
        let input = |model: &str| table.price(model).map(|price| price.input);
        assert_eq!(input("qwen-max-2026"), Some(2.0));
        assert_eq!(input("qwen-turbo"), Some(1.0));
        assert_eq!((input("qwen2"), input("")), (None, None));
        assert_eq!(table.currency(), "CNY");
    }
}
