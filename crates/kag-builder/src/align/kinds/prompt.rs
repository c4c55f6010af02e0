//! The question which kinds things are of.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::NameKey;
use kag_llm::{Fence, Format, Language, Prompt, Reply, Request, Wording, read};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Asks of several things which kinds they are of, from narrow to wide.
///
/// The wording is filled with `things` and `known`, both fenced.
#[derive(Clone, Copy, Debug)]
pub struct FindKinds<'p> {
    /// What is known of each thing; they are numbered from 1.
    pub things: &'p [String],
    /// Kinds that there are already, and that are to be used where they fit.
    pub known: &'p [Arc<str>],
    /// The words to ask with.
    pub wording: &'p Wording,
}

/// What a model says of several things: by the number of the thing, from 1, its kinds from narrow
/// to wide, each once, at least one.
pub type KindsOf = BTreeMap<usize, Vec<Arc<str>>>;

/// Tokens of a reply, for each thing.
const REPLY: u32 = 80;
/// Kinds of a thing.
const LEVELS: usize = 4;
/// Characters of the name of a kind: what is longer is a sentence.
const NAME: usize = 60;

impl FindKinds<'_> {
    /// The wording of this crate.
    pub const WORDING: Wording = Wording::from_static(
        include_str!("../../../prompts/find_kinds.en.md"),
        include_str!("../../../prompts/find_kinds.zh.md"),
    );

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {"things": {"type": "array", "items": {
                "type": "object",
                "properties": {
                    "number": {"type": "integer"},
                    "kinds": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["number", "kinds"],
                "additionalProperties": false,
            }}},
            "required": ["things"],
            "additionalProperties": false,
        })
    }

    /// What an entry says, where it says anything of one of the things.
    fn entry(&self, entry: &Value) -> Option<(usize, Vec<Arc<str>>)> {
        let entry = entry.as_object()?;
        let under = |keys: [&str; 3]| keys.into_iter().find_map(|key| entry.get(key));
        let number = under(["number", "id", "编号"]).and_then(number)?;
        let kinds = kinds(under(["kinds", "kind", "类别"])?);
        (!kinds.is_empty() && (1..=self.things.len()).contains(&number)).then_some((number, kinds))
    }
}

#[derive(Serialize)]
struct Holes<'a> {
    things: &'a Fence<'a>,
    known: &'a Fence<'a>,
}

impl Prompt for FindKinds<'_> {
    type Output = KindsOf;
    const NAME: &'static str = "find_kinds";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag_llm::Result<Request> {
        let numbered = (1..).zip(self.things).map(|(number, thing)| format!("{number}. {}", thing.trim_end()));
        let things = numbered.collect::<Vec<_>>().join("\n");
        let known = self.known.join("\n");
        let fences = Fence::all(&[&things, &known]);
        let [things, known] = fences.as_slice() else { return Ok(Request::new(Self::id(), Vec::new())) };
        let language = Language::of(&self.things.join("\n"));
        let request = self.wording.request(Self::id(), language, Holes { things, known })?;
        let most = REPLY.saturating_mul(u32::try_from(self.things.len()).unwrap_or(u32::MAX));
        Ok(request.with_max_tokens(most).with_format(Format::json(Self::NAME, Self::schema())))
    }

    /// Entries that speak of no thing, or name no kind, are left out; of several for one thing the
    /// first stands.
    fn parse(&self, reply: &Reply) -> kag_llm::Result<KindsOf> {
        let found = read::<Value>(&reply.text)?.value;
        let under = |fields: &Map<String, Value>| {
            ["things", "事物"].into_iter().find_map(|key| fields.get(key)?.as_array().cloned())
        };
        let entries = match &found {
            Value::Array(entries) => Some(entries.clone()),
            Value::Object(fields) => under(fields).or_else(|| Some(vec![found.clone()])),
            _ => None,
        };
        let entries = entries.ok_or_else(|| {
            kag_llm::Error::new(kag_llm::ErrorKind::Unusable, "find_kinds.parse").reason("no list of things")
        })?;
        let mut kinds = KindsOf::new();
        for (number, chain) in entries.iter().filter_map(|entry| self.entry(entry)) {
            kinds.entry(number).or_insert(chain);
        }
        Ok(kinds)
    }
}

fn number(value: &Value) -> Option<usize> {
    match value {
        Value::Number(number) => usize::try_from(number.as_u64()?).ok(),
        Value::String(text) => text.trim().trim_end_matches('.').parse().ok(),
        _ => None,
    }
}

/// The names in a list, or in a text with arrows or commas between them.
fn kinds(value: &Value) -> Vec<Arc<str>> {
    let texts: Vec<&str> = match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => text.split(['>', '→', ',', '，', '、']).collect(),
        _ => Vec::new(),
    };
    let mut kinds: Vec<Arc<str>> = Vec::new();
    for text in texts {
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let key = NameKey::of(&name);
        let is_name = !key.is_empty() && name.chars().count() <= NAME;
        if is_name && kinds.iter().all(|known| NameKey::of(known) != key) {
            kinds.push(name.into());
        }
    }
    kinds.truncate(LEVELS);
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_names_kinds_of_the_things_counts() {
        let (things, wording) = (vec![String::new(); 2], FindKinds::WORDING);
        let shown = |reply: &str| {
            let found = FindKinds { things: &things, known: &[], wording: &wording }.parse(&Reply::new(reply)).ok()?;
            Some(
                found
                    .iter()
                    .map(|(number, kinds)| format!("{number}:{}", kinds.join("<")))
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        };
        let long = format!(r#"{{"things": [{{"number": 1, "kinds": ["{}", "club"]}}]}}"#, "长".repeat(61));
        for (reply, expect) in [
            (r#"{"things": [{"number": 1, "kinds": ["club", " team\nsport ", "Club"]}]}"#, Some("1:club<team sport")),
            (r#"[{"number": "2.", "kinds": "足球俱乐部 > 俱乐部、组织"}]"#, Some("2:足球俱乐部<俱乐部<组织")),
            (r#"{"事物": [{"编号": 2, "类别": ["俱乐部"]}, {"编号": 3, "类别": ["城市"]}]}"#, Some("2:俱乐部")),
            (r#"{"number": 1, "kinds": ["club"]}"#, Some("1:club")),
            (
                r#"{"things": [{"number": 1, "kinds": ["a", "b", "c", "d", "e"]}, {"number": 1, "kinds": ["x"]}]}"#,
                Some("1:a<b<c<d"),
            ),
            (
                r#"{"things": [{"number": 1, "kinds": []}, {"kinds": ["club"]}, {"number": -1, "kinds": ["club"]}, 7]}"#,
                Some(""),
            ),
            (&long, Some("1:club")),
            ("a club", None),
            ("7", None),
        ] {
            assert_eq!(shown(reply).as_deref(), expect, "{reply}");
        }
    }
}
