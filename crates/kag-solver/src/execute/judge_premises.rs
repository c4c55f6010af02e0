//! The prompt that has a model conclude from premises.

use kag_llm::{Fence, Format, Language, Prompt, Reply, Request, Result, Wording, read};
use serde::{Deserialize, Serialize};

use crate::logical::{Deduce, Deduction};

const WORDING: Wording = Wording::from_static(
    include_str!("../../prompts/judge_premises.en.md"),
    include_str!("../../prompts/judge_premises.zh.md"),
);

/// Asks what follows from premises.
pub(super) struct JudgePremises<'p> {
    pub(super) question: &'p str,
    pub(super) deduction: Deduction,
    pub(super) deduce: &'p Deduce,
    pub(super) premises: &'p [String],
}

impl Prompt for JudgePremises<'_> {
    type Output = String;
    const NAME: &'static str = "judge_premises";
    const VERSION: &'static str = "1";

    fn render(&self) -> Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            kind: String,
            target: Fence<'h>,
            premises: Vec<Fence<'h>>,
        }
        let target = self.deduce.target.as_deref().unwrap_or(self.question);
        let texts: Vec<&str> = std::iter::once(target).chain(self.premises.iter().map(String::as_str)).collect();
        let mut fences = Fence::all(&texts).into_iter();
        let fenced = fences.next().unwrap_or_else(|| Fence::of(target));
        let holes = Holes { kind: self.deduction.to_string(), target: fenced, premises: fences.collect() };
        let schema = serde_json::json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["conclusion"],
            "properties": { "conclusion": { "type": "string" } }
        });
        let request = WORDING.request(Self::id(), Language::of(self.question), holes)?;
        Ok(request.with_format(Format::Json { name: Self::NAME.into(), schema }))
    }

    fn parse(&self, reply: &Reply) -> Result<String> {
        #[derive(Deserialize)]
        struct Answer {
            conclusion: serde_json::Value,
        }
        Ok(match read::<Answer>(&reply.text)?.value.conclusion {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        })
    }
}
