//! How much is read.

/// How much of a text is read before it is refused.
///
/// Text from a model has no bound of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Longest text, in bytes.
    pub bytes: usize,
    /// Most operations.
    pub steps: usize,
    /// Deepest nesting of brackets within one operation.
    pub depth: usize,
}

impl Default for Limits {
    /// 1 MiB, 1024 operations, 32 levels.
    fn default() -> Self {
        Self { bytes: 1 << 20, steps: 1024, depth: 32 }
    }
}
