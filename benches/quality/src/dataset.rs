//! Passages and questions from disk.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use kag::ContentHash;
use serde::Deserialize;

use crate::Result;

/// A data set.
pub(crate) struct Dataset {
    /// The directory's name.
    pub(crate) name: String,
    /// `passages.jsonl` as it is.
    pub(crate) passages: Arc<[u8]>,
    /// Whether entities and triples were recorded.
    pub(crate) recorded: bool,
    /// The questions that have gold passages, in the file's order.
    pub(crate) questions: Vec<Question>,
    /// The hash of both files.
    pub(crate) hash: ContentHash,
}

/// A question and the passages that answer it.
#[derive(Deserialize)]
pub(crate) struct Question {
    pub(crate) question: String,
    #[serde(default)]
    pub(crate) gold_passage_ids: BTreeSet<String>,
}

/// Only what tells whether something was recorded.
#[derive(Deserialize)]
struct Passage {
    triples: Option<serde::de::IgnoredAny>,
}

impl Dataset {
    /// Reads `passages.jsonl` and `questions.jsonl` of `directory`.
    pub(crate) fn read(directory: &Path) -> Result<Self> {
        let read = |name: &str| {
            let path = directory.join(name);
            fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let (passages, questions) = (read("passages.jsonl")?, read("questions.jsonl")?);
        let hash = ContentHash::of_parts(&[&passages, &questions]);
        let first = lines(&passages).next().map(|(_, line)| serde_json::from_slice::<Passage>(line)).transpose()?;
        let mut parsed: Vec<Question> = Vec::new();
        for (number, line) in lines(&questions) {
            let question =
                serde_json::from_slice(line).map_err(|error| format!("questions.jsonl line {number}: {error}"))?;
            parsed.push(question);
        }
        parsed.retain(|question| !question.gold_passage_ids.is_empty());
        let name = directory.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let recorded = first.is_some_and(|passage| passage.triples.is_some());
        Ok(Self { name, passages: passages.into(), recorded, questions: parsed, hash })
    }
}

/// The lines that say something, with their numbers from 1.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = (1..).zip(bytes.split(|byte| *byte == b'\n'));
    lines.filter(|(_, line)| !line.trim_ascii().is_empty())
}
