//! Field adapters for what models write in more than one way.
//!
//! Each is named in `#[serde(deserialize_with = "…")]`, together with `#[serde(default)]`
//! where the field may be missing.
//!
//! ```
//! use serde::Deserialize;
//!
//! #[derive(Deserialize)]
//! struct Entity {
//!     name: String,
//!     #[serde(default, deserialize_with = "kag_llm::lenient::strings")]
//!     aliases: Vec<String>,
//!     #[serde(default, deserialize_with = "kag_llm::lenient::text")]
//!     born: Option<String>,
//! }
//!
//! let text = r#"{"name": "李白", "aliases": "青莲居士", "born": 701}"#;
//! let entity = kag_llm::read::<Entity>(text)?.value;
//! assert_eq!(entity.aliases, ["青莲居士"]);
//! assert_eq!(entity.born.as_deref(), Some("701"));
//! # Ok::<(), kag_llm::Error>(())
//! ```

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::Value;

/// Nothing, one text, or a list of texts, as a list; blank ones are left out, the rest is
/// trimmed. Numbers and booleans count as texts.
///
/// # Errors
/// Objects and nested lists.
pub fn strings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let items = match Value::deserialize(deserializer)? {
        Value::Array(items) => items,
        one => vec![one],
    };
    let mut texts = Vec::new();
    for item in items {
        texts.extend(as_text(item).map_err(D::Error::custom)?);
    }
    Ok(texts)
}

/// A text, or a number or boolean as written in JSON; null and blank text are none.
///
/// # Errors
/// Objects and lists.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    as_text(Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// A number, or a text that is one; null, blank text and other texts are none.
///
/// # Errors
/// Booleans, objects and lists.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::Number(number) => Ok(number.as_f64()),
        Value::String(text) => {
            let read: Option<f64> = text.trim().parse().ok();
            Ok(read.filter(|number| number.is_finite()))
        }
        _ => Err(D::Error::custom("expected a number")),
    }
}

/// A boolean, or a text that says yes or no in English or Chinese, or 1 or 0.
///
/// # Errors
/// Anything else.
pub fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let said = match &value {
        Value::Bool(value) => return Ok(*value),
        Value::String(text) => text.trim().to_lowercase(),
        other => other.to_string(),
    };
    match said.as_str() {
        "yes" | "true" | "y" | "1" | "是" | "对" | "正确" => Ok(true),
        "no" | "false" | "n" | "0" | "否" | "不是" | "错" | "错误" => Ok(false),
        _ => Err(D::Error::custom("expected yes or no")),
    }
}

/// The value, or the default of its type for null.
///
/// # Errors
/// What is neither.
pub fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Nothing, one value, or a list, as a list.
///
/// # Errors
/// A member that is not a `T`.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let items = match Value::deserialize(deserializer)? {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        one => vec![one],
    };
    let read = |item| serde_json::from_value(item).map_err(D::Error::custom);
    items.into_iter().map(read).collect()
}

fn as_text(value: Value) -> Result<Option<String>, &'static str> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => return Err("expected a text"),
    };
    Ok((!text.is_empty()).then_some(text))
}
