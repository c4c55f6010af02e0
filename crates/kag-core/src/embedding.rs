//! Vectors.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A dense vector, cheap to clone.
///
/// Embedders return vectors of length 1 (or all zero), so the dot product of two is their cosine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Embedding(Arc<[f32]>);

impl Embedding {
    /// The vector with these components.
    #[must_use]
    pub fn new(components: impl Into<Arc<[f32]>>) -> Self {
        Self(components.into())
    }

    /// The components divided by their length; all zero stays all zero, and a component
    /// that is not finite makes the whole vector zero.
    #[must_use]
    pub fn normalised(mut components: Vec<f32>) -> Self {
        let length = components.iter().map(|c| f64::from(*c).powi(2)).sum::<f64>().sqrt();
        if !length.is_finite() {
            components.fill(0.0);
        } else if length > 0.0 {
            components.iter_mut().for_each(|c| *c = (f64::from(*c) / length) as f32);
        }
        Self(components.into())
    }

    /// The components.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// Number of components.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.0.len()
    }
}
