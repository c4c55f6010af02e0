//! The sources of an answer: passages in which what is quoted is marked.

use std::fmt::{self, Write};

use kag_core::Span;

use super::escape::Escaped;
use crate::Citation;

/// Most bytes of a passage that are shown before and behind what is quoted.
const AROUND: usize = 300;

pub(super) fn write_sources(page: &mut String, citations: &[Citation]) -> fmt::Result {
    if citations.is_empty() {
        return Ok(());
    }
    page.push_str("<section><h2>Sources</h2>\n<ol class=\"sources\">\n");
    for citation in citations {
        write!(page, "<li id=\"c{}\"><blockquote>", citation.number)?;
        write_passage(page, &citation.passage, citation.in_passage)?;
        page.push_str("</blockquote>");
        if let Some(statement) = &citation.statement {
            write!(page, "states: {}<br>", Escaped(statement))?;
        }
        let (title, uri, span) = (Escaped(&citation.title), Escaped(&citation.uri), citation.span);
        writeln!(page, "<small>{title} {uri} bytes {span}</small></li>")?;
    }
    page.push_str("</ol></section>\n");
    Ok(())
}

/// The passage around `quoted`, which is marked.
fn write_passage(page: &mut String, passage: &str, quoted: Span) -> fmt::Result {
    let from = passage.floor_char_boundary(quoted.start.saturating_sub(AROUND));
    let to = passage.ceil_char_boundary(quoted.end.saturating_add(AROUND).min(passage.len()));
    let part = |from: usize, to: usize| passage.get(from..to).unwrap_or_default();
    let (before, behind) = (if from > 0 { "… " } else { "" }, if to < passage.len() { " …" } else { "" });
    let mark = part(quoted.start, quoted.end);
    write!(page, "{before}{}<mark>{}</mark>", Escaped(part(from, quoted.start)), Escaped(mark))?;
    write!(page, "{}{behind}", Escaped(part(quoted.end, to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(passage: &str, start: usize, end: usize) -> String {
        let mut page = String::new();
        write_passage(&mut page, passage, Span::new(start, end)).unwrap_or_default();
        page
    }

    #[test]
    fn what_is_quoted_is_marked_in_its_passage() {
        assert_eq!(shown("a < b & c", 2, 5), "a <mark>&lt; b</mark> &amp; c");
        assert_eq!(shown("曼联成立于1878年。", 0, 6), "<mark>曼联</mark>成立于1878年。");
    }

    #[test]
    fn a_long_passage_is_cut_between_characters() {
        let long = "曼".repeat(500);
        let page = shown(&long, 600, 606);
        assert!(page.starts_with("… 曼") && page.ends_with("曼 …") && page.contains("<mark>曼曼</mark>"), "{page}");
        assert!(page.len() < 1000);
    }
}
