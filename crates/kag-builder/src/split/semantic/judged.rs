//! Topics by a model's judgement.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{BoxError, Chunk, CpuPool, ReadDocument, async_trait};
use kag_llm::{
    Fence, Format, Language, LanguageModel, LanguageModelExt as _, Prompt, Reply, Request, TokenCounter, Wording,
};
use serde::Serialize;
use serde_json::json;

use super::units::{Unit, stretches, units};
use crate::{
    extract::reply,
    split::{LengthSplitter, Splitter},
};

/// Asks at which of some sentences a new topic begins.
///
/// The wording is filled with `sentences`: each on a line with its number from 1, fenced.
#[derive(Clone, Copy, Debug)]
pub struct FindTopics<'p> {
    /// The sentences.
    pub sentences: &'p [&'p str],
    /// The words to ask with.
    pub wording: &'p Wording,
}

impl FindTopics<'_> {
    /// The wording of this crate.
    pub const WORDING: Wording = Wording::from_static(
        include_str!("../../../prompts/find_topics.en.md"),
        include_str!("../../../prompts/find_topics.zh.md"),
    );
}

#[derive(Serialize)]
struct Holes<'a> {
    sentences: &'a Fence<'a>,
}

impl Prompt for FindTopics<'_> {
    /// The numbers of the sentences that begin a topic, from 2 to the last; others are passed over.
    type Output = BTreeSet<usize>;
    const NAME: &'static str = "find_topics";
    const VERSION: &'static str = "1";

    fn render(&self) -> kag_llm::Result<Request> {
        let lines = (1..).zip(self.sentences).map(|(number, sentence)| {
            let words: Vec<&str> = sentence.split_whitespace().collect();
            format!("{number}. {}", words.join(" "))
        });
        let lines = lines.collect::<Vec<_>>().join("\n");
        let fences = Fence::all(&[&lines]);
        let [sentences] = fences.as_slice() else { return Ok(Request::new(Self::id(), Vec::new())) };
        let request = self.wording.request(Self::id(), Language::of(&lines), Holes { sentences })?;
        let schema = json!({
            "type": "object",
            "properties": {"starts": {"type": "array", "items": {"type": "integer"}}},
            "required": ["starts"],
            "additionalProperties": false,
        });
        // A number and a comma for each sentence at most.
        let tokens = u32::try_from(self.sentences.len()).unwrap_or(u32::MAX).saturating_mul(4).saturating_add(64);
        Ok(request.with_max_tokens(tokens).with_format(Format::json(Self::NAME, schema)))
    }

    fn parse(&self, reply: &Reply) -> kag_llm::Result<BTreeSet<usize>> {
        let (members, _) = reply::list(reply, &["starts", "topics", "sentences", "开始", "句子", "编号"])?;
        let numbers: Vec<usize> =
            members.iter().filter_map(|member| reply::one(member)?.trim_end_matches('.').parse().ok()).collect();
        reply::some_read(&members, !numbers.is_empty())?;
        Ok(numbers.into_iter().filter(|number| (2..=self.sentences.len()).contains(number)).collect())
    }
}

/// Cuts a document where a language model says that a new topic begins.
///
/// The model is shown numbered sentences, as many as fit a window, and names those that begin a topic;
/// the next window begins at the last of them, so that a topic is seen whole, as in `LumberChunker`
/// (arXiv 2406.17526). What is longer than the target is cut as [`LengthSplitter`] cuts it. A heading
/// begins a new chunk.
///
/// One call for each window, whenever a document is new or changed. A dry run splits, and so asks as
/// well: with a cache around the model it is paid for once.
///
/// ```
/// use std::sync::Arc;
/// use kag_builder::{Splitter, TopicSplitter};
/// use kag_core::{ContentHash, Document, ReadDocument};
/// use kag_llm::Scripted;
///
/// # futures::executor::block_on(async {
/// let model = Scripted::new().on("find_topics", [r#"{"starts": [3]}"#]);
/// let text = "猫在睡觉。猫醒了。星星很远。星星在发光。";
/// let read = ReadDocument::new(Document::new("note:1", ContentHash::of(text)), text);
/// let chunks = TopicSplitter::new(Arc::new(model), 100).split(&read).await?;
/// assert_eq!(&*chunks[1].text, "星星很远。星星在发光。");
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct TopicSplitter {
    model: Arc<dyn LanguageModel>,
    wording: Wording,
    window: usize,
    length: LengthSplitter,
    version: String,
}

/// Tokens of a window.
const WINDOW: usize = 2_000;

impl TopicSplitter {
    /// Chunks of at most `target` tokens, as [`TokenEstimate`](crate::TokenEstimate) counts them, of one
    /// topic each as `model` sees it.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>, target: usize) -> Self {
        let length = LengthSplitter::new(target);
        Self { model, wording: FindTopics::WORDING, window: WINDOW, length, version: String::new() }.named()
    }

    /// The same splitter, showing the model sentences of about `tokens` tokens at a time; default 2,000.
    #[must_use]
    pub fn with_window(mut self, tokens: usize) -> Self {
        self.window = tokens.max(1);
        self.named()
    }

    /// The same splitter with other words for [`FindTopics`].
    #[must_use]
    pub fn with_wording(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self.named()
    }

    /// The same splitter, counting with `counter`.
    #[must_use]
    pub fn with_counter(mut self, counter: impl TokenCounter) -> Self {
        self.length = self.length.with_counter(counter);
        self.named()
    }

    /// The same splitter, cutting long texts on `cpu`; by default on a pool of its own.
    #[must_use]
    pub fn with_cpu(mut self, cpu: CpuPool) -> Self {
        self.length = self.length.with_cpu(cpu);
        self
    }

    fn named(mut self) -> Self {
        let Self { model, wording, window, length, .. } = &self;
        let wording = wording.hash().to_string();
        let wording = wording.get(..12).unwrap_or_default();
        self.version = format!("topics 1 {} {wording} {window} {}", model.id(), length.version());
        self
    }

    /// The numbers of the units that begin a topic, by the model.
    async fn starts(&self, text: &str, units: &[Unit]) -> Result<BTreeSet<usize>, BoxError> {
        let mut starts = BTreeSet::new();
        let mut first = 0;
        while first < units.len() {
            let sentences = self.window_of(text, units, first);
            let end = first + sentences.len();
            if sentences.len() < 2 {
                first = end;
                continue;
            }
            let found = self.model.ask(&FindTopics { sentences: &sentences, wording: &self.wording }).await?;
            starts.extend(found.iter().map(|number| first + number - 1));
            let last = found.last().map(|number| first + number - 1);
            // At the end of the text nothing follows that the last topic could go on in.
            first = last.filter(|_| end < units.len()).unwrap_or(end);
        }
        Ok(starts)
    }

    /// The sentences from `first` on that fit a window: one at least.
    fn window_of<'t>(&self, text: &'t str, units: &[Unit], first: usize) -> Vec<&'t str> {
        let mut tokens = 0;
        let sentences = units.iter().skip(first).map(|unit| unit.span.of(text).unwrap_or_default());
        let fitting = sentences.take_while(|sentence| {
            let begun = tokens > 0;
            tokens += self.length.measure(sentence);
            !begun || tokens <= self.window
        });
        fitting.collect()
    }
}

#[async_trait]
impl Splitter for TopicSplitter {
    fn version(&self) -> &str {
        &self.version
    }

    async fn split(&self, document: &ReadDocument) -> Result<Vec<Chunk>, BoxError> {
        if document.text.trim().is_empty() {
            return Ok(Vec::new());
        }
        let units = units(document);
        let starts = self.starts(&document.text, &units).await?;
        let stretches = stretches(&document.text, &units, |number| starts.contains(&number), &self.length, 0);
        self.length.cut_each_off(document, stretches).await
    }
}
