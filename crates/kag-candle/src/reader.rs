//! Texts to token ids, by the model's own `tokenizer.json`.

use std::path::Path;

use tokenizers::{PostProcessor, Tokenizer, TruncationParams};

use crate::{Error, Result, config::bytes};

/// The tokenizer of a model, cutting at a number of tokens.
#[derive(Debug)]
pub(crate) struct Reader {
    tokenizer: Tokenizer,
}

impl Reader {
    /// Reads `tokenizer.json`; padding and truncation in it are replaced by our own. Spellings of
    /// special tokens in a text (`[SEP]`) are read as text.
    pub(crate) fn open(dir: &Path, vocab_size: usize, max_tokens: usize) -> Result<Self> {
        let path = dir.join("tokenizer.json");
        let refuse = |source| Error::Tokenizer { path: path.clone(), source };
        let mut tokenizer = Tokenizer::from_bytes(bytes(&path)?).map_err(refuse)?;
        let top = tokenizer.get_vocab(true).into_values().max();
        if let Some(top) = top.filter(|top| *top as usize >= vocab_size) {
            let text = format!("token {top} in a vocabulary of {vocab_size}");
            return Err(refuse(text.into()));
        }
        let special = tokenizer.get_post_processor().map_or(0, |added| added.added_tokens(false));
        if max_tokens <= special {
            return Err(Error::MaxTokens { max_tokens, special });
        }
        tokenizer.with_padding(None);
        tokenizer.set_encode_special_tokens(true);
        let cut = TruncationParams { max_length: max_tokens, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(cut)).map_err(refuse)?;
        Ok(Self { tokenizer })
    }

    /// The tokens of `text` with the special ones around them; none when the text has none.
    pub(crate) fn read(&self, text: &str) -> tokenizers::Result<Vec<u32>> {
        let encoding = self.tokenizer.encode_fast(text, true)?;
        let seen = encoding.get_special_tokens_mask().contains(&0);
        Ok(if seen { encoding.get_ids().to_vec() } else { Vec::new() })
    }
}
