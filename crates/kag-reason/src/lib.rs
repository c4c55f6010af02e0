//! Deterministic evaluation of typed expressions over knowledge graph values.
