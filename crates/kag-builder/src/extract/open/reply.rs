//! What models answer where a list was asked for.

use kag_llm::{Reply, read};
use serde_json::{Map, Value};

/// The members of the list in `reply`, under one of `keys` or bare, and whether the reply
/// was cut off.
pub(super) fn list(reply: &Reply, keys: &[&str]) -> kag_llm::Result<(Vec<Value>, bool)> {
    let named = read::<Map<String, Value>>(&reply.text);
    if let Ok(found) = &named
        && let Some(members) = keys.iter().find_map(|key| found.value.get(*key))
    {
        return match members {
            Value::Array(members) => Ok((members.clone(), found.is_cut_off())),
            Value::Null => Ok((Vec::new(), found.is_cut_off())),
            Value::Object(_) => Ok((vec![members.clone()], found.is_cut_off())),
            _ => Err(unusable("the list is neither a list nor an object")),
        };
    }
    match read::<Vec<Value>>(&reply.text) {
        Ok(bare) => Ok((bare.value.clone(), bare.is_cut_off())),
        Err(error) => named.and(Err(error)),
    }
}

fn unusable(reason: &'static str) -> kag_llm::Error {
    kag_llm::Error::new(kag_llm::ErrorKind::Unusable, "extract.parse").reason(reason)
}

/// The first text or number under one of `keys`, trimmed; `None` where it is missing or blank.
pub(super) fn text(object: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| one(object.get(*key)?))
}

/// All texts under the first of `keys` that is there: one, or a list.
pub(super) fn texts(object: &Map<String, Value>, keys: &[&str]) -> Vec<String> {
    keys.iter().find_map(|key| object.get(*key)).map(many).unwrap_or_default()
}

/// The text that `value` is: a text or a number, trimmed, not blank.
pub(super) fn one(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The texts that `value` is: one, or a list of them.
pub(super) fn many(value: &Value) -> Vec<String> {
    match value {
        Value::Array(members) => members.iter().filter_map(one).collect(),
        other => one(other).into_iter().collect(),
    }
}
