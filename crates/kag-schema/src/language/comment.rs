//! Comments, which stand on lines of their own.

use std::sync::Arc;

use kag_core::{Predicate, TypeName};
use serde::{Deserialize, Serialize};

use super::text::is_blank;

/// A comment of a schema file: a line that begins with `#`. `// text` and `/* text */` are
/// read too, and printed as lines with `#`.
///
/// One that stood at the end of a line with something else on it is moved above it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Comment {
    /// What stands behind the `#`.
    pub text: Arc<str>,
    /// What it stands before.
    pub place: CommentPlace,
}

/// What a comment stands before.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CommentPlace {
    /// The namespace.
    Namespace,
    /// A type.
    Type(TypeName),
    /// A property of a type.
    Property(TypeName, Predicate),
    /// A sub-property of a property of a type.
    Qualifier(TypeName, Predicate, Predicate),
    /// The end of a type.
    EndOf(TypeName),
    /// The end of the file.
    End,
}

/// Where in `text` a comment begins: `#`, `//` or `/*` at its start or after white space,
/// outside back-quotes, in which a backslash hides the character behind it.
pub(super) fn comment_at(text: &str) -> Option<usize> {
    let (mut blank, mut quoted, mut escaped) = (true, false, false);
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if quoted && c == '\\' {
            escaped = true;
        } else if c == '`' {
            quoted = !quoted;
        } else if blank && !quoted && text.get(at..).is_some_and(begins_comment) {
            return Some(at);
        }
        blank = is_blank(c);
    }
    None
}

/// What stands in a comment of one line, which is given with its marks; `None` where it is
/// none.
pub(super) fn comment_text(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('#').or_else(|| text.strip_prefix("//"));
    let block = || text.strip_prefix("/*").and_then(|rest| rest.strip_suffix("*/")).filter(|rest| !rest.contains("*/"));
    inside.or_else(block).map(|inside| inside.trim_end_matches(is_blank))
}

/// The lines of the block comment that begins at byte `start`, and the byte after it;
/// `None` where none begins there or it does not end.
pub(super) fn block_comment(source: &str, start: usize) -> Option<(Vec<&str>, usize)> {
    let inside = source.get(start..)?.strip_prefix("/*")?;
    let length = inside.find("*/")?;
    let bare = |line: &'_ str| line.trim_matches(is_blank).len();
    let lines = inside.get(..length)?.split(['\n', '\r']);
    let lines = lines.map(|line| line.trim_matches(is_blank).trim_start_matches('*').trim_end_matches(is_blank));
    Some((lines.filter(|line| bare(line) > 0).collect(), start + 2 + length + 2))
}

fn begins_comment(text: &str) -> bool {
    ["#", "//", "/*"].iter().any(|mark| text.starts_with(mark))
}
