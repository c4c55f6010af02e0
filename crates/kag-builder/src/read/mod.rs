//! Reading sources: which reader reads what, and the readers that need no other program.

mod jsonl;
mod markdown;
mod text;

use std::sync::Arc;

use kag_core::{Reader, Source};

pub use jsonl::{JsonlFields, JsonlReader};
pub use markdown::MarkdownReader;
pub use text::{DecodeError, TextReader, decode};

use crate::{Error, Result};

/// Readers by the extension of a URI.
///
/// A reader alone is a set too: it then reads everything.
///
/// ```
/// use kag_builder::{JsonlFields, JsonlReader, MarkdownReader, ReaderSet, TextReader};
///
/// let readers = ReaderSet::new()
///     .with(&["md", "markdown"], MarkdownReader::new())
///     .with(&["jsonl"], JsonlReader::new(JsonlFields::default()))
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
        let listed = self.by_extension.iter().find(|(known, _)| Some(&**known) == extension.as_deref());
        let reader = listed.map(|(_, reader)| reader).or(self.otherwise.as_ref());
        reader.map(|reader| &**reader).ok_or_else(|| Error::NoReader { uri: uri.into() })
    }

    /// The documents in `source`, read by the reader of its extension.
    ///
    /// # Errors
    /// [`Error::NoReader`], and [`Error::Read`] with the reader's own.
    pub async fn read(&self, source: &Source) -> Result<kag_core::Reading> {
        let reader = self.choose(&source.uri)?;
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
    fn a_source_nobody_reads_is_named() {
        let readers = ReaderSet::new().with(&["md"], TextReader::new());
        let error = readers.choose("file:a.docx").unwrap_err();
        assert!(error.to_string().contains("file:a.docx"), "{error}");
    }
}
