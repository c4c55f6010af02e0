//! How many texts go at once.

use std::num::NonZeroUsize;

/// How many texts go into one request.
///
/// ```
/// use std::num::NonZeroUsize;
/// use kag_openai::EmbeddingBatch;
///
/// let one_by_one = EmbeddingBatch::default().with_texts(NonZeroUsize::MIN);
/// assert_eq!(one_by_one.texts.get(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmbeddingBatch {
    /// Most texts; default 96.
    pub texts: NonZeroUsize,
    /// Most bytes of text, default 256 KiB; a longer text goes alone.
    pub bytes: usize,
}

impl Default for EmbeddingBatch {
    fn default() -> Self {
        Self { texts: NonZeroUsize::MIN.saturating_add(95), bytes: 256 << 10 }
    }
}

impl EmbeddingBatch {
    /// The same with at most `texts` texts.
    #[must_use]
    pub fn with_texts(mut self, texts: NonZeroUsize) -> Self {
        self.texts = texts;
        self
    }

    /// The same with at most `bytes` bytes of text.
    #[must_use]
    pub fn with_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// Cuts `texts` into batches, in order.
    pub(super) fn cut<'a, 't>(self, texts: &'a [&'t str]) -> impl Iterator<Item = &'a [&'t str]> {
        let mut rest = texts;
        std::iter::from_fn(move || {
            let mut bytes = 0_usize;
            let fits = rest.iter().take(self.texts.get()).take_while(|text| {
                bytes = bytes.saturating_add(text.len());
                bytes <= self.bytes
            });
            let count = fits.count().max(1).min(rest.len());
            let (batch, after) = rest.split_at_checked(count)?;
            rest = after;
            Some(batch).filter(|batch| !batch.is_empty())
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn batches_keep_order_lose_nothing_and_stay_within_both_bounds(
            texts in prop::collection::vec("[a识]{0,9}", 0..20),
            most in 1_usize..5,
            bytes in 0_usize..20,
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let batch = EmbeddingBatch::default()
                .with_texts(NonZeroUsize::new(most).unwrap())
                .with_bytes(bytes);
            let cut: Vec<&[&str]> = batch.cut(&texts).collect();
            prop_assert_eq!(&cut.concat(), &texts);
            for part in cut {
                prop_assert!(!part.is_empty() && part.len() <= most);
                let size: usize = part.iter().map(|text| text.len()).sum();
                prop_assert!(size <= bytes || part.len() == 1);
            }
        }
    }
}
