//! An OpenAI-compatible adapter for kag-llm.

mod chat;
mod embedder;
mod endpoint;
mod secret;
mod sse;
mod timeouts;
mod transport;

pub use chat::{Dialect, JsonForm, OpenAi, TokenLimitField};
pub use embedder::{EmbeddingBatch, OpenAiEmbedder};
pub use endpoint::Endpoint;
pub use secret::Secret;
pub use timeouts::Timeouts;
/// About how many tokens `text` has: one for each character beyond ASCII, one for each
/// four of the others.
fn estimate_tokens(text: &str) -> u64 {
    let ascii = text.chars().filter(char::is_ascii).count();
    let others = text.chars().count() - ascii;
    (others + ascii.div_ceil(4)) as u64
}
