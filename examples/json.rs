//! Rows as JSON.

use kag::Value;

use crate::domain::{Failure, Shown};

/// A text.
pub(crate) fn text(text: &str) -> Result<String, Failure> {
    Ok(serde_json::to_string(text)?)
}

/// A value: numbers as numbers with all their digits, nodes with their key, name and type,
/// dates and the like as texts, a missing one as null.
pub(crate) fn value(value: Option<&Value>, shown: &Shown<'_>) -> Result<String, Failure> {
    match value {
        None => Ok("null".to_owned()),
        Some(Value::Text(words)) => text(words),
        Some(Value::Boolean(truth)) => Ok(truth.to_string()),
        Some(Value::List(items)) => {
            let items = items.iter().map(|item| self::value(Some(item), shown));
            Ok(format!("[{}]", items.collect::<Result<Vec<_>, _>>()?.join(",")))
        }
        Some(Value::Node(id)) => match shown.node(*id) {
            Some(node) => {
                let key = shown.key(*id)?.map_or_else(|| text(&node.name), |key| text(&key))?;
                Ok(format!(
                    "{{\"id\":{key},\"name\":{},\"type\":{}}}",
                    text(&node.name)?,
                    text(node.type_name.as_str())?
                ))
            }
            None => text(&id.to_string()),
        },
        Some(other) => {
            let words = other.to_string();
            let number = other.as_number().is_some() && serde_json::from_str::<serde_json::Number>(&words).is_ok();
            if number { Ok(words) } else { text(&words) }
        }
    }
}
