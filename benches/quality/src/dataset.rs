//! Passages and questions from disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use kag::ContentHash;
use serde::Deserialize;

use crate::{Result, arguments::Part};

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
    /// The answer; empty where a set has none.
    #[serde(default)]
    pub(crate) answer: String,
    /// What else the answer may be called.
    #[serde(default)]
    pub(crate) answer_aliases: Vec<String>,
    /// How the parts of the question hang together, where a set says so.
    #[serde(default, rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) gold_passage_ids: BTreeSet<String>,
    /// Grades of passages, 0 to 3: gold where nothing else says what is, from [`RELEVANT`].
    #[serde(default)]
    relevance: BTreeMap<String, u8>,
    /// Passages that were judged and are not in the collection.
    #[serde(default)]
    missing: BTreeSet<String>,
    /// The gold sub-questions.
    #[serde(default)]
    pub(crate) decomposition: Vec<SubQuestion>,
    /// The gold triples, in the order of the question.
    #[serde(default)]
    pub(crate) evidences: Vec<[String; 3]>,
    /// What a model once named as the entities of the question.
    #[serde(default)]
    pub(crate) recorded_query_entities: Vec<String>,
}

/// A gold sub-question; `#1` in it is the answer of the first.
#[derive(Deserialize)]
pub(crate) struct SubQuestion {
    pub(crate) question: String,
    pub(crate) answer: String,
    /// The passage that says so.
    #[serde(default)]
    pub(crate) support_passage_id: Option<String>,
}

/// The least grade of a passage that counts as gold.
const RELEVANT: u8 = 2;

impl Question {
    /// The question with its gold passages, by grade where that is all there is.
    fn with_gold(mut self) -> Self {
        if self.gold_passage_ids.is_empty() {
            let relevant = std::mem::take(&mut self.relevance).into_iter().filter(|(_, grade)| *grade >= RELEVANT);
            let there = relevant.map(|(id, _)| id).filter(|id| !self.missing.contains(id));
            self.gold_passage_ids = there.collect();
        }
        self
    }
}

/// A passage, as far as a reader is shown it.
#[derive(Deserialize)]
struct PassageText {
    id: String,
    #[serde(default)]
    title: String,
    text: String,
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
            let question: Question =
                serde_json::from_slice(line).map_err(|error| format!("questions.jsonl line {number}: {error}"))?;
            parsed.push(question.with_gold());
        }
        parsed.retain(|question| !question.gold_passage_ids.is_empty());
        let name = directory.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let recorded = first.is_some_and(|passage| passage.triples.is_some());
        Ok(Self { name, passages: passages.into(), recorded, questions: parsed, hash })
    }
}

impl Dataset {
    /// The text of each passage by its id, after its title.
    pub(crate) fn passage_texts(&self) -> Result<BTreeMap<String, String>> {
        let passages = lines(&self.passages).map(|(number, line)| {
            let PassageText { id, title, text } =
                serde_json::from_slice(line).map_err(|error| format!("passages.jsonl line {number}: {error}"))?;
            let shown = if title.is_empty() { text } else { format!("{title}\n{text}") };
            Ok((id, shown))
        });
        passages.collect()
    }

    /// Keeps only every other question; counted from 0 over all that have gold passages.
    pub(crate) fn keep(&mut self, part: Part) {
        let mut places = 0..;
        self.questions.retain(|_| {
            let even = places.next().unwrap_or(0_usize).is_multiple_of(2);
            match part {
                Part::All => true,
                Part::Even => even,
                Part::Odd => !even,
            }
        });
    }
}

/// The lines that say something, with their numbers from 1.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = (1..).zip(bytes.split(|byte| *byte == b'\n'));
    lines.filter(|(_, line)| !line.trim_ascii().is_empty())
}
