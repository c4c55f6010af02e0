//! The forward pass of BERT over several texts at once, without padding.

use candle_core::{D, Device, Result, Tensor};
use candle_nn::{LayerNorm, Module, VarBuilder, ops::softmax_last_dim};

use crate::{
    activation::{Activate, Activation},
    config::Config,
};

/// The network. The rows of all texts of a batch lie one under the other, so every linear layer is
/// one matrix product without padding, and only attention looks at one text at a time.
#[derive(Debug)]
pub(crate) struct Encoder {
    words: Tensor,
    /// Position vectors with the vector of the first segment added to each.
    positions: Tensor,
    norm: LayerNorm,
    layers: Vec<Layer>,
    heads: usize,
}

#[derive(Debug)]
struct Layer {
    /// Query, key and value beside each other; the query divided by the root of a head's width.
    attention: Linear,
    output: Linear,
    output_norm: LayerNorm,
    up: Linear,
    activate: Activate,
    down: Linear,
    down_norm: LayerNorm,
}

/// `x · weight + bias`, the weight laid out \[in\]\[out\].
#[derive(Debug)]
struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Encoder {
    /// Takes the weights out of `weights` by their published names.
    pub(crate) fn load(weights: &VarBuilder<'_>, config: &Config, act: Activation) -> Result<Self> {
        let root = if weights.contains_tensor("bert.embeddings.word_embeddings.weight") {
            weights.pp("bert")
        } else {
            weights.clone()
        };
        let (width, eps) = (config.hidden_size, config.layer_norm_eps);
        let embeddings = root.pp("embeddings");
        let table = |rows, name: &str| embeddings.get((rows, width), &format!("{name}.weight"));
        let segment = table(config.type_vocab_size, "token_type_embeddings")?.narrow(0, 0, 1)?;
        let positions = table(config.max_position_embeddings, "position_embeddings")?;
        let layers =
            (0..config.num_hidden_layers).map(|n| Layer::load(&root.pp(format!("encoder.layer.{n}")), config, act));
        Ok(Self {
            words: table(config.vocab_size, "word_embeddings")?,
            positions: positions.broadcast_add(&segment)?,
            norm: norm(&embeddings.pp("LayerNorm"), width, eps)?,
            layers: layers.collect::<Result<_>>()?,
            heads: config.num_attention_heads,
        })
    }

    /// The vectors of the tokens of each text, `[tokens][width]` a text. No text may be empty.
    pub(crate) fn forward(&self, texts: &[&[u32]]) -> Result<Vec<Tensor>> {
        let lengths: Vec<usize> = texts.iter().map(|text| text.len()).collect();
        let ids: Vec<u32> = texts.concat();
        let places: Vec<u32> = texts.iter().flat_map(|text| 0..text.len() as u32).collect();
        let of = |table: &Tensor, rows: Vec<u32>| {
            let count = rows.len();
            table.index_select(&Tensor::from_vec(rows, count, &Device::Cpu)?, 0)
        };
        let sum = (of(&self.words, ids)? + of(&self.positions, places)?)?;
        let mut hidden = self.norm.forward(&sum)?;
        for layer in &self.layers {
            hidden = layer.forward(&hidden, &lengths, self.heads)?;
        }
        split(&hidden, &lengths)
    }
}

impl Layer {
    fn load(weights: &VarBuilder<'_>, config: &Config, act: Activation) -> Result<Self> {
        let (width, inner, eps) = (config.hidden_size, config.intermediate_size, config.layer_norm_eps);
        let own = weights.pp("attention.self");
        let part = |name: &str| Linear::load(&own.pp(name), width, width);
        let per_head = (width / config.num_attention_heads) as f64;
        let scale = per_head.sqrt().recip();
        let (query, key, value) = (part("query")?, part("key")?, part("value")?);
        let query = Linear { weight: (query.weight * scale)?, bias: (query.bias * scale)? };
        Ok(Self {
            attention: Linear {
                weight: Tensor::cat(&[query.weight, key.weight, value.weight], 1)?,
                bias: Tensor::cat(&[query.bias, key.bias, value.bias], 0)?,
            },
            output: Linear::load(&weights.pp("attention.output.dense"), width, width)?,
            output_norm: norm(&weights.pp("attention.output.LayerNorm"), width, eps)?,
            up: Linear::load(&weights.pp("intermediate.dense"), width, inner)?,
            activate: Activate(act),
            down: Linear::load(&weights.pp("output.dense"), inner, width)?,
            down_norm: norm(&weights.pp("output.LayerNorm"), width, eps)?,
        })
    }

    fn forward(&self, hidden: &Tensor, lengths: &[usize], heads: usize) -> Result<Tensor> {
        let mixed = self.attention.forward(hidden)?;
        let seen = split(&mixed, lengths)?.iter().map(|text| attend(text, heads)).collect::<Result<Vec<_>>>()?;
        let seen = self.output.forward(&Tensor::cat(&seen, 0)?)?;
        let hidden = self.output_norm.forward(&(seen + hidden)?)?;
        let inner = self.up.forward(&hidden)?;
        inner.inplace_op1(&self.activate)?;
        let outer = self.down.forward(&inner)?;
        self.down_norm.forward(&(outer + hidden)?)
    }
}

/// Scaled dot-product attention within one text; `mixed` is query, key and value a row.
fn attend(mixed: &Tensor, heads: usize) -> Result<Tensor> {
    let (tokens, width) = mixed.dims2()?;
    let width = width / 3;
    let part = |n: usize| {
        mixed.narrow(1, n * width, width)?.reshape((tokens, heads, width / heads))?.transpose(0, 1)?.contiguous()
    };
    let (query, key, value) = (part(0)?, part(1)?, part(2)?);
    let weights = softmax_last_dim(&query.matmul(&key.t()?)?)?;
    weights.matmul(&value)?.transpose(0, 1)?.reshape((tokens, width))
}

/// The rows of each text.
fn split(rows: &Tensor, lengths: &[usize]) -> Result<Vec<Tensor>> {
    let starts = lengths.iter().scan(0, |next, length| {
        let start = *next;
        *next += length;
        Some((start, *length))
    });
    starts.map(|(start, length)| rows.narrow(0, start, length)).collect()
}

impl Linear {
    fn load(weights: &VarBuilder<'_>, from: usize, to: usize) -> Result<Self> {
        Ok(Self { weight: weights.get((to, from), "weight")?.t()?.contiguous()?, bias: weights.get(to, "bias")? })
    }

    fn forward(&self, rows: &Tensor) -> Result<Tensor> {
        rows.matmul(&self.weight)?.broadcast_add(&self.bias)
    }
}

/// A layer norm; older files call its weight and bias `gamma` and `beta`.
fn norm(weights: &VarBuilder<'_>, width: usize, eps: f64) -> Result<LayerNorm> {
    let names = if weights.contains_tensor("gamma") { ("gamma", "beta") } else { ("weight", "bias") };
    let (weight, bias) = (weights.get(width, names.0)?, weights.get(width, names.1)?);
    Ok(LayerNorm::new(weight, bias, eps))
}

/// The mean of the rows.
pub(crate) fn mean(rows: &Tensor) -> Result<Vec<f32>> {
    rows.mean(D::Minus2)?.to_vec1()
}

/// The first row.
pub(crate) fn first(rows: &Tensor) -> Result<Vec<f32>> {
    rows.get(0)?.to_vec1()
}
