//! The prompt that has a model write an expression.

use kag_llm::{Fence, Format, Language, Prompt, Reply, Request, Result, Wording, read};
use serde::{Deserialize, Serialize};

const WORDING: Wording = Wording::from_static(
    include_str!("../../prompts/write_expression.en.md"),
    include_str!("../../prompts/write_expression.zh.md"),
);

/// Asks for the expression that computes what `target` wants from the tables.
pub(super) struct WriteExpression<'p> {
    pub(super) target: &'p str,
    pub(super) tables: &'p [String],
    /// What was written before, and why it was refused.
    pub(super) refused: Option<&'p (String, String)>,
}

impl Prompt for WriteExpression<'_> {
    type Output = String;
    const NAME: &'static str = "write_expression";
    const VERSION: &'static str = "2";

    fn render(&self) -> Result<Request> {
        #[derive(Serialize)]
        struct Holes<'h> {
            target: Fence<'h>,
            tables: Vec<Fence<'h>>,
            refused: Option<Fence<'h>>,
            reason: Option<Fence<'h>>,
        }
        let (written, reason) = self.refused.map(|(written, reason)| (written.as_str(), reason.as_str())).unzip();
        let tables = self.tables.iter().map(String::as_str);
        let texts: Vec<&str> = std::iter::once(self.target).chain(tables).chain(written).chain(reason).collect();
        let mut fences = Fence::all(&texts).into_iter();
        let target = fences.next().unwrap_or_else(|| Fence::of(self.target));
        let tables = fences.by_ref().take(self.tables.len()).collect();
        let holes = Holes { target, tables, refused: fences.next(), reason: fences.next() };
        let request = WORDING.request(Self::id(), Language::of(self.target), holes)?;
        let schema = serde_json::json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["expression"],
            "properties": { "expression": { "type": "string" } }
        });
        Ok(request.with_format(Format::Json { name: Self::NAME.into(), schema }))
    }

    fn parse(&self, reply: &Reply) -> Result<String> {
        #[derive(Deserialize)]
        struct Answer {
            expression: String,
        }
        Ok(read::<Answer>(&reply.text)?.value.expression)
    }
}
