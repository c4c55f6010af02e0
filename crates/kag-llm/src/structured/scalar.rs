//! Numbers and literals in model text.

use serde_json::Value;

use super::{
    parse::{Failure, Parser, Read},
    repair::RepairKind,
};

impl Parser<'_> {
    /// The number at hand.
    pub(super) fn number(&mut self) -> Result<Read, Failure> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_')))
            .unwrap_or(rest.len());
        let written = rest.get(..end).unwrap_or_default();
        if end == rest.len() {
            // `12` may be the start of `123`.
            return Ok(Read::Cut(None));
        }
        let value = if let Ok(number) = serde_json::from_str::<Value>(written) {
            number
        } else {
            let Ok(number) = serde_json::from_str::<Value>(&plain_number(written)) else {
                return self.fail("a number");
            };
            self.mend(RepairKind::Number, self.at);
            number
        };
        self.at += end;
        Ok(Read::Whole(value))
    }

    /// The literal at hand, in JSON's spelling or another.
    pub(super) fn word(&mut self) -> Result<Read, Failure> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let value = match rest.get(..end).unwrap_or_default() {
            _ if end == rest.len() => return Ok(Read::Cut(None)),
            "true" => return self.literal(end, Value::Bool(true)),
            "false" => return self.literal(end, Value::Bool(false)),
            "null" => return self.literal(end, Value::Null),
            "True" | "TRUE" => Value::Bool(true),
            "False" | "FALSE" => Value::Bool(false),
            "None" | "NULL" | "Null" | "nil" | "undefined" | "NaN" | "Infinity" => Value::Null,
            _ => return self.fail("a value"),
        };
        self.mend(RepairKind::Literal, self.at);
        self.literal(end, value)
    }

    fn literal(&mut self, length: usize, value: Value) -> Result<Read, Failure> {
        self.at += length;
        Ok(Read::Whole(value))
    }
}

/// `written` without what JSON does not allow in numbers.
fn plain_number(written: &str) -> String {
    let written = written.replace('_', "");
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", written.strip_prefix('+').unwrap_or(&written)),
    };
    let lead = if digits.starts_with('.') { "0" } else { "" };
    let digits = digits.strip_suffix('.').unwrap_or(digits);
    format!("{sign}{lead}{digits}")
}
