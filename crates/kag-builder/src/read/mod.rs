//! Reading sources: which reader reads what, and the readers that need no other program.

mod csv;
mod directory;
mod encoding;
mod html;
mod json;
mod jsonl;
mod markdown;
mod record;
mod sniff;
mod text;

use std::sync::Arc;

use kag_core::{Reader, Source};

use self::sniff::sniff;
pub use self::{
    csv::CsvReader,
    directory::{Directory, Found, GlobError, Hidden, Links},
    encoding::{DecodeError, Decoded, decode, decode_any},
    html::HtmlReader,
    json::{JsonError, JsonReader},
    jsonl::JsonlReader,
    markdown::MarkdownReader,
    record::RecordFields,
    text::TextReader,
};

use crate::{Error, Result};

/// Readers by the extension of a URI.
///
/// A reader alone is a set too: it then reads everything.
///
/// ```
/// use kag_builder::{JsonlReader, MarkdownReader, ReaderSet, RecordFields, TextReader};
///
/// let readers = ReaderSet::new()
///     .with(&["md", "markdown"], MarkdownReader::new())
///     .with(&["jsonl"], JsonlReader::new(RecordFields::default()))
///     .otherwise(TextReader::new());
/// assert!(readers.choose("file:notes/俱乐部.MD?version=2").is_ok());
/// # Ok::<(), kag_builder::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ReaderSet {
    by_extension: Vec<(Arc<str>, Arc<dyn Reader>)>,
    otherwise: Option<Arc<dyn Reader>>,
}

impl ReaderSet {
    /// Readers of all the formats that this crate reads, with the extensions they commonly have:
    /// text, Markdown, HTML, CSV and TSV as documents, JSON and JSON lines with the usual
    /// fields. Others are refused: add a reader for them, or for everything [`otherwise`](Self::otherwise).
    #[must_use]
    pub fn of_all_formats() -> Self {
        Self::new()
            .with(&["txt", "text", "log"], TextReader::new())
            .with(&["md", "markdown"], MarkdownReader::new())
            .with(&["html", "htm", "xhtml"], HtmlReader::new())
            .with(&["csv", "tsv"], CsvReader::new())
            .with(&["json"], JsonReader::new(RecordFields::default()))
            .with(&["jsonl", "ndjson"], JsonlReader::new(RecordFields::default()))
    }

    /// A set that reads nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same set with `reader` for these extensions, which are given without their dot;
    /// case does not matter. A later reader of an extension replaces an earlier one.
    #[must_use]
    pub fn with(mut self, extensions: &[&str], reader: impl Reader) -> Self {
        let reader: Arc<dyn Reader> = Arc::new(reader);
        for extension in extensions {
            let extension: Arc<str> = extension.to_lowercase().into();
            self.by_extension.retain(|(known, _)| *known != extension);
            self.by_extension.push((extension, Arc::clone(&reader)));
        }
        self
    }

    /// The same set with `reader` for every other source.
    #[must_use]
    pub fn otherwise(mut self, reader: impl Reader) -> Self {
        self.otherwise = Some(Arc::new(reader));
        self
    }

    /// The reader of the source at `uri`.
    ///
    /// # Errors
    /// [`Error::NoReader`] where the set has none for the extension and no other.
    pub fn choose(&self, uri: &str) -> Result<&dyn Reader> {
        let extension = extension(uri);
        let listed = extension.and_then(|extension| self.reader(&extension));
        let reader = listed.or(self.otherwise.as_ref());
        reader.map(|reader| &**reader).ok_or_else(|| Error::NoReader { uri: uri.into() })
    }

    /// The reader of `source`: that of its extension, unless the content tells another format.
    ///
    /// A PDF or DOCX is read as what it is, whatever it is called. So is HTML, where the
    /// extension is that of no text: a page saved as `report.pdf`, or without any extension.
    ///
    /// # Errors
    /// [`Error::NoReader`] where the set has none for it.
    pub fn choose_for(&self, source: &Source) -> Result<&dyn Reader> {
        let Some(sniffed) = sniff(&source.bytes) else { return self.choose(&source.uri) };
        let named = extension(&source.uri);
        let named = named.as_deref().filter(|named| self.reader(named).is_some());
        let by_content = sniffed != "html" || matches!(named, None | Some("pdf" | "docx"));
        match self.reader(sniffed).filter(|_| by_content) {
            Some(reader) => Ok(&**reader),
            None => self.choose(&source.uri),
        }
    }

    fn reader(&self, extension: &str) -> Option<&Arc<dyn Reader>> {
        self.by_extension.iter().find(|(known, _)| **known == *extension).map(|(_, reader)| reader)
    }

    /// The documents in `source`, read by the reader that [`choose_for`](Self::choose_for) finds.
    ///
    /// # Errors
    /// [`Error::NoReader`], and [`Error::Read`] with the reader's own.
    pub async fn read(&self, source: &Source) -> Result<kag_core::Reading> {
        let reader = self.choose_for(source)?;
        reader.read(source).await.map_err(|reason| Error::Read { uri: Arc::clone(&source.uri), source: reason })
    }
}

impl<R: Reader> From<R> for ReaderSet {
    fn from(reader: R) -> Self {
        Self::new().otherwise(reader)
    }
}

/// What follows the last dot of the last segment of the path, in lower case.
fn extension(uri: &str) -> Option<String> {
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.rsplit_once('.').map(|(_, extension)| extension.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_is_that_of_the_last_path_segment() {
        for (uri, expect) in [
            ("file:///数据/报告.PDF", Some("pdf")),
            ("https://example.org/a.b/c", None),
            ("https://example.org/a.md?raw=1.txt#x.y", Some("md")),
            ("c:\\docs\\a.csv", Some("csv")),
            ("", None),
        ] {
            assert_eq!(extension(uri).as_deref(), expect, "{uri}");
        }
    }

    #[test]
    fn content_that_tells_another_format_is_read_as_that() {
        let set = ReaderSet::of_all_formats().with(&["pdf"], TextReader::new());
        let chosen = |uri: &str, bytes: &str| {
            set.choose_for(&Source::new(uri, bytes.as_bytes())).map(|reader| reader.version().to_owned()).ok()
        };
        assert_eq!(chosen("a.pdf", "<!doctype html>").as_deref(), Some("html 1"));
        assert_eq!(chosen("a", "<html>").as_deref(), Some("html 1"));
        assert_eq!(chosen("a.md", "<html>").as_deref(), Some("markdown 2"));
        assert_eq!(chosen("a.md", "%PDF-1.4").as_deref(), Some("text 2"));
        assert_eq!(chosen("a.doc", "old"), None);
    }

    #[test]
    fn a_source_nobody_reads_is_named() {
        let readers = ReaderSet::new().with(&["md"], TextReader::new());
        let error = readers.choose("file:a.docx").unwrap_err();
        assert!(error.to_string().contains("file:a.docx"), "{error}");
    }
}
