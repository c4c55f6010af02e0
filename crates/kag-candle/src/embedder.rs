//! The embedder over a model directory.

use std::{fmt, path::Path, sync::Arc};

use async_trait::async_trait;
use candle_core::{DType, Device, safetensors::load_buffer};
use candle_nn::VarBuilder;
use kag_core::{ContentHash, CpuPool, Embedding};
use kag_llm::{Embedder, ErrorKind, Purpose};

use crate::{
    Error, Pooling, Result,
    config::{Config, bytes, read_max_tokens},
    encoder::Encoder,
    model::{Failure, Model},
    reader::Reader,
};

/// Tokens a text is cut at when neither the options nor the directory say.
const MAX_TOKENS: usize = 256;

/// What a model directory may leave open. Everything here changes the vectors, so it is part of
/// the embedder's id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Longest text in tokens, special ones included; what is beyond is not seen. Default: what
    /// `sentence_bert_config.json` says, else 256; never more than the model has positions for.
    pub max_tokens: Option<usize>,
    /// How token vectors become one. Default: what `1_Pooling/config.json` says, else the mean.
    pub pooling: Option<Pooling>,
    /// Put before every query (E5: `query: `).
    pub query_prefix: String,
    /// Put before every document (E5: `passage: `).
    pub document_prefix: String,
}

impl Options {
    /// Cuts texts at so many tokens.
    #[must_use]
    pub fn with_max_tokens(mut self, max_tokens: usize) -> Self {
        self.max_tokens = Some(max_tokens);
        self
    }

    /// Pools in this way, whatever the directory says.
    #[must_use]
    pub fn with_pooling(mut self, pooling: Pooling) -> Self {
        self.pooling = Some(pooling);
        self
    }

    /// Puts these before queries and documents.
    #[must_use]
    pub fn with_prefixes(mut self, query: impl Into<String>, document: impl Into<String>) -> Self {
        (self.query_prefix, self.document_prefix) = (query.into(), document.into());
        self
    }
}

/// An embedder that runs a BERT-family sentence model on the processor.
///
/// Computing happens on a [`CpuPool`], one pack of texts a thread; the async
/// executor only waits. A text has the same vector, to rounding, alone and in any batch. A text in
/// which the tokenizer sees nothing has the vector of all zero.
///
/// Memory: the weights in f32 (90 MB for `all-MiniLM-L6-v2`; twice that while reading), and some
/// megabytes a thread.
///
/// # Cancellation
/// Dropping the future of [`embed`](Embedder::embed) gives its result up; work that has begun runs
/// to its end. Give batches of a few hundred texts.
pub struct CandleEmbedder {
    id: String,
    model: Arc<Model>,
    cpu: CpuPool,
    query_prefix: String,
    document_prefix: String,
}

impl CandleEmbedder {
    /// The model in `dir`, as the directory describes it.
    ///
    /// # Errors
    /// A file is missing or not understood, a weight is missing or of another shape, or
    /// `config.json` asks for an architecture other than BERT's.
    pub fn from_dir(dir: impl AsRef<Path>) -> Result<Self> {
        Self::from_dir_with(dir, &Options::default())
    }

    /// The model in `dir` with these options.
    ///
    /// # Errors
    /// As [`from_dir`](Self::from_dir); also when `max_tokens` has no place for text.
    pub fn from_dir_with(dir: impl AsRef<Path>, options: &Options) -> Result<Self> {
        let dir = dir.as_ref();
        let (config, activation) = Config::read(dir)?;
        let pooling = match options.pooling {
            Some(pooling) => pooling,
            None => Pooling::read(dir)?,
        };
        let asked = match options.max_tokens {
            Some(tokens) => tokens,
            None => read_max_tokens(dir)?.unwrap_or(MAX_TOKENS),
        };
        let max_tokens = asked.min(config.max_position_embeddings);
        let reader = Reader::open(dir, config.vocab_size, max_tokens)?;

        let path = dir.join("model.safetensors");
        let file = bytes(&path)?;
        let refuse = |source| Error::Weights { path: path.clone(), source };
        let weights = load_buffer(&file, &Device::Cpu).map_err(refuse)?;
        let weights = VarBuilder::from_tensors(weights, DType::F32, &Device::Cpu);
        let encoder = Encoder::load(&weights, &config, activation).map_err(refuse)?;

        let parts = [
            file,
            bytes(&dir.join("tokenizer.json"))?,
            bytes(&dir.join("config.json"))?,
            format!("{pooling:?} {max_tokens}").into_bytes(),
            options.query_prefix.clone().into_bytes(),
            options.document_prefix.clone().into_bytes(),
        ];
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let dim = config.hidden_size;
        Ok(Self {
            id: format!("kag-candle/bert-{dim}/{}", ContentHash::of_parts(&parts)),
            model: Arc::new(Model { reader, encoder, pooling, dim }),
            cpu: CpuPool::default(),
            query_prefix: options.query_prefix.clone(),
            document_prefix: options.document_prefix.clone(),
        })
    }

    /// Computes on these threads; by default on as many of its own as there are cores.
    #[must_use]
    pub fn with_cpu(mut self, cpu: CpuPool) -> Self {
        self.cpu = cpu;
        self
    }

    /// Replaces the id, which otherwise holds a hash of the files and options.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }
}

impl fmt::Debug for CandleEmbedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CandleEmbedder")
            .field("id", &self.id)
            .field("dim", &self.model.dim)
            .field("pooling", &self.model.pooling)
            .field("cpu", &self.cpu)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Embedder for CandleEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dim(&self) -> usize {
        self.model.dim
    }

    async fn embed(&self, texts: &[&str], purpose: Purpose) -> kag_llm::Result<Vec<Embedding>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let prefix = match purpose {
            Purpose::Query => &self.query_prefix,
            Purpose::Document => &self.document_prefix,
        };
        let texts: Vec<String> = texts.iter().map(|text| format!("{prefix}{text}")).collect();
        let model = Arc::clone(&self.model);
        let error = |kind| kag_llm::Error::new(kind, "candle.embed").with("model", &self.id);
        self.cpu
            .run("candle.embed", move || model.embed(&texts))
            .await
            .map_err(|lost| error(ErrorKind::Unavailable).because(lost))?
            .map_err(|failure: Failure| error(ErrorKind::InvalidInput).because(failure))
    }
}
