//! Records that are a document each.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{ContentHash, Document, ReadDocument, ReadProblem, Reading, Source};
use serde_json::{Map, Value};

/// Which fields of a record hold what: an object of JSON, or a row of a table, whose columns are the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordFields {
    /// The id, text or a whole number; part of the URI. Default `id`. `None`: the number of the record.
    pub id: Option<Arc<str>>,
    /// The title; a record may do without. Default `title`.
    pub title: Arc<str>,
    /// The text, or a list of texts that become paragraphs. Default `text`.
    pub text: Arc<str>,
    /// The access labels, a list of texts (in a cell, with commas between them); a record may do without. Default `labels`.
    pub labels: Arc<str>,
}

impl Default for RecordFields {
    fn default() -> Self {
        Self { id: Some("id".into()), title: "title".into(), text: "text".into(), labels: "labels".into() }
    }
}

impl RecordFields {
    /// The same fields with the id in `field`.
    #[must_use]
    pub fn with_id(mut self, field: impl Into<Arc<str>>) -> Self {
        self.id = Some(field.into());
        self
    }

    /// The same fields without an id: the number of the record stands for it.
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

impl RecordFields {
    /// A text that says all of it, for the version of a reader.
    pub(super) fn version(&self) -> String {
        let Self { id, title, text, labels } = self;
        format!("{id:?} {title:?} {text:?} {labels:?}")
    }

    /// The document that record `number` of `source` is. Its version is the hash of `bytes`.
    pub(super) fn read(
        &self,
        source: &Source,
        number: usize,
        record: &Map<String, Value>,
        bytes: &[u8],
    ) -> Result<ReadDocument, String> {
        let id = match &self.id {
            Some(field) => id_of(record, field)?,
            None => number.to_string(),
        };
        let document = Document::new(format!("{}#{id}", source.uri), ContentHash::of(bytes));
        self.filled(document, source, record)
    }

    /// `document`, with what `record` of `source` says.
    pub(super) fn filled(
        &self,
        document: Document,
        source: &Source,
        record: &Map<String, Value>,
    ) -> Result<ReadDocument, String> {
        let text = paragraphs(record, &self.text)?;
        let labels = self.labels_of(record)?.into_iter().chain(source.labels.iter().cloned());
        let labels: BTreeSet<Arc<str>> = labels.collect();
        let title = match record.get(&*self.title) {
            None | Some(Value::Null) => "",
            Some(Value::String(title)) => title,
            Some(_) => return Err(format!("field {:?} is not text", self.title)),
        };
        Ok(ReadDocument::new(document.with_labels(labels).with_title(title), text))
    }

    fn labels_of(&self, record: &Map<String, Value>) -> Result<Vec<Arc<str>>, String> {
        let wrong = || format!("field {:?} is not a list of texts", self.labels);
        match record.get(&*self.labels) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().map(Into::into).ok_or_else(wrong)).collect()
            }
            Some(_) => Err(wrong()),
        }
    }
}

/// Collects the documents of records, each with an id of its own, and the problems of others.
#[derive(Default)]
pub(super) struct Records {
    reading: Reading,
    seen: BTreeSet<kag_core::DocumentId>,
}

impl Records {
    /// Adds what was read at `place`.
    pub(super) fn add(&mut self, place: impl FnOnce() -> String, read: Result<ReadDocument, String>) {
        let read = read.and_then(|read| {
            if self.seen.insert(read.document.id) {
                Ok(read)
            } else {
                Err("an earlier record has the same id".to_owned())
            }
        });
        match read {
            Ok(read) => self.reading.documents.push(read),
            Err(reason) => {
                self.reading.problems.push(ReadProblem { place: place().into(), reason: reason.into() });
            }
        }
    }

    pub(super) fn finish(self) -> Reading {
        self.reading
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
