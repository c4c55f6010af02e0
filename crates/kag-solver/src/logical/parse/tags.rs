//! Taking off the tags in which models wrap what they write: `<think>`, `<answer>`.

use std::borrow::Cow;

use kag_core::Span;

use super::lex::is_blank;

/// Tags around what a model thought, which is no plan.
const THOUGHTS: [&str; 4] = ["think", "thinking", "thought", "reasoning"];
/// Tags around what it answers.
const WRAPPERS: [&str; 7] = ["answer", "plan", "output", "response", "result", "logic_form", "logical_form"];

/// A tag and where it stands.
struct Tag {
    span: Span,
    name: &'static str,
    closes: bool,
}

/// `text` of the same length, in which blanks stand for the tags and for what was thought;
/// and the lines that were thought.
///
/// A tag counts where it begins or ends a line. What stands before a closing tag that
/// nothing opened was thought, for some prompts open it themselves; an opening one that
/// nothing closes hides nothing.
pub(super) fn unwrapped(text: &str) -> (Cow<'_, str>, Vec<Span>) {
    let tags = tags(text);
    if tags.is_empty() {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut hidden: Vec<Span> = tags.iter().map(|tag| tag.span).collect();
    let mut thoughts = Vec::new();
    let mut open: Option<&Tag> = None;
    for tag in tags.iter().filter(|tag| THOUGHTS.contains(&tag.name)) {
        match (tag.closes, open) {
            (false, None) => open = Some(tag),
            (true, Some(opening)) => {
                thoughts.push(Span::new(opening.span.end, tag.span.start));
                open = None;
            }
            (true, None) if thoughts.is_empty() => thoughts.push(Span::new(0, tag.span.start)),
            _ => {}
        }
    }
    hidden.extend(&thoughts);
    let lines = thoughts.iter().flat_map(|thought| lines(text, *thought)).collect();
    (Cow::Owned(blanked(text, &hidden)), lines)
}

/// Whether `text` holds a tag, wherever it stands.
pub(super) fn holds_tag(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| tag_at(text, at).is_some())
}

fn tags(text: &str) -> Vec<Tag> {
    let mut found: Vec<Tag> = Vec::new();
    for (at, _) in text.match_indices('<') {
        let Some(tag) = tag_at(text, at) else { continue };
        let before = text.get(..at).unwrap_or_default().trim_end_matches(is_space);
        let after = text.get(tag.span.end..).unwrap_or_default().trim_start_matches(is_space);
        let begins = before.is_empty() || before.ends_with(['\n', '`']);
        let behind_tag = found.last().is_some_and(|last| last.span.end == before.len());
        let ends = after.is_empty() || after.starts_with(['\n', '\r', '`', '<']);
        if begins || behind_tag || ends {
            found.push(tag);
        }
    }
    found
}

fn is_space(c: char) -> bool {
    is_blank(c) && c != '\n' && c != '\r'
}

/// The tag that begins at `at`.
fn tag_at(text: &str, at: usize) -> Option<Tag> {
    let inside = text.get(at + '<'.len_utf8()..)?;
    let (inside, _) = inside.get(..inside.len().min(24)).unwrap_or(inside).split_once('>')?;
    let (closes, name) = match inside.strip_prefix('/') {
        Some(name) => (true, name),
        None => (false, inside),
    };
    let mut known = THOUGHTS.iter().chain(&WRAPPERS);
    let name = known.find(|known| known.eq_ignore_ascii_case(name.trim()))?;
    Some(Tag { span: Span::new(at, at + inside.len() + "<>".len()), name, closes })
}

/// `text` with blanks in these places, line breaks kept.
fn blanked(text: &str, hidden: &[Span]) -> String {
    let mut hidden = hidden.to_vec();
    hidden.sort_unstable_by_key(|span| (span.start, span.end));
    let mut out = String::with_capacity(text.len());
    for span in hidden {
        out.push_str(text.get(out.len()..span.start).unwrap_or_default());
        let rest = text.get(out.len()..span.end).unwrap_or_default();
        for c in rest.chars() {
            match c {
                '\n' => out.push('\n'),
                c => out.extend(std::iter::repeat_n(' ', c.len_utf8())),
            }
        }
    }
    out.push_str(text.get(out.len()..).unwrap_or_default());
    out
}

/// The lines within `span` that say something.
fn lines(text: &str, span: Span) -> Vec<Span> {
    let mut start = span.start;
    let mut found = Vec::new();
    for line in span.of(text).unwrap_or_default().split_inclusive('\n') {
        let end = start + line.len();
        found.extend(Some(Span::new(start, end)).filter(|_| !line.trim().is_empty()));
        start = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (String, Vec<&str>) {
        let (blank, thoughts) = unwrapped(text);
        assert_eq!(blank.len(), text.len());
        let words: Vec<&str> = blank.split_whitespace().collect();
        (words.join(" "), thoughts.iter().filter_map(|span| span.of(text)).map(str::trim).collect())
    }

    #[test]
    fn thoughts_are_set_apart_and_wrappers_taken_off() {
        assert_eq!(
            shown("<think>先查球队\nthen sort</think>\n<answer>\nA\n</answer>"),
            ("A".into(), vec!["先查球队", "then sort"])
        );
        assert_eq!(shown("begun elsewhere </THINK> <answer>A</answer>"), ("A".into(), vec!["begun elsewhere"]));
        assert_eq!(shown("<think>cut off\nA"), ("cut off A".into(), vec![]));
        assert_eq!(shown("<think></think>A"), ("A".into(), vec![]));
    }

    #[test]
    fn tags_within_a_line_are_text() {
        assert_eq!(shown("is <answer> a tag?").0, "is <answer> a tag?");
        assert!(holds_tag("is <answer> a tag?") && !holds_tag("1 < 2 > 0"));
    }

    proptest::proptest! {
        #[test]
        fn the_length_and_the_line_breaks_stay(text in "(<think>|</think>|<answer>|</answer>|<|>|罗|[a-z \n`]|\\PC){0,30}") {
            let (blank, thoughts) = unwrapped(&text);
            proptest::prop_assert_eq!(blank.len(), text.len());
            proptest::prop_assert_eq!(blank.matches('\n').count(), text.matches('\n').count());
            proptest::prop_assert!(thoughts.iter().all(|span| span.of(&text).is_some()));
        }
    }
}
