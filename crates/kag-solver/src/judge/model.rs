//! A judge that asks a model.

use std::sync::Arc;

use async_trait::async_trait;
use kag_core::{NameKey, text::Locator};
use kag_llm::{
    ErrorKind, Fence, Format, Language, LanguageModel, LanguageModelExt, Prompt, Reply, Request, Wording, read,
};
use serde::{Deserialize, Serialize};

use super::{Judge, JudgeInput, TableJudge, Verdict};
use crate::{
    Result,
    known::{Found, ROWS, known_with_narrowed},
};

const WORDING: Wording =
    Wording::from_static(include_str!("../../prompts/judge.en.md"), include_str!("../../prompts/judge.zh.md"));

/// Has a model judge, and write the supplementary question where something is missing.
///
/// Where the tables hold no value at all, that is a verdict by itself; the model is then
/// asked only what to ask next. It is shown the tables from which a sort or filter chose as they
/// were before: of two dates that were compared it would else see one. What it repeats of the
/// prompt's own example counts as not said.
#[derive(Clone, Debug)]
pub struct ModelJudge {
    model: Arc<dyn LanguageModel>,
}

impl ModelJudge {
    /// The judge that asks `model`.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        Self { model }
    }
}

#[async_trait]
impl Judge for ModelJudge {
    async fn judge(&self, input: JudgeInput<'_>) -> Result<Verdict> {
        let by_table = TableJudge.judge(input).await?;
        let memories = input.earlier.iter().chain([input.memory]);
        let known = known_with_narrowed(Found::of_each(input.answers, memories), ROWS);
        let judged = self.model.ask(&JudgeAnswer { question: input.question, known: &known }).await?;
        Ok(match (by_table, judged) {
            (Verdict::Sufficient, judged) => judged,
            (Verdict::Insufficient { .. }, judged @ Verdict::Insufficient { .. }) => judged,
            (missing, Verdict::Sufficient) => missing,
        })
    }
}

struct JudgeAnswer<'p> {
    question: &'p str,
    known: &'p [String],
}

impl JudgeAnswer<'_> {
    /// Whether a table holds `said`, or it is yes or no.
    fn holds(&self, said: &str) -> bool {
        let said = NameKey::of(said);
        let decides = ["yes", "no", "true", "false", "是", "否"].contains(&said.as_str());
        decides || self.known.iter().any(|table| !Locator::new(rows(table)).occurrences(said.as_str()).is_empty())
    }
}

/// The rows of a table, without what stands above them.
fn rows(table: &str) -> &str {
    let mut left = table;
    while let Some((line, after)) = left.split_once('\n') {
        if !line.is_empty() && line.chars().all(|c| c == '-' || c == ' ') {
            return after;
        }
        left = after;
    }
    ""
}

impl Prompt for JudgeAnswer<'_> {
    type Output = Verdict;
    const NAME: &'static str = "judge";
    const VERSION: &'static str = "3";

    fn render(&self) -> kag_llm::Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            question: Fence<'h>,
            known: Vec<Fence<'h>>,
        }
        let texts: Vec<&str> = std::iter::once(self.question).chain(self.known.iter().map(String::as_str)).collect();
        let mut fences = Fence::all(&texts).into_iter();
        let question = fences.next().unwrap_or_else(|| Fence::of(self.question));
        let holes = Holes { question, known: fences.collect() };
        // A schema is sent with its keys in order, and a grammar made of it has them written so: what
        // the tables answer comes first, and the verdict follows from it.
        let schema = serde_json::json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["answer", "missing", "next"],
            "properties": {
                "answer": { "type": "string" },
                "missing": { "type": "array", "items": { "type": "string" } },
                "next": { "type": "string" }
            }
        });
        let request = WORDING.request(Self::id(), Language::of(self.question), holes)?;
        Ok(request.with_format(Format::Json { name: Self::NAME.into(), schema }))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<Verdict> {
        #[derive(Deserialize)]
        struct Judged {
            #[serde(default, deserialize_with = "kag_llm::lenient::text")]
            answer: Option<String>,
            #[serde(default, deserialize_with = "kag_llm::lenient::strings")]
            missing: Vec<String>,
            #[serde(default, deserialize_with = "kag_llm::lenient::text")]
            next: Option<String>,
        }
        let Judged { answer, mut missing, next } = read::<Judged>(&reply.text)?.value;
        // A weak model says the example of the prompt again, which is about something else.
        let wording = WORDING;
        let text = wording.template(Language::of(self.question)).source();
        let says = |said: &String| !said.trim().is_empty() && !text.contains(&format!("\"{}\"", said.trim()));
        let answer = answer.filter(|answer| !answer.trim().is_empty());
        if answer.is_none() && missing.is_empty() && next.is_none() {
            return Err(kag_llm::Error::new(ErrorKind::Unusable, "judge").with("reply", "says nothing"));
        }
        let asks = next.as_ref().is_some_and(|next| !next.trim().is_empty()) || !missing.is_empty();
        // Who answers and asks further in one has answered only with what the tables hold.
        if answer.is_some_and(|answer| self.holds(&answer) || !asks && says(&answer)) {
            return Ok(Verdict::Sufficient);
        }
        let next = next.filter(says);
        missing.retain(says);
        if missing.is_empty() {
            missing.push(next.clone().unwrap_or_else(|| "what the judge did not say".to_owned()));
        }
        Ok(Verdict::Insufficient { missing, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_holds_what_is_below_its_heading() {
        let known = ["Who wrote A -- and B?\n\nwho\n--\nAda\nBob\n".to_owned()];
        let answer = JudgeAnswer { question: "Who wrote it?", known: &known };
        assert!(answer.holds("Ada") && answer.holds("bob") && answer.holds("Yes"));
        assert!(!answer.holds("who") && !answer.holds("B") && !answer.holds("wrote"));
        assert!(!JudgeAnswer { question: "", known: &["Ada".to_owned()] }.holds("Ada"), "no heading, no rows");
    }
}
