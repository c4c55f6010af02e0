//! From bytes to text: which encoding they are in.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Why bytes are not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes are not UTF-8, though most of them are.
    #[error("byte {byte} is not UTF-8")]
    NotUtf8 {
        /// The first byte that is wrong, from 0.
        byte: usize,
    },
    /// There is a NUL byte, or another that no text has: the source is binary.
    #[error("byte {byte} is in no text, so the source is binary or in another encoding")]
    Binary {
        /// The first such byte, from 0.
        byte: usize,
    },
    /// The bytes are not of the encoding that they are said or seem to be in.
    #[error("byte {byte} is not {encoding}")]
    Malformed {
        /// The encoding.
        encoding: &'static str,
        /// The byte behind which decoding stopped, from 0.
        byte: usize,
    },
}

/// Text, and the encoding in which it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text, without a byte order mark.
    pub text: Cow<'b, str>,
    /// The name of the encoding, by the Encoding Standard: `UTF-8`, `GBK` (which is read as
    /// GB18030), `Big5`, `Shift_JIS`, `windows-1252`.
    pub encoding: &'static str,
}

impl Decoded<'_> {
    /// `kind` with the encoding: `text/plain; charset=GBK`.
    pub(crate) fn media_type(&self, kind: &str) -> String {
        format!("{kind}; charset={}", self.encoding)
    }
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

/// The text in `bytes`, whatever their encoding.
///
/// In this order: what a byte order mark says; UTF-8 where all bytes are; UTF-16 without a mark;
/// the encoding `declared` by the source, where all bytes are of it; the most likely of those of
/// the Web (GB18030, Big5, `Shift_JIS`, EUC, ISO 2022, windows-125x, ISO 8859, KOI8), by the
/// frequencies of characters. Bytes that are nearly UTF-8 are damaged, not of another encoding.
/// Of a few words the likely encoding can be the wrong one; so the encoding is told.
///
/// ```
/// use kag_builder::decode_any;
///
/// let decoded = decode_any(b"\xbb\xca\xbc\xd2\xc2\xed\xb5\xc2\xc0\xef\xb3\xc9\xc1\xa2\xd3\xda1902\xc4\xea\xa1\xa3", None)?;
/// assert_eq!((&*decoded.text, decoded.encoding), ("皇家马德里成立于1902年。", "GBK"));
/// # Ok::<(), kag_builder::DecodeError>(())
/// ```
///
/// # Errors
/// [`DecodeError`], naming the first byte that is wrong. No character is ever replaced.
pub fn decode_any<'b>(bytes: &'b [u8], declared: Option<&str>) -> Result<Decoded<'b>, DecodeError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(bytes.get(mark..).unwrap_or_default(), encoding, mark);
    }
    let escapes = bytes.windows(2).any(|pair| matches!(pair, b"\x1b$" | b"\x1b("));
    match decode(bytes) {
        Ok(text) if !escapes => return Ok(Decoded { text: text.into(), encoding: UTF_8.name() }),
        Err(DecodeError::Binary { byte }) => return utf_16(bytes).ok_or(DecodeError::Binary { byte }),
        Err(error) if is_nearly_utf_8(bytes) => return Err(error),
        _ => {}
    }
    if let Some(byte) = binary_byte(bytes) {
        return Err(DecodeError::Binary { byte });
    }
    let declared = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    let declared = declared.filter(|encoding| *encoding != UTF_8 && encoding.is_ascii_compatible());
    if let Some(decoded) = declared.and_then(|encoding| decode_as(bytes, encoding, 0).ok()) {
        return Ok(decoded);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    decode_as(bytes, detector.guess(None, Utf8Detection::Deny), 0)
}

/// `bytes`, which begin at byte `offset` of the source, in `encoding`.
fn decode_as<'b>(bytes: &'b [u8], encoding: &'static Encoding, offset: usize) -> Result<Decoded<'b>, DecodeError> {
    let name = encoding.name();
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return match text.find('\0') {
            None => Ok(Decoded { text, encoding: name }),
            Some(_) => Err(DecodeError::Binary { byte: offset }),
        };
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0));
    let byte = match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::Malformed(length, behind), read) => read.saturating_sub(usize::from(length + behind)),
        (_, read) => read,
    };
    Err(DecodeError::Malformed { encoding: name, byte: offset + byte })
}

/// UTF-16 without a mark, where every other byte says so: the high bytes of Latin letters,
/// digits and white space are NUL, those of more than a quarter of all, and their low bytes never are.
fn utf_16(bytes: &[u8]) -> Option<Decoded<'_>> {
    let nul = |start: usize| bytes.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count();
    let encoding = match (nul(0), nul(1)) {
        (nuls, 0) if nuls * 8 > bytes.len() => UTF_16BE,
        (0, nuls) if nuls * 8 > bytes.len() => UTF_16LE,
        _ => return None,
    };
    let decoded = decode_as(bytes, encoding, 0).ok()?;
    let is_text = |character: char| !character.is_control() || character.is_ascii_whitespace();
    decoded.text.chars().all(is_text).then_some(decoded)
}

/// A few wrong bytes among many characters of several bytes: hardly any text in another
/// encoding looks so.
fn is_nearly_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 4 * bad
}

/// The first control character that is not white space, where they are more than one byte in 64.
fn binary_byte(bytes: &[u8]) -> Option<usize> {
    let is_control = |byte: &u8| matches!(byte, 0x01..=0x08 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    let controls = bytes.iter().filter(|byte| is_control(byte)).count();
    if controls * 64 > bytes.len() { bytes.iter().position(is_control) } else { None }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, EUC_KR, GB18030, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
    use proptest::prelude::*;

    use super::*;

    const SIMPLIFIED: &str = "皇家马德里足球俱乐部成立于1902年，主场设在马德里。";
    const TRADITIONAL: &str = "皇家馬德里足球俱樂部成立於1902年，主場設在馬德里。";
    const JAPANESE: &str = "レアル・マドリードは1902年に創設されたスペインのサッカークラブです。";
    const KOREAN: &str = "레알 마드리드는 1902년에 창단된 스페인의 축구 클럽이다.";
    const RUSSIAN: &str = "Мадридский клуб был основан в 1902 году и играет в белой форме.";
    const FRENCH: &str = "Le club a été fondé en 1902 à Madrid, où il joue déjà l’été.";

    #[test]
    fn the_encoding_of_common_texts_is_found() {
        for (text, encoding) in [
            (SIMPLIFIED, GB18030),
            (TRADITIONAL, BIG5),
            (JAPANESE, SHIFT_JIS),
            (KOREAN, EUC_KR),
            (RUSSIAN, WINDOWS_1251),
            (FRENCH, WINDOWS_1252),
        ] {
            let (bytes, _, lost) = encoding.encode(text);
            assert!(!lost, "{text}");
            let decoded = decode_any(&bytes, None).unwrap();
            let name = if encoding == GB18030 { "GBK" } else { encoding.name() };
            assert_eq!((&*decoded.text, decoded.encoding), (text, name));
        }
        assert_eq!(decode_any(SIMPLIFIED.as_bytes(), Some("big5")).unwrap().encoding, "UTF-8", "which it is");
    }

    #[test]
    fn what_a_source_declares_counts_where_it_can_be() {
        let (bytes, _, _) = SHIFT_JIS.encode("東京");
        assert_eq!(decode_any(&bytes, Some("Shift_JIS")).unwrap().text, "東京");
        let (bytes, _, _) = GB18030.encode(SIMPLIFIED);
        for declared in ["euc-jp", "utf-16le", "utf-8", "no such encoding"] {
            assert_eq!(decode_any(&bytes, Some(declared)).unwrap().text, SIMPLIFIED, "not {declared}");
        }
    }

    #[test]
    fn utf_16_is_known_by_its_mark_or_its_zeros() {
        for text in ["报告 2011\n", "Report, page 1\r\n"] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for (bytes, encoding) in [(&little, "UTF-16LE"), (&big, "UTF-16BE")] {
                let decoded = decode_any(bytes, None).unwrap();
                assert_eq!((&*decoded.text, decoded.encoding), (text, encoding));
            }
            let marked = [&[0xff, 0xfe], little.as_slice()].concat();
            assert_eq!(decode_any(&marked, None).unwrap().text, text);
        }
        assert_eq!(decode_any(b"\xef\xbb\xbfwith a mark", None).unwrap().text, "with a mark");
        assert_eq!(decode_any(b"", None).unwrap().text, "");
    }

    #[test]
    fn bytes_that_are_not_text_are_refused_with_their_place() {
        assert_eq!(decode("金额 ¥3".as_bytes()), Ok("金额 ¥3"));
        assert_eq!(decode(b"ab\xff\xfe"), Err(DecodeError::NotUtf8 { byte: 2 }));
        assert_eq!(decode("报告".as_bytes().get(..4).unwrap()), Err(DecodeError::NotUtf8 { byte: 3 }));
        let refused = |bytes: &[u8]| decode_any(bytes, None).unwrap_err();
        assert_eq!(refused(b"PK\x03\x04\x00\x00"), DecodeError::Binary { byte: 4 });
        assert_eq!(refused(b"\x01\x02\x03\xfe\xff\x04"), DecodeError::Binary { byte: 0 });
        assert_eq!(refused(&SIMPLIFIED.as_bytes()[..SIMPLIFIED.len() - 1]), DecodeError::NotUtf8 { byte: 70 });
        assert!(matches!(refused(b"\xff\xfea\x00\x00\xd8"), DecodeError::Malformed { encoding: "UTF-16LE", .. }));
    }

    proptest! {
        #[test]
        fn utf_8_stays_what_it_is_and_no_bytes_panic(text in "\\PC{0,60}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let decoded = decode_any(text.as_bytes(), None);
            prop_assert_eq!(decoded.map(|decoded| decoded.text.into_owned()), Ok(text));
            let _ = decode_any(&bytes, None);
        }
    }
}
