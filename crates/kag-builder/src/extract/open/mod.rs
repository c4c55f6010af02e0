//! Open extraction by a model: whatever the passage says.

mod both;
mod entities;
mod triples;

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{BoxError, ContentHash, NameKey, TypeName, async_trait};
use kag_llm::{LanguageModel, LanguageModelExt as _, Prompt as _, Wording};

pub use both::ExtractOpen;
pub use entities::{ExtractEntities, OpenEntities, OpenEntity};
pub use triples::{ExtractTriples, OpenTriple, OpenTriples};

use super::{EntityRef, Estimate, ExtractedEntity, ExtractedFact, Extraction, Extractor, Object, Passage};

/// Reads whatever a passage says with a language model, without a schema.
///
/// Two calls a passage, as in HippoRAG (arXiv 2405.14831 §2.2) and KAG's open extraction:
/// first the names, then triples given the names; the second is spared where there are no
/// names. Or one call for both ([`in_one_call`](Self::in_one_call)), which costs about half and finds
/// less. Nodes are of type `Entity`, so that one name is one node in all documents, unless
/// the host gives a list of types to choose from. Both ends of a triple are nodes. A name
/// that the model made up is kept, but is found nowhere in the text and counted as such; a
/// reply that holds no JSON of the right shape fails the chunk.
///
/// ```
/// use std::sync::Arc;
/// use kag_builder::{Extractor, OpenExtractor, Passage};
/// use kag_core::{Chunk, ContentHash, Document};
/// use kag_llm::Scripted;
///
/// # futures::executor::block_on(async {
/// let model = Scripted::new()
///     .on("extract_entities", [r#"{"entities": [{"name": "C罗"}, {"name": "皇马"}]}"#])
///     .on("extract_triples", [r#"{"triples": [["C罗", "效力于", "皇马"]]}"#]);
/// let document = Document::new("note:1", ContentHash::of("C罗效力于皇马。"));
/// let chunk = Chunk::new(document.id, 0, 0, "C罗效力于皇马。");
/// let found = OpenExtractor::new(Arc::new(model)).extract(&Passage::new(&document, &chunk)).await?;
/// assert_eq!((found.entities.len(), found.facts.len()), (2, 1));
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct OpenExtractor {
    model: Arc<dyn LanguageModel>,
    types: Vec<Arc<str>>,
    entities: Wording,
    triples: Wording,
    /// The words to ask for both with, where that is done in one call.
    both: Option<Wording>,
    version: String,
}

impl OpenExtractor {
    /// The extractor that asks `model`.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        let (entities, triples) = (ExtractEntities::WORDING, ExtractTriples::WORDING);
        Self { model, types: Vec::new(), entities, triples, both: None, version: String::new() }.named()
    }

    /// The same extractor, which gives each name one of `types`, or `Entity` where none fits.
    #[must_use]
    pub fn with_types<T: Into<Arc<str>>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.types = types.into_iter().map(Into::into).collect();
        self.named()
    }

    /// The same extractor with other words for names ([`ExtractEntities`]) and for triples
    /// ([`ExtractTriples`]).
    #[must_use]
    pub fn with_wording(mut self, entities: Wording, triples: Wording) -> Self {
        (self.entities, self.triples) = (entities, triples);
        self.named()
    }

    /// The same extractor, asking for names and triples in one call ([`ExtractOpen`]).
    #[must_use]
    pub fn in_one_call(self) -> Self {
        self.in_one_call_with(ExtractOpen::WORDING)
    }

    /// As [`in_one_call`](Self::in_one_call), with other words.
    #[must_use]
    pub fn in_one_call_with(mut self, wording: Wording) -> Self {
        self.both = Some(wording);
        self.named()
    }

    fn named(mut self) -> Self {
        let Self { model, types, entities, triples, both, .. } = &self;
        let (name, settings) = match both {
            Some(both) => ("open-in-one 1", format!("{types:?} {}", both.hash())),
            None => ("open 1", format!("{types:?} {} {}", entities.hash(), triples.hash())),
        };
        let settings = ContentHash::of(settings).to_string();
        self.version = format!("{name} {} {}", model.id(), settings.get(..12).unwrap_or_default());
        self
    }

    /// The type of a name: one of the list, spelt as there.
    fn type_of(&self, given: Option<&str>) -> TypeName {
        let key = NameKey::of(given.unwrap_or_default());
        let known = self.types.iter().find(|known| NameKey::of(known) == key);
        known.map_or_else(|| TypeName::from("Entity"), |known| TypeName::new(Arc::clone(known)))
    }
}

#[async_trait]
impl Extractor for OpenExtractor {
    fn version(&self) -> &str {
        &self.version
    }

    /// Two calls, or one. The names that the second of two lists are not known beforehand and left out.
    fn estimate(&self, passage: &Passage<'_>) -> Result<Estimate, BoxError> {
        let context = passage.context();
        let (text, context) = (passage.text(), context.as_str());
        if let Some(wording) = &self.both {
            let ask = ExtractOpen { text, context, types: &self.types, wording };
            return Ok(Estimate::of_call(&ask.render()?, text));
        }
        let entities = ExtractEntities { text, context, types: &self.types, wording: &self.entities };
        let triples = ExtractTriples { text, context, names: &[], wording: &self.triples };
        let mut estimate = Estimate::of_call(&entities.render()?, text);
        estimate += Estimate::of_call(&triples.render()?, text);
        Ok(estimate)
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        let context = passage.context();
        let (text, context) = (passage.text(), context.as_str());
        if let Some(wording) = &self.both {
            let (entities, triples) =
                self.model.ask(&ExtractOpen { text, context, types: &self.types, wording }).await?;
            return Ok(self.extraction(entities, triples));
        }
        let ask = ExtractEntities { text, context, types: &self.types, wording: &self.entities };
        let entities = self.model.ask(&ask).await?;
        if entities.entities.is_empty() {
            return Ok(self.extraction(entities, OpenTriples::default()));
        }
        let names: Vec<&str> = entities.entities.iter().map(|entity| entity.name.as_str()).collect();
        let ask = ExtractTriples { text, context, names: &names, wording: &self.triples };
        let triples = self.model.ask(&ask).await?;
        Ok(self.extraction(entities, triples))
    }
}

impl OpenExtractor {
    /// What a model lists, as an extraction: a name has the type of the first entity that is called so.
    fn extraction(&self, entities: OpenEntities, triples: OpenTriples) -> Extraction {
        let problems = entities.problems.into_iter().chain(triples.problems).collect();
        let mut found = Extraction { problems, ..Extraction::default() };
        let mut known: BTreeMap<NameKey, TypeName> = BTreeMap::new();
        for entity in entities.entities {
            let type_name = self.type_of(entity.type_name.as_deref());
            for name in std::iter::once(&entity.name).chain(&entity.aliases) {
                known.entry(NameKey::of(name)).or_insert_with(|| type_name.clone());
            }
            let mut extracted = ExtractedEntity::new(type_name, entity.name);
            extracted.aliases = entity.aliases.into_iter().map(Into::into).collect();
            extracted.description = entity.description.map(Into::into);
            found.entities.push(extracted);
        }
        let entity = |name: &str| {
            let type_name = known.get(&NameKey::of(name)).cloned();
            EntityRef::new(type_name.unwrap_or_else(|| "Entity".into()), name)
        };
        found.facts.extend(triples.triples.into_iter().map(|triple| {
            let object = Object::Entity(entity(&triple.object));
            let mut fact = ExtractedFact::new(entity(&triple.subject), triple.predicate.as_str(), object);
            fact.quote = triple.quote.map(Into::into);
            fact
        }));
        found
    }
}
