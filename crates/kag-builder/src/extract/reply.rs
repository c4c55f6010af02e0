//! What models answer where a list was asked for.

use kag_llm::{Reply, read};
use serde_json::{Map, Value};

/// The keys of a name.
pub(crate) const NAME: [&str; 4] = ["name", "entity", "名称", "实体"];

/// Most tokens of a reply about `text`: several times the text, since what is extracted
/// repeats it. Small models that are held to a schema may otherwise go on listing until
/// they are timed out; a reply that is cut off is read as far as it goes, and reported.
pub(crate) fn reply_tokens(text: &str) -> u32 {
    u32::try_from(kag_llm::estimate_tokens(text)).unwrap_or(u32::MAX).saturating_mul(6).saturating_add(256)
}

/// The members of the list in `reply`, under one of `keys` or bare, and whether the reply
/// was cut off.
pub(crate) fn list(reply: &Reply, keys: &[&str]) -> kag_llm::Result<(Vec<Value>, bool)> {
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

/// The members of the lists in `reply` under one of each `keys`, and whether the reply was
/// cut off. A list alone counts as the first; what is neither is unusable.
pub(crate) fn two_lists(reply: &Reply, keys: [&[&str]; 2]) -> kag_llm::Result<([Vec<Value>; 2], bool)> {
    if let Ok(found) = read::<Map<String, Value>>(&reply.text) {
        let lists = keys.map(|keys| keys.iter().find_map(|key| found.value.get(*key)));
        if lists.iter().any(Option::is_some) {
            let members = |list: Option<&Value>| match list {
                Some(Value::Array(members)) => members.clone(),
                Some(object @ Value::Object(_)) => vec![object.clone()],
                None | Some(Value::Null) => Vec::new(),
                // Neither a list nor a member of one: what reads the members says that it is malformed.
                Some(other) => vec![Value::Array(vec![other.clone()])],
            };
            return Ok((lists.map(members), found.is_cut_off()));
        }
    }
    let (first, cut_off) = list(reply, keys[0])?;
    some_read(
        &first,
        first.iter().any(|member| member.as_object().is_some_and(|object| text(object, &NAME).is_some())),
    )?;
    Ok(([first, Vec::new()], cut_off))
}

/// A reply whose list has members none of which could be read is no answer.
pub(crate) fn some_read(members: &[Value], any: bool) -> kag_llm::Result<()> {
    if any || members.is_empty() { Ok(()) } else { Err(unusable("no member of the list is what was asked for")) }
}

fn unusable(reason: &'static str) -> kag_llm::Error {
    kag_llm::Error::new(kag_llm::ErrorKind::Unusable, "extract.parse").reason(reason)
}

/// The first text or number under one of `keys`, trimmed; `None` where it is missing or blank.
pub(crate) fn text(object: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| one(object.get(*key)?))
}

/// All texts under the first of `keys` that is there: one, or a list.
pub(crate) fn texts(object: &Map<String, Value>, keys: &[&str]) -> Vec<String> {
    keys.iter().find_map(|key| object.get(*key)).map(many).unwrap_or_default()
}

/// The text that `value` is: a text or a number, trimmed, not blank.
pub(crate) fn one(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The texts that `value` is: one, or a list of them.
pub(crate) fn many(value: &Value) -> Vec<String> {
    match value {
        Value::Array(members) => members.iter().filter_map(one).collect(),
        other => one(other).into_iter().collect(),
    }
}
