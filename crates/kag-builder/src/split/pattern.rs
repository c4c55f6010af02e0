//! Chunks between the matches of a pattern.

use kag_core::{BoxError, Chunk, CpuPool, ReadDocument, Span, async_trait};
use kag_llm::TokenCounter;
use regex::Regex;

use super::{LengthSplitter, Splitter};

/// Cuts a document where a regular expression matches: articles of a law, entries of a list, turns of a talk.
///
/// Each match begins a new chunk. What is longer than the target is cut as [`LengthSplitter`] cuts it;
/// what is blank stays with what is before it, or, at the beginning, with what follows. Headings begin no
/// chunk by themselves; a chunk bears those that all of it is below.
///
/// ```
/// use kag_builder::{PatternSplitter, Splitter};
/// use kag_core::{ContentHash, Document, ReadDocument};
///
/// # futures::executor::block_on(async {
/// let text = "公司法\n第一条 为了规范公司的组织。\n第二条 本法所称公司。\n";
/// let read = ReadDocument::new(Document::new("law:1", ContentHash::of(text)), text);
/// let chunks = PatternSplitter::new("(?m)^第[一二三四五六七八九十百零]+条", 300)?.split(&read).await?;
/// let texts: Vec<_> = chunks.iter().map(|chunk| &*chunk.text).collect();
/// assert_eq!(texts, ["公司法\n", "第一条 为了规范公司的组织。\n", "第二条 本法所称公司。\n"]);
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct PatternSplitter {
    expression: Regex,
    length: LengthSplitter,
    version: String,
}

impl PatternSplitter {
    /// Chunks that begin where `expression` matches, of at most `target` tokens as
    /// [`TokenEstimate`](super::TokenEstimate) counts them.
    ///
    /// # Errors
    /// An expression that is none, or too large.
    pub fn new(expression: &str, target: usize) -> Result<Self, regex::Error> {
        let length = LengthSplitter::new(target);
        Ok(Self { expression: Regex::new(expression)?, length, version: String::new() }.named())
    }

    /// The same splitter, repeating at most `overlap` tokens between the pieces of what is too long.
    #[must_use]
    pub fn with_overlap(mut self, overlap: usize) -> Self {
        self.length = self.length.with_overlap(overlap);
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
        self.version = format!("pattern 1 {:?} {}", self.expression.as_str(), self.length.version());
        self
    }

    fn stretches(&self, text: &str) -> Vec<Span> {
        let matches: Vec<usize> = self.expression.find_iter(text).map(|found| found.start()).collect();
        let says_something = |from, to| text.get(from..to).is_some_and(|part: &str| !part.trim().is_empty());
        let mut stretches = Vec::new();
        let mut start = 0;
        let mut any = says_something(0, matches.first().copied().unwrap_or(text.len()));
        for (at, next) in matches.iter().zip(matches.iter().skip(1).chain([&text.len()])) {
            let more = says_something(*at, *next);
            if any && more {
                stretches.push(Span::new(start, *at));
                start = *at;
            }
            any |= more;
        }
        stretches.push(Span::new(start, text.len()));
        stretches
    }
}

#[async_trait]
impl Splitter for PatternSplitter {
    fn version(&self) -> &str {
        &self.version
    }

    async fn split(&self, document: &ReadDocument) -> Result<Vec<Chunk>, BoxError> {
        self.length.cut_each_off(document, self.stretches(&document.text)).await
    }
}
