//! Text search: cutting text into words and ranking rows by them.
//!
//! An [`Analyser`] makes the words of texts and questions comparable, in any script;
//! [`Bm25`] ranks the rows of an immutable index. Rows are known by any key that can be
//! copied and ordered; what they are is the caller's business.
//!
//! ```
//! use kag_core::text::Bm25;
//!
//! let index = Bm25::new([
//!     (1, "Messi played for FC Barcelona."),
//!     (2, "梅西曾效力于巴塞罗那足球俱乐部。"),
//!     (3, "The Eiffel Tower stands in Paris."),
//! ]);
//! assert_eq!(index.search("Where is the Eiffel tower?", 1)[0].item, 3);
//! assert_eq!(index.search("梅西效力于哪个俱乐部", 1)[0].item, 2);
//! assert!(index.search("quantum", 10).is_empty());
//! ```

mod align;
mod analyse;
mod bm25;
mod counts;
mod dictionary;
mod digest;
mod fold;
mod folded;
mod formula;
mod locate;
mod merge;
mod postings;
mod query;
mod segment;
mod segmented;
mod stored;
mod terms;
mod tuples;
mod words;

pub use analyse::{Analyser, Plurals};
pub use bm25::{Bm25, Bm25Options};
pub use folded::FoldedText;
pub use locate::Locator;
pub use segment::TextSegment;
pub use segmented::SegmentedBm25;
pub use words::spans_of_words;
