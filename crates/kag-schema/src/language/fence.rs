//! Text over many lines, between `[[` and `]]`.
//!
//! The text ends with the first line that ends with `]]`. Text in which a line does so itself
//! goes between `[=[` and `]=]`, with as many `=` as are needed.

use kag_core::Span;

use super::{
    declaration::{Tail, begins_type, declaration, first_word},
    keyword::{Keyword, word_line},
    lines::{Line, Lines},
    text::{is_blank, trimmed},
};

/// What stands between two fences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fenced {
    /// The text, without white space at its ends.
    pub(super) text: Span,
    /// The byte after the closing fence; after the text where there is none.
    pub(super) end: usize,
    /// Whether there is a closing fence.
    pub(super) closed: bool,
}

/// How a fence opens.
#[derive(Clone, Copy)]
enum Opening {
    /// `[[`, or `[ [`, which the documentation of OpenSPG writes.
    Plain { spaced: bool },
    /// `[=[` with so many `=`.
    Level(usize),
}

/// What stands between the fence that opens at byte `at` and the one that closes it; `None`
/// where none opens.
///
/// Without a closing fence the text ends before the next rule or the next type, so that a
/// forgotten one costs no more than its own rule.
pub(super) fn fenced(source: &str, at: usize) -> Option<Fenced> {
    let (opening, length) = opening(source.get(at..)?)?;
    let start = at + length;
    Some(match opening {
        Opening::Level(level) => {
            let close = format!("]{}]", "=".repeat(level));
            match source.get(start..)?.find(&close) {
                Some(found) => Fenced {
                    text: trimmed(source, Span::new(start, start + found)),
                    end: start + found + close.len(),
                    closed: true,
                },
                None => unclosed(source, start, source.len()),
            }
        }
        Opening::Plain { spaced } => plain(source, start, spaced),
    })
}

fn opening(text: &str) -> Option<(Opening, usize)> {
    let inside = text.strip_prefix('[')?;
    let level = inside.len() - inside.trim_start_matches('=').len();
    if level > 0 {
        return inside.get(level..)?.starts_with('[').then_some((Opening::Level(level), level + 2));
    }
    let after = inside.trim_start_matches([' ', '\t']);
    let blanks = inside.len() - after.len();
    after.starts_with('[').then_some((Opening::Plain { spaced: blanks > 0 }, blanks + 2))
}

fn plain(source: &str, start: usize, spaced: bool) -> Fenced {
    let rest = source.get(start..).unwrap_or("");
    let first_end = start + rest.find(['\n', '\r']).unwrap_or(rest.len());
    for line in Lines::from(source, start) {
        if line.span.start > first_end && begins_another(source, line) {
            return unclosed(source, start, line.span.start);
        }
        let text = line.span.of(source).unwrap_or("");
        let inside = text.strip_suffix(']').map(|rest| if spaced { rest.trim_end_matches(is_blank) } else { rest });
        if let Some(inside) = inside.and_then(|rest| rest.strip_suffix(']')) {
            let text = trimmed(source, Span::new(start, line.span.start + inside.len()));
            return Fenced { text, end: line.span.end, closed: true };
        }
    }
    unclosed(source, start, source.len())
}

/// The text from `start` on that has no closing fence: up to `end`, or up to a line that is
/// indented no more than the opening one and reads like something else.
fn unclosed(source: &str, start: usize, end: usize) -> Fenced {
    let line_start = source.get(..start).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |at| at + 1);
    let opening = Lines::from(source, line_start).next().map_or(0, |line| line.indent);
    let lines = Lines::from(source, start).take_while(|line| line.span.start < end);
    let mut others = lines.filter(|line| line.span.start > start && line.indent <= opening);
    let end = others.find(|line| is_no_rule(source, line.span)).map_or(end, |line| line.span.start);
    let text = trimmed(source, Span::new(start, end));
    Fenced { text, end: if text.is_empty() { start } else { text.end }, closed: false }
}

/// Whether a line reads like a property or a keyword.
fn is_no_rule(source: &str, span: Span) -> bool {
    if word_line(source, span).is_some_and(|line| Keyword::of(line.word).is_some()) {
        return true;
    }
    let mut ignored = Vec::new();
    let Some(declared) = declaration(source, span, &mut ignored) else { return false };
    let Tail::Colon(rest) = declared.tail else { return false };
    ignored.is_empty() && !rest.is_empty() && first_word(source, rest) == rest
}

/// Whether a line begins another rule, type or concept, so that a fence before it was left
/// open.
fn begins_another(source: &str, line: Line) -> bool {
    let concept = |text: &str| text.starts_with('`') && text.contains("/`");
    begins_rule(source, line.span)
        || (line.indent == 0 && (begins_type(source, line.span) || line.span.of(source).is_some_and(concept)))
}

/// Whether a line opens the fence of another rule.
fn begins_rule(source: &str, span: Span) -> bool {
    word_line(source, span)
        .is_some_and(|line| line.word == "rule" && line.value.of(source).is_some_and(|value| value.starts_with('[')))
}

/// `text` between fences as it stands behind `rule: ` on a line indented by `indent`: the fences on lines
/// of their own, without which OpenSPG does not see that they close.
pub(super) fn fence(text: &str, indent: &str) -> String {
    let text = text.trim_matches(is_blank);
    let lines: Vec<&str> = text.lines().collect();
    let body = match lines.as_slice() {
        [] => format!("\n{indent}"),
        [_, rest @ ..] => format!("\n{}{}\n{indent}", margin(rest, indent), lines.join("\n")),
    };
    let plain = format!("[[{body}]]");
    let wanted = trimmed(&plain, Span::new(2, plain.len() - 2));
    if fenced(&plain, 0) == Some(Fenced { text: wanted, end: plain.len(), closed: true }) {
        return plain;
    }
    let levels = (1..).map(|level| "=".repeat(level));
    let free = levels.into_iter().find(|level| !text.contains(&format!("]{level}]"))).unwrap_or_default();
    format!("[{free}[{body}]{free}]")
}

/// The white space before the first line of a text, which is that of the least indented of
/// its other lines.
fn margin(rest: &[&str], indent: &str) -> String {
    let blank = |line: &&str| line.len() - line.trim_start_matches(is_blank).len();
    let filled = rest.iter().filter(|line| !line.trim_matches(is_blank).is_empty());
    let least = filled.min_by_key(|line| blank(line)).map(|line| line.get(..blank(line)).unwrap_or(""));
    match least {
        Some(least) if !least.is_empty() => least.to_owned(),
        _ => format!("{indent}    "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Option<(&str, usize, bool)> {
        fenced(source, 0).map(|found| (found.text.of(source).unwrap(), found.end, found.closed))
    }

    #[test]
    fn a_fence_ends_with_the_line_that_ends_with_it() {
        assert_eq!(read("[[ a[b[1]] > 2 ]]\nnext"), Some(("a[b[1]] > 2", 17, true)));
        assert_eq!(read("[[\r\n\ta\r\n  b ]]  \r\nnext"), Some(("a\r\n  b", 14, true)));
        assert_eq!(read("[ [\n a\n] ]"), Some(("a", 10, true)));
        assert_eq!(read("[=[ a\n]]\n ]=] rest"), Some(("a\n]]", 13, true)));
        assert_eq!(read("[[]]"), Some(("", 4, true)));
        assert_eq!(read("[a]"), None);
    }

    #[test]
    fn without_its_end_a_rule_does_not_take_the_next() {
        let source = "[[\n  a > 1\n    rule: [[ b ]]\n";
        assert_eq!(read(source).map(|(text, _, closed)| (text, closed)), Some(("a > 1", false)));
        let source = "[[\n  a > 1\nPerson(人物): EntityType\n  x(y): Text\n]]";
        assert_eq!(read(source).map(|(text, _, closed)| (text, closed)), Some(("a > 1", false)));
    }

    #[test]
    fn what_is_fenced_is_read_back() {
        for text in [
            "",
            "a",
            "a\n  b\n",
            "x\n]]\ny",
            "]]",
            "rule: [[ a\n b",
            "a\nrule: [[\nb",
            "[=[a]]\n]=]\n]=]",
            "a\nT(t): EntityType",
        ] {
            let fenced = fence(text, "    ");
            assert_eq!(read(&fenced).map(|(text, ..)| text), Some(text.trim()), "{fenced}");
        }
    }
}
