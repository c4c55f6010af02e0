//! Knowledge units: statements that can be understood alone.

use std::sync::Arc;

use kag_core::{BoxError, ContentHash, async_trait};
use kag_llm::{LanguageModel, LanguageModelExt as _, Prompt, Reply, Request, Wording};
use serde_json::Value;

use super::{about, add, request};
use crate::{
    Estimate, ExtractedEntity, Extraction, Extractor, Passage,
    extract::reply::{list, some_read, text},
};

/// Asks for the knowledge units of a passage.
///
/// The wording is filled with `passage`, fenced, and `context`, the title and headings, fenced, or empty.
#[derive(Clone, Copy, Debug)]
pub struct ExtractUnits<'p> {
    /// The passage.
    pub text: &'p str,
    /// The title and headings above it; may be empty.
    pub context: &'p str,
    /// The words to ask with.
    pub wording: &'p Wording,
}

/// The knowledge units of a passage, as a model writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnowledgeUnits {
    /// The units.
    pub units: Vec<KnowledgeUnit>,
    /// What could not be read of the reply, a sentence each.
    pub problems: Vec<Arc<str>>,
}

/// A statement that can be understood alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnowledgeUnit {
    /// What it is about, in a few words, where the model gave them.
    pub title: Option<String>,
    /// What it says.
    pub content: String,
    /// The words of the passage that say so, where the model gave them.
    pub quote: Option<String>,
    /// The things it is about.
    pub names: Vec<String>,
}

impl ExtractUnits<'_> {
    /// The wording of this crate.
    pub const WORDING: Wording = Wording::from_static(
        include_str!("../../../prompts/extract_units.en.md"),
        include_str!("../../../prompts/extract_units.zh.md"),
    );
}

impl Prompt for ExtractUnits<'_> {
    type Output = KnowledgeUnits;
    const NAME: &'static str = "extract_units";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag_llm::Result<Request> {
        request(Self::id(), self.wording, self.text, self.context, ("units", &["title", "content"]))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<KnowledgeUnits> {
        let (members, cut_off) = list(reply, &["units", "knowledge_units", "knowledge", "知识单元", "单元"])?;
        let mut found = KnowledgeUnits::default();
        for member in &members {
            match unit(member) {
                Some(unit) => found.units.push(unit),
                None => found.problems.push(format!("malformed unit {member}").into()),
            }
        }
        some_read(&members, !found.units.is_empty())?;
        if cut_off {
            found.problems.push("the list of units is cut off".into());
        }
        Ok(found)
    }
}

fn unit(member: &Value) -> Option<KnowledgeUnit> {
    let Value::Object(object) = member else {
        let content = member.as_str().map(str::trim).filter(|content| !content.is_empty())?;
        return Some(KnowledgeUnit { content: content.to_owned(), ..KnowledgeUnit::default() });
    };
    let (names, quote) = about(object);
    let content = text(object, &["content", "statement", "text", "内容", "陈述"])?;
    Some(KnowledgeUnit { title: text(object, &["title", "name", "标题", "名称"]), content, quote, names })
}

/// Reads a passage as knowledge units with a language model: one call a passage.
///
/// A unit is a node of type `KnowledgeUnit`, called by what it says and by its title as an alias, with edges
/// `about` to the things it names, which are nodes of type `Entity`. So retrieval finds a passage by
/// statements that are whole, and the graph joins statements about one thing.
///
/// ```
/// use std::sync::Arc;
/// use kag_builder::{Extractor, Passage, UnitExtractor};
/// use kag_core::{Chunk, ContentHash, Document};
/// use kag_llm::Scripted;
///
/// # futures::executor::block_on(async {
/// let model = Scripted::new().on("extract_units", [r#"{"units": [{"title": "创立", "content": "皇马成立于1902年。",
///     "quote": "成立于1902年", "names": ["皇马"]}]}"#]);
/// let document = Document::new("note:1", ContentHash::of("皇马，成立于1902年。"));
/// let chunk = Chunk::new(document.id, 0, 0, "皇马，成立于1902年。");
/// let found = UnitExtractor::new(Arc::new(model)).extract(&Passage::new(&document, &chunk)).await?;
/// assert_eq!(&*found.entities[0].entity.name, "皇马成立于1902年。");
/// assert_eq!(found.facts[0].predicate.as_str(), "about");
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct UnitExtractor {
    model: Arc<dyn LanguageModel>,
    wording: Wording,
    version: String,
}

impl UnitExtractor {
    /// The extractor that asks `model`.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        Self { model, wording: ExtractUnits::WORDING, version: String::new() }.named()
    }

    /// The same extractor with other words for [`ExtractUnits`].
    #[must_use]
    pub fn with_wording(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self.named()
    }

    fn named(mut self) -> Self {
        let settings = ContentHash::of(self.wording.hash().to_string()).to_string();
        self.version = format!("units 1 {} {}", self.model.id(), settings.get(..12).unwrap_or_default());
        self
    }
}

#[async_trait]
impl Extractor for UnitExtractor {
    fn version(&self) -> &str {
        &self.version
    }

    fn estimate(&self, passage: &Passage<'_>) -> Result<Estimate, BoxError> {
        let context = passage.context();
        let ask = ExtractUnits { text: passage.text(), context: &context, wording: &self.wording };
        Ok(Estimate::of_call(&ask.render()?, passage.text()))
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        let context = passage.context();
        let ask = ExtractUnits { text: passage.text(), context: &context, wording: &self.wording };
        let KnowledgeUnits { units, problems } = self.model.ask(&ask).await?;
        let mut found = Extraction { problems, ..Extraction::default() };
        for KnowledgeUnit { title, content, quote, names } in units {
            let mut entity = ExtractedEntity::new("KnowledgeUnit", content.as_str());
            // Without a quote the statement itself is what the passage should say.
            entity.quote = Some(quote.unwrap_or(content).into());
            entity.aliases.extend(title.map(Into::into));
            add(&mut found, entity, &[], &names);
        }
        Ok(found)
    }
}
