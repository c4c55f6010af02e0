//! Chunks of about one length.

use std::{collections::VecDeque, sync::Arc};

use kag_core::{BoxError, Chunk, CpuPool, ReadDocument, Span, async_trait};
use kag_llm::TokenCounter;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    Splitter, TokenEstimate,
    headings::{Headings, sections},
    sentence::sentences,
};

/// How many graphemes of an overlong word are kept together.
const STEP: usize = 16;

/// Cuts a document into chunks of at most so many tokens, between sentences.
///
/// A chunk takes as many whole sentences as fit. A sentence that is itself too long is cut
/// between words, a word that is too long between graphemes; a grapheme is never cut, so
/// one alone may exceed the limit. The length of a chunk is the sum of those of its pieces.
/// A heading begins a new chunk, unless only headings are before it; each chunk bears the
/// headings above its text. With an overlap, a chunk repeats the last sentences of the one
/// before it, as many as fit into that many tokens, but never across a heading.
///
/// ```
/// use kag_builder::{Characters, LengthSplitter, Splitter};
/// use kag_core::{ContentHash, Document, ReadDocument};
///
/// # futures::executor::block_on(async {
/// let text = "皇马成立于1902年。主场在马德里。It plays in white.";
/// let read = ReadDocument::new(Document::new("note:1", ContentHash::of(text)), text);
/// let splitter = LengthSplitter::new(22).with_overlap(8).with_counter(Characters);
/// let chunks = splitter.split(&read).await?;
/// let texts: Vec<_> = chunks.iter().map(|chunk| &*chunk.text).collect();
/// assert_eq!(texts, ["皇马成立于1902年。主场在马德里。", "It plays in white."]);
/// # Ok::<(), kag_core::BoxError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct LengthSplitter {
    target: usize,
    overlap: usize,
    counter: Arc<dyn TokenCounter>,
    cpu: CpuPool,
    version: String,
}

/// Longer texts are cut off the executor: beyond it they take a millisecond and more.
const LONG: usize = 32 * 1024;

impl LengthSplitter {
    /// Chunks of at most `target` tokens (at least 1) as [`TokenEstimate`] counts them,
    /// without overlap.
    #[must_use]
    pub fn new(target: usize) -> Self {
        let counter = Arc::new(TokenEstimate);
        Self { target: target.max(1), overlap: 0, counter, cpu: CpuPool::default(), version: String::new() }.named()
    }

    /// The same splitter, repeating at most `overlap` tokens of a chunk in the next; less
    /// than half the target.
    #[must_use]
    pub fn with_overlap(mut self, overlap: usize) -> Self {
        self.overlap = overlap.min((self.target - 1) / 2);
        self.named()
    }

    /// The same splitter, counting with `counter`.
    #[must_use]
    pub fn with_counter(mut self, counter: impl TokenCounter) -> Self {
        self.counter = Arc::new(counter);
        self.named()
    }

    /// The same splitter, cutting long texts on `cpu`; by default on a pool of its own.
    #[must_use]
    pub fn with_cpu(mut self, cpu: CpuPool) -> Self {
        self.cpu = cpu;
        self
    }

    fn named(mut self) -> Self {
        self.version = format!("length 1 {} {} {}", self.target, self.overlap, self.counter.id());
        self
    }

    /// The chunks of `document`: [`Splitter::split`] without waiting.
    #[must_use]
    pub fn cut(&self, document: &ReadDocument) -> Vec<Chunk> {
        self.cut_each(document, sections(document).into_iter().map(|section| section.span))
    }

    /// The chunks of `stretches`, which cover the text of `document`: each of them cut by itself.
    pub(super) fn cut_each(&self, document: &ReadDocument, stretches: impl IntoIterator<Item = Span>) -> Vec<Chunk> {
        if document.text.trim().is_empty() {
            return Vec::new();
        }
        let mut cutter = Cutter {
            splitter: self,
            text: &document.text,
            pieces: VecDeque::new(),
            length: 0,
            fresh: 0,
            spans: Vec::new(),
        };
        for stretch in stretches {
            cutter.stretch(stretch);
        }
        let headings = Headings::of(document);
        let cut = (0..).zip(cutter.spans).filter_map(|(ordinal, span)| {
            let text = span.of(&document.text)?;
            Some(Chunk::new(document.document.id, ordinal, span.start, text).with_headings(headings.above(span)))
        });
        cut.collect()
    }

    /// As [`cut_each`](Self::cut_each), off the executor where it takes long.
    pub(super) async fn cut_each_off(
        &self,
        document: &ReadDocument,
        stretches: Vec<Span>,
    ) -> Result<Vec<Chunk>, BoxError> {
        if document.text.len() <= LONG {
            return Ok(self.cut_each(document, stretches));
        }
        let (splitter, document) = (self.clone(), document.clone());
        Ok(self.cpu.run("split.length", move || splitter.cut_each(&document, stretches)).await?)
    }

    /// The length of `text` in tokens.
    pub(super) fn measure(&self, text: &str) -> usize {
        self.counter.count(text)
    }

    /// Most tokens of a chunk.
    pub(super) fn target(&self) -> usize {
        self.target
    }
}

#[async_trait]
impl Splitter for LengthSplitter {
    fn version(&self) -> &str {
        &self.version
    }

    async fn split(&self, document: &ReadDocument) -> Result<Vec<Chunk>, BoxError> {
        if document.text.len() <= LONG {
            return Ok(self.cut(document));
        }
        let (splitter, document) = (self.clone(), document.clone());
        Ok(self.cpu.run("split.length", move || splitter.cut(&document)).await?)
    }
}

/// A piece of text that is not cut, and its length in tokens.
#[derive(Clone, Copy)]
struct Piece {
    span: Span,
    length: usize,
}

struct Cutter<'d> {
    splitter: &'d LengthSplitter,
    text: &'d str,
    /// The chunk in the making.
    pieces: VecDeque<Piece>,
    length: usize,
    /// How many of its pieces are not in the chunk before.
    fresh: usize,
    spans: Vec<Span>,
}

impl Cutter<'_> {
    fn stretch(&mut self, stretch: Span) {
        let text = stretch.of(self.text).unwrap_or_default();
        for sentence in sentences(text) {
            let span = sentence.shifted(stretch.start);
            let piece = self.piece(span);
            if piece.length <= self.splitter.target { self.push(piece) } else { self.push_words(span) }
        }
        self.close();
        self.pieces.clear();
        self.length = 0;
    }

    fn piece(&self, span: Span) -> Piece {
        Piece { span, length: self.splitter.counter.count(span.of(self.text).unwrap_or_default()) }
    }

    /// Words, each with the white space behind it.
    fn push_words(&mut self, sentence: Span) {
        let text = sentence.of(self.text).unwrap_or_default();
        let mut word: Option<Span> = None;
        for (at, next) in text.split_word_bound_indices() {
            let next_span = Span::new(at, at + next.len()).shifted(sentence.start);
            match &mut word {
                Some(word) if next.trim().is_empty() => word.end = next_span.end,
                _ => {
                    if let Some(done) = word.replace(next_span) {
                        self.push_word(done);
                    }
                }
            }
        }
        if let Some(last) = word {
            self.push_word(last);
        }
    }

    fn push_word(&mut self, word: Span) {
        let piece = self.piece(word);
        if piece.length <= self.splitter.target {
            return self.push(piece);
        }
        let text = word.of(self.text).unwrap_or_default();
        let ends: Vec<usize> =
            text.grapheme_indices(true).map(|(at, grapheme)| word.start + at + grapheme.len()).collect();
        let mut start = word.start;
        for group in ends.chunks(STEP) {
            let whole = self.piece(Span::new(start, group.last().copied().unwrap_or(start)));
            if whole.length <= self.splitter.target {
                start = whole.span.end;
                self.push(whole);
                continue;
            }
            for end in group {
                self.push(self.piece(Span::new(start, *end)));
                start = *end;
            }
        }
    }

    fn push(&mut self, piece: Piece) {
        if self.fresh > 0 && self.length + piece.length > self.splitter.target {
            self.close();
            self.keep_overlap(piece.length);
        }
        self.pieces.push_back(piece);
        self.length += piece.length;
        self.fresh += 1;
    }

    /// Ends the chunk in the making, if it holds anything new.
    fn close(&mut self) {
        if let (Some(first), Some(last), true) = (self.pieces.front(), self.pieces.back(), self.fresh > 0) {
            self.spans.push(Span::new(first.span.start, last.span.end));
        }
        self.fresh = 0;
    }

    /// Drops from the front until what is left fits the overlap, and the next piece beside it.
    fn keep_overlap(&mut self, next: usize) {
        let room = self.splitter.overlap.min(self.splitter.target.saturating_sub(next));
        while self.length > room || (self.length == 0 && !self.pieces.is_empty()) {
            let Some(dropped) = self.pieces.pop_front() else { break };
            self.length -= dropped.length;
        }
    }
}
