//! Criterion benches of every kernel.
