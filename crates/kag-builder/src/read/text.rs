//! Plain text.

use kag_core::{BoxError, ReadDocument, Reader, Reading, Source, async_trait};

use super::decode_any;

/// Reads text as one document without title and headings.
///
/// The encoding is found as [`decode_any`] says, and told by the media type of the document.
/// Spans are bytes of the text in UTF-8, behind a byte order mark. An empty source is a document
/// without text; what is not text, or is damaged, is refused, naming the byte.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextReader;

impl TextReader {
    /// The reader.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Reader for TextReader {
    fn version(&self) -> &str {
        "text 2"
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        let decoded = decode_any(&source.bytes, None)?;
        let document = source.document().with_media_type(decoded.media_type("text/plain"));
        Ok(ReadDocument::new(document, decoded.text).into())
    }
}
