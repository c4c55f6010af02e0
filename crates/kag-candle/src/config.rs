//! The configuration files of a model directory.

use std::{fs, path::Path};

use serde::{Deserialize, de::DeserializeOwned};

use crate::{Error, Result, activation::Activation};

/// How the vectors of a text's tokens become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pooling {
    /// The mean of all of them.
    Mean,
    /// The first one.
    First,
}

/// `config.json`: the shape of the network.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Config {
    pub(crate) model_type: String,
    pub(crate) vocab_size: usize,
    pub(crate) hidden_size: usize,
    pub(crate) num_hidden_layers: usize,
    pub(crate) num_attention_heads: usize,
    pub(crate) intermediate_size: usize,
    pub(crate) hidden_act: String,
    pub(crate) max_position_embeddings: usize,
    pub(crate) type_vocab_size: usize,
    pub(crate) layer_norm_eps: f64,
    #[serde(default = "absolute")]
    pub(crate) position_embedding_type: String,
}

/// `sentence_bert_config.json`: the longest text the model was trained on.
#[derive(Deserialize)]
struct SentenceConfig {
    max_seq_length: Option<usize>,
}

/// `1_Pooling/config.json`: what is made of the token vectors.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct PoolingConfig {
    pooling_mode_mean_tokens: bool,
    pooling_mode_cls_token: bool,
    pooling_mode_max_tokens: bool,
    pooling_mode_mean_sqrt_len_tokens: bool,
    pooling_mode_weightedmean_tokens: bool,
    pooling_mode_lasttoken: bool,
}

fn absolute() -> String {
    "absolute".into()
}

impl Config {
    /// Reads `config.json` and refuses what the encoder does not compute.
    pub(crate) fn read(dir: &Path) -> Result<(Self, Activation)> {
        let path = dir.join("config.json");
        let config: Self = json(&path)?;
        let refuse =
            |field, value: &dyn ToString| Error::Unsupported { path: path.clone(), field, value: value.to_string() };
        if config.model_type != "bert" {
            return Err(refuse("model_type", &config.model_type));
        }
        if config.position_embedding_type != "absolute" {
            let kind = &config.position_embedding_type;
            return Err(refuse("position_embedding_type", kind));
        }
        if config.hidden_size == 0 {
            return Err(refuse("hidden_size", &config.hidden_size));
        }
        let heads = config.num_attention_heads;
        if heads == 0 || !config.hidden_size.is_multiple_of(heads) {
            return Err(refuse("num_attention_heads", &heads));
        }
        let activation =
            Activation::named(&config.hidden_act).ok_or_else(|| refuse("hidden_act", &config.hidden_act))?;
        Ok((config, activation))
    }
}

impl Pooling {
    /// What `1_Pooling/config.json` asks for; the mean where there is no such file.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let path = dir.join("1_Pooling").join("config.json");
        let Some(config) = optional::<PoolingConfig>(&path)? else {
            return Ok(Self::Mean);
        };
        let other = [
            config.pooling_mode_max_tokens,
            config.pooling_mode_mean_sqrt_len_tokens,
            config.pooling_mode_weightedmean_tokens,
            config.pooling_mode_lasttoken,
        ];
        let mode = (config.pooling_mode_mean_tokens, config.pooling_mode_cls_token);
        match (mode, other.contains(&true)) {
            ((true, false), false) => Ok(Self::Mean),
            ((false, true), false) => Ok(Self::First),
            _ => Err(Error::Unsupported { path, field: "pooling_mode", value: "another one, or several".into() }),
        }
    }
}

/// The longest text the directory allows for, in tokens, if it says.
pub(crate) fn read_max_tokens(dir: &Path) -> Result<Option<usize>> {
    let config = optional::<SentenceConfig>(&dir.join("sentence_bert_config.json"))?;
    Ok(config.and_then(|config| config.max_seq_length))
}

/// The bytes of a file that must be there.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    serde_json::from_slice(&bytes(path)?).map_err(|source| Error::Config { path: path.to_owned(), source })
}

fn optional<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    match json(path) {
        Ok(config) => Ok(Some(config)),
        Err(Error::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
