//! The names and triples of a passage, in one call.

use std::sync::Arc;

use kag_llm::{Fence, Format, Language, Prompt, Reply, Request, Wording};
use serde::Serialize;
use serde_json::Value;

use super::{ExtractEntities, ExtractTriples, OpenEntities, OpenTriples};
use crate::extract::reply::{reply_tokens, some_read, two_lists};

/// Asks for the names in a passage and for its triples.
///
/// The wording is filled with `passage`, fenced; `context`, the title and headings, fenced, or empty; and
/// `types`, a list that may be empty.
#[derive(Clone, Copy, Debug)]
pub struct ExtractOpen<'p> {
    /// The passage.
    pub text: &'p str,
    /// The title and headings above it; may be empty.
    pub context: &'p str,
    /// The types to choose from; may be empty.
    pub types: &'p [Arc<str>],
    /// The words to ask with.
    pub wording: &'p Wording,
}

impl ExtractOpen<'_> {
    /// The wording of this crate.
    pub const WORDING: Wording = Wording::from_static(
        include_str!("../../../prompts/extract_open.en.md"),
        include_str!("../../../prompts/extract_open.zh.md"),
    );
}

#[derive(Serialize)]
struct Holes<'a> {
    passage: &'a Fence<'a>,
    context: Option<&'a Fence<'a>>,
    types: &'a [Arc<str>],
}

impl Prompt for ExtractOpen<'_> {
    type Output = (OpenEntities, OpenTriples);
    const NAME: &'static str = "extract_open";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag_llm::Result<Request> {
        let fences = Fence::all(&[self.text, self.context]);
        let [passage, context] = fences.as_slice() else { return Ok(Request::new(Self::id(), Vec::new())) };
        let context = (!self.context.is_empty()).then_some(context);
        let holes = Holes { passage, context, types: self.types };
        let request = self.wording.request(Self::id(), Language::of(self.text), holes)?;
        // Both lists repeat the passage, each as much as it would alone.
        let tokens = reply_tokens(self.text).saturating_mul(2);
        let (mut schema, triples) = (ExtractEntities::schema(self.types), ExtractTriples::schema());
        if let (Some(Value::Object(properties)), Some(triples)) =
            (schema.pointer_mut("/properties"), triples.pointer("/properties/triples"))
        {
            properties.insert("triples".to_owned(), triples.clone());
        }
        if let Some(Value::Array(required)) = schema.pointer_mut("/required") {
            required.push("triples".into());
        }
        Ok(request.with_max_tokens(tokens).with_format(Format::json(Self::NAME, schema)))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<Self::Output> {
        let keys: [&[&str]; 2] =
            [&["entities", "names", "nodes", "实体", "名称"], &["triples", "facts", "relations", "三元组", "关系"]];
        let ([names, facts], cut_off) = two_lists(reply, keys)?;
        let (mut entities, triples) = (OpenEntities::of(&names), OpenTriples::of(&facts));
        let any = !entities.entities.is_empty() || !triples.triples.is_empty();
        some_read(if names.is_empty() { &facts } else { &names }, any)?;
        if cut_off {
            entities.problems.push("the reply is cut off".into());
        }
        Ok((entities, triples))
    }
}
