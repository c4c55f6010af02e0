//! What is told of a build while it runs.

use std::{fmt, sync::Arc};

use futures::channel::mpsc::UnboundedSender;

use crate::{DocumentReport, Unread};

/// Something that happened in a build.
///
/// Those of one document come in the order of this list; those of several documents, and of the chunks of
/// one, come as they happen, which differs from run to run. What is in the report does not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildEvent {
    /// A source, or a part of one, could not be read.
    Unread(Unread),
    /// A document arrived, read or mapped.
    Started {
        /// The document.
        uri: Arc<str>,
    },
    /// It is known what there is to do for a document. Where nothing is, this does not come.
    Split {
        /// The document.
        uri: Arc<str>,
        /// Its chunks; for one that is resumed, all it has.
        chunks: usize,
        /// Chunks that the extractor is going to be given.
        extract: usize,
    },
    /// A chunk was extracted.
    Extracted {
        /// The document.
        uri: Arc<str>,
        /// The chunk's place within it, from 0.
        chunk: u32,
        /// Entities the extractor returned.
        entities: usize,
        /// Facts the extractor returned.
        facts: usize,
    },
    /// The extractor failed on a chunk.
    ChunkFailed {
        /// The document.
        uri: Arc<str>,
        /// The chunk's place within it, from 0.
        chunk: u32,
        /// Why.
        reason: Arc<str>,
    },
    /// A document is done: committed, unchanged, removed or failed, as its report says.
    Finished(DocumentReport),
    /// A commit was made.
    Committed {
        /// The documents in it.
        documents: usize,
    },
}

/// Is told what happens in a build, while it runs: for progress bars, logs and metrics.
///
/// Called from within the build, so it should return at once; it cannot stop or change anything. For a
/// stream of events give the build the sender of a channel:
///
/// ```
/// use std::sync::Arc;
/// use futures::{StreamExt as _, channel::mpsc};
/// use kag_builder::{BuildEvent, BuildPipeline, LengthSplitter, MentionExtractor, TextReader};
/// use kag_core::{Source, memory::MemoryKnowledgeBase};
///
/// # futures::executor::block_on(async {
/// let (sender, events) = mpsc::unbounded();
/// let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(300), MentionExtractor::new())
///     .with_observer(Arc::new(sender));
/// let base = MemoryKnowledgeBase::new();
/// let report = pipeline.run(&base, [Source::new("note:1", "In Paris.".as_bytes())]).await?;
/// drop(pipeline); // The stream ends with the last sender.
/// let events: Vec<BuildEvent> = events.collect().await;
/// assert_eq!(events.len(), 5); // started, split, extracted, committed, finished
/// assert_eq!(events[4], BuildEvent::Finished(report.documents[0].clone()));
/// # Ok::<(), kag_builder::Error>(())
/// # }).unwrap();
/// ```
///
/// Or count:
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use kag_builder::{BuildEvent, Observer};
///
/// #[derive(Debug, Default)]
/// struct Failures(AtomicUsize);
///
/// impl Observer for Failures {
///     fn observe(&self, event: &BuildEvent) {
///         if matches!(event, BuildEvent::ChunkFailed { .. }) {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// `event` has happened.
    fn observe(&self, event: &BuildEvent);
}

impl Observer for UnboundedSender<BuildEvent> {
    /// Sends it; where nobody listens any more it is lost.
    fn observe(&self, event: &BuildEvent) {
        // A listener that went away is no reason to stop building.
        let _ = self.unbounded_send(event.clone());
    }
}
