//! Comments, which stand on lines of their own.

use std::sync::Arc;

use kag_core::{Predicate, TypeName};
use serde::{Deserialize, Serialize};

/// A comment of a schema file: a line that begins with `#`.
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

/// The end of `text` from which a comment goes on: a `#` at its start or after white space,
/// outside back-quotes.
pub(super) fn comment_at(text: &str) -> Option<usize> {
    let (mut blank, mut quoted) = (true, false);
    for (at, c) in text.char_indices() {
        match c {
            '`' => quoted = !quoted,
            '#' if blank && !quoted => return Some(at),
            _ => {}
        }
        blank = super::text::is_blank(c);
    }
    None
}
