//! Vectors on the wire.

use kag_core::Embedding;
use kag_llm::Result;
use serde::Deserialize;
use serde_json::Value;

use crate::transport::{Call, Refusal};

#[derive(Deserialize)]
pub(super) struct WireAnswer {
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

/// The vectors of `answer` in the order of the texts.
pub(super) fn in_order(call: &Call, answer: WireAnswer, count: usize, dim: Option<usize>) -> Result<Vec<Embedding>> {
    if !answer.error.is_null() {
        return Err(Refusal::reported(call, &answer.error));
    }
    let data = answer.data.ok_or_else(|| call.malformed("the answer holds no data"))?;
    if data.len() != count {
        let reason = format!("{} vectors came for {count} texts", data.len());
        return Err(call.malformed(reason));
    }
    let mut places: Vec<Option<Embedding>> = vec![None; count];
    for vector in data {
        let index = vector.index.ok_or_else(|| call.malformed("a vector came without its index"))?;
        let length = vector.embedding.len();
        if dim.is_some_and(|dim| dim != length) {
            let reason =
                format!("a vector of {length} components came where {} were expected", dim.unwrap_or_default());
            return Err(call.malformed(reason).with("index", index));
        }
        if !vector.embedding.iter().all(|component| component.is_finite()) {
            let error = call.malformed("a vector holds a component that is not finite");
            return Err(error.with("index", index));
        }
        let place = places.get_mut(index).ok_or_else(|| {
            let reason = "a vector came for a text that was not sent";
            call.malformed(reason).with("index", index)
        })?;
        if place.replace(Embedding::normalised(vector.embedding)).is_some() {
            let reason = "two vectors came for one text";
            return Err(call.malformed(reason).with("index", index));
        }
    }
    // As many vectors as places and none twice: every place is taken.
    Ok(places.into_iter().flatten().collect())
}
