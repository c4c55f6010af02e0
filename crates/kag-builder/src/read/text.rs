//! Plain text.

use kag_core::{BoxError, ReadDocument, Reader, Reading, Source, async_trait};

/// Why bytes are not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes are not UTF-8.
    #[error("byte {byte} is not UTF-8")]
    NotUtf8 {
        /// The first byte that is wrong, from 0.
        byte: usize,
    },
    /// There is a NUL byte, which no text has: the source is binary, or UTF-16.
    #[error("byte {byte} is NUL, so the source is binary or in another encoding")]
    Binary {
        /// The first NUL, from 0.
        byte: usize,
    },
}

/// The text in `bytes`, which are UTF-8, without a byte order mark at the beginning.
///
/// # Errors
/// [`DecodeError`], naming the first byte that is wrong.
pub fn decode(bytes: &[u8]) -> Result<&str, DecodeError> {
    if let Some(byte) = bytes.iter().position(|byte| *byte == 0) {
        return Err(DecodeError::Binary { byte });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| DecodeError::NotUtf8 { byte: error.valid_up_to() })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Reads UTF-8 text as one document without title and headings.
///
/// Spans are bytes of the text behind a byte order mark. An empty source is a document
/// without text. What is not UTF-8 is refused, naming the byte: a guess at the encoding
/// would give evidence that cannot be checked.
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
        "text 1"
    }

    async fn read(&self, source: &Source) -> Result<Reading, BoxError> {
        Ok(ReadDocument::new(source.document(), decode(&source.bytes)?).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_text_are_refused_with_their_place() {
        assert_eq!(decode("金额 ¥3".as_bytes()), Ok("金额 ¥3"));
        assert_eq!(decode(b"\xef\xbb\xbfwith a mark"), Ok("with a mark"));
        assert_eq!(decode(b""), Ok(""));
        assert_eq!(decode(b"ab\xff\xfe"), Err(DecodeError::NotUtf8 { byte: 2 }));
        assert_eq!(decode(b"PK\x03\x04\x00"), Err(DecodeError::Binary { byte: 4 }));
        assert_eq!(decode("报告".as_bytes().get(..4).unwrap()), Err(DecodeError::NotUtf8 { byte: 3 }));
    }
}
