//! JSON Lines.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{BoxError, ContentHash, Document, ReadDocument, ReadProblem, Reader, Reading, Source, async_trait};
use serde_json::{Map, Value};

use super::decode;

/// Which fields of a line hold what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonlFields {
    /// The id, text or a whole number; part of the URI. Default `id`. `None`: the number of the line.
    pub id: Option<Arc<str>>,
    /// The title; a line may do without. Default `title`.
    pub title: Arc<str>,
    /// The text, or a list of texts that become paragraphs. Default `text`.
    pub text: Arc<str>,
    /// The access labels, a list of texts; a line may do without. Default `labels`.
    pub labels: Arc<str>,
}

impl Default for JsonlFields {
    fn default() -> Self {
        Self { id: Some("id".into()), title: "title".into(), text: "text".into(), labels: "labels".into() }
    }
}

impl JsonlFields {
    /// The same fields with the id in `field`.
    #[must_use]
    pub fn with_id(mut self, field: impl Into<Arc<str>>) -> Self {
        self.id = Some(field.into());
        self
    }

    /// The same fields without an id: the number of the line stands for it.
    #[must_use]
    pub fn without_id(mut self) -> Self {
        self.id = None;
        self
    }

    /// The same fields with the title in `field`.
    #[must_use]
    pub fn with_title(mut self, field: impl Into<Arc<str>>) -> Self {
        self.title = field.into();
        self
    }

    /// The same fields with the text in `field`.
    #[must_use]
    pub fn with_text(mut self, field: impl Into<Arc<str>>) -> Self {
        self.text = field.into();
        self
    }

    /// The same fields with the labels in `field`.
    #[must_use]
    pub fn with_labels(mut self, field: impl Into<Arc<str>>) -> Self {
        self.labels = field.into();
        self
    }
}

/// Reads one document a line of JSON.
///
/// A document's URI is the source's, `#`, and its id; its version is the hash of the
/// line, so a change of one line leaves the other documents alone. It carries the labels
/// of the source and its own. Empty lines are passed over; a line that cannot be read, or
/// whose id was there before, is a problem with its number, and the others are read.
#[derive(Clone, Debug)]
pub struct JsonlReader {
    fields: JsonlFields,
    version: String,
}

impl JsonlReader {
    /// The reader of lines with these fields.
    #[must_use]
    pub fn new(fields: JsonlFields) -> Self {
        let JsonlFields { id, title, text, labels } = &fields;
        let version = format!("jsonl 1 {id:?} {title:?} {text:?} {labels:?}");
        Self { fields, version }
    }

    fn read_line(&self, source: &Source, number: usize, line: &str) -> Result<ReadDocument, String> {
        let value: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
        let Value::Object(object) = value else { return Err("not a JSON object".to_owned()) };
        let id = match &self.fields.id {
            Some(field) => id_of(&object, field)?,
            None => number.to_string(),
        };
        let text = paragraphs(&object, &self.fields.text)?;
        let labels = self.labels_of(&object)?.into_iter().chain(source.labels.iter().cloned());
        let labels: BTreeSet<Arc<str>> = labels.collect();
        let document = Document::new(format!("{}#{id}", source.uri), ContentHash::of(line)).with_labels(labels);
        let title = match object.get(&*self.fields.title) {
            None | Some(Value::Null) => "",
            Some(Value::String(title)) => title,
            Some(_) => return Err(format!("field {:?} is not text", self.fields.title)),
        };
        Ok(ReadDocument::new(document.with_title(title), text))
    }

    fn labels_of(&self, object: &Map<String, Value>) -> Result<Vec<Arc<str>>, String> {
        let wrong = || format!("field {:?} is not a list of texts", self.fields.labels);
        match object.get(&*self.fields.labels) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().map(Into::into).ok_or_else(wrong)).collect()
            }
            Some(_) => Err(wrong()),
        }
    }
}

#[async_trait]
impl Reader for JsonlReader {
    fn version(&self) -> &str {
        &self.version
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        let mut reading = Reading::default();
        let mut seen = BTreeSet::new();
        for (number, line) in (1..).zip(source.bytes.split(|byte| *byte == b'\n')) {
            let read = decode(line).map_err(|error| error.to_string());
            let read = match read.map(str::trim) {
                Ok("") => continue,
                Ok(line) => self.read_line(source, number, line),
                Err(reason) => Err(reason),
            };
            let read = read.and_then(|read| {
                if seen.insert(read.document.id) { Ok(read) } else { Err("an earlier line has the same id".to_owned()) }
            });
            match read {
                Ok(read) => reading.documents.push(read),
                Err(reason) => {
                    reading
                        .problems
                        .push(ReadProblem { place: format!("line {number}").into(), reason: reason.into() });
                }
            }
        }
        Ok(reading)
    }
}

fn id_of(object: &Map<String, Value>, field: &str) -> Result<String, String> {
    match object.get(field) {
        Some(Value::String(id)) if !id.is_empty() => Ok(id.clone()),
        Some(Value::Number(id)) if id.is_i64() || id.is_u64() => Ok(id.to_string()),
        Some(_) => Err(format!("field {field:?} is neither text nor a whole number")),
        None => Err(format!("no field {field:?}")),
    }
}

fn paragraphs(object: &Map<String, Value>, field: &str) -> Result<String, String> {
    match object.get(field) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Array(parts)) => {
            let parts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
            parts.map(|parts| parts.join("\n")).ok_or_else(|| format!("field {field:?} is a list, but not of texts"))
        }
        Some(_) => Err(format!("field {field:?} is not text")),
        None => Err(format!("no field {field:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Reading {
        let source = Source::new("file:p.jsonl", bytes).with_labels(["internal"]);
        futures::executor::block_on(JsonlReader::new(JsonlFields::default()).read(&source)).unwrap()
    }

    #[test]
    fn a_bad_line_is_named_and_the_others_are_read() {
        let mut bytes = "{\"id\":\"一\",\"title\":\"题\",\"text\":\"文。\"}\r\n\n{\"id\":2,\"text\":[\"a\",\"b\"],\"labels\":[\"hr\"]}\n{oops\n[1]\n{\"id\":2,\"text\":\"again\"}\n{\"text\":\"no id\"}\n"
            .as_bytes()
            .to_vec();
        bytes.extend(b"{\"id\":\"x\",\"text\":\"\xff\"}");
        let reading = read(&bytes);
        let documents: Vec<_> = reading
            .documents
            .iter()
            .map(|d| (&*d.document.uri, &*d.document.title, &*d.text, d.document.labels.len()))
            .collect();
        assert_eq!(documents, [("file:p.jsonl#一", "题", "文。", 1), ("file:p.jsonl#2", "", "a\nb", 2)]);
        let places: Vec<_> = reading.problems.iter().map(|problem| &*problem.place).collect();
        assert_eq!(places, ["line 4", "line 5", "line 6", "line 7", "line 8"]);
    }

    #[test]
    fn nothing_gives_no_documents() {
        let reading = read(b"\n\n");
        assert!(reading.documents.is_empty() && reading.problems.is_empty());
    }
}
