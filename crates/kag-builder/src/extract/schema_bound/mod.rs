//! Extraction by a model under a schema.

mod prompt;
mod read;

use std::sync::Arc;

use kag_core::{BoxError, ContentHash, TypeName, async_trait};
use kag_llm::{LanguageModel, LanguageModelExt as _, Prompt as _, Wording};
use kag_schema::Schema;

pub use prompt::{ExtractBySchema, SchemaExtraction};

use super::{Estimate, Extraction, Extractor, Passage};
use crate::vocabulary;

/// Reads what a schema has words for, with a language model: entities with their
/// properties, relations, and what facts say of themselves (KAG §2.2).
///
/// One call a passage. The schema is in the prompt as text, and the reply is asked for by
/// its JSON Schema. Types and predicates may come back by label or alias, in either
/// language, and get their names of the schema; values are read as the schema declares,
/// and each fact has a quote that the pipeline looks for in the text. What is not of the
/// schema is a problem in the report, and so is a value that cannot be read; a reply that
/// holds no JSON of the right shape fails the chunk. Facts are of the layer of
/// information: a person, not a model, makes them knowledge.
///
/// ```
/// use std::sync::Arc;
/// use kag_builder::{Extractor, Passage, SchemaExtractor};
/// use kag_core::{Chunk, ContentHash, Document};
/// use kag_llm::Scripted;
/// use kag_schema::{PropertyDef, Schema, TypeDef};
///
/// # futures::executor::block_on(async {
/// let schema = Schema::builder("Football")
///     .with_type(TypeDef::entity("Club").with_zh("俱乐部").with_property(PropertyDef::property("founded", "Date")))
///     .build()
///     .map_err(|problems| format!("{problems:?}"))?;
/// let reply = r#"{"entities": [{"type": "俱乐部", "name": "皇马",
///     "properties": {"founded": {"value": "1902年", "quote": "成立于1902年"}}}], "relations": []}"#;
/// let model = Scripted::new().on("extract_by_schema", [reply]);
/// let text = "皇马成立于1902年。";
/// let document = Document::new("note:1", ContentHash::of(text));
/// let chunk = Chunk::new(document.id, 0, 0, text);
/// let found = SchemaExtractor::new(Arc::new(model), schema).extract(&Passage::new(&document, &chunk)).await?;
/// assert_eq!(found.entities[0].entity.type_name.as_str(), "Club");
/// assert_eq!(found.facts.len(), 1);
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct SchemaExtractor {
    model: Arc<dyn LanguageModel>,
    schema: Arc<Schema>,
    types: Option<Vec<TypeName>>,
    budget: usize,
    wording: Wording,
    version: String,
}

impl SchemaExtractor {
    /// The extractor that asks `model` for all that `schema` has words for.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>, schema: impl Into<Arc<Schema>>) -> Self {
        let (types, budget, wording) = (None, 8_000, ExtractBySchema::WORDING);
        Self { model, schema: schema.into(), types, budget, wording, version: String::new() }.named()
    }

    /// The same extractor, for entities of these types only and what connects them.
    #[must_use]
    pub fn with_types<T: Into<TypeName>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.types = Some(types.into_iter().map(Into::into).collect());
        self.named()
    }

    /// The same extractor, showing at most `characters` characters of the schema; default
    /// 8,000. What does not fit is left out as [`Schema::to_text`] says.
    #[must_use]
    pub fn with_schema_budget(mut self, characters: usize) -> Self {
        self.budget = characters;
        self.named()
    }

    /// The same extractor, asking in other words ([`ExtractBySchema`]).
    #[must_use]
    pub fn with_wording(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self.named()
    }

    fn question<'q>(&'q self, passage: &'q Passage<'_>, context: &'q str) -> ExtractBySchema<'q> {
        ExtractBySchema {
            text: passage.text(),
            context,
            schema: &self.schema,
            types: self.types.as_deref(),
            budget: self.budget,
            wording: &self.wording,
        }
    }

    fn named(mut self) -> Self {
        let Self { model, schema, types, budget, wording, .. } = &self;
        let settings = format!("{} {types:?} {budget} {}", vocabulary::hash(schema), wording.hash());
        let settings = ContentHash::of(settings).to_string();
        self.version = format!("schema 1 {} {}", model.id(), settings.get(..12).unwrap_or_default());
        self
    }
}

#[async_trait]
impl Extractor for SchemaExtractor {
    fn version(&self) -> &str {
        &self.version
    }

    fn estimate(&self, passage: &Passage<'_>) -> Result<Estimate, BoxError> {
        let context = passage.context();
        Ok(Estimate::of_call(&self.question(passage, &context).render()?, passage.text()))
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        let context = passage.context();
        let reply = self.model.ask(&self.question(passage, &context)).await?;
        Ok(read::read(&self.schema, self.types.as_deref(), reply))
    }
}
