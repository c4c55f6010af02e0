//! Embeddings.

use std::{num::NonZeroUsize, sync::Arc};

use async_trait::async_trait;
use kag_core::Embedding;
use kag_llm::{Embedder, ErrorKind, Purpose, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Endpoint,
    transport::{Answer, Call, Refusal},
};

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

/// How many texts go into one request.
///
/// ```
/// use std::num::NonZeroUsize;
/// use kag_openai::EmbeddingBatch;
///
/// let one_by_one = EmbeddingBatch::default().with_texts(NonZeroUsize::MIN);
/// assert_eq!(one_by_one.texts.get(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmbeddingBatch {
    /// Most texts; default 96.
    pub texts: NonZeroUsize,
    /// Most bytes of text, default 256 KiB; a longer text goes alone.
    pub bytes: usize,
}

impl Default for EmbeddingBatch {
    fn default() -> Self {
        Self {
            texts: NonZeroUsize::MIN.saturating_add(95),
            bytes: 256 << 10,
        }
    }
}

impl EmbeddingBatch {
    /// The same with at most `texts` texts.
    #[must_use]
    pub fn with_texts(mut self, texts: NonZeroUsize) -> Self {
        self.texts = texts;
        self
    }

    /// The same with at most `bytes` bytes of text.
    #[must_use]
    pub fn with_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// Cuts `texts` into batches, in order.
    fn cut<'a, 't>(self, texts: &'a [&'t str]) -> impl Iterator<Item = &'a [&'t str]> {
        let mut rest = texts;
        std::iter::from_fn(move || {
            let mut bytes = 0_usize;
            let fits = rest.iter().take(self.texts.get()).take_while(|text| {
                bytes = bytes.saturating_add(text.len());
                bytes <= self.bytes
            });
            let count = fits.count().max(1).min(rest.len());
            let (batch, after) = rest.split_at_checked(count)?;
            rest = after;
            Some(batch).filter(|batch| !batch.is_empty())
        })
    }
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

#[derive(Deserialize)]
struct WireAnswer {
    #[serde(default)]
    data: Option<Vec<WireVector>>,
    #[serde(default)]
    error: Value,
}

#[derive(Deserialize)]
struct WireVector {
    #[serde(default)]
    index: Option<usize>,
    embedding: Vec<f32>,
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
        let dim = vectors
            .first()
            .and_then(|vector| NonZeroUsize::new(vector.dim()));
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
    pub fn with_prefixes(
        mut self,
        document: impl Into<Arc<str>>,
        query: impl Into<Arc<str>>,
    ) -> Self {
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
        Call {
            endpoint: self.endpoint.clone(),
            operation,
            model: self.model.clone(),
            path: PATH,
            prompt: None,
        }
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
            call.error(ErrorKind::InvalidInput)
                .reason("the request cannot be written as JSON")
                .because(cause)
        })?;
        match call.post(body, "application/json").await? {
            Answer::Accepted(incoming) => in_order(call, incoming.json().await?, texts.len(), dim),
            Answer::Refused(refusal) => Err(refusal.error),
        }
    }
}

/// The vectors of `answer` in the order of the texts.
fn in_order(
    call: &Call,
    answer: WireAnswer,
    count: usize,
    dim: Option<usize>,
) -> Result<Vec<Embedding>> {
    if !answer.error.is_null() {
        return Err(Refusal::reported(call, &answer.error));
    }
    let data = answer
        .data
        .ok_or_else(|| call.malformed("the answer holds no data"))?;
    if data.len() != count {
        let reason = format!("{} vectors came for {count} texts", data.len());
        return Err(call.malformed(reason));
    }
    let mut places: Vec<Option<Embedding>> = vec![None; count];
    for vector in data {
        let index = vector
            .index
            .ok_or_else(|| call.malformed("a vector came without its index"))?;
        let length = vector.embedding.len();
        if dim.is_some_and(|dim| dim != length) {
            let reason = format!(
                "a vector of {length} components came where {} were expected",
                dim.unwrap_or_default()
            );
            return Err(call.malformed(reason).with("index", index));
        }
        if !vector
            .embedding
            .iter()
            .all(|component| component.is_finite())
        {
            let error = call.malformed("a vector holds a component that is not finite");
            return Err(error.with("index", index));
        }
        let place = places.get_mut(index).ok_or_else(|| {
            let reason = "a vector came for a text that was not sent";
            call.malformed(reason).with("index", index)
        })?;
        if place
            .replace(Embedding::normalised(vector.embedding))
            .is_some()
        {
            let reason = "two vectors came for one text";
            return Err(call.malformed(reason).with("index", index));
        }
    }
    // As many vectors as places and none twice: every place is taken.
    Ok(places.into_iter().flatten().collect())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn batches_keep_order_lose_nothing_and_stay_within_both_bounds(
            texts in prop::collection::vec("[a识]{0,9}", 0..20),
            most in 1_usize..5,
            bytes in 0_usize..20,
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let batch = EmbeddingBatch::default()
                .with_texts(NonZeroUsize::new(most).unwrap())
                .with_bytes(bytes);
            let cut: Vec<&[&str]> = batch.cut(&texts).collect();
            prop_assert_eq!(&cut.concat(), &texts);
            for part in cut {
                prop_assert!(!part.is_empty() && part.len() <= most);
                let size: usize = part.iter().map(|text| text.len()).sum();
                prop_assert!(size <= bytes || part.len() == 1);
            }
        }
    }
}
