//! Embeddings.

mod answer;
mod batch;

use std::{num::NonZeroUsize, sync::Arc};

use async_trait::async_trait;
use kag_core::Embedding;
use kag_llm::{Embedder, ErrorKind, Purpose, Result};
use serde::Serialize;

use self::answer::in_order;
use crate::{
    Endpoint,
    transport::{Answer, Call},
};

pub use self::batch::EmbeddingBatch;

const PATH: &str = "embeddings";

/// An embedding model behind an OpenAI-compatible server.
///
/// Texts go in batches bounded by count and by bytes, one batch after the other. A text of
/// white space alone is not sent; its vector is zero.
///
/// ```no_run
/// use kag_llm::{Embedder, Purpose};
/// use kag_openai::{Endpoint, OpenAiEmbedder};
///
/// # async fn run() -> kag_llm::Result<()> {
/// let endpoint = Endpoint::new("http://127.0.0.1:8080/v1")?;
/// let embedder = OpenAiEmbedder::connect(endpoint, "bge-m3").await?;
/// let vectors = embedder.embed(&["知识图谱", "knowledge graph"], Purpose::Document).await?;
/// assert_eq!(vectors.len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OpenAiEmbedder {
    endpoint: Endpoint,
    model: Arc<str>,
    dim: usize,
    /// Model, dimension and prefixes.
    id: String,
    batch: EmbeddingBatch,
    length: VectorLength,
    document_prefix: Arc<str>,
    query_prefix: Arc<str>,
}

/// Who decides how long a vector is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum VectorLength {
    /// The model: nothing is said.
    Models,
    /// The caller: `dimensions` is sent.
    Asked,
}

#[derive(Serialize)]
struct WireRequest<'a> {
    model: &'a str,
    input: &'a [&'a str],
    encoding_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<usize>,
}

impl OpenAiEmbedder {
    /// The model named `model` at `endpoint`, whose vectors are `dim` long.
    #[must_use]
    pub fn new(endpoint: Endpoint, model: impl Into<Arc<str>>, dim: NonZeroUsize) -> Self {
        Self {
            endpoint,
            model: model.into(),
            dim: dim.get(),
            id: String::new(),
            batch: EmbeddingBatch::default(),
            length: VectorLength::Models,
            document_prefix: "".into(),
            query_prefix: "".into(),
        }
        .named()
    }

    /// The same, with the length of the vectors learnt by embedding one word.
    ///
    /// # Errors
    /// As [`embed`](Embedder::embed).
    pub async fn connect(endpoint: Endpoint, model: impl Into<Arc<str>>) -> Result<Self> {
        let unknown = Self::new(endpoint, model, NonZeroUsize::MIN);
        let call = unknown.call("openai.connect");
        let vectors = unknown.ask(&call, &["知识"], None).await?;
        let dim = vectors.first().and_then(|vector| NonZeroUsize::new(vector.dim()));
        let dim = dim.ok_or_else(|| call.malformed("the server's vectors are empty"))?;
        Ok(Self::new(unknown.endpoint, unknown.model, dim))
    }

    /// The same with other batches.
    #[must_use]
    pub fn with_batch(mut self, batch: EmbeddingBatch) -> Self {
        self.batch = batch;
        self
    }

    /// The same with the server asked to shorten its vectors to [`dim`](Embedder::dim)
    /// (`dimensions`), which only some models can.
    #[must_use]
    pub fn with_shortening(mut self) -> Self {
        self.length = VectorLength::Asked;
        self
    }

    /// The same with `document` and `query` put before each text of that purpose, for
    /// models trained so (`"passage: "` and `"query: "`). The protocol itself knows no purposes.
    #[must_use]
    pub fn with_prefixes(mut self, document: impl Into<Arc<str>>, query: impl Into<Arc<str>>) -> Self {
        self.document_prefix = document.into();
        self.query_prefix = query.into();
        self.named()
    }

    fn named(mut self) -> Self {
        self.id = format!("{}/{}", self.model, self.dim);
        if !(self.document_prefix.is_empty() && self.query_prefix.is_empty()) {
            let prefixes = format!("/{:?}/{:?}", self.document_prefix, self.query_prefix);
            self.id.push_str(&prefixes);
        }
        self
    }

    fn call(&self, operation: &'static str) -> Call {
        Call { endpoint: self.endpoint.clone(), operation, model: self.model.clone(), path: PATH, prompt: None }
    }

    /// One vector a text of one batch, in order; each `dim` long where that is known.
    async fn ask(&self, call: &Call, texts: &[&str], dim: Option<usize>) -> Result<Vec<Embedding>> {
        let request = WireRequest {
            model: &self.model,
            input: texts,
            encoding_format: "float",
            dimensions: dim.filter(|_| self.length == VectorLength::Asked),
        };
        let body = serde_json::to_vec(&request).map_err(|cause| {
            call.error(ErrorKind::InvalidInput).reason("the request cannot be written as JSON").because(cause)
        })?;
        match call.post(body, "application/json").await? {
            Answer::Accepted(incoming) => in_order(call, incoming.json().await?, texts.len(), dim),
            Answer::Refused(refusal) => Err(refusal.error),
        }
    }
}

#[async_trait]
impl Embedder for OpenAiEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dim(&self) -> usize {
        self.dim
    }

    async fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Embedding>> {
        let prefix = match purpose {
            Purpose::Document => &self.document_prefix,
            Purpose::Query => &self.query_prefix,
        };
        let seen = texts.iter().filter(|text| !text.trim().is_empty());
        let prefixed: Vec<String> = seen.map(|text| format!("{prefix}{text}")).collect();
        let sent: Vec<&str> = prefixed.iter().map(String::as_str).collect();
        let call = self.call("openai.embed");
        let mut vectors = Vec::with_capacity(sent.len());
        for batch in self.batch.cut(&sent) {
            vectors.extend(self.ask(&call, batch, Some(self.dim)).await?);
        }
        let mut vectors = vectors.into_iter();
        let zero = Embedding::new(vec![0.0; self.dim]);
        let placed = texts.iter().map(|text| match text.trim() {
            "" => zero.clone(),
            // One vector a text that was sent: `ask` has counted them.
            _ => vectors.next().unwrap_or_else(|| zero.clone()),
        });
        Ok(placed.collect())
    }
}
