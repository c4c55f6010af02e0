//! Summaries from the chunks up to the document.

use std::{num::NonZeroUsize, sync::Arc};

use futures::future::{BoxFuture, FutureExt as _, try_join_all};
use kag_core::{BoxError, Chunk, ContentHash, async_trait};
use kag_llm::{Cache, LanguageModel, LanguageModelExt as _, Prompt as _, Wording};

use super::{PART_OF, Summarise, path, section, section_above, whole};
use crate::{EntityRef, Estimate, ExtractedEntity, ExtractedFact, Extraction, Extractor, Object, Passage};

/// The predicate from a section to what it says in short.
const SUMMARY: &str = "summary";

/// Replies that are kept, so that the summaries of parts need not be asked for again.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4_095);

/// Summarises with a language model: each chunk, then each section by the summaries of its parts, then the
/// document by those of its sections.
///
/// One call a chunk, and one for each section of several parts. Summaries are facts `summary` of the nodes
/// that [`OutlineExtractor`](super::OutlineExtractor) makes of the headings; a chunk that is only a part of
/// its section is a node of type `Passage`, called by the section and its number. The last chunk of a section
/// brings the section's summary, whose evidence it is: so a document whose chunk failed is completed by the
/// next run. What the parts say is asked with equal requests, and the last 4,096 replies are kept, so it is
/// paid for once.
///
/// ```
/// use std::sync::Arc;
/// use kag_builder::{Extractor, Passage, SummaryExtractor};
/// use kag_core::{Chunk, ContentHash, Document};
/// use kag_llm::Scripted;
///
/// # futures::executor::block_on(async {
/// let replies = ["甲。", "乙。", "甲与乙。"].map(|summary| format!(r#"{{"summary": "{summary}"}}"#));
/// let model = Scripted::new().on("summarise", replies);
/// let extractor = SummaryExtractor::new(Arc::new(model));
/// let document = Document::new("note:1", ContentHash::of("x")).with_title("题");
/// let chunks = [Arc::new(Chunk::new(document.id, 0, 0, "甲甲")), Arc::new(Chunk::new(document.id, 1, 6, "乙乙"))];
/// let first = extractor.extract(&Passage::new(&document, &chunks[0]).among(&chunks)).await?;
/// let last = extractor.extract(&Passage::new(&document, &chunks[1]).among(&chunks)).await?;
/// let names: Vec<_> = first.facts.iter().chain(&last.facts).filter(|fact| fact.predicate.as_str() == "summary")
///     .map(|fact| &*fact.subject.name).collect();
/// assert_eq!(names, ["题 (1)", "题 (2)", "题"]);
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct SummaryExtractor {
    model: Arc<Cache<Arc<dyn LanguageModel>>>,
    sentences: usize,
    wording: Wording,
    version: String,
}

/// What has a summary.
enum Part<'p> {
    /// A chunk.
    Chunk(&'p Chunk),
    /// The section of so many titles, by its chunks.
    Section(usize, &'p [Arc<Chunk>]),
}

impl SummaryExtractor {
    /// The extractor that asks `model` for summaries of at most three sentences.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>) -> Self {
        let model = Arc::new(Cache::new(model, KEPT));
        Self { model, sentences: 3, wording: Summarise::WORDING, version: String::new() }.named()
    }

    /// The same extractor, whose summaries have at most so many sentences; default 3.
    #[must_use]
    pub fn with_sentences(mut self, sentences: usize) -> Self {
        self.sentences = sentences.max(1);
        self.named()
    }

    /// The same extractor with other words for [`Summarise`].
    #[must_use]
    pub fn with_wording(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self.named()
    }

    fn named(mut self) -> Self {
        let settings = ContentHash::of(format!("{} {}", self.sentences, self.wording.hash())).to_string();
        self.version = format!("summaries 1 {} {}", self.model.id(), settings.get(..12).unwrap_or_default());
        self
    }

    fn question<'q>(&'q self, text: &'q str, context: &'q str, parts: bool) -> Summarise<'q> {
        Summarise { text, context, sentences: self.sentences, parts, wording: &self.wording }
    }

    /// The summary of `part`, by those of its parts where it has several.
    fn summary<'s>(&'s self, passage: Passage<'s>, part: Part<'s>) -> BoxFuture<'s, Result<String, BoxError>> {
        async move {
            match part {
                Part::Chunk(chunk) => {
                    let context = Passage::new(passage.document, chunk).context();
                    Ok(self.model.ask(&self.question(&chunk.text, &context, false)).await?)
                }
                Part::Section(depth, chunks) => {
                    let parts = parts(&passage, depth, chunks);
                    let asked = parts.into_iter().map(|part| self.summary(passage, part));
                    let mut summaries = try_join_all(asked).await?;
                    if summaries.len() == 1 {
                        return Ok(summaries.remove(0));
                    }
                    let titles = chunks.first().map(|chunk| path(&passage, chunk)).unwrap_or_default();
                    let context: Vec<&str> = titles.iter().take(depth).map(|title| &**title).collect();
                    let (text, context) = (summaries.join("\n\n"), context.join("\n"));
                    Ok(self.model.ask(&self.question(&text, &context, true)).await?)
                }
            }
        }
        .boxed()
    }
}

/// The parts of the section of `depth` titles that `chunks` are: its own chunks, and the sections in it.
fn parts<'p>(passage: &Passage<'_>, depth: usize, chunks: &'p [Arc<Chunk>]) -> Vec<Part<'p>> {
    let title = |chunk: &Chunk| path(passage, chunk).get(depth).cloned();
    let groups = chunks.chunk_by(|left, right| title(left).is_some() && title(left) == title(right));
    let part = |group: &'p [Arc<Chunk>]| match group {
        [chunk] if title(chunk).is_none() => Part::Chunk(chunk),
        section => Part::Section(depth + 1, section),
    };
    groups.map(part).collect()
}

/// The chunks around `passage` that are in the section of its first `depth` titles, if it is the last of them.
fn ended<'p>(passage: &Passage<'p>, path_of_it: &[Arc<str>], depth: usize) -> Option<&'p [Arc<Chunk>]> {
    let at = passage.chunks.iter().position(|chunk| chunk.id == passage.chunk.id)?;
    let is_within = |chunk: &Arc<Chunk>| path(passage, chunk).get(..depth) == path_of_it.get(..depth);
    if passage.chunks.get(at + 1).is_some_and(is_within) {
        return None;
    }
    let before = passage.chunks.get(..=at)?;
    let count = before.iter().rev().take_while(|chunk| is_within(chunk)).count();
    before.get(before.len() - count..)
}

#[async_trait]
impl Extractor for SummaryExtractor {
    fn version(&self) -> &str {
        &self.version
    }

    /// The call for the chunk, and those for the sections that end with it, by the length that the summaries
    /// of their parts may have.
    fn estimate(&self, passage: &Passage<'_>) -> Result<Estimate, BoxError> {
        let context = passage.context();
        let mut estimate = Estimate::of_call(&self.question(passage.text(), &context, false).render()?, passage.text());
        let titles = path(passage, passage.chunk);
        for depth in 1..=titles.len() {
            let several = ended(passage, &titles, depth).map(|chunks| parts(passage, depth, chunks).len());
            if let Some(several @ 2..) = several {
                let expected = "A sentence of the usual length. ".repeat(self.sentences);
                let text = expected.repeat(several);
                estimate += Estimate::of_call(&self.question(&text, &context, true).render()?, &expected);
            }
        }
        Ok(estimate)
    }

    async fn extract(&self, passage: &Passage<'_>) -> Result<Extraction, BoxError> {
        let titles = path(passage, passage.chunk);
        let whole = whole(passage.chunk);
        let Some(own) = section(&titles) else { return Ok(Extraction::default()) };
        let mut found = Extraction::default();
        let mut say = |entity: EntityRef, outer: Option<EntityRef>, summary: String| {
            let above = outer.map(|outer| ExtractedFact::new(entity.clone(), PART_OF, Object::Entity(outer)).at(whole));
            found.facts.push(ExtractedFact::new(entity.clone(), SUMMARY, Object::Literal(summary.into())).at(whole));
            found.facts.extend(above);
            found.entities.push(ExtractedEntity::new(entity.type_name, entity.name).at(whole));
        };
        let summary = self.summary(*passage, Part::Chunk(passage.chunk)).await?;
        if is_part(passage, &titles) {
            let name = format!("{} ({})", own.name, passage.chunk.id.ordinal() + 1);
            say(EntityRef::new("Passage", name), Some(own), summary);
        } else {
            say(own, section_above(&titles, titles.len()), summary);
        }
        for depth in (1..=titles.len()).rev() {
            let Some(chunks) = ended(passage, &titles, depth) else { break };
            if chunks.len() > 1
                && let Some(entity) = section(titles.get(..depth).unwrap_or_default())
            {
                let summary = self.summary(*passage, Part::Section(depth, chunks)).await?;
                say(entity, section_above(&titles, depth), summary);
            }
        }
        Ok(found)
    }
}

/// Whether the section of `passage` has other chunks too: the one before it or behind it.
fn is_part(passage: &Passage<'_>, titles: &[Arc<str>]) -> bool {
    let Some(at) = passage.chunks.iter().position(|chunk| chunk.id == passage.chunk.id) else { return false };
    let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| passage.chunks.get(at));
    beside.into_iter().any(|chunk| path(passage, chunk).get(..titles.len()) == Some(titles))
}
