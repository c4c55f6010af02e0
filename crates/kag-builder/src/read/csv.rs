//! Tables as documents.

use csv::{ReaderBuilder, StringRecord};
use kag_core::{BoxError, ReadProblem, Reader, Reading, Source, TextBuilder, async_trait};
use serde_json::{Map, Value};

use super::{Decoded, RecordFields, decode_any, record::Records};

/// Reads tables of text as documents: CSV, TSV and the like.
///
/// A table is one document, in which a row is a paragraph with a line `column: value` for each cell that
/// is not empty; or, with [`records`](Self::records), each row is a document. A row with more or
/// fewer cells than the header is a problem with its number; in a document of all rows it is
/// written nevertheless. For the *knowledge* in a table, see [`TableMapping`](crate::TableMapping).
///
/// The encoding is found as [`decode_any`] says. Unless it is given, the delimiter is the most
/// frequent of comma, tab, semicolon and `|` in the first line, outside of quotes.
///
/// ```
/// use kag_builder::CsvReader;
/// use kag_core::{Reader, Source};
///
/// # futures::executor::block_on(async {
/// let reading = CsvReader::new().read(&Source::new("clubs.tsv", "名称\tfounded\n皇马\t1902\n".as_bytes())).await?;
/// assert_eq!(&*reading.documents[0].text, "名称: 皇马\nfounded: 1902");
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct CsvReader {
    records: Option<RecordFields>,
    delimiter: Option<u8>,
    version: String,
}

impl Default for CsvReader {
    fn default() -> Self {
        Self::new()
    }
}

impl CsvReader {
    /// The reader of a table as one document.
    #[must_use]
    pub fn new() -> Self {
        Self { records: None, delimiter: None, version: String::new() }.named()
    }

    /// The reader of a table each of whose rows is a document, with these columns.
    #[must_use]
    pub fn records(fields: RecordFields) -> Self {
        Self { records: Some(fields), delimiter: None, version: String::new() }.named()
    }

    /// The same reader, with `delimiter` between cells whatever the first line looks like.
    #[must_use]
    pub fn with_delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = Some(delimiter);
        self.named()
    }

    fn named(mut self) -> Self {
        let records = self.records.as_ref().map(RecordFields::version);
        self.version = format!("csv 1 {:?} {records:?}", self.delimiter);
        self
    }

    fn rows(&self, text: &str) -> Result<(StringRecord, Vec<StringRecord>), csv::Error> {
        let delimiter = self.delimiter.unwrap_or_else(|| likely_delimiter(text));
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let header = reader.headers()?.clone();
        Ok((header, reader.records().collect::<Result<_, _>>()?))
    }
}

#[async_trait]
impl Reader for CsvReader {
    fn version(&self) -> &str {
        &self.version
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        let decoded = decode_any(&source.bytes, None)?;
        let (header, rows) = self.rows(&decoded.text)?;
        Ok(match &self.records {
            Some(fields) => records(source, &decoded, fields, &header, &rows),
            None => table(source, &decoded, &header, &rows),
        })
    }
}

/// All rows as one document.
fn table(source: &Source, decoded: &Decoded<'_>, header: &StringRecord, rows: &[StringRecord]) -> Reading {
    let mut text = TextBuilder::new();
    let mut problems = Vec::new();
    for (number, row) in (1..).zip(rows) {
        if let Some(reason) = wrong_length(header, row) {
            problems.push(ReadProblem { place: row_place(number).into(), reason: reason.into() });
        }
        text.paragraph();
        for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
            text.line();
            if let Some(column) = header.get(at).filter(|column| !column.trim().is_empty()) {
                text.words(column);
                text.words(": ");
            }
            text.words(cell);
        }
    }
    let document = source.document().with_media_type(decoded.media_type("text/csv"));
    Reading { documents: vec![text.finish(document)], problems }
}

/// Each row as a document.
fn records(
    source: &Source,
    decoded: &Decoded<'_>,
    fields: &RecordFields,
    header: &StringRecord,
    rows: &[StringRecord],
) -> Reading {
    let mut records = Records::default();
    for (number, row) in (1..).zip(rows) {
        let read = match wrong_length(header, row) {
            Some(reason) => Err(reason),
            None => fields.read(source, number, &record_of(fields, header, row), &bytes_of(header, row)),
        };
        let read = read.map(|mut read| {
            read.document.media_type = decoded.media_type("text/csv").into();
            read
        });
        records.add(|| row_place(number), read);
    }
    records.finish()
}

fn row_place(number: usize) -> String {
    format!("row {number}")
}

fn wrong_length(header: &StringRecord, row: &StringRecord) -> Option<String> {
    (row.len() != header.len()).then(|| format!("{} cells where the header has {}", row.len(), header.len()))
}

/// The cells that are not empty, by column; of two columns of one name, the first.
fn record_of(fields: &RecordFields, header: &StringRecord, row: &StringRecord) -> Map<String, Value> {
    let mut record = Map::new();
    let cells = header.iter().zip(row).map(|(column, cell)| (column.trim(), cell.trim()));
    for (column, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
        let value = if *column == *fields.labels {
            Value::from_iter(cell.split([',', '，']).map(str::trim).filter(|label| !label.is_empty()))
        } else {
            Value::from(cell)
        };
        record.entry(column).or_insert(value);
    }
    record
}

/// What the version of a row is the hash of.
fn bytes_of(header: &StringRecord, row: &StringRecord) -> Vec<u8> {
    header.iter().chain(row).flat_map(|cell| cell.bytes().chain([0])).collect()
}

/// The most frequent of the usual delimiters in the first line, outside of quotes.
fn likely_delimiter(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b'\t', 0), (b';', 0), (b'|', 0)];
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(delimiter, _)| *delimiter == byte).for_each(|(_, count)| *count += 1),
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reader: &CsvReader, text: &str) -> Reading {
        futures::executor::block_on(reader.read(&Source::new("t.csv", text.as_bytes()))).unwrap()
    }

    #[test]
    fn a_table_is_a_paragraph_a_row() {
        let reading = read(&CsvReader::new(), "name;\"a;b\";note\r\n皇马;1902;\r\n\"two\nlines\";;x;y\r\n");
        assert_eq!(&*reading.documents[0].text, "name: 皇马\na;b: 1902\n\nname: two lines\nnote: x\ny");
        assert_eq!((reading.problems.len(), &*reading.problems[0].place), (1, "row 2"));
        assert_eq!(&*reading.documents[0].document.media_type, "text/csv; charset=UTF-8");
    }

    #[test]
    fn rows_can_be_documents() {
        let reader = CsvReader::records(RecordFields::default().with_text("正文"));
        let reading = read(&reader, "id,title,正文,labels\n1,甲,文。,\"hr，x\"\n2,乙,,\n1,丙,again,\n3,丁\n");
        let documents: Vec<_> = reading.documents.iter().map(|read| (&*read.document.uri, &*read.text)).collect();
        assert_eq!(documents, [("t.csv#1", "文。")]);
        assert_eq!(reading.documents[0].document.labels.len(), 2);
        let problems: Vec<_> = reading.problems.iter().map(|problem| &*problem.place).collect();
        assert_eq!(problems, ["row 2", "row 3", "row 4"]);
    }

    #[test]
    fn nothing_is_an_empty_document() {
        for text in ["", "a,b\n"] {
            assert_eq!(&*read(&CsvReader::new(), text).documents[0].text, "", "{text:?}");
        }
    }
}
