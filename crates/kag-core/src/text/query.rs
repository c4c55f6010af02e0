//! What is asked for.

use super::Analyser;

/// The terms of `query` and how often it has each, by their bytes, so that scores are summed
/// in one order.
pub(super) fn terms(analyser: &Analyser, query: &str) -> Vec<(String, f64)> {
    counted(analyser.terms(query))
}

/// The [`terms`] of `query` but for the last one in reading order, and that one, of which
/// only the beginning is known.
pub(super) fn unfinished(analyser: &Analyser, query: &str) -> Option<(Vec<(String, f64)>, String)> {
    let mut terms = analyser.terms(query);
    let last = terms.pop()?;
    Some((counted(terms), last))
}

fn counted(mut terms: Vec<String>) -> Vec<(String, f64)> {
    terms.sort_unstable();
    let mut counted: Vec<(String, f64)> = Vec::new();
    for term in terms {
        match counted.last_mut() {
            Some((last, times)) if *last == term => *times += 1.0,
            _ => counted.push((term, 1.0)),
        }
    }
    counted
}
