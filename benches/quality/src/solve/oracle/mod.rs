//! A model that knows the plan of every question and can read, and nothing else.
//!
//! Plans are gold. What it reads, judges and writes comes from the text of the prompt alone:
//! an answer is read where a passage that is shown holds it, and where the question that is
//! asked is the gold one, with the gold answers of the steps before it. So its figures are
//! the most that retrieval and the solver allow, and a passage that was not found is a miss.

mod prompt;

use std::sync::Arc;

use kag::{
    LanguageModel, NameKey, Reply, Request, async_trait,
    core::text::Locator,
    llm::{DeltaStream, ErrorKind, Usage, whole_reply_stream},
};
use serde_json::json;

use super::{
    gold::{Gold, GoldStep, Golds, Shape, chain, same},
    missed::{Heard, Readings},
};
use prompt::{cells, labelled, shown};

const QUESTION: [&str; 2] = ["Question", "问题"];

/// The model.
#[derive(Clone, Debug)]
pub(crate) struct Oracle {
    known: Arc<Golds>,
    readings: Arc<Readings>,
}

impl Oracle {
    /// The model that knows the plans of `known`, and notes in `readings` what it is asked to read.
    pub(crate) fn new(known: Arc<Golds>, readings: Arc<Readings>) -> Self {
        Self { known, readings }
    }

    fn reply(&self, request: &Request) -> Option<String> {
        let shown = shown(request);
        let question = labelled(&shown, QUESTION).pop()?;
        match &*request.prompt.name {
            "plan" => self.plan(question),
            "read_values" => Some(self.read(question, &labelled(&shown, ["Passage", "段落"]))),
            "judge" => Some(self.judge(question, &labelled(&shown, ["Known", "已知"]))),
            "generate" => {
                let values = labelled(&shown, ["Values", "值"]).pop()?;
                Some(self.write(question, values, &labelled(&shown, ["Source", "来源"])))
            }
            _ => None,
        }
    }

    /// The question in gold that this one is; a prompt may have lost white space of it.
    fn gold(&self, question: &str) -> Option<&Gold> {
        let key = NameKey::of(question);
        self.known.golds.iter().find(|gold| gold.question == question || NameKey::of(&gold.question) == key)
    }

    /// The form of a question in gold, or of the step that a supplementary question is.
    fn plan(&self, question: &str) -> Option<String> {
        if let Some(gold) = self.gold(question) {
            return Some(gold.form.clone());
        }
        let (gold, at) = self.known.golds.iter().find_map(|gold| {
            let is_asked = |step: &GoldStep| NameKey::of(&step.filled(&gold.steps)) == NameKey::of(question);
            let at = gold.steps.iter().position(is_asked)?;
            Some((gold, at))
        })?;
        let known: Vec<String> = gold.steps.iter().filter_map(|step| step.answers.first().cloned()).collect();
        Some(match gold.shape {
            Shape::Chain => chain(&gold.steps, at, &known),
            Shape::Whole => gold.form.clone(),
        })
    }

    /// What the passages say to a question that is a step in gold.
    fn read(&self, question: &str, passages: &[&str]) -> String {
        let steps = self.known.golds.iter().flat_map(|gold| gold.steps.iter().map(move |step| (gold, step)));
        let asked = steps.filter(|(gold, step)| is_asked(question, step, gold));
        let (mut heard, mut values) = (Heard::NotInGold, Vec::new());
        for (_, step) in asked {
            match self.read_step(step, passages) {
                Ok(value) => {
                    (heard, values) = (Heard::Read, vec![value]);
                    break;
                }
                Err(why) if heard != Heard::NotInWords => heard = why,
                Err(_) => {}
            }
        }
        self.readings.add(question, heard);
        json!({ "values": values }).to_string()
    }

    /// The answer of `step`, from the first passage shown that is one of its passages in gold, names
    /// what the step is about and says an answer; or why there is none.
    fn read_step(&self, step: &GoldStep, passages: &[&str]) -> Result<serde_json::Value, Heard> {
        let texts = step.passages.iter().filter_map(|id| self.known.passages.get(id).map(|text| &**text));
        let texts: Vec<&str> = texts.collect();
        let place = |text: &&str| passages.iter().position(|passage| passage.trim() == text.trim());
        if step.all && !texts.iter().all(|text| place(text).is_some()) {
            return Err(Heard::NotShown);
        }
        let saying = texts.iter().filter_map(|text| Some((place(text), step.said_in(text)?)));
        let saying: Vec<(Option<usize>, &String)> = saying.collect();
        if saying.is_empty() {
            return Err(Heard::NotInWords);
        }
        let shown = saying.iter().find_map(|(at, answer)| Some(((*at)?, *answer)));
        let (at, answer) = shown.ok_or(Heard::NotShown)?;
        Ok(json!({ "passage": at + 1, "quote": answer, "value": answer }))
    }

    /// Whether the tables hold the answer and all that leads to it; else the first step whose
    /// answer is missing.
    fn judge(&self, question: &str, known: &[&str]) -> String {
        let Some(gold) = self.gold(question) else {
            return json!({ "answer": "", "missing": ["the question is not in the set"], "next": "" }).to_string();
        };
        let found: Vec<&str> = known.iter().flat_map(|table| cells(table)).collect();
        let has = |answers: &[String]| answers.iter().any(|answer| found.iter().any(|cell| said(cell, answer)));
        match gold.steps.iter().find(|step| !has(&step.answers)) {
            None if has(&gold.answers) => {
                json!({ "answer": gold.answers.first(), "missing": [], "next": "" }).to_string()
            }
            None => json!({ "answer": "", "missing": [question], "next": question }).to_string(),
            Some(step) => {
                let next = step.filled(&gold.steps);
                json!({ "answer": "", "missing": [next], "next": next }).to_string()
            }
        }
    }

    /// The answer as it is written in gold if the values or the sources hold it; else the first value.
    fn write(&self, question: &str, values: &str, sources: &[&str]) -> String {
        let answers = self.gold(question).map_or(&[][..], |gold| &gold.answers);
        let found = cells(values);
        let right = answers.iter().find(|answer| found.iter().any(|cell| said(cell, answer)));
        let Some(text) = right.map(String::as_str).or_else(|| found.first().copied()) else {
            return json!({ "sentences": [] }).to_string();
        };
        let holds = |source: &&str| !Locator::new(source).occurrences(text).is_empty();
        let numbers: Vec<usize> = (1..).zip(sources).filter(|(_, source)| holds(source)).map(|(n, _)| n).collect();
        json!({ "sentences": [{ "text": text, "sources": numbers }] }).to_string()
    }
}

/// Whether a cell says `answer`; truth is yes.
pub(super) fn said(cell: &str, answer: &str) -> bool {
    same(cell, answer) || matches!((cell, answer), ("true", "yes") | ("false", "no"))
}

/// Whether `question` is `step`, with what it refers to named as in gold or by a part or
/// whole of that name; what it is asked of may stand before it.
pub(super) fn is_asked(question: &str, step: &GoldStep, gold: &Gold) -> bool {
    let filled = step.filled(&gold.steps);
    if ends_with(question, &filled) {
        return true;
    }
    let references = (1..).zip(&gold.steps).filter(|(number, _)| step.question.contains(&format!("#{number}")));
    let [(number, before)] = references.collect::<Vec<_>>()[..] else { return false };
    let Some((left, right)) = step.question.split_once(&format!("#{number}")) else { return false };
    let Some(name) = question.find(left).and_then(|at| question.get(at + left.len()..)) else { return false };
    let Some(name) = name.strip_suffix(right) else { return false };
    let (name, whole) = (NameKey::of(name), before.answers.iter().map(|answer| NameKey::of(answer)));
    let mut whole = whole;
    whole.any(|gold| {
        !name.as_str().is_empty() && (within(name.as_str(), gold.as_str()) || within(gold.as_str(), name.as_str()))
    })
}

/// Whether the words of `part` stand in `whole`.
fn within(part: &str, whole: &str) -> bool {
    !Locator::new(whole).occurrences(part).is_empty()
}

fn ends_with(question: &str, end: &str) -> bool {
    let (question, end) = (NameKey::of(question), NameKey::of(end));
    question.as_str() == end.as_str() || question.as_str().ends_with(&format!(" {}", end.as_str()))
}

#[async_trait]
impl LanguageModel for Oracle {
    fn id(&self) -> &str {
        "oracle"
    }

    async fn complete(&self, request: &Request) -> kag::llm::Result<Reply> {
        let text = self.reply(request).ok_or_else(|| {
            kag::llm::Error::new(ErrorKind::NotRecorded, "oracle.complete").with("prompt", &request.prompt.name)
        })?;
        let usage = Usage::estimated(request, &text);
        Ok(Reply::new(text).with_usage(usage))
    }

    async fn stream(&self, request: &Request) -> kag::llm::Result<DeltaStream> {
        self.complete(request).await.map(whole_reply_stream)
    }
}
