//! Texts to vectors: reading, packing, encoding, pooling.

use kag_core::Embedding;
use rayon::prelude::*;

use crate::{
    config::Pooling,
    encoder::{self, Encoder},
    reader::Reader,
};

/// Tokens encoded at once by one thread: enough to fill a matrix product, few enough for the
/// rows between two layers to stay in the processor's cache.
const PACK: usize = 512;

/// Why texts could not be embedded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("text cannot be read")]
    Read(#[source] tokenizers::Error),
    #[error("network cannot be computed")]
    Compute(#[from] candle_core::Error),
}

/// Everything of a model that computing needs.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) reader: Reader,
    pub(crate) encoder: Encoder,
    pub(crate) pooling: Pooling,
    pub(crate) dim: usize,
}

/// A text's place in the batch and its tokens.
type Placed = (usize, Vec<u32>);

impl Model {
    /// The vectors of `texts` in order, on the threads of the current rayon pool. A text without
    /// tokens has the vector of all zero.
    pub(crate) fn embed(&self, texts: &[String]) -> Result<Vec<Embedding>, Failure> {
        let read = |(at, text): (usize, &String)| Ok((at, self.reader.read(text)?));
        let tokens = texts.par_iter().enumerate().map(read);
        let tokens: Vec<Placed> = tokens.collect::<tokenizers::Result<_>>().map_err(Failure::Read)?;
        let nothing = Embedding::new(vec![0.0; self.dim]);
        let mut vectors = vec![nothing; texts.len()];
        let packs = pack(tokens);
        let found: Vec<Vec<Embedding>> = packs.par_iter().map(|pack| self.encode(pack)).collect::<Result<_, _>>()?;
        for ((at, _), vector) in packs.iter().flatten().zip(found.into_iter().flatten()) {
            if let Some(place) = vectors.get_mut(*at) {
                *place = vector;
            }
        }
        Ok(vectors)
    }

    fn encode(&self, pack: &[Placed]) -> Result<Vec<Embedding>, Failure> {
        let tokens: Vec<&[u32]> = pack.iter().map(|(_, tokens)| tokens.as_slice()).collect();
        let pool = |rows: candle_core::Tensor| {
            let pooled = match self.pooling {
                Pooling::Mean => encoder::mean(&rows)?,
                Pooling::First => encoder::first(&rows)?,
            };
            Ok(Embedding::normalised(pooled))
        };
        self.encoder.forward(&tokens)?.into_iter().map(pool).collect()
    }
}

/// Texts with tokens, longest first (so that no long one is left for the end), cut into packs.
fn pack(mut tokens: Vec<Placed>) -> Vec<Vec<Placed>> {
    tokens.retain(|(_, tokens)| !tokens.is_empty());
    tokens.sort_by_key(|(at, tokens)| (std::cmp::Reverse(tokens.len()), *at));
    let mut packs: Vec<Vec<Placed>> = Vec::new();
    let mut room = 0;
    for (at, tokens) in tokens {
        match packs.last_mut().filter(|_| tokens.len() <= room) {
            Some(last) => {
                room -= tokens.len();
                last.push((at, tokens));
            }
            None => {
                room = PACK.saturating_sub(tokens.len());
                packs.push(vec![(at, tokens)]);
            }
        }
    }
    packs
}
