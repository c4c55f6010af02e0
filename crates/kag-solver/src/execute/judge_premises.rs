//! The prompt that has a model conclude from premises.

use kag_llm::{Fence, Format, Language, Prompt, Reply, Request, Result, Wording, read};
use serde::{Deserialize, Serialize};

use crate::logical::Deduction;

const WORDING: Wording = Wording::from_static(
    include_str!("../../prompts/judge_premises.en.md"),
    include_str!("../../prompts/judge_premises.zh.md"),
);

/// Asks what follows from premises.
pub(super) struct JudgePremises<'p> {
    /// What is wanted, in words.
    pub(super) wanted: &'p str,
    /// The question of the solve, in whose language it is asked.
    pub(super) question: &'p str,
    pub(super) deduction: Deduction,
    pub(super) premises: &'p [&'p str],
}

/// What a model concludes, unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    /// The conclusion; several where several options fit.
    pub(super) conclusions: Vec<String>,
    /// The numbers of the premises that it claims to need, from 1.
    pub(super) premises: Vec<usize>,
}

impl Prompt for JudgePremises<'_> {
    type Output = Judgement;
    const NAME: &'static str = "judge_premises";
    const VERSION: &'static str = "2";

    fn render(&self) -> Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            kind: String,
            several: bool,
            wanted: Fence<'h>,
            premises: Vec<Fence<'h>>,
        }
        let texts: Vec<&str> = std::iter::once(self.wanted).chain(self.premises.iter().copied()).collect();
        let mut fences = Fence::all(&texts).into_iter();
        let wanted = fences.next().unwrap_or_else(|| Fence::of(self.wanted));
        let several = self.deduction == Deduction::MultiChoice;
        let holes = Holes { kind: self.deduction.to_string(), several, wanted, premises: fences.collect() };
        let text = serde_json::json!({ "type": "string" });
        let conclusion = if several { serde_json::json!({ "type": "array", "items": text }) } else { text };
        let schema = serde_json::json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["conclusion", "premises"],
            "properties": {
                "conclusion": conclusion,
                "premises": { "type": "array", "items": { "type": "integer" } }
            }
        });
        let request = WORDING.request(Self::id(), Language::of(self.question), holes)?;
        Ok(request.with_format(Format::Json { name: Self::NAME.into(), schema }))
    }

    fn parse(&self, reply: &Reply) -> Result<Judgement> {
        #[derive(Deserialize)]
        struct Answer {
            conclusion: serde_json::Value,
            #[serde(default)]
            premises: serde_json::Value,
        }
        let Answer { conclusion, premises } = read::<Answer>(&reply.text)?.value;
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text.trim().to_owned(),
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        };
        let number = |value: &serde_json::Value| match value {
            serde_json::Value::Number(number) => number.as_u64(),
            serde_json::Value::String(text) => text.trim_matches(['[', ']', ' ']).parse().ok(),
            _ => None,
        };
        let items = |value: serde_json::Value| match value {
            serde_json::Value::Array(items) => items,
            serde_json::Value::Null => Vec::new(),
            one => vec![one],
        };
        let premises = items(premises);
        let numbers = premises.iter().filter_map(number);
        let premises = numbers.filter_map(|number| usize::try_from(number).ok()).collect();
        Ok(Judgement { conclusions: items(conclusion).into_iter().map(text).collect(), premises })
    }
}
