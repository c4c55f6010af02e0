//! Whether a JSON Schema may be sent as `strict`.

use serde_json::Value;

/// Whether every object of `schema` requires all of its properties and allows no others,
/// which is what a server demands that decodes strictly; others ignore the flag.
pub(super) fn is_strict(schema: &Value) -> bool {
    match schema {
        Value::Array(parts) => parts.iter().all(is_strict),
        Value::Object(fields) => {
            let properties = fields.get("properties").and_then(Value::as_object);
            let is_object = properties.is_some() || names_object(fields.get("type"));
            let closed = fields.get("additionalProperties") == Some(&Value::Bool(false));
            let required = fields.get("required").and_then(Value::as_array);
            let requires = |name: &str| required.is_some_and(|names| names.iter().any(|n| n.as_str() == Some(name)));
            let complete = properties.is_none_or(|all| all.keys().all(|name| requires(name)));
            (!is_object || (closed && complete))
                && fields
                    .iter()
                    .filter(|(key, _)| !matches!(key.as_str(), "enum" | "const" | "default" | "examples"))
                    .all(|(_, part)| is_strict(part))
        }
        _ => true,
    }
}

fn names_object(kind: Option<&Value>) -> bool {
    match kind {
        Some(Value::String(name)) => name == "object",
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_closed_objects_that_require_everything_are_strict() {
        let closed = json!({
            "type": "object", "additionalProperties": false,
            "properties": { "名称": { "type": "string" }, "age": { "type": ["integer", "null"] } },
            "required": ["名称", "age"],
        });
        assert!(is_strict(&closed));
        assert!(is_strict(&json!({ "type": "array", "items": closed })));

        let mut open = closed.clone();
        open["additionalProperties"] = json!(true);
        let mut optional = closed;
        optional["required"] = json!(["age"]);
        for loose in [open, optional, json!({ "type": ["object", "null"] })] {
            assert!(!is_strict(&json!({ "type": "array", "items": loose })), "{loose}");
        }
    }
}
