//! JSON.

use std::sync::Arc;

use kag_core::{BoxError, Document, ReadDocument, Reader, Reading, Source, TextBuilder, async_trait};
use serde_json::{Map, Value};

use super::{RecordFields, decode_any, record::Records};

/// Reads JSON: records that are a document each, or anything else as one document.
///
/// - A list of objects of which any has the field of the text: one document a record, as
///   [`JsonlReader`](super::JsonlReader) reads lines; a record that cannot be read is a problem with its number.
/// - An object with the field of the text: the document that the source is.
/// - Anything else: one document, whose text says every key and value, in the order of the keys'
///   bytes. The outermost keys whose values are lists or objects are headings, behind the others.
///
/// ```
/// use kag_builder::{JsonReader, RecordFields};
/// use kag_core::{Reader, Source};
///
/// # futures::executor::block_on(async {
/// let reader = JsonReader::new(RecordFields::default()).with_records_at("/clubs");
/// let json = r#"{"clubs": [{"id": 1, "title": "皇马", "text": "成立于1902年。"}]}"#;
/// let reading = reader.read(&Source::new("clubs.json", json.as_bytes())).await?;
/// assert_eq!((&*reading.documents[0].document.uri, &*reading.documents[0].text), ("clubs.json#1", "成立于1902年。"));
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct JsonReader {
    fields: RecordFields,
    pointer: Arc<str>,
    version: String,
}

/// Why a source is no JSON of this reader.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// It is not JSON.
    #[error("the source is not JSON")]
    Syntax(#[from] serde_json::Error),
    /// There is nothing where the records should be.
    #[error("nothing is at {pointer:?}")]
    NoRecords {
        /// Where they should be, as a JSON pointer (RFC 6901).
        pointer: Arc<str>,
    },
}

impl JsonReader {
    /// The reader of records with these fields.
    #[must_use]
    pub fn new(fields: RecordFields) -> Self {
        Self { fields, pointer: "".into(), version: String::new() }.named()
    }

    /// The same reader, of what stands at `pointer` (RFC 6901) instead of the whole.
    #[must_use]
    pub fn with_records_at(mut self, pointer: impl Into<Arc<str>>) -> Self {
        self.pointer = pointer.into();
        self.named()
    }

    fn named(mut self) -> Self {
        self.version = format!("json 1 {:?} {}", self.pointer, self.fields.version());
        self
    }

    fn records(&self, source: &Source, items: &[Value]) -> Reading {
        let mut records = Records::default();
        for (number, item) in (1..).zip(items) {
            let read = match item {
                Value::Object(record) => self.fields.read(source, number, record, item.to_string().as_bytes()),
                _ => Err("not a JSON object".to_owned()),
            };
            records.add(|| format!("record {number}"), read.map(of_json));
        }
        records.finish()
    }

    fn has_text(&self, record: &Map<String, Value>) -> bool {
        record.contains_key(&*self.fields.text)
    }
}

#[async_trait]
impl Reader for JsonReader {
    fn version(&self) -> &str {
        &self.version
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        let decoded = decode_any(&source.bytes, None)?;
        let whole: Value = serde_json::from_str(&decoded.text).map_err(JsonError::Syntax)?;
        let no_records = || JsonError::NoRecords { pointer: Arc::clone(&self.pointer) };
        match whole.pointer(&self.pointer).ok_or_else(no_records)? {
            Value::Array(items) if items.iter().filter_map(Value::as_object).any(|record| self.has_text(record)) => {
                Ok(self.records(source, items))
            }
            Value::Object(record) if self.has_text(record) => {
                Ok(of_json(self.fields.filled(source.document(), source, record)?).into())
            }
            other => Ok(of_json(written_out(source.document(), other)).into()),
        }
    }
}

fn of_json(mut read: ReadDocument) -> ReadDocument {
    read.document.media_type = "application/json".into();
    read
}

/// All that `value` says, as text.
fn written_out(document: Document, value: &Value) -> ReadDocument {
    let mut text = TextBuilder::new();
    match value {
        Value::Object(fields) => {
            let is_part = |value: &Value| matches!(value, Value::Array(_) | Value::Object(_));
            for (key, value) in fields.iter().filter(|(_, value)| !is_part(value)) {
                text.line();
                write(&mut text, 0, Some(key), value);
            }
            for (key, value) in fields.iter().filter(|(_, value)| is_part(value)) {
                text.begin_heading(1);
                text.words(key);
                text.end_heading();
                write(&mut text, 1, None, value);
            }
        }
        other => write(&mut text, 1, None, other),
    }
    text.finish(document)
}

/// Writes what `value` under `key` says, within `depth` lists. Parsing has bounded the depth.
fn write(text: &mut TextBuilder, depth: usize, key: Option<&str>, value: &Value) {
    if let Some(key) = key {
        text.words(key);
        text.words(": ");
    }
    match value {
        Value::Null => text.words("null"),
        Value::Bool(value) => text.words(if *value { "true" } else { "false" }),
        Value::Number(number) => text.words(&number.to_string()),
        Value::String(words) => text.words(words),
        Value::Array(items) => {
            for item in items {
                write_item(text, depth, None, item);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                write_item(text, depth, Some(key), value);
            }
        }
    }
}

fn write_item(text: &mut TextBuilder, depth: usize, key: Option<&str>, value: &Value) {
    text.begin_item(depth.max(1), "-");
    write(text, depth.max(1) + 1, key, value);
    text.end_item();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Reading, BoxError> {
        let source = Source::new("a.json", json.as_bytes()).with_labels(["internal"]);
        futures::executor::block_on(JsonReader::new(RecordFields::default()).read(&source))
    }

    #[test]
    fn records_are_documents_and_bad_ones_are_named() {
        let json = r#"[{"id": "一", "text": ["甲", "乙"]}, 3, {"id": 2}, {"id": "一", "text": "again"}]"#;
        let reading = read(json).unwrap();
        let documents: Vec<_> = reading.documents.iter().map(|read| (&*read.document.uri, &*read.text)).collect();
        assert_eq!(documents, [("a.json#一", "甲\n乙")]);
        assert_eq!(&*reading.documents[0].document.media_type, "application/json");
        let places: Vec<_> = reading.problems.iter().map(|problem| &*problem.place).collect();
        assert_eq!(places, ["record 2", "record 3", "record 4"]);
    }

    #[test]
    fn one_record_is_the_document_that_the_source_is() {
        let reading = read(r#"{"title": "题", "text": "文。", "labels": ["hr"]}"#).unwrap();
        let document = &reading.documents[0].document;
        assert_eq!((&*document.uri, &*document.title, document.labels.len()), ("a.json", "题", 2));
    }

    #[test]
    fn anything_else_is_written_out_whole() {
        let reading =
            read(r#"{"name": "Real\nMadrid", "won": [2011, {"cup": "国王杯", "at": null}], "deep": {"a": [[true]]}}"#);
        let read = &reading.unwrap().documents[0];
        assert_eq!(
            &*read.text,
            "name: Real Madrid\n\ndeep\n\n- a:\n  - - true\n\nwon\n\n- 2011\n- - at: null\n  - cup: 国王杯"
        );
        let headings: Vec<_> = read.headings.iter().map(|heading| heading.span.of(&read.text).unwrap()).collect();
        assert_eq!(headings, ["deep", "won"]);
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        assert!(read("{oops").unwrap_err().to_string().contains("not JSON"));
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read("").is_err());
    }
}
