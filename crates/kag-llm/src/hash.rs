//! What a request is known by.

use std::fmt::{self, Write as _};

use kag_core::ContentHash;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Format, Request};

/// The hash of a request to one model: model id, prompt and version, every message, the
/// format with its schema, and the limits.
///
/// Equal requests have equal hashes in any process and any build; the order of keys in a
/// schema makes no difference. Prints as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestHash(ContentHash);

impl RequestHash {
    /// The hash of `request` to the model `model`.
    ///
    /// ```
    /// use kag_llm::{Message, PromptId, Request, RequestHash};
    ///
    /// let request = Request::new(PromptId::new("p", "1"), vec![Message::user("你好")]);
    /// let hash = RequestHash::of("m", &request);
    /// assert_eq!(hash, RequestHash::of("m", &request.clone()));
    /// assert_ne!(hash, RequestHash::of("other", &request));
    /// assert_ne!(hash, RequestHash::of("m", &request.with_max_tokens(9)));
    /// ```
    #[must_use]
    pub fn of(model: &str, request: &Request) -> Self {
        let (form, schema) = match &request.format {
            Format::Text => ("", String::new()),
            Format::Json { name, schema } => (name.as_ref(), sorted(schema)),
        };
        let limits = format!("{:?} {:?}", request.max_tokens, request.temperature);
        let mut parts = vec![
            model.as_bytes(),
            request.prompt.name.as_bytes(),
            request.prompt.version.as_bytes(),
            form.as_bytes(),
            schema.as_bytes(),
            limits.as_bytes(),
        ];
        for message in &request.messages {
            parts.push(match message.role {
                crate::Role::System => b"system",
                crate::Role::User => b"user",
                crate::Role::Assistant => b"assistant",
            });
            parts.push(message.text.as_bytes());
        }
        Self(ContentHash::of_parts(&parts))
    }
}

impl fmt::Display for RequestHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for RequestHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestHash({self})")
    }
}

/// `value` as JSON with the keys of every object in order of their bytes, whichever map
/// `serde_json` was built with.
fn sorted(value: &Value) -> String {
    let mut out = String::new();
    write_sorted(value, &mut out);
    out
}

fn write_sorted(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (key, value) in entries {
                // Writing to a string cannot fail.
                let _ = write!(out, "{}:", Value::from(key.as_str()));
                write_sorted(value, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_sorted(item, out);
                out.push(',');
            }
            out.push(']');
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Message, PromptId};

    #[test]
    fn the_hash_of_a_request_is_the_same_in_every_build() {
        let schema = serde_json::json!({"type": "object", "required": ["b", "a"]});
        let request =
            Request::new(PromptId::new("p", "1"), vec![Message::user("你好")]).with_format(Format::json("p", schema));
        expect_test::expect!["11d5a6c6419cfdbb3462a3f8ef240317"].assert_eq(&RequestHash::of("m", &request).to_string());
    }

    #[test]
    fn messages_are_told_apart_by_role_and_cut() {
        let of = |messages: Vec<Message>| RequestHash::of("m", &Request::new(PromptId::new("p", "1"), messages));
        let joined = of(vec![Message::user("ab")]);
        assert_ne!(joined, of(vec![Message::user("a"), Message::user("b")]));
        assert_ne!(joined, of(vec![Message::system("ab")]));
    }
}
