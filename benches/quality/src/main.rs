//! Measures recall and answers, not time.
fn main() {}
