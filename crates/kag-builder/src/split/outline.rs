//! Chunks along the headings.

use kag_core::{BoxError, Chunk, CpuPool, ReadDocument, Span, async_trait};
use kag_llm::TokenCounter;

use super::{
    LengthSplitter, Splitter,
    headings::{Section, sections},
};

/// Cuts a document along its headings: what belongs together stays together.
///
/// A section, from one heading to the next, is a chunk. One that is shorter than the least takes in
/// those that follow, as long as all fit into the target and none of them belongs to a heading outside
/// of the first; so small sections are chunks with their sisters and with what is below them. One that
/// is longer than the target is cut as [`LengthSplitter`] cuts it. A chunk bears the headings that all
/// of it is below. Without headings this is the [`LengthSplitter`].
///
/// ```
/// use kag_builder::{Characters, MarkdownReader, OutlineSplitter, Splitter};
/// use kag_core::{Reader, Source};
///
/// # futures::executor::block_on(async {
/// let text = "# Clubs\n\n## 皇马\n\n成立于1902年。\n\n## 曼联\n\n成立于1878年。\n\n# Cups\n\nNone.\n";
/// let reading = MarkdownReader::new().read(&Source::new("file:a.md", text.as_bytes())).await?;
/// let splitter = OutlineSplitter::new(60).with_least(30).with_counter(Characters);
/// let chunks = splitter.split(&reading.documents[0]).await?;
/// assert_eq!(chunks.len(), 2);
/// assert_eq!(chunks[0].headings.iter().map(|title| &**title).collect::<Vec<_>>(), ["Clubs"]);
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct OutlineSplitter {
    length: LengthSplitter,
    least: usize,
    version: String,
}

impl OutlineSplitter {
    /// Chunks of at most `target` tokens, as [`TokenEstimate`](super::TokenEstimate) counts them, where
    /// sections of less than a quarter of that take in their neighbours.
    #[must_use]
    pub fn new(target: usize) -> Self {
        let length = LengthSplitter::new(target);
        Self { least: length.target() / 4, length, version: String::new() }.named()
    }

    /// The same splitter, where sections of less than `least` tokens take in their neighbours; 0: none do.
    #[must_use]
    pub fn with_least(mut self, least: usize) -> Self {
        self.least = least;
        self.named()
    }

    /// The same splitter, repeating at most `overlap` tokens between the pieces of one section.
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
        self.version = format!("outline 1 {} {}", self.least, self.length.version());
        self
    }

    /// Sections, small ones put together.
    fn stretches(&self, document: &ReadDocument) -> Vec<Span> {
        let mut stretches: Vec<Span> = Vec::new();
        let mut open: Option<(Section, usize)> = None;
        for section in sections(document) {
            let length = self.length.measure(section.span.of(&document.text).unwrap_or_default());
            match &mut open {
                Some((first, so_far))
                    if *so_far < self.least
                        && section.level >= first.level
                        && *so_far + length <= self.length.target() =>
                {
                    first.span.end = section.span.end;
                    *so_far += length;
                }
                _ => stretches.extend(open.replace((section, length)).map(|(done, _)| done.span)),
            }
        }
        stretches.extend(open.map(|(last, _)| last.span));
        stretches
    }
}

#[async_trait]
impl Splitter for OutlineSplitter {
    fn version(&self) -> &str {
        &self.version
    }

    async fn split(&self, document: &ReadDocument) -> Result<Vec<Chunk>, BoxError> {
        self.length.cut_each_off(document, self.stretches(document)).await
    }
}
