//! What bytes look like, whatever they are called.

/// The usual extension of what `bytes` are, where their content tells: `pdf`, `docx` or `html`.
///
/// By the signatures of the WHATWG's MIME sniffing; a PDF may have up to 1,024 bytes before its own.
pub(super) fn sniff(bytes: &[u8]) -> Option<&'static str> {
    let beginning = bytes.get(..1024).unwrap_or(bytes);
    if contains(beginning, b"%PDF-") {
        return Some("pdf");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        // The directory of an archive is at its end.
        let end = bytes.len().saturating_sub(64 * 1024);
        let tail = bytes.get(end..).unwrap_or_default();
        return (contains(beginning, DOCX) || contains(tail, DOCX)).then_some("docx");
    }
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning).trim_ascii_start().to_ascii_lowercase();
    let is_html = text.starts_with(b"<!doctype html") || text.starts_with(b"<html");
    (is_html || (text.starts_with(b"<?xml") && contains(&text, b"<html"))).then_some("html")
}

const DOCX: &[u8] = b"word/document";

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_content() {
        for (bytes, expect) in [
            (&b"junk\n%PDF-1.7"[..], Some("pdf")),
            (b"PK\x03\x04....word/document.xml", Some("docx")),
            (b"PK\x03\x04....xl/workbook.xml", None),
            (b"\xef\xbb\xbf \n<!DOCTYPE HTML><p>", Some("html")),
            (b"<?xml version=\"1.0\"?>\n<html>", Some("html")),
            (b"<p>html is a language", None),
            (b"", None),
        ] {
            assert_eq!(sniff(bytes), expect, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
