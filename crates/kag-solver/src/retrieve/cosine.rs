//! How alike two vectors are.

use kag_core::Embedding;

/// The cosine of two vectors; 0 where one of them is all zero.
pub(crate) fn cosine(left: &Embedding, right: &Embedding) -> f32 {
    let product = |left: &Embedding, right: &Embedding| -> f32 {
        left.as_slice().iter().zip(right.as_slice()).map(|(left, right)| left * right).sum()
    };
    let lengths = (product(left, left) * product(right, right)).sqrt();
    if lengths > 0.0 { product(left, right) / lengths } else { 0.0 }
}
