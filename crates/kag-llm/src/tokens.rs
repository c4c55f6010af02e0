//! How many tokens a text has, or is likely to have.

use std::{fmt, sync::Arc};

use crate::{Request, Usage, script};

/// Says how long a text is, in the unit that a model counts in.
///
/// ```
/// use kag_llm::TokenCounter;
///
/// /// Counts bytes, for an index with a limit of them.
/// #[derive(Debug)]
/// struct Bytes;
///
/// impl TokenCounter for Bytes {
///     fn id(&self) -> &str {
///         "bytes"
///     }
///
///     fn count(&self, text: &str) -> usize {
///         text.len()
///     }
/// }
/// ```
pub trait TokenCounter: fmt::Debug + Send + Sync + 'static {
    /// Name and version; part of every fingerprint.
    fn id(&self) -> &str;

    /// The length of `text`; 0 for none. The length of a whole should not exceed the sum of
    /// those of its parts: a splitter counts each sentence once, and adds.
    fn count(&self, text: &str) -> usize;
}

#[deny(clippy::missing_trait_methods)]
impl<T: TokenCounter + ?Sized> TokenCounter for Arc<T> {
    fn id(&self) -> &str {
        (**self).id()
    }

    fn count(&self, text: &str) -> usize {
        (**self).count(text)
    }
}

/// Tokens added per message by chat formats: role and separators.
const PER_MESSAGE: u64 = 4;

/// The tokens `text` is likely to have, where no provider counts them.
///
/// A Han, Kana or Hangul character counts 1; an ASCII or Latin byte a quarter; any other
/// character a half. The result is rounded up, so only the empty text has none. Against the
/// tokenisers of common chat models this is within about a third on prose, and high rather
/// than low on Chinese; it is meant for budgets and batches, not for bills.
///
/// ```
/// use kag_llm::estimate_tokens;
///
/// assert_eq!(estimate_tokens("知识增强生成"), 6);
/// assert_eq!(estimate_tokens("Knowledge augmented generation."), 8);
/// assert_eq!(estimate_tokens(""), 0);
/// ```
#[must_use]
pub fn estimate_tokens(text: &str) -> u64 {
    let quarters: u64 = text
        .chars()
        .map(|c| match c {
            c if script::is_han(c) || script::is_kana(c) || script::is_hangul(c) => 4,
            '\0'..='\u{24f}' => c.len_utf8() as u64,
            _ => 2,
        })
        .sum();
    quarters.div_ceil(4)
}

impl Request {
    /// The tokens this request is likely to have: its messages, the overhead of a chat
    /// format, and the schema of its reply.
    #[must_use]
    pub fn estimated_tokens(&self) -> u64 {
        let said: u64 = self.messages.iter().map(|message| estimate_tokens(&message.text) + PER_MESSAGE).sum();
        let schema = match &self.format {
            crate::Format::Json { schema, .. } => estimate_tokens(&schema.to_string()),
            crate::Format::Text => 0,
        };
        said + schema
    }
}

impl Usage {
    /// The likely cost of answering `request` with `reply`, where the provider does not say.
    #[must_use]
    pub fn estimated(request: &Request, reply: &str) -> Self {
        Self { input_tokens: request.estimated_tokens(), output_tokens: estimate_tokens(reply) }
    }

    /// Tokens of request and reply together.
    #[must_use]
    pub fn total(self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}
