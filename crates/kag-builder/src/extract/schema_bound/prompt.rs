//! The prompt of schema-bound extraction.

use kag_core::TypeName;
use kag_llm::{Fence, Format, Language, Prompt, Reply, Request, Wording};
use kag_schema::{ExtractionForm, LabelLanguage, Schema, TextOptions};
use serde::Serialize;
use serde_json::Value;

use crate::extract::reply::{reply_tokens, two_lists};

/// Asks for what a passage says in the words of a schema.
///
/// The wording is filled with `passage`, fenced; `context`, the title and headings, fenced,
/// or empty; and `schema`, as text.
#[derive(Clone, Copy, Debug)]
pub struct ExtractBySchema<'p> {
    /// The passage.
    pub text: &'p str,
    /// The title and headings above it; may be empty.
    pub context: &'p str,
    /// The schema.
    pub schema: &'p Schema,
    /// The types to extract; all where `None`.
    pub types: Option<&'p [TypeName]>,
    /// Most characters of the schema to show.
    pub budget: usize,
    /// The words to ask with.
    pub wording: &'p Wording,
}

/// What a model answered, before it is read by the schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaExtraction {
    /// Entities with their properties, as the model wrote them.
    pub entities: Vec<Value>,
    /// Relations, as the model wrote them.
    pub relations: Vec<Value>,
    /// Whether the reply ended early.
    pub cut_off: bool,
}

impl ExtractBySchema<'_> {
    /// The wording of this crate.
    pub const WORDING: Wording = Wording::from_static(
        include_str!("../../../prompts/extract_by_schema.en.md"),
        include_str!("../../../prompts/extract_by_schema.zh.md"),
    );
}

#[derive(Serialize)]
struct Holes<'a> {
    passage: &'a Fence<'a>,
    context: Option<&'a Fence<'a>>,
    schema: &'a str,
}

impl Prompt for ExtractBySchema<'_> {
    type Output = SchemaExtraction;
    const NAME: &'static str = "extract_by_schema";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag_llm::Result<Request> {
        let language = Language::of(self.text);
        let labels = match language {
            Language::En => LabelLanguage::En,
            Language::Zh => LabelLanguage::Zh,
        };
        let mut options = TextOptions::default().with_language(labels).with_budget(self.budget);
        let mut form = ExtractionForm::default().with_language(labels);
        if let Some(types) = self.types {
            options = options.with_types(types.iter().cloned());
            form = form.with_types(types.iter().cloned());
        }
        let schema = self.schema.to_text(&options).text;
        let fences = Fence::all(&[self.text, self.context]);
        let [passage, context] = fences.as_slice() else { return Ok(Request::new(Self::id(), Vec::new())) };
        let context = (!self.context.is_empty()).then_some(context);
        let request =
            self.wording.request(Self::id(), language, Holes { passage, context, schema: schema.trim_end() })?;
        let request = request.with_max_tokens(reply_tokens(self.text));
        Ok(request.with_format(Format::json(Self::NAME, self.schema.extraction_schema(&form))))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<SchemaExtraction> {
        let ([entities, relations], cut_off) =
            two_lists(reply, [&["entities", "nodes", "实体"], &["relations", "relationships", "edges", "关系"]])?;
        Ok(SchemaExtraction { entities, relations, cut_off })
    }
}
