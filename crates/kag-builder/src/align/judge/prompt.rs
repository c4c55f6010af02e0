//! The question whether two records are of one thing.

use std::sync::Arc;

use kag_llm::{Fence, Format, Language, Prompt, Reply, Request, Wording, read};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Asks whether two records of one type are of one thing.
///
/// The wording is filled with `type_name`, `one` and `other`, all fenced.
#[derive(Clone, Copy, Debug)]
pub struct SameThing<'p> {
    /// The type of both.
    pub type_name: &'p str,
    /// What is known of the one, a line each: names, then values.
    pub one: &'p str,
    /// What is known of the other.
    pub other: &'p str,
    /// The words to ask with.
    pub wording: &'p Wording,
}

/// What a model says of two records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameThingVerdict {
    /// Whether they are of one thing.
    pub same: bool,
    /// Why, in the model's words; on one line, cut off at 200 characters, and empty where it gave none.
    pub reason: Arc<str>,
}

/// Tokens of a reply: a yes or no and a sentence.
const REPLY: u32 = 200;
/// Characters of a reason.
const REASON: usize = 200;

impl SameThing<'_> {
    /// The wording of this crate.
    pub const WORDING: Wording = Wording::from_static(
        include_str!("../../../prompts/same_thing.en.md"),
        include_str!("../../../prompts/same_thing.zh.md"),
    );

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {"same": {"type": "boolean"}, "reason": {"type": "string"}},
            "required": ["same", "reason"],
            "additionalProperties": false,
        })
    }
}

#[derive(Serialize)]
struct Holes<'a> {
    type_name: &'a Fence<'a>,
    one: &'a Fence<'a>,
    other: &'a Fence<'a>,
}

impl Prompt for SameThing<'_> {
    type Output = SameThingVerdict;
    const NAME: &'static str = "same_thing";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag_llm::Result<Request> {
        let fences = Fence::all(&[self.type_name, self.one, self.other]);
        let [type_name, one, other] = fences.as_slice() else { return Ok(Request::new(Self::id(), Vec::new())) };
        let language = Language::of(&format!("{}\n{}", self.one, self.other));
        let request = self.wording.request(Self::id(), language, Holes { type_name, one, other })?;
        Ok(request.with_max_tokens(REPLY).with_format(Format::json(Self::NAME, Self::schema())))
    }

    /// Only what says yes or no plainly is an answer.
    fn parse(&self, reply: &Reply) -> kag_llm::Result<SameThingVerdict> {
        let found = read::<Map<String, Value>>(&reply.text)?.value;
        let under = |keys: [&str; 4]| keys.into_iter().find_map(|key| found.get(key));
        let same = under(["same", "answer", "是否相同", "相同"]).and_then(yes_or_no).ok_or_else(|| {
            kag_llm::Error::new(kag_llm::ErrorKind::Unusable, "same_thing.parse").reason("neither yes nor no")
        })?;
        let reason = under(["reason", "why", "理由", "原因"]).and_then(Value::as_str).unwrap_or_default();
        let line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(SameThingVerdict { same, reason: line.chars().take(REASON).collect::<String>().into() })
    }
}

fn yes_or_no(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(same) => Some(*same),
        Value::String(text) => match text.trim().to_lowercase().trim_end_matches(['.', '。']) {
            "yes" | "true" | "是" | "相同" | "同一" => Some(true),
            "no" | "false" | "否" | "不是" | "不同" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_answer_counts() {
        let wording = SameThing::WORDING;
        let parse = |reply: &str| {
            SameThing { type_name: "", one: "", other: "", wording: &wording }.parse(&Reply::new(reply)).ok()
        };
        for (reply, expect) in [
            (r#"{"same": true, "reason": "one club"}"#, Some((true, "one club"))),
            (r#"Sure: {"same": "No.", "reason": "two\n\n  cities"}"#, Some((false, "two cities"))),
            (r#"{"相同": "是", "理由": "同一俱乐部"}"#, Some((true, "同一俱乐部"))),
            (r#"{"same": false}"#, Some((false, ""))),
            (r#"{"same": "perhaps"}"#, None),
            (r#"{"same": 1}"#, None),
            (r#"{"reason": "same"}"#, None),
            ("yes", None),
            (r#"[true]"#, None),
        ] {
            let found = parse(reply);
            assert_eq!(found.as_ref().map(|verdict| (verdict.same, &*verdict.reason)), expect, "{reply}");
        }
        let long = parse(&format!(r#"{{"same": true, "reason": "{}"}}"#, "长".repeat(999))).unwrap();
        assert_eq!(long.reason.chars().count(), REASON);
    }
}
