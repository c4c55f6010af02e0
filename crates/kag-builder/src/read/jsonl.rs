//! JSON Lines.

use kag_core::{BoxError, ReadDocument, Reader, Reading, Source, async_trait};
use serde_json::Value;

use super::{RecordFields, decode, record::Records};

/// Reads one document a line of JSON.
///
/// A document's URI is the source's, `#`, and its id; its version is the hash of the
/// line, so a change of one line leaves the other documents alone. It carries the labels
/// of the source and its own. Lines are UTF-8. Empty lines are passed over; a line that cannot
/// be read, or whose id was there before, is a problem with its number, and the others are read.
#[derive(Clone, Debug)]
pub struct JsonlReader {
    fields: RecordFields,
    version: String,
}

impl JsonlReader {
    /// The reader of lines with these fields.
    #[must_use]
    pub fn new(fields: RecordFields) -> Self {
        let version = format!("jsonl 2 {}", fields.version());
        Self { fields, version }
    }

    fn read_line(&self, source: &Source, number: usize, line: &str) -> Result<ReadDocument, String> {
        let value: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
        let Value::Object(object) = value else { return Err("not a JSON object".to_owned()) };
        let mut read = self.fields.read(source, number, &object, line.as_bytes())?;
        read.document.media_type = "application/jsonl".into();
        Ok(read)
    }
}

#[async_trait]
impl Reader for JsonlReader {
    fn version(&self) -> &str {
        &self.version
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        let mut records = Records::default();
        for (number, line) in (1..).zip(source.bytes.split(|byte| *byte == b'\n')) {
            let read = match decode(line).map(str::trim) {
                Ok("") => continue,
                Ok(line) => self.read_line(source, number, line),
                Err(error) => Err(error.to_string()),
            };
            records.add(|| format!("line {number}"), read);
        }
        Ok(records.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Reading {
        let source = Source::new("file:p.jsonl", bytes).with_labels(["internal"]);
        futures::executor::block_on(JsonlReader::new(RecordFields::default()).read(&source)).unwrap()
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
