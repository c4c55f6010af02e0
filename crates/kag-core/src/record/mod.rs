//! The records: what documents are cut into, what is known, and why it is believed.

mod document;
mod evidence;
mod fact;
mod node;
mod qualifiers;
mod span;

pub use document::{Chunk, Document, PageRange};
pub use evidence::{Confidence, Evidence, Layer, Mention, Origin};
pub use fact::Fact;
pub use node::Node;
pub use qualifiers::Qualifiers;
pub use span::Span;
