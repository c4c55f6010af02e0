//! Answering from a recording.

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;

use super::recording::{RecordedCall, RecordedOutcome, load, only};
use crate::{DeltaStream, Error, ErrorKind, LanguageModel, Reply, Request, RequestHash, Result, whole_reply_stream};

/// A model that answers as another one did.
///
/// An answer is found by the whole request, so a changed wording is not answered with what
/// the old one got. A request that was recorded several times gets its answers in order, and
/// then the last again. Recorded errors are given again as errors. A stream is the whole
/// reply in one piece.
pub struct Replay {
    model: String,
    answers: HashMap<RequestHash, Answers>,
}

struct Answers {
    outcomes: Vec<RecordedOutcome>,
    next: Mutex<usize>,
}

impl Replay {
    /// The recording at `path` of its only model.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] when the file cannot be read, naming the line that is not a
    /// [`RecordedCall`] of this version; [`ErrorKind::InvalidInput`] when it holds several
    /// models or none, naming them: see [`open_model`](Self::open_model).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let (calls, _) = load(path)?;
        let models = calls.iter().map(|call| call.model.as_str()).collect();
        let model = only(models, path, "models")?;
        Ok(Self::of(&model, calls))
    }

    /// What the recording at `path` holds of the model `model`.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] as [`open`](Self::open).
    pub fn open_model(path: impl AsRef<Path>, model: &str) -> Result<Self> {
        Ok(Self::of(model, load(path.as_ref())?.0))
    }

    /// The answers in `calls` of the model `model`, oldest first.
    #[must_use]
    pub fn of(model: &str, calls: impl IntoIterator<Item = RecordedCall>) -> Self {
        let mut answers: HashMap<RequestHash, Answers> = HashMap::new();
        for call in calls.into_iter().filter(|call| call.model == model) {
            let hash = RequestHash::of(model, &call.request);
            let known = answers.entry(hash).or_insert_with(|| Answers { outcomes: Vec::new(), next: Mutex::new(0) });
            known.outcomes.push(call.outcome);
        }
        let model = model.to_owned();
        Self { model, answers }
    }

    fn answer(&self, request: &Request) -> Result<Reply> {
        let hash = RequestHash::of(&self.model, request);
        match self.answers.get(&hash).and_then(Answers::take) {
            Some(RecordedOutcome::Reply(reply)) => Ok(reply.clone()),
            Some(RecordedOutcome::Error(error)) => Err(error.replayed()),
            None => Err(Error::new(ErrorKind::NotRecorded, "replay")
                .with("model", &self.model)
                .with("prompt", &request.prompt.name)
                .with("request", hash)),
        }
    }
}

impl Answers {
    fn take(&self) -> Option<&RecordedOutcome> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = self.outcomes.get(*next).or(self.outcomes.last());
        *next = next.saturating_add(1);
        outcome
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("model", &self.model)
            .field("requests", &self.answers.len())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl LanguageModel for Replay {
    fn id(&self) -> &str {
        &self.model
    }

    async fn complete(&self, request: &Request) -> Result<Reply> {
        self.answer(request)
    }

    async fn stream(&self, request: &Request) -> Result<DeltaStream> {
        Ok(whole_reply_stream(self.answer(request)?))
    }
}
