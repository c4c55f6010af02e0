//! What is asked for.

use super::Analyser;

/// The terms of `query` and how often it has each, by their bytes, so that scores are summed
/// in one order.
pub(super) fn terms(analyser: &Analyser, query: &str) -> Vec<(String, f64)> {
    let mut terms = analyser.terms(query);
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
