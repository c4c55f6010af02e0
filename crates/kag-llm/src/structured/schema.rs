//! The part of JSON Schema that replies are checked against.

use serde_json::Value;

use super::parse::Step;

/// Most mismatches listed for one value.
const MAX_LISTED: usize = 100;
/// Deepest nesting followed, references included.
const MAX_DEPTH: usize = 256;

/// A place where a value breaks a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    pub(crate) path: Vec<Step>,
    /// What the schema asks for there.
    pub expected: String,
}

impl Mismatch {
    /// Where, from the root: `$.people[2].name`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut out = String::from("$");
        for step in &self.path {
            match step {
                Step::Key(key) => out.extend([".", key.as_str()]),
                Step::Index(index) => out.push_str(&format!("[{index}]")),
            }
        }
        out
    }
}

/// Where `value` breaks `schema`, in document order, at most 100 places; none if it does not.
///
/// Checked are `type`, `enum`, `const`, `required`, `properties`, `additionalProperties`,
/// `items`, `minItems`, `maxItems`, `anyOf`, `oneOf` (as `anyOf`) and `$ref` within the
/// schema. Other keywords are not looked at. A whole float is an integer.
///
/// ```
/// use serde_json::json;
///
/// let schema = json!({"type": "array", "items": {"enum": ["person", "place"]}});
/// assert_eq!(kag_llm::check_schema(&json!(["person"]), &schema), []);
/// let wrong = kag_llm::check_schema(&json!(["person", "人"]), &schema);
/// assert_eq!(wrong[0].path(), "$[1]");
/// assert_eq!(wrong[0].expected, r#"one of "person", "place""#);
/// ```
#[must_use]
pub fn check_schema(value: &Value, schema: &Value) -> Vec<Mismatch> {
    let mut check = Check { root: schema, path: Vec::new(), found: Vec::new(), depth: 0 };
    check.value(value, schema);
    check.found
}

struct Check<'s> {
    root: &'s Value,
    path: Vec<Step>,
    found: Vec<Mismatch>,
    depth: usize,
}

impl<'s> Check<'s> {
    fn report(&mut self, expected: impl Into<String>) {
        if self.found.len() < MAX_LISTED {
            self.found.push(Mismatch { path: self.path.clone(), expected: expected.into() });
        }
    }

    fn value(&mut self, value: &Value, schema: &'s Value) {
        if self.depth >= MAX_DEPTH {
            return self.report("less nesting");
        }
        self.depth += 1;
        match schema {
            Value::Bool(false) => self.report("nothing"),
            Value::Object(_) => self.keywords(value, schema),
            _ => {}
        }
        self.depth -= 1;
    }

    fn keywords(&mut self, value: &Value, schema: &'s Value) {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            match target.strip_prefix('#').and_then(|at| self.root.pointer(at)) {
                Some(target) => self.value(value, target),
                None => self.report(format!("a schema at {target}")),
            }
        }
        if let Some(kinds) = schema.get("type") {
            let kinds: Vec<&str> = match kinds {
                Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
                kind => kind.as_str().into_iter().collect(),
            };
            if !kinds.iter().any(|kind| is_kind(value, kind)) {
                return self.report(kinds.join(" or "));
            }
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
            && !allowed.contains(value)
        {
            self.report(format!("one of {}", listed(allowed)));
        }
        if let Some(only) = schema.get("const")
            && only != value
        {
            self.report(only.to_string());
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(choices) = schema.get(keyword).and_then(Value::as_array) {
                self.any_of(value, choices);
            }
        }
        match value {
            Value::Object(_) => self.object(value, schema),
            Value::Array(items) => self.array(items, schema),
            _ => {}
        }
    }

    /// Nothing if one of `choices` fits; otherwise what those ask for that fit furthest.
    fn any_of(&mut self, value: &Value, choices: &'s [Value]) {
        let known = std::mem::take(&mut self.found);
        let mut nearest: Vec<Mismatch> = Vec::new();
        let mut fits = choices.is_empty();
        for choice in choices {
            self.value(value, choice);
            let found = std::mem::take(&mut self.found);
            fits |= found.is_empty();
            let depth = |found: &[Mismatch]| found.first().map_or(0, |m| m.path.len());
            match (nearest.as_mut_slice(), found.as_slice()) {
                ([first, ..], [other, ..]) if first.path == other.path => {
                    first.expected = format!("{} or {}", first.expected, other.expected);
                }
                (known, _) if depth(known) < depth(&found) || known.is_empty() => nearest = found,
                _ => {}
            }
        }
        self.found = known;
        if !fits {
            self.found.extend(nearest);
        }
    }

    fn object(&mut self, value: &Value, schema: &'s Value) {
        let Value::Object(members) = value else {
            return;
        };
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if let Some(name) = name.as_str()
                && !members.contains_key(name)
            {
                self.report(format!("a member `{name}`"));
            }
        }
        let properties = schema.get("properties");
        let other = schema.get("additionalProperties");
        for (key, member) in members {
            let known = properties.and_then(|properties| properties.get(key));
            if let Some(schema) = known.or(other) {
                self.path.push(Step::Key(key.clone()));
                self.value(member, schema);
                self.path.pop();
            }
        }
    }

    fn array(&mut self, items: &[Value], schema: &'s Value) {
        let count = |keyword| schema.get(keyword).and_then(Value::as_u64);
        let length = items.len() as u64;
        if let Some(least) = count("minItems").filter(|least| length < *least) {
            self.report(format!("at least {least} items"));
        }
        if let Some(most) = count("maxItems").filter(|most| length > *most) {
            self.report(format!("at most {most} items"));
        }
        if let Some(schema) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                self.path.push(Step::Index(index));
                self.value(item, schema);
                self.path.pop();
            }
        }
    }
}

fn is_kind(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => {
            let whole = |number: f64| number.fract() == 0.0;
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(whole)
        }
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

fn listed(values: &[Value]) -> String {
    let shown: Vec<String> = values.iter().map(Value::to_string).collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn broken(value: &Value, schema: &Value) -> Vec<String> {
        let show = |m: &Mismatch| format!("{}: {}", m.path(), m.expected);
        check_schema(value, schema).iter().map(show).collect()
    }

    #[test]
    fn each_keyword_reports_where_and_what() {
        let schema = json!({
            "type": "object",
            "required": ["name", "kind"],
            "additionalProperties": false,
            "properties": {
                "name": {"type": "string"},
                "kind": {"const": "人"},
                "born": {"type": ["integer", "null"]},
                "tags": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"$ref": "#/$defs/tag"}},
                "at": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["year"]}]},
            },
            "$defs": {"tag": {"enum": ["a", "b"]}},
        });
        let good = json!({"name": "李白", "kind": "人", "born": 701.0, "tags": ["a"], "at": {"year": 1}});
        assert_eq!(broken(&good, &schema), [""; 0]);
        let bad = json!({"name": 1, "born": 1.5, "tags": ["a", "c", "b"], "at": {}, "x": 0});
        let mut found = broken(&bad, &schema);
        found.sort();
        assert_eq!(
            found,
            [
                "$.at: string or a member `year`",
                "$.born: integer or null",
                "$.name: string",
                "$.tags: at most 2 items",
                "$.tags[1]: one of \"a\", \"b\"",
                "$.x: nothing",
                "$: a member `kind`",
            ]
        );
    }

    #[test]
    fn a_schema_that_refers_to_itself_for_ever_ends() {
        let schema = json!({"$ref": "#"});
        assert_eq!(broken(&json!(1), &schema), ["$: less nesting"]);
        let list = json!({"type": "array", "items": {"$ref": "#"}});
        assert_eq!(broken(&json!([[[], 1]]), &list), ["$[0][1]: array"]);
    }
}
