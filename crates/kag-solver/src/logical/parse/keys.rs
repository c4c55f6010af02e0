//! The names of arguments, which an expression may seem to begin with.

use super::{formula, v05, v07};

/// Whether the expression `text` begins with what some operation takes for the name of an
/// argument.
pub(in crate::logical) fn begins_with_key(text: &str) -> bool {
    let keys = [v07::MATH, v05::SIDES, formula::FORMULA].into_iter().flatten();
    let mut names = keys.flat_map(|(key, others)| std::iter::once(key).chain(*others));
    let word = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (word, rest) = text.split_at(word);
    let assigns = rest.trim_start().starts_with(['=', '<', '>', '!', '[']);
    assigns && names.any(|key| key.eq_ignore_ascii_case(word))
}
