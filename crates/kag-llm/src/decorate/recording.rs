//! Calls on file: the format, and appending to it.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kag_core::Embedding;
use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::{Error, ErrorKind, PromptId, Purpose, Reply, Request, RequestHash, Result};

/// The version of the format that is written, and the only one that is read.
pub const RECORDING_VERSION: u32 = 1;

/// One line of a recording.
///
/// A recording is a UTF-8 text of JSON objects, one a line, oldest first: calls, and between
/// them [`RecordedEmbeddings`], told apart by having an `embedder`. A last line without its
/// end of line was cut off and does not count.
///
/// ```json
/// {"version":1,"model":"m","prompt":{"name":"p","version":"1"},"hash":"…32 digits…",
///  "request":{…},"reply":{"text":"…","finish":"stop","usage":{"input_tokens":3,"output_tokens":1}}}
/// ```
/// or, in place of `reply`, `"error":{"kind":"rate_limited","message":"…","retry_after_ms":500}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecordedCall {
    /// [`RECORDING_VERSION`].
    pub version: u32,
    /// Id of the model.
    pub model: String,
    /// Which prompt it was, as in the request: for people and tools.
    pub prompt: PromptId,
    /// Hash of the request when it was written: for people and tools. A replay goes by the
    /// request itself.
    pub hash: RequestHash,
    /// What was asked.
    pub request: Request,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: RecordedOutcome,
}

/// One line of a recording: texts and their vectors.
///
/// ```json
/// {"version":1,"embedder":"e","dim":2,"purpose":"query","texts":["…"],"vectors":[[0.6,0.8]]}
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecordedEmbeddings {
    /// [`RECORDING_VERSION`].
    pub version: u32,
    /// Id of the embedder.
    pub embedder: String,
    /// Length of its vectors.
    pub dim: usize,
    /// What the texts were embedded for.
    pub purpose: Purpose,
    /// The texts.
    pub texts: Vec<String>,
    /// The vector of each, in the same order.
    pub vectors: Vec<Embedding>,
}

/// What came of a recorded call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordedOutcome {
    /// A reply; of a stream, all of it.
    Reply(Reply),
    /// An error.
    Error(RecordedError),
}

/// An error on file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecordedError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The message.
    pub message: String,
    /// How long the provider asked callers to wait, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl RecordedCall {
    /// The line for `request` to `model` and what came of it.
    #[must_use]
    pub fn new(model: &str, request: &Request, outcome: RecordedOutcome) -> Self {
        Self {
            version: RECORDING_VERSION,
            model: model.to_owned(),
            prompt: request.prompt.clone(),
            hash: RequestHash::of(model, request),
            request: request.clone(),
            outcome,
        }
    }
}

impl From<&Error> for RecordedError {
    fn from(error: &Error) -> Self {
        let wait = |wait: Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        Self { kind: error.kind(), message: error.to_string(), retry_after_ms: error.wait().map(wait) }
    }
}

impl RecordedError {
    /// The error as it is given again.
    pub(super) fn replayed(&self) -> Error {
        let error = Error::new(self.kind, "replay").reason(self.message.clone());
        match self.retry_after_ms {
            Some(wait) => error.retry_after(Duration::from_millis(wait)),
            None => error,
        }
    }
}

/// A recording open for appending, shared by its clones: several models can write to one.
#[derive(Clone, Debug)]
pub struct Recording {
    path: Arc<Path>,
    file: Arc<Mutex<File>>,
}

impl Recording {
    /// The recording at `path`, made if there is none. A last line that was cut off is
    /// taken away. One process at a time may write to it.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] naming the path.
    pub fn append(path: impl Into<PathBuf>) -> Result<Self> {
        let path: Arc<Path> = path.into().into();
        let mut options = OpenOptions::new();
        let opened = options.read(true).append(true).create(true).open(&path);
        let file = opened.and_then(without_cut_line);
        let file = file.map_err(|error| storage("recording.append", &path).because(error))?;
        Ok(Self { path, file: Arc::new(Mutex::new(file)) })
    }

    /// Adds one call, and hands it to the operating system before returning.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] naming the path.
    pub fn write(&self, call: &RecordedCall) -> Result<()> {
        self.write_line(call)
    }

    /// Adds texts and their vectors, and hands them to the operating system before returning.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] naming the path.
    pub fn write_embeddings(&self, embeddings: &RecordedEmbeddings) -> Result<()> {
        self.write_line(embeddings)
    }

    fn write_line(&self, line: &impl Serialize) -> Result<()> {
        let failed = || storage("recording.write", &self.path);
        let mut line = serde_json::to_string(line).map_err(|error| failed().because(error))?;
        line.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = file.write_all(line.as_bytes()).and_then(|()| file.flush());
        written.map_err(|error| failed().because(error))
    }
}

/// The lines of the recording at `path`, oldest first.
pub(super) fn load(path: &Path) -> Result<(Vec<RecordedCall>, Vec<RecordedEmbeddings>)> {
    let failed = || storage("replay.open", path);
    let text = fs::read_to_string(path).map_err(|error| failed().because(error))?;
    let (mut calls, mut embeddings) = (Vec::new(), Vec::new());
    for (line, text) in text.split_inclusive('\n').enumerate() {
        if !text.ends_with('\n') || text.trim().is_empty() {
            continue;
        }
        let failed = || failed().with("line", line + 1);
        let kind: Kind = serde_json::from_str(text).map_err(|error| failed().because(error))?;
        if kind.version != RECORDING_VERSION {
            return Err(failed().reason("the recording has a version that is not known").with("version", kind.version));
        }
        let read = match kind.embedder {
            Some(_) => serde_json::from_str(text).map(|line| embeddings.push(line)),
            None => serde_json::from_str(text).map(|line| calls.push(line)),
        };
        read.map_err(|error| failed().because(error))?;
    }
    Ok((calls, embeddings))
}

/// The one of `names` there is.
pub(super) fn only(names: BTreeSet<&str>, path: &Path, what: &'static str) -> Result<String> {
    let mut rest = names.iter();
    match (rest.next(), rest.next()) {
        (Some(name), None) => Ok((*name).to_owned()),
        _ => Err(Error::new(ErrorKind::InvalidInput, "replay.open")
            .reason("the recording does not hold exactly one")
            .with("path", path.display())
            .with(what, format!("{names:?}"))),
    }
}

/// What tells the kinds of line apart.
#[derive(Deserialize)]
struct Kind {
    version: u32,
    embedder: Option<IgnoredAny>,
}

/// Cuts `file` behind its last end of line.
fn without_cut_line(mut file: File) -> std::io::Result<File> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut block = [0_u8; 4096];
    while end > 0 {
        let length = end.min(block.len() as u64);
        let start = end - length;
        file.seek(SeekFrom::Start(start))?;
        let part = block.get_mut(..length as usize).unwrap_or_default();
        file.read_exact(part)?;
        if let Some(last) = part.iter().rposition(|byte| *byte == b'\n') {
            end = start + last as u64 + 1;
            break;
        }
        end = start;
    }
    if end < file.metadata()?.len() {
        file.set_len(end)?;
    }
    Ok(file)
}

pub(super) fn storage(operation: &'static str, path: &Path) -> Error {
    Error::new(ErrorKind::Storage, operation).with("path", path.display())
}
