//! The length of texts in the tokens of a model.

use std::{fmt, path::Path};

use kag_core::ContentHash;
use kag_llm::TokenCounter;
use tokenizers::Tokenizer;

use crate::{Error, Result, config::bytes};

/// Counts tokens with the `tokenizer.json` of a model.
///
/// Special tokens around a text (`[CLS]`, `[SEP]`) are not counted: a chunk of 254 tokens fills the 256
/// of a BERT model. Truncation and padding in the file are not heeded, and the spelling of a special token
/// within a text counts as the characters that it is. What the tokenizer does not know is what it makes of
/// it, often one token for a word of any length. A text that it refuses (a character beyond a vocabulary that has
/// no token for the unknown) counts a token for each byte.
///
/// The tokens of a whole are at most those of its parts where it is cut between words. Within a word, which a
/// splitter cuts only where it alone is longer than a chunk, a tokenizer may find longer pieces in the parts,
/// and the whole count a little more.
///
/// Counting is linear in the length of the text, for the tokenizer of `all-MiniLM-L6-v2` some 3 MB a second of
/// one core.
///
/// ```no_run
/// use kag_candle::TokenizerCounter;
/// use kag_llm::TokenCounter;
///
/// let counter = TokenizerCounter::from_file("models/all-MiniLM-L6-v2/tokenizer.json")?;
/// assert_eq!(counter.count("A fund fell."), 4);
/// # Ok::<(), kag_candle::Error>(())
/// ```
#[derive(Clone)]
pub struct TokenizerCounter {
    id: String,
    tokenizer: Tokenizer,
}

impl TokenizerCounter {
    /// The tokenizer in the file at `path`, as it is published beside a model.
    ///
    /// # Errors
    /// The file is missing, or not understood.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = bytes(path)?;
        let refuse = |source| Error::Tokenizer { path: path.to_owned(), source };
        let mut tokenizer = Tokenizer::from_bytes(&file).map_err(refuse)?;
        tokenizer.with_padding(None);
        tokenizer.set_encode_special_tokens(true);
        tokenizer.with_truncation(None).map_err(refuse)?;
        Ok(Self { id: format!("tokenizer/{}", ContentHash::of(&file)), tokenizer })
    }
}

impl fmt::Debug for TokenizerCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenizerCounter").field("id", &self.id).finish_non_exhaustive()
    }
}

impl TokenCounter for TokenizerCounter {
    /// Holds a hash of the file.
    fn id(&self) -> &str {
        &self.id
    }

    fn count(&self, text: &str) -> usize {
        self.tokenizer.encode_fast(text, false).map_or(text.len(), |encoding| encoding.len())
    }
}
