//! The forward pass of BERT over several texts at once, without padding.

use candle_core::{D, Device, Result, Tensor};
use candle_nn::VarBuilder;

use crate::{
    activation::Activation,
    config::Config,
    rows::{AddBias, AddNorm, Softmax},
};

/// The network. The rows of all texts of a batch lie one under the other, so every linear layer is
/// one matrix product without padding, and only attention looks at one text at a time.
#[derive(Debug)]
pub(crate) struct Encoder {
    words: Tensor,
    /// Position vectors with the vector of the first segment added to each.
    positions: Tensor,
    norm: AddNorm,
    layers: Vec<Layer>,
    heads: usize,
}

#[derive(Debug)]
struct Layer {
    /// Query, key and value beside each other; the query divided by the root of a head's width.
    attention: Tensor,
    attention_bias: AddBias,
    output: Tensor,
    output_norm: AddNorm,
    up: Tensor,
    up_bias: AddBias,
    down: Tensor,
    down_norm: AddNorm,
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
            norm: norm(&embeddings.pp("LayerNorm"), vec![0.0; width], eps)?,
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
        let mut hidden = of(&self.words, ids)?;
        hidden.inplace_op2(&of(&self.positions, places)?, &self.norm)?;
        for layer in &self.layers {
            hidden = layer.forward(&hidden, &lengths, self.heads)?;
        }
        split(&hidden, &lengths)
    }
}

impl Layer {
    fn load(weights: &VarBuilder<'_>, config: &Config, activation: Activation) -> Result<Self> {
        let (width, inner, eps) = (config.hidden_size, config.intermediate_size, config.layer_norm_eps);
        let own = weights.pp("attention.self");
        let scale = ((width / config.num_attention_heads) as f64).sqrt().recip();
        let query = (linear(&own.pp("query"), width, width)? * scale)?;
        let (key, value) = (linear(&own.pp("key"), width, width)?, linear(&own.pp("value"), width, width)?);
        let part = |name: &str| own.pp(name).get(width, "bias");
        let biases = [(part("query")? * scale)?, part("key")?, part("value")?];

        let output = weights.pp("attention.output");
        let (up, down) = (weights.pp("intermediate.dense"), weights.pp("output"));
        let bias = |of: &VarBuilder<'_>| of.pp("dense").get(width, "bias")?.to_vec1();
        Ok(Self {
            attention: Tensor::cat(&[query, key, value], 1)?,
            attention_bias: AddBias { bias: Tensor::cat(&biases, 0)?.to_vec1()?, activation: None },
            output: linear(&output.pp("dense"), width, width)?,
            output_norm: norm(&output.pp("LayerNorm"), bias(&output)?, eps)?,
            up: linear(&up, width, inner)?,
            up_bias: AddBias { bias: up.get(inner, "bias")?.to_vec1()?, activation: Some(activation) },
            down: linear(&down.pp("dense"), inner, width)?,
            down_norm: norm(&down.pp("LayerNorm"), bias(&down)?, eps)?,
        })
    }

    fn forward(&self, hidden: &Tensor, lengths: &[usize], heads: usize) -> Result<Tensor> {
        let mixed = hidden.matmul(&self.attention)?;
        mixed.inplace_op1(&self.attention_bias)?;
        let seen = split(&mixed, lengths)?.iter().map(|text| attend(text, heads)).collect::<Result<Vec<_>>>()?;
        let seen = Tensor::cat(&seen, 0)?.matmul(&self.output)?;
        seen.inplace_op2(hidden, &self.output_norm)?;
        let inner = seen.matmul(&self.up)?;
        inner.inplace_op1(&self.up_bias)?;
        let outer = inner.matmul(&self.down)?;
        outer.inplace_op2(&seen, &self.down_norm)?;
        Ok(outer)
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
    let weights = query.matmul(&key.t()?)?;
    weights.inplace_op1(&Softmax)?;
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

/// The weight of a linear layer, laid out \[in\]\[out\].
fn linear(weights: &VarBuilder<'_>, from: usize, to: usize) -> Result<Tensor> {
    weights.get((to, from), "weight")?.t()?.contiguous()
}

/// A layer norm after `bias` and the residual; older files call its weight and shift `gamma` and
/// `beta`.
fn norm(weights: &VarBuilder<'_>, bias: Vec<f32>, eps: f64) -> Result<AddNorm> {
    let names = if weights.contains_tensor("gamma") { ("gamma", "beta") } else { ("weight", "bias") };
    let vector = |name| weights.get(bias.len(), name)?.to_vec1();
    Ok(AddNorm { weight: vector(names.0)?, shift: vector(names.1)?, bias, eps: eps as f32 })
}

/// The mean of the rows.
pub(crate) fn mean(rows: &Tensor) -> Result<Vec<f32>> {
    rows.mean(D::Minus2)?.to_vec1()
}

/// The first row.
pub(crate) fn first(rows: &Tensor) -> Result<Vec<f32>> {
    rows.get(0)?.to_vec1()
}
